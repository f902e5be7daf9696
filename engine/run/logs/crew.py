"""Cases replayed side by side in several processes: no case knows of another, so only the counts are put together.

What a crew finds comes in the order of the cases, so that one process and many give the same files.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import islice

from engine.core.clocks.calendar import Calendar
from engine.core.deciding.library import library_of
from engine.core.model import Protocol
from engine.run.logs.event_log import LoggedEvent
from engine.run.logs.replay import Findings, Questions, Replay, Route

#: So many cases are handed over at once: enough that handing over costs little, few enough to share evenly.
CASES_A_BATCH = 200
#: More processes than this would need more memory than a replay may take.
MOST_PROCESSES = 4

OneCase = tuple[str, list[LoggedEvent]]


@dataclass(frozen=True, slots=True)
class Share:
    """What one batch of cases gave: the counts, and the lines of firings and refusals in order."""

    found: Findings
    firings: tuple[str, ...]
    refusals: tuple[str, ...]


def processes_at_hand() -> int:
    """Return how many processes may work at once on this machine."""
    return min(MOST_PROCESSES, len(os.sched_getaffinity(0)))


def replay_batch(route: Route, questions: Questions, cases: Iterable[OneCase], last: date) -> Share:
    """Replay some cases to the end of the date ``last``."""
    firings: list[str] = []
    refusals: list[str] = []
    run = Replay(route, questions, firings.append, refusals.append)
    for case, events in cases:
        run.run(case, events, last)
    return Share(run.found, tuple(firings), tuple(refusals))


class Crew:
    """Processes that each hold the protocol ready. Use it as a context; leaving it ends them."""

    def __init__(self, route: Route, questions: Questions, processes: int) -> None:
        """Start the processes anew, so that nothing of this one (threads, open files) goes over."""
        self._processes = processes
        self._pool = ProcessPoolExecutor(
            processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_make_ready,
            initargs=(route.protocol, tuple(route.library.calendars.values()), questions),
        )

    def __enter__(self) -> Crew:
        """Return the crew."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes; what was not begun is dropped."""
        self._pool.shutdown(cancel_futures=True)

    def run(self, cases: Iterator[OneCase], last: date) -> Iterator[Share]:
        """Yield what each batch gave, in the order of the cases. Few batches wait at a time, so memory is bounded."""
        waiting: deque[Future[Share]] = deque()
        while batch := list(islice(cases, CASES_A_BATCH)):
            waiting.append(self._pool.submit(_replay, batch, last))
            if len(waiting) > 2 * self._processes:
                yield waiting.popleft().result()
        for future in waiting:
            yield future.result()


_ready: list[tuple[Route, Questions]] = []


def _make_ready(protocol: Protocol, calendars: tuple[Calendar, ...], questions: Questions) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who presses Ctrl-C ends the crew, not each of its hands
    _ready[:] = [(Route(protocol, library_of([protocol], calendars)), questions)]


def _replay(cases: list[OneCase], last: date) -> Share:
    route, questions = _ready[0]
    return replay_batch(route, questions, cases, last)
