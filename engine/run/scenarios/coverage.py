"""What the scenarios have been through of what the protocols hold: steps, actions, deadlines, rungs, forbidden rules.

A step counts when a case stood at it, an action when it was taken, a deadline when its clock ran, a rung when it
fired, a forbidden rule when it prevented something or turned true. Rungs are those of the lists a protocol uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.core.case import events as happenings
from engine.core.case.state import Case
from engine.core.deciding.library import Library
from engine.core.deciding.rulebook import Rulebook
from engine.core.model import Deadline, Protocol
from engine.run.scenarios.stage import Life

KINDS = ("steps", "actions", "deadlines", "rungs", "forbidden")
Places = dict[str, None]


@dataclass(slots=True)
class Coverage:
    """The places of each kind that there are, and those that were reached; each named ``protocol.path``."""

    there: dict[str, Places] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    reached: dict[str, Places] = field(default_factory=lambda: {kind: {} for kind in KINDS})

    def percent(self, kind: str) -> float:
        """Return how much was reached, in percent with one decimal, never rounded up to 100."""
        all_, found = len(self.there[kind]), len(self.there[kind].keys() & self.reached[kind].keys())
        return 100.0 if found == all_ else int(1000 * found / all_) / 10

    def missing(self, kind: str) -> list[str]:
        """Return what was never reached, in file order."""
        return [place for place in self.there[kind] if place not in self.reached[kind]]

    def add(self, other: Mapping[str, Places]) -> None:
        """Count what one scenario reached."""
        for kind, places in other.items():
            self.reached[kind] |= places


def whole(library: Library) -> Coverage:
    """Return everything there is to be reached."""
    found = Coverage()
    for rules in library.rulebooks.values():
        for kind, places in _everything(rules.protocol).items():
            found.there[kind] |= dict.fromkeys(places)
    return found


def reached_by(life: Life, library: Library) -> dict[str, Places]:
    """Return what one case of a story has been through."""
    found: dict[str, Places] = {kind: {} for kind in KINDS}
    for event in life.events:
        for kind, place in _reached(event, life.case, library):
            found[kind][place] = None
    for meaning, rule in life.rules:
        found["forbidden"][f"{library.rulebooks[meaning].protocol.id}.{rule}"] = None
    return found


def _everything(protocol: Protocol) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    name = protocol.id
    for track in protocol.tracks.values():
        found["actions"] += (f"{name}.{track.id}.{id_}" for id_ in track.at_any_step)
        for step in track.steps.values():
            path = f"{name}.{track.id}.{step.id}"
            found["steps"].append(path)
            found["actions"] += (f"{path}.{id_}" for id_ in step.actions)
            deadlines = [(f"{path}.{id_}", one) for id_, one in step.deadlines.items()]
            for task in step.tasks.values():
                deadlines += ((f"{path}.{task.id}.{id_}", one) for id_, one in task.deadlines.items())
            for place, one in deadlines:
                found["deadlines"].append(place)
                found["rungs"] += _rungs(name, place, one)
    found["rungs"] += (f"{name}.no_news.{rung.id}" for rung in protocol.no_news.rungs)
    found["forbidden"] += (f"{name}.{id_}" for id_ in protocol.forbidden)
    return found


def _rungs(protocol: str, place: str, deadline: Deadline) -> Iterator[str]:
    """Yield the rungs of a deadline: those of a shared list under the list's name, its own under its place."""
    where = f"{protocol}.{deadline.escalation}" if deadline.escalation else place
    return (f"{where}.{rung.id}" for rung in deadline.rungs)


def _reached(event: happenings.Event, case: Case, library: Library) -> Iterator[tuple[str, str]]:
    if not isinstance(event, happenings.OfEnrolment):
        return
    rules = library.rulebooks[case.enrolments[event.enrolment].meaning]
    name = rules.protocol.id
    if isinstance(event, happenings.StepEntered):
        yield "steps", f"{name}.{event.track}.{event.step}"
    elif isinstance(event, happenings.ActionTaken):
        own = event.action in rules.step(event.track, event.step).actions
        yield "actions", f"{name}.{event.track}.{f'{event.step}.' if own else ''}{event.action}"
    elif isinstance(event, happenings.ClockSet):
        yield "deadlines", f"{name}.{event.clock.deadline}"
    elif isinstance(event, happenings.RungFired):
        yield "rungs", _fired(event, case, rules)
    elif isinstance(event, happenings.RuleTurned) and event.truth is True:
        yield "forbidden", f"{name}.{event.rule}"


def _fired(event: happenings.RungFired, case: Case, rules: Rulebook) -> str:
    path = case.enrolments[event.enrolment].clocks[event.clock].deadline
    placed = rules.deadlines.get(path)
    listed = placed.deadline.escalation if placed is not None else ""
    return f"{rules.protocol.id}.{listed or path}.{event.firing.rung}"
