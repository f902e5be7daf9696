"""What is only kept on record: notes, refused attempts, erasures; and closed cases that go on."""

from __future__ import annotations

from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import Actor, AnyCommand
from engine.core.case.effects import Topic
from engine.core.case.reasons import Reason, Why
from engine.core.model import Forbidden, Protocol
from tests.builders.live import BOSS, DAY, HOUR, WORKER, Live
from tests.builders.protocols import action, at, deadline, fact_is, final, passed, protocol, step, track

OFFICER = Actor("Lim Chanthy", frozenset({"data_protection_officer"}))


def one(**more: Any) -> Live:
    """Return a case at its first step."""
    return Live(small(**more))


def small(**more: Any) -> Protocol:
    """Return a protocol of two steps and an end."""
    main = track("main", step("one", action("go", "two"), action("end", "done"), deadline("limit", "24 hours")),
                 step("two", action("end", "done")), final())  # fmt: skip
    return protocol(main, **more)


def test_a_note_is_no_contact_and_no_change() -> None:
    """It stands in the journal; the version, the facts and the silence are as before."""
    live = one()
    before = live.case
    live.wait(HOUR).do(commands.Note(actor=WORKER, text="rang, nobody answered"))
    (noted,) = live.new
    assert isinstance(noted, happenings.NoteAdded)
    assert (noted.text, noted.by) == ("rang, nobody answered", WORKER.user)
    assert (live.case.version, live.case.seq) == (before.version, before.seq + 1)
    assert (live.case.facts, live.case.enrolments) == (before.facts, before.enrolments)


@pytest.mark.parametrize("text", ["", " \n", "a" * 10_001])
def test_a_note_has_words_and_not_too_many(text: str) -> None:
    """Nothing, blanks and more than 10,000 characters are refused, without repeating them."""
    (reason,) = one().refuse(commands.Note(actor=WORKER, text=text))
    assert reason.why is Why.WRONG_VALUE
    assert len(str(reason)) < 100


REASON = Reason(Why.FORBIDDEN, "never")


def noting(*reasons: Reason, **more: Any) -> commands.NoteRefused:
    """Return the command that keeps an attempt on record."""
    asked: dict[str, Any] = {"actor": WORKER, "attempted": "go", "enrolment": "e1", "track": "main", "step": "one"}
    return commands.NoteRefused(reasons=reasons, **(asked | more))


def test_a_refused_attempt_is_of_record_only() -> None:
    """Nothing follows: no clock, no automatic action that is due, no version; the reasons are kept."""
    live = one()
    before = live.case
    live.wait(3 * DAY).do(noting(Reason(Why.FACT_MISSING, "answer"), request="r1"))
    (refused,) = live.new
    assert isinstance(refused, happenings.AttemptRefused)
    assert (refused.attempted, refused.step, refused.request) == ("go", "one", "r1")
    assert refused.reasons == (Reason(Why.FACT_MISSING, "answer"),)
    assert (live.case.version, live.case.enrolments) == (before.version, before.enrolments)
    assert live.said == ()


def test_the_supervisor_hears_of_what_a_rule_prevented() -> None:
    """Each forbidden rule is named once, and nobody else is (13)."""
    live = one()
    live.do(noting(REASON, Reason(Why.NOT_YET, "go"), REASON, Reason(Why.FORBIDDEN, "either")))
    assert [(message.topic, message.to, message.subject) for message in live.said] == [
        (Topic.PREVENTED, "supervisor", "never"),
        (Topic.PREVENTED, "supervisor", "either"),
    ]
    assert WORKER.user not in str(live.said)


def test_an_attempt_on_a_closed_case_is_kept_too() -> None:
    """A closed case can still be tried; one that was never opened has no journal."""
    live = one()
    live.act("end")
    live.do(noting(Reason(Why.CASE_CLOSED)))
    assert not live.case.is_open
    assert Live(small(), opened=False).why(noting()) == [Why.CASE_CLOSED]


def test_an_erasure_is_asked_for_by_the_officer_or_the_system() -> None:
    """With a reason; of record only, and also on a closed case, again if need be."""
    live = one()
    erase = commands.Erase(actor=OFFICER, reason="her own wish")
    (reason,) = live.refuse(commands.Erase(actor=BOSS, reason="her own wish"))
    assert (reason.why, reason.who) == (Why.MAY_NOT, ("data_protection_officer",))
    assert live.why(commands.Erase(actor=OFFICER, reason=" ")) == [Why.NEEDS_REASON]
    before = live.case
    live.do(erase)
    (erased,) = live.new
    assert isinstance(erased, happenings.CaseErased)
    assert (erased.reason, erased.by) == ("her own wish", OFFICER.user)
    assert live.case.version == before.version
    live.act("end")
    live.do(commands.Erase(actor=Actor(), reason="the time to keep it is over"))
    assert not live.case.is_open


