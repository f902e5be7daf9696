"""The replay of real logs gives exactly the answers that were computed without Spean."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
#: As SHA-256 over sorted lines, each ended by a newline (README of the real inputs).
FIRINGS = "fde43cb48dbe2144bab18239046705bd934df12993f389fd7aecf4d0aa65f397"
REFUSALS = "736161412ffa64484b6f3dc73740aafc76c8e747df9f280e89d9f37f12aee134"


def spean(*arguments: str | Path) -> Any:
    """Run a replay in a process of its own and return its JSON document."""
    command = [sys.executable, "-m", "engine.run.cli", "replay", *map(str, arguments), "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def digest(lines: list[str]) -> str:
    """Return the SHA-256 of lines, each ended by a newline."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


@pytest.fixture(scope="session")
def fines(shared_data: Path) -> Path:
    """Return the folder of the log of fines."""
    return shared_data / "fines"


@pytest.fixture(scope="session")
def observed(fines: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, list[str]]:
    """Return the document and the firings of the observed protocol, asked on every date of the expected table."""
    dates = dict.fromkeys(row["date"] for row in rows(fines / "expected_stalled.csv"))
    out = tmp_path_factory.mktemp("observed") / "firings.txt"
    asked = [word for day in dates for word in ("--stalled-on", day)]
    protocol = ROOT / "examples" / "fines_observed.yaml"
    document = spean(fines / "log.csv", "--protocol", protocol, "--until", "2013-06-18", "--firings", out, *asked)
    return document, out.read_text(encoding="utf-8").splitlines()


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of an expected table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_firing_of_the_observed_fines_is_the_expected_one(observed: tuple[Any, list[str]]) -> None:
    """40,555 rungs fire, and every line of case, step, entry, rung and date is the expected one, in order."""
    document, firings = observed
    counts = {key: document[key] for key in ("cases", "events", "accepted_cases", "refusals", "firings")}
    assert counts == {"cases": 15253, "events": 56953, "accepted_cases": 15253, "refusals": 0, "firings": 40555}
    assert digest(firings) == FIRINGS


def test_each_clock_of_the_fines_fires_as_often_and_as_when_expected(
    observed: tuple[Any, list[str]], fines: Path
) -> None:
    """For every clock the number of firings and the hash of its lines are the expected ones."""
    by_clock: dict[tuple[str, str], list[str]] = {}
    for line in observed[1]:
        _, step, _, rung, _ = line.rsplit("|", 4)
        by_clock.setdefault((step, rung), []).append(line)
    expected = [row for row in rows(fines / "expected_timers.csv") if row["tie_rule"] == "event_first"]
    assert expected
    for row in expected:
        found = by_clock.pop((row["state"], row["level"]), [])
        assert len(found) == int(row["fired"]), row
        text = "\n".join(sorted(found)) + "\n"
        assert hashlib.sha256(text.encode()).hexdigest() == row["sha256"], row
    assert by_clock == {}


def test_every_stalled_count_of_the_fines_is_the_expected_one(observed: tuple[Any, list[str]], fines: Path) -> None:
    """Each cell of the table of stalled cases is equal, and no step stalls that the table does not have."""
    cells = {(one["date"], one["step"], one["days"]): one["cases"] for one in observed[0]["stalled"]}
    expected = {
        (row["date"], row["state"], int(name.removeprefix("ge"))): int(cell)
        for row in rows(fines / "expected_stalled.csv")
        for name, cell in row.items()
        if name.startswith("ge")
    }
    assert expected
    assert {key: cells[key] for key in expected} == expected
    assert not any(cases for key, cases in cells.items() if key not in expected)


def test_the_strict_fines_are_refused_as_expected(fines: Path, tmp_path: Path) -> None:
    """106 moves are refused, each line the expected one; the last steps are equal and 15,161 cases accepted."""
    out = tmp_path / "refusals.txt"
    document = spean(
        fines / "log.csv", "--protocol", ROOT / "examples" / "fines_strict.yaml", "--refusals", out
    )  # fmt: skip
    lines = out.read_text(encoding="utf-8").splitlines()
    assert digest(lines) == REFUSALS
    assert (document["refusals"], document["accepted_cases"]) == (106, 15161)
    assert document["last_steps"] == {"AJ": 17, "CC": 6097, "NR": 5, "PY": 6713, "RR": 5, "SA": 268, "SF": 2148}
    kinds = Counter(tuple(line.rsplit("|", 2)[1:]) for line in lines)
    expected = rows(fines / "expected_strict_replay_rejections.csv")
    assert kinds == {(row["in_state"], row["rejected_event"]): int(row["count"]) for row in expected}


