"""The page that follows each row of the papers into the protocols: its third column is made from their `ref`s.

``make docs`` writes it anew; a test compares. The other columns are written by hand: what a row asks for, and where
else it is served, or why it is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from engine.core.model import Protocol, Step
from engine.run.scenarios.running import load
from tests.documents import ROOT, page

PAGE = "docs/traceability.md"
_ROW = re.compile(r"^\| (?P<id>[A-Z][\w.]*) \| (?P<asks>.*?) \| (?P<carried>.*?) \| (?P<besides>.*?) ?\|$")
#: Between two places in a cell.
_AND = ", "


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the papers: what it asks for, what carries it in the protocols, and what else is to be said."""

    id: str
    asks: str
    carried: tuple[str, ...]
    besides: str


def rows() -> list[Row]:
    """Return the rows of the page as they stand there."""
    return [_row(found) for line in page(PAGE).splitlines() if (found := _ROW.match(line))]


def _row(found: re.Match[str]) -> Row:
    carried = tuple(word for word in found["carried"].replace("`", "").split(_AND) if word)
    return Row(found["id"], found["asks"], carried, found["besides"].strip())


@cache
def references() -> dict[str, tuple[str, ...]]:
    """Return where each row is named under `ref`, in file order; a part shared by several protocols once."""
    found: dict[str, dict[str, None]] = {}
    for rules in load(str(ROOT / "protocols")).rulebooks.values():
        for place, refs in _places(rules.protocol):
            for ref in refs:
                found.setdefault(ref, {})[place] = None
    return {ref: tuple(places) for ref, places in found.items()}


def _places(protocol: Protocol) -> Iterator[tuple[str, tuple[str, ...]]]:
    for track in protocol.tracks.values():
        yield track.id, getattr(track, "ref", ())
        for action in track.at_any_step.values():
            yield f"{track.id}.{action.id}", action.ref
        for step in track.steps.values():
            yield from _of_step(f"{track.id}.{step.id}", step)
    for id_, limit in protocol.limits.items():
        yield f"limit {id_}", limit.ref
    for id_, consent in protocol.consents.items():
        yield f"consent {id_}", consent.ref
    for kind, parts in (("rule", protocol.forbidden), ("field", protocol.fields), ("role", protocol.roles)):
        for id_, part in parts.items():
            yield f"{kind} {id_}", getattr(part, "ref", ())


def _of_step(path: str, step: Step) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield path, step.ref
    for action in step.actions.values():
        yield f"{path}.{action.id}", action.ref
    for deadline in step.deadlines.values():
        yield f"{path}.{deadline.id}", deadline.ref
    for task in step.tasks.values():
        yield f"{path}.{task.id}", getattr(task, "ref", ())
        for deadline in task.deadlines.values():
            yield f"{path}.{task.id}.{deadline.id}", deadline.ref


def written() -> str:
    """Return the page with its third column as the protocols now are."""
    return "".join(f"{_written(line)}\n" for line in page(PAGE).splitlines())


def _written(line: str) -> str:
    found = _ROW.match(line)
    if found is None:
        return line
    row = _row(found)
    carried = _AND.join(f"`{place}`" for place in references().get(row.id, ()))
    return f"| {row.id} | {row.asks} | {carried} | {row.besides} |"


if __name__ == "__main__":
    (ROOT / PAGE).write_text(written(), encoding="utf-8")
