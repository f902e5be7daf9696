"""When a message goes out: at once, or with the others of the morning (24)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.core.case import commands
from engine.core.case.effects import Topic
from engine.core.model import Kind
from engine.run.cases.posting import posting
from engine.store.ports import Posting
from tests.builders.live import BOSS, DAY, HOUR, START, WORKER, Live
from tests.builders.protocols import action, deadline, final, protocol, step, track

#: Monday evening, when nobody works; and the morning after it.
EVENING = START + timedelta(hours=11)
MORNING = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


def one(kind: Kind = Kind.PRACTICE) -> Live:
    """Return a case with a clock of a kind, an action under an exception and one that needs an approval."""
    here = step("one", deadline("limit", "24 hours", kind=kind), action("save", "here", exception="life"),
                action("big", "here", approval="supervisor"))  # fmt: skip
    live = Live(protocol(track("main", here, final())))
    live.now = EVENING
    return live


def postings(live: Live, topic: Topic) -> list[Posting]:
    """Return when the messages of a topic go out that the last command led to."""
    return [posting(message, live.case, live.library) for message in live.said if message.topic is topic]


def test_a_used_exception_is_told_at_once() -> None:
    """Somebody passed over a consent: the supervisor hears of it tonight."""
    live = one()
    live.act("save", exception=True, reason="bleeding")
    assert postings(live, Topic.EXCEPTION) == [Posting(EVENING, urgent=True)]


def test_a_review_is_a_matter_of_safety_and_an_approval_is_not() -> None:
    """The reminder of a review wakes somebody; that of an approval is read in the morning."""
    live = one()
    live.act("save", exception=True, reason="bleeding")
    live.run()
    assert postings(live, Topic.RUNG) == [Posting(EVENING, urgent=True)]
    live = one()
    live.do(commands.AskApproval(actor=WORKER, enrolment="e1", track="main", action="big"))
    live.run(DAY)
    approvals = [message for message in live.said if message.subject == "waiting.w1"]
    assert [posting(message, live.case, live.library).urgent for message in approvals] == [False]


def test_an_answer_can_wait_for_the_morning() -> None:
    """Who asked hears of it when the office opens."""
    live = one()
    live.do(commands.AskApproval(actor=WORKER, enrolment="e1", track="main", action="big"))
    live.do(commands.Answer(actor=BOSS, waiting="w1", agrees=True))
    assert postings(live, Topic.ANSWERED) == [Posting(MORNING, urgent=False)]


def test_clocks_go_out_by_their_kind_and_silence_at_once() -> None:
    """Practice waits for the morning, safety does not, and silence is a matter of safety."""
    for kind, urgent in ((Kind.PRACTICE, False), (Kind.SAFETY, True), (Kind.LAW, True)):
        live = one(kind)
        live.run(HOUR)
        assert [one.urgent for one in postings(live, Topic.RUNG)] == [urgent]
    live = one()
    live.run(20 * DAY)
    silent = [message for message in live.said if message.deadline == "no_news"]
    assert [posting(message, live.case, live.library).urgent for message in silent] == [True]


@pytest.mark.parametrize(
    ("at", "late", "due"),
    [
        (MORNING, False, MORNING),
        (MORNING + timedelta(seconds=7), False, MORNING + timedelta(seconds=7)),
        (MORNING + timedelta(minutes=16), False, MORNING + DAY),
        (MORNING + timedelta(hours=3), True, MORNING + timedelta(hours=3)),
        (MORNING - timedelta(hours=5), True, MORNING),
        (MORNING - timedelta(seconds=1), False, MORNING),
        (MORNING + timedelta(hours=9), True, MORNING + DAY),
    ],
    ids=[
        "at opening",
        "a pass later",
        "in the day",
        "late, in the day",
        "late, at night",
        "before",
        "late, at closing",
    ],
)
def test_what_falls_due_at_the_opening_belongs_to_this_morning(at: datetime, late: bool, due: datetime) -> None:
    """A rung of 08:00 is in the mail of 08:00, though the pass comes seconds later; what is late waits no day."""
    live = one()
    live.run(HOUR)
    (said,) = (message for message in live.said if message.topic is Topic.RUNG)
    assert posting(replace(said, at=at, late=late), live.case, live.library) == Posting(due, urgent=False)


def test_what_was_quiet_goes_out_at_once_but_together() -> None:
    """The summaries of an import, of safety clocks too, are one mail a person on the day that ends the quiet."""
    here = step("one", deadline("limit", "24 hours", kind=Kind.SAFETY), action("save", "here"))
    live = Live(protocol(track("main", here, final())), quiet_until=START + 3 * DAY)
    live.run(2 * DAY)
    live.run(DAY)
    found = postings(live, Topic.SUMMARY)
    assert found
    assert set(found) == {Posting(START + 3 * DAY, urgent=False)}
