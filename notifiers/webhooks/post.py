"""One call over HTTP: the client of the standard library, with bounds on time and on what it listens to.

No redirect is followed, no proxy asked, no cookie kept. Of the answer only its status is read.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from threading import Timer
from time import monotonic

from notifiers.client import look_up
from notifiers.webhooks.target import Target, TargetError, check_addresses, read_target

AGENT = "Spean"
#: A whole call may take so many seconds, from the look-up of the name to the status of the answer.
SECONDS = 10.0


class PostError(Exception):
    """The call was not answered; the words say why, and repeat nothing of what the receiver said."""


class TrustError(ValueError):
    """The certificates of the authority cannot be read; the sentence says which file."""


class Poster:
    """Sends calls. ``allowed``: hosts, by name, that may have an address inside a network."""

    def __init__(self, allowed: Collection[str] = (), ca_file: str = "", seconds: float = SECONDS) -> None:
        """Trust the authorities of this machine, or those of a file. Raises TrustError."""
        self._allowed = frozenset(one.lower() for one in allowed)
        self._seconds = seconds
        try:
            self._context = ssl.create_default_context(cafile=ca_file or None)
        except (OSError, ValueError) as error:
            raise TrustError(f"{ca_file}: the certificates cannot be read; the file must be in PEM form.") from error
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send a body of JSON and return the status of the answer. Raises PostError, and TargetError."""
        target = read_target(url)
        with _in_words(), _Connection(target, self._context, self._allowed, self._seconds) as connection:
            connection.request(
                "POST",
                target.path,
                body,
                {**headers, "Content-Type": "application/json", "User-Agent": AGENT, "Connection": "close"},
            )
            with connection.getresponse() as answer:
                return answer.status


class _Connection(HTTPConnection):
    """A connection that ends when its time is over, whatever the other side does to keep it open."""

    def __init__(self, target: Target, context: ssl.SSLContext, allowed: Collection[str], seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._target, self._context, self._allowed = target, context, allowed
        self._until = monotonic() + seconds
        self._is_late = False
        self._end = Timer(seconds, self._hang_up)
        self._end.daemon = True

    def __enter__(self) -> _Connection:
        self._end.start()
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._end.cancel()
        self.close()
        if self._is_late:  # what was read by then may be half an answer
            raise TimeoutError from error

    def connect(self) -> None:
        """Connect to an address that may be reached. Raises TargetError and OSError."""
        places = look_up(self.host, self.port, self._left())
        check_addresses(self._target, [str(place[4][0]) for place in places], self._allowed)
        failed = OSError()
        for family, kind, protocol, _, address in places:
            self.sock = socket.socket(family, kind, protocol)
            try:
                self.sock.settimeout(self._left())
                self.sock.connect(address)
                return self._secure()
            except OSError as error:
                self.sock.close()
                failed = error
        raise failed

    def _secure(self) -> None:
        """Go on under TLS; the certificate must be that of the name, wherever it led."""
        self.sock.settimeout(self._left())
        if self._target.secure:
            secured = self._context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = secured
            self._left()  # where the time ended just now, the socket of before was hung up, and not this one
            secured.do_handshake()

    def _left(self) -> float:
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _hang_up(self) -> None:
        """End whatever waits on the socket, from the side; a read under TLS then fails as on a lost line."""
        self._is_late = True
        sock: socket.socket | None = self.sock
        if sock is not None:
            try:
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            except OSError:
                return  # it is closed already


@contextmanager
def _in_words() -> Iterator[None]:
    """Say in a few words why there was no answer."""
    try:
        yield
    except TargetError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise PostError("its certificate is not trusted") from error
    except TimeoutError as error:
        raise PostError("no answer in time") from error
    except socket.gaierror as error:
        raise PostError("its name is not known") from error
    except (OSError, HTTPException, ValueError) as error:
        raise PostError("no connection, or no answer in HTTP") from error
