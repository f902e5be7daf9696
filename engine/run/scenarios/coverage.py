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
    """The places of each kind that there are, and those that were reached; each by its name."""

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


class Atlas:
    """The names of places. What several protocols share, a lane or a list of rungs, has one name for all of them."""

    def __init__(self, library: Library) -> None:
        """Learn which parts are shared."""
        self.protocols = {rules.protocol.id: rules.protocol for rules in library.rulebooks.values()}
        self._rules = dict(library.rulebooks)
        self._named: dict[tuple[str, str, str], str] = {}

    def track(self, protocol: str, track: str) -> str:
        """Return the name of a lane."""
        return self._name("tracks", protocol, track)

    def rule(self, protocol: str, rule: str) -> str:
        """Return the name of a forbidden rule."""
        return self._name("forbidden", protocol, rule)

    def rung(self, deadline: Deadline, place: str, rung: str) -> str:
        """Return the name of a rung: of its list, or of the deadline at which it stands."""
        return f"{deadline.escalation or place}.{rung}"

    def no_news(self, protocol: str, rung: str) -> str:
        """Return the name of a rung of the no-news limit."""
        rungs = [one.no_news.rungs for one in self.protocols.values()]
        return f"no_news.{rung}" if rungs.count(rungs[0]) == len(rungs) else f"{protocol}.no_news.{rung}"

    def reached(self, event: happenings.OfEnrolment, case: Case) -> Iterator[tuple[str, str]]:
        """Yield the kinds and names of the places that an event has reached."""
        rules = self._rules[case.enrolments[event.enrolment].meaning]
        protocol = rules.protocol.id
        if isinstance(event, happenings.StepEntered):
            yield "steps", f"{self.track(protocol, event.track)}.{event.step}"
        elif isinstance(event, happenings.ActionTaken):
            own = event.action in rules.step(event.track, event.step).actions
            where = self.track(protocol, event.track)
            yield "actions", f"{where}.{f'{event.step}.' if own else ''}{event.action}"
        elif isinstance(event, happenings.ClockSet):
            yield from self._clock(protocol, event.clock.deadline)
        elif isinstance(event, happenings.RungFired):
            yield "rungs", self._fired(event, case, rules)
        elif isinstance(event, happenings.RuleTurned) and event.truth is True:
            yield "forbidden", self.rule(protocol, event.rule)

    def _clock(self, protocol: str, path: str) -> Iterator[tuple[str, str]]:
        track, dot, rest = path.partition(".")
        if dot and track in self.protocols[protocol].tracks:
            yield "deadlines", f"{self.track(protocol, track)}.{rest}"

    def _fired(self, event: happenings.RungFired, case: Case, rules: Rulebook) -> str:
        path = case.enrolments[event.enrolment].clocks[event.clock].deadline
        placed, rung = rules.deadlines.get(path), event.firing.rung
        if placed is None:
            return self.no_news(rules.protocol.id, rung)
        track, _, rest = path.partition(".")
        return self.rung(placed.deadline, f"{self.track(rules.protocol.id, track)}.{rest}", rung)

    def _name(self, parts: str, protocol: str, name: str) -> str:
        key = (parts, protocol, name)
        if key not in self._named:
            part = getattr(self.protocols[protocol], parts)[name]
            others = [one for one in self.protocols.values() if getattr(one, parts).get(name) == part]
            self._named[key] = name if len(others) > 1 else f"{protocol}.{name}"
        return self._named[key]


def whole(atlas: Atlas) -> Coverage:
    """Return everything there is to be reached."""
    found = Coverage()
    for protocol in atlas.protocols.values():
        for kind, places in _everything(protocol, atlas).items():
            found.there[kind] |= dict.fromkeys(places)
    return found


def reached_by(life: Life, atlas: Atlas) -> dict[str, Places]:
    """Return what one case of a story has been through."""
    found: dict[str, Places] = {kind: {} for kind in KINDS}
    for event in life.events:
        if isinstance(event, happenings.OfEnrolment):
            for kind, place in atlas.reached(event, life.case):
                found[kind][place] = None
    for protocol, rule in life.rules:
        found["forbidden"][atlas.rule(protocol, rule)] = None
    return found


def _everything(protocol: Protocol, atlas: Atlas) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for track in protocol.tracks.values():
        name = atlas.track(protocol.id, track.id)
        found["actions"] += (f"{name}.{id_}" for id_ in track.at_any_step)
        for step in track.steps.values():
            path = f"{name}.{step.id}"
            found["steps"].append(path)
            found["actions"] += (f"{path}.{id_}" for id_ in step.actions)
            deadlines = [(f"{path}.{id_}", one) for id_, one in step.deadlines.items()]
            for task in step.tasks.values():
                deadlines += ((f"{path}.{task.id}.{id_}", one) for id_, one in task.deadlines.items())
            for place, one in deadlines:
                found["deadlines"].append(place)
                found["rungs"] += (atlas.rung(one, place, rung.id) for rung in one.rungs)
    found["rungs"] += (atlas.no_news(protocol.id, rung.id) for rung in protocol.no_news.rungs)
    found["forbidden"] += (atlas.rule(protocol.id, id_) for id_ in protocol.forbidden)
    return found
