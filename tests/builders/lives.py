"""Lives of invented people: the shipped protocols followed by somebody who works with chance from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from engine.core.case.commands import OpenCase
from engine.core.case.events import Event
from engine.core.case.state import Case
from engine.core.deciding.library import Library, library_of
from engine.core.model import Protocol
from engine.run.protocols.files import ProtocolError, compile_file, yaml_files
from engine.run.story.demo import in_order
from engine.run.story.stand_in import StandIn, all_roles
from engine.run.story.virtual import Simulation

BEGIN = datetime(2027, 1, 4, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Life:
    """What happened to one invented person, and what that led to."""

    events: tuple[Event, ...]
    case: Case
    library: Library


def library_from(folder: str) -> tuple[list[Protocol], Library]:
    """Return every protocol of a folder, the one where a life begins first, with the library of all."""
    compiled = [compile_file(name, warn=False) for name in sorted(yaml_files(folder))]
    for one in compiled:
        if one.protocol is None:
            raise ProtocolError(one.problems)
    protocols = [one.protocol for one in compiled if one.protocol is not None]
    calendars = {calendar.id: calendar for one in compiled for calendar in one.calendars.values()}
    return in_order(protocols), library_of(protocols, calendars.values())


@cache
def shipped() -> tuple[tuple[Protocol, ...], Library]:
    """Return the protocols of the folder, ready to decide with."""
    protocols, library = library_from("protocols")
    return tuple(protocols), library


@cache
def life(protocol: int, seed: int, days: int = 60) -> Life:
    """Return a life by one of the shipped protocols (by its place) over so many days."""
    protocols, library = shipped()
    chosen = protocols[protocol]
    simulation = Simulation(library, BEGIN)
    simulation.do("P", OpenCase(actor=all_roles(chosen), enrolment=chosen.id, meaning=chosen.meaning))
    simulation.plan(BEGIN + timedelta(hours=1), StandIn(simulation, "P", f"life {seed}").work)
    simulation.run(BEGIN + timedelta(days=days))
    return Life(tuple(simulation.store.journal("P")), simulation.store.case("P"), library)
