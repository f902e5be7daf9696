"""Messages leave the outbox: relevance and recipients are looked at now, mails are written down, sent, and noted.

A mail's id is written before the mail is sent, so that whatever is sent again after a crash carries the same id. A
message to a role may lead to several mails; ordinary ones of one person and morning become one digest.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from random import Random

from engine.core.case.state import Case
from engine.core.deciding.library import Library, always_open
from engine.core.people.directory import Directory
from engine.core.people.reach import Recipient, Why
from engine.core.people.routing import Route, route
from engine.run.cases.standing import view_of
from engine.run.mail.pledge import Pledges
from engine.run.mail.relevance import overtaken
from engine.run.mail.words import Saying
from engine.store.incidents import IncidentKind
from engine.store.points import passed
from engine.store.ports import Delivery, Outbox, OutboxChange, OutboxRow, Posted, Store
from engine.store.sql.incidents import SqlIncidents
from notifiers.backoff import next_attempt
from notifiers.composer import Composer, MailKind, Words
from notifiers.letter import link_to
from notifiers.mail import Mail, Notifier, Outcome, Result

#: So long a claimed message is kept from other workers; then one that died is taken to be dead.
LEASE = timedelta(minutes=10)
#: At most so many messages in one digest.
MOST_ITEMS = 100


@dataclass(frozen=True, slots=True)
class Sender:
    """From where mails come: the address, the domain of their ids, the base of links, who keeps the office."""

    address: str
    domain: str
    link: str = ""
    administrator: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class MailReport:
    """What became of mails."""

    sent: int = 0
    dropped: int = 0
    again: int = 0
    dead: int = 0

    def __bool__(self) -> bool:
        """Whether there was anything."""
        return bool(self.sent or self.dropped or self.again or self.dead)

    def __add__(self, other: MailReport) -> MailReport:
        return MailReport(
            self.sent + other.sent, self.dropped + other.dropped, self.again + other.again, self.dead + other.dead
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Ready:
    """One mail to be sent: which messages it is about, to whom, how often it was tried; finished, or None."""

    parts: tuple[tuple[OutboxRow, Saying], ...]
    recipient: Recipient
    message_id: str
    attempts: int
    mail: Mail | None

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the messages."""
        return tuple(row.number for row, _ in self.parts)

    def delivery(
        self, status: Posted, attempts: int, next_at: datetime | None, ended: datetime | None, words: str
    ) -> Delivery:
        """Return what is noted of it."""
        return Delivery(self.recipient.to, self.message_id, status, attempts, next_at, ended, words)


