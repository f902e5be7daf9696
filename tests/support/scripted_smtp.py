"""A mail server for tests: raw sockets in threads, and a script that says what it answers at each point.

Points are ``banner``, ``EHLO``, ``STARTTLS``, ``AUTH``, ``MAIL``, ``RCPT``, ``DATA``, ``.`` (the mail is whole),
``RSET``, ``QUIT``. Where the script says nothing, the server is friendly.
"""

from __future__ import annotations

import socket
import ssl
import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread


@dataclass(frozen=True, slots=True)
class Say:
    """Answer this; then go on, or hang up (``close`` in order, ``reset`` not), be silent (``hang``), stop to read
    (``stop``).
    """

    text: str
    then: str = ""
    pause: float = 0  # seconds between two bytes; 0: all at once


#: Do not answer; wait until the other side gives up.
HANG = Say("", "hang")
#: Hang up without an answer.
CLOSE = Say("", "close")
RESET = Say("", "reset")

#: A point's answers: one for always, or some in turn, after which the friendly one comes.
Script = Mapping[str, Say | Sequence[Say]]

_FRIENDLY = {
    "banner": "220 mail.example.org ESMTP",
    "AUTH": "235 2.7.0 welcome",
    "DATA": "354 go on",
    "STARTTLS": "220 go on",
    "QUIT": "221 bye",
}


@dataclass(slots=True)
class Session:
    """One connection: what was asked in clear text and under TLS, and the mails that came whole."""

    clear: list[str] = field(default_factory=list)
    secret: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    ended: bool = False


class _EndedError(Exception):
    """The connection is over."""


class ScriptedSmtp:
    """Answers by a script. ``features``: lines of the answer to EHLO besides STARTTLS and AUTH."""

    def __init__(
        self,
        script: Script | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        at_once: bool = False,
        features: Sequence[str] = (),
        narrow: bool = False,
    ) -> None:
        """``tls``: offer STARTTLS with it, or with ``at_once`` begin with it. ``narrow``: hold few unread bytes."""
        self.sessions: list[Session] = []
        self.script = dict(script or {})
        self._tls, self._at_once, self._features = tls, at_once, features
        self._asked: dict[str, int] = {}
        self._lock, self._over = Lock(), Event()
        self._threads: list[Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        if narrow:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> ScriptedSmtp:
        self._begin(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in list(self._threads):
            thread.join(10)
            assert not thread.is_alive()
        self._listener.close()

    @property
    def mails(self) -> list[bytes]:
        """All mails that came whole, in order of their connections."""
        return [mail for session in self.sessions for mail in session.mails]

    @property
    def asked(self) -> list[str]:
        """All commands, in order of their connections; passwords are shown as they came."""
        return [line for session in self.sessions for line in (*session.clear, *session.secret)]

    def wait_for_ends(self, count: int, seconds: float = 5) -> None:
        """Wait until so many connections have ended."""
        until = time.monotonic() + seconds
        while sum(session.ended for session in self.sessions) < count:
            assert time.monotonic() < until
            time.sleep(0.005)

    def _begin(self, work: object, *arguments: object) -> None:
        thread = Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type] # any function of ours
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            with suppress(TimeoutError):
                sock, _ = self._listener.accept()
                session = Session()
                self.sessions.append(session)
                self._begin(self._serve, sock, session)

    def _serve(self, sock: socket.socket, session: Session) -> None:
        talk = _Talk(sock, self._over)
        try:
            if self._at_once and self._tls is not None:
                talk.secure(self._tls)
            self._answer(talk, "banner")
            while True:
                self._obey(talk, session, talk.line())
        except (_EndedError, OSError):
            pass
        finally:
            talk.sock.close()
            session.ended = True

    def _obey(self, talk: _Talk, session: Session, line: str) -> None:
        (session.secret if talk.is_secret else session.clear).append(line)
        point = line.split(" ", maxsplit=1)[0].upper()
        said = self._answer(talk, point)
        if point == "STARTTLS" and self._tls is not None and said.startswith("220"):
            talk.secure(self._tls)
        elif point == "DATA" and said.startswith("354"):
            session.mails.append(talk.mail())
            self._answer(talk, ".")
        elif point == "QUIT":
            raise _EndedError

    def _answer(self, talk: _Talk, point: str) -> str:
        said = self._said(point, talk)
        talk.say(said)
        return said.text

    def _said(self, point: str, talk: _Talk) -> Say:
        with self._lock:
            turn = self._asked[point] = self._asked.get(point, 0) + 1
        planned = self.script.get(point, ())
        if isinstance(planned, Say):
            return planned
        return planned[turn - 1] if turn <= len(planned) else Say(self._friendly(point, talk))

    def _friendly(self, point: str, talk: _Talk) -> str:
        if point != "EHLO":
            return _FRIENDLY.get(point, "250 2.0.0 ok")
        offers = ["STARTTLS"] if self._tls is not None and not talk.is_secret else []
        return "\r\n".join(
            ["250-mail.example.org", *(f"250-{one}" for one in (*offers, *self._features)), "250 SIZE"]
        )


class _Talk:
    """The server's end of a connection."""

    def __init__(self, sock: socket.socket, over: Event) -> None:
        self.sock, self._over, self._heard = sock, over, b""
        self.sock.settimeout(0.05)

    @property
    def is_secret(self) -> bool:
        """Whether it is under TLS."""
        return isinstance(self.sock, ssl.SSLSocket)

    def secure(self, context: ssl.SSLContext) -> None:
        """Go on under TLS."""
        self.sock.settimeout(5)
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.sock.settimeout(0.05)

    def line(self) -> str:
        """Return the next line, without its end."""
        return self._until(b"\r\n").decode("ascii")

    def mail(self) -> bytes:
        """Return the bytes of a mail, with the lone dot that ends it taken off and doubled dots made single."""
        content = self._until(b"\r\n.\r\n") + b"\r\n"
        return content.replace(b"\r\n..", b"\r\n.")

    def say(self, said: Say) -> None:
        """Answer as the script says."""
        data = said.text.encode() + b"\r\n" if said.text else b""
        for piece in [data[at : at + 1] for at in range(len(data))] if said.pause else [data]:
            self.sock.sendall(piece)
            if said.pause and self._over.wait(said.pause):
                raise _EndedError
        if said.then == "hang":
            self._until(b"\0never")
        if said.then == "stop":
            self._over.wait()
        if said.then == "reset":
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if said.then:
            raise _EndedError

    def _until(self, end: bytes) -> bytes:
        while end not in self._heard:
            with suppress(TimeoutError):
                heard = self.sock.recv(65536)
                if not heard:
                    raise _EndedError
                self._heard += heard
            if self._over.is_set():
                raise _EndedError
        found, _, self._heard = self._heard.partition(end)
        return found


@contextmanager
def nobody_accepts() -> Iterator[int]:
    """Yield a port that lets nobody in: so many wait before it that new ones get no answer at all."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    port: int = listener.getsockname()[1]
    waiting = [socket.socket() for _ in range(4)]
    for one in waiting:
        one.setblocking(False)
        one.connect_ex(("127.0.0.1", port))
    try:
        time.sleep(0.05)
        yield port
    finally:
        for one in (*waiting, listener):
            one.close()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
