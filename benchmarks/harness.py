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
    beside: Beside | None = None

    def line(self) -> str:
        """Return the figure as one line of a table, and what was noted beside it as a second one."""
        times = f"{self.subject_seconds * 1e6:12.1f} us {self.floor_seconds * 1e6:12.1f} us"
        line = f"{self.name:<58}{times}{self.ratio:9.2f} x   {self.aim}  ({self.floor})"
        return line if self.beside is None else f"{line}\n{self.beside.line()}"


@dataclass(frozen=True, slots=True)
class Beside:
    """What helps to judge a wall time: the CPU time of this process for both, and what the disk could do."""

    subject_cpu_seconds: float
    floor_cpu_seconds: float
    fsyncs_per_second: float

    def line(self) -> str:
        """Return it as the second line of a figure."""
        times = f"{self.subject_cpu_seconds * 1e6:12.1f} us {self.floor_cpu_seconds * 1e6:12.1f} us"
        return f"{'    CPU time of the same':<58}{times}{'':14}the disk: {self.fsyncs_per_second:,.0f} fsyncs/s"


@dataclass(frozen=True, slots=True)
class Spent:
    """What one round took, for one of what was done in it, in seconds."""

    wall: float
    cpu: float


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


def alternate(parties: Sequence[Callable[[int], object]], rounds: int, *, per: int = 1) -> list[list[Spent]]:
    """Let every party do each round, in turn from the front and from the back; return what each spent round by round.

    A party is told the number of the round; round 0 pays for caches and is not counted. ``per``: so many things a
    round does.
    """
    spent: list[list[Spent]] = [[] for _ in parties]
    for number in range(rounds + 1):
        order = range(len(parties)) if number % 2 else reversed(range(len(parties)))
        for at in order:
            found = _spent(parties[at], number, per)
            if number:
                spent[at].append(found)
    return spent


def median_ratio(above: Sequence[Spent], below: Sequence[Spent], what: str = "wall") -> float:
    """Return the median of the ratios inside each round, of wall or cpu time."""
    ratios: list[float] = [getattr(one, what) / getattr(two, what) for one, two in zip(above, below, strict=True)]
    return statistics.median(ratios)


def median_of(spent: Sequence[Spent]) -> Spent:
    """Return the medians of both times."""
    return Spent(statistics.median(one.wall for one in spent), statistics.median(one.cpu for one in spent))


def _spent(party: Callable[[int], object], number: int, per: int) -> Spent:
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    party(number)
    return Spent((time.perf_counter() - wall) / per, (time.process_time() - cpu) / per)


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


def as_json(figures: Sequence[Figure], machine: str) -> str:
    """Return the figures as one JSON document; ``machine``: what they were measured on."""
    return json.dumps({"machine": machine, "figures": [asdict(figure) for figure in figures]}, indent=2)
