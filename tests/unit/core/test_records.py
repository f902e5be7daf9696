"""What is only kept on record: notes, attempts that were refused, erasures; and a closed case opened again (13)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import DATA_PROTECTION_OFFICER, Actor
from engine.core.case.effects import Topic
from engine.core.case.reasons import Reason, Why
from engine.core.case.state import Case
from engine.core.conditions import Truth
from engine.core.deciding.decide import decided
from engine.core.deciding.facts import LONGEST_TEXT
from engine.core.model import Forbidden
from engine.core.values import UNKNOWN
from tests.builders.live import BOSS, DAY, HOUR, START, WORKER, Live
from tests.builders.protocols import action, at, deadline, fact_is, final, passed, protocol, step, track

OFFICER = Actor("Meas Chenda", frozenset({DATA_PROTECTION_OFFICER}))


def one(*parts: Any, **more: Any) -> Live:
    """Return a case at the first of two steps."""
    main = track("main", step("one", action("go", "two"), deadline("due", "30 days"), *parts),
                 step("two", action("end", "done")), final())  # fmt: skip
    return Live(protocol(main, **more))


def noting(text: str = "called the village chief") -> commands.Note:
    """Return the command to write something down."""
    return commands.Note(actor=WORKER, text=text)


def test_a_note_is_of_record_only() -> None:
    """It stands in the journal, is no contact, and no open form collides with it."""
    live = one()
    before = live.case
    live.wait(DAY).do(noting())
    (event,) = live.new
    assert isinstance(event, happenings.NoteAdded)
    assert (event.text, event.by) == ("called the village chief", WORKER.user)
    assert (live.case.version, live.case.seq) == (before.version, before.seq + 1)
    assert live.case.enrolments == before.enrolments
    live.do(live.asked("go", seen=before.seq))


@pytest.mark.parametrize("text", ["", "  ", "x" * (LONGEST_TEXT + 1)])
def test_a_note_has_words_and_an_end(text: str) -> None:
    """Nothing, and more than a document, are refused."""
    assert one().why(noting(text)) == [Why.WRONG_VALUE]


def test_a_note_waits_for_no_closed_case() -> None:
    """A closed case is closed for notes, too."""
    live = one()
    live.act("go")
    live.act("end")
    assert live.why(noting()) == [Why.CASE_CLOSED]


def refused(*reasons: Reason, **more: Any) -> commands.NoteRefused:
    """Return the command that keeps a refusal on record."""
    return commands.NoteRefused(
        actor=WORKER, attempted="go", enrolment="e1", track="main", step="one", reasons=reasons, **more
    )


def test_a_refused_attempt_is_of_record_only() -> None:
    """It counts in the journal, changes no version, and nothing follows from it: not even what is due by time."""
    auto = action("auto", "two", automatic=True, only_if=passed("day", "2 days"))
    live = one(auto)
    live.record({"day": date(2026, 3, 1)})
    live.do(commands.BeginHold(actor=BOSS, hold="h", until=live.now + DAY, reason="flood"))
    before = live.case
    live.wait(9 * DAY).do(refused(Reason(Why.ROLE, "go", "nurse"), request="r-1"))
    (event,) = live.new
    assert isinstance(event, happenings.AttemptRefused)
    assert (event.attempted, event.track, event.step, event.request) == ("go", "main", "one", "r-1")
    assert live.said == ()
    assert (live.case.version, live.case.seq) == (before.version, before.seq + 1)
    assert live.case.enrolments == before.enrolments


def test_what_a_rule_prevented_the_supervisor_hears() -> None:
    """Once for each rule; the message names the rule, and nobody (13)."""
    live = one(forbidden=[Forbidden("never", at("main", "two")), Forbidden("nor", at("main", "two"))])
    reasons = live.refuse(live.asked("go"))
    live.do(refused(*reasons, *reasons))
    assert [(message.to, message.subject) for message in live.said] == [
        ("supervisor", "never"),
        ("supervisor", "nor"),
    ]
    assert live.told(Topic.PREVENTED) == ["supervisor", "supervisor"]
    assert WORKER.user not in str(live.said)


def test_an_attempt_on_a_closed_case_is_recorded() -> None:
    """Somebody who wanted to act on a closed case leaves a trace as well; a case that never was has no journal."""
    live = one()
    live.act("go")
    live.act("end")
    live.do(refused(*live.refuse(live.asked("go"))))
    assert not live.is_open()
    assert live.of(happenings.AttemptRefused)[0].reasons == (Reason(Why.CASE_CLOSED),)
    fresh = Live(protocol(track("main", step("one", action("go", "done")), final())), opened=False)
    assert fresh.why(refused()) == [Why.CASE_CLOSED]


@pytest.mark.parametrize("actor", [OFFICER, Actor()])
@pytest.mark.parametrize("closed", [True, False])
def test_an_erasure_is_recorded(actor: Actor, closed: bool) -> None:
    """The officer or the system, of an open or a closed case; it changes nothing else."""
    live = one()
    if closed:
        live.act("go")
        live.act("end")
    before = live.case
    live.wait(HOUR).do(commands.Erase(actor=actor, reason="asked for it in writing"))
    (event,) = live.new
    assert isinstance(event, happenings.CaseErased)
    assert (event.by, event.reason) == (actor.user, "asked for it in writing")
    assert (live.case.version, live.case.seq) == (before.version, before.seq + 1)


WANTED = Forbidden("wanted_in_court", fact_is("sure", "yes"), ("erasing",), ("boss",))


def kept() -> Live:
    """Return a case with a rule that blocks its erasing."""
    main = track("main", step("one", action("go", "done"), collect=("sure",), recorded_by=("clerk",)), final())
    return Live(protocol(main, forbidden=[WANTED, Forbidden("other", fact_is("answer", "a"))]))


@pytest.mark.parametrize(("answer", "value"), [(None, None), (UNKNOWN, False), ("yes", True)])
def test_a_rule_that_blocks_erasing_does_so_until_it_is_certainly_false(answer: str | None, value: Truth) -> None:
    """The refusal names the rule, the answer in the way, who can give it, and whose rule it is."""
    live = kept()
    asked = commands.Erase(actor=OFFICER, reason="asked for it in writing")
    if answer is not None:
        live.record({"sure": answer})
    if value is False:
        live.do(asked)
        return
    (reason,) = live.refuse(asked)
    assert (reason.why, reason.subject, reason.enrolment) == (Why.FORBIDDEN, "wanted_in_court", "e1")
    assert [(one.leaf, one.value, one.needed) for one in reason.blocking] == [(fact_is("sure", "yes"), value, False)]
    assert reason.who == ("clerk",)
    live.record({"sure": "no"})
    live.do(asked)


def test_a_file_is_kept_after_the_work_on_it_has_ended() -> None:
    """The rule of a run that has ended, of a case that is closed, blocks as well."""
    live = kept()
    live.record({"sure": "yes", "answer": "b"})
    live.act("go")
    assert not live.is_open()
    assert live.why(commands.Erase(actor=OFFICER, reason="asked for it in writing")) == [Why.FORBIDDEN]


def test_a_rule_that_blocks_erasing_alone_stops_no_move() -> None:
    """A move that makes the file needed passes; one that a rule for moves forbids does not."""
    live = kept()
    live.record({"sure": "no", "answer": "b"})
    live.act("go", facts={"sure": "yes"})
    assert live.why(commands.Erase(actor=OFFICER, reason="asked for it in writing")) == [Why.FORBIDDEN]
    live = kept()
    live.record({"sure": "no", "answer": "b"})
    assert live.why(live.asked("go", facts={"answer": "a"})) == [Why.FORBIDDEN]


def test_an_erasing_that_was_prevented_is_told_with_whose_rule_it_was() -> None:
    """The supervisor hears of each rule once, in the run of the protocol that has it."""
    live = kept()
    reasons = live.refuse(commands.Erase(actor=OFFICER, reason="asked for it in writing"))
    live.do(commands.NoteRefused(actor=OFFICER, attempted="Erase", reasons=(*reasons, *reasons)))
    told = [(one.to, one.enrolment, one.subject) for one in live.said if one.topic is Topic.PREVENTED]
    assert told == [("supervisor", "e1", "wanted_in_court")]


def test_who_may_have_a_case_erased() -> None:
    """Not the supervisor; and never without a reason."""
    live = one()
    (reason,) = live.refuse(commands.Erase(actor=BOSS, reason="old"))
    assert (reason.why, reason.who) == (Why.MAY_NOT, (DATA_PROTECTION_OFFICER,))
    assert live.why(commands.Erase(actor=OFFICER, reason=" ")) == [Why.NEEDS_REASON]


def reopening(**more: Any) -> commands.Reopen:
    """Return the supervisor's command to let the case go on."""
    asked: dict[str, Any] = {"actor": BOSS, "enrolment": "e2", "meaning": "test-meaning", "reason": "she came back"}
    return commands.Reopen(**(asked | more))


def closed_case(**more: Any) -> Live:
    """Return a case that was closed a month ago."""
    live = one(**more)
    live.record({"answer": "a", "of_enrolment": "b"})
    live.act("go")
    live.act("end")
    live.wait(30 * DAY)
    return live


def test_a_closed_case_goes_on_with_a_new_enrolment() -> None:
    """What is known of the person stays, what belonged to the run does not; the old run stays ended."""
    live = closed_case()
    ended = live.enrolment
    live.do(reopening())
    assert live.is_open()
    assert live.enrolment == ended
    again = live.case.enrolments["e2"]
    assert (again.tracks["main"].step, again.tracks["main"].visit, dict(again.facts)) == ("one", 1, {})
    assert live.case.facts["answer"].value == "a"
    assert live.of(happenings.CaseReopened)[0].reason == "she came back"
    live.do(live.asked("go", enrolment="e2"))


def test_the_silence_of_a_case_opened_again_begins_anew() -> None:
    """The months in which it was closed are no silence."""
    live = closed_case()
    live.do(reopening())
    silent = live.case.enrolments["e2"].clocks["no_news"].clock
    assert (silent.start, silent.limit) == (live.now, live.now + 14 * DAY)
    assert live.run() == ()


def test_it_may_go_on_at_a_later_step() -> None:
    """``at_step`` names a step of the main track."""
    live = closed_case()
    live.do(reopening(at_step="two"))
    assert live.case.enrolments["e2"].tracks["main"].step == "two"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"actor": WORKER}, Why.NEEDS_SUPERVISOR),
        ({"reason": ""}, Why.NEEDS_REASON),
        ({"meaning": "unheard of"}, Why.NO_SUCH),
        ({"at_step": "nowhere"}, Why.NO_SUCH),
        ({"enrolment": "e1"}, Why.CASE_EXISTS),
    ],
)
def test_what_opening_again_needs(more: dict[str, Any], why: Why) -> None:
    """The supervisor, a reason, a protocol in use with the step, and a name that no run has had."""
    assert closed_case().why(reopening(**more)) == [why]


