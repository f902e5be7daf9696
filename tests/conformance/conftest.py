"""Every store under one fixture. Another database joins by an entry in SHELVES."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.core.deciding.library import Library
from engine.store.keyring import MemoryKeyring
from engine.store.memory import MemoryStore
from engine.store.ports import Outbox, Store
from engine.store.sql.cases import SqlCases
from engine.store.sql.database import Database
from engine.store.sql.outbox import SqlOutbox
from engine.store.sql.tables import metadata
from engine.store.vault import Vault
from tests.conformance.world import library_of_two_steps


@dataclass(frozen=True)
class Shelf:
    """The ports of one store, and how it is closed."""

    store: Store
    outbox: Outbox
    close: Callable[[], None] = lambda: None
    database: Database | None = None


def _memory(_: Path) -> Shelf:
    both = MemoryStore()
    return Shelf(both, both)


def _sqlite(folder: Path) -> Shelf:
    database = Database(f"sqlite:///{folder / 'cases.db'}", create=True)
    with database.write() as connection:
        metadata.create_all(connection)
    vault = Vault(MemoryKeyring(), lambda: {"note"})
    return Shelf(SqlCases(database, vault), SqlOutbox(database), database.close, database)


SHELVES: dict[str, Callable[[Path], Shelf]] = {"memory": _memory, "sqlite": _sqlite}


@pytest.fixture(params=list(SHELVES))
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    """Return the empty store of each kind."""
    made = SHELVES[request.param](tmp_path)
    yield made
    made.close()


@pytest.fixture(params=[name for name in SHELVES if name != "memory"])
def shelf_of_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    """Return the empty store of each kind that is a database."""
    made = SHELVES[request.param](tmp_path)
    yield made
    made.close()


@pytest.fixture
def database(shelf_of_database: Shelf) -> Database:
    """Return the database of the store."""
    assert shelf_of_database.database is not None
    return shelf_of_database.database


@pytest.fixture
def database_store(shelf_of_database: Shelf) -> Store:
    """Return the cases in the database."""
    return shelf_of_database.store


@pytest.fixture
def store(shelf: Shelf) -> Store:
    """Return the cases of the store."""
    return shelf.store


@pytest.fixture
def outbox(shelf: Shelf) -> Outbox:
    """Return the messages of the store."""
    return shelf.outbox


@pytest.fixture
def library() -> Library:
    """Return a protocol of two steps that go to each other, with one three-day clock each."""
    return library_of_two_steps()