class Postman:
    """Delivers what waits in an outbox."""

    def __init__(
        self,
        cases: Store,
        outbox: Outbox,
        incidents: SqlIncidents,
        *,
        directory: Callable[[], Directory],
        library: Callable[[], Library],
        notifier: Notifier,
        composer: Composer,
        sender: Sender,
        secret: bytes,
        by: str,
        chance: Random | None = None,
        pledges: Pledges | None = None,
    ) -> None:
        """Deliver for an office. ``secret``: makes ids of mails; ``by``: this worker's name for leases.

        ``pledges``: makes the link by which an escalation is answered from the mail itself; None: it has none.
        """
        self._pledges = pledges
        self._cases = cases
        self._outbox = outbox
        self._incidents = incidents
        self._directory = directory
        self._library = library
        self._notifier = notifier
        self._composer = composer
        self._sender = sender
        self._secret = secret
        self._by = by
        self._chance = chance or Random()  # noqa: S311 - spreads retries, keeps nothing secret

    def deliver(self, now: datetime, limit: int = 200) -> MailReport:
        """Send what is due by now (UTC), at most ``limit`` messages. Raises only what the database raises."""
        rows = self._outbox.claim(now, now + LEASE, self._by, limit)
        if not rows:
            return MailReport()
        ready, report = self._prepare(rows, now)
        return report + self._send(ready, now)

    def _prepare(self, rows: Sequence[OutboxRow], now: datetime) -> tuple[list[_Ready], MailReport]:
        """Resolve recipients, and write down every mail before it is sent."""
        directory, library = self._directory(), self._library()
        cases: dict[str, Case] = {}
        open_: list[_Addressed] = []
        changes: list[OutboxChange] = []
        for row in rows:
            try:
                case = cases.get(row.case) or cases.setdefault(row.case, self._cases.case(row.case))
                why = overtaken(row.message, case)
                saying = _saying(row, case, library, now)
                found = [] if why else list(self._recipients(row, saying, directory, now))
                self._tell_unreached(row.case, [one for one, _ in found], now)
            except Exception as error:  # noqa: BLE001, RUF100 - one broken message must not stop the others
                changes.append(self._put_off(row, error, now))
                continue
            open_ += [(row, saying, recipient, known) for recipient, known in found]
            if not found:
                changes.append(OutboxChange(row.number, status=Posted.DROPPED if why else _ended_as(row), why=why))
        passed("mail: recipients resolved")
        ready = list(self._mails(open_, now))
        written = [
            OutboxChange(number, (one.delivery(Posted.WAITING, one.attempts, None, None, ""),))
            for one in ready
            for number in one.numbers
        ]
        self._outbox.note([*changes, *written])
        return ready, MailReport(dropped=sum(one.status is Posted.DROPPED for one in changes))

    def _tell_unreached(self, case: str, found: Sequence[Recipient], now: datetime) -> None:
        """Open an incident where only the duty address is left. Nothing of who was passed over stands in it."""
        if found and all(one.why is Why.DUTY_ADDRESS for one in found):
            told = (
                f"A message about case {case} reached nobody but the duty address."
                " `spean organisation check` says whether somebody is missing."
            )
            self._incidents.open(IncidentKind.UNREACHED, case, told, now)

    def _put_off(self, row: OutboxRow, error: Exception, now: datetime) -> OutboxChange:
        """Open an incident about a message of which nobody can say to whom it goes; it is tried again later."""
        told = f"A message about case {row.case} cannot be addressed ({type(error).__name__})."
        made = self._incidents.open(IncidentKind.MAIL, row.case, told, now)
        return OutboxChange(row.number, due=made.retry_at)

    def _recipients(
        self, row: OutboxRow, saying: Saying, directory: Directory, now: datetime
    ) -> Iterator[tuple[Recipient, Delivery | None]]:
        """Yield to whom the message goes now, with what is known of an earlier try; nobody gets it twice."""
        tried = {one.user: one for one in row.deliveries}
        dead = [one.user for one in row.deliveries if one.status is Posted.DEAD]
        gone = [directory.users[user].email if user in directory.users else user for user in dead]
        for recipient in self._route(row, saying, directory, now, gone).recipients:
            known = tried.get(recipient.to)
            if known is None or known.status is Posted.WAITING:
                yield recipient, known

    def _route(
        self, row: OutboxRow, saying: Saying, directory: Directory, now: datetime, undeliverable: list[str]
    ) -> Route:
        rules, message = saying.rules, row.message
        placed = rules.deadlines.get(message.deadline)
        rungs = placed.deadline.rungs if placed is not None else rules.protocol.no_news.rungs
        index = next((place for place, one in enumerate(rungs) if one.id == message.rung), -1)
        step = rules.step(placed.track, placed.step) if placed is not None else None
        agency = directory.agencies.get(saying.case.agency or "")
        calendar = saying.library.calendars.get(agency.calendar if agency is not None else "")
        return route(
            message.to,
            rungs,
            index,
            view_of(saying.case),
            directory,
            now,
            urgent=row.urgent,
            calendar=calendar or always_open(saying.zone.key),
            roles=rules.protocol.roles,
            recorders=step.recorded_by if step is not None else (),
            undeliverable=undeliverable,
        )

    def _mails(self, open_: list[_Addressed], now: datetime) -> Iterator[_Ready]:
        """Yield the mails: one for each urgent message, one for all ordinary ones of a person."""
        for (again, urgent, address), group in groupby(sorted(open_, key=_kin), key=_kin):
            found = list(group)
            size = 1 if urgent and not again else MOST_ITEMS
            for some in (found[at : at + size] for at in range(0, len(found), size)):
                parts = tuple((row, saying) for row, saying, _, _ in some)
                _, _, recipient, known = some[0]
                id_ = known.message_id if known is not None else self._message_id(parts, address)
                attempts = known.attempts if known is not None else 0
                yield _Ready(parts, recipient, id_, attempts, self._composed(parts, recipient, id_, now))

    def _message_id(self, parts: Sequence[tuple[OutboxRow, Saying]], address: str) -> str:
        """Return the id of a mail: the same whenever it is about the same messages to the same person."""
        about = "\n".join(sorted(f"{row.case}\0{row.seq}" for row, _ in parts))
        token = hmac.new(self._secret, f"{about}\n{address}".encode(), sha256).hexdigest()[:40]
        return f"{token}@{self._sender.domain}"

    def _composed(
        self, parts: tuple[tuple[OutboxRow, Saying], ...], recipient: Recipient, message_id: str, now: datetime
    ) -> Mail | None:
        """Return the finished mail; one that cannot be composed is an incident and stops no other."""
        try:
            words = self._words(parts, recipient, now)
        except Exception as error:  # noqa: BLE001, RUF100 - one broken mail must not stop the others
            told = f"A mail about case {parts[0][0].case} cannot be composed ({type(error).__name__})."
            self._incidents.open(IncidentKind.MAIL, parts[0][0].case, told, now)
            return None
        return Mail(message_id, self._sender.address, recipient.address, words.subject, words.text, words.html, now)

    def _words(self, parts: tuple[tuple[OutboxRow, Saying], ...], recipient: Recipient, now: datetime) -> Words:
        if len(parts) > 1:
            return self._composer.compose(
                MailKind.DIGEST, recipient.language, _digest(parts, recipient), self._sender.link
            )
        row, saying = parts[0]
        link = link_to(self._sender.link, "case", row.case, "message", str(row.seq))
        handle = self._handle(row, saying, recipient, now)
        return self._composer.compose(saying.kind, recipient.language, saying.variables(recipient), link, handle)

    def _handle(self, row: OutboxRow, saying: Saying, recipient: Recipient, now: datetime) -> str:
        """Return the link by which a member of staff promises to act; the empty text where there is nothing to."""
        if self._pledges is None or saying.kind is not MailKind.ESCALATION or "@" in recipient.to:
            return ""
        message = row.message
        token = self._pledges.token(row.case, message.enrolment, message.subject, row.seq, recipient.to, now)
        return link_to(self._sender.link, "handle", token)

    def _send(self, ready: Sequence[_Ready], now: datetime) -> MailReport:
        """Hand the mails over one by one, and note each before the next."""
        report = MailReport()
        left = Counter(number for one in ready for number in one.numbers)
        waits: set[int] = set()
        alarms: set[str] = set()
        finished = [one for one in ready if one.mail is not None]
        outcomes = self._notifier.send(one.mail for one in finished if one.mail is not None)
        trouble = {kind: self._incidents.subjects(kind) for kind in (IncidentKind.SERVER, IncidentKind.MAIL)}
        for one in ready:
            if one.mail is None:
                outcome = Outcome(Result.TEMPORARY, words="It cannot be composed.")
            else:
                passed("mail: before handing over")
                outcome = next(outcomes)
                passed("mail: after handing over")
            left.subtract(one.numbers)
            self._tell_trouble(outcome, alarms, now)
            report += self._note(one, outcome, now, waits, left)
            passed("mail: after marking")
            if outcome.result is Result.SENT:
                self._end_trouble(one.recipient, trouble, now)
        return report

    def _tell_trouble(self, outcome: Outcome, alarms: set[str], now: datetime) -> None:
        """Open an incident where no mail gets out, once a round: no mail can tell of it, but health does."""
        if (outcome.alarm or not outcome.tried) and outcome.words not in alarms:
            alarms.add(outcome.words)
            self._incidents.open(IncidentKind.SERVER, "", outcome.words, now)

    def _end_trouble(self, recipient: Recipient, trouble: dict[IncidentKind, set[str]], now: datetime) -> None:
        """End what a mail that went out shows to be over: trouble with the server, or with this address."""
        for kind, subject in ((IncidentKind.SERVER, ""), (IncidentKind.MAIL, recipient.to)):
            if subject in trouble[kind]:
                trouble[kind].discard(subject)
                self._incidents.end_for(kind, subject, by="system", ended_as="a mail went out", now=now)

    def _note(self, one: _Ready, outcome: Outcome, now: datetime, waits: set[int], left: Counter[int]) -> MailReport:
        """Write what became of a mail. A message ends with its last mail, if none of them waits for another try."""
        attempts = one.attempts + outcome.tried  # trouble with the way out is no failed try of this mail
        passed("mail: before marking")
        if outcome.result is Result.SENT:
            sent = one.delivery(Posted.SENT, attempts, None, now, "")
            ends = {number: Posted.SENT for number in one.numbers if not left[number] and number not in waits}
            self._outbox.note([OutboxChange(number, (sent,), ends.get(number)) for number in one.numbers])
            return MailReport(sent=1)
        waits.update(one.numbers)
        later = next_attempt(max(attempts, 1), now, self._chance)
        if outcome.result is Result.PERMANENT or later is None:
            return self._give_up(one, attempts, now, outcome.words)
        again = one.delivery(Posted.WAITING, attempts, later, None, outcome.words)
        self._outbox.note([OutboxChange(number, (again,), due=later) for number in one.numbers])
        return MailReport(again=1)

    def _give_up(self, one: _Ready, attempts: int, now: datetime, words: str) -> MailReport:
        """Let the queue go on: the message goes to whoever comes next, and an incident says that a mail is dead."""
        dead = one.delivery(Posted.DEAD, attempts, None, now, words)
        self._outbox.note([OutboxChange(number, (dead,), due=now) for number in one.numbers])
        told = f"Mail to this user cannot be delivered. {words}"
        self._incidents.open(IncidentKind.MAIL, one.recipient.to, told, now)
        return MailReport(dead=1)