def reopening(**more: Any) -> commands.Reopen:
    """Return the command to let the closed case go on."""
    asked: dict[str, Any] = {"actor": BOSS, "enrolment": "e2", "meaning": "test-meaning", "reason": "she is back"}
    return commands.Reopen(**(asked | more))


def test_a_closed_case_goes_on_with_a_new_run() -> None:
    """Facts about the person stay, the former run stays ended, and the silence counts from now."""
    live = one()
    live.record({"answer": "a", "of_enrolment": "b"})
    live.act("end")
    live.wait(30 * DAY).do(reopening())
    assert live.case.is_open
    assert not live.enrolment.is_open
    again = live.case.enrolments["e2"]
    assert again.tracks["main"].step == "one"
    assert again.facts == {}
    assert live.case.facts["answer"].value == "a"
    silent = [
        item for run in live.case.enrolments.values() for item in run.open_clocks() if item.deadline == "no_news"
    ]
    assert [item.clock.start for item in silent] == [live.now]
    (reopened, *_) = live.new
    assert isinstance(reopened, happenings.CaseReopened)
    assert reopened.reason == "she is back"


def test_a_case_can_be_opened_again_more_than_once() -> None:
    """Each time with a run of its own name; one that was used is refused."""
    live = one()
    live.act("end")
    live.do(reopening(at_step="two"))
    assert live.case.enrolments["e2"].tracks["main"].step == "two"
    live.act("end", enrolment="e2")
    assert live.why(reopening()) == [Why.CASE_EXISTS]
    live.do(reopening(enrolment="e3"))
    assert live.case.is_open
    assert live.wake() is not None


@pytest.mark.parametrize(("more", "why"), [
    ({"actor": WORKER}, Why.NEEDS_SUPERVISOR),
    ({"reason": ""}, Why.NEEDS_REASON),
    ({"meaning": "other"}, Why.NO_SUCH),
    ({"at_step": "nowhere"}, Why.NO_SUCH),
    ({"enrolment": "e1"}, Why.CASE_EXISTS),
])  # fmt: skip
def test_opening_again_is_the_supervisors_with_a_reason(more: dict[str, Any], why: Why) -> None:
    """A known protocol and step, and a name that no run had."""
    live = one()
    assert live.why(reopening()) == [Why.CASE_EXISTS]
    live.act("end")
    assert live.why(reopening(**more)) == [why]


@pytest.mark.parametrize("command", [
    commands.Note(actor=WORKER, text="x"),
    commands.Answer(actor=BOSS, waiting="w1", agrees=True),
    commands.HandOver(actor=BOSS, role="caseworker", to_user="x", reason="y"),
    commands.AssignRole(actor=BOSS, role="caseworker", user="x", reason="y"),
    commands.AskApproval(actor=WORKER, enrolment="e1", track="main", action="go"),
    commands.Enrol(actor=WORKER, enrolment="e2", meaning="test-meaning"),
])  # fmt: skip
def test_nothing_else_reaches_a_closed_case(command: AnyCommand) -> None:
    """What would change it is refused, in one sentence."""
    live = one()
    live.act("end")
    assert live.why(command) == [Why.CASE_CLOSED]


def test_time_that_passes_while_a_case_is_closed_moves_nothing() -> None:
    """A rule that would turn true, an automatic action that would be due: a closed case sleeps, also when erased."""
    rule = Forbidden("never", passed("day", "3 days"), (), ("supervisor",))
    auto = action("auto", "two", automatic=True, only_if=fact_is("answer", "a"))
    main = track("main", step("one", action("end", "done"), auto), step("two", action("end", "done")), final())
    live = Live(protocol(main, forbidden=[rule, Forbidden("here", at("main", "two"))]))
    live.act("end", facts={"day": live.now.date()})
    live.wait(10 * DAY).do(commands.Erase(actor=OFFICER, reason="her own wish"))
    assert [type(event) for event in live.new] == [happenings.CaseErased]
    assert live.wake() is None
