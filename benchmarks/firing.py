"""One firing, in a pass as the worker makes it: read, decided, state, clock, journal, key and message written.

The floor is the least that a program of timers does: a timer deleted, a case counted up, a message inserted, a
hundred of them in a transaction. It is the batch floor of the project's performance paper, written anew here. Each
case has one clock whose reminder goes out every day, and the clock of no news; as many timers rest in the floor's
table as there are clocks at rest here.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.crowd import codes
from benchmarks.floors import BATCH, make_timers, sweep_timers
from benchmarks.harness import Beside, Figure, Spent, alternate, median_of, median_ratio
from benchmarks.place import START, Place, fsyncs_per_second
from benchmarks.sweeping import crowd
from benchmarks.tape import bare
from engine.run.ticks.passing import PassReport


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    due: int
    resting: int
    rounds: int


FULL = Size(due=1_000, resting=1_000, rounds=15)
SMALL = Size(due=3, resting=2, rounds=1)


def figures(size: Size = FULL) -> Iterator[Figure]:
    """Yield the figure of the firing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        disk = fsyncs_per_second(folder)
        ours, floor = measured(folder, size)
        one, two = median_of(ours), median_of(floor)
        yield Figure(
            "firing, wall time: the floor over ours",
            f"bare timers, {BATCH} in a transaction",
            one.wall,
            two.wall,
            median_ratio(floor, ours),
            "at least 0.05",
            Beside(one.cpu, two.cpu, disk),
        )


def measured(folder: Path, size: Size) -> list[list[Spent]]:
    """Return what a firing of ours and one of the floor took, round by round."""
    found = codes(size.due + size.resting)
    crowd(folder / "ours.db", {"daily": found[: size.due], "resting": found[size.due :]})
    place, floor = Place(folder / "ours.db"), bare(folder / "floor.db")
    make_timers(floor, cases=len(found), due=size.due, days=size.rounds + 1, resting=10 * size.resting)

    def ours(day: int) -> None:
        report = place.passes.run(START + timedelta(days=day + 1))
        if report != PassReport(cases=size.due):
            raise AssertionError(f"other cases were due than was meant: {report}")

    def swept(day: int) -> None:
        if sweep_timers(floor, day) != size.due:
            raise AssertionError("other timers were due than was meant")

    try:
        return alternate([ours, swept], size.rounds, per=size.due)
    finally:
        place.close()
        floor.close()
