"""Every problem code has a planted mistake, reported at its line and column with a usable suggestion."""

from __future__ import annotations

import re
import unicodedata

import pytest

from engine.protocol.codes.registry import CODES
from engine.protocol.compile import compile as compile_protocol
from engine.protocol.problems import Problem, Severity
from tests.planted import FULL, PLANTED, Planted, full_sources, plant

#: Reading codes: line and column in the code's own wrong example, and what the suggestion must contain.
READING: dict[str, tuple[int, int, str]] = {
    "SP101": (1, 1, "under `include`"),
    "SP102": (1, 1, "UTF-8"),
    "SP103": (1, 1, "`spean: 1`"),
    "SP104": (1, 1, "`spean: 1`"),
    "SP105": (20000, 3, "under `include`"),
    "SP106": (1, 23, "brackets too many"),
    "SP107": (1, 4, "Shorten it"),
    "SP108": (1, 1, "short key"),
    "SP109": (1, 4, "in quotes"),
    "SP110": (1, 16, "year-month-day"),
    "SP111": (201, 4, "check the file again"),
    "SP120": (2, 1, "another name"),
    "SP121": (1, 7, "write values out"),
    "SP122": (1, 7, "Write the value out"),
    "SP123": (2, 3, "`defaults`"),
    "SP124": (1, 7, "Delete it"),
    "SP125": (2, 1, "a file of its own"),
    "SP126": (1, 1, "plain key"),
    "SP127": (1, 1, "before the colon"),
    "SP128": (1, 1, "Delete the line"),
    "SP130": (1, 6, "Delete it"),
    "SP131": (1, 5, "Delete it"),
    "SP132": (1, 1, '"UTF-8"'),
    "SP133": (1, 10, "ordinary space"),
    "SP134": (1, 6, "Delete it"),
    "SP135": (1, 8, "straight quotes"),
    "SP136": (1, 8, "`72 hours`"),
    "SP140": (2, 1, "Use spaces"),
    "SP141": (2, 1, "line 1"),
    "SP142": (1, 17, "before #"),
    "SP143": (1, 7, "in quotes"),
    "SP144": (1, 7, "blank lines"),
    "SP145": (3, 5, "as far as"),
    "SP150": (1, 4, "quotation mark"),
    "SP151": (1, 6, "commas"),
    "SP152": (1, 18, "in quotes"),
    "SP153": (2, 1, "`key: value`"),
    "SP154": (3, 3, "as far as"),
    "SP155": (1, 5, "in quotes"),
    "SP156": (1, 10, "single quotes"),
    "SP157": (1, 9, "next line"),
    "SP158": (1, 6, "its own line"),
    "SP159": (1, 8, "neighbours"),
    "SP160": (1, 21, "quotes"),
}
_SHOWN = {"TAB": "\t", "BYTE ORDER MARK": "\ufeff"}
_MADE: dict[str, str | bytes] = {
    "SP101": b"a: 1\n" * 60_000,
    "SP102": "spean: 1".encode("utf-16"),
    "SP105": "- a\n" * 30_000,
    "SP107": "a: " + "t" * 12_000,
    "SP108": "k" * 300 + ": 1",
    "SP111": "- x\u00a0y\n" * 500,
}


def wrong(code: str) -> str | bytes:
    """Return the wrong example of a reading code, with the characters it names in angle brackets."""
    if code in _MADE:
        return _MADE[code]
    return re.sub("<([A-Z -]+)>", lambda m: _SHOWN.get(m[1]) or unicodedata.lookup(m[1]), CODES[code].wrong)


def with_code(code: str, problems: tuple[Problem, ...]) -> list[Problem]:
    """Return the problems of one code."""
    return [one for one in problems if one.code == code]


@pytest.mark.parametrize("code", READING)
def test_mistake_of_reading_is_placed(code: str) -> None:
    """A protocol file with the mistake of a reading code is refused at its line and column, with a suggestion."""
    line, column, hint = READING[code]
    compiled = compile_protocol({"p.yaml": wrong(code)}, "p.yaml")
    assert compiled.protocol is None
    (found,) = with_code(code, compiled.problems)
    assert (found.place.file, found.place.line, found.place.column) == ("p.yaml", line, column)
    assert hint in found.hint


@pytest.mark.parametrize("mistake", PLANTED, ids=str)
def test_planted_mistake_is_placed(mistake: Planted) -> None:
    """A mistake planted into a right protocol is told once, at its line and column, with a usable suggestion."""
    sources, place = plant(mistake)
    compiled = compile_protocol(sources, FULL)
    (found,) = with_code(mistake.code, compiled.problems)
    assert (found.place.file, found.place.line, found.place.column) == place
    assert mistake.hint in found.hint
    assert found.severity is CODES[mistake.code].severity
    assert (compiled.protocol is None) is any(one.severity is Severity.ERROR for one in compiled.problems)


def test_full_protocol_is_clean() -> None:
    """The protocol into which mistakes are planted has no problem of its own."""
    compiled = compile_protocol(full_sources(), FULL)
    assert compiled.problems == ()
    assert compiled.protocol is not None


def test_every_code_has_a_planted_mistake() -> None:
    """No code is listed without a mistake that shows it, and none is planted that is not listed."""
    planted = [one.code for one in PLANTED]
    assert sorted([*READING, *planted]) == sorted(CODES)
