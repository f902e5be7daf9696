"""One persisted action: guard, four answers, five rungs, a limit that moves, journal, message, ticket.

Beside it the bare driver sending the very same statements with the same rows, and the action as it is written by hand
with an ORM and a state machine library. All three in turn, each on its own file on the same disk.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.crowd import codes, fill, take
from benchmarks.handwritten import Handwritten
from benchmarks.harness import Beside, Figure, Spent, alternate, median_of, median_ratio
from benchmarks.place import ENROLMENT, START, WORKER, Place, fsyncs_per_second
from benchmarks.tape import RecordingDatabase, Tape, bare
from engine.core.case.commands import Act
from engine.core.values import Value
from engine.store.ports import Ticket

#: The half of the limit of which the worker was told lies behind.
NOW = START + timedelta(days=32)
ANSWERS: dict[str, Value] = {
    "agreed": "yes",
    "risk_level": "medium",
    "rooms": 2,
    "note": "She would rather stay near the school.",
}
FINGERPRINT = "f" * 64
ORIGINAL = codes(1, "original")[0]
#: From so many fsyncs a second on, the disk hardly counts, and the ratio is one of CPU time alone.
QUICK_DISK = 4000


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rounds: int
    actions: int


FULL = Size(rounds=15, actions=100)
SMALL = Size(rounds=1, actions=2)


def figures(size: Size = FULL) -> Iterator[Figure]:
    """Yield the figures of the action."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        probes = [fsyncs_per_second(folder)]
        ours, floor, by_hand = measured(folder, size)
        probes.append(fsyncs_per_second(folder))
        disk = sum(probes) / len(probes)
        aim = "at least 0.35" if disk < QUICK_DISK else "at least 0.15"
        yield _figure("raw sqlite3, the same rows", floor, ours, aim, disk)
        yield _figure("by hand: ORM and transitions", by_hand, ours, "at least 2.5", disk)


def _figure(named: str, other: list[Spent], ours: list[Spent], aim: str, disk: float) -> Figure:
    one, two = median_of(ours), median_of(other)
    beside = Beside(one.cpu, two.cpu, disk)
    return Figure(
        "persisted action, wall time: the other over ours",
        named,
        one.wall,
        two.wall,
        median_ratio(other, ours),
        aim,
        beside,
    )


def measured(folder: Path, size: Size) -> list[list[Spent]]:
    """Return what our actions, the floor's and those by hand took, round by round."""
    rounds = rounds_of(size)
    file, floor_file = prepared(folder, rounds)
    tapes = recorded(floor_file, rounds)
    place, raw, by_hand = Place(file), bare(floor_file), Handwritten(folder / "by_hand.db")
    by_hand.fill([code for some in rounds for code in some], START)
    answers = {name: str(value) for name, value in ANSWERS.items()}

    def ours(number: int) -> None:
        for code in rounds[number]:
            act(place, code)

    def floor(number: int) -> None:
        for tape in tapes[number]:
            tape.play(raw)

    def hand_written(number: int) -> None:
        for code in rounds[number]:
            by_hand.take_on(code, answers, WORKER.user, code, NOW)

    try:
        return alternate([ours, floor, hand_written], size.rounds, per=size.actions)
    finally:
        place.close()
        raw.close()
        by_hand.engine.dispose()


def rounds_of(size: Size) -> list[list[str]]:
    """Return the codes of the cases of each round, in no order; the first round is the one that is not counted."""
    found = codes((size.rounds + 1) * size.actions)
    return [found[at :: size.rounds + 1] for at in range(size.rounds + 1)]


def prepared(folder: Path, rounds: Sequence[Sequence[str]]) -> tuple[Path, Path]:
    """Return two files with the same cases, of each of which the worker was told once of the limit."""
    file, same = folder / "ours.db", folder / "floor.db"
    place = Place.make(file)
    place.open(ORIGINAL, "asked")
    place.passes.run(NOW - timedelta(days=1))
    place.close()
    fill(file, take(file, ORIGINAL), sorted(code for some in rounds for code in some))
    shutil.copyfile(file, same)
    return file, same


def recorded(file: Path, rounds: Sequence[Sequence[str]]) -> list[list[Tape]]:
    """Return what our actions send to a copy of the file, round by round."""
    copy = file.with_name("taped.db")
    shutil.copyfile(file, copy)
    database = RecordingDatabase(f"sqlite:///{copy}")
    place = Place(copy, database)
    for some in rounds:
        for code in some:
            act(place, code)
    place.close()
    tapes = iter(database.tapes)
    return [[next(tapes) for _ in some] for some in rounds]


def act(place: Place, code: str) -> None:
    """Take the action in a case, as somebody does who fills in its form."""
    asked = Act(actor=WORKER, enrolment=ENROLMENT, track="main", action="take_on", facts=ANSWERS)
    place.cases.transact(code, place.doing(asked, NOW), Ticket(WORKER.user, code, FINGERPRINT))
