"""Reading an event log: a CSV file of what happened to which case when, and every way in which it can be wrong.

Columns: ``case_id``, ``activity``, ``timestamp``, optional ``seq`` (the order within a case). A timestamp is ISO
8601, with an offset, or in the protocol's zone without one; a date alone counts as its first instant. Messages name
line and column and never repeat what stands there: it may be about a person.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, NamedTuple
from zoneinfo import ZoneInfo

from engine.core.clocks.calendar import FIRST_YEAR, LAST_YEAR, resolve
from engine.core.errors import SpeanError

CASE, ACTIVITY, TIMESTAMP, SEQ = "case_id", "activity", "timestamp", "seq"
#: No row of a log is longer; a longer one is another kind of file, or a quote is never closed.
LONGEST_LINE = 1024 * 1024
#: Nobody can tell two names apart that differ behind so many characters.
LONGEST_NAME = 200
#: What is to become a fact is an answer, not a letter; all events of a case are kept in memory together.
LONGEST_FACT = 2000
_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_SEQ = re.compile(r"-?[0-9]{1,15}")
_EXAMPLE = "2026-03-31T14:00:00+07:00 or 2026-03-31"


class LogError(SpeanError):
    """The log cannot be read; look at the place named."""


class LoggedEvent(NamedTuple):
    """One row of the log. ``order`` is its ``seq`` (0 without one), ``at`` aware UTC, ``facts`` (field, text)."""

    case: str
    order: int
    at: datetime
    line: int
    activity: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Row:
    """The row that is being read: the line it begins in and its bytes so far; quotes may hold line breaks."""

    begins: int = 1
    size: int = 0


#: Called with (bytes read, bytes in all).
Progress = Callable[[int, int], None]


def quietly(_done: int, _total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class EventLog:
    """A log on disk. ``facts``: which further columns hold which fields; ``zone``: for timestamps without offset."""

    path: Path
    zone: ZoneInfo
    facts: Mapping[str, str] = field(default_factory=dict)
    progress: Progress = quietly

    def events(self) -> Iterator[LoggedEvent]:
        """Yield the rows in file order. Raises LogError at the first mistake, with its line and column."""
        try:
            with self.path.open("rb") as file:
                yield from self._events(file)
        except OSError as error:
            raise LogError(f"{self.path}: the log cannot be opened ({error.strerror}); check the name.") from error

    def _events(self, file: BinaryIO) -> Iterator[LoggedEvent]:
        now = _Row()
        rows = csv.reader(self._lines(file, now), strict=True)
        header = self._next(rows, now)
        if not header:
            empty = "the log is empty" if header is None else "the first line of the log is empty"
            raise LogError(f"{self.path}: {empty}; its first line must name the columns.")
        places = self._places(header)
        row = self._next(rows, now)
        if row is None:
            raise LogError(f"{self.path}, line 2: the log names its columns and holds no events.")
        while row is not None:
            if row:
                yield self._event(row, rows.line_num, len(header), places)
            row = self._next(rows, now)

    def _next(self, rows: csv.Reader, now: _Row) -> list[str] | None:  # type: ignore[name-defined, unused-ignore]
        now.begins, now.size = rows.line_num + 1, 0
        try:
            return next(rows, None)
        except csv.Error as error:
            message = "the row that begins here cannot be read; is a quote missing?"
            raise self._wrong(now.begins, message) from error

    def _lines(self, file: BinaryIO, now: _Row) -> Iterator[str]:
        total, done, number = self.path.stat().st_size, 0, 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            done += len(line)
            now.size += len(line)
            if now.size > LONGEST_LINE >= len(line):
                raise self._wrong(now.begins, "the row that begins here is longer than 1 MiB; is a quote missing?")
            if not number % 1000:
                self.progress(done, total)
            yield self._decoded(line, number)
        self.progress(total, total)

    def _decoded(self, line: bytes, number: int) -> str:
        if len(line) > LONGEST_LINE:
            raise self._wrong(number, "the line is longer than 1 MiB; this is no event log.")
        if number == 1 and line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise self._wrong(number, "the log is UTF-16 (Unicode text); save it as CSV in UTF-8.")
        if b"\0" in line:
            raise self._wrong(number, "an invisible NUL character stands here; save the log as plain CSV.")
        try:
            return line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            message = f"byte {error.start + 1} is not UTF-8; save the log as CSV in UTF-8."
            raise self._wrong(number, message) from error

    def _places(self, header: list[str]) -> dict[str, int]:
        wanted = (CASE, ACTIVITY, TIMESTAMP, *self.facts)
        for name in wanted:
            if name not in header:
                raise self._wrong(1, f"the column {name} is missing; {_instead(header)}")
        for name in (*wanted, SEQ):
            if header.count(name) > 1:
                raise self._wrong(1, f"the column {name} stands here twice; keep one.")
        return {name: header.index(name) for name in (*wanted, SEQ) if name in header}

    def _event(self, row: list[str], line: int, width: int, places: Mapping[str, int]) -> LoggedEvent:
        if len(row) != width:
            what = (
                "is cut off or misses a comma"
                if len(row) < width
                else "has a comma too many; put such text in quotes"
            )
            raise self._wrong(line, f"the row has {len(row)} columns and the first line {width}: the row {what}.")
        at = self._timestamp(row[places[TIMESTAMP]], line)
        order = self._order(row[places[SEQ]], line) if SEQ in places else 0
        case = self._name(row[places[CASE]], line, CASE)
        activity = self._name(row[places[ACTIVITY]], line, ACTIVITY)
        facts = tuple((name, row[places[column]]) for column, name in self.facts.items() if row[places[column]])
        if any(len(text) > LONGEST_FACT for _, text in facts):
            raise self._wrong(line, f"more than {LONGEST_FACT} characters are to become a fact; is a quote missing?")
        return LoggedEvent(case, order, at, line, activity, facts)

    def _name(self, text: str, line: int, column: str) -> str:
        if not text.strip():
            raise self._wrong(line, "nothing stands here; every row needs it.", column)
        if len(text) > LONGEST_NAME:
            raise self._wrong(line, f"more than {LONGEST_NAME} characters stand here; is a quote missing?", column)
        if not text.isprintable() and any(sign < " " for sign in text):
            raise self._wrong(line, "a line break or control character stands here; take it out.", column)
        return text

    def _order(self, text: str, line: int) -> int:
        if not _SEQ.fullmatch(text):
            raise self._wrong(line, "write a whole number.", SEQ)
        return int(text)

    def _timestamp(self, text: str, line: int) -> datetime:
        try:
            at = read_timestamp(text, self.zone)
        except ValueError as error:
            raise self._wrong(line, f"{error}; write it like {_EXAMPLE}.", TIMESTAMP) from error
        if not FIRST_YEAR <= at.year < LAST_YEAR:  # limits need room behind it
            raise self._wrong(line, f"the year must lie in {FIRST_YEAR} to {LAST_YEAR - 1}.", TIMESTAMP)
        return at

    def _wrong(self, line: int, message: str, column: str = "") -> LogError:
        place = f"{self.path}, line {line}" + (f", column {column}" if column else "")
        return LogError(f"{place}: {message}")


@lru_cache(maxsize=50_000)
def read_timestamp(text: str, zone: ZoneInfo) -> datetime:
    """Return the UTC instant; raises ValueError with what is wrong in words. Logs repeat themselves: remembered."""
    if not _TIMESTAMP.fullmatch(text):
        raise ValueError("this is no date and time")
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else resolve(moment, zone)
    except (ValueError, OverflowError):
        raise ValueError("this date or time does not exist") from None


def _instead(header: list[str]) -> str:
    if len(header) == 1 and ";" in header[0]:
        return "the columns are divided by semicolons; save the log with commas."
    if len(header) == 1 and "\t" in header[0]:
        return "the columns are divided by tabs; save the log with commas."
    return (
        "rename the column that holds it, the first line names: " + ", ".join(name[:40] for name in header[:12]) + "."
    )
