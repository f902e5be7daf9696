"""A database of its own for each test, made by the migrations as an office's is; notifiers that are closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.core.deciding.library import Library
from engine.store.keyring import MemoryKeyring
from engine.store.sql import schema
from engine.store.sql.cases import SqlCases
from engine.store.sql.checkpoints import SqlCheckpoints
from engine.store.sql.database import Database
from engine.store.sql.outbox import SqlOutbox
from engine.store.vault import Vault
from notifiers.smtp import Server, Smtp
from tests.conformance.world import library_of_two_steps
from tests.support.smtp_scenarios import CALM


@dataclass(frozen=True)
class Shelf:
    """The parts of one database."""

    path: Path
    database: Database
    vault: Vault
    cases: SqlCases
    outbox: SqlOutbox
    checkpoints: SqlCheckpoints


def shelf_at(path: Path, *, create: bool = True, patience: float = 20, keyring: MemoryKeyring | None = None) -> Shelf:
    """Return the parts of the database in a file; a new one gets its tables."""
    database = Database(f"sqlite:///{path}", create=create, patience=patience)
    if create:
        schema.upgrade(database)
    vault = Vault(keyring or MemoryKeyring(), lambda: {"note"})
    return Shelf(path, database, vault, SqlCases(database, vault), SqlOutbox(database), SqlCheckpoints(database))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """Return an empty database."""
    made = shelf_at(tmp_path / "spean.db")
    yield made
    made.database.close()


@pytest.fixture
def library() -> Library:
    """Return a protocol of two steps that go to each other, with one three-day clock each."""
    return library_of_two_steps()


@pytest.fixture
def opened() -> Iterator[Callable[..., Smtp]]:
    """Return what opens notifiers that are closed in the end; mail stays on this machine unless the test says so."""
    made: list[Smtp] = []

    def open_(port: int, **settings: object) -> Smtp:
        given = {"host": "127.0.0.1", "security": "none", "timeout": CALM} | settings
        made.append(Smtp(Server(port=port, **given)))  # type: ignore[arg-type] # the test knows the settings
        return made[-1]

    yield open_
    for one in made:
        one.close()
