"""Calendars from their files: opening hours, holidays, festival weeks, and which years are official (8, 16, 29)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from zoneinfo import available_timezones

from engine.core.clocks.calendar import Calendar, Hours
from engine.core.clocks.zone import is_zone
from engine.protocol.reading.nodes import Scalar
from engine.protocol.schema.forms import Desk, Form, Trail, suggest
from engine.protocol.schema.keys import WEEKDAYS
from engine.protocol.schema.shapes import FIRST_YEAR, LAST_YEAR, parse_day
from engine.protocol.schema.sheets import CALENDAR_FILE, Sheet, Sources, beside, open_part
from engine.protocol.sentences.words import show

#: A festival week that is longer is taken for a mistake of typing.
LONGEST_FESTIVAL_DAYS = 31
_OPENING = re.compile(r"([0-2][0-9]):([0-5][0-9])-([0-2][0-9]):([0-5][0-9])")


class Calendars:
    """The calendars one protocol names, each compiled once."""

    def __init__(self, root: str, sources: Sources, desk: Desk) -> None:
        self._root, self._sources, self._desk = root, sources, desk
        self.compiled: dict[str, Calendar] = {}
        self.sheets: dict[str, Sheet] = {}
        self._missing: set[str] = set()

    def name(self, scalar: Scalar | None, trail: Trail) -> str | None:
        """Return the id of a calendar that is named; report it where there is no such file."""
        if scalar is None:
            return None
        id_ = scalar.text
        if id_ not in self.sheets and not self._open(id_):
            known = self._known()
            hint = suggest(id_, known, "Add the file to the folder `calendars` beside the protocol.")
            self._desk.report("SP225", scalar.place, trail, f"There is no calendar {show(id_)}.", hint)
        return id_

    def _known(self) -> list[str]:
        folder = beside(self._root, "calendars") or "calendars"
        begin = f"{folder}/"
        return [name[len(begin) : -5] for name in self._sources if name.startswith(begin) and name.endswith(".yaml")]

    def _open(self, id_: str) -> bool:
        file = beside(self._root, f"calendars/{id_}.yaml")
        if file is None or file not in self._sources:
            return False
        sheet = open_part(file, self._sources[file], CALENDAR_FILE)
        desk = Desk()
        if sheet.form is not None:
            calendar = _compile(sheet.form, id_, desk)
            if calendar is not None:
                self.compiled[id_] = calendar
        self.sheets[id_] = Sheet(file, sheet.form, (*sheet.problems, *desk.problems))
        return True


def _compile(form: Form, id_: str, desk: Desk) -> Calendar | None:
    named = form.get("calendar")
    if named is not None and named.text != id_:
        message = f"The calendar calls itself {show(named.text)}, but its file is {id_}.yaml."
        desk.report("SP229", named.place, form.way("calendar"), message, f"Write `calendar: {id_}`.")
    zone = check_zone(form.get("zone"), form.way("zone"), desk)
    hours = _read_hours(form.get("hours"), form, desk)
    holidays, years = _read_years(form.get("years"), desk)
    festivals = _read_festivals(form.get("years"), desk)
    if zone is None or hours is None:
        return None
    return Calendar(id=id_, zone=zone, hours=hours, holidays=frozenset(holidays), years=years, festivals=festivals)


def check_zone(scalar: Scalar | None, trail: Trail, desk: Desk) -> str | None:
    """Return the name of a time zone; an unknown one is reported."""
    if scalar is None:
        return None
    if is_zone(scalar.text):
        return scalar.text
    hint = suggest(scalar.text, available_timezones(), "Write continent and city: `Asia/Phnom_Penh`.")
    desk.report("SP227", scalar.place, trail, f"There is no time zone {show(scalar.text)}.", hint)
    return None


def _read_hours(form: Form | None, whole: Form, desk: Desk) -> tuple[Hours, ...] | None:
    if form is None:
        return None
    week = tuple(_read_day(form, day, desk) for day in WEEKDAYS)
    if not any(week) and not desk.problems:
        message = "This calendar is never open, so no working time ever passes."
        desk.report("SP230", whole.key_at("hours"), form.trail, message, "Add opening hours: `mon: [08:00-17:00]`.")
    return week


def _read_day(form: Form, day: str, desk: Desk) -> Hours:
    found: list[tuple[int, int]] = []
    for scalar in form.get(day, ()):
        times = _OPENING.fullmatch(scalar.text)
        begin, end = _seconds(times) if times else (0, 0)
        last = found[-1][1] if found else -1
        if begin < end <= 86_400 and begin > last:
            found.append((begin, end))
        else:
            message = f"{show(scalar.text)} is no opening time here."
            hint = "Write from and to, earliest first, without overlap: `08:00-12:00, 13:30-17:00`."
            desk.report("SP226", scalar.place, form.way(day), message, hint)
    return tuple(found)


def _seconds(times: re.Match[str]) -> tuple[int, int]:
    from_hour, from_minute, to_hour, to_minute = map(int, times.groups())
    return from_hour * 3600 + from_minute * 60, to_hour * 3600 + to_minute * 60


def _read_years(form: Form | None, desk: Desk) -> tuple[list[date], dict[int, str]]:
    holidays: list[date] = []
    years: dict[int, str] = {}
    for name, year in form.forms() if form else ():
        if not _is_year(name):
            desk.report("SP228", year.place, year.trail, f"{show(name)} is no year.", "Write a year: `2027`.")
            continue
        years[int(name)] = year.get("status", "projected")
        listed = year.get("holidays")
        for day in listed.values if listed else ():
            _take_holiday(day, int(name), listed, holidays, desk)
    return holidays, years


def _is_year(name: str) -> bool:
    return name.isascii() and name.isdigit() and FIRST_YEAR <= int(name[:5]) <= LAST_YEAR


def _take_holiday(day: str, year: int, listed: Form, holidays: list[date], desk: Desk) -> None:
    known = parse_day(day)
    if known is not None and known.year == year:
        holidays.append(known)
        return
    message = f"{show(day)} is no day of {year}."
    desk.report(
        "SP228", listed.key_at(day), listed.way(day), message, f"Write a real day of that year: `{year}-01-01`."
    )


Week = tuple[date, date, Form]


def _read_festivals(years: Form | None, desk: Desk) -> tuple[tuple[date, date], ...]:
    """Return the festival weeks of all years in order; two that share a day are reported."""
    named = years.forms() if years else ()
    found = [week for name, year in named if _is_year(name) for week in _weeks_of(int(name), year, desk)]
    found.sort(key=lambda week: week[:2])
    _check_apart(found, desk)
    return tuple((first, last) for first, last, _ in found)


def _weeks_of(year: int, form: Form, desk: Desk) -> Iterator[Week]:
    listed: Iterable[Form] = form.get("festivals", ())
    for one in listed:
        first, last = one.get("from"), one.get("to")
        if first is None or last is None:
            continue  # told already
        if first.year != year:
            message = f"The festival begins on {first}, which is no day of {year}."
            hint = f"List it under {first.year}, the year in which it begins."
            desk.report("SP231", one.at("from"), one.way("from"), message, hint)
        elif not 0 <= (last - first).days < LONGEST_FESTIVAL_DAYS:
            wrong = "ends before it begins" if last < first else f"lasts {(last - first).days + 1} days"
            message = f"A festival from {first} to {last} {wrong}."
            hint = f"Write the first day under `from`, the last under `to`, at most {LONGEST_FESTIVAL_DAYS} days."
            desk.report("SP231", one.at("to"), one.way("to"), message, hint)
        else:
            yield first, last, one


def _check_apart(weeks: list[Week], desk: Desk) -> None:
    for (_, last, _), (first, _, later) in pairwise(weeks):
        if first <= last:
            message = f"Two festivals share the day {first}."
            hint = "Let the second begin after the first has ended, or write them as one."
            desk.report("SP232", later.at("from"), later.way("from"), message, hint)
