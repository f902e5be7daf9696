"""Cases replayed side by side give what one process gives."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from engine.run.logs.crew import CASES_A_BATCH
from engine.run.logs.event_log import LogError
from engine.run.logs.replay import Questions, Route
from engine.run.logs.replay_log import replay_file
from engine.run.protocols.files import load

EXAMPLE = Path(__file__).parents[3] / "examples" / "fines_strict.yaml"
QUESTIONS = Questions(stalled_on=(date(2020, 6, 1),), stalled_days=(0, 30))


@pytest.fixture(scope="module")
def route() -> Route:
    """Return the strict fines."""
    return Route(*load(str(EXAMPLE)))


def write_log(path: Path, cases: int) -> None:
    """Write invented cases: some paid at once, some refused, some left lying."""
    rows = ["case_id,seq,activity,timestamp"]
    for number in range(cases):
        day = f"2020-01-{number % 28 + 1:02d}"
        rows.append(f"N{number:05d},0,Create Fine,{day}")
        if number % 3:
            rows.append(f"N{number:05d},1,{'Payment' if number % 2 else 'Add penalty'},2020-03-0{number % 9 + 1}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def run(path: Path, route: Route, processes: int) -> tuple[dict[str, object], list[str], list[str]]:
    firings: list[str] = []
    refusals: list[str] = []
    found = replay_file(path, route, QUESTIONS, firing=firings.append, refusal=refusals.append, processes=processes)
    return asdict(found), firings, refusals


def test_many_processes_find_what_one_finds(tmp_path: Path, route: Route) -> None:
    """Counts, firings and refusals are equal, and in the same order."""
    log = tmp_path / "log.csv"
    write_log(log, 2 * CASES_A_BATCH + 7)
    alone = run(log, route, 1)
    assert alone[0]["refusals"] == len(alone[2]) > 0
    assert alone[0]["firings"] == len(alone[1]) > 0
    assert run(log, route, 2) == alone


def test_a_bad_row_is_told_the_same_way(tmp_path: Path, route: Route) -> None:
    """The log is read before the crew begins, so a wrong date is one sentence with its line."""
    log = tmp_path / "log.csv"
    write_log(log, 3)
    log.write_text(log.read_text(encoding="utf-8") + "N9,0,Create Fine,2020-02-30\n", encoding="utf-8")
    with pytest.raises(LogError, match="line"):
        run(log, route, 2)
