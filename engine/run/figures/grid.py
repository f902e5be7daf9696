"""Into which quarters and provinces all figures are divided: one grid for all, none of whose cells is small.

Two tables that divide the same differently give away what each leaves out. So quarters are put together to spans, and
small provinces to groups, once and for all that is counted; every table is made of these cells and their sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.run.figures.crowd import NOBODY, Crowd, together

#: What was counted in a quarter and a province.
Counts = Mapping[tuple[str, str], Crowd]
Group = tuple[str, ...]
Span = tuple[str, ...]


@dataclass(frozen=True)  # no slots: what is found is kept
class Grid:
    """Spans of quarters, the oldest first, and groups of provinces by name."""

    spans: Sequence[Span] = ()
    groups: Sequence[Group] = ()

    @cached_property
    def _span(self) -> Mapping[str, Span]:
        return {quarter: span for span in self.spans for quarter in span}

    @cached_property
    def _group(self) -> Mapping[str, Group]:
        return {province: group for group in self.groups for province in group}

    def place(self, quarter: str, province: str) -> tuple[Span, Group]:
        """Return the cell of a quarter and a province."""
        return self._span[quarter], self._group[province]


def grid_of(measures: Sequence[Counts]) -> Grid:
    """Return the finest grid in which no cell of any measure is small. No measure may be small as a whole."""
    quarters = sorted({quarter for one in measures for quarter, _ in one})
    sizes = [_sizes(one) for one in measures]
    names = {province for one in measures for _, province in one}
    provinces = sorted(
        names, key=lambda name: (min(one[name] for one in sizes), sum(one[name] for one in sizes), name)
    )
    found: list[Grid] = []
    for joined in range(len(provinces) + 1):
        if joined != 1 and quarters:
            first = [tuple(sorted(provinces[:joined]))] if joined else []
            groups = sorted([*first, *((one,) for one in provinces[joined:])])
            spans = _spans(measures, quarters, groups)
            if spans:
                found.append(Grid(spans, groups))
    return max(found, key=lambda one: len(one.spans) * len(one.groups), default=Grid())


def _sizes(measure: Counts) -> Counter[str]:
    sizes: Counter[str] = Counter()
    for (_, province), crowd in measure.items():
        sizes[province] += crowd.number
    return sizes


def _spans(measures: Sequence[Counts], quarters: Sequence[str], groups: Sequence[Group]) -> list[Span]:
    """Return the shortest spans for these groups; none where even all quarters together leave a small cell."""

    def holds(span: Sequence[str]) -> bool:
        cells = (
            together(one.get((quarter, province), NOBODY) for quarter in span for province in group)
            for one in measures
            for group in groups
        )
        return not any(crowd.is_small for crowd in cells)

    spans: list[list[str]] = [[]]
    for quarter in quarters:
        spans[-1].append(quarter)
        if holds(spans[-1]):
            spans.append([])
    if not spans[-1]:
        spans.pop()
    while len(spans) > 1 and not holds(spans[-1]):
        last = spans.pop()
        spans[-1] += last
    return [tuple(one) for one in spans] if holds(spans[-1]) else []
