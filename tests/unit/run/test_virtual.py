"""Virtual time jumps to what comes next and never runs back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.core.case.commands import Actor, OpenCase
from engine.core.deciding.library import library_of
from engine.core.model import NoNews, Protocol, Rung, RungAt, Step, Track
from engine.run.story.virtual import Simulation, VirtualTime

START = datetime(2026, 1, 1, tzinfo=UTC)
PROTOCOL = Protocol(
    "waiting",
    "1",
    {"main": Track("main", "here", {"here": Step("here")})},
    NoNews((Rung("alarm", RungAt.AT_LIMIT, ("supervisor",)),)),
    zone="Asia/Phnom_Penh",
    meaning="waiting 1",
)


def test_time_never_runs_back() -> None:
    """A jump to an earlier instant changes nothing."""
    time = VirtualTime(START)
    time.jump(START + timedelta(days=1))
    time.jump(START)
    assert time.now() == START + timedelta(days=1)


def test_a_case_of_which_nobody_hears_alarms_at_its_limit() -> None:
    """Nothing is polled: the simulation jumps to the no-news limit of 14 days and sends its alarm there."""
    simulation = Simulation(library_of([PROTOCOL]), START)
    opening = OpenCase(actor=Actor(), enrolment="run", meaning=PROTOCOL.meaning)
    simulation.do("A", opening)
    simulation.run(START + timedelta(days=14, hours=1))
    sent = simulation.store.messages()
    assert [(row.message.to, row.message.at) for row in sent] == [("supervisor", START + timedelta(days=14))]
    assert simulation.time.now() == START + timedelta(days=14, hours=1)
