"""What happens if nobody acts: foretold as it will be, without writing anything."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.effects import Decision, Topic
from engine.core.case.events import Event
from engine.core.case.reasons import Refused
from engine.core.case.state import Case, TaskStatus
from engine.core.clocks.calendar import Calendar
from engine.core.clocks.clock import Outcome
from engine.core.deciding.decide import wake
from engine.core.deciding.forecast import Coming, Entry, Forecast, forecast
from engine.core.deciding.library import library_of
from engine.core.model import IfMissed, Kind, MessageKind, Protocol, Starts, Task
from engine.run.story.virtual import Simulation
from engine.store.ports import Written
from tests.builders.live import BOSS, DAY, HOUR, START, WORKER, Live
from tests.builders.protocols import (
    OFFICE,
    action,
    after_limit,
    at_limit,
    deadline,
    fact_is,
    final,
    half_way,
    known,
    lasting,
    needs,
    passed,
    protocol,
    reached,
    step,
    track,
)
from tests.builders.random_protocols import random_protocols

KEY, PATH = "main.one.limit#1", "main.one.limit"


def case(*parts: Any, **more: Any) -> Live:
    """Return a case at a step with these deadlines and tasks; its second step ends by hand."""
    main = track("main", step("one", action("go", "two", required=needs("field answer")), *parts),
                 step("two", action("end", "done"), deadline("next", "30 days")), final())  # fmt: skip
    side = track("side", step("open", action("end", "over")), final("over"), opens_when=reached("main", "two"))
    return Live(protocol(main, side), **more)


def foretold(live: Live, days: float = 10, **more: Any) -> Forecast:
    return forecast(live.case, live.now, live.library, until=live.now + days * DAY, **more)


def told(found: Forecast) -> list[tuple[float, str, str]]:
    """Return what is not said: after how many days, what, about what."""
    return [
        ((entry.at - START) / DAY, entry.what.value, entry.subject)
        for entry in found.entries
        if entry.what is not Coming.MESSAGE
    ]


def test_messages_say_to_whom_about_what_and_of_which_sort() -> None:
    """Instant, role, clock, deadline, rung and sort of each message stand in order; the case is as it was."""
    live = case(deadline("limit", until=known("answer"), rungs=(half_way(), at_limit(sends=MessageKind.ESCALATION))))
    before = live.case
    found = foretold(live, 2)
    said = [entry for entry in found.entries if entry.what is Coming.MESSAGE]
    assert said == [
        Entry(what=Coming.MESSAGE, at=START + DAY / 2, enrolment="e1", subject=KEY, deadline=PATH, role="caseworker",
              topic=Topic.RUNG, rung="half", sends=MessageKind.REMINDER),
        Entry(what=Coming.MESSAGE, at=START + DAY, enrolment="e1", subject=KEY, deadline=PATH, role="supervisor",
              topic=Topic.RUNG, rung="due", sends=MessageKind.ESCALATION),
    ]  # fmt: skip
    assert not found.cut
    assert live.case is before


def test_a_miss_tells_sets_opens_and_moves() -> None:
    """All that a limit brings about is foretold as of its pass, with what follows: the next step opens a track."""
    missed = IfMissed({"other": "b"}, "explain", ("director",))
    live = case(deadline("limit", "2 days", then="go", if_missed=missed), Task("explain", required=False))
    found = foretold(live, 5)
    assert told(found) == [
        (2, "missed", KEY),
        (2, "set", "other"),
        (2, "task opens", "main.one.explain#1"),
        (2, "moved", "main.one.go"),
        (2, "track opens", "side"),
    ]
    assert [entry.value for entry in found.entries if entry.what is Coming.SET] == ["b"]
    topics = [entry.topic for entry in found.entries if entry.what is Coming.MESSAGE]
    assert topics == [Topic.RUNG, Topic.RUNG, Topic.MISSED]


def test_a_refused_move_is_foretold_with_its_deadline() -> None:
    """Where the action would be refused at the limit, the forecast says so, also for the deadline of a task."""
    shut = action("shut", "two", only_if=fact_is("answer", "a"))
    late = deadline("late", "2 days", then="shut")
    live = case(shut, deadline("limit", then="shut"), Task("call", required=False, deadlines={"late": late}))
    found = foretold(live, 3)
    refused = [(entry.subject, entry.deadline) for entry in found.entries if entry.what is Coming.NOT_MOVED]
    assert refused == [("main.one.shut", PATH), ("main.one.shut", "main.one.call.late")]


def test_what_waits_for_an_answer_is_foretold() -> None:
    """A limit that moves the case lets an approval of the left step lapse, and may ask for a start elsewhere."""
    starts = action("starts", "two", starts=Starts("rescue"))
    granted = action("granted", "two", approval="supervisor")
    live = case(starts, granted, deadline("limit", then="starts"))
    live.do(commands.AskApproval(actor=WORKER, enrolment="e1", track="main", action="granted"))
    found = {(what, subject) for _, what, subject in told(foretold(live, 2))}
    assert {("lapsed", "w1"), ("asked", "w2")} <= found


def test_ends_of_holds_and_consents_are_foretold() -> None:
    """A hold ends at its stated end, a consent expires; one that was refused or has expired already does not."""
    live = case(Task("visit", required=False))
    for name, given_ in (("stay", True), ("exam", False)):
        live.do(commands.GiveConsent(actor=WORKER, consent=name, given=given_))
    live.do(commands.BeginHold(actor=BOSS, hold="h", until=START + 3 * DAY, reason="in hospital"))
    assert told(foretold(live, 40)) == [
        (3, "hold ends", "h"),
        (14, "missed", "no_news"),
        (30, "consent ends", "stay"),
    ]
    live.wait(31 * DAY)
    assert "consent ends" not in {what for _, what, _ in told(foretold(live, 40))}


def test_windows_and_conditions_that_time_turns_are_foretold() -> None:
    """A date of a task is missed, and an automatic action is taken when its condition turns true."""
    calls = Task("calls", every=lasting("2 weeks"), required=False)
    ends = action("on", "done", automatic=True, only_if=passed("moment", "25 days"))
    main = track("main", step("one", ends, calls), final())
    live = Live(protocol(main), facts={"moment": START})
    found = foretold(live, 60)
    assert [one for one in told(found) if one[2] != "no_news"] == [
        (pytest.approx(22 - 10 / 24), "missed", "main.one.calls#1"),
        (25, "moved", "main.one.on"),
        (25, "track ends", "main"),
    ]
    assert found.entries[-1].value == "completed"
    assert not found.cut


def test_each_limit_of_a_clock_is_missed_for_itself() -> None:
    """What was missed before is no news; a limit that moved is missed anew."""
    live = case(deadline("limit", "2 days", counts_from="moment", until=known("other")))
    live.record({"moment": START})
    live.run(3 * DAY)
    assert KEY not in {subject for _, _, subject in told(foretold(live, 5))}
    live.record({"moment": START + 2 * DAY}, correction=True)
    assert (4, "missed", KEY) in told(foretold(live, 5))


def test_what_is_overdue_comes_now() -> None:
    """A case that no pass has looked at for days is caught up with at once, as the worker would."""
    live = case(deadline("limit", until=known("answer"), rungs=(half_way(), at_limit(), after_limit("1 day"))))
    live.wait(3 * DAY)
    assert {entry.at for entry in foretold(live, 1).entries} == {live.now}


def test_the_end_is_included_and_the_past_is_empty() -> None:
    """Something due at ``until`` belongs to the forecast; one that ends before now has nothing in it."""
    live = case(deadline("limit", until=known("answer")))
    assert [one[2] for one in told(foretold(live, 1))] == [KEY]
    assert foretold(live, 1 - 1e-6).entries[-1].rung == "half"
    assert foretold(live.wait(2 * DAY), -1) == Forecast()


def test_a_closed_case_and_one_that_is_not_open_have_no_future() -> None:
    """The forecast is empty and nothing is raised."""
    live = Live(protocol(track("main", step("one", action("end", "done")), final())))
    empty = forecast(Case("none"), START, live.library, until=START + 99 * DAY)
    live.act("end")
    assert empty == foretold(live, 99) == Forecast()


def test_a_forecast_is_cut_at_so_many_entries() -> None:
    """Daily repeats for a year are too many; the first ones are told, and that more would follow."""
    live = case(deadline("limit", kind=Kind.SAFETY, until=known("answer")))
    short, long = foretold(live, 30, most=5), foretold(live, 30)
    assert (len(short.entries), short.cut) == (5, True)
    assert short.entries == long.entries[:5]
    assert not long.cut
    assert foretold(live, 1, most=3) == foretold(live, 1), "exactly as many is not cut"
    assert foretold(live, 900).cut


def test_a_quiet_case_is_not_looked_at_for_ever() -> None:
    """Where passes say nothing, the forecast ends after ten for each entry and says that it was cut."""
    live = case(deadline("limit", kind=Kind.SAFETY, until=known("answer")), quiet_until=START + 900 * DAY)
    found = foretold(live, 800, most=3)
    assert ([entry.what for entry in found.entries], found.cut) == ([Coming.MISSED, Coming.MISSED], True)


def test_a_future_that_cannot_be_reckoned_is_cut_there() -> None:
    """Steps that lead on without end when a day has passed refuse the pass; what comes before is foretold."""
    on = [action("on", to, automatic=True, only_if=passed("moment", "3 days")) for to in ("two", "one")]
    main = track("main", step("one", on[0], deadline("limit", until=known("answer"))), step("two", on[1]), final())
    live = Live(protocol(main), facts={"moment": START})
    found = foretold(live)
    assert found.entries[-1].at == START + DAY
    assert found.cut


def test_a_calendar_that_closes_too_long_cuts_the_forecast() -> None:
    """Where not even the next instant can be reckoned, nothing is raised; what can be is foretold and cut."""
    limit = deadline("limit", until=known("answer"), rungs=(at_limit(),))
    live = case(limit)
    live.run(DAY)
    shut = frozenset(date(2026, 3, 1) + timedelta(days=number) for number in range(900))
    library = library_of([one.protocol for one in live.library.rulebooks.values()],
                         [Calendar("office", OFFICE.zone, OFFICE.hours, shut)])  # fmt: skip
    assert forecast(live.case, live.now, library, until=live.now + 90 * DAY) == Forecast(cut=True)


FACTS = st.fixed_dictionaries(
    {},
    optional={
        "answer": st.sampled_from(["a", "b", "c"]),
        "day": st.dates(date(2026, 2, 20), date(2026, 4, 1)),
        "date_of_birth": st.sampled_from([date(2008, 3, 10), date(2015, 1, 1)]),
        "risk": st.sampled_from(["low", "high"]),
    },
)
DEEDS: list[Callable[[Live], commands.AnyCommand]] = [
    lambda live: commands.BeginHold(actor=BOSS, hold="h", until=live.now + 4 * DAY, reason="in hospital"),
    lambda live: commands.GiveConsent(actor=WORKER, consent="stay"),
    lambda live: commands.Record(actor=WORKER, contact=True),
    lambda live: commands.Acknowledge(actor=WORKER, enrolment="e1", clock="no_news", promised=live.now + DAY),
    lambda live: commands.Pass(),
]


@given(random_protocols(), FACTS, st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 100)), max_size=3))
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_forecast_is_what_a_simulation_does_when_nobody_acts(
    random: Protocol, facts: dict[str, Any], deeds: list[tuple[Callable[[Live], commands.AnyCommand], int]]
) -> None:
    """Messages, moves, facts, misses, holds and tracks of every pass are foretold, each at its instant, in order."""
    live = Live(random, facts=facts)
    for deed, hours in deeds:
        live.wait(hours * HOUR)
        with suppress(Refused):
            live.do(deed(live))
    until = live.now + 25 * DAY
    found = forecast(live.case, live.now, live.library, until=until - timedelta.resolution, most=10_000)
    simulation = simulate(live)
    try:
        simulation.run(until)
    except Refused:
        assert found.cut
        return
    assert not found.cut
    happened = simulation.store.journal("case-1")
    assert _messages(found) == [
        (row.message.at, row.message.to, row.message.topic, row.message.subject, row.message.rung)
        for row in simulation.store.messages(10_000)
    ]
    for what, kind in (
        (Coming.MOVED, happenings.ActionTaken),
        (Coming.NOT_MOVED, happenings.NotTaken),
        (Coming.SET, happenings.FactRecorded),
        (Coming.HOLD_ENDS, happenings.HoldSet),
        (Coming.TRACK_ENDS, happenings.TrackEnded),
    ):
        assert _times(found, what) == [event.at for event in happened if isinstance(event, kind)], what
    _check_misses(found, live.case, simulation.store.case("case-1"))
    assert _tracks(found, live.case) == set(simulation.store.case("case-1").enrolments["e1"].tracks)


def simulate(live: Live) -> Simulation:
    """Return a simulation of the case as it is now, in which nobody does anything."""
    simulation = Simulation(live.library, live.now, tick=timedelta())
    nothing: tuple[Event, ...] = ()
    written = Written(Decision(nothing, ()), live.case, wake(live.case, live.now, live.library))
    simulation.store.open("case-1", lambda _: written)
    return simulation


def _messages(found: Forecast) -> list[tuple[Any, ...]]:
    said = (entry for entry in found.entries if entry.what is Coming.MESSAGE)
    return [(entry.at, entry.role, entry.topic, entry.subject, entry.rung) for entry in said]


def _times(found: Forecast, what: Coming) -> list[Any]:
    return [entry.at for entry in found.entries if entry.what is what]


def _tracks(found: Forecast, case: Case) -> set[str]:
    """Return the tracks that have been opened by the end."""
    opened = {entry.subject for entry in found.entries if entry.what is Coming.TRACK_OPENS}
    return opened | set(case.enrolments["e1"].tracks)


def _check_misses(found: Forecast, before: Case, after: Case) -> None:
    """Exactly the clocks and tasks of which something was missed in the meantime are foretold as missed."""
    known, now = before.enrolments["e1"].clocks, after.enrolments["e1"].clocks
    clocks = {
        key
        for key, item in now.items()
        if _misses(item.clock) > (_misses(known[key].clock) if key in known else 0)
    }  # fmt: skip
    tasks = {path for path, _ in _missed_dates(after) - _missed_dates(before)}
    foretold = {entry.subject for entry in found.entries if entry.what is Coming.MISSED}
    assert clocks == foretold & now.keys()
    assert tasks == {key.partition("#")[0] for key in foretold - now.keys()}


def _misses(clock: Any) -> int:
    """Return how many limits of a clock have been missed: the newest one with effects, or by being ended."""
    ended = clock.outcome is Outcome.MISSED and clock.miss_taken < clock.now.number
    return int(clock.miss_taken) + ended


def _missed_dates(case: Case) -> set[tuple[str, date | None]]:
    """Return the dates of tasks that were missed; a later visit to the step knows those of earlier ones."""
    tasks = case.enrolments["e1"].tasks
    return {
        (key.partition("#")[0], item.due)
        for key, state in tasks.items()
        for item in state.occurrences
        if item.status is TaskStatus.MISSED
    }
