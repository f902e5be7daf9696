"""What somebody hands over: typed, from standard input or from a file. It is whole text, or a sentence says why."""

from __future__ import annotations

import sys
from pathlib import Path

from engine.core.deciding.library import Library
from engine.core.errors import SpeanError
from engine.core.values import Value
from engine.run.cases.answers import read_answers, read_text

#: Stands for standard input: what comes from there is in no history of a shell.
INPUT = "-"
#: Answers as they were given: pairs, and where more come from.
Given = tuple[list[str], str]


class GivenError(SpeanError):
    """What was handed over is no text that can be read; hand it over in UTF-8."""


def check_arguments(arguments: list[str]) -> None:
    """Refuse arguments that are no text: nothing of them could be kept. Raises GivenError."""
    for number, one in enumerate(arguments, 1):
        if not is_text(one):
            raise GivenError(
                f"Word {number} of the command is not UTF-8; set the terminal to UTF-8 and type it again."
            )


def words(text: str) -> str:
    """Return a text that was given, or that comes from standard input. Raises GivenError."""
    return _input().strip() if text == INPUT else text


def answers(given: Given, library: Library) -> dict[str, Value]:
    """Return the answers of pairs and of a file or standard input. Raises AnswerError, GivenError."""
    pairs, source = given
    found = read_answers(pairs, library)
    if source:
        found.update(read_text(_input() if source == INPUT else _file(source), library))
    return found


def is_text(text: str) -> bool:
    """Return whether a text can be written: bytes that are no UTF-8 come as halves of signs."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _input() -> str:
    try:
        text = sys.stdin.read()
    except UnicodeDecodeError as error:
        raise GivenError("Standard input is not UTF-8; save the text in UTF-8 and hand it over again.") from error
    if not is_text(text):
        raise GivenError("Standard input is not UTF-8; save the text in UTF-8 and hand it over again.")
    return text


def _file(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        why = (error.strerror or "no reason is known").lower()
        raise GivenError(f"{path}: the answers cannot be read ({why}); name a file of field=value lines.") from error
    except UnicodeDecodeError as error:
        raise GivenError(f"{path}: the file of answers is not UTF-8; save it in UTF-8.") from error
