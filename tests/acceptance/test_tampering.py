"""Whoever changes the journal beside the program is found out, also when every trace was covered."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from engine.run.setup.office import Office
from engine.run.ticks.bootstrap import notices_of, worker_of
from engine.store.checkpoints import Checkpoint, read_line
from engine.store.sql.database import Database
from engine.store.sql.verify import Report, verify
from tests.support.memory import folder_in_memory
from tests.support.office import FOUNDED, at, make_office, small_protocols
from tests.support.tampering import KINDS, Tamperer
from tests.support.victim import Day

CHANGES = 1000


@dataclass
class Scene:
    """An office's database as it was when the last checkpoint was published, and earlier copies."""

    office: Office
    whole: Path
    older: list[Path]
    published: list[Checkpoint]

    def check(self, path: Path, *, against: bool = True, chains_only: bool = True) -> Report:
        """Verify a copy."""
        database = Database(f"sqlite:///{path}")
        try:
            published = self.published[-1:] if against else []
            library = self.office.registry.library()
            return verify(database, self.office.vault, against=published, library=library, chains_only=chains_only)
        finally:
            database.close()


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """Live for a month: cases are opened, rungs go out, checkpoints are published, copies are made now and then."""
    with folder_in_memory() as room:
        office, older = make_office(room / "office", small_protocols(room / "protocols")), []
        day = Day(office.settings.folder, 0, FOUNDED)
        for days in range(6):
            office = at(office, FOUNDED + timedelta(days=5 * days + 1))
            day.open(office, days)
            with closing(worker_of(office)) as worker:
                assert not worker.tick(office.time.now()).errors
            if days < 5:
                older.append(copy(office, room / f"older{days}.db"))
        day.act(office, 5, "day_agreed", {"reached_at": "the temple"})
        notices_of(office).make_checkpoint(office.time.now())
        lines = (office.settings.folder / "checkpoints.txt").read_text().splitlines()
        yield Scene(office, copy(office, room / "whole.db"), older, [read_line(line) for line in lines])
        office.close()


def copy(office: Office, target: Path) -> Path:
    """Return a copy of the office's database."""
    assert office.database.path is not None
    with closing(sqlite3.connect(office.database.path)) as database:
        database.execute("VACUUM INTO ?", (str(target),))
    return target


def test_what_nobody_changed_is_clean(scene: Scene) -> None:
    """The untouched copy has no finding, neither in its chains nor in what follows from them."""
    report = scene.check(scene.whole, chains_only=False)
    assert (report.findings, report.cases) == ([], 6)
    assert report.entries > 100


@pytest.mark.parametrize("kind", KINDS)
def test_every_change_of_the_journal_is_found(scene: Scene, kind: str, tmp_path: Path) -> None:
    """1,000 single changes of eight kinds: each is found against the checkpoint that was published last."""
    path = scene.whole.with_name("changed.db")
    for number in range(CHANGES // len(KINDS)):
        shutil.copyfile(scene.whole, path)
        Tamperer(path, scene.older, Random(f"{kind} {number}")).change(kind)
        assert not scene.check(path).is_clean, f"{kind}, change {number}, was not found"


def test_without_a_published_checkpoint_an_older_copy_looks_whole(scene: Scene) -> None:
    """What the chains alone cannot show: that is why checkpoints are kept outside."""
    assert scene.check(scene.older[-1], against=False).is_clean
    assert not scene.check(scene.older[-1]).is_clean


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE clocks SET body = replace(body, '2026', '2027')", "clocks"),
        ("UPDATE cases SET wake_at = NULL", "wake-up"),
        ("UPDATE cases SET wake_at = wake_at + 86400000000", "wake-up"),
        ("UPDATE cases SET agency = 'other'", "columns"),
        ("UPDATE cases SET body = replace(body, 'visit', 'tisiv')", "state"),
        ("DELETE FROM firings", "firings"),
        ("DELETE FROM outbox WHERE number = (SELECT max(number) FROM outbox)", "outbox"),
        ("UPDATE outbox SET recipient = 'police'", "outbox"),
        ("UPDATE holders SET user = 'somebody'", "holders"),
    ],
)
def test_every_change_beside_the_journal_is_found(scene: Scene, statement: str, words: str) -> None:
    """State, clocks, wake-ups, rungs, outbox and holders are made anew from the journal; what differs is named."""
    path = scene.whole.with_name("beside.db")
    shutil.copyfile(scene.whole, path)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute(statement).rowcount > 0
        database.commit()
    findings = scene.check(path, chains_only=False).findings
    assert findings
    assert any(words in str(one) for one in findings)
    assert all(one.case for one in findings)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE protocols SET compiled = replace(compiled, '\"days\"', '\"months\"')", "protocol visit"),
        ("UPDATE protocols SET bundle = x'00' WHERE protocol = 'visit'", "protocol visit"),
        ("UPDATE protocols SET current = 0 WHERE protocol = 'raid'", "protocol raid"),
        ("DELETE FROM protocols WHERE protocol = 'raid'", "protocol raid"),
        ("UPDATE calendars SET compiled = compiled || ' '", "calendar cambodia"),
        ("DELETE FROM calendars", "calendar cambodia"),
    ],
)
def test_every_change_of_what_runs_is_found(scene: Scene, statement: str, words: str) -> None:
    """The compiled protocols and calendars, by which cases are decided, are those that were installed."""
    path = scene.whole.with_name("rules.db")
    shutil.copyfile(scene.whole, path)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute(statement).rowcount > 0
        database.commit()
    assert any(words in str(one) for one in scene.check(path, chains_only=False).findings)
