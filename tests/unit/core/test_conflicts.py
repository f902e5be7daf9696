"""Two people with one form: only an answer that somebody else changed meanwhile is a conflict."""

from __future__ import annotations

from typing import Any

from engine.core.case import commands
from engine.core.case.commands import Actor
from engine.core.case.reasons import Why
from tests.builders.live import DAY, HOUR, WORKER, Live
from tests.builders.protocols import action, deadline, final, protocol, step, track

OTHER = Actor("Ros Bopha", frozenset({"caseworker"}))


def one() -> Live:
    """Return a case with two actions, a clock, and an answer."""
    main = track("main", step("one", action("go", "two"), action("say", "here"), deadline("limit", "24 hours"),
                              action("big", "here", approval="supervisor")),
                 step("two", action("back", "previous")), final())  # fmt: skip
    live = Live(protocol(main))
    live.record({"answer": "a", "other": "a"})
    return live


def three(live: Live, seen: int | None, facts: dict[str, Any]) -> list[Any]:
    """Return the three commands that write answers from a form."""
    return [
        live.asked("say", facts=facts, seen=seen),
        commands.Record(actor=WORKER, facts=facts, seen=seen),
        commands.AskApproval(actor=WORKER, enrolment="e1", track="main", action="big", facts=facts, seen=seen),
    ]


def test_an_answer_changed_since_the_form_was_made_is_a_conflict() -> None:
    """The field and who changed it are named, for acting, recording and asking alike."""
    live = one()
    seen = live.case.seq
    live.wait(HOUR).record({"answer": "b"}, actor=OTHER)
    for command in three(live, seen, {"answer": "c", "other": "b"}):
        (reason,) = live.refuse(command)
        assert (reason.why, reason.subject, reason.detail) == (Why.CONFLICT, "answer", OTHER.user)


def test_every_conflict_is_named() -> None:
    """Two fields changed by others are two reasons."""
    live = one()
    seen = live.case.seq
    live.record({"answer": "b", "other": "b", "of_enrolment": "a"}, actor=OTHER)
    wanted = {"answer": "c", "other": "c", "of_enrolment": "b"}
    assert live.why(live.asked("say", facts=wanted, seen=seen)) == [Why.CONFLICT] * 3


def test_the_same_answer_is_no_conflict() -> None:
    """Two people who say the same do not contradict each other."""
    live = one()
    seen = live.case.seq
    live.record({"answer": "b"}, actor=OTHER)
    for command in three(live, seen, {"answer": "b"}):
        live.do(command)


def test_what_somebody_saw_she_may_change() -> None:
    """A form made after the change writes over it; so does one that does not say what it saw."""
    live = one()
    live.record({"answer": "b"}, actor=OTHER)
    live.do(live.asked("say", facts={"answer": "c"}, seen=live.case.seq))
    live.do(live.asked("say", facts={"answer": "a"}))
    assert live.case.facts["answer"].value == "a"


def test_nothing_else_is_a_conflict() -> None:
    """A reminder, a promise, a note, another field, another action: the form still counts."""
    live = one()
    seen = live.case.seq
    live.run(DAY)
    assert live.fired()
    live.do(commands.Acknowledge(actor=OTHER, enrolment="e1", clock="main.one.limit#1", promised=live.now + HOUR))
    live.do(commands.Note(actor=OTHER, text="rang"))
    live.record({"other": "b"}, actor=OTHER, contact=True)
    live.act("say", actor=OTHER)
    for command in three(live, seen, {"answer": "c"}):
        live.do(command)


def test_an_older_answer_recorded_late_is_no_conflict() -> None:
    """What is of record only has changed nothing that somebody could have seen."""
    live = one()
    seen = live.case.seq
    live.wait(HOUR).record({"answer": "b"}, actor=OTHER, happened=live.now - 2 * DAY)
    assert live.case.facts["answer"].value == "a"
    live.do(live.asked("say", facts={"answer": "c"}, seen=seen))


def test_a_form_of_a_visit_that_was_left_is_refused() -> None:
    """The visit it was made for is over, whatever it writes."""
    live = one()
    live.act("go")
    assert live.why(live.asked("back", visit=1)) == [Why.VISIT_LEFT]
    live.act("back", visit=2)


def test_every_answer_knows_the_number_of_its_event() -> None:
    """The number that is compared is that of the event in the case."""
    live = one()
    live.record({"answer": "b", "other": "c"})
    for name in ("answer", "other"):
        event = live.events[live.case.facts[name].seq - 1]
        assert getattr(event, "field", "") == name
