"""Which programs outside are told what: added and removed by whoever keeps the office, each with a secret of its own.

A secret is shown once and kept sealed. When it is changed, both sign for a day, so that the receiver changes in time.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.core.errors import SpeanError
from engine.core.people.directory import Directory
from engine.store.access import Accessed
from engine.store.incidents import IncidentKind
from engine.store.safe import Safe
from engine.store.sql.access import SqlAccessLog
from engine.store.sql.incidents import SqlIncidents
from engine.store.sql.webhooks import SqlWebhooks
from engine.store.webhooks import NewsKind, Webhook
from notifiers.webhooks.signature import new_secret, signed
from notifiers.webhooks.target import TargetError, read_target

#: An office has at most so many: each is served beside the others.
MOST = 20
#: The former secret signs so long beside the new one.
OVERLAP = timedelta(hours=24)
_PURPOSE = "webhook"


class WebhookError(SpeanError):
    """The webhook cannot be made or found; the message says why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Register:
    """Adds, changes and removes webhooks, and signs for them."""

    webhooks: SqlWebhooks
    safe: Safe
    access: SqlAccessLog
    incidents: SqlIncidents

    def add(
        self, url: str, owner: str, kinds: Collection[NewsKind], *, by: str, directory: Directory, now: datetime
    ) -> tuple[Webhook, str]:
        """Return a new webhook and its secret, which is kept nowhere as it is. Raises WebhookError."""
        try:
            host = read_target(url).host
        except TargetError as error:
            raise WebhookError(str(error)) from error
        known = directory.users.get(owner)
        if known is None or known.disabled:
            raise WebhookError("The owner has no account here; `spean user list` shows who has.")
        if not kinds:
            raise WebhookError("Say of what it is told, like --events case.opened,step.entered, or --events all.")
        if len(self.webhooks.all()) >= MOST:
            raise WebhookError(f"There are {MOST} webhooks already; remove one that is not needed any more.")
        id_, secret = "wh_" + secrets.token_hex(4), new_secret()
        sealed = self.safe.seal(_PURPOSE, id_, secret.encode())
        made = Webhook(id_, url, owner, tuple(one for one in NewsKind if one in kinds), by, now, sealed)
        self.webhooks.add(made)
        self._log(now, by, "webhook added", f"{id_} {host} for {owner}")
        return made, secret

    def one(self, id_: str) -> Webhook:
        """Return a webhook. Raises WebhookError."""
        found = self.webhooks.one(id_)
        if found is None:
            raise WebhookError("There is no such webhook; `spean webhook list` shows them.")
        return found

    def rotate(self, id_: str, *, by: str, now: datetime) -> tuple[str, datetime]:
        """Return a new secret, and until when (UTC) the former one signs, too. Raises WebhookError."""
        former, secret, until = self.one(id_).secret, new_secret(), now + OVERLAP
        self.webhooks.rotate(id_, self.safe.seal(_PURPOSE, id_, secret.encode()), former, until)
        self._log(now, by, "webhook rotated", id_)
        return secret, until

    def remove(self, id_: str, *, by: str, now: datetime) -> None:
        """Forget a webhook and what waits for it. Raises WebhookError."""
        self.one(id_)
        self.webhooks.remove(id_)
        self.incidents.end_for(IncidentKind.WEBHOOK, id_, by=by, ended_as="webhook removed", now=now)
        self._log(now, by, "webhook removed", id_)

    def signed(self, webhook: Webhook, id_: str, body: bytes, now: datetime) -> Mapping[str, str]:
        """Return the headers of a call that leaves at an instant (UTC). Raises SealError."""
        sealed = [webhook.secret]
        if webhook.former is not None and webhook.former_until is not None and now < webhook.former_until:
            sealed.append(webhook.former)
        keys = [self.safe.open(_PURPOSE, webhook.id, one).decode() for one in sealed]
        return signed(id_, now, body, keys)

    def _log(self, now: datetime, by: str, what: str, detail: str) -> None:
        self.access.write([Accessed(at=now, by=by, what=what, detail=detail)])
