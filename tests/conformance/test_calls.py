"""What every database promises of calls to webhooks: written with the news, claimed once, kept until sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.core.case.commands import Pass
from engine.core.deciding.library import Library
from engine.store.ports import Posted, Store, Written
from engine.store.sql.calls import SqlCalls
from engine.store.sql.database import Database
from engine.store.sql.webhooks import SqlWebhooks
from engine.store.webhooks import NewsKind, Webhook
from tests.conformance.world import START, doing, going, opening

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = START + 4 * DAY


@pytest.fixture
def calls(database: Database) -> SqlCalls:
    """Return the calls of a store with two webhooks: one is told of everything, one of missed limits only."""
    webhooks = SqlWebhooks(database)
    webhooks.add(Webhook("wh_all", "https://a.example.org", "sok", tuple(NewsKind), "init", START, b"1"))
    missed = (NewsKind.DEADLINE_MISSED,)
    webhooks.add(Webhook("wh_missed", "https://b.example.org", "sok", missed, "init", START, b"2"))
    return SqlCalls(database)


def kinds(calls: SqlCalls, webhook: str = "wh_all") -> list[str]:
    """Return of what a webhook is to be told, in order."""
    return [one.kind.value for one in reversed(calls.latest(None, 100)) if one.webhook == webhook]


def test_news_is_written_with_the_action(database_store: Store, calls: SqlCalls, library: Library) -> None:
    """A case that is opened, a step that is entered; each with its entry in the journal, due at once."""
    database_store.open("C1", opening(library))
    database_store.transact("C1", going(library, START + HOUR))
    assert kinds(calls) == ["case.opened", "step.entered", "step.entered"]
    assert kinds(calls, "wh_missed") == []
    journal = database_store.journal("C1")
    for one in calls.latest(None, 100):
        assert one.due == journal[one.seq - 1].at
        assert (one.case, one.status, one.attempts) == ("C1", Posted.WAITING, 0)


def test_what_is_rolled_back_is_no_news(database_store: Store, calls: SqlCalls, library: Library) -> None:
    """Work that fails, alone or among others, leaves no call behind."""
    database_store.open("C1", opening(library))
    before = kinds(calls)

    def failing(stored: object) -> Written:
        going(library, START + HOUR)(stored)  # type: ignore[arg-type]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        database_store.transact("C1", failing)
    database_store.transact_many(["C1"], failing)
    assert kinds(calls) == before


def test_a_limit_is_missed_once(database_store: Store, calls: SqlCalls, library: Library) -> None:
    """However many passes look at it and however many people its rungs go to."""
    database_store.open("C1", opening(library))
    for hours in range(4):
        database_store.transact("C1", doing(Pass(), library, LATER + hours * HOUR))
    assert kinds(calls).count("deadline.missed") == 1
    assert kinds(calls, "wh_missed") == ["deadline.missed"]


def test_a_limit_that_nobody_saw_pass_is_missed_when_it_ends(
    database_store: Store, calls: SqlCalls, library: Library
) -> None:
    """The worker stood still; the next action tells of it."""
    database_store.open("C1", opening(library))
    database_store.transact("C1", going(library, LATER))
    assert kinds(calls, "wh_missed") == ["deadline.missed"]


def test_a_call_is_claimed_by_one_worker_until_its_time_is_over(
    database_store: Store, calls: SqlCalls, library: Library
) -> None:
    """The one that is due longest comes first; what one worker holds another does not get."""
    database_store.open("C1", opening(library))
    assert calls.due(START - HOUR) == []
    assert calls.due(START) == ["wh_all"]
    first = calls.claim("wh_all", START, START + HOUR, "one")
    second = calls.claim("wh_all", START, START + HOUR, "two")
    assert first is not None
    assert second is not None
    assert [first.kind, second.kind] == [NewsKind.CASE_OPENED, NewsKind.STEP_ENTERED]
    assert calls.claim("wh_all", START, START + HOUR, "three") is None
    assert calls.due(START) == []
    assert calls.claim("wh_missed", START, START + HOUR, "one") is None
    assert calls.claim("wh_all", START + HOUR, START + 2 * HOUR, "three") == first


def test_what_was_noted_of_a_call_stands(database_store: Store, calls: SqlCalls, library: Library) -> None:
    """Put off it waits; ended it is over; given up it waits for somebody, and goes out anew under its number."""
    database_store.open("C1", opening(library))
    call = calls.claim("wh_all", START, START + HOUR, "one")
    assert call is not None
    calls.put_off(call.number, 1, START + HOUR, "answered 500")
    other = calls.claim("wh_all", START, START + HOUR, "one")
    assert other is not None
    assert other.number != call.number
    calls.end(other.number, Posted.SENT, 1, START)
    again = calls.claim("wh_all", START + HOUR, START + 2 * HOUR, "one")
    assert again is not None
    assert (again.number, again.attempts, again.words) == (call.number, 1, "answered 500")
    calls.end(call.number, Posted.DEAD, 10, LATER, "answered 500")
    assert calls.has_dead("wh_all")
    assert calls.counts() == {"wh_all": {Posted.DEAD: 1, Posted.SENT: 1}}
    assert calls.due(LATER) == []
    assert calls.resend(LATER, number=other.number) == 0
    assert calls.resend(LATER, webhook="wh_missed") == 0
    assert calls.resend(LATER, webhook="wh_all") == 1
    assert not calls.has_dead("wh_all")
    anew = calls.claim("wh_all", LATER, LATER + HOUR, "one")
    assert anew is not None
    assert (anew.number, anew.attempts) == (call.number, 0)


def test_what_is_over_is_forgotten_and_what_was_given_up_is_not(
    database_store: Store, calls: SqlCalls, library: Library
) -> None:
    """Sent and dropped calls older than asked for go; dead ones and those that wait stay."""
    database_store.open("C1", opening(library))
    database_store.transact("C1", going(library, START + HOUR))
    for status in (Posted.SENT, Posted.DEAD):
        call = calls.claim("wh_all", LATER, LATER + HOUR, "one")
        assert call is not None
        calls.end(call.number, status, 1, LATER)
    calls.forget(LATER)
    assert len(kinds(calls)) == 3
    calls.forget(LATER + HOUR)
    assert sorted(one.status.value for one in calls.latest(None, 100)) == ["dead", "waiting"]


def test_a_webhook_that_is_removed_leaves_nothing(
    database: Database, database_store: Store, calls: SqlCalls, library: Library
) -> None:
    """Neither itself nor calls to it; the other one goes on."""
    database_store.open("C1", opening(library))
    SqlWebhooks(database).remove("wh_all")
    assert [one.id for one in SqlWebhooks(database).all()] == ["wh_missed"]
    database_store.transact("C1", doing(Pass(), library, LATER))
    assert kinds(calls) == []
    assert kinds(calls, "wh_missed") == ["deadline.missed"]
