"""Who can supply what is missing: the roles to go to, named in every refusal that somebody else can lift (14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.core.conditions import (
    DATE_OF_BIRTH,
    LAST,
    Blocking,
    ConsentGiven,
    FactTest,
    IsChild,
    Leaf,
    TaskIs,
    names_in,
)
from engine.core.deciding.rulebook import Rulebook


def suppliers(rules: Rulebook, track: str, step: str, missing: Iterable[Blocking]) -> tuple[str, ...]:
    """Return the roles that can record the facts, hear the consents and do the tasks that a refusal waits for."""
    found = (role for one in missing for role in _suppliers_of(rules, track, step, one.leaf))
    return tuple(dict.fromkeys(found))


def task_suppliers(rules: Rulebook, track: str, step: str, task: str) -> tuple[str, ...]:
    """Return who does a task of a step, else who records there."""
    declared = rules.step(track, step)
    found = declared.tasks.get(task)
    return (found.done_by if found else ()) or declared.recorded_by


def _suppliers_of(rules: Rulebook, track: str, step: str, leaf: Leaf) -> Iterator[str]:
    match leaf:
        case FactTest():
            for name in names_in(leaf):
                yield from rules.suppliers(name.removeprefix(LAST), track)
        case IsChild():
            yield from rules.suppliers(DATE_OF_BIRTH, track)
        case ConsentGiven():
            yield from rules.step(track, step).recorded_by
        case TaskIs(task):
            placed = rules.task(task)
            yield from task_suppliers(rules, placed[0], placed[1], task) if placed else ()
        case _:
            return
