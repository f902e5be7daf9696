"""The registry of problem codes: each is listed once, is never given another meaning and is never used again.

SP1xx: reading the text of a file (``codes_reading.py``), SP2xx: its keys and values (``codes_shape.py``), SP3xx:
names nothing has (``codes_names.py``), SP4xx: sentences (``codes_sentences.py``), SP5xx: what cannot be meant
(``codes_meaning.py``), SP6xx: what is valid but dangerous (``codes_warnings.py``). A new topic is a module
``codes_<topic>.py`` with a tuple of explanations, added to ``TOPICS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from engine.protocol.codes.explanation import Explanation
from engine.protocol.codes.meaning import MEANING
from engine.protocol.codes.names import NAMES
from engine.protocol.codes.reading import READING
from engine.protocol.codes.sentences import SENTENCES
from engine.protocol.codes.shape import SHAPE
from engine.protocol.codes.warnings import WARNINGS
from engine.protocol.problems import Place, Problem

TOPICS: tuple[tuple[Explanation, ...], ...] = (READING, SHAPE, NAMES, SENTENCES, MEANING, WARNINGS)


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
