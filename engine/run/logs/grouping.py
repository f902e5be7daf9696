"""Bringing the rows of a log together case by case, in bounded memory, however they stand in the file.

A small log is grouped as it is. A large one is first dealt out to temporary files by its case codes, so that all rows
of a case lie in one file and each file is small.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from operator import itemgetter
from tempfile import TemporaryFile
from typing import IO
from zlib import crc32

from engine.core.errors import SpeanError
from engine.run.logs.event_log import LoggedEvent

#: So many bytes of a log become one group in memory; a row takes some five times its length there.
BYTES_A_PART = 8 * 1024 * 1024
#: So many files may be open at once.
MOST_PARTS = 200
#: A case with more is no case; its history would have to be copied too often.
MOST_EVENTS_A_CASE = 10_000


class CaseTooLongError(SpeanError):
    """One case has more events than any case lives through; is the right column used as case_id?"""


def by_case(events: Iterable[LoggedEvent], size: int) -> Iterator[tuple[str, list[LoggedEvent]]]:
    """Yield each case with its events in order: by ``seq``, then time, then place in the file.

    ``size`` is the log's length in bytes. All events are read before the first case is given out.
    """
    parts = min(MOST_PARTS, size // BYTES_A_PART + 1)
    if parts == 1:
        yield from _grouped(events)
        return
    with ExitStack() as open_files:
        files: list[IO[str]] = [open_files.enter_context(TemporaryFile("w+", encoding="utf-8")) for _ in range(parts)]
        _deal_out(events, files)
        for file in files:
            file.seek(0)
            yield from _grouped(map(_read, file))


def _grouped(events: Iterable[LoggedEvent]) -> Iterator[tuple[str, list[LoggedEvent]]]:
    cases: dict[str, list[LoggedEvent]] = {}
    for event in events:
        known = cases.setdefault(event.case, [])
        known.append(event)
        if len(known) > MOST_EVENTS_A_CASE:
            raise CaseTooLongError(
                f"Line {event.line} of the log: one case has more than {MOST_EVENTS_A_CASE} events;"
                " is the right column named case_id?"
            )
    for case, found in cases.items():
        yield case, sorted(found, key=itemgetter(1, 2, 3))


def _deal_out(events: Iterable[LoggedEvent], files: list[IO[str]]) -> None:
    for event in events:
        file = files[crc32(event.case.encode()) % len(files)]
        file.write(json.dumps((*event[:2], event.at.isoformat(), *event[3:])) + "\n")


def _read(line: str) -> LoggedEvent:
    case, order, at, number, activity, facts = json.loads(line)
    return LoggedEvent(case, order, datetime.fromisoformat(at), number, activity, tuple(map(tuple, facts)))
