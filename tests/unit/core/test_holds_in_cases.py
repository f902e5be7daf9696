"""Holds of a case: who, how long, and what they stop (19)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.effects import Topic
from engine.core.case.reasons import Why
from engine.core.model import Kind
from tests.builders.live import BOSS, DAY, HOUR, START, WORKER, Live
from tests.builders.protocols import action, deadline, final, protocol, step, track

KEY = "main.one.limit#1"


def case() -> Live:
    """Return a case with a clock that stops on hold and one of law that does not."""
    return Live(protocol(track("main", step("one", action("end", "done"), deadline("limit", "72 hours"),
                                            deadline("law", "72 hours", kind=Kind.LAW)), final())))  # fmt: skip


def begin(live: Live, days: int = 2, *, confirmed: bool = True, name: str = "h") -> commands.BeginHold:
    """Return the command to begin a hold for so many days."""
    return commands.BeginHold(
        actor=BOSS if confirmed else WORKER, hold=name, until=live.now + days * DAY, reason="ill"
    )


def test_a_hold_moves_the_limit_once_when_it_ends_by_itself() -> None:
    """The stated end comes by itself; the limit moves by the held time, and law runs through."""
    live = case()
    live.do(begin(live))
    live.wait(2 * DAY + HOUR).do(commands.Pass())
    (ended,) = live.of(happenings.HoldSet)
    assert (ended.what, ended.at) == ("ended by itself", START + 2 * DAY)
    assert live.clock(KEY).clock.limit == START + 5 * DAY
    assert live.clock("main.one.law#1").clock.limit == START + 3 * DAY


def test_a_hold_stops_nothing_before_its_confirmation() -> None:
    """A caseworker's hold waits for the supervisor; from the confirmation on it stops clocks."""
    live = case()
    live.do(begin(live, confirmed=False))
    live.wait(DAY).do(commands.ConfirmHold(actor=BOSS, hold="h"))
    live.wait(DAY).do(commands.Pass())
    assert live.clock(KEY).clock.limit == START + 4 * DAY


def test_an_unconfirmed_hold_changes_nothing() -> None:
    """A hold nobody confirmed ends without having moved a limit."""
    live = case()
    live.do(begin(live, confirmed=False))
    live.run(2 * DAY)
    assert live.clock(KEY).clock.limit == START + 3 * DAY


def test_only_the_supervisor_confirms_and_lengthens() -> None:
    """A caseworker can neither confirm a hold nor make a confirmed one longer; shorter she can."""
    live = case()
    live.do(begin(live))
    assert live.why(commands.ConfirmHold(actor=WORKER, hold="h")) == [Why.NEEDS_SUPERVISOR]
    longer = commands.RenewHold(actor=WORKER, hold="h", until=START + 9 * DAY, reason="still ill")
    assert live.why(longer) == [Why.NEEDS_SUPERVISOR]
    live.do(commands.RenewHold(actor=WORKER, hold="h", until=START + DAY, reason="sooner"))
    live.do(commands.RenewHold(actor=BOSS, hold="h", until=START + 9 * DAY, reason="still ill"))
    live.wait(8 * DAY).do(commands.RenewHold(actor=BOSS, hold="h", until=START + 20 * DAY, reason="still ill"))
    live.run(12 * DAY)
    assert live.clock(KEY).clock.limit == START + 23 * DAY


def test_a_hold_has_a_reason_and_lasts_at_most_14_days() -> None:
    """To the same local time 14 days later, and not into the past."""
    live = case()
    assert live.why(begin(live, 15)) == live.why(begin(live, 0)) == [Why.TOO_LONG]
    live.do(begin(live, 14))
    assert live.why(begin(live)) == [Why.CASE_EXISTS]
    nothing = commands.BeginHold(actor=BOSS, hold="x", until=START + DAY, reason=" ")
    assert live.why(nothing) == [Why.NEEDS_REASON]
    assert live.why(commands.RenewHold(actor=BOSS, hold="h", until=START + DAY, reason="")) == [Why.NEEDS_REASON]


@pytest.mark.parametrize("until", [datetime(2026, 3, 3), datetime.max.replace(tzinfo=UTC)])  # noqa: DTZ001
def test_an_impossible_end_is_refused_in_words(until: datetime) -> None:
    """A time without its zone, or beyond the years Spean knows, is a wrong value."""
    live = case()
    assert live.why(commands.BeginHold(actor=BOSS, hold="h", until=until, reason="ill")) == [Why.WRONG_VALUE]


def test_a_hold_that_is_over_is_no_longer_there() -> None:
    """What ended cannot be confirmed, renewed or ended again."""
    live = case()
    live.do(begin(live))
    live.wait(DAY).do(commands.EndHold(actor=WORKER, hold="h"))
    assert live.clock(KEY).clock.limit == START + 4 * DAY
    for command in (
        commands.ConfirmHold(actor=BOSS, hold="h"),
        commands.RenewHold(actor=BOSS, hold="h", until=live.now + DAY, reason="ill"),
        commands.EndHold(actor=BOSS, hold="h"),
    ):
        assert live.why(command) == [Why.NO_SUCH]


def test_overlapping_holds_move_the_limit_once() -> None:
    """The limit moves when the last of them ends, by the time of both together."""
    live = case()
    live.do(begin(live))
    live.wait(DAY).do(begin(live, name="second"))
    live.run(DAY)
    assert live.clock(KEY).clock.limit == START + 3 * DAY
    live.run(DAY)
    assert live.clock(KEY).clock.limit == START + 6 * DAY
    assert live.clock(KEY).clock.now.number == 2


def test_those_who_were_told_hear_of_the_moved_limit() -> None:
    """A hold that ended in an outage moves the limit at its own instant, whatever command comes next."""
    live = case()
    live.run(36 * HOUR)
    live.do(begin(live))
    live.wait(3 * DAY).record({"answer": "a"})
    assert live.told(Topic.LIMIT_MOVED) == ["caseworker"]
    assert {message.at for message in live.said} == {START + 36 * HOUR + 2 * DAY}


def test_while_held_nothing_is_due_and_the_case_wakes_with_the_hold() -> None:
    """The pass within a hold fires nothing of a stopped clock; the case wakes by the end of the hold."""
    live = case()
    live.do(begin(live, 10))
    live.run(7 * DAY)
    assert KEY not in {item.split()[0] for item in live.fired()}
    coming = live.wake()
    assert coming is not None
    assert coming > live.now
    assert coming <= START + 10 * DAY


def test_time_in_a_case_never_runs_back() -> None:
    """A machine whose clock runs behind records at the case's own time."""
    live = case()
    live.wait(DAY).record({"answer": "a"})
    live.now -= timedelta(hours=5)
    live.record({"answer": "b"})
    assert live.case.facts["answer"].recorded == START + DAY
    assert live.case.facts["answer"].value == "b"
