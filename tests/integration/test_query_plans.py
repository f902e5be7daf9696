"""How SQLite finds the rows: everything that runs at each action, tick, mail or look uses an index.

The statements are not written down here: the product runs, the driver's connection keeps what it was told, and each
of them is explained afterwards as it was sent, with its parameters apart.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from benchmarks.place import ENROLMENT, START, WORKER, Place, closing
from engine.core.case.commands import Act, Actor, Erase, Pass
from engine.store.access import Accessed
from engine.store.incidents import IncidentKind
from engine.store.ports import Delivery, Due, OutboxChange, Posted, Ticket
from engine.store.sql.access import SqlAccessLog
from engine.store.sql.calls import SqlCalls
from engine.store.sql.erasures import SqlErasures
from engine.store.sql.incidents import SqlIncidents
from engine.store.sql.lookups import SqlLookups
from engine.store.sql.outbox import SqlOutbox
from engine.store.sql.people import SqlDirectory
from engine.store.sql.webhooks import SqlWebhooks
from engine.store.webhooks import NewsKind, Webhook

NOW = START + timedelta(days=2)
KINDS = tuple(NewsKind)
#: An office has at most twenty webhooks.
SMALL = {"webhooks", "webhook_kinds"}
CASE, OTHER = "AAAA-AAAA-A", "BBBB-BBBB-B"
OFFICER = Actor("anna", frozenset({"data_protection_officer"}))


class Told(sqlite3.Cursor):
    """A cursor that keeps what it is told."""

    words: ClassVar[dict[str, Any]] = {}

    def execute(self, sql: str, row: Any = (), /) -> Told:
        Told.words.setdefault(sql, row)
        return super().execute(sql, row)

    def executemany(self, sql: str, rows: Any, /) -> Told:
        given = list(rows)
        Told.words.setdefault(sql, given[0])
        return super().executemany(sql, given)


class Listening(sqlite3.Connection):
    """A connection whose cursors keep what they are told."""

    def cursor(self, factory: Any = None, /) -> Any:
        return super().cursor(Told)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Return a place with two cases, one of which is due, whose connections keep what they are told."""
    Place.make(tmp_path / "spean.db").close()
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **more: connect(path, factory=Listening, **more))
    made = Place(tmp_path / "spean.db")
    made.open(CASE, "daily")
    made.open(OTHER, "resting")
    Told.words = {}
    with closing(made):
        yield made


def plans(place: Place) -> dict[str, list[str]]:
    """Return how each statement is carried out that was sent since the last time."""
    sent, Told.words = Told.words, {}
    found = {}
    with sqlite3.connect(place.path) as connection:
        for sql, row in sent.items():
            if sql.split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"}:
                found[sql] = [str(step[3]) for step in connection.execute(f"EXPLAIN QUERY PLAN {sql}", row)]
    connection.close()
    assert found
    return found


def act(place: Place) -> None:
    """Open a case, act in one, refuse nothing, erase a person: everything that writes a unit of work."""
    place.open("CCCC-CCCC-C", "due")
    done = Act(actor=WORKER, enrolment=ENROLMENT, track="main", action="done")
    place.cases.transact(CASE, place.doing(done, NOW), Ticket(WORKER.user, "key", "f"))
    place.cases.transact(OTHER, place.doing(Erase(actor=OFFICER, reason="She asked for it."), NOW))
    place.cases.transact_many([CASE, OTHER], place.doing(Pass(), NOW))


def look(place: Place) -> None:
    """Look at a case, and let the log know."""
    place.cases.case(CASE)
    place.cases.journal(CASE, after=2)
    SqlDirectory(place.database).now()
    SqlAccessLog(place.database).write([Accessed(at=NOW, by="sok", what="show", case=CASE)])
    SqlAccessLog(place.database).of_day(NOW.date())
    SqlLookups(place.database, place.cases.vault).put(CASE, {"telephone": "012 345"}, NOW)
    SqlLookups(place.database, place.cases.vault).find("telephone", "012 345")


