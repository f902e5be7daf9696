"""The first notifier: writes messages to a text stream, for the demo and for trying things out."""

from __future__ import annotations

from typing import TextIO

from notifiers.message import Message


class Console:
    """Writes each message to the stream, at once."""

    def __init__(self, stream: TextIO) -> None:
        """Write to this stream."""
        self._stream = stream

    def send(self, message: Message) -> None:
        """Write one message. Raises OSError where the stream is gone."""
        self._stream.write(f"To {message.role}: {message.subject}\n")
        self._stream.writelines(f"    {line}\n" for line in message.lines)
