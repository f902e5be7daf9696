"""An office: its settings and everything that works with its database, wired in one place and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.run.setup.clock import FixedTime, MachineTime
from engine.run.setup.settings import FILE, Settings, SettingsError, load_settings, office_folder
from engine.store.keyring import FileKeyring, read_master
from engine.store.ports import Time
from engine.store.sql import schema
from engine.store.sql.access import SqlAccessLog
from engine.store.sql.cases import SqlCases
from engine.store.sql.checkpoints import SqlCheckpoints
from engine.store.sql.database import Database
from engine.store.sql.incidents import SqlIncidents
from engine.store.sql.meta import SIMULATION, Meta
from engine.store.sql.outbox import SqlOutbox
from engine.store.sql.people import SqlDirectory
from engine.store.sql.registry import SqlRegistry
from engine.store.vault import Vault

#: The purpose of the secret from which an office's mark is made.
MARK = "office"


def mark_of(secret: bytes) -> str:
    """Return the mark of an office, 32 hexadecimal digits, from the secret of its master key for that purpose."""
    return secret.hex()[:32]


@dataclass
class Office:
    """The parts of one office, each made when it is first used."""

    settings: Settings
    time: Time

    @cached_property
    def database(self) -> Database:
        """The database, of a schema that this version knows. Raises what the store says of it.

        Raises SettingsError where time shall stand still in an office of real people.
        """
        found = Database(self.settings.database_url)
        schema.check(found)
        if self.settings.office.stands_at and Meta(found).get(SIMULATION) != "yes":
            found.close()
            raise SettingsError(
                f"{self.settings.folder / FILE}: office.stands_at is only for a simulation; take the line out."
            )
        return found

    @cached_property
    def keyring(self) -> FileKeyring:
        """The keys. Raises KeyringError where the master key is missing or another one."""
        return FileKeyring(self.settings.path(self.settings.office.keys), read_master(self.settings.master_key_file))

    @cached_property
    def mark(self) -> str:
        """What tells this office from every other: made of its master key, of which it tells nothing."""
        return mark_of(self.keyring.secret(MARK))

    @cached_property
    def registry(self) -> SqlRegistry:
        """The protocols in use."""
        return SqlRegistry(self.database)

    @cached_property
    def vault(self) -> Vault:
        """Seals the answers to every private field of a protocol in use."""
        return Vault(self.keyring, self.registry.private)

    @cached_property
    def cases(self) -> SqlCases:
        """The cases."""
        return SqlCases(self.database, self.vault)

    @cached_property
    def outbox(self) -> SqlOutbox:
        """The messages."""
        return SqlOutbox(self.database)

    @cached_property
    def people(self) -> SqlDirectory:
        """The directory."""
        return SqlDirectory(self.database)

    @cached_property
    def incidents(self) -> SqlIncidents:
        """What went wrong."""
        return SqlIncidents(self.database)

    @cached_property
    def access(self) -> SqlAccessLog:
        """Who read what."""
        return SqlAccessLog(self.database)

    @cached_property
    def checkpoints(self) -> SqlCheckpoints:
        """The published roots."""
        return SqlCheckpoints(self.database)

    @cached_property
    def meta(self) -> Meta:
        """Facts about the database."""
        return Meta(self.database)

    @cached_property
    def is_simulation(self) -> bool:
        """Whether only invented people live here."""
        return self.meta.get(SIMULATION) == "yes"

    def close(self) -> None:
        """Close the files."""
        for name in ("database", "keyring"):
            part = self.__dict__.pop(name, None)
            if part is not None:
                part.close()


def open_office(folder: str = "", environment: Mapping[str, str] = os.environ, time: Time | None = None) -> Office:
    """Return the office of a folder (see ``office_folder``), its settings read. Raises SettingsError.

    ``time``: by default the machine's clock, or in a simulation the instant at which its settings let time stand.
    """
    settings = load_settings(office_folder(folder, environment), environment)
    return Office(settings, time or _time_of(settings))


def _time_of(settings: Settings) -> Time:
    return FixedTime(settings.stands_at) if settings.stands_at is not None else MachineTime()
