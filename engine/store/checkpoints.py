"""Checkpoints: a root over all streams, to be published where nobody who can change the database can change it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.core.errors import SpeanError
from engine.store.journal import Head, root

#: What every published line begins with.
FIRST_WORD = "spean checkpoint"


class CheckpointError(SpeanError):
    """This is no published checkpoint; give the line that was printed, mailed or written into the file."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The root (32 bytes) over so many streams with so many entries at an instant (UTC)."""

    number: int
    made: datetime
    root: bytes
    streams: int
    entries: int

    def line(self) -> str:
        """Return the one line that is published."""
        made = self.made.astimezone(UTC).isoformat(timespec="seconds")
        return (
            f"{FIRST_WORD} {self.number} {made} streams {self.streams} entries {self.entries} root {self.root.hex()}"
        )


def read_line(line: str) -> Checkpoint:
    """Return the checkpoint of a published line. Raises CheckpointError."""
    words = line.split()
    try:
        if " ".join(words[:2]) != FIRST_WORD or words[4:9:2] != ["streams", "entries", "root"] or len(words) != 10:
            raise CheckpointError
        made = datetime.fromisoformat(words[3])
        return Checkpoint(int(words[2]), made, bytes.fromhex(words[9]), int(words[5]), int(words[7]))
    except (ValueError, IndexError) as error:
        raise CheckpointError from error


def checkpoint_of(number: int, made: datetime, heads: Iterable[Head]) -> tuple[Checkpoint, bytes]:
    """Return the checkpoint over the heads, and the heads as they are kept beside it."""
    found = sorted(heads)
    return Checkpoint(number, made, root(found), len(found), sum(one.seq for one in found)), pack(found)


def pack(heads: Iterable[Head]) -> bytes:
    """Return heads in compressed form, one line each."""
    return zlib.compress("".join(f"{one.stream}\t{one.seq}\t{one.hash.hex()}\n" for one in heads).encode(), 6)


def unpack(packed: bytes) -> list[Head]:
    """Return the packed heads. Raises CheckpointError where they are damaged."""
    try:
        lines = zlib.decompress(packed).decode().splitlines()
        parts = [line.split("\t") for line in lines]
        return [Head(stream, int(seq), bytes.fromhex(digest)) for stream, seq, digest in parts]
    except (zlib.error, ValueError) as error:
        raise CheckpointError("The heads kept beside a checkpoint are damaged.") from error
