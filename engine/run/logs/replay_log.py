"""The replay of one file: read, grouped case by case in bounded memory, run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain, islice
from pathlib import Path

from engine.core.clocks.calendar import local_date
from engine.run.logs.crew import CASES_A_BATCH, Crew, OneCase, Share, processes_at_hand, replay_batch
from engine.run.logs.event_log import EventLog, LoggedEvent, Progress, quietly
from engine.run.logs.grouping import by_case
from engine.run.logs.replay import Findings, Line, Questions, Route

#: A shorter log is replayed before a second process would be ready.
ALONE_BELOW_BYTES = 1024 * 1024


def _nowhere(_: str) -> None:
    """Keep no line."""


def replay_file(
    path: Path,
    route: Route,
    questions: Questions,
    *,
    facts: Mapping[str, str] | None = None,
    progress: Progress = quietly,
    firing: Line | None = None,
    refusal: Line | None = None,
    processes: int | None = None,
) -> Findings:
    """Replay a log. ``facts``: column to field. ``progress``: half of the bytes stand for reading, half for running.

    ``processes``: how many replay side by side; None leaves it to the size of the log and of the machine. The
    findings are the same. Raises LogError at the first row that cannot be read.
    """
    log = _Counted(EventLog(path, route.zone, facts or {}, lambda done, total: progress(done // 2, total)))
    size = os.path.getsize(path) if os.path.isfile(path) else 0  # noqa: PTH113, PTH202 - isfile never raises
    crew_size = processes or (processes_at_hand() if size >= ALONE_BELOW_BYTES else 1)
    found = Findings()
    done = 0
    for share in _shares(by_case(log.events(), size), route, questions, log, crew_size):
        found.add(share.found)
        for line in share.firings:
            (firing or _nowhere)(line)
        for line in share.refusals:
            (refusal or _nowhere)(line)
        done += share.found.events
        progress(size // 2 + size * done // (2 * log.read), size)
    progress(size, size)
    return found


def _shares(
    cases: Iterator[OneCase], route: Route, questions: Questions, log: _Counted, processes: int
) -> Iterator[Share]:
    """Yield what batches of cases gave. The first case comes when the whole log is read and its last day known."""
    first = next(cases, None)
    if first is None:
        return
    last = questions.until or log.last(route)
    cases = chain([first], cases)
    if processes > 1:
        with Crew(route, questions, processes) as crew:
            yield from crew.run(cases, last)
        return
    while batch := list(islice(cases, CASES_A_BATCH)):
        yield replay_batch(route, questions, batch, last)


class _Counted:
    """A log that remembers how many events it gave out and the latest of them."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.read = 0
        self.latest: LoggedEvent | None = None

    def events(self) -> Iterator[LoggedEvent]:
        for event in self.log.events():
            self.read += 1
            if self.latest is None or event.at > self.latest.at:
                self.latest = event
            yield event

    def last(self, route: Route) -> date:
        """Return the local date of the latest event."""
        if self.latest is None:
            raise AssertionError("a log without events is refused when it is read")
        return local_date(self.latest.at, route.zone)
