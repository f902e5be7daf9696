"""Passes for urgent clocks alone, while a brake holds everything else back; and when a case wants which pass."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.effects import Told, Topic
from engine.core.case.reasons import Why
from engine.core.case.state import Case, CaseClock, Fact
from engine.core.clocks.clock import Clock
from engine.core.deciding.decide import wakes
from engine.core.deciding.wakes import Wakes
from engine.core.evolve import evolve
from engine.core.model import URGENT, Forbidden, IfMissed, Kind, Protocol, Task
from tests.builders.live import BOSS, DAY, HOUR, START, WORKER, Live
from tests.builders.protocols import (
    action,
    after_limit,
    at,
    at_limit,
    deadline,
    fact_is,
    final,
    half_way,
    known,
    lasting,
    passed,
    protocol,
    step,
    track,
)
from tests.builders.random_protocols import random_protocols

KEY, OTHER = "main.one.limit#1", "main.one.other#1"
LADDER = (half_way(), at_limit(), after_limit("2 hours"))
#: A rung that went out: clock, generation, rung and occurrence.
Firing = tuple[str, int, str, int]


def case(*parts: Any, **more: Any) -> Live:
    """Return a case at a step with these deadlines and tasks."""
    main = track("main", step("one", action("go", "two", only_if=fact_is("answer", "a")), *parts),
                 step("two", action("end", "done"), deadline("next", "2 days")), final())  # fmt: skip
    return Live(protocol(main, forbidden=more.pop("forbidden", ())), **more)


def safety(**more: Any) -> Any:
    """Return a safety deadline of a day that only an answer ends."""
    return deadline("limit", kind=Kind.SAFETY, until=known("answer"), **more)


def urgent(live: Live, span: timedelta = timedelta()) -> list[str]:
    """Let time pass and the worker serve urgent clocks only; return which rungs went out."""
    live.wait(span).do(commands.Pass(only_urgent=True))
    return live.fired()


def wanted(live: Live) -> Wakes:
    return wakes(live.case, live.now, live.library)


@pytest.mark.parametrize("kind", Kind)
def test_only_urgent_clocks_are_served(kind: Kind) -> None:
    """Safety, clinical and evidence clocks send their rungs; every other clock is left as it was."""
    live = case(deadline("limit", kind=kind, until=known("answer")), deadline("other", until=known("answer")))
    other = live.clock(OTHER)
    served = kind in {Kind.SAFETY, Kind.CLINICAL, Kind.EVIDENCE}
    assert wanted(live) == Wakes(START + DAY / 2, START + DAY / 2 if served else START + 14 * DAY)
    assert urgent(live, DAY) == ([f"{KEY} half", f"{KEY} due"] if served else [])
    assert live.clock(OTHER) is other
    live.run()
    missing = [] if served else [f"{KEY} half", f"{KEY} due"]
    assert live.fired() == [*missing, f"{OTHER} half", f"{OTHER} due"]


def test_silence_is_urgent() -> None:
    """The no-news limit is of the kind safety."""
    live = case()
    assert wanted(live).urgent == START + 14 * DAY
    assert urgent(live, 14 * DAY) == ["no_news silent"]


def test_what_a_miss_brings_about_waits_for_a_whole_pass() -> None:
    """Nothing is set, opened or told by an urgent pass, and the next whole one does it as of the limit."""
    missed = IfMissed({"other": "b"}, "explain", ("director",))
    live = case(safety(if_missed=missed), Task("explain", required=False))
    urgent(live, DAY + HOUR)
    assert {type(event) for event in live.new} == {happenings.RungFired, happenings.ClockSet, Told}
    assert live.told(Topic.MISSED) == []
    assert wanted(live) == Wakes(START + DAY, START + 2 * DAY)
    live.run(HOUR)
    (known_fact,) = live.of(happenings.FactRecorded)
    assert (known_fact.field, known_fact.fact.happened) == ("other", START + DAY)
    assert live.told(Topic.MISSED) == ["director"]
    assert live.fired() == []


def test_rungs_behind_a_limit_that_moves_the_case_wait() -> None:
    """What the whole pass would never send does not go out; once the move was refused, the ladder goes on."""
    live = case(safety(then="go", rungs=LADDER))
    assert urgent(live, DAY + 3 * HOUR) == [f"{KEY} half", f"{KEY} due"]
    assert wanted(live) == Wakes(START + DAY, START + 14 * DAY)
    live.run()
    assert live.of(happenings.NotTaken)
    assert live.fired() == [f"{KEY} later"]
    assert urgent(live, 2 * DAY) == [f"{KEY} later"] * 2
    assert wanted(live).urgent == START + 4 * DAY + 2 * HOUR


def test_a_promise_about_an_urgent_clock_is_counted() -> None:
    """The case wakes for it, and the second broken one climbs, also while everything else is held back."""
    live = case(safety(rungs=(half_way(), at_limit("due"))))
    urgent(live, DAY / 2)
    for _ in range(2):
        live.do(commands.Acknowledge(actor=WORKER, enrolment="e1", clock=KEY, promised=live.now + HOUR))
        assert wanted(live).urgent == live.now + HOUR
        urgent(live, HOUR)
    assert live.fired() == [f"{KEY} due"]


def evidence(name: str = "limit", kind: Kind = Kind.EVIDENCE) -> Any:
    """Return a deadline of ten days that holds stop."""
    return deadline(name, "10 days", kind=kind, until=known("answer"), rungs=LADDER)


def held() -> Live:
    """Return a case with an evidence clock and another, both stopped by a hold of six days."""
    live = case(evidence(), evidence("other", Kind.PRACTICE))
    live.do(commands.BeginHold(actor=BOSS, hold="h", until=START + 6 * DAY, reason="in hospital"))
    return live


def test_a_stopped_urgent_clock_wakes_with_its_hold() -> None:
    """While it stands still it has nothing to say; the hold's end moves its limit."""
    live = held()
    assert wanted(live) == Wakes(START + 6 * DAY, START + 6 * DAY)
    assert urgent(live, 5 * DAY) == []


