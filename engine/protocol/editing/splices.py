"""A text with a few of its parts replaced, everything else byte for byte as it was, line ends included."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Splice:
    """``text[start:end]`` becomes ``new``; the places are those of the text with ``\\n`` as its only line end."""

    start: int
    end: int
    new: str


def splice(raw: str, splices: Iterable[Splice]) -> str:
    """Return the text with its parts replaced. New lines end as the first line of the text does."""
    pairs = [match.start() - number for number, match in enumerate(re.finditer("\r\n", raw))]
    line_end = found[0] if (found := re.search("\r\n|\r|\n", raw)) else "\n"
    pieces, last = [], 0
    for one in sorted(splices, key=lambda part: (part.start, part.end)):
        start, end = (place + bisect_left(pairs, place) for place in (one.start, one.end))
        pieces += [raw[last:start], one.new.replace("\n", line_end)]
        last = end
    return "".join([*pieces, raw[last:]])
