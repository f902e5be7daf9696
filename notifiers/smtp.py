"""Mail over SMTP: one connection for many mails, every wait bounded, every answer mapped to an outcome.

TLS with a checked certificate and name, and no way back to clear text: ``none`` is only for a server on this machine.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from notifiers.connection import Connection
from notifiers.letter import LetterError, build, check_address
from notifiers.mail import Mail, Outcome, Result
from notifiers.reply import Refusal
from notifiers.server import Server, ServerError, check_server, context_of

__all__ = ["Server", "ServerError", "Smtp"]

#: Seconds after which no further mail of one round is begun: whoever waits for the outcomes holds other mails back.
LONGEST_ROUND = 300


class Smtp:
    """A notifier over one server. Not for two threads at once; two notifiers may use one server."""

    def __init__(self, server: Server) -> None:
        """Check the settings. Raises ServerError."""
        check_server(server)
        self._server = server
        self._context = context_of(server)
        self._connection: Connection | None = None

    def send(self, mails: Iterable[Mail]) -> Iterator[Outcome]:
        """Yield what became of each mail; see the interface.

        A server that cannot be reached, or takes minutes, is not tried again for the mails that are left: they wait.
        """
        given_up: Outcome | None = None
        until = time.monotonic() + LONGEST_ROUND
        for mail in mails:
            try:
                sender, to, data = check_address(mail.sender), check_address(mail.to), build(mail)
            except LetterError as error:
                yield Outcome(Result.PERMANENT, words=str(error))
                continue
            if given_up is None and time.monotonic() > until:
                words = "The mail server is too slow; this mail waits."
                given_up = Outcome(Result.TEMPORARY, words=words, tried=False)
            if given_up is not None:
                yield given_up
                continue
            try:
                outcome = self._hand_over(sender, to, data)
            except Refusal as refusal:
                outcome = given_up = replace(refusal.outcome, tried=False)
            yield outcome

    def close(self) -> None:
        """Say good-bye to the server, if it still listens."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.leave()

    def _hand_over(self, sender: str, to: str, data: bytes) -> Outcome:
        """Return what became of a mail. Raises Refusal where no connection comes about."""
        connection = self._open_for(sender)
        outcome = connection.deliver(sender, to, data)
        if connection.is_stale:
            connection = self._open_for(sender)
            outcome = connection.deliver(sender, to, data)
        if connection.is_broken:
            self.close()
        return outcome

    def _open_for(self, sender: str) -> Connection:
        """Return the open connection, or a new one; we call ourselves by the domain of the sender. Raises Refusal."""
        if self._connection is not None and self._connection.is_usable:
            return self._connection
        self.close()
        self._connection = Connection(self._server, self._context, sender.rpartition("@")[2])
        return self._connection
