"""The statements of the hot path: written and compiled once with SQLAlchemy Core, run on the driver's own cursor.

Running a compiled statement through a Core connection takes longer than SQLite needs for it (``make bench`` shows
both), so a prepared statement takes its rows as tuples in the order of ``names`` and a cursor of the connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Table,
    bindparam,
    delete,
    exists,
    literal_column,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import ClauseElement

from engine.store.sql import tables as t

Row = Sequence[Any]
#: A cursor of the driver (PEP 249).
Cursor = Any


def cursor_of(connection: Connection) -> Cursor:
    """Return a cursor of the driver's connection behind a connection."""
    return connection.connection.cursor()


class Prepared:
    """One statement of one dialect."""

    def __init__(self, dialect: Any, statement: ClauseElement, names: Sequence[str]) -> None:
        """Compile the statement; ``names`` are its parameters in the order in which rows give them."""
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))
        self.sql = str(compiled)
        order = compiled.positiontup
        self._names = tuple(names) if order is None else None
        given = list(names)
        self._order = None if order is None or list(order) == given else [given.index(one) for one in order]

    def run(self, cursor: Cursor, row: Row = ()) -> Cursor:
        """Run the statement with one row of parameters and return the cursor, from which its rows are fetched."""
        cursor.execute(self.sql, self._placed(row))
        return cursor

    def run_many(self, cursor: Cursor, rows: Iterable[Row]) -> None:
        """Run the statement for every row; for none, not at all."""
        placed = [self._placed(row) for row in rows]
        if placed:
            cursor.executemany(self.sql, placed)

    def _placed(self, row: Row) -> Any:
        if self._names is not None:
            return dict(zip(self._names, row, strict=True))
        return tuple(row) if self._order is None else tuple([row[at] for at in self._order])


def _insert(table: Table, dialect: Any) -> Any:
    kind: Any = postgresql if dialect.name == "postgresql" else sqlite
    return kind.insert(table)


def inserting(dialect: Any, table: Table, names: Sequence[str] = ()) -> Prepared:
    """Return the statement that inserts rows of these columns, or of all that the database does not number itself."""
    given = names or [column.name for column in table.columns if column is not table.autoincrement_column]
    return Prepared(dialect, table.insert().values({name: bindparam(name) for name in given}), given)


def putting(dialect: Any, table: Table) -> Prepared:
    """Return the statement that inserts a row, or puts it in the place of the one with the same key."""
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key]
    statement = _insert(table, dialect).values({name: bindparam(name) for name in names})
    rest = {name: statement.excluded[name] for name in names if name not in keys}
    return Prepared(dialect, statement.on_conflict_do_update(index_elements=keys, set_=rest), names)


def putting_once(dialect: Any, table: Table) -> Prepared:
    """Return the statement that inserts a row, unless there is one with the same key."""
    names = [column.name for column in table.columns]
    statement = _insert(table, dialect).values({name: bindparam(name) for name in names})
    return Prepared(dialect, statement.on_conflict_do_nothing(), names)


#: What a unit of work reads of a case, in this order.
CASE_ROW = ("code", "seq", "version", "recorded_at", "head", "key", "frozen", "body")
CLOCK_ROW = ("code", "enrolment", "clock", "body")
#: The columns of a case that change, in the order in which they are written.
CHANGING = (
    *("seq", "version", "recorded_at", "head", "about", "agency", "opened_at", "closed_at"),
    *("wake_at", "urgent_wake_at"),
)
#: So many cases are read with one statement.
MANY = 100
#: Numbers that stand in the text of a statement: a prepared one has no parameters but those it names.
_NONE: ColumnElement[int] = literal_column("0")
_ONE: ColumnElement[int] = literal_column("1")


