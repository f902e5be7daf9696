"""The benchmarks of the database in their smallest size: what they measure is what they say."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import firing, pages, persisting, sweeping
from benchmarks.handwritten import Handwritten
from benchmarks.harness import Figure, Spent, alternate, as_json, median_ratio
from benchmarks.place import START, Place, closing
from benchmarks.tape import content
from engine.store.sql.verify import verify


def sound(figure: Figure) -> bool:
    """Return whether a figure holds times of both, CPU times, and the probe of the disk."""
    beside = figure.beside
    if beside is None:
        return False
    numbers = (figure.subject_seconds, figure.floor_seconds, figure.ratio, beside.subject_cpu_seconds)
    return all(one > 0 for one in (*numbers, beside.floor_cpu_seconds, beside.fsyncs_per_second))


def verified(path: Path) -> int:
    """Return the number of cases of a file in which nothing differs from its journal."""
    place = Place(path)
    with closing(place):
        report = verify(place.database, place.cases.vault)
    assert report.findings == []
    return report.cases


def test_the_floor_of_an_action_writes_what_the_action_writes(tmp_path: Path) -> None:
    """The raw driver leaves every table with the same bytes as the store does, and both are whole."""
    persisting.measured(tmp_path, persisting.SMALL)
    ours, floor = content(tmp_path / "ours.db"), content(tmp_path / "floor.db")
    assert ours == floor
    assert verified(tmp_path / "ours.db") == verified(tmp_path / "floor.db") == len(ours["commands"]) == 4


def test_the_action_is_as_large_as_is_said(tmp_path: Path) -> None:
    """One action records four answers, arms five rungs, tells of a moved limit, and keeps its ticket."""
    rounds = persisting.rounds_of(persisting.Size(0, 1))
    file, _ = persisting.prepared(tmp_path, rounds)
    place = Place(file)
    with closing(place):
        (case,) = rounds[0]
        before = place.cases.case(case)
        persisting.act(place, case)
        after = place.cases.case(case)
        told = [one for one in place.cases.journal(case, before.seq) if type(one).__name__ == "Told"]
    clocks = after.enrolments["e"].clocks
    armed = [item for key, item in clocks.items() if key not in before.enrolments["e"].clocks]
    assert set(after.facts) - set(before.facts) == set(persisting.ANSWERS)
    assert sum(len(item.clock.now.schedule) for item in armed) == 5
    assert len(told) == 1
    assert after.enrolments["e"].tracks["main"].step == "care"


def test_the_program_written_by_hand_does_the_same(tmp_path: Path) -> None:
    """It moves the case, keeps four answers, five rungs, one line of history, one message; a repeat does nothing."""
    program = Handwritten(tmp_path / "by_hand.db")
    program.fill(["a"], START)
    for _ in range(2):
        program.take_on(
            "a", {name: str(one) for name, one in persisting.ANSWERS.items()}, "sok", "key", persisting.NOW
        )
    with program.engine.connect() as connection:
        found = {
            table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            for table in ("answer", "rung", "history", "outgoing", "request")
        }
        step = connection.exec_driver_sql("SELECT step FROM person").scalar()
    program.engine.dispose()
    assert found == {"answer": 4, "rung": 5, "history": 1, "outgoing": 1, "request": 1}
    assert step == "care"


def test_the_figures_of_an_action_are_whole() -> None:
    """Each figure has both times, both CPU times and the probe of the disk."""
    assert all(map(sound, persisting.figures(persisting.SMALL)))


def test_both_databases_of_the_pass_are_as_large_as_is_said(tmp_path: Path) -> None:
    """As many whole cases in both, the same ones due; the others have ten open clocks each, or none."""
    size = sweeping.SMALL
    found = []
    for file in sweeping.databases(tmp_path, size):
        assert verified(file) == size.cases
        with sqlite3.connect(file) as connection:
            (open_clocks,) = connection.execute("SELECT count(*) FROM clocks WHERE outcome = 'open'").fetchone()
        connection.close()
        found.append(open_clocks)
    assert found == [10 * size.due, 10 * size.cases]


def test_the_pass_lets_out_what_is_due_and_nothing_else(tmp_path: Path) -> None:
    """After two days each case that was due has gone out twice in both databases, and both are whole."""
    few, many = sweeping.databases(tmp_path, sweeping.SMALL)
    sweeping.measured(many, few, sweeping.SMALL)
    for file in (few, many):
        rows = content(file)
        assert len(rows["firings"]) == len(rows["outbox"]) == 2 * sweeping.SMALL.due
        assert verified(file) == sweeping.SMALL.cases
    assert all(map(sound, sweeping.figures(sweeping.SMALL)))


def test_every_firing_is_one_message_here_and_in_the_floor(tmp_path: Path) -> None:
    """On both days everything due went out once, in the floor as with us; what rests has not."""
    size = firing.SMALL
    firing.measured(tmp_path, size)
    ours, floor = content(tmp_path / "ours.db"), content(tmp_path / "floor.db")
    assert len(ours["firings"]) == len(ours["outbox"]) == len(floor["message"]) == 2 * size.due
    assert len(floor["timer"]) == 10 * size.resting
    assert verified(tmp_path / "ours.db") == size.due + size.resting
    assert all(map(sound, firing.figures(size)))


def test_parties_alternate() -> None:
    """Who comes first in one round comes last in the next, and the first round is not counted."""
    order: list[str] = []
    spent = alternate([lambda at: order.append(f"a{at}"), lambda at: order.append(f"b{at}")], 2)
    assert order == ["b0", "a0", "a1", "b1", "b2", "a2"]
    assert [len(one) for one in spent] == [2, 2]


def test_a_ratio_is_taken_inside_each_round() -> None:
    """A round in which the machine was slow weighs no more than another."""
    above = [Spent(1, 2), Spent(10, 20), Spent(3, 6)]
    below = [Spent(2, 2), Spent(20, 10), Spent(2, 6)]
    assert median_ratio(above, below) == pytest.approx(0.5)
    assert median_ratio(above, below, "cpu") == pytest.approx(1)


def test_figures_are_written_for_machines() -> None:
    """The JSON document says what was measured and on what."""
    assert '"machine": "a machine"' in as_json([], "a machine")


def test_an_unknown_group_is_told() -> None:
    """A mistyped group is named with those there are, and nothing is measured."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "sweping"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("There is no group sweping; choose from action,")
    assert done.stdout == ""


def test_the_pages_are_measured_beside_a_floor_that_answers() -> None:
    """Three figures, each with times of both; nobody got an error."""
    found = list(pages.figures(pages.SMALL))
    assert len(found) == 3
    assert all(one.subject_seconds > 0 and one.floor_seconds > 0 and one.ratio > 0 for one in found)
