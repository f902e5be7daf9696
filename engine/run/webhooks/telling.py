"""Whether a webhook may be told of something, decided when the call leaves, and the little that the call says.

Denied unless its owner has a role in the case at that moment. What happens in a lane that names who may know of it
(sealed complaints, clinical and legal lanes) is told to nobody outside, whatever the owner may see.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from engine.core.case.commands import Actor
from engine.core.case.events import Event
from engine.core.case.state import Case
from engine.core.deciding.library import Library
from engine.core.people.directory import Directory
from engine.run.cases.lanes import lane_of
from engine.run.cases.standing import roles_in
from engine.run.cases.view import View
from engine.store.ports import UnknownCaseError
from engine.store.sql.cases import SqlCases
from engine.store.webhooks import Call, Webhook
from notifiers.letter import link_to

#: Below the address of the pages (``link`` of the settings).
API = ("api", "v1", "cases")


class HeldError(Exception):
    """The case is frozen: nothing goes out about it until somebody has seen to it."""


@dataclass(frozen=True, slots=True)
class Content:
    """A call as it leaves: its id, the same at every try, and its body."""

    id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Telling:
    """Makes calls. ``secret``: makes their ids; ``link``: where the pages of the office are."""

    cases: SqlCases
    directory: Callable[[], Directory]
    library: Callable[[], Library]
    secret: bytes
    link: str

    def told(self, call: Call, webhook: Webhook, now: datetime) -> Content | None:
        """Return what the webhook is told; None where it may not be. Raises HeldError, and what the store raises."""
        try:
            case, event = self.cases.case(call.case), self.cases.event(call.case, call.seq)
        except UnknownCaseError:
            return None
        if call.case in self.cases.frozen():
            raise HeldError
        library = self.library()
        protocol = _protocol(case, event, library)
        if protocol is None or self.cases.is_erased(call.case) or not self._may_know(webhook, case, event, now):
            return None
        data = {"case": case.id, "protocol": protocol, "url": link_to(self.link, *API, case.id)}
        return Content(self._id(call), body(self._id(call), call.kind.value, event.at, data))

    def _may_know(self, webhook: Webhook, case: Case, event: Event, now: datetime) -> bool:
        """Whether the owner has a role in the case now, and may know of this."""
        library = self.library()
        roles = roles_in(self.directory(), webhook.owner, case, now, library)
        return bool(roles) and View(case, Actor(webhook.owner, roles), library, now).hears_of(event)

    def _id(self, call: Call) -> str:
        """Return the id of a call: the same at every try, another one for every webhook."""
        about = f"{call.webhook}\n{call.case}\n{call.seq}\n{call.kind.value}"
        return "msg_" + hmac.new(self.secret, about.encode(), sha256).hexdigest()[:40]


def body(id_: str, kind: str, at: datetime, data: dict[str, str]) -> bytes:
    """Return the body of a call. ``at``: when it happened (UTC)."""
    instant = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return json.dumps({"id": id_, "type": kind, "timestamp": instant, "data": data}, separators=(",", ":")).encode()


def _protocol(case: Case, event: Event, library: Library) -> str | None:
    """Return the protocol in which it happened; for what belongs to the whole case, the first that is not closed.

    None: not for outside. A protocol whose own main lane names who may know of it is closed as a whole.
    """
    enrolment, track = lane_of(case, event)
    for name in [enrolment] if enrolment else list(case.enrolments):
        run = case.enrolments.get(name)
        rules = library.rulebooks.get(run.meaning) if run is not None else None
        if rules is None or rules.protocol.main.seen_by:
            continue
        lane = rules.protocol.tracks.get(track)
        if lane is None or not lane.seen_by:
            return rules.protocol.id
    return None
