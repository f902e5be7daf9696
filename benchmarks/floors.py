"""What the figures are measured against: the least that any program would have to do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from transitions import Machine

from engine.core.effects import Decision
from engine.core.events import ClockSet


@dataclass
class _Model:
    state: str = ""


def bare_trigger() -> Callable[[], object]:
    """Return one step of the library's plainest machine: two states, one trigger, one condition."""
    model = _Model("a")
    machine = Machine(model=None, states=["a", "b"], initial="a", auto_transitions=False, send_event=True)
    machine.add_transition("go", "a", "b", conditions=[lambda event: True])
    machine.add_transition("go", "b", "a", conditions=[lambda event: True])
    trigger = machine.events["go"].trigger
    return lambda: trigger(model)


@dataclass(frozen=True)
class Rows:
    """The rows one decision would write, as prepared text: state, journal, clocks, outbox."""

    journal: Sequence[tuple[str, int, str]]
    clocks: Sequence[tuple[str, str]]
    outbox: Sequence[tuple[str, str]]


def rows_of(case: str, decision: Decision) -> Rows:
    """Return a decision's rows; the text stands ready, only writing it is measured."""
    journal = [(case, number, repr(event)) for number, event in enumerate(decision.events)]
    clocks = [(event.clock.key, repr(event.clock)) for event in decision.events if isinstance(event, ClockSet)]
    outbox = [(message.to, json.dumps([message.subject, message.rung])) for message in decision.effects]
    return Rows(journal, clocks, outbox)


def raw_transaction(folder: Path, rows: Rows) -> Callable[[], object]:
    """Return one transaction of those rows on SQLite as Spean will use it: WAL, synchronous FULL, IMMEDIATE."""
    database = sqlite3.connect(folder / "floor.db", isolation_level=None)
    database.executescript(
        "pragma journal_mode=wal; pragma synchronous=full;"
        "create table state (id text primary key, body text) strict;"
        "create table journal (stream text, seq integer, body text, primary key (stream, seq)) strict;"
        "create table clock (key text primary key, body text) strict;"
        "create table outbox (id integer primary key, recipient text, body text) strict;"
        "insert into state values ('case', '');"
    )
    written = 0

    def write() -> None:
        nonlocal written
        run = database.execute
        run("begin immediate")
        run("select body from state where id = 'case'").fetchone()
        run("update state set body = ? where id = 'case'", (rows.journal[0][2] * 8,))
        written += 1
        for stream, number, body in rows.journal:
            run("insert into journal values (?, ?, ?)", (stream, written * 1000 + number, body))
        for key, body in rows.clocks:
            run("insert into clock values (?, ?) on conflict (key) do update set body = excluded.body", (key, body))
        for recipient, body in rows.outbox:
            run("insert into outbox (recipient, body) values (?, ?)", (recipient, body))
        run("commit")

    return write
