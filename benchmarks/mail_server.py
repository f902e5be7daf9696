"""A mail server that forgets what it takes; it says its port, and ends with its input."""

from __future__ import annotations

import socket
import sys
from typing import Any

from aiosmtpd.controller import Controller


class _Forgetful:
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail."""
        return "250 2.0.0 taken"


def main() -> None:
    """Serve until the standard input ends."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = Controller(_Forgetful(), hostname="127.0.0.1", port=port, server_hostname="localhost")
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
