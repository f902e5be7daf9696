"""A pass over a thousand due clocks: among ten thousand open clocks, and among a million.

Both databases hold the same number of cases (100,000). In both a thousand cases are due each day, one of their ten
open clocks each. The other 99,000 are closed in the one database and have ten open clocks each, none of them due, in
the other. So the larger one has a hundred times the open clocks and ten times the rows of clocks and of the journal.

A pass reads every clock of a case that is due, so what it costs grows with the clocks of *that* case; this measures
that it does not grow with those of all others. The cases are copies (``crowd``).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.crowd import codes, fill, take
from benchmarks.harness import Beside, Figure, Spent, alternate, median_of, median_ratio
from benchmarks.place import ENROLMENT, START, WORKER, Place, fsyncs_per_second
from engine.core.case.commands import Act
from engine.run.ticks.passing import PassReport

ORIGINAL = codes(1, "original")[0]


@dataclass(frozen=True)
class Size:
    """How much is measured. There are nine days on which something falls due, so at most eight rounds."""

    cases: int
    due: int
    rounds: int


FULL = Size(cases=100_000, due=1_000, rounds=8)
SMALL = Size(cases=12, due=2, rounds=1)


def figures(size: Size = FULL) -> Iterator[Figure]:
    """Yield the figure of the pass."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, many = databases(folder, size)
        disk = fsyncs_per_second(folder)
        among_many, among_few = measured(many, few, size)
        one, two = median_of(among_many), median_of(among_few)
        yield Figure(
            f"pass over {size.due:,} due of {size.cases * 10:,} open clocks, wall time",
            f"the same of {size.due * 10:,} open clocks",
            one.wall,
            two.wall,
            median_ratio(among_many, among_few),
            "at most 1.3",
            Beside(one.cpu, two.cpu, disk),
        )


def measured(many: Path, few: Path, size: Size) -> list[list[Spent]]:
    """Return what the passes over both files took for a case that was due, day by day."""
    places = [Place(many), Place(few)]

    def pass_over(place: Place, day: int) -> None:
        report = place.passes.run(START + timedelta(days=day + 1))
        if report != PassReport(cases=size.due):
            raise AssertionError(f"other cases were due than was meant: {report}")

    try:
        return alternate(
            [lambda day, place=place: pass_over(place, day) for place in places],  # type: ignore[misc] # bound now
            size.rounds,
            per=size.due,
        )
    finally:
        for place in places:
            place.close()


def databases(folder: Path, size: Size) -> tuple[Path, Path]:
    """Make both files: few open clocks, many open clocks."""
    found = codes(size.cases)
    due = found[:: size.cases // size.due][: size.due]
    rest = sorted(set(found) - set(due))
    few, many = folder / "few.db", folder / "many.db"
    crowd(few, {"due": due, "closed": rest})
    crowd(many, {"due": due, "resting": rest})
    return few, many


def crowd(path: Path, of_each: dict[str, Sequence[str]]) -> None:
    """Make a file with cases at these steps of the measured protocol."""
    Place.make(path).close()
    for step, others in of_each.items():
        place = Place(path)
        place.open(ORIGINAL, "empty" if step == "closed" else step)
        if step == "closed":
            done = Act(actor=WORKER, enrolment=ENROLMENT, track="main", action="done")
            place.cases.transact(ORIGINAL, place.doing(done, START))
        place.close()
        fill(path, take(path, ORIGINAL), others)
