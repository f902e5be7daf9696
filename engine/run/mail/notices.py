"""Mails to whoever keeps the office: incidents until somebody ends them, and the line of each day's checkpoint."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from engine.run.mail.postman import Sender
from engine.store.checkpoints import Checkpoint
from engine.store.incidents import TOLD_AGAIN, Incident, IncidentKind
from engine.store.points import passed
from engine.store.sql.checkpoints import SqlCheckpoints
from engine.store.sql.incidents import SqlIncidents
from engine.store.sql.meta import LAST_CHECKPOINT, Meta
from notifiers.composer import Composer, MailKind
from notifiers.mail import Mail, Notifier, Result

#: An incident of which nobody has taken notice for so long goes to the duty address, too.
CLIMBS = timedelta(days=1)


class Notices:
    """Tells about incidents and checkpoints."""

    def __init__(
        self,
        incidents: SqlIncidents,
        checkpoints: SqlCheckpoints,
        meta: Meta,
        *,
        notifier: Notifier,
        composer: Composer,
        sender: Sender,
        secret: bytes,
        duty_address: Callable[[], str],
        officers: Callable[[str], list[str]],
        published: Path,
    ) -> None:
        """Tell the administrator; of an odd access the ``officers``: they get the account that is meant.

        ``published``: the file to which each checkpoint's line is added.
        """
        self._incidents = incidents
        self._checkpoints = checkpoints
        self._meta = meta
        self._notifier = notifier
        self._composer = composer
        self._sender = sender
        self._secret = secret
        self._duty_address = duty_address
        self._officers = officers
        self._published = published

    def tell_incidents(self, now: datetime) -> int:
        """Send a mail about every open incident that was not told of lately; return how many were sent."""
        waiting = [one for one in self._incidents.all(open_only=True) if _is_due(one, now)]
        sent = 0
        for one in waiting:
            why = "you protect data here" if one.kind is IncidentKind.ACCESS else "you keep this office"
            variables = {"words": str(one.number), "said": one.words, "reason_you": why}
            kind = MailKind.ACCESS if one.kind is IncidentKind.ACCESS else MailKind.INCIDENT
            mails = [
                self._mail(f"incident {one.number} {now.date()}", to, kind, variables, now)
                for to in self._told_of(one, now)
            ]
            outcomes = list(self._notifier.send(mails))  # each leaves when it is asked for
            if any(outcome.result is Result.SENT for outcome in outcomes):
                self._incidents.told(one.number, now)
                sent += 1
                if kind is MailKind.ACCESS:
                    self._incidents.end(one.number, by="system", ended_as="told", now=now)
        return sent

    def make_checkpoint(self, now: datetime) -> Checkpoint:
        """Make a checkpoint, write its line into the file outside the database, and mail it."""
        made = self._checkpoints.make(now)
        publish(self._published, made)
        passed("checkpoint: published")
        if self._sender.administrator:
            variables = {"words": f"{made.number}", "said": made.line(), "reason_you": "you keep this office"}
            mail = self._mail(
                f"checkpoint {made.number}", self._sender.administrator, MailKind.CHECKPOINT, variables, now
            )
            list(self._notifier.send([mail]))
        self._meta.put(LAST_CHECKPOINT, now.date().isoformat())
        return made

    def make_daily_checkpoint(self, now: datetime) -> Checkpoint | None:
        """Make one checkpoint each day (UTC)."""
        last = self._meta.get(LAST_CHECKPOINT)
        if last and date.fromisoformat(last) >= now.date():
            return None
        return self.make_checkpoint(now)

    def _told_of(self, one: Incident, now: datetime) -> list[str]:
        """Return to whom a mail goes: the administrator; after a day without an end the duty address, too.

        Of an odd access the data protection officers hear, as far as it is not about them: the administrator may be
        who is meant. Where there is none, the administrator and the duty address hear of it at once.
        """
        odd = one.kind is IncidentKind.ACCESS
        officers = self._officers(one.subject.partition(" ")[0]) if odd else []
        if officers:
            return officers
        duty = self._duty_address()
        first = self._sender.administrator or duty
        both = [first, duty] if odd or now - one.opened_at >= CLIMBS else [first]
        return list(dict.fromkeys(address for address in both if address))

    def _mail(self, about: str, to: str, kind: MailKind, variables: dict[str, str], now: datetime) -> Mail:
        words = self._composer.compose(kind, self._sender.language, variables)
        token = hmac.new(self._secret, f"{about}\n{to}".encode(), sha256).hexdigest()[:40]
        return Mail(
            f"{token}@{self._sender.domain}", self._sender.address, to, words.subject, words.text, words.html, now
        )


def publish(path: Path, made: Checkpoint) -> None:
    """Add a checkpoint's line to a file; the file is no part of the database or its backups."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(made.line() + "\n")


def _is_due(one: Incident, now: datetime) -> bool:
    return one.told_at is None or now - one.told_at >= TOLD_AGAIN
