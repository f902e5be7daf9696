"""The worker of an office: what one tick does, in order, and nothing that one broken part can stop for the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.core.errors import SpeanError
from engine.run.accounts.watch import Watch
from engine.run.mail.notices import Notices
from engine.run.mail.postman import MailReport, Postman
from engine.run.ticks.erasing import finish_erasures
from engine.run.ticks.linking import Linking
from engine.run.ticks.passing import Passes, PassReport
from engine.run.webhooks.courier import CallReport, Courier
from engine.store.keyring import Keyring
from engine.store.sql.erasures import SqlErasures
from notifiers.mail import Notifier

#: A tick sends so many rounds of mails at most; the next one goes on.
MOST_ROUNDS = 50


@dataclass(slots=True)
class TickReport:
    """What a tick did. ``errors``: one sentence for each part that failed; the others were done.

    ``calls``: what became of those to webhooks that ended since the tick before; nothing waits for them.
    """

    at: datetime
    passes: PassReport = field(default_factory=PassReport)
    mails: MailReport = field(default_factory=MailReport)
    calls: CallReport = field(default_factory=CallReport)
    linked: int = 0
    erased: int = 0
    odd: int = 0
    incidents_told: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def is_idle(self) -> bool:
        """Whether there was nothing to do."""
        plain = self.as_plain()
        return not any(plain[name] for name in plain if name != "at")

    def as_plain(self) -> dict[str, Any]:
        """Return the report as plain data for logs and programs."""
        passed, mails, calls = asdict(self.passes), asdict(self.mails), asdict(self.calls)
        return {
            "at": self.at.isoformat(),
            "cases": passed["cases"],
            "failed": passed["failed"],
            "brake": passed["brake"],
            **{f"mails_{name}": number for name, number in mails.items()},
            **{f"calls_{name}": number for name, number in calls.items()},
            "linked": self.linked,
            "erased": self.erased,
            "odd": self.odd,
            "incidents_told": self.incidents_told,
            "errors": list(self.errors),
        }


class Worker:
    """Runs ticks."""

    def __init__(
        self,
        *,
        passes: Passes,
        postman: Postman,
        courier: Courier,
        linking: Linking,
        notices: Notices,
        erasures: SqlErasures,
        keyring: Keyring,
        notifier: Notifier,
        watch: Watch,
        checkpoints: bool = True,
    ) -> None:
        """Work with these parts. ``notifier``: closed with the worker; ``checkpoints``: one is made each day."""
        self._notifier = notifier
        self._watch = watch
        self._passes = passes
        self._postman = postman
        self._courier = courier
        self._linking = linking
        self._notices = notices
        self._erasures = erasures
        self._keyring = keyring
        self._makes_checkpoints = checkpoints

    def tick(self, now: datetime) -> TickReport:
        """Do everything that is due by now (UTC). Never raises for a part that fails; the report says so."""
        report = TickReport(now)

        def attempt(work: Callable[[], None]) -> None:
            try:
                work()
            except Exception as error:  # noqa: BLE001, RUF100 - a mistake of ours in one part must not stop the others
                report.errors.append(_said(error))

        attempt(lambda: setattr(report, "erased", finish_erasures(self._erasures, self._keyring, now)))
        attempt(lambda: setattr(report, "linked", self._linking.run()))
        attempt(lambda: setattr(report, "passes", self._passes.run(now)))
        attempt(lambda: self._courier.start(now))
        attempt(lambda: self._deliver(report, now))
        attempt(lambda: setattr(report, "odd", self._watch.look(now)))
        attempt(lambda: setattr(report, "incidents_told", self._notices.tell_incidents(now)))
        if self._makes_checkpoints:
            attempt(lambda: self._checkpoint(now))
        self._add_calls(report)
        return report

    def settle(self, report: TickReport) -> None:
        """Wait for the calls to webhooks that are on their way, and add them to a report."""
        self._add_calls(report, wait=True)

    def close(self) -> None:
        """Close the connection to the mail server, and wait for the calls that are on their way."""
        self._notifier.close()
        self._courier.close()

    def _deliver(self, report: TickReport, now: datetime) -> None:
        for _ in range(MOST_ROUNDS):
            found = self._postman.deliver(now)
            report.mails += found
            if not found.sent and not found.dropped:
                return

    def _add_calls(self, report: TickReport, *, wait: bool = False) -> None:
        calls, errors = self._courier.ended(wait=wait)
        report.calls += calls
        report.errors += [_said(error) for error in errors]

    def _checkpoint(self, now: datetime) -> None:
        self._notices.make_daily_checkpoint(now)


def _said(error: BaseException) -> str:
    """Return the sentence of an error of a part."""
    if isinstance(error, SpeanError):
        return str(error)
    return f"A part of the tick failed ({_place(error)}); please report this."


def _place(error: BaseException) -> str:
    """Return what failed and where; the error's own text is left out, it may be about a person."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    file = Path(trace.tb_frame.f_code.co_filename).name if trace is not None else "?"
    return f"{type(error).__name__} at {file}:{trace.tb_lineno if trace is not None else 0}"