def test_a_log_in_any_order_gives_the_same_answers(
    fines: Path, observed: tuple[Any, list[str]], tmp_path: Path
) -> None:
    """Rows that stand neither by case nor by time are brought together: not one line of the firings changes."""
    head, *lines = (fines / "log.csv").read_text(encoding="utf-8").splitlines()
    mixed = sorted(lines, key=lambda line: hashlib.md5(line.encode(), usedforsecurity=False).digest())
    log, out = tmp_path / "mixed.csv", tmp_path / "firings.txt"
    log.write_text("\n".join([head, *mixed]), encoding="utf-8")
    document = spean(log, "--protocol", ROOT / "examples" / "fines_observed.yaml", "--firings", out)
    assert out.read_text(encoding="utf-8").splitlines() == observed[1]
    assert document["last_steps"] == observed[0]["last_steps"]


def test_the_stalled_tickets_of_the_help_desk_are_the_expected_ones(shared_data: Path, tmp_path: Path) -> None:
    """Each count of tickets standing at an activity at midnight is equal, for every date and age of the table."""
    text = (shared_data / "cases" / "helpdesk.csv").read_text(encoding="utf-8")
    log = tmp_path / "helpdesk.csv"
    log.write_text(text.replace("timestamp_utc", "timestamp", 1), encoding="utf-8")
    expected = rows(shared_data / "cases" / "helpdesk_expected_stalled.csv")
    eves = {row["at_utc_midnight"]: eve(row["at_utc_midnight"]) for row in expected}
    asked = [word for day in eves.values() for word in ("--stalled-on", day)]
    protocol = ROOT / "examples" / "helpdesk.yaml"
    document = spean(log, "--protocol", protocol, "--stalled-days", "0,7,14,30,60", *asked)
    cells = {(one["date"], titles()[one["step"]], one["days"]): one["cases"] for one in document["stalled"]}
    wanted = {
        (eves[row["at_utc_midnight"]], row["last_activity"], int(name[2:-1])): int(cell)
        for row in expected
        for name, cell in row.items()
        if name.startswith("ge")
    }
    assert {key: cells[key] for key in wanted} == wanted


def eve(day: str) -> str:
    """Return the date before: what stands at midnight is what stands when the date before has ended."""
    from datetime import date, timedelta

    return str(date.fromisoformat(day) - timedelta(days=1))


def titles() -> dict[str, str]:
    """Return the activity that leads to each step of the help desk."""
    from engine.run.protocols.files import load

    protocol, _ = load(str(ROOT / "examples" / "helpdesk.yaml"))
    return {action.target.step: action.event or "" for action in protocol.main.at_any_step.values()}


#: The peak is that of the new program alone. ``ru_maxrss`` would begin with that of whoever started it.
LARGE = """
import re, sys
from engine.run.cli import run
code = run(sys.argv[1:])
with open("/proc/self/status", encoding="ascii") as status:
    print(re.search(r"VmHWM:\\s+(\\d+) kB", status.read())[1], file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.slow
def test_a_log_of_200_megabytes_needs_less_than_256_mebibytes(tmp_path: Path) -> None:
    """A log of 200 MB whose cases are mixed is replayed in bounded memory.

    Its rows are wide (2 kB of other columns), so that the run stays short; memory is bounded by bytes, not by rows.
    """
    log = tmp_path / "large.csv"
    filler = "x" * 2000
    cases, steps = 25_000, ("Create Fine", "Send Fine", "Insert Fine Notification", "Payment")
    with log.open("w", encoding="utf-8") as file:
        file.write("case_id,seq,activity,timestamp,remark\n")
        for seq, activity in enumerate(steps):
            for case in range(cases):
                file.write(f"C{case},{seq},{activity},201{seq}-03-{case % 28 + 1:02}T00:00:00+01:00,{filler}\n")
    assert log.stat().st_size > 200_000_000
    arguments = ["replay", str(log), "--protocol", str(ROOT / "examples" / "fines_strict.yaml"), "--format", "json"]
    firings = ["--firings", str(tmp_path / "firings.txt")]
    done = subprocess.run(
        [sys.executable, "-c", LARGE, *arguments, *firings], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["cases"], document["events"], document["refusals"]) == (cases, 4 * cases, 0)
    assert int(done.stderr.split()[-1]) < 256 * 1024
