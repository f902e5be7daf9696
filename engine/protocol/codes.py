"""The registry of problem codes: each is listed once, is never given another meaning and is never used again.

SP1xx: reading the text of a file (``codes_reading.py``). A new topic is a module ``codes_<topic>.py`` with a tuple of
explanations, added to ``TOPICS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from engine.protocol.codes_reading import READING
from engine.protocol.explanation import Explanation
from engine.protocol.problems import Place, Problem

TOPICS: tuple[tuple[Explanation, ...], ...] = (READING,)


def index_codes(topics: Iterable[tuple[Explanation, ...]]) -> Mapping[str, Explanation]:
    """Return the explanations by code; a code listed twice is a mistake of ours and raises ValueError."""
    listed: dict[str, Explanation] = {}
    for explanation in (one for topic in topics for one in topic):
        if explanation.code in listed:
            raise ValueError(f"problem code {explanation.code} is listed twice")
        listed[explanation.code] = explanation
    return MappingProxyType(listed)


CODES: Mapping[str, Explanation] = index_codes(TOPICS)


def problem(code: str, place: Place, message: str, hint: str, path: str = "") -> Problem:
    """Return a problem with the severity its code is listed with; an unlisted code raises KeyError."""
    return Problem(code, CODES[code].severity, place, path, message, hint)
