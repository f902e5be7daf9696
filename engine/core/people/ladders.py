"""Every escalation of a protocol that is in use, with who records where it is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.core.model import Protocol, Rung, Step
from engine.core.people.routing import OWNER

NO_NEWS = "no_news"


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs that some deadline climbs. ``id``: the escalation's, the path of a deadline with its own, or no-news.

    ``recorders`` stand in the rungs in place of the word for them.
    """

    protocol: str
    id: str
    rungs: tuple[Rung, ...]
    recorders: tuple[str, ...]

    def roles(self, rung: Rung) -> tuple[str, ...]:
        """Return the roles of a rung, each once."""
        return tuple(dict.fromkeys(one for name in rung.to for one in (self.recorders if name == OWNER else (name,))))


def ladders(protocol: Protocol) -> tuple[Ladder, ...]:
    """Return each escalation in use, once for each set of roles that record where it is used."""
    return tuple({(one.id, one.recorders): one for one in _all(protocol)}.values())


def first_recorders(protocol: Protocol) -> tuple[str, ...]:
    """Return the roles that record at the step where a case begins: without one of them nobody can open a case."""
    main = protocol.main
    return main.steps[main.first_step].recorded_by


def _all(protocol: Protocol) -> Iterator[Ladder]:
    for track in protocol.tracks.values():
        for step in track.steps.values():
            for path, escalation, rungs in _of_step(f"{track.id}.{step.id}", step):
                yield Ladder(protocol.id, escalation or path, rungs, step.recorded_by)
    everybody = (role for step in protocol.main.steps.values() for role in step.recorded_by)
    yield Ladder(protocol.id, NO_NEWS, protocol.no_news.rungs, _each_once(everybody))


def _of_step(path: str, step: Step) -> Iterator[tuple[str, str | None, tuple[Rung, ...]]]:
    for deadline in step.deadlines.values():
        yield f"{path}.{deadline.id}", deadline.escalation, deadline.rungs
    for task in step.tasks.values():
        for deadline in task.deadlines.values():
            yield f"{path}.{task.id}.{deadline.id}", deadline.escalation, deadline.rungs


def _each_once(roles: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(roles))