def test_a_hold_that_ended_moves_urgent_clocks_only() -> None:
    """The urgent clock counts on as of the hold's end; the hold and the other clock wait for the whole pass."""
    live = held()
    other = live.clock(OTHER)
    assert urgent(live, 12 * DAY) == [f"{KEY} half"]
    assert live.clock(KEY).clock.limit == START + 16 * DAY
    assert not live.clock(KEY).clock.generations[0].missed
    assert live.clock(OTHER) is other
    assert live.case.holds["h"].ended is None
    assert wanted(live) == Wakes(START + 5 * DAY, START + 14 * DAY)
    assert urgent(live, HOUR) == []
    live.run()
    assert live.case.holds["h"].ended == START + 6 * DAY
    assert live.clock(OTHER).clock.limit == START + 16 * DAY
    assert not live.clock(OTHER).clock.generations[0].missed
    assert len(live.clock(KEY).clock.generations) == 2


def test_two_holds_that_ended_unnoticed_are_counted_once_each() -> None:
    """However often urgent passes look, an urgent clock moves by each hold once, and the others like it."""
    live = case(evidence(), evidence("other", Kind.PRACTICE))
    for name, begins, ends in (("a", 0, 2), ("b", 0, 4)):
        live.wait(begins * DAY)
        live.do(commands.BeginHold(actor=BOSS, hold=name, until=START + ends * DAY, reason="in hospital"))
    live.wait(DAY).do(commands.EndHold(actor=BOSS, hold="b"))
    live.do(commands.BeginHold(actor=BOSS, hold="c", until=START + 5 * DAY, reason="in hospital"))
    pure = live.case
    for _ in range(3):
        urgent(live, 2 * DAY)
    generations = len(live.clock(KEY).clock.generations)
    assert urgent(live) == []
    assert len(live.clock(KEY).clock.generations) == generations
    live.run()
    watched, live.case = live.case, pure
    live.run()
    assert unsent(live, watched) == unsent(live, live.case)


def test_time_alone_turns_nothing_in_an_urgent_pass() -> None:
    """Windows, automatic actions, tracks and alarms that time brings count for the whole pass only."""
    rule = Forbidden("late", never=passed("day", "3 days"), alarm=("director",))
    calls = Task("calls", every=lasting("2 days"), required=False)
    live = case(safety(), calls, facts={"day": date(2026, 3, 2)}, forbidden=[rule])
    live.run(DAY)
    assert wanted(live).any is not None
    assert wanted(live).urgent == START + 2 * DAY
    assert urgent(live, 9 * DAY) == [f"{KEY} due"] * 9
    assert live.told(Topic.ALARM) == []
    assert live.enrolment.tasks["main.one.calls#1"].occurrences[0].status.value == "open"
    live.run()
    assert live.told(Topic.ALARM) == ["director"]
    assert live.enrolment.tasks["main.one.calls#1"].occurrences[0].status.value == "missed"


