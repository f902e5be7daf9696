"""Rounds in alternating order, CPU time of this process, and the ratio to the floor inside each round."""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

ROUNDS = 15


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured beside its floor. ``ratio``: subject to floor, median over the rounds; times in seconds."""

    name: str
    floor: str
    subject_seconds: float
    floor_seconds: float
    ratio: float
    aim: str

    def line(self) -> str:
        """Return the figure as one line of a table."""
        times = f"{self.subject_seconds * 1e6:12.1f} us {self.floor_seconds * 1e6:12.1f} us"
        return f"{self.name:<58}{times}{self.ratio:9.2f} x   {self.aim}  ({self.floor})"


def compare(
    name: str,
    subject: Callable[[], object],
    floor: Callable[[], object],
    *,
    floor_name: str,
    aim: str,
    repeat: int = 1,
    rounds: int = ROUNDS,
) -> Figure:
    """Run both in turn, subject first in every other round, and return the median of the ratios."""
    subject(), floor()  # the first run pays for caches and imports
    pairs: list[tuple[float, float]] = []
    for number in range(rounds):
        first, second = (subject, floor) if number % 2 else (floor, subject)
        spent = _cpu(first, repeat), _cpu(second, repeat)
        pairs.append(spent if number % 2 else (spent[1], spent[0]))
    return Figure(
        name,
        floor_name,
        statistics.median(pair[0] for pair in pairs),
        statistics.median(pair[1] for pair in pairs),
        statistics.median(pair[0] / pair[1] for pair in pairs),
        aim,
    )


def compare_processes(
    name: str, subject: Sequence[str], floor: Sequence[str], *, floor_name: str, aim: str
) -> Figure:
    """Compare the wall time of two commands, each a process of its own."""

    subject_times: list[float] = []
    floor_times: list[float] = []
    for number in range(ROUNDS):
        for mine in (True, False) if number % 2 else (False, True):
            (subject_times if mine else floor_times).append(_wall(subject if mine else floor))
    ratios = [a / b for a, b in zip(subject_times, floor_times, strict=True)]
    medians = statistics.median(subject_times), statistics.median(floor_times)
    return Figure(name, floor_name, *medians, statistics.median(ratios), aim)


def _cpu(work: Callable[[], object], repeat: int) -> float:
    gc.collect()
    start = time.process_time()
    for _ in range(repeat):
        work()
    return (time.process_time() - start) / repeat


def _wall(command: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def as_json(figures: Sequence[Figure]) -> str:
    """Return the figures as one JSON document."""
    return json.dumps([asdict(figure) for figure in figures], indent=2)
