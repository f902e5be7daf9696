"""The client of the standard library, with bounds: on the time of all it does, and on what it listens to."""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from notifiers.reply import NonsenseError

#: One answer of a server may have so many bytes; those of real servers have a few hundred.
LONGEST_ANSWER = 64 * 1024
_PIECE = 16 * 1024
#: What ``getaddrinfo`` returns: family, kind, protocol, name, address.
_Place = tuple[Any, Any, int, str, Any]


class Client(smtplib.SMTP):
    """Speaks to one server. Everything it does fits into the time that was given by ``start``.

    ``name``: how it calls itself; never the name of this machine, which would stand in every mail.
    """

    context: ssl.SSLContext | None = None

    def __init__(self, host: str, name: str, timeout: float) -> None:
        super().__init__(local_hostname=name, timeout=timeout)
        self._host = host  # smtplib checks the certificate against it
        self.start(timeout)

    def start(self, seconds: float, patience: float = 0) -> None:
        """Let everything until the next start take so many seconds; one wait ``patience``, by default the timeout."""
        self._until = time.monotonic() + seconds
        self._patience = patience or self.timeout

    def left(self) -> float:
        """Return how many seconds one wait may take now. Raises TimeoutError when the time is over."""
        left = min(self._patience, self._until - time.monotonic())
        if left <= 0:
            raise TimeoutError
        return left

    @property
    def is_quiet(self) -> bool:
        """Whether the server waits for us: it has said nothing that was not read, and has not hung up."""
        if self.sock is None or (self.file is not None and self.file.has_unread):
            return False
        try:
            self.sock.settimeout(0)
            self.sock.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            return False
        return False

    def getreply(self) -> tuple[int, bytes]:
        """Return the server's answer. Raises SMTPServerDisconnected where none comes in time."""
        if self.file is None:
            self.file = _Answers(self._open_sock, self)
        self.file.start()
        return super().getreply()

    def putcmd(self, cmd: str, args: str = "") -> None:
        """Send a command. Raises SMTPServerDisconnected where the server talks out of turn."""
        self._listen()
        super().putcmd(cmd, args)

    def send(self, s: Any) -> None:
        """Send bytes or ASCII text, piece by piece. Raises SMTPServerDisconnected."""
        sock, data = self._open_sock, s.encode("ascii") if isinstance(s, str) else s
        try:
            for at in range(0, len(data), _PIECE):
                sock.settimeout(self.left())
                sock.sendall(data[at : at + _PIECE])
        except OSError as error:
            self.close()
            raise smtplib.SMTPServerDisconnected from error

    def secure(self, context: ssl.SSLContext) -> None:
        """Go on under TLS, after a yes to STARTTLS; what the server said before is forgotten. Raises OSError."""
        self._listen()
        sock = self._open_sock
        sock.settimeout(self.left())
        self.sock = context.wrap_socket(sock, server_hostname=self._host)
        self.file = None
        self.ehlo_resp = None
        self.esmtp_features = {}

    def send_mail(self, data: bytes) -> None:
        """Send a whole mail and its end; dots that begin a line are doubled. Raises SMTPServerDisconnected."""
        self._listen()
        self.send(data.replace(b"\r\n.", b"\r\n..") + b".\r\n")

    @property
    def _open_sock(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected
        return self.sock

    def _listen(self) -> None:
        """Take an answer that nobody asked for as the end: every later one would be taken for another's."""
        if self.file is not None and self.file.has_unread:
            self.close()
            raise smtplib.SMTPServerDisconnected from NonsenseError()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        failed = OSError()
        for family, kind, protocol, _, address in look_up(host, port, self.left()):
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(self.left())
                sock.connect(address)
                return self.context.wrap_socket(sock, server_hostname=host) if self.context else sock
            except OSError as error:
                sock.close()
                failed = error
        raise failed


class _Answers:
    """What a server says, line by line; each wait is no longer than the client has left."""

    def __init__(self, sock: socket.socket, client: Client) -> None:
        self._sock, self._client = sock, client
        self._unread = b""
        self._room = LONGEST_ANSWER

    @property
    def has_unread(self) -> bool:
        """Whether more was said than was asked for."""
        return bool(self._unread)

    def start(self) -> None:
        """Begin a new answer."""
        self._room = LONGEST_ANSWER

    def readline(self, limit: int) -> bytes:
        """Return the next line, of ``limit`` bytes at most; nothing, where the server hung up. Raises OSError."""
        while b"\n" not in self._unread:
            self._sock.settimeout(self._client.left())
            heard = self._sock.recv(4096)
            if not heard:
                return b""
            self._unread += heard
            if len(self._unread) > limit:
                raise NonsenseError
        line, end, self._unread = self._unread.partition(b"\n")
        self._room -= len(line)
        if self._room < 0:
            raise NonsenseError
        return line + end

    def close(self) -> None:
        """Nothing is kept open; the socket is the client's."""


def look_up(host: str, port: int, seconds: float) -> list[_Place]:
    """Return where a host is. Raises TimeoutError after so many seconds, which the system's own look-up would not."""
    found: SimpleQueue[list[_Place] | OSError] = SimpleQueue()

    def work() -> None:
        try:
            found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            found.put(error)

    Thread(target=work, daemon=True).start()
    try:
        answer = found.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer
