"""One conversation with a mail server: opened, used for many mails, left."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress

from notifiers.client import Client
from notifiers.mail import Outcome, Result
from notifiers.reply import Refusal, Stage, expect, no_encryption, opening, why_lost
from notifiers.server import Server

#: So many mails go over one connection; then a new one is opened, as many servers ask.
MOST_MAILS = 100
#: Opening, or handing one mail over, takes so many timeouts at most, whatever the server does.
PATIENCE = 4
#: The answer to a whole mail may take so many timeouts: servers look through it first, and who hangs up too early
#: sends it twice.
CONTENT_PATIENCE = 6
#: Seconds for a good-bye.
FAREWELL = 2


class Connection:
    """An open connection. ``is_broken``: it cannot be used again. ``is_stale``: it ended before it took the last mail
    at all, which was not its first; that mail may go over a new one at once.
    """

    def __init__(self, server: Server, context: ssl.SSLContext | None, name: str) -> None:
        """Open it, with TLS and log-in. ``name``: how we call ourselves. Raises Refusal."""
        self._timeout = server.timeout
        self._client = Client(server.host, name, server.timeout)
        self._mails = 0
        self.is_broken = self.is_stale = False
        self._client.start(server.timeout * PATIENCE)
        try:
            with opening():
                self._open(server, context)
        except BaseException:
            self._client.close()
            raise

    @property
    def is_usable(self) -> bool:
        """Whether one more mail can go over it."""
        return not self.is_broken and self._mails < MOST_MAILS and self._client.is_quiet

    def deliver(self, sender: str, to: str, data: bytes) -> Outcome:
        """Hand one mail over; return what became of it. Never raises for what the server does."""
        self._mails += 1
        self._client.start(self._timeout * PATIENCE)
        handed = taken = False
        try:
            expect(Stage.MAIL, self._client.mail(sender))
            taken = True
            expect(Stage.RCPT, self._client.rcpt(to))
            expect(Stage.DATA, self._client.docmd("DATA"))
            self._client.send_mail(data)
            handed = True
            self._client.start(self._timeout * CONTENT_PATIENCE, self._timeout * CONTENT_PATIENCE)
            expect(Stage.CONTENT, self._client.getreply())
        except Refusal as refusal:
            self._make_ready(refusal.outcome)
            self.is_stale = self.is_broken and not taken and self._mails > 1
            return refusal.outcome
        except (OSError, smtplib.SMTPException) as error:
            self.is_broken = True
            self.is_stale = not taken and self._mails > 1
            return _lost(error, handed=handed)
        return Outcome(Result.SENT, 250)

    def leave(self) -> None:
        """Say good-bye without waiting long for the answer, and close."""
        self._client.start(min(self._timeout, FAREWELL))
        with suppress(OSError, smtplib.SMTPException):
            if not self.is_broken:
                self._client.docmd("QUIT")
        self._client.close()

    def _open(self, server: Server, context: ssl.SSLContext | None) -> None:
        client = self._client
        client.context = context if server.security == "tls" else None
        expect(Stage.GREETING, client.connect(server.host, server.port))
        expect(Stage.EHLO, client.ehlo())
        if server.security == "starttls" and context is not None:
            if not client.has_extn("starttls"):
                raise no_encryption()
            expect(Stage.STARTTLS, client.docmd("STARTTLS"))
            client.secure(context)
            expect(Stage.EHLO, client.ehlo())
        if server.user:
            client.login(server.user, server.password)

    def _make_ready(self, outcome: Outcome) -> None:
        """Make ready for the next mail; a server that says 421 is about to hang up."""
        self._client.start(self._timeout)
        try:
            self.is_broken = outcome.code == 421 or self._client.docmd("RSET")[0] != 250
        except (OSError, smtplib.SMTPException):
            self.is_broken = True


def _lost(error: Exception, *, handed: bool) -> Outcome:
    if handed:
        words = f"The mail server was lost when it had the whole mail ({why_lost(error)}); it may have arrived."
        return Outcome(Result.AMBIGUOUS, words=words)
    return Outcome(
        Result.TEMPORARY, words=f"The mail server was lost ({why_lost(error)}); it has not taken the mail."
    )
