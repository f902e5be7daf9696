"""A virus scanner beside the office: clamd, asked by its INSTREAM command over a socket of this machine.

The one library for it is under the LGPL and has had no release for years; the command is a dozen lines: lengths of
four bytes, the pieces, a zero, and one line back that ends in ``OK`` or in ``FOUND``.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from engine.core.errors import SpeanError

#: So long one answer may take, in seconds; ten megabytes take clamd about one.
_PATIENCE = 20
_PIECE, _LONGEST_ANSWER = 64 * 1024, 4096


class InfectedError(SpeanError):
    """The virus scanner refuses this file; do not open it, and ask for it anew."""


class ScannerError(SpeanError):
    """The virus scanner does not answer, so no file is taken now; tell your administrator, and try again later."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """Asks a scanner. ``address``: a path of a socket, or ``host:port``; empty: there is none, all is taken."""

    address: str

    def check(self, content: bytes) -> None:
        """Let a clean content pass. Raises InfectedError, and ScannerError where nothing is known of it."""
        if not self.address:
            return
        try:
            answer = self._ask(content)
        except OSError as error:
            raise ScannerError from error
        if answer.endswith(b"FOUND"):
            raise InfectedError
        if not answer.endswith(b"OK"):
            raise ScannerError

    def _ask(self, content: bytes) -> bytes:
        with closing(self._connect()) as line:
            line.sendall(b"zINSTREAM\0")
            for piece in _pieces(content):
                line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(bytes(4))
            answer = b""
            while b"\0" not in answer and len(answer) < _LONGEST_ANSWER and (more := line.recv(_LONGEST_ANSWER)):
                answer += more
        return answer.partition(b"\0")[0].strip()

    def _connect(self) -> socket.socket:
        host, _, port = self.address.rpartition(":")
        if port.isdecimal():
            return socket.create_connection((host, int(port)), _PATIENCE)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(_PATIENCE)
        line.connect(self.address)
        return line


def _pieces(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]
