"""Chains and roots: what they show, and what only a published root shows."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.store.checkpoints import CheckpointError, checkpoint_of, pack, read_line, unpack
from engine.store.journal import START, Entry, Head, chain, flaw_of, root
from tests.unit.store.test_codec import AT

BODIES = [f'{{"n":{number}}}'.encode() for number in range(20)]


def entries() -> list[Entry]:
    """Return a whole chain of twenty entries."""
    return list(chain("case:a", 0, START, BODIES))


def first_break(found: list[Entry], former: bytes = START, after: int = 0) -> int | None:
    """Return the number at which the first entry stands that does not follow; None for a whole chain."""
    head = Head("case:a", after, former)
    for entry in found:
        if flaw_of(entry, head):
            return head.seq + 1
        head = Head("case:a", entry.seq, entry.hash)
    return None


def test_a_whole_chain_has_no_break() -> None:
    """Entries as they were written follow one from another, also from a place on."""
    whole = entries()
    assert first_break(whole) is None
    assert first_break(whole[5:], whole[4].hash, 5) is None
    assert first_break([]) is None


@given(at=st.integers(0, 19), byte=st.integers(0, 6))
def test_an_edited_entry_breaks_the_chain_where_it_stands(at: int, byte: int) -> None:
    """One changed byte of a body is found at its entry."""
    found = entries()
    body = bytearray(found[at].body)
    body[byte] ^= 1
    found[at] = replace(found[at], body=bytes(body))
    assert first_break(found) == at + 1


@given(one=st.integers(0, 19), two=st.integers(0, 19))
def test_swapped_deleted_and_inserted_entries_break_the_chain(one: int, two: int) -> None:
    """Whatever is done in the middle of a chain shows; a cut tail alone does not."""
    whole = entries()
    if one != two:
        swapped = list(whole)
        swapped[one], swapped[two] = swapped[two], swapped[one]
        assert first_break(swapped) == min(one, two) + 1
    deleted = whole[:one] + whole[one + 1 :]
    assert first_break(deleted) == (one + 1 if one < 19 else None)
    assert first_break([*whole[:one], whole[two], *whole[one:]]) is not None or one == two == 0


def test_an_entry_of_another_stream_does_not_fit() -> None:
    """The name of the stream is hashed, so a chain cannot be given to another case."""
    first = entries()[0]
    assert flaw_of(first, Head("case:a", 0, START)) == ""
    assert flaw_of(first, Head("case:b", 0, START)) != ""


def test_a_root_changes_with_every_head_and_not_with_their_order() -> None:
    """Any stream, number or hash that is another, missing or added gives another root."""
    heads = [Head(f"case:{number}", number + 1, bytes([number + 1]) * 32) for number in range(9)]
    whole = root(heads)
    shuffled = list(heads)
    random.Random(1).shuffle(shuffled)
    assert root(shuffled) == whole
    others = [root(heads[:-1]), root([*heads, Head("case:x", 1, bytes(32))]), root([])]
    for at, head in enumerate(heads):
        changed = (replace(head, seq=99), replace(head, hash=bytes(32)), replace(head, stream="case:z"))
        others += [root([*heads[:at], other, *heads[at + 1 :]]) for other in changed]
    assert whole not in others
    assert len(set(others)) == len(others)


def test_a_published_line_is_read_again() -> None:
    """The line that is printed or mailed holds the whole checkpoint."""
    made, packed = checkpoint_of(7, AT, [Head("case:a", 3, b"x" * 32), Head("directory", 4, b"y" * 32)])
    assert read_line(made.line() + "\n") == made
    assert made.entries == 7
    assert unpack(packed) == sorted(unpack(packed))


@pytest.mark.parametrize(
    "line", ["", "spean checkpoint", "spean checkpoint x y streams 1 entries 2 root z", "a " * 10]
)
def test_what_is_no_published_line_is_told(line: str) -> None:
    """Anything else is refused with what to give."""
    with pytest.raises(CheckpointError, match="no published checkpoint"):
        read_line(line)


@pytest.mark.parametrize("packed", [b"", b"nothing", pack([])[:-1]])
def test_damaged_heads_are_told(packed: bytes) -> None:
    """Heads that cannot be read raise one error."""
    with pytest.raises(CheckpointError, match="damaged"):
        unpack(packed)
