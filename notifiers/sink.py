"""A mail server on this machine that keeps every mail as a file: for the demo and for trying an office out.

``python -m notifiers.sink --port 2525 --folder mail`` runs one until Ctrl-C. It listens on loopback only.
"""

from __future__ import annotations

import argparse
import socket
import sys
from pathlib import Path
from threading import Event, Lock
from typing import Any

from aiosmtpd.controller import Controller

from notifiers.file import write_whole

HOST = "127.0.0.1"


class Sink:
    """Takes every mail. ``port`` 0: a free one, which ``port`` says after the start."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        """Keep mails in this folder, numbered as they come."""
        self.folder = folder
        self.port = port or _free_port()
        self.count = 0
        self._lock = Lock()
        self._server: Controller | None = None

    def start(self) -> None:
        """Begin to listen."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._server = Controller(self, hostname=HOST, port=self.port)
        self._server.start()

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep a mail, and answer for it only then."""
        with self._lock:
            self.count += 1
            number = self.count
        content = envelope.original_content or b""
        write_whole(self.folder / f"{number:05}.eml", content)
        return "250 kept"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def main(arguments: list[str] | None = None) -> None:
    """Run a sink until Ctrl-C."""
    parser = argparse.ArgumentParser(description="A mail server on this machine that keeps every mail as a file.")
    parser.add_argument("--port", type=int, default=2525)
    parser.add_argument("--folder", type=Path, default=Path("mail"))
    given = parser.parse_args(arguments)
    sink = Sink(given.folder, given.port)
    sink.start()
    sys.stdout.write(f"Mail to {HOST}:{sink.port} is kept in {given.folder}. Ctrl-C ends it.\n")
    sys.stdout.flush()
    try:
        Event().wait()
    except KeyboardInterrupt:
        sink.stop()


if __name__ == "__main__":
    main()