class CaseStatements:
    """What reads and writes cases."""

    def __init__(self, dialect: Any) -> None:
        """Prepare every statement."""
        self.cases = {size: _reading(dialect, t.cases, CASE_ROW, size) for size in (1, MANY)}
        self.clocks = {size: _reading(dialect, t.clocks, CLOCK_ROW, size) for size in (1, MANY)}
        self.insert_case = inserting(dialect, t.cases, ["code", "key", *CHANGING, "body"])
        self.update_case = _updating(dialect, [*CHANGING, "body"])
        self.update_counters = _updating(dialect, CHANGING)
        self.put_clock = putting(dialect, t.clocks)
        self.insert_entry = inserting(dialect, t.journal)
        self.insert_firing = inserting(dialect, t.firings)
        self.insert_message = inserting(dialect, t.outbox)
        self.insert_call = _calling(dialect)
        self.insert_command = inserting(dialect, t.commands)
        self.insert_erasure = putting_once(dialect, t.erasures)
        self.clear_lookups = _clearing(dialect, t.lookups)
        m = t.commands.c
        self.command = Prepared(
            dialect,
            select(m.fingerprint, m.code).where(m.actor == bindparam("actor"), m.key == bindparam("key")),
            ["actor", "key"],
        )
        self.insert_holder, self.clear_holders = inserting(dialect, t.holders), _clearing(dialect, t.holders)
        self.insert_waiting, self.clear_waiting = inserting(dialect, t.waiting), _clearing(dialect, t.waiting)


class WakeStatements:
    """What a worker asks before each pass and between its batches: who is due, and when the next one will be."""

    def __init__(self, dialect: Any) -> None:
        """Prepare every statement. ``due``: by whether only urgent wake-ups count."""
        c = t.cases.c
        self.due = {urgent: _due(dialect, c.urgent_wake_at if urgent else c.wake_at) for urgent in (False, True)}
        first = select(c.wake_at).where(c.wake_at.is_not(None)).order_by(c.wake_at).limit(_ONE).offset(_NONE)
        self.next = Prepared(dialect, first, [])


def _due(dialect: Any, wake: Column[Any]) -> Prepared:
    """Return the statement that reads due cases behind a given one, but for those whose failure rests a while."""
    code, i = t.cases.c.code, t.incidents.c
    now: BindParameter[Any] = bindparam("now")
    rests = exists().where(
        i.kind == bindparam("kind"), i.subject == code, i.ended_at.is_(None), i.retry_at > now
    )  # fmt: skip
    behind = tuple_(wake, code) > tuple_(bindparam("after_at"), bindparam("after_code"))
    query = select(wake, code).where(wake.is_not(None), wake <= now, behind, t.cases.c.frozen == _NONE, ~rests)
    return Prepared(
        dialect,
        query.order_by(wake, code).limit(bindparam("limit")).offset(_NONE),
        ["now", "kind", "after_at", "after_code", "limit"],
    )


def _reading(dialect: Any, table: Table, names: Sequence[str], size: int) -> Prepared:
    """Return the statement that reads the rows of so many cases; clocks come in the order of their opening."""
    codes = [f"code{number}" for number in range(size)]
    query = select(*(table.c[name] for name in names)).where(table.c.code.in_([bindparam(one) for one in codes]))
    return Prepared(dialect, query.order_by(*(table.c[one] for one in ("position",) if one in table.c)), codes)


def _clearing(dialect: Any, table: Table) -> Prepared:
    return Prepared(dialect, delete(table).where(table.c.code == bindparam("code")), ["code"])


def _calling(dialect: Any) -> Prepared:
    """Return the statement that inserts a call for every webhook that is told of this kind of news: usually none."""
    k, names = t.webhook_kinds.c, ["code", "seq", "kind", "due"]
    code, seq, kind, due = (
        bindparam(name, type_=column.type)
        for name, column in zip(names, (t.calls.c.code, t.calls.c.seq, k.kind, t.calls.c.due_at), strict=True)
    )
    found = select(k.webhook, code, seq, k.kind, literal_column("'waiting'"), due, _NONE).where(k.kind == kind)
    columns = ["webhook", "code", "seq", "kind", "status", "due_at", "attempts"]
    return Prepared(dialect, t.calls.insert().from_select(columns, found), names)


def _updating(dialect: Any, names: Sequence[str]) -> Prepared:
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    statement = update(t.cases).where(t.cases.c.code == bindparam("this")).values(values)
    return Prepared(dialect, statement, [*names, "this"])
