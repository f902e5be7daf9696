"""Health: each thing that is not well is a line of its own, with what to do."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.typed import Typed, change


def checks(answer: tuple[int, str, str]) -> dict[str, bool]:
    """Return what health said of each thing."""
    return {one["check"]: one["is_well"] for one in json.loads(answer[1])["checks"]}


@pytest.fixture
def well(folder: Path, typed: Typed) -> Path:
    """Return the office after a tick of just now."""
    assert typed("tick", "--office", folder)[0] == 0
    return folder


def test_health_of_an_office_that_is_well(well: Path, typed: Typed) -> None:
    """Exit code 0, every line ok, in words and as JSON."""
    code, out, errors = typed("health", "--office", well)
    assert (code, errors) == (0, "")
    assert "NOT WELL" not in out
    answer = typed("health", "--office", well, "--format", "json")
    assert (answer[0], json.loads(answer[1])["is_well"]) == (0, True)


UNWELL = {
    "worker": "UPDATE meta SET value = '{late}' WHERE key = 'last_pass'",
    "brake": "INSERT OR REPLACE INTO meta VALUES ('brake', 'Far too much.')",
    "incidents": "INSERT INTO incidents (kind, subject, words, opened_at, attempts) VALUES ('case', 'x', 'y', 0, 1)",
    "mail": "UPDATE outbox SET status = 'waiting', due_at = {hour_ago}",
    "frozen": "UPDATE cases SET frozen = 1",
    "checkpoint": "UPDATE meta SET value = '2026-03-02' WHERE key = 'last_checkpoint'",
}


@pytest.mark.parametrize("what", UNWELL)
def test_health_says_what_is_not_well(what: str, well: Path, typed: Typed) -> None:
    """Exactly this line is not well, it says what to do, and the exit code is 1."""
    now = datetime.now(UTC)
    values = {"late": (now - timedelta(minutes=6)).isoformat(), "hour_ago": int((now.timestamp() - 3700) * 1_000_000)}
    change(well, UNWELL[what].format(**values))
    code, out, _ = typed("health", "--office", well)
    assert code == 1
    assert [line.split()[2] for line in out.splitlines() if line.startswith("NOT WELL")] == [what]
    assert checks(typed("health", "--office", well, "--format", "json")) == {
        name: name != what
        for name in ("database", "keys", "worker", "brake", "clock", "mail", "incidents", "checkpoint", "frozen")
    }


def test_health_says_that_a_mail_is_dead(well: Path, typed: Typed) -> None:
    """A message that was given up is never silent: its incident stays until somebody ends it."""
    change(well, "UPDATE outbox SET status = 'dead' WHERE number = 1")
    change(well, "INSERT INTO incidents (kind, subject, words, opened_at, attempts) VALUES ('mail', 'x', 'y', 0, 20)")
    assert checks(typed("health", "--office", well, "--format", "json"))["incidents"] is False


def test_health_before_the_first_tick(folder: Path, typed: Typed) -> None:
    """An office whose worker never ran is not well, and hears what to start."""
    code, out, _ = typed("health", "--office", folder)
    assert code == 1
    assert "it has never run; start `spean worker`" in out
