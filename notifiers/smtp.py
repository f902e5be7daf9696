"""Mail over SMTP: one connection for many mails, every wait bounded, every answer mapped to an outcome.

TLS with a checked certificate and name, and no way back to clear text: ``none`` is only for a server on this machine.
"""

from __future__ import annotations

import io
import smtplib
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address

from notifiers.letter import LetterError, build, check_address
from notifiers.mail import Mail, Outcome, Result

#: So many mails go over one connection; then a new one is opened, as many servers ask.
MOST_MAILS = 100
#: One mail may take so many times the patience for one answer, whatever the server does.
MAIL_PATIENCE = 4


@dataclass(frozen=True, slots=True)
class Server:
    """How to reach the server. ``security``: ``starttls``, ``tls``, ``none``. ``timeout``: seconds for one answer."""

    host: str
    port: int
    security: str = "starttls"
    user: str = ""
    password: str = ""
    ca_file: str = ""
    timeout: float = 10


class ServerError(ValueError):
    """Mail cannot be sent with these settings; the sentence says why."""


class _Reply(Exception):  # noqa: N818 - an answer of the server, not an error of ours
    """The server answered with something else than hoped for."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


class Smtp:
    """A notifier over one server. Not for two threads at once; two notifiers may use one server."""

    def __init__(self, server: Server) -> None:
        """Check the settings. Raises ServerError."""
        if server.security == "none" and not _is_here(server.host):
            raise ServerError("Mail without TLS goes only to a server on this machine; set security to starttls.")
        if server.security not in {"starttls", "tls", "none"}:
            raise ServerError("The security of mail must be starttls, tls or none.")
        self._server = server
        self._context = _context(server) if server.security != "none" else None
        self._connection: _Connection | None = None

    def send(self, mails: Iterable[Mail]) -> Iterator[Outcome]:
        """Yield what became of each mail; see the interface. A server that cannot be reached is tried once."""
        unreachable: Outcome | None = None
        for mail in mails:
            try:
                data, sender, to = build(mail), check_address(mail.sender), check_address(mail.to)
            except LetterError as error:
                yield Outcome(Result.PERMANENT, words=str(error))
                continue
            if unreachable is None:
                outcome, reached = self._hand_over(sender, to, data)
                unreachable = None if reached else outcome
                yield outcome
            else:
                yield unreachable

    def close(self) -> None:
        """Say good-bye to the server, if it still listens."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.leave()

    def _hand_over(self, sender: str, to: str, data: bytes) -> tuple[Outcome, bool]:
        """Return what became of a mail, and whether the server was reached at all."""
        if self._connection is not None and (self._connection.is_worn or not self._connection.is_alive()):
            self.close()
        if self._connection is None:
            try:
                self._connection = _Connection(self._server, self._context)
            except _Reply as reply:
                return reply.outcome, False
        outcome = self._connection.deliver(sender, to, data)
        if self._connection.is_broken:
            self.close()
        return outcome, True


class _Connection:
    """One conversation with the server."""

    def __init__(self, server: Server, context: ssl.SSLContext | None) -> None:
        self._timeout = server.timeout
        self._client = _Client(server.host, server.timeout)
        self._sent = 0
        self.is_broken = False
        with _told():
            self._client.start(server.timeout * MAIL_PATIENCE)
            self._open(server, context)

    @property
    def is_worn(self) -> bool:
        """Whether so many mails went over it that a new one is due."""
        return self._sent >= MOST_MAILS

    def is_alive(self) -> bool:
        """Whether the server has not hung up meanwhile: nothing may lie unread between two mails."""
        sock = self._client.sock
        if sock is None:
            return False
        try:
            sock.settimeout(0)
            if isinstance(sock, ssl.SSLSocket):
                return sock.pending() == 0 and not _has_unread(sock)
            return not _has_unread(sock)
        except OSError:
            return False

    def deliver(self, sender: str, to: str, data: bytes) -> Outcome:
        """Hand one mail over."""
        client = self._client
        client.start(self._timeout * MAIL_PATIENCE)
        self._sent += 1
        handed = False
        try:
            _expect(client.mail(sender), "MAIL")
            _expect(client.rcpt(to), "RCPT")
            _expect(client.docmd("DATA"), "DATA", 354)
            client.send(_dotted(data))
            handed = True
            _expect(client.getreply(), "the mail")
        except _Reply as reply:
            self._reset(reply.outcome)
            return reply.outcome
        except (OSError, smtplib.SMTPException) as error:
            self.is_broken = True
            words = f"The connection ended or stood still ({_kind(error)})"
            if handed:
                return Outcome(
                    Result.AMBIGUOUS, words=f"{words} after the mail was handed over; it may have arrived."
                )
            return Outcome(Result.TEMPORARY, words=f"{words}.")
        return Outcome(Result.SENT, 250)

    def leave(self) -> None:
        """Say QUIT without waiting long for the answer."""
        self._client.start(min(self._timeout, 2))
        with suppress(OSError, smtplib.SMTPException, ValueError):
            if not self.is_broken:
                self._client.docmd("QUIT")
        self._client.close()

    def _open(self, server: Server, context: ssl.SSLContext | None) -> None:
        client = self._client
        if context is not None and server.security == "tls":
            client.context = context
        _expect(client.connect(server.host, server.port), "the greeting", 220)
        _expect(client.ehlo(), "EHLO")
        if server.security == "starttls" and context is not None:
            if not client.has_extn("starttls"):
                words = "The server offers no encryption (STARTTLS); nothing is sent in clear text."
                raise _Reply(Outcome(Result.TEMPORARY, words=words, alarm=True))
            client.starttls(context=context)
            client.file = None
            _expect(client.ehlo(), "EHLO")
        if server.user:
            client.login(server.user, server.password)

    def _reset(self, outcome: Outcome) -> None:
        """Make ready for the next mail; a server that says 421 is about to hang up."""
        if outcome.code == 421:
            self.is_broken = True
            return
        try:
            self.is_broken = self._client.docmd("RSET")[0] != 250
        except (OSError, smtplib.SMTPException):
            self.is_broken = True


