"""Messages and incidents as whoever keeps the office sees to them: tried again, or left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from engine.core.errors import SpeanError
from engine.run.setup.office import Office
from engine.store.incidents import Incident, IncidentKind
from engine.store.ports import Outbox, OutboxChange, OutboxRow, Posted
from engine.store.sql.calls import SqlCalls
from engine.store.sql.meta import BRAKE
from engine.store.sql.verify import differences

#: A case that was skipped is left alone so long by the passes; its incident stays open.
SKIPPED_FOR = timedelta(days=1)
_PAGE = 500
#: A database counts no further.
LAST_NUMBER = 2**63 - 1


class QueueError(SpeanError):
    """This message or incident is not there, or it is dealt with already; look at the list again."""


class SkipError(SpeanError):
    """Only a case that a pass cannot serve and a mail can be skipped; end the incident with `spean incident end`."""


class StillWrongError(SpeanError):
    """What the incident is about goes on; it cannot be ended before that does."""


def messages(outbox: Outbox, status: Posted | None, *, oldest: int = 0) -> Iterator[OutboxRow]:
    """Yield the messages of a status in order, page by page."""
    after = oldest
    while rows := outbox.messages(_PAGE, after=after, status=status):
        yield from rows
        after = rows[-1].number


def retry_message(outbox: Outbox, number: int, now: datetime) -> None:
    """Let a message that waits or was given up go out at the next tick, to whoever is reached then."""
    row = _row(outbox, number)
    if row.status not in (Posted.WAITING, Posted.DEAD):
        raise QueueError(f"Message {number} is {row.status.value} already; there is nothing to try again.")
    again = tuple(
        replace(one, status=Posted.WAITING, attempts=0, next_at=None, ended_at=None, words="")
        for one in row.deliveries
        if one.status is not Posted.SENT
    )
    outbox.note([OutboxChange(number, again, Posted.WAITING, due=now)])


def drop_message(outbox: Outbox, number: int, why: str) -> None:
    """Let a message not go out any more; why stays with it."""
    row = _row(outbox, number)
    if row.status not in (Posted.WAITING, Posted.DEAD):
        raise QueueError(f"Message {number} is {row.status.value} already; it cannot be dropped.")
    outbox.note([OutboxChange(number, status=Posted.DROPPED, why=why)])


def retry_incident(office: Office, number: int, by: str, now: datetime) -> str:
    """Try again what went wrong; return in a sentence what happens now. Raises QueueError."""
    one = _incident(office, number)
    if one.kind is IncidentKind.MAIL:
        return _retry_mails(office, one, now)
    if one.kind is IncidentKind.WEBHOOK:
        again = SqlCalls(office.database).resend(now, webhook=one.subject)
        return f"{again} calls are tried again at the next tick."
    if one.kind is IncidentKind.DIFFERS:
        return _look_again(office, one, by, now)
    office.incidents.retry(number, now)
    return "It is tried again at the next tick."


def skip_incident(office: Office, number: int, by: str, now: datetime) -> str:
    """Leave for now what went wrong; return in a sentence what that means. Raises QueueError, SkipError."""
    one = _incident(office, number)
    if one.kind is IncidentKind.CASE:
        office.incidents.retry(number, now + SKIPPED_FOR)
        return "The passes leave the case alone for a day; its messages wait. The incident stays open."
    if one.kind is IncidentKind.MAIL:
        dropped = 0
        for row in _stuck(office.outbox, one.subject):
            drop_message(office.outbox, row.number, f"incident {number} skipped")
            dropped += 1
        office.incidents.end(number, by=by, ended_as="skipped", now=now)
        return f"{dropped} messages are dropped, the incident is ended."
    raise SkipError


def end_incident(office: Office, number: int, by: str, ended_as: str, now: datetime) -> None:
    """End an incident that was seen to. Raises QueueError, and StillWrongError for what would fall silent with it."""
    one = _incident(office, number)
    if one.kind is IncidentKind.DIFFERS and one.subject in office.cases.frozen():
        raise StillWrongError(
            f"Case {one.subject} is frozen; without its incident nobody would hear of it any more."
            f" Bring it back into order, then `spean incident retry {number}`."
        )
    if one.kind is IncidentKind.BRAKE and office.meta.get(BRAKE):
        raise StillWrongError("All but urgent messages are held back. Look at the clock, then run `spean resume`.")
    office.incidents.end(number, by=by, ended_as=ended_as, now=now)


def _retry_mails(office: Office, one: Incident, now: datetime) -> str:
    again = 0
    for row in _stuck(office.outbox, one.subject):
        retry_message(office.outbox, row.number, now)
        again += 1
    office.incidents.retry(one.number, now)
    return f"{again} messages are tried again at the next tick."


def _stuck(outbox: Outbox, subject: str) -> Iterator[OutboxRow]:
    """Yield what waits or was given up about a case or to a user."""
    for status in (Posted.DEAD, Posted.WAITING):
        for row in list(messages(outbox, status)):
            tried = (mail.user for mail in row.deliveries if mail.status is not Posted.SENT)
            if subject in (row.case, *tried):
                yield row


def _look_again(office: Office, one: Incident, by: str, now: datetime) -> str:
    found = differences(office.database, office.vault, one.subject)
    if found:
        raise QueueError(f"Case {one.subject} still differs: {' '.join(found)} Restore a backup.")
    office.cases.thaw(one.subject)
    office.incidents.end(one.number, by=by, ended_as="state and journal agree again", now=now)
    return "State and journal agree again; the case goes on."


def _row(outbox: Outbox, number: int) -> OutboxRow:
    found = outbox.messages(1, after=number - 1, status=None) if 0 < number <= LAST_NUMBER else []
    if not found or found[0].number != number:
        raise QueueError(f"There is no message {number}; `spean outbox list --all` shows them.")
    return found[0]


def _incident(office: Office, number: int) -> Incident:
    found = office.incidents.one(number) if 0 < number <= LAST_NUMBER else None
    if found is None:
        raise QueueError(f"There is no incident {number}; `spean incident list` shows them.")
    if not found.is_open:
        raise QueueError(f"Incident {number} is ended already.")
    return found
