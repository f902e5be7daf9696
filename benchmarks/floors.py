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


class _Model:
    """What the library moves: as small as can be, with one guard and one callback."""

    def __init__(self) -> None:
        self.score, self.steps = 10, 0

    def ready(self) -> bool:
        """Guard every step."""
        return self.score >= 10

    def count(self) -> None:
        """Count the steps."""
        self.steps += 1


def bare_trigger() -> Callable[[], object]:
    """Return one step of a ring of eight: one guard, one callback, the machine shared, as people use the library."""
    states = [f"step_{number}" for number in range(8)]
    model = _Model()
    machine = Machine(
        model=None,
        states=states,
        initial=states[0],
        auto_transitions=False,
        after_state_change="count",
        transitions=[
            {"trigger": "advance", "source": here, "dest": there, "conditions": "ready"}
            for here, there in zip(states, [*states[1:], states[0]], strict=True)
        ],
    )
    machine.add_model(model)
    trigger: Callable[[], object] = getattr(model, "advance")  # noqa: B009 - the library adds it
    return trigger


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
