"""A mail server on this machine that keeps every mail as a file: for the demo and for trying an office out.

``python -m notifiers.sink --port 2525 --folder mail`` runs one until Ctrl-C. It listens on loopback only.
"""

from __future__ import annotations

import argparse
import socket
import sys
from pathlib import Path
from threading import Event
from typing import Any

from aiosmtpd.controller import Controller

from notifiers.file import write_whole

HOST = "127.0.0.1"


class Sink:
    """Takes every mail. ``port`` 0: a free one, which ``port`` says after the start. ``count``: mails kept since."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        """Keep mails in this folder, numbered as they come; what lies there already stays."""
        self.folder = folder
        self.port = port
        self.count = 0
        self._number = 0
        self._server: Controller | None = None

    def start(self) -> None:
        """Begin to listen. Raises OSError where the folder cannot be made, or the port is taken."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._number = max((int(one.stem) for one in self.folder.glob("*.eml") if one.stem.isdecimal()), default=0)
        with socket.create_server((HOST, self.port)) as probe:
            self.port = probe.getsockname()[1]
        self._server = Controller(self, hostname=HOST, port=self.port, server_hostname="localhost")
        self._server.start()

    def stop(self) -> None:
        """Stop listening. May be called again."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep a mail, and answer for it only then."""
        try:
            self._keep(envelope.original_content)
        except OSError:
            return "452 4.3.1 the folder of mails cannot be written"
        self.count += 1
        return "250 2.0.0 kept"

    def _keep(self, data: bytes) -> None:
        """Write a mail into a new file; a crash may leave an empty one, never half a mail and never one for two."""
        path = self._claimed()
        try:
            write_whole(path, data)
        except OSError:
            path.unlink(missing_ok=True)
            raise

    def _claimed(self) -> Path:
        """Return a new file with the next number that nobody has, not even another sink of this folder."""
        while True:
            self._number += 1
            path = self.folder / f"{self._number:05}.eml"
            try:
                path.open("xb").close()
            except FileExistsError:
                continue
            return path


def main(arguments: list[str] | None = None) -> None:
    """Run a sink until Ctrl-C. Raises SystemExit, with a sentence where it cannot run."""
    parser = argparse.ArgumentParser(
        prog="python -m notifiers.sink", description="A mail server on this machine that keeps every mail as a file."
    )
    parser.add_argument("--port", type=_port, default=2525, help="0 for a free one; by default 2525")
    parser.add_argument("--folder", type=Path, default=Path("mail"), help="where mails are kept; by default mail")
    given = parser.parse_args(arguments)
    sink = Sink(given.folder, given.port)
    try:
        sink.start()
    except OSError as error:
        why = (error.strerror or "no reason is known").split(" (")[0].lower()
        sys.exit(f"No mail can be kept in {given.folder} over port {given.port}: {why}.")
    sys.stdout.write(f"Mail to {HOST}:{sink.port} is kept in {given.folder}. Ctrl-C ends it.\n")
    sys.stdout.flush()
    try:
        Event().wait()
    except KeyboardInterrupt:
        sink.stop()


def _port(text: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() else -1
    if not 0 <= number < 2**16:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return number


if __name__ == "__main__":
    main()
