"""Journal streams: numbered entries, each hashed with its predecessor, and a root over all streams.

A chain shows every entry that was edited, deleted, inserted or swapped. What it cannot show, a tail that was cut, a
stream that vanished or a chain that was reckoned anew, a checkpoint shows that was published outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

#: What stands before the first entry of a stream.
START = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as stored: its stream, its number from 1, its canonical bytes, its hash."""

    stream: str
    seq: int
    body: bytes
    hash: bytes


@dataclass(frozen=True, slots=True, order=True)
class Head:
    """The newest entry of a stream: its number and its hash."""

    stream: str
    seq: int
    hash: bytes


def hash_entry(stream: str, seq: int, body: bytes, former: bytes) -> bytes:
    """Return the SHA-256 that stands for an entry and all before it."""
    return sha256(b"%b\0%d\0%b%b" % (stream.encode(), seq, former, body)).digest()


def chain(stream: str, after: int, former: bytes, bodies: Iterable[bytes]) -> Iterator[Entry]:
    """Yield entries for the bodies, numbered behind ``after``, chained to the hash ``former``."""
    for seq, body in enumerate(bodies, after + 1):
        former = hash_entry(stream, seq, body, former)
        yield Entry(stream, seq, body, former)


def flaw_of(entry: Entry, former: Head) -> str:
    """Return in words why an entry does not follow from the one before it; the empty text where it does."""
    if entry.seq != former.seq + 1:
        return "entries are missing before this one."
    if hash_entry(former.stream, entry.seq, entry.body, former.hash) != entry.hash:
        return "the entry, or one before it, was changed."
    return ""


def root(heads: Iterable[Head]) -> bytes:
    """Return the Merkle root over the heads in the order of their streams; of none, the hash of nothing.

    Leaves and inner nodes are marked, so that one is never taken for the other (RFC 6962, section 2.1).
    """
    level = [sha256(b"\0%b\0%d\0%b" % (head.stream.encode(), head.seq, head.hash)).digest() for head in sorted(heads)]
    if not level:
        return sha256().digest()
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [sha256(b"\1" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0]