class _Client(smtplib.SMTP):
    """smtplib's client with a bound on the whole of what it does, not only on each byte."""

    context: ssl.SSLContext | None = None

    def __init__(self, host: str, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self._host = host  # smtplib checks the certificate against it
        self._patience = timeout
        self._until = time.monotonic() + timeout

    def start(self, seconds: float) -> None:
        """Let everything until the next start take so long at most."""
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Return how long one wait may take now. Raises TimeoutError when the time is over."""
        left = min(self._patience, self._until - time.monotonic())
        if left <= 0:
            raise TimeoutError
        return left

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = socket.create_connection((host, port), self.left())
        if self.context is None:
            return sock
        try:
            return self.context.wrap_socket(sock, server_hostname=host)
        except OSError:
            sock.close()
            raise

    def getreply(self) -> tuple[int, bytes]:
        """Return the server's answer, waiting no longer than may be."""
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Timed(self.sock, self))
        return super().getreply()

    def send(self, s: object) -> None:
        """Send bytes, waiting no longer than may be."""
        if self.sock is not None:
            self.sock.settimeout(self.left())
        super().send(s)  # type: ignore[arg-type]


class _Timed(io.RawIOBase):
    """Reads from a socket, each time no longer than the client has left."""

    def __init__(self, sock: socket.socket, client: _Client) -> None:
        self._sock, self._client = sock, client

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        self._sock.settimeout(self._client.left())
        return self._sock.recv_into(buffer)  # type: ignore[arg-type]


@contextmanager
def _told() -> Iterator[None]:
    """Turn what goes wrong while a connection is opened into an outcome."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        words = "The mail server refuses our log-in; check user and password."
        raise _Reply(Outcome(Result.TEMPORARY, error.smtp_code, words, alarm=True)) from error
    except ssl.SSLError as error:
        words = "The mail server's certificate is not the right one; nothing is sent."
        raise _Reply(Outcome(Result.TEMPORARY, words=words, alarm=True)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise _Reply(
            Outcome(Result.TEMPORARY, words=f"The mail server cannot be reached ({_kind(error)}).")
        ) from error


def _expect(reply: tuple[int, bytes], asked: str, wanted: int = 250) -> None:
    """Pass over the wanted answer; any other is an outcome, of which only the code is told."""
    code = reply[0]
    if code == wanted or (wanted == 250 and code == 251):
        return
    if code == -1:
        raise smtplib.SMTPServerDisconnected
    permanent = 500 <= code < 600 and asked in {"RCPT", "the mail"}
    words = f"The mail server answered {code} to {asked}."
    alarm = 500 <= code < 600 and not permanent
    raise _Reply(Outcome(Result.PERMANENT if permanent else Result.TEMPORARY, code, words, alarm))


def _dotted(data: bytes) -> bytes:
    """Return a mail as it goes over the wire: dots at the begin of lines doubled, ended by a lone dot."""
    return data.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _has_unread(sock: socket.socket) -> bool:
    """Whether something lies unread, or the other side hung up; the socket does not block."""
    if isinstance(sock, ssl.SSLSocket):
        try:
            return sock.recv(1) is not None
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
    try:
        return sock.recv(1, socket.MSG_PEEK) is not None
    except BlockingIOError:
        return False


def _kind(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, socket.gaierror):
        return "no such host"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    return "it hung up"


def _context(server: Server) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=server.ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise ServerError(f"{server.ca_file}: the certificates cannot be read.") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
