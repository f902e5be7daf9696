"""A program outside that is told what happens: a real HTTP server on this machine that answers as it is told."""

from __future__ import annotations

import hmac
import json
import ssl
import threading
import time
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class Got:
    """One call as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """Its id."""
        return self.headers["webhook-id"]

    @property
    def document(self) -> dict[str, Any]:
        """What it says."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    def is_signed_with(self, secret: str) -> bool:
        """Count the sum again, as the specification says, and look whether one of the signatures is it."""
        content = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        made = hmac.new(b64decode(secret.removeprefix("whsec_")), content, sha256).digest()
        return f"v1,{b64encode(made).decode()}" in self.headers["webhook-signature"].split(" ")


@dataclass
class Receiver:
    """Keeps what it got. ``status``: of its answers; ``waits``: seconds before one,
    or until it is `released`; ``drips``: it never ends."""

    status: int = 204
    location: str = ""
    waits: float = 0
    drips: bool = False
    tls: ssl.SSLContext | None = None
    got: list[Got] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Receiver:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.got.append(
                    Got(
                        self.path,
                        {name.lower(): value for name, value in self.headers.items()},
                        self.rfile.read(int(self.headers["Content-Length"])),
                    )
                )
                outer.released.wait(outer.waits)
                if outer.drips:
                    return self.drip()
                self.send_response(outer.status)
                if outer.location:
                    self.send_header("Location", outer.location)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return None

            def drip(self) -> None:
                try:
                    while True:
                        self.wfile.write(b"H")
                        self.wfile.flush()
                        time.sleep(0.1)
                except OSError:
                    return

            do_GET = do_POST  # noqa: N815 - the name of the standard library

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """A client that hangs up is none of ours to complain about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        if self.tls is not None:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Its address."""
        return f"{'https://localhost' if self.tls else 'http://127.0.0.1'}:{self.port}/spean"

    @property
    def kinds(self) -> list[str]:
        """Of what it was told, in order."""
        return [one.document["type"] for one in self.got]
