"""Answers that were typed: ``field=value``, or one JSON object, read as the fields of the protocols in use say.

From standard input they leave no trace in the history of a shell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from engine.core.deciding.facts import read_value, why_not
from engine.core.deciding.library import Library
from engine.core.errors import SpeanError
from engine.core.model import Field
from engine.core.values import Value

#: Nobody types more.
LARGEST = 1_000_000


class AnswerError(SpeanError):
    """An answer cannot be read; write field=value."""


def read_answers(pairs: Iterable[str], library: Library) -> dict[str, Value]:
    """Return the answers of ``field=value`` pairs. Raises AnswerError, which never repeats a value."""
    found: dict[str, Value] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise AnswerError("An answer is written field=value; one has no equals sign.")
        found.update(_read(name.strip(), text.strip(), library, found))
    return found


def read_text(text: str, library: Library) -> dict[str, Value]:
    """Return the answers of a text: one JSON object of texts, or one ``field=value`` a line. Raises AnswerError."""
    if len(text) > LARGEST:
        raise AnswerError(f"So many answers are not taken at once; write at most {LARGEST} characters.")
    if not text.lstrip().startswith("{"):
        return read_answers((line for line in text.splitlines() if line.strip()), library)
    found: dict[str, Value] = {}
    for name, value in _pairs(text):
        found.update(_read(name, _written(value), library, found))
    return found


def _pairs(text: str) -> list[tuple[str, object]]:
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except (ValueError, RecursionError) as error:
        raise AnswerError("This is no JSON object; write one, or one field=value a line.") from error
    return pairs if isinstance(pairs, list) else []


def _written(value: object) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise AnswerError("An answer is text, a number, or a list of texts; one is something else.")


def _read(name: str, text: str, library: Library, found: Mapping[str, Value]) -> dict[str, Value]:
    if name in found:
        raise AnswerError(f"The field {name} is answered twice; answer it once.")
    field = _field(name, library)
    value = read_value(field, text)
    wrong = why_not(field, value)
    if wrong is not None:
        raise AnswerError(f"{name}: {wrong}.")
    return {name: value}


def _field(name: str, library: Library) -> Field:
    known = {one.id: one for rules in library.rulebooks.values() for one in rules.protocol.fields.values()}
    if name in known:
        return known[name]
    near = get_close_matches(name[:100], known, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    raise AnswerError(f"No protocol in use has this field.{meant}")
