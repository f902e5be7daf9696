"""One scene of a sheet: it is lived through while it is written down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from engine.core.case.reasons import Refused
from engine.core.case.state import Case, CaseClock, Enrolment
from engine.core.clocks.calendar import Calendar
from engine.core.deciding.library import Library
from engine.core.deciding.world import task_of
from engine.protocol.reading.nodes import Items
from engine.protocol.reading.source import read
from engine.protocol.schema.forms import Desk, Form
from engine.protocol.schema.scenario import DEEDS, ITEM
from engine.run.scenarios import times
from engine.run.scenarios.checks import in_the_way, occurrences
from engine.run.scenarios.deeds import CASE, Deeds
from engine.run.scenarios.faults import StoryError
from engine.run.scenarios.script import Item
from engine.run.scenarios.sheets.answers import CannotError, Needed
from engine.run.scenarios.stage import Stage
from engine.run.scenarios.words import of_message

#: When every scene begins: a Monday morning, in local time.
BEGINS = "2027-03-01 08:00"
_PLAIN = re.compile(r"[A-Za-z0-9][\w.:-]*( [\w.:-]+)*")

Line = dict[str, Any]


class Scene:
    """Items in order; each is done before it is kept, so that what is written is what happens."""

    def __init__(self, library: Library, calendar: Calendar, protocol: str, say: str) -> None:
        """Open a case with the protocol."""
        start = times.read_instant(BEGINS, datetime.min.replace(year=2000, tzinfo=calendar.tz), calendar)
        self.deeds = Deeds(Stage(library, start), calendar)
        self.lines: list[Line] = [{"anew": BEGINS, "say": say}]
        self.protocol = protocol
        self.do(open=protocol)

    def do(self, **line: Any) -> Line:
        """Do what a line says, and keep it. Raises CannotError where it is refused."""
        item = parse(line)
        try:
            self.deeds.do(item)
        except (StoryError, Refused) as error:
            raise CannotError from error
        self.lines.append(line)
        return line

    def bring_about(self, needed: Needed) -> None:
        """Let happen what is needed, in a fixed order. Raises CannotError."""
        for step in needed.steps:
            self.do(stand=step)
        for task in needed.tasks:
            self.do(task=task)
        given = [name for name, truth in needed.consents.items() if truth]
        if given:
            self.do(consent=given)
        if needed.facts:
            self.do(record=dict(needed.facts))

    def look(self, **expected: Any) -> None:
        """Keep what must hold now at the last line."""
        then = self.lines[-1].setdefault("then", {})
        then.update(expected)

    @property
    def case(self) -> Case:
        """The case as it is."""
        return self.deeds.stage.life(CASE).case

    @property
    def run(self) -> Enrolment:
        """The protocol's run in it."""
        return self.case.enrolments[self.protocol]

    def clocks(self, track: str) -> list[CaseClock]:
        """Return the open clocks of a track."""
        return [one for one in self.run.open_clocks() if one.track == track]

    def limit(self, clock: CaseClock) -> str:
        """Return the limit of a clock in local time, or `waits`."""
        limit = clock.clock.limit
        return "waits" if limit is None else times.write(limit, self.deeds.calendar.tz)

    def in_the_way(self, action: str) -> list[str] | str:
        """Return what stands in the way of an action."""
        words = in_the_way(self.deeds, parse({"case": CASE}), self.case, action)
        return sorted(words) or "allowed"

    def tasks(self, track: str) -> dict[str, list[str]]:
        """Return the open tasks of a track, each with its dates."""
        found: dict[str, list[str]] = {}
        for key, state in self.run.tasks.items():
            dates = list(occurrences(state))
            if state.track == track and dates:
                found.setdefault(task_of(key), []).extend(dates)
        return found

    def messages(self) -> dict[str, tuple[str, list[str]]]:
        """Return all messages since the last look: when each was sent first, and to whom."""
        life = self.deeds.stage.life(CASE)
        found: dict[str, tuple[str, list[str]]] = {}
        for one in life.messages[life.told :]:
            _, roles = found.setdefault(of_message(one, life.case), (self._local(one.at), []))
            if one.to not in roles:
                roles.append(one.to)
        self.deeds.stage.seen(CASE)
        return found

    def pass_once(self) -> None:
        """Let time go on to whatever comes next. Raises CannotError where nothing does."""
        wakes = self.deeds.stage.life(CASE).wakes
        if wakes is None:
            raise CannotError
        self.deeds.stage.pass_until(wakes)

    @property
    def now(self) -> str:
        """The present instant in local time."""
        return self._local(self.deeds.stage.now)

    def _local(self, instant: datetime) -> str:
        return times.write(instant, self.deeds.calendar.tz)


def parse(line: Mapping[str, Any]) -> Item:
    """Return a line as the item that a reader of the file would get."""
    root = read("sheet.yaml", f"- {render(line)}\n").root
    if not isinstance(root, Items):
        raise CannotError
    desk = Desk()
    form: Form | None = ITEM.read(root.items[0], (None, "", root.place), desk)
    if form is None or desk.problems:
        raise CannotError
    return Item(form, next((key for key in form.values if key in DEEDS), ""))


def render(value: Any) -> str:
    """Return a value as one line of YAML."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {render(one)}' for key, one in value.items())}}}"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return f"[{', '.join(map(render, value))}]"
    text = str(value)
    if _PLAIN.fullmatch(text) and not text.endswith(":") and ": " not in text:
        return text
    return f"'{text}'" if '"' in text else f'"{text}"'
