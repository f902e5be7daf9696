"""Messages in a database: claimed by a worker for a while, sent, noted mail by mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)

from engine.core.case.effects import Told
from engine.store.codec.entries import CASE_EVENTS, EntryError
from engine.store.codec.seals import OPEN
from engine.store.incidents import IncidentKind
from engine.store.points import passed
from engine.store.ports import Delivery, OutboxChange, OutboxRow, Posted
from engine.store.sql import tables as t
from engine.store.sql.database import Database
from engine.store.sql.incidents import SqlIncidents
from engine.store.sql.statements import Prepared, cursor_of, putting
from engine.store.sql.tables import instant, micros

_o, _d, _j = t.outbox.c, t.deliveries.c, t.journal.c
#: Written into the text of a query, because a parameter would keep it from the partial indexes.
WAITING: ColumnElement[str] = literal_column("'waiting'")


class SqlOutbox:
    """The port ``ports.Outbox`` over a database."""

    def __init__(self, database: Database) -> None:
        """Read and note messages of this database."""
        self.database = database
        self._incidents = SqlIncidents(database)
        self._put_delivery = putting(database.dialect, t.deliveries)
        self._end = Prepared(
            database.dialect,
            update(t.outbox)
            .where(_o.number == bindparam("this"))
            .values(
                status=func.coalesce(bindparam("status"), _o.status),
                why=func.coalesce(bindparam("why"), _o.why),
                due_at=func.coalesce(bindparam("due"), _o.due_at),
                lease_until=null(),
                leased_by=null(),
            ),
            ["status", "why", "due", "this"],
        )

    def messages(
        self, limit: int = 100, *, after: int = 0, status: Posted | None = Posted.WAITING
    ) -> Sequence[OutboxRow]:
        """Return messages in order; see the port."""
        query = _whole().where(_o.number > after).order_by(_o.number).limit(limit)
        if status is not None:
            query = query.where(_o.status == (WAITING if status is Posted.WAITING else status.value))
        with self.database.read() as connection:
            return _rows(connection, connection.execute(query).all())[0]

    def claim(self, now: datetime, until: datetime, by: str, limit: int = 100) -> Sequence[OutboxRow]:
        """Return due messages and keep them; see the port."""
        passed("mail: before claim")
        at = micros(now)
        with self.database.write() as connection:
            numbers = [row.number for row in connection.execute(_claimable(at).limit(limit))]
            if not numbers:
                return ()
            numbers = [*numbers, *connection.execute(_sharing(numbers)).scalars()]
            lease = update(t.outbox).where(_o.number.in_(numbers)).values(lease_until=micros(until), leased_by=by)
            connection.execute(lease)
            found = connection.execute(_whole().where(_o.number.in_(numbers)).order_by(_o.due_at, _o.number)).all()
            rows, damaged = _rows(connection, found)
            for row in damaged:
                self._put_off(connection, row, now)
        passed("mail: after claim")
        return rows

    def _put_off(self, connection: Connection, row: Any, now: datetime) -> None:
        """Let a message rest whose entry cannot be read, and open an incident: it stops no other."""
        words = f"A message about case {row.code} is damaged where it is stored; `spean verify` says more."
        made = self._incidents.open_inside(connection, IncidentKind.MAIL, row.code, words, now)
        rests = {"due_at": micros(made.retry_at or now), "lease_until": None, "leased_by": None}
        connection.execute(update(t.outbox).where(_o.number == row.number).values(**rests))

    def note(self, changes: Sequence[OutboxChange]) -> None:
        """Write what became of messages; see the port."""
        if not changes:
            return
        with self.database.write() as connection:
            cursor = cursor_of(connection)
            self._put_delivery.run_many(
                cursor, [_delivery(one.number, mail) for one in changes for mail in one.deliveries]
            )
            ended = [one for one in changes if one.status is not None or one.due is not None]
            self._end.run_many(
                cursor,
                [
                    (one.status and one.status.value, one.why or None, one.due and micros(one.due), one.number)
                    for one in ended
                ],
            )

    def oldest(self) -> datetime | None:
        """Return since when the longest overdue message waits; see the port."""
        with self.database.read() as connection:
            query = select(func.min(_o.due_at)).where(_o.status == WAITING)
            at = connection.execute(query).scalar()
            return None if at is None else instant(at)


def _whole() -> Select[Any]:
    """Return the query of messages with what they say, which stands in the journal."""
    entry = and_(_j.stream == literal("case:").concat(_o.code), _j.seq == _o.seq)
    return select(_o.number, _o.code, _o.seq, _o.due_at, _o.urgent, _o.status, _o.why, _j.body).outerjoin(
        t.journal, entry
    )


def _claimable(at: int) -> Select[tuple[int]]:
    """Return the query of messages that are due and free, like those before them in their queue."""
    earlier = t.outbox.alias("earlier")
    e = earlier.c
    queue = and_(e.code == _o.code, e.recipient == _o.recipient, e.urgent == _o.urgent, e.number < _o.number)
    waits: ColumnElement[bool] = exists().where(
        queue, e.status == WAITING, or_(e.due_at > _o.due_at, e.lease_until > at)
    )
    free = _o.lease_until.is_(None) | (_o.lease_until <= at)
    waiting = _o.status == WAITING
    return select(_o.number).where(waiting, _o.due_at <= at, free, ~waits).order_by(_o.due_at, _o.number)


def _sharing(numbers: Sequence[int]) -> Select[tuple[int]]:
    """Return the query of waiting messages that share a mail with these: a digest is sent again whole."""
    ids = select(_d.message_id).where(_d.outbox.in_(numbers), _d.status == WAITING)
    sharing = select(_d.outbox).where(_d.message_id.in_(ids))
    return select(_o.number).where(_o.number.in_(sharing), _o.number.not_in(numbers), _o.status == WAITING)


def _rows(connection: Connection, found: Sequence[Any]) -> tuple[tuple[OutboxRow, ...], list[Any]]:
    """Return the messages of rows, and the rows whose entry in the journal cannot be read."""
    mails: dict[int, list[Delivery]] = {row.number: [] for row in found}
    if mails:
        query = select(t.deliveries).where(_d.outbox.in_(list(mails))).order_by(_d.outbox, _d.user)
        for row in connection.execute(query):
            mails[row.outbox].append(_read_delivery(row))
    read: list[OutboxRow] = []
    damaged = []
    for row in found:
        try:
            read.append(_read_row(row, mails[row.number]))
        except EntryError:
            damaged.append(row)
    return tuple(read), damaged


def _read_row(row: Any, mails: list[Delivery]) -> OutboxRow:
    """Return the message of a row. Raises EntryError where its entry is damaged, gone, or another one."""
    event = CASE_EVENTS.read(row.body or "", OPEN)
    if not isinstance(event, Told):
        raise EntryError
    return OutboxRow(
        row.number,
        row.code,
        row.seq,
        event.message,
        instant(row.due_at),
        bool(row.urgent),
        Posted(row.status),
        row.why or "",
        tuple(mails),
    )


def _delivery(number: int, one: Delivery) -> tuple[Any, ...]:
    return (
        *(number, one.user, one.message_id, one.status.value, one.attempts),
        one.next_at and micros(one.next_at),
        one.ended_at and micros(one.ended_at),
        one.words or None,
    )


def _read_delivery(row: Any) -> Delivery:
    return Delivery(
        row.user,
        row.message_id,
        Posted(row.status),
        row.attempts,
        row.next_at and instant(row.next_at),
        row.ended_at and instant(row.ended_at),
        row.words or "",
    )