def test_a_closed_case_wants_no_pass() -> None:
    """It never wakes, and a pass over it is refused like any command."""
    main = track("main", step("one", action("end", "done"), safety()), final())
    live = Live(protocol(main))
    live.act("end")
    assert wanted(live) == Wakes(None, None)
    assert live.why(commands.Pass(only_urgent=True)) == [Why.CASE_CLOSED]


def test_a_step_without_urgent_clocks_still_watches_the_silence() -> None:
    """An open case always has an urgent wake-up: that of its silence."""
    main = track("main", step("one", action("end", "done"), deadline("limit", until=at("main", "done"))), final())
    live = Live(protocol(main))
    assert wanted(live) == Wakes(START + DAY / 2, START + 14 * DAY)


SPANS = st.sampled_from([timedelta(hours=hours) for hours in (1, 5, 24, 72, 200, 500)])
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "answer": st.sampled_from(["a", "b"]),
        "day": st.dates(date(2026, 2, 20), date(2026, 4, 1)),
        "risk": st.sampled_from(["low", "high"]),
    },
)


@given(random_protocols(), FACTS, st.lists(SPANS, min_size=1, max_size=3), st.booleans(), st.booleans())
@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_what_an_urgent_pass_leaves_is_done_by_the_next_whole_one(
    random: Protocol, facts: dict[str, Any], spans: list[timedelta], hold: bool, quiet: bool
) -> None:
    """In the end the case is as if the outage had lasted until the whole pass, also where limits change it."""
    more: dict[str, Any] = {"quiet_until": START + 4 * DAY} if quiet else {}
    live = Live(random, facts=facts, **more)
    if hold and live.case.is_open:
        live.do(commands.BeginHold(actor=BOSS, hold="h", until=START + 2 * DAY, reason="in hospital"))
    pure = Live(random, facts=facts, **more)
    sent: set[Firing] = set()
    pure.case, pure.events = live.case, list(live.events)
    for span in spans:
        if not live.case.is_open:
            return
        before = live.case
        urgent(live, span)
        sent |= firings(live)
        _check_only_urgent_ones_changed(live, before)
    live.run()
    pure.wait(live.now - pure.now).do(commands.Pass())
    assert unsent(live, live.case) == unsent(live, pure.case)
    sent |= firings(live)
    assert firings(pure) <= sent
    # What an urgent pass has sent of a clock that the whole one closes, or of a limit that it moves, would never have
    # gone out without it.
    assert all(_is_over(live.clock(key).clock, generation) for key, generation, *_ in sent - firings(pure))


def _is_over(clock: Clock, generation: int) -> bool:
    return not clock.is_open or generation < clock.now.number


def firings(live: Live) -> set[Firing]:
    """Return the keys of the rungs that went out in the last command: clock, generation, rung and occurrence."""
    fired = ((one.clock, one.firing) for one in live.of(happenings.RungFired))
    return {(clock, firing.generation, firing.rung, firing.occurrence) for clock, firing in fired}


def unsent(live: Live, case: Case) -> Case:
    """Return a case without counters and record times, and without what its urgent clocks have sent."""
    known = case.enrolments["e1"]
    clocks = {key: _unsent(item) if kind_of(live, item) in URGENT else item for key, item in known.clocks.items()}
    enrolments = {"e1": evolve(known, clocks=clocks, facts=_uncounted(known.facts))}
    return evolve(case, enrolments=enrolments, facts=_uncounted(case.facts), seq=0, version=0, recorded=None)


def _uncounted(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    return {name: evolve(fact, seq=0) for name, fact in facts.items()}


def _unsent(item: CaseClock) -> CaseClock:
    return evolve(item, clock=evolve(item.clock, told={}, dealt=(), summary_for=()))


def kind_of(live: Live, item: CaseClock) -> Kind:
    """Return the kind of a clock; the no-news one is about safety."""
    placed = live.library.rulebooks["test-meaning"].deadlines.get(item.deadline)
    return placed.deadline.kind if placed else Kind.SAFETY


def _check_only_urgent_ones_changed(live: Live, before: Case) -> None:
    """Whatever is no urgent clock is the very same; and an urgent pass leaves nothing urgent due."""
    known = before.enrolments["e1"]
    for key, item in live.enrolment.clocks.items():
        assert kind_of(live, item) in URGENT or item is known.clocks[key]
    assert evolve(live.enrolment, clocks={}) == evolve(known, clocks={})
    assert live.case.holds == before.holds
    coming = wanted(live).urgent
    assert coming is None or coming > live.now
