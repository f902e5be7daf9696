"""Ticks of a worker in an office of forgotten cases, and what they left: mails, incidents, rows."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.run.cli import run
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import open_office
from engine.run.ticks.bootstrap import worker_of
from engine.run.ticks.worker import TickReport
from notifiers.sink import Sink
from tests.builders.mails import parsed
from tests.support.office import FOUNDED

CASES = 6
#: Eight days after the opening the first limit is over by far. It is evening; what is ordinary leaves in the morning.
LATE = FOUNDED + timedelta(days=8, hours=11)
MORNING = LATE + timedelta(hours=14)
#: Written into every answer of every case; may stand nowhere outside.
PRIVATE = re.compile("Person \\d|by the river")


def tick(folder: Path, now: datetime) -> TickReport:
    """Let the worker look once."""
    with closing(open_office(str(folder), time=FixedTime(now))) as office, closing(worker_of(office)) as worker:
        return worker.tick(now)


def change(folder: Path, statement: str, *values: object) -> None:
    """Change rows of the database beside the program."""
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        assert database.execute(statement, values).rowcount > 0
        database.commit()


def mails(folder: Path) -> list[str]:
    """Return the mails that lie in the office's folder as they are read: to whom, about what, and every word."""
    return [read_mail(path) for path in sorted((folder / "mail").glob("*.eml"))]


def read_mail(path: Path) -> str:
    """Return a mail as it is read."""
    found = parsed(path.read_bytes())
    parts = [str(part.get_content()) for part in found.walk() if not part.is_multipart()]
    return "\n".join([f"To: {found['To']}", f"Subject: {found['Subject']}", *parts])


def listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str, int]]:
    """Return the open incidents as `spean incident list` tells them: kind, subject, times."""
    capsys.readouterr()
    assert run(["incident", "list", "--format", "json", "--office", str(folder)]) == 0
    found = json.loads(capsys.readouterr().out)["incidents"]
    return [(one["kind"], one["subject"], one["attempts"]) for one in found]


def fired(folder: Path, case: str) -> int:
    """Return how many rungs of a case went out."""
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        found: int = database.execute("SELECT count(*) FROM firings WHERE code = ?", (case,)).fetchone()[0]
        return found


def ids(sink: Sink) -> Counter[str]:
    """Return how often each mail came."""
    return Counter(str(parsed(path.read_bytes())["Message-ID"]) for path in sink.folder.glob("*.eml"))


def rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return which rungs went out, which messages there are, and to whom each of them was sent."""
    queries = {
        "firings": "SELECT code, enrolment, clock, generation, rung, occurrence FROM firings",
        "outbox": "SELECT code, seq, recipient, status FROM outbox",
        "deliveries": "SELECT code, seq, deliveries.user, deliveries.status FROM deliveries"
        " JOIN outbox ON number = outbox",
    }
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        return {name: sorted(database.execute(query).fetchall()) for name, query in queries.items()}


def told(folder: Path) -> list[str]:
    """Return to whom incidents were told."""
    found = (one.split("\n")[0].removeprefix("To: ") for one in mails(folder) if "Spean needs somebody" in one)
    return sorted(found)
