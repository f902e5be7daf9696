"""The replay of one file: read, grouped case by case in bounded memory, run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from engine.core.calendar import local_date
from engine.run.event_log import EventLog, LoggedEvent, Progress, quietly
from engine.run.grouping import by_case
from engine.run.replay import Findings, Line, Questions, Replay, Route


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
) -> Findings:
    """Replay a log. ``facts``: column to field. ``progress``: half of the bytes stand for reading, half for running.

    Raises LogError at the first row that cannot be read.
    """
    log = _Counted(EventLog(path, route.zone, facts or {}, lambda done, total: progress(done // 2, total)))
    run = Replay(route, questions, firing or _nowhere, refusal or _nowhere)
    done = 0
    size = path.stat().st_size if path.is_file() else 0
    for number, (case, events) in enumerate(by_case(log.events(), size)):
        run.run(case, events, questions.until or log.last(route))
        done += len(events)
        if not number % 100:
            progress(size // 2 + size * done // (2 * log.read), size)
    progress(size, size)
    return run.found


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
