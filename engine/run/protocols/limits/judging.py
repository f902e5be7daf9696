"""One cell of the table: whether it says something else than the file, and whether what it says can be meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from engine.protocol.editing.quoting import Content, quote
from engine.protocol.problems import Place
from engine.protocol.reading import source
from engine.protocol.reading.characters import name_character
from engine.protocol.reading.nodes import Scalar
from engine.protocol.schema.forms import Desk
from engine.protocol.schema.keys import LIMIT
from engine.protocol.schema.shapes import parse_day
from engine.protocol.sentences.durations import parse_duration
from engine.protocol.sentences.timings import parse_limit
from engine.protocol.sentences.words import SentenceProblem
from engine.protocol.sentences.words import show as shown
from engine.run.protocols.limits import days
from engine.run.protocols.limits.cells import DAYS, LISTS, TABLES, CellError, read
from engine.run.protocols.limits.rows import Row

_SENTENCES: Mapping[str, Callable[[str], object]] = {"limit": parse_limit, "aim": parse_duration}
_QUOTE = '"'
#: Days of a spreadsheet counted as numbers: from about 1954 to 2119.
_SERIAL, _FIRST_DAY = range(20_000, 80_001), date(1899, 12, 30)


def says_other(key: str, given: str, known: str, known_day: date | None, order: days.Order | None) -> bool:
    """Whether a cell says something else than the file; blanks and the way a date is written do not count."""
    if given == known or (key == "status" and not given and known == "proposed"):
        return False
    if key in DAYS:
        return days.choose(given, order, known_day) != (known_day,)
    if key in _SENTENCES:
        return " ".join(given.split()) != " ".join(known.split())
    if key in LISTS or key in TABLES:
        return _read_quietly(key, given) != _read_quietly(key, known)
    return True


def _read_quietly(key: str, text: str) -> object:
    try:
        content = read(key, text)
    except CellError as error:
        return error
    return content


def judge(key: str, text: str, known: str, known_day: date | None, order: days.Order | None) -> Content:
    """Return what a cell means for a key that says ``known`` now. Raises CellError where it can mean nothing."""
    words = " ".join(text.split()) if key in _SENTENCES else text
    content = _read_day(text, order, known_day) if key in DAYS and text else read(key, words)
    _check(key, content, known)
    return content


def _read_day(text: str, order: days.Order | None, known: date | None) -> str:
    found = days.choose(text, order, known)
    if len(found) == 1:
        return found[0].isoformat()
    if found:
        listed = " or ".join(f"`{day.isoformat()}`" for day in found)
        raise CellError(f"The date {shown(text)} can be read in more than one way.", f"Write {listed}.")
    hint = "Write year-month-day of a real day: `2027-01-31`."
    if text.isdecimal() and int(text[:9]) in _SERIAL:
        hint = f"Did you mean `{_FIRST_DAY + timedelta(int(text))}`? Give the column the format of a text or a date."
    raise CellError(f"{shown(text)} is no date.", hint)


def _check(key: str, content: Content, known: str) -> None:
    """Raise CellError where the content is none that the key can have."""
    if content is None:
        if key in LIMIT.required:
            raise CellError(f"`{key}` is empty, and every limit needs it.", f"It was {shown(known)}.")
        return
    texts = [content] if isinstance(content, str) else _texts(content)
    for text in texts:
        _check_signs(text)
        if key in TABLES:
            _check_sentence(parse_duration, text, known)
        elif key in _SENTENCES:
            _check_sentence(_SENTENCES[key], text, known)
        else:
            _check_shape(key, text)


def _texts(content: Content) -> list[str]:
    """Return the texts of a list, or the limits of a table of answers."""
    if isinstance(content, str):
        return [content]
    parts = content.values() if isinstance(content, Mapping) else content or ()
    return [text for part in parts for text in _texts(part)]


def _check_signs(text: str) -> None:
    """Refuse what the eye does not see, as the reader of files does."""
    line = f"text: {quote(text, _QUOTE)}"
    for problem in source.read("", line).problems:
        sign = name_character(line[problem.place.column - 1])
        raise CellError(f"Here stands a sign that cannot be seen ({sign}).", problem.hint)


def _check_sentence(parser: Callable[[str], object], text: str, known: str) -> None:
    try:
        parser(text)
    except SentenceProblem as error:
        unit = known.partition(" ")[2]
        if text.strip().isdecimal() and unit and known.partition(" ")[0].isdecimal():
            message = f"{shown(text)} is a number without a unit of time."
            raise CellError(message, f"Did you mean `{text.strip()} {unit}`?") from error
        raise CellError(error.message, error.hint) from error


def _check_shape(key: str, text: str) -> None:
    """Ask the table of keys whether a text can stand behind a key."""
    desk, there = Desk(), Place("")
    shape = LIMIT.keys[key].shape
    shape.read(Scalar(text, there, quoted=True), (None, key, there), desk)
    for problem in desk.problems:
        raise CellError(problem.message, problem.hint)


def day_of(row: Row, key: str) -> date | None:
    """Return the day that stands in the file now."""
    said = row.contents.get(key)
    return parse_day(said) if isinstance(said, str) else None
