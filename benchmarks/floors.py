"""What the figures are measured against: the least that any program would have to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from transitions import Machine

from engine.core.case.effects import Decision
from engine.core.case.events import ClockSet
from engine.core.case.state import Case


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
    """The rows one decision would write, as prepared text: state, journal, clocks with their next instant, outbox."""

    state: str
    journal: Sequence[tuple[str, str]]
    clocks: Sequence[tuple[str, str, str]]
    outbox: Sequence[tuple[str, str]]


def rows_of(decision: Decision, after: Case) -> Rows:
    """Return a decision's rows; the text and the hashes stand ready, only writing them is measured."""
    journal = [(repr(event), sha256(repr(event).encode()).hexdigest()) for event in decision.events]
    clocks = [
        (event.clock.key, min(event.clock.clock.now.schedule, default=event.at).isoformat(), repr(event.clock))
        for event in decision.events
        if isinstance(event, ClockSet) and event.clock.clock.generations
    ]
    outbox = [(message.to, repr(message)) for message in decision.effects]
    return Rows(repr(after), journal, clocks, outbox)


def raw_transaction(folder: Path, rows: Rows) -> Callable[[], object]:
    """Return one transaction of those rows on SQLite as Spean will use it: WAL, synchronous FULL, IMMEDIATE."""
    database = sqlite3.connect(folder / "floor.db", isolation_level=None)
    database.executescript(
        "pragma journal_mode=wal; pragma synchronous=full;"
        "create table state (id text primary key, body text) strict;"
        "create table journal (stream text, seq integer, hash text, body text, primary key (stream, seq)) strict;"
        "create table clock (key text primary key, due text, body text) strict;"
        "create index clock_due on clock (due);"
        "create table outbox (id integer primary key, recipient text, body text) strict;"
        "create table command (actor text, key text, fingerprint text, primary key (actor, key)) strict;"
        "insert into state values ('case', '');"
    )
    written = 0

    def write() -> None:
        nonlocal written
        written += 1
        run = database.execute
        run("begin immediate")
        run("select body from state where id = 'case'").fetchone()
        run("update state set body = ? where id = 'case'", (rows.state,))
        for number, (body, digest) in enumerate(rows.journal):
            run("insert into journal values ('case', ?, ?, ?)", (written * 1000 + number, digest, body))
        for key, due, body in rows.clocks:
            run("insert or replace into clock values (?, ?, ?)", (key, due, body))
        for recipient, body in rows.outbox:
            run("insert into outbox (recipient, body) values (?, ?)", (recipient, body))
        run("insert into command values ('sok', ?, 'fingerprint')", (str(written),))
        run("commit")

    return write


#: So many timers of the floor go out in one transaction.
BATCH = 100
_MESSAGE = '{"to": "worker17", "template": "reminder", "case": 17}'


def make_timers(file: sqlite3.Connection, *, cases: int, due: int, days: int, resting: int) -> None:
    """Make the tables of the sweep: so many timers due on each of the days from 0, and so many long after."""
    file.executescript(
        "CREATE TABLE person (id INTEGER PRIMARY KEY, state TEXT NOT NULL, version INTEGER NOT NULL) STRICT;"
        "CREATE TABLE timer (id INTEGER PRIMARY KEY, person INTEGER NOT NULL, due INTEGER NOT NULL) STRICT;"
        "CREATE INDEX timer_due ON timer (due);"
        "CREATE TABLE message (id INTEGER PRIMARY KEY, person INTEGER NOT NULL, at INTEGER NOT NULL,"
        " body TEXT NOT NULL) STRICT;"
    )
    far = days + 1_000
    timers = [(number % cases, far) for number in range(resting)]
    timers += [(number, day) for day in range(days) for number in range(due)]
    file.execute("BEGIN")
    file.executemany("INSERT INTO person VALUES (?, 'here', 0)", [(number,) for number in range(cases)])
    file.executemany("INSERT INTO timer (person, due) VALUES (?, ?)", timers)
    file.execute("COMMIT")


def sweep_timers(file: sqlite3.Connection, day: int) -> int:
    """Let every timer due by a day go out, and return how many those were."""
    swept = 0
    while found := _sweep_batch(file, day):
        swept += found
    return swept


def _sweep_batch(file: sqlite3.Connection, day: int) -> int:
    run = file.execute
    run("BEGIN IMMEDIATE")
    due = "SELECT id FROM timer WHERE due <= ? ORDER BY due LIMIT ?"
    rows = run(f"DELETE FROM timer WHERE id IN ({due}) RETURNING person", (day, BATCH)).fetchall()
    file.executemany("UPDATE person SET version = version + 1 WHERE id = ?", rows)
    messages = [(person, day, _MESSAGE) for (person,) in rows]
    file.executemany("INSERT INTO message (person, at, body) VALUES (?, ?, ?)", messages)
    run("COMMIT")
    return len(rows)
