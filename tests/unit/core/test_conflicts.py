"""Two people at one case: nobody writes over an answer she has not seen, and nothing else stands in her way."""

from __future__ import annotations

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.reasons import Why
from engine.core.model import Action
from tests.builders.live import BOSS, DAY, HOUR, MEDIC, START, WORKER, Live
from tests.builders.protocols import action, deadline, final, protocol, step, track


def one(*parts: Action) -> Live:
    """Return a case at a step with these actions."""
    return Live(protocol(track("main", step("one", deadline("due", "30 days"), *parts), final())))


def conflict(live: Live, command: commands.AnyCommand) -> list[tuple[Why, str, str]]:
    """Return the reasons for which a command is refused, with field and person."""
    return [(reason.why, reason.subject, reason.detail) for reason in live.refuse(command)]


def test_nobody_writes_over_what_she_has_not_seen() -> None:
    """A field recorded since with another value is a conflict, named with who changed it: in a form, a record."""
    live = one(action("say", "here"), action("sign", "here", approval="supervisor"))
    live.record({"answer": "a"})
    seen = live.case.seq
    live.wait(HOUR).record({"answer": "b"}, actor=MEDIC)
    found = [(Why.CONFLICT, "answer", MEDIC.user)]
    facts = {"answer": "c", "other": "a"}
    ask = commands.AskApproval(
        actor=WORKER, enrolment="e1", track="main", action="sign", facts=facts, seen=seen
    )  # fmt: skip
    assert conflict(live, live.asked("say", facts=facts, seen=seen)) == found
    assert conflict(live, commands.Record(actor=WORKER, facts=facts, seen=seen)) == found
    assert conflict(live, ask) == found
    live.act("say", facts=facts, seen=live.case.seq)


def test_a_first_answer_given_meanwhile_is_a_conflict_too() -> None:
    """The form was empty, the field is not any more."""
    live = one(action("say", "here"))
    seen = live.case.seq
    live.record({"of_enrolment": "b"}, actor=MEDIC)
    assert conflict(live, live.asked("say", facts={"of_enrolment": "a"}, seen=seen)) == [
        (Why.CONFLICT, "of_enrolment", MEDIC.user)
    ]


@pytest.mark.parametrize(
    "meanwhile",
    [
        commands.Record(actor=MEDIC, facts={"other": "b", "amount": 2}),
        commands.Record(actor=MEDIC, facts={"answer": "c"}),
        commands.Record(actor=MEDIC, contact=True),
        commands.Note(actor=MEDIC, text="she is well"),
        commands.Acknowledge(actor=WORKER, enrolment="e1", clock="main.one.due#1",
                             promised=START + 3 * DAY),
        commands.BeginHold(actor=BOSS, hold="h", until=START + 3 * DAY, reason="flood"),
    ],
)  # fmt: skip
def test_nothing_else_is_a_conflict(meanwhile: commands.AnyCommand) -> None:
    """Another field, the same value, a contact, a note, a promise, a hold, a reminder: the form still holds."""
    live = one(action("say", "here"))
    live.record({"answer": "a"})
    seen = live.case.seq
    live.do(meanwhile)
    live.run(DAY)
    live.act("say", facts={"answer": "c"}, seen=seen)
    assert live.case.facts["answer"].value == "c"


def test_what_a_form_saw_before_is_no_conflict() -> None:
    """A value recorded at the very number that was seen was seen; a form without a number is not asked."""
    live = one(action("say", "here"))
    live.record({"answer": "b"})
    at_that_time = live.case.facts["answer"].seq
    live.record({"other": "b"})
    live.act("say", facts={"answer": "c"}, seen=at_that_time)
    assert conflict(live, live.asked("say", facts={"answer": "a"}, seen=at_that_time))
    live.act("say", facts={"answer": "a"})


def test_every_fact_knows_the_number_of_its_event() -> None:
    """``seq`` of a fact is the place of its event in the journal, whatever recorded it."""
    live = one(action("say", "here", set={"other": "c"}))
    live.record({"answer": "a"})
    live.act("say", facts={"amount": 3})
    recorded = [(place, event) for place, event in enumerate(live.events, 1)
                if isinstance(event, happenings.FactRecorded)]  # fmt: skip
    assert [event.field for _, event in recorded] == ["answer", "amount", "other"]
    assert all(event.fact.seq == place for place, event in recorded)
