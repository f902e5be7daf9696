"""The protocol versions in use, in a database: text, compiled form, meaning. The compiled form is what runs."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from threading import Lock

from sqlalchemy import Connection, select, update

from engine.core.clocks.calendar import Calendar
from engine.core.deciding.library import Library, library_of
from engine.core.errors import VersionError
from engine.core.model import FieldType, Protocol
from engine.store.codec.protocols import read_calendar, read_protocol, write_calendar, write_protocol
from engine.store.codec.seals import OPEN
from engine.store.points import passed
from engine.store.registry import REGISTRY_EVENTS, STREAM, CalendarInstalled, ProtocolInstalled, RegistryEvent
from engine.store.sql import tables as t
from engine.store.sql.database import Database
from engine.store.sql.statements import cursor_of, putting
from engine.store.sql.streams import Streams
from engine.store.sql.tables import instant, micros

_p, _k, _c = t.protocols.c, t.calendars.c, t.cases.c


#: Types whose answers are somebody's words: text, names of persons, names of files.
IN_WORDS = frozenset({FieldType.TEXT, FieldType.PERSON, FieldType.DOCUMENT})


@dataclass(frozen=True, slots=True)
class Installed:
    """One version in use. ``current``: new cases begin with it."""

    protocol: Protocol
    current: bool


class SqlRegistry:
    """Installs protocol versions and loads them."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database
        self._streams = Streams(database.dialect)
        self._put_protocol = putting(database.dialect, t.protocols)
        self._put_calendar = putting(database.dialect, t.calendars)
        self._lock = Lock()
        self._loaded: tuple[int, Library, tuple[Installed, ...]] | None = None
        self._private: frozenset[str] = frozenset()

    def private(self) -> frozenset[str]:
        """Return the fields whose answers are sealed: private ones, and everything somebody writes in words."""
        if self._loaded is None:
            self._current()
        return self._private

    def install(
        self,
        protocol: Protocol,
        sources: Mapping[str, bytes],
        calendars: Mapping[str, Calendar],
        *,
        now: datetime,
        by: str,
    ) -> bool:
        """Bring a compiled protocol and its calendars into use; return whether anything is new.

        ``sources``: the files it was compiled from. Installing the same again changes nothing; other texts of the
        same meaning replace the old ones. Raises VersionError where the label stands for another meaning (2).
        """
        bundle = _bundle(sources)
        with self.database.write() as connection:
            self._check_label(connection, protocol)
            events = [
                *self._install_protocol(connection, protocol, bundle, now, by),
                *(
                    one
                    for calendar in calendars.values()
                    for one in self._install_calendar(connection, calendar, now, by)
                ),
            ]
            self._streams.append(connection, STREAM, [REGISTRY_EVENTS.write(event, OPEN) for event in events])
            passed("install: protocol written")
        return bool(events)

    def library(self) -> Library:
        """Return every version in use with the calendars, ready to decide with; read anew after an installation."""
        return self._current()[0]

    def versions(self) -> Sequence[Installed]:
        """Return every version in use, the oldest installation first."""
        return self._current()[1]

    def current(self, protocol: str) -> Protocol | None:
        """Return the version with which new cases of this protocol begin."""
        return next((one.protocol for one in self.versions() if one.current and one.protocol.id == protocol), None)

    def sources(self, meaning: str) -> Mapping[str, bytes]:
        """Return the files a version was compiled from, by name; none for an unknown meaning."""
        with self.database.read() as connection:
            bundle = connection.execute(select(_p.bundle).where(_p.meaning == meaning)).scalar()
        return {} if bundle is None else _unbundled(bundle)

    def _current(self) -> tuple[Library, tuple[Installed, ...]]:
        with self._lock, self.database.read() as connection:
            seq = self._streams.head(connection, STREAM).seq
            if self._loaded is None or self._loaded[0] != seq:
                self._loaded = (seq, *_load(connection))
                self._private = frozenset(
                    field.id
                    for one in self._loaded[2]
                    for field in one.protocol.fields.values()
                    if field.private or field.type in IN_WORDS
                )
            return self._loaded[1:]

    def _check_label(self, connection: Connection, protocol: Protocol) -> None:
        label = (_p.protocol == protocol.id) & (_p.version == protocol.version)
        known = connection.execute(select(_p.meaning).where(label)).scalar()
        if known is not None and known != protocol.meaning:
            raise VersionError(
                f"{protocol.id} {protocol.version} is in use with another meaning;"
                " give the changed protocol a new version."
            )

    def _install_protocol(
        self, connection: Connection, protocol: Protocol, bundle: bytes, now: datetime, by: str
    ) -> list[RegistryEvent]:
        row = connection.execute(select(_p.bundle, _p.current).where(_p.meaning == protocol.meaning)).one_or_none()
        if row is not None and row.bundle == bundle and row.current:
            return []
        compiled = write_protocol(protocol)
        connection.execute(update(t.protocols).where(_p.protocol == protocol.id).values(current=0))
        self._put_protocol.run(
            cursor_of(connection),
            (protocol.meaning, protocol.id, protocol.version, micros(now), 1, compiled, bundle),
        )
        return [
            ProtocolInstalled(
                at=now,
                by=by,
                text=sha256(bundle).hexdigest(),
                protocol=protocol.id,
                version=protocol.version,
                meaning=protocol.meaning,
                status=protocol.status,
                adopted_by=protocol.adopted_by,
                compiled=sha256(compiled.encode()).hexdigest(),
            )
        ]

    def _install_calendar(
        self, connection: Connection, calendar: Calendar, now: datetime, by: str
    ) -> list[RegistryEvent]:
        compiled = write_calendar(calendar)
        known = connection.execute(select(_k.compiled).where(_k.id == calendar.id)).scalar()
        if known == compiled:
            return []
        if known is not None:  # the worker looks at every running case, and counts its limits anew
            later = (_c.wake_at.is_not(None)) & (_c.wake_at > micros(now))
            connection.execute(update(t.cases).where(later).values(wake_at=micros(now)))
        self._put_calendar.run(cursor_of(connection), (calendar.id, micros(now), compiled))
        text = sha256(compiled.encode()).hexdigest()
        return [CalendarInstalled(at=now, by=by, text=text, calendar=calendar.id)]


def _load(connection: Connection) -> tuple[Library, tuple[Installed, ...]]:
    rows = connection.execute(select(_p.compiled, _p.current).order_by(_p.installed_at, _p.protocol)).all()
    found = tuple(Installed(read_protocol(row.compiled), bool(row.current)) for row in rows)
    rows_of_calendars = connection.execute(select(_k.compiled, _k.installed_at).order_by(_k.id))
    sheets = [(read_calendar(row.compiled), instant(row.installed_at)) for row in rows_of_calendars]
    calendars, changed = [one for one, _ in sheets], {one.id: at for one, at in sheets}
    return library_of((one.protocol for one in found), calendars, changed), found


def _bundle(sources: Mapping[str, bytes]) -> bytes:
    texts = {name: text.decode("utf-8", "surrogateescape") for name, text in sorted(sources.items())}
    return zlib.compress(json.dumps(texts).encode(), 9)


def _unbundled(bundle: bytes) -> Mapping[str, bytes]:
    texts = json.loads(zlib.decompress(bundle))
    return {name: text.encode("utf-8", "surrogateescape") for name, text in texts.items()}
