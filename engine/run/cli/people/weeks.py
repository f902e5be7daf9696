"""A part of every week as people type it: ``Fri 17:00 - Mon 08:00``."""

from __future__ import annotations

import re
from datetime import time

from engine.core.people.rota import WEEKDAYS, EveryWeek

#: How it is written, for whoever wrote it otherwise.
WEEK = 'write two weekdays with their times, like "Fri 17:00 - Mon 08:00"'

_PART = r"([A-Za-z]{3,9})\s+([0-9]{1,2}):([0-9]{2})"
_WEEK = re.compile(rf"\s*{_PART}\s*(?:-|\N{{EN DASH}}|to\s)\s*{_PART}\s*")
_END_OF_DAY = (24, 0)


def read_week(text: str) -> EveryWeek | None:
    """Return the part of every week that was typed; None where it is none. 24:00 is the end of its day."""
    found = _WEEK.fullmatch(text)
    if found is None:
        return None
    begin, end = _moment(*found.groups()[:3]), _moment(*found.groups()[3:])
    return EveryWeek(*begin, *end) if begin is not None and end is not None else None


def _moment(day: str, hour: str, minute: str) -> tuple[int, time] | None:
    weekday = next((number for number, name in enumerate(WEEKDAYS) if _is_short(day, name)), None)
    clock = (int(hour), int(minute))
    if weekday is None or clock > _END_OF_DAY or clock[1] > 59:
        return None
    if clock == _END_OF_DAY:
        return (weekday + 1) % len(WEEKDAYS), time()
    return weekday, time(*clock)


def _is_short(typed: str, name: str) -> bool:
    """Return whether this is a weekday's name, or the beginning of it."""
    return name.lower().startswith(typed.lower())