def test_an_open_case_is_not_opened_again() -> None:
    """Nor is one that was never opened."""
    live = one()
    assert live.why(reopening()) == [Why.CASE_EXISTS]
    fresh = Live(protocol(track("main", step("one", action("go", "done")), final())), opened=False)
    assert fresh.why(reopening()) == [Why.CASE_CLOSED]


def test_a_rule_that_prevented_something_is_told_also_of_a_closed_case() -> None:
    """A message of record needs nothing of the case but that it was opened."""
    live = closed_case(forbidden=[Forbidden("never", fact_is("answer", "c"))])
    decision, after = decided(live.case, refused(Reason(Why.FORBIDDEN, "never")), live.now, live.library)
    assert [message.topic for message in decision.effects] == [Topic.PREVENTED]
    assert isinstance(after, Case)


def breaking(reason: str = "she is in danger and nobody answers", hours: int = 2) -> commands.BreakGlass:
    """Return the command to read a case in an emergency, as a stranger asks for it."""
    return commands.BreakGlass(actor=Actor("stranger"), reason=reason, until=START + hours * HOUR)


def test_a_reading_in_an_emergency_is_of_record_and_told_at_once() -> None:
    """Who, until when and why stand in the journal; supervisor and data protection officer hear of it."""
    live = one()
    live.do(breaking())
    event = next(event for event in live.new if isinstance(event, happenings.GlassBroken))
    assert (event.by, event.reason) == ("stranger", "she is in danger and nobody answers")
    assert live.told(Topic.GLASS) == ["supervisor", "data_protection_officer"]
    assert live.case.glass == {"stranger": event.until}


@pytest.mark.parametrize(
    ("reason", "hours", "why"), [(" ", 2, Why.NEEDS_REASON), ("x", 5, Why.TOO_LONG), ("x", 0, Why.TOO_LONG)]
)
def test_an_emergency_has_a_reason_and_an_end(reason: str, hours: int, why: Why) -> None:
    """Without a reason, or for more than four hours, nothing is opened."""
    live = one()
    assert live.why(breaking(reason, hours)) == [why]
    assert live.case.glass == {}
