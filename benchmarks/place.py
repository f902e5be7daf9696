"""A place to measure at: a database with its registry and keys, wired as an office's, and what its disk can do."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from pathlib import Path

from engine.core.case.commands import Actor, AnyCommand, OpenCase
from engine.core.case.state import Case
from engine.run.cases.writing import deciding
from engine.run.protocols.files import load
from engine.run.ticks.passing import Passes
from engine.store.keyring import FileKeyring
from engine.store.ports import Work
from engine.store.sql import schema
from engine.store.sql.cases import SqlCases
from engine.store.sql.database import Database
from engine.store.sql.incidents import SqlIncidents
from engine.store.sql.meta import Meta
from engine.store.sql.registry import SqlRegistry
from engine.store.vault import Vault

PROTOCOL = Path(__file__).with_name("measured.yaml")
START = datetime(2026, 3, 2, 3, tzinfo=UTC)
WORKER = Actor("sok", frozenset({"worker"}))
ENROLMENT = "e"
PROBES = 100
BLOCK = b"x" * 4096


class Place:
    """The parts of one database file. Sealing is as in an office, but with counted nonces: runs write equal bytes."""

    def __init__(self, path: Path, database: Database | None = None) -> None:
        """Use the file, which must have its tables; ``database``: another way to reach it."""
        self.path = path
        self.database = database or Database(f"sqlite:///{path}")
        self.registry = SqlRegistry(self.database)
        self.keyring = FileKeyring(path.parent / "keys.db", bytes(32), create=True)
        numbers = count()
        nonces = lambda size: next(numbers).to_bytes(size, "big")  # noqa: E731 - one line for one word
        self.cases = SqlCases(self.database, Vault(self.keyring, self.registry.private, nonces))

    @classmethod
    def make(cls, path: Path) -> Place:
        """Make the file, with its tables and the measured protocol."""
        database = Database(f"sqlite:///{path}", create=True)
        schema.upgrade(database)
        protocol, _ = load(str(PROTOCOL))
        SqlRegistry(database).install(protocol, {PROTOCOL.name: PROTOCOL.read_bytes()}, {}, now=START, by="bench")
        return cls(path, database)

    @cached_property
    def passes(self) -> Passes:
        """What lets clocks fall due, without a brake: time jumps here by design."""
        return Passes(self.cases, SqlIncidents(self.database), Meta(self.database), self.registry.library)

    def doing(self, command: AnyCommand, now: datetime) -> Work:
        """Return the unit of work of a command, as the use cases of people make it."""
        return deciding(command, lambda: now, self.registry.library())

    def open(self, code: str, at_step: str, now: datetime = START) -> Case:
        """Open a case at a step of the measured protocol."""
        protocol = self.registry.current("measured")
        if protocol is None:
            raise AssertionError("the measured protocol is installed when the place is made")
        asked = OpenCase(
            actor=WORKER, enrolment=ENROLMENT, meaning=protocol.meaning, at_step=at_step, agency="north",
            holders={"worker": "sok"},
        )  # fmt: skip
        return self.cases.open(code, self.doing(asked, now))

    def close(self) -> None:
        """Empty the write-ahead log into the file, and close it."""
        self.database.settle()
        self.database.close()
        self.keyring.close()


@contextmanager
def closing(*places: Place) -> Iterator[None]:
    """Close the places at the end."""
    try:
        yield
    finally:
        for place in places:
            place.close()


def fsyncs_per_second(folder: Path) -> float:
    """Return how many appends of 4 kB the disk of a folder makes durable in a second, one after the other."""
    file = folder / f"probe {os.getpid()}"
    number = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    try:
        start = time.perf_counter()
        for _ in range(PROBES):
            os.write(number, BLOCK)
            os.fsync(number)
        return PROBES / (time.perf_counter() - start)
    finally:
        os.close(number)
        file.unlink()
