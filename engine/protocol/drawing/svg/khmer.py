"""Where a line of Khmer may end. Khmer writes no spaces between words: known words stay whole, no syllable is cut.

The words come from a list; what is not in it may break between any two syllables. A zero-width space says where the
writer wants it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from engine.protocol.drawing.svg.khmer_words import WORDS

ZERO_WIDTH_SPACE = "\u200b"
#: A sign with all that hangs on it: subscripts behind a coeng, vowels, marks; or a run of digits.
_CLUSTER = re.compile(
    r"[\u17e0-\u17e9]+|[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17d3\u17dd\u200c\u200d])*|.", re.DOTALL
)
_RUNS = re.compile(
    r"[\u1780-\u17d3\u17dd\u17e0-\u17e9\u200c\u200d]+|[^\u1780-\u17d3\u17dd\u17e0-\u17e9\u200c\u200d]+"
)
_RUN = re.compile(r"[\u1780-\u17d3\u17dd\u17e0-\u17e9\u200c\u200d]+")
#: Signs that never begin a line: the repetition sign and the ends of sentences.
_STICKS = re.compile(r"[\u17d4-\u17da*»”)\].,;:?!%\u00a0]+")
_KNOWN = frozenset(WORDS)
_LONGEST = max(map(len, _KNOWN))


def is_khmer(text: str) -> bool:
    """Return whether a text holds Khmer letters."""
    return _RUN.search(text) is not None


def clusters(text: str) -> list[str]:
    """Return the pieces that are never cut: syllables as they are written, and every other sign by itself."""
    return _CLUSTER.findall(text)


@lru_cache(maxsize=8192)
def pieces(word: str) -> tuple[str, ...]:
    """Return the pieces of a word between which a line may end: all of it, less its zero-width spaces."""
    found: list[str] = []
    for part in filter(None, word.split(ZERO_WIDTH_SPACE)):
        begin = len(found)
        for run in _RUNS.findall(part):
            if _RUN.match(run):
                found.extend(_words(run))
            elif len(found) > begin and (stuck := _STICKS.match(run)):
                found[-1] += stuck.group()
                found.extend(filter(None, [run[stuck.end() :]]))
            else:
                found.append(run)
    return tuple(_opened(found))


def _opened(found: list[str]) -> list[str]:
    """Join a quotation mark or bracket that opens to what follows it."""
    joined: list[str] = []
    opening = ""
    for piece in found:
        if piece in {"«", "“", "(", "["}:
            opening += piece
            continue
        joined.append(opening + piece)
        opening = ""
    return [*joined, opening] if opening else joined


def _words(run: str) -> list[str]:
    """Return a run of Khmer in words: as few unknown syllables as can be, then as few words."""
    parts = clusters(run)
    best: list[tuple[int, int, int]] = [(0, 0, 0)]
    for end in range(1, len(parts) + 1):
        unknown, count, _ = best[end - 1]
        choice = (unknown + 1, count + 1, end - 1)
        text = ""
        for start in range(end - 1, -1, -1):
            text = parts[start] + text
            if len(text) > _LONGEST:
                break
            if text in _KNOWN:
                unknown, count, _ = best[start]
                choice = min(choice, (unknown, count + 1, start))
        best.append(choice)
    found, end = [], len(parts)
    while end:
        start = best[end][2]
        found.append("".join(parts[start:end]))
        end = start
    return found[::-1]
