"""Full and dying disks by the loop method: the first call fails, then the second, and so on to the last one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from engine.core.deciding.library import Library
from engine.store.keyring import MemoryKeyring
from engine.store.ports import StoreError
from engine.store.sql.verify import verify
from tests.conformance.world import START, going, opening, passing
from tests.integration.conftest import Shelf, shelf_at
from tests.support.faulty_disk import FaultyDisk

#: More calls than any of these operations makes.
MOST_CALLS = 400


@pytest.fixture(scope="module")
def disk() -> FaultyDisk:
    """Return the layer between SQLite and the disk."""
    return FaultyDisk.get()


def open_one(shelf: Shelf, library: Library) -> None:
    """Open a case."""
    shelf.cases.open("new", opening(library))


def act(shelf: Shelf, library: Library) -> None:
    """Take an action."""
    shelf.cases.transact("c1", going(library, START + timedelta(hours=1)))


def run_pass(shelf: Shelf, library: Library) -> None:
    """Serve three cases that are due."""
    shelf.cases.transact_many(["c0", "c1", "c2"], passing(library, START + timedelta(days=3)))


def make_checkpoint(shelf: Shelf, library: Library) -> None:
    """Make a checkpoint."""
    shelf.checkpoints.make(START)


OPERATIONS = (open_one, act, run_pass, make_checkpoint)


def state(shelf: Shelf) -> list[object]:
    """Return everything that an operation could have written."""
    codes = shelf.cases.cases()
    found: list[object] = [(code, shelf.cases.case(code), tuple(shelf.cases.journal(code))) for code in codes]
    return [*found, tuple(shelf.outbox.messages(1000)), tuple(shelf.checkpoints.all())]


@pytest.fixture
def ring() -> MemoryKeyring:
    """Return the keys of the cases."""
    return MemoryKeyring()


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("full", [False, True], ids=["error", "full"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.__name__)
def test_each_failing_call_leaves_all_or_nothing(  # noqa: PLR0917 - fixtures and the three ways to fail
    tmp_path: Path,
    library: Library,
    disk: FaultyDisk,
    ring: MemoryKeyring,
    operation: Callable[[Shelf, Library], None],
    full: bool,
    lasting: bool,
) -> None:
    """What fails says one sentence and wrote nothing; what succeeds is there; the database is whole either way."""
    base = tmp_path / "base.db"
    shelf = shelf_at(base, keyring=ring)
    for number in range(3):
        shelf.cases.open(f"c{number}", opening(library))
    before = state(shelf)
    shelf.database.close()
    told = 0
    for at in range(1, MOST_CALLS):
        path = tmp_path / f"{at}.db"
        shutil.copy(base, path)
        shelf = shelf_at(path, create=False, keyring=ring)
        state(shelf)  # the connections stand before anything fails
        acknowledged = False
        with disk.failing(at, full=full, lasting=lasting) as fault:
            try:
                operation(shelf, library)
                acknowledged = True
            except StoreError as error:
                told += str(path) in str(error)
        again = shelf_at(path, create=False, keyring=ring)  # as the next process would find it
        assert (state(again) != before) is acknowledged
        with again.database.read() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        report = verify(again.database, again.vault)
        assert report.is_clean, report.findings
        if not acknowledged:
            operation(again, library)  # the day is over; it works
        again.database.close()
        shelf.database.close()
        if not fault.fired:
            break
    else:
        pytest.fail("the operation never came to its last call")
    assert told > 0, "no call of the operation failed, so nothing was tried"
