"""Every projection of the journal made anew, to be compared with what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, select

from engine.core.case.apply import fold
from engine.core.case.effects import Told
from engine.core.case.events import Event, RungFired
from engine.core.case.state import Case
from engine.core.deciding.decide import wakes
from engine.core.deciding.library import Library
from engine.store.codec.cases import write_case
from engine.store.codec.entries import CASE_EVENTS, EntryError
from engine.store.codec.seals import OPEN
from engine.store.registry import REGISTRY_EVENTS, CalendarInstalled, ProtocolInstalled
from engine.store.registry import STREAM as REGISTRY
from engine.store.sql import tables as t
from engine.store.sql.meta import LAST_PASS, read_meta
from engine.store.sql.statements import Row
from engine.store.sql.streams import CASE, entries
from engine.store.sql.tables import micros
from engine.store.sql.unit import clock_row, firing_row, holder_rows, waiting_rows
from engine.store.vault import CaseSeals, Vault

_c = t.cases.c


class Remaking:
    """Remakes what a database holds beside its journal, in one reading transaction."""

    def __init__(self, connection: Connection, vault: Vault, library: Library | None = None) -> None:
        """Read from this connection; open private values with this vault, so far as their keys still are.

        ``library``: the protocols in use; without them it is not checked when cases are looked at again.
        """
        self._connection = connection
        self._vault = vault
        self._library = library
        self._last_pass = _instant(read_meta(connection, LAST_PASS))

    def cases(self) -> Iterator[str]:
        """Yield the codes of all cases."""
        yield from self._connection.execute(select(_c.code).order_by(_c.code)).scalars().all()

    def differences(self, code: str) -> list[str]:
        """Return in words what of a case is not as its journal says."""
        row = self._connection.execute(select(t.cases).where(_c.code == code)).one()
        seals = self._vault.of_case(code, row.key)
        try:
            events = [CASE_EVENTS.read(one.body, seals) for one in entries(self._connection, CASE + code)]
            case = fold(Case(code), events)
        except (EntryError, KeyError) as error:
            return [f"its journal cannot be folded ({type(error).__name__})."]
        found = _of_state(row, case, seals)
        if self._library is not None and not found:
            found += self._of_wakes(row, case, self._library)
        for table, made in self._tables(case, events, seals):
            found += _compare(table, made, self._rows(table, code))
        return found

    def _of_wakes(self, row: Any, case: Case, library: Library) -> list[str]:
        """Say that a case would be looked at too late, or never: it would fall silent and nobody would notice."""
        if case.recorded is None:
            return []
        at = case.recorded if self._last_pass is None else max(case.recorded, self._last_pass)
        try:
            wanted = wakes(case, at, library)
        except KeyError:
            return ["its protocol is not among those in use."]
        late = [
            name
            for name, stored, at_latest in (
                ("wake-up", row.wake_at, wanted.any),
                ("wake-up for urgent messages", row.urgent_wake_at, wanted.urgent),
            )
            if at_latest is not None and (stored is None or stored > micros(at_latest))
        ]
        return [f"its {name} is missing or too late; it would fall silent." for name in late]

    def beside_cases(self) -> list[tuple[str, str]]:
        """Return (stream, words) for rows of cases that are not there."""
        found = []
        for table in (t.clocks, t.firings, t.outbox, t.holders, t.waiting):
            query = select(table.c.code).where(table.c.code.not_in(select(_c.code))).distinct()
            codes = self._connection.execute(query).scalars()
            found += [(CASE + code, f"there are {table.name}, but no case.") for code in codes]
        return found

    def installed(self) -> list[tuple[str, str]]:
        """Return (stream, words) for protocols and calendars in use that are not those that were installed."""
        events = [REGISTRY_EVENTS.read(one.body, OPEN) for one in entries(self._connection, REGISTRY)]
        protocols = {one.meaning: one for one in events if isinstance(one, ProtocolInstalled)}
        current = {one.protocol: one.meaning for one in events if isinstance(one, ProtocolInstalled)}
        made = {
            (meaning, one.protocol, one.version, int(current[one.protocol] == meaning), one.compiled, one.text)
            for meaning, one in protocols.items()
        }
        stored = {
            (row.meaning, row.protocol, row.version, row.current, _digest(row.compiled.encode()), _digest(row.bundle))
            for row in self._connection.execute(select(t.protocols))
        }
        calendars = {one.calendar: one.text for one in events if isinstance(one, CalendarInstalled)}
        kept = {row.id: _digest(row.compiled.encode()) for row in self._connection.execute(select(t.calendars))}
        named = sorted(f"{one[1]} {one[2]}" for one in made ^ stored)
        return [
            *((REGISTRY, f"the protocol {name} in use is not what was installed.") for name in dict.fromkeys(named)),
            *(
                (REGISTRY, f"the calendar {name} in use is not what was installed.")
                for name in sorted({one for one, _ in calendars.items() ^ kept.items()})
            ),
        ]

    def _rows(self, table: Table, code: str) -> set[Row]:
        columns = [one for one in table.columns if one.name in _COMPARED[table.name]]
        return {tuple(row) for row in self._connection.execute(select(*columns).where(table.c.code == code))}

    def _tables(self, case: Case, events: list[Event], seals: CaseSeals) -> Iterator[tuple[Table, set[Row]]]:
        yield (
            t.clocks,
            {
                tuple(clock_row(case.id, name, position, item, seals))
                for name, enrolment in case.enrolments.items()
                for position, item in enumerate(enrolment.clocks.values())
            },
        )
        yield t.firings, {tuple(firing_row(case.id, one)) for one in events if isinstance(one, RungFired)}
        yield t.outbox, {(case.id, seq, one.message.to) for seq, one in enumerate(events, 1) if isinstance(one, Told)}
        yield t.holders, set(map(tuple, holder_rows(case)))
        yield t.waiting, set(map(tuple, waiting_rows(case)))


_COMPARED = {
    **{one.name: frozenset(one.columns.keys()) for one in (t.clocks, t.firings, t.holders, t.waiting)},
    "outbox": frozenset(("code", "seq", "recipient")),
}


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _of_state(row: Any, case: Case, seals: CaseSeals) -> list[str]:
    found = []
    if row.body != write_case(case, seals).decode():
        found.append("its state is not what its journal leads to.")
    counters = (case.seq, case.version, case.recorded and micros(case.recorded))
    columns = (case.about, case.agency, case.opened and micros(case.opened), case.closed and micros(case.closed))
    if (row.seq, row.version, row.recorded_at) != counters:
        found.append("its counters are not what its journal leads to.")
    if (row.about, row.agency, row.opened_at, row.closed_at) != columns:
        found.append("its columns are not what its journal leads to.")
    return found


def _compare(table: Table, made: set[Row], stored: set[Row]) -> list[str]:
    if made == stored:
        return []
    missing, more = len(made - stored), len(stored - made)
    return [f"its {table.name} are not what its journal leads to ({missing} missing or changed, {more} too many)."]