def sweep(place: Place) -> None:
    """Pass over everything due twice, and ask for what else a tick asks for before it sends."""
    SqlIncidents(place.database).open(IncidentKind.CASE, OTHER, "It failed.", NOW)
    place.passes.run(NOW)
    place.passes.run(NOW + timedelta(days=1))
    for urgent in (False, True):
        place.cases.due(NOW, after=Due(START, CASE), urgent=urgent)
    place.cases.next_wake()
    place.cases.asked_for("request")
    place.cases.answered("replay")
    SqlErasures(place.database).waiting()


def send(place: Place) -> None:
    """Claim messages, note what became of them, one of them again, and ask for the oldest."""
    outbox = SqlOutbox(place.database)
    place.passes.run(NOW)
    Told.words = {}
    first, *_ = outbox.claim(NOW + timedelta(days=3), NOW + timedelta(days=4), "worker")
    outbox.note([OutboxChange(first.number, (Delivery("sok", "id@example.org"),))])
    outbox.note([OutboxChange(first.number, (Delivery("sok", "id@example.org", Posted.SENT),), Posted.SENT)])
    outbox.messages(after=0)
    outbox.messages(status=None)
    outbox.oldest()


def tell(place: Place) -> None:
    """Tell of incidents, and end them."""
    incidents = SqlIncidents(place.database)
    made = incidents.open(IncidentKind.MAIL, "sok", "It came back.", NOW)
    incidents.open(IncidentKind.MAIL, "sok", "It came back.", NOW)
    incidents.all(open_only=True)
    incidents.told(made.number, NOW)
    incidents.retry(made.number, NOW)
    incidents.end_for(IncidentKind.MAIL, "sok", by="anna", ended_as="seen", now=NOW)


def call(place: Place) -> None:
    """Do what is news, send it to a webhook, and forget it: all that is done at each tick and call."""
    SqlWebhooks(place.database).add(Webhook("wh_1", "https://a.example.org", "sok", KINDS, "init", START, b"1"))
    place.open("DDDD-DDDD-D", "due")
    SqlWebhooks(place.database).one("wh_1")
    calls = SqlCalls(place.database)
    assert calls.due(NOW) == ["wh_1"]
    first = calls.claim("wh_1", NOW, NOW + timedelta(hours=1), "worker")
    assert first is not None
    calls.put_off(first.number, 1, NOW, "answered 500")
    calls.end(first.number, Posted.SENT, 2, NOW)
    calls.has_dead("wh_1")
    calls.resend(NOW, webhook="wh_1")
    calls.forget(NOW)


@pytest.mark.parametrize("work", [act, look, sweep, send, tell, call])
def test_no_table_is_scanned(place: Place, work: Callable[[Place], None]) -> None:
    """Whatever runs at each action, look, pass or mail finds its rows by an index, however many there are."""
    work(place)
    found = plans(place)
    short = partial_indexes(place.path)
    assert {sql: plan for sql, plan in found.items() if any(is_long(step, short) for step in plan)} == {}


@pytest.mark.parametrize(
    ("query", "long"),
    [
        ("SELECT * FROM cases", True),
        ("SELECT code FROM cases ORDER BY agency", True),
        ("SELECT body FROM cases WHERE code = ?", False),
        ("SELECT due_at FROM outbox WHERE status = 'waiting' ORDER BY due_at", False),
        ("SELECT due_at FROM outbox WHERE status = ? ORDER BY due_at", True),
    ],
)
def test_a_scan_is_seen(place: Place, query: str, long: bool) -> None:
    """The test above would notice: a read of a whole table is told from one of what waits."""
    place.registry.library()
    Told.words = {query: ("x",) * query.count("?")}
    (plan,) = plans(place).values()
    assert any(is_long(step, partial_indexes(place.path)) for step in plan) is long


def is_long(step: str, short: set[str]) -> bool:
    """Return whether a step reads a whole table; a partial index holds only what still waits or is still open."""
    words = step.split()
    return words[0] == "SCAN" and words[1] not in {"CONSTANT", *SMALL} and words[-1] not in short


def partial_indexes(path: Path) -> set[str]:
    """Return the names of the indexes that hold only some rows of their table."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'")
        found = {name for (name,) in rows}
    connection.close()
    return found
