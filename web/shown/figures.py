"""The figures of a quarter and a province in words: outcomes and steps by their titles, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from engine.core.deciding.library import Library
from engine.core.deciding.rulebook import NO_NEWS
from engine.core.model import Text
from engine.run.figures.grid import Group, Span
from engine.run.figures.overview import GOES_ON, Counted, Overview, Place, Share
from web.shown.provinces import province
from web.titles import WAITING, pick
from web.words.catalog import N_, say


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: what it is of, the number (None: not shown), and how long its bar is, of 100."""

    title: str
    number: float | None
    length: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table of counts; ``numbers`` in the order of the kinds, then the others, then all together."""

    title: str
    numbers: Sequence[int | None]


@dataclass(frozen=True)  # no slots: what is found is kept
class Figures:
    """What one reader sees of an overview; ``span`` and ``group``: what she chose, empty for all."""

    overview: Overview
    library: Library
    language: str
    span: Span
    group: Group
    zone: ZoneInfo

    @property
    def until(self) -> str:
        """The last day that is counted, as a local date."""
        return (self.overview.made.astimezone(self.zone) - timedelta(days=1)).strftime("%Y-%m-%d")

    @property
    def place(self) -> Place:
        """What she chose."""
        return self.span, self.group

    @cached_property
    def quarters(self) -> Sequence[tuple[str, str, bool]]:
        """The spans of quarters to choose from: value, title, whether it is chosen; the newest first."""
        return [(one[0], self.span_title(one), one == self.span) for one in reversed(self.overview.grid.spans)]

    @cached_property
    def provinces(self) -> Sequence[tuple[str, str, bool]]:
        """The groups of provinces to choose from."""
        return [(group_value(one), self.group_title(one), one == self.group) for one in self.overview.grid.groups]

    def span_title(self, span: Span) -> str:
        """Return what a span of quarters is called."""
        if not span:
            return say(self.language, N_("All quarters"))
        first, last = (self._quarter(one) for one in (span[0], span[-1]))
        return first if len(span) == 1 else f"{first} – {last}"

    def _quarter(self, quarter: str) -> str:
        year, _, number = quarter.partition(" Q")
        return say(self.language, N_("{year} Q{number}")).format(year=year, number=number)

    def group_title(self, group: Group) -> str:
        """Return what a group of provinces is called."""
        if not group:
            return say(self.language, N_("All provinces"))
        return " + ".join(province(one, self.language) for one in group)

    @cached_property
    def kinds(self) -> Sequence[tuple[str, str]]:
        """The outcomes that are shown at some place, with their titles: those with the most first."""
        known: dict[str, int] = {}
        for one in self.overview.outcomes.values():
            for kind, number in one.kinds.items():
                known[kind] = known.get(kind, 0) + (number or 0)
        often = sorted((kind for kind, number in known.items() if number), key=lambda kind: (-known[kind], kind))
        return [(kind, self._outcome(kind)) for kind in often]

    @property
    def outcomes(self) -> Sequence[Bar]:
        """How runs ended at the place that she chose."""
        found = self.overview.outcomes[self.place]
        numbers = [(title, found.kinds[kind]) for kind, title in self.kinds]
        numbers.append((say(self.language, N_("Others, and what is too few")), found.others))
        most = max((number or 0 for _, number in numbers), default=0) or 1
        return [Bar(title, number, round(100 * (number or 0) / most, 1)) for title, number in numbers]

    def lines(self, what: str) -> Sequence[Line]:
        """Return the counts by ``quarter`` (of the chosen province) or by ``province`` (of the chosen quarter)."""
        return [self._line(title, self.overview.outcomes[place]) for title, place in self._places(what)]

    def _line(self, title: str, counted: Counted) -> Line:
        return Line(title, [*(counted.kinds[kind] for kind, _ in self.kinds), counted.others, counted.together])

    def shares(self, what: str) -> Sequence[tuple[str, Share]]:
        """Return the shares by ``quarter`` (of the chosen province) or by ``province`` (of the chosen quarter)."""
        return [(title, self.overview.shares[place]) for title, place in self._places(what)]

    def share_grid(self) -> Sequence[tuple[str, Sequence[Share]]]:
        """Return all shares, a row for each quarter, a column for each province and one for all."""
        columns = (*self.overview.grid.groups, ())
        return [
            (self.span_title(span), [self.overview.shares[span, group] for group in columns])
            for span in (*self.overview.grid.spans, ())
        ]

    def _places(self, what: str) -> Sequence[tuple[str, Place]]:
        if what == "quarter":
            return [(self.span_title(one), (one, self.group)) for one in (*self.overview.grid.spans, ())]
        return [(self.group_title(one), (self.span, one)) for one in (*self.overview.grid.groups, ())]

    @property
    def stays(self) -> Sequence[Bar]:
        """How many days limits ran at a step, at the place that she chose."""
        found = [(step, days.get(self.place)) for step, days in self.overview.stays.items()]
        most = max((days or 0 for _, days in found), default=0) or 1
        titles = _steps(self.library, self.language)
        return [Bar(self._step(step, titles), days, round(100 * max(days or 0, 0) / most, 1)) for step, days in found]

    def _outcome(self, outcome: str) -> str:
        if outcome == GOES_ON:
            return say(self.language, N_("Goes on"))
        return pick(_outcomes(self.library).get(outcome, {}), self.language, outcome)

    def _step(self, step: str, titles: Mapping[str, str]) -> str:
        if step == NO_NEWS:
            return say(self.language, N_("Get in touch: nothing has been heard for too long"))
        if step.startswith("waiting."):
            kind = step.removeprefix("waiting.")
            return say(self.language, WAITING.get(kind, kind))
        return titles.get(step) or pick({}, self.language, step.replace(".", ": "))


def group_value(group: Group) -> str:
    """Return what stands for a group of provinces in an address."""
    return "+".join(one or "-" for one in group)


def _outcomes(library: Library) -> Mapping[str, Text]:
    """Return the titles of outcomes: that of the step of the main track at which a run ends so."""
    return {
        step.final: step.title
        for rules in library.rulebooks.values()
        for step in rules.protocol.main.steps.values()
        if step.final is not None
    }


def _steps(library: Library, language: str) -> Mapping[str, str]:
    """Return what steps are called, with protocol and track: many have a step of the same title."""
    found: dict[str, str] = {}
    for rules in library.rulebooks.values():
        protocol = pick(rules.protocol.title, language, rules.protocol.id)
        for track in rules.protocol.tracks.values():
            lane = pick(track.title, language, track.id)
            before = lane if lane == protocol else f"{protocol}, {lane}"
            for step in track.steps.values():
                found[f"{rules.protocol.id}.{track.id}.{step.id}"] = (
                    f"{before}: {pick(step.title, language, step.id)}"
                )
    return found
