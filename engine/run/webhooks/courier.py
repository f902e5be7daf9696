"""Calls leave for webhooks: each webhook is served beside all others, so that a slow one holds up nobody but itself.

At least once, under the same id at every try. One webhook gets one call at a time; a call that is not taken waits by
the stated schedule (``notifiers/webhooks/schedule.py``), and in this round nothing more goes to its webhook.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import Protocol

from engine.core.errors import SpeanError
from engine.run.webhooks.register import MOST, Register
from engine.run.webhooks.telling import Content, HeldError, Telling
from engine.store.access import Accessed
from engine.store.incidents import IncidentKind
from engine.store.points import passed
from engine.store.ports import Posted
from engine.store.sql.access import SqlAccessLog
from engine.store.sql.calls import SqlCalls
from engine.store.sql.incidents import SqlIncidents
from engine.store.webhooks import Call, Webhook
from notifiers.webhooks.post import PostError
from notifiers.webhooks.schedule import next_try
from notifiers.webhooks.target import TargetError

#: So long a call is kept from other workers; then one that died is taken to be dead.
LEASE = timedelta(minutes=5)
#: A round serves one webhook for so many seconds at most; the next tick goes on. All its calls are signed as of its
#: begin: receivers bear five minutes.
ROUND = 30.0
#: What was sent or dropped is kept so long.
KEPT = timedelta(days=30)
_GONE = 410


class Posts(Protocol):
    """What sends a call over the network."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Return the status of the answer. Raises PostError, TargetError."""


@dataclass(frozen=True, slots=True)
class CallReport:
    """What became of calls."""

    sent: int = 0
    dropped: int = 0
    again: int = 0
    dead: int = 0

    def __add__(self, other: CallReport) -> CallReport:
        return CallReport(
            self.sent + other.sent, self.dropped + other.dropped, self.again + other.again, self.dead + other.dead
        )  # fmt: skip


class Courier:
    """Delivers what waits for webhooks. Does nothing, and begins no thread, while there is none."""

    def __init__(
        self,
        calls: SqlCalls,
        register: Register,
        telling: Telling,
        incidents: SqlIncidents,
        access: SqlAccessLog,
        *,
        posts: Callable[[], Posts],
        by: str,
    ) -> None:
        """Deliver for an office. ``posts``: made for the first call; ``by``: this worker's name for leases."""
        self._calls = calls
        self._register = register
        self._telling = telling
        self._incidents = incidents
        self._access = access
        self._make_posts = posts
        self._by = by
        self._pool = ThreadPoolExecutor(MOST, thread_name_prefix="webhook")
        self._rounds: dict[str, Future[CallReport]] = {}
        self._lock = Lock()
        self._closing = False

    def start(self, now: datetime) -> None:
        """Begin a round (UTC) for every webhook that is not being served yet, and do not wait for it."""
        due = self._calls.due(now)
        if not due:
            return
        _ = self._posts  # wrong settings are told by the tick itself, once for all webhooks
        with self._lock:
            for id_ in due:
                if id_ not in self._rounds:
                    self._rounds[id_] = self._pool.submit(self.serve, id_, now)

    @cached_property
    def _posts(self) -> Posts:
        """What sends calls, made when the first one leaves. Raises what it says of wrong settings."""
        return self._make_posts()

    def ended(self, *, wait: bool = False) -> tuple[CallReport, list[BaseException]]:
        """Return what became of the rounds that ended since, and the errors in them; ``wait``: of all that run."""
        with self._lock:
            over = {id_: one for id_, one in self._rounds.items() if wait or one.done()}
            self._rounds = {id_: one for id_, one in self._rounds.items() if id_ not in over}
        report, errors = CallReport(), []
        for one in over.values():
            error = one.exception()
            if error is not None:
                errors.append(error)
            else:
                report += one.result()
        return report, errors

    def close(self) -> None:
        """Let the calls on their way end, and begin no other; what is due leaves with the next worker."""
        self._closing = True
        self._pool.shutdown(wait=True)

    def serve(self, id_: str, now: datetime) -> CallReport:
        """Send what is due to one webhook, the oldest first, until one call is not taken or the round is over."""
        webhook, began, report = self._register.webhooks.one(id_), monotonic(), CallReport()
        while webhook is not None and not self._closing and monotonic() - began < ROUND:
            call = self._calls.claim(id_, now, now + LEASE, self._by)
            if call is None:
                break
            outcome = self._deliver(call, webhook, now)
            report += outcome
            passed("webhook: after marking")
            if outcome.again or outcome.dead:
                break
        if report.sent:
            self._calls.forget(now - KEPT)
        return report

    def _deliver(self, call: Call, webhook: Webhook, now: datetime) -> CallReport:
        """Send one call if it may still be told, and note what became of it."""
        try:
            told = self._telling.told(call, webhook, now)
        except HeldError:
            return self._again(call, now, "the case is frozen")
        except Exception as error:  # noqa: BLE001, RUF100 - one broken case must not hold up the news of all others
            return self._again(call, now, f"the case cannot be read ({type(error).__name__})")
        if told is None:
            self._calls.end(call.number, Posted.DROPPED, call.attempts, now, "not for this owner, or not for outside")
            return CallReport(dropped=1)
        detail = f"{call.kind} {webhook.id}"
        self._access.write([Accessed(at=now, by=webhook.owner, what="webhook", case=call.case, detail=detail)])
        status, words = self._sent(told, webhook, now)
        if 200 <= status < 300:
            self._calls.end(call.number, Posted.SENT, call.attempts + 1, now)
            self._end_trouble(webhook.id, now)
            return CallReport(sent=1)
        return self._give_up(call, now, words) if status == _GONE else self._again(call, now, words)

    def _sent(self, told: Content, webhook: Webhook, now: datetime) -> tuple[int, str]:
        """Hand a call over; return the status of the answer (0 where there is none), and in words why it failed."""
        passed("webhook: before handing over")
        try:
            headers = self._register.signed(webhook, told.id, told.body, now)
            status = self._posts.post(webhook.url, told.body, headers)
        except (PostError, TargetError, SpeanError) as error:
            return 0, str(error)
        finally:
            passed("webhook: after handing over")
        return status, f"answered {status}{'; redirects are not followed' if 300 <= status < 400 else ''}"

    def _again(self, call: Call, now: datetime, words: str) -> CallReport:
        later = next_try(call.attempts + 1, now)
        if later is None:
            return self._give_up(call, now, words)
        self._calls.put_off(call.number, call.attempts + 1, later, words)
        return CallReport(again=1)

    def _end_trouble(self, webhook: str, now: datetime) -> None:
        """End the incident of a webhook of which nothing is dead any more."""
        kind = IncidentKind.WEBHOOK
        if webhook in self._incidents.subjects(kind) and not self._calls.has_dead(webhook):
            self._incidents.end_for(kind, webhook, by="system", ended_as="a call went out", now=now)

    def _give_up(self, call: Call, now: datetime, words: str) -> CallReport:
        """Keep the call as dead, and let an incident say so."""
        self._calls.end(call.number, Posted.DEAD, call.attempts + 1, now, words)
        said = (
            f"Calls to webhook {call.webhook} were given up ({words}). When its receiver works again,"
            f" `spean webhook resend {call.webhook}`."
        )
        self._incidents.open(IncidentKind.WEBHOOK, call.webhook, said, now)
        return CallReport(dead=1)
