"""Characters that mislead the eye, named with their place (28): invisible ones, curly quotes, foreign digits.

Zero-width characters are ordinary in Khmer text, where they part words; curly quotes are ordinary inside prose. Both
are refused only where they change what a protocol means without anyone seeing it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from engine.protocol.codes.registry import problem
from engine.protocol.problems import Problem
from engine.protocol.reading.layout import Layout, Span

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_MARKS = "\ufeff"
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ZERO_WIDTH = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2064\u3164\uffa0"
_CURLY = "\u2018-\u201f"
_DIGITS = "\u0e50-\u0e59\u0ed0-\u0ed9\u1040-\u1049\u17e0-\u17e9\uff10-\uff19"

HARMFUL = re.compile(f"[{_CONTROLS}{_BIDI}{_MARKS}]")
"""Refused everywhere, even in a comment: they cut text short or make a line read otherwise than it is stored."""

UNREADABLE = re.compile(f"[{_CONTROLS}{_BIDI}{_MARKS}{_SPACES}]")
"""Read as a plain space, so that the mistakes around them are found too."""

_INVISIBLE = f"{_CONTROLS}{_BIDI}{_MARKS}{_SPACES}{_ZERO_WIDTH}"
SUSPECT = re.compile(f"[{_INVISIBLE}{_CURLY}{_DIGITS}]")
_MISLEADING = re.compile(f"[{_INVISIBLE}{_CURLY}]")
_HIDDEN = re.compile(f"[{_INVISIBLE}]")
_CURLY_QUOTE = re.compile(f"[{_CURLY}]")
_DIGIT = re.compile(f"[{_DIGITS}]")
_KHMER = re.compile("[\u1780-\u17ff\u19e0-\u19ff]")
_KHMER_WORD = re.compile("[\u1780-\u17d3]")
_KHMER_DIGITS = "០១២៣៤៥៦៧៨៩"
_BEFORE_VALUE = "\n:,?-[{"
_ASIAN_LETTER = re.compile("[\u0e01-\u0e4e\u0e81-\u0ec6\u1000-\u103f\u1780-\u17b3]")
_OPENING_CURLY = re.compile(f"(?:^[ \\t]*|[:,?-][ \\t]+|[\\[{{][ \\t]*)([{_CURLY}])", re.MULTILINE)
ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([^\n]))")
RISKY_ESCAPE = re.compile(r"\\[0abervfxuUNLP_]")
_ESCAPED = dict(zip("0abervfNLP_", "\0\a\b\x1b\r\v\f\x85\u2028\u2029\u00a0", strict=True))

_KINDS = (
    (re.compile(f"[{_MARKS}]"), "SP132"),
    (re.compile(f"[{_BIDI}]"), "SP131"),
    (re.compile(f"[{_SPACES}]"), "SP133"),
    (re.compile(f"[{_ZERO_WIDTH}]"), "SP134"),
)
_HINTS = {
    "SP130": "Delete it; typing the line anew is the surest way.",
    "SP131": "Delete it: such a character can make a line look different from what it says.",
    "SP132": 'Delete it, or save the file as "UTF-8" and not as "UTF-8 with BOM".',
    "SP133": "Replace it by an ordinary space.",
    "SP134": "Delete it; zero-width characters belong only between Khmer letters.",
}


def find_characters(layout: Layout) -> Iterator[Problem]:
    """Yield a problem for each misleading character of the file, written out or as an escape in double quotes."""
    for match in _MISLEADING.finditer(layout.text):
        yield from _judge(layout, match.start())
    for match in _OPENING_CURLY.finditer(layout.text, layout.known_to):
        if not layout.in_comment(match.start(1)):
            yield _curly(layout, match.start(1), "")
    has_digits = _DIGIT.search(layout.text) is not None
    for span in layout.spans:
        if has_digits:
            yield from _judge_digits(layout, span)
        if span.style == '"' and RISKY_ESCAPE.search(layout.text, span.start, span.end):
            yield from _judge_escapes(layout, span)


def looks_misleading(text: str) -> bool:
    """Whether ``find_characters`` might find anything in values; ordinary Khmer prose is passed over quickly.

    Keys are stricter than values: ``SUSPECT`` tells for each of them.
    """
    return any(not _is_ordinary(text, match.start()) for match in SUSPECT.finditer(text))


def _is_ordinary(text: str, index: int) -> bool:
    char = text[index]
    if _DIGIT.match(char):
        return _KHMER_WORD.match(text[max(0, index - 8) : index].rstrip(_KHMER_DIGITS)[-1:]) is not None
    if _CURLY_QUOTE.match(char):
        return text[max(0, index - 8) : index].rstrip(" \t")[-1:] not in _BEFORE_VALUE
    return _joins_khmer(text, index)


def name_character(char: str) -> str:
    """Return the Unicode name and number of a character, for people who cannot see it."""
    number = f"U+{ord(char):04X}"
    name = unicodedata.name(char, "").lower() or (
        "line break of another kind" if char == "\x85" else "control character"
    )
    return f"{name}, {number}"


def _judge(layout: Layout, index: int) -> Iterator[Problem]:
    char, span = layout.text[index], layout.span_at(index)
    if HARMFUL.match(char):
        yield _hidden(layout, index, char, span)
    elif layout.in_comment(index):
        return
    elif _HIDDEN.match(char):
        if span is None or span.is_key or not _joins_khmer(layout.text, index):
            yield _hidden(layout, index, char, span)
    elif span is not None and (span.is_key or (index == span.start and not span.style)):
        yield _curly(layout, index, span.path)


def _judge_escapes(layout: Layout, span: Span) -> Iterator[Problem]:
    for match in ESCAPE.finditer(layout.text, span.start, span.end):
        number = match[1] or match[2] or match[3]
        char = chr(int(number, 16)) if number and int(number, 16) < 0x110000 else _ESCAPED.get(match[4] or "", "a")
        if _HIDDEN.match(char):
            yield _hidden(layout, match.start(), char, span)


def _joins_khmer(text: str, index: int) -> bool:
    """Zero-width characters are legal beside Khmer; the joiner also inside emoji, which are not ASCII either."""
    if not "\u200b" <= text[index] <= "\u200d":
        return False
    before = text[max(0, index - 8) : index].rstrip("\u200b\u200c\u200d")[-1:]
    after = text[index + 1 : index + 9].lstrip("\u200b\u200c\u200d")[:1]
    if _KHMER.match(before) or _KHMER.match(after):
        return True
    return text[index] == "\u200d" and before > "\u02ff" and after > "\u02ff"


def _judge_digits(layout: Layout, span: Span) -> Iterator[Problem]:
    """Digits are part of Khmer prose; in a key or in a value without a letter of that script they stand for 0-9."""
    if span.style and not span.is_key:
        return
    first = _DIGIT.search(layout.text, span.start, span.end)
    if first and (span.is_key or not _ASIAN_LETTER.search(span.value)):
        yield _digit(layout, first.start(), span)


def _hidden(layout: Layout, index: int, char: str, span: Span | None) -> Problem:
    place = layout.place(index)
    code = next((code for kind, code in _KINDS if kind.match(char)), "SP130")
    message = f"There is an invisible character at column {place.column} ({name_character(char)})."
    return problem(code, place, message, _HINTS[code], span.path if span else "")


def _curly(layout: Layout, index: int, path: str) -> Problem:
    message = f"The curly quote {layout.text[index]} does not work as a quotation mark here."
    hint = "Type straight quotes (\" or ') at both ends; curly ones may stand inside the text."
    return problem("SP135", layout.place(index), message, hint, path)


def _digit(layout: Layout, index: int, span: Span) -> Problem:
    char = layout.text[index]
    message = f"The digit {char} ({unicodedata.name(char).lower()}) is not read as a number."
    western = "".join(str(unicodedata.digit(c)) if _DIGIT.match(c) else c for c in span.value[:60])
    return problem("SP136", layout.place(index), message, f"Write `{western}`, with the digits 0 to 9.", span.path)