#: A message with its words, one recipient, and what is known of an earlier mail to him about it.
_Addressed = tuple[OutboxRow, Saying, Recipient, Delivery | None]


def _kin(one: _Addressed) -> tuple[str, bool, str]:
    """Return what mails are grouped by: the id of an earlier try, else urgency and person."""
    row, _, recipient, known = one
    return (known.message_id if known is not None else "", row.urgent, recipient.address)


def _ended_as(row: OutboxRow) -> Posted:
    """Return how a message ended for which nobody is left: sent, if any mail of it was."""
    return Posted.SENT if any(one.status is Posted.SENT for one in row.deliveries) else Posted.DEAD


def _saying(row: OutboxRow, case: Case, library: Library, now: datetime) -> Saying:
    enrolment = case.enrolments[row.message.enrolment]
    item = enrolment.clocks.get(row.message.subject)
    protocol = library.rulebooks[enrolment.meaning].protocol
    named = (item.calendar if item is not None else "") or case.calendar or protocol.calendar or ""
    calendar = library.calendars.get(named) or always_open(protocol.zone or "UTC")
    return Saying(row.message, case, library, calendar.tz, now)


def _digest(parts: tuple[tuple[OutboxRow, Saying], ...], recipient: Recipient) -> dict[str, object]:
    """Return the variables of a digest, what waits longest first."""
    ordered = sorted(parts, key=lambda part: (part[0].message.limit or part[0].message.at, part[0].number))
    items = [saying.item(recipient) for _, saying in ordered]
    reason = ordered[0][1].variables(recipient)["reason_you"]
    return {"items": items, "words": str(len(items)), "reason_you": reason}
