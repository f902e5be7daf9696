"""What every outbox promises: claimed once, in order, kept for a while, noted mail by mail."""

from __future__ import annotations

from datetime import timedelta

from engine.core.case.commands import OpenCase, Pass
from engine.core.deciding.library import Library
from engine.store.ports import Delivery, OutboxChange, Posted, Posting, Written
from tests.conformance.conftest import Shelf
from tests.conformance.world import START, WORKER, doing

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATER = START + 4 * DAY


def filled(shelf: Shelf, library: Library, *, urgent: bool = True, cases: tuple[str, ...] = ("C1",)) -> None:
    """Open cases and let a pass tell the case manager and the supervisor that their limit is over."""
    for case in cases:
        shelf.store.open(case, doing(OpenCase(actor=WORKER, enrolment="p", meaning="m"), library, START))
        work = doing(Pass(), library, LATER)

        def posted(stored: object, work: object = work) -> Written:
            written: Written = work(stored)  # type: ignore[operator]
            postings = tuple(Posting(one.at, urgent) for one in written.decision.effects)
            return Written(written.decision, written.case, written.wake, None, postings)

        shelf.store.transact(case, posted)


def test_a_message_is_claimed_by_one_worker_until_its_time_is_over(shelf: Shelf, library: Library) -> None:
    """What one worker holds another does not get; when the time is over, it does."""
    filled(shelf, library)
    first = shelf.outbox.claim(LATER, LATER + HOUR, "one")
    assert [row.message.to for row in first] == ["case_manager", "supervisor"]
    assert shelf.outbox.claim(LATER, LATER + HOUR, "two") == ()
    assert shelf.outbox.claim(LATER + HOUR, LATER + 2 * HOUR, "two") == first


def test_nothing_is_claimed_before_it_is_due(shelf: Shelf, library: Library) -> None:
    """A message waits until its time, and then comes."""
    filled(shelf, library)
    assert shelf.outbox.claim(START, START + HOUR, "one") == ()
    assert shelf.outbox.oldest() == LATER


def test_what_was_sent_is_over(shelf: Shelf, library: Library) -> None:
    """A noted mail stands with its message; a message that ended is claimed no more."""
    filled(shelf, library)
    row, other = shelf.outbox.claim(LATER, LATER + HOUR, "one")
    sent = Delivery("sok", "1@example.org", Posted.SENT, 1, None, LATER)
    shelf.outbox.note([OutboxChange(row.number, (sent,), Posted.SENT)])
    shelf.outbox.note([OutboxChange(other.number, status=Posted.DROPPED, why="overtaken")])
    assert shelf.outbox.claim(LATER + DAY, LATER + 2 * DAY, "one") == ()
    assert shelf.outbox.oldest() is None
    assert shelf.outbox.messages() == ()
    found, dropped = shelf.outbox.messages(status=None)
    assert (found.status, found.deliveries) == (Posted.SENT, (sent,))
    assert (dropped.status, dropped.why) == (Posted.DROPPED, "overtaken")


def test_a_message_that_is_put_off_holds_back_those_behind_it(shelf: Shelf, library: Library) -> None:
    """A second message about the case to the same person never overtakes the first; others go on."""
    filled(shelf, library, cases=("C1", "C2"))
    shelf.store.transact("C1", doing(Pass(), library, LATER + 30 * DAY))
    now = LATER + 30 * DAY
    rows = shelf.outbox.claim(now, now + HOUR, "one")
    first = next(row for row in rows if (row.case, row.message.to) == ("C1", "supervisor"))
    behind = [row.number for row in rows if (row.case, row.message.to) == ("C1", "supervisor")][1:]
    assert behind
    shelf.outbox.note([OutboxChange(row.number, due=now) for row in rows if row is not first])
    shelf.outbox.note([OutboxChange(first.number, due=now + DAY)])
    again = [row.number for row in shelf.outbox.claim(now, now + HOUR, "one")]
    assert not set(again) & {first.number, *behind}
    assert {row.number for row in rows} - {first.number, *behind} == set(again)
    then = [row.number for row in shelf.outbox.claim(now + DAY, now + 2 * DAY, "one")]
    assert first.number in then
    assert not set(then) & set(behind)
    shelf.outbox.note([OutboxChange(first.number, status=Posted.SENT)])
    assert [row.number for row in shelf.outbox.claim(now + DAY, now + 2 * DAY, "one")] == behind


def test_an_urgent_message_never_waits_behind_ordinary_ones(shelf: Shelf, library: Library) -> None:
    """What waits for the morning holds back nothing that goes out at once."""
    filled(shelf, library, urgent=False)
    ordinary = shelf.outbox.messages()
    shelf.outbox.note([OutboxChange(row.number, due=LATER + 9 * DAY) for row in ordinary])
    shelf.store.transact("C1", doing(Pass(), library, LATER + DAY))
    now = LATER + 8 * DAY
    shelf.store.transact("C1", doing(Pass(), library, now))
    urgent = [row.number for row in shelf.outbox.messages() if row.urgent]
    assert urgent
    assert [row.number for row in shelf.outbox.claim(now, now + HOUR, "one")] == urgent


def test_messages_of_one_case_to_one_person_come_together(shelf: Shelf, library: Library) -> None:
    """All of them are claimed in one go, so that the morning's mail can list them."""
    filled(shelf, library, urgent=False)
    shelf.store.transact("C1", doing(Pass(), library, LATER + 8 * DAY))
    now = LATER + 8 * DAY
    rows = [row for row in shelf.outbox.claim(now, now + HOUR, "one") if row.message.to == "supervisor"]
    assert len(rows) == len([row for row in shelf.outbox.messages() if row.message.to == "supervisor"]) > 1


def test_what_shares_a_mail_comes_with_it(shelf: Shelf, library: Library) -> None:
    """A mail about several messages that was not finished is claimed whole, though only one of them is due."""
    filled(shelf, library, urgent=False, cases=("C1", "C2"))
    rows = [row for row in shelf.outbox.messages() if row.message.to == "supervisor"]
    mail = Delivery("malis", "digest@example.org", attempts=1, next_at=LATER + HOUR)
    shelf.outbox.note([OutboxChange(row.number, (mail,), due=LATER + HOUR) for row in rows])
    shelf.outbox.note([OutboxChange(rows[1].number, due=LATER + DAY)])
    now = LATER + HOUR
    found = [row.number for row in shelf.outbox.claim(now, now + HOUR, "one") if row.deliveries]
    assert sorted(found) == [row.number for row in rows]


def test_messages_are_read_page_by_page(shelf: Shelf, library: Library) -> None:
    """A limit and a number behind which to go on lead through all of them, once each."""
    filled(shelf, library, cases=("C1", "C2", "C3"))
    whole = shelf.outbox.messages()
    pages = [*(shelf.outbox.messages(2)), *(shelf.outbox.messages(100, after=shelf.outbox.messages(2)[-1].number))]
    assert pages == list(whole)
    assert [row.seq for row in whole if row.case == "C1"] == sorted({row.seq for row in whole if row.case == "C1"})
