"""A one-line sentence as words with their positions, and the one problem it may have.

Words are plain: letters, digits, dots, hyphens, underscores; besides them there are commas, brackets and texts in
straight quotes. Signs of programming languages are named with the word to use instead. Nothing is ever evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import NoReturn

from engine.core.errors import SpeanError
from engine.protocol.reading.characters import name_character

#: How long a sentence may be (11).
MAX_CHARACTERS = 500
#: Longer words are not compared with known ones: nobody meant them.
_COMPARABLE = 64
#: Of so many names all are compared with a word; of more only those that look alike.
_COMPARED = 300

_PIECE = re.compile(
    r"(?P<space>[ \t\n]+)|(?P<mark>[(),\[\]])|(?P<word>[A-Za-z0-9_.%-]+)"
    r"""|(?P<quoted>"[^"]*"|'[^']*')|(?P<signs>[=<>!&|+*/~^?:;{}$@#\\`"']+)"""
)
#: What an id is made of (28).
ID = re.compile(r"[A-Za-z0-9_]{1,64}")

_INSTEAD = {
    "=": "is",
    "==": "is",
    "===": "is",
    "!=": "is not",
    "<>": "is not",
    "!": "not ( ... )",
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    ">": "is more than (or, for dates, is after)",
    "<": "is less than (or, for dates, is before)",
    ">=": "is at least",
    "<=": "is at most",
}


class SentenceProblem(SpeanError):  # noqa: N818 - the domain's word
    """A sentence of a protocol cannot be read; the hint says what to write.

    ``offset`` and ``length`` mark the characters meant, counted from 0 within the sentence; an offset equal to its
    length is its end.
    """

    def __init__(self, code: str, message: str, hint: str, offset: int = 0, length: int = 1) -> None:
        self.message = message[:1].upper() + message[1:]
        super().__init__(f"{self.message} {hint}")
        self.code = code
        self.hint = hint
        self.offset = offset
        self.length = length


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a mark or a quoted text (``text`` without its quotes) and where it begins. The end has no length."""

    text: str
    offset: int
    length: int
    quoted: bool = False

    def problem(self, code: str, message: str, hint: str) -> SentenceProblem:
        """Return a problem at this word."""
        return SentenceProblem(code, message, hint, self.offset, max(self.length, 1))

    def __str__(self) -> str:
        """Return the word as it is shown in a message."""
        return show(self.text) if self.length else "the end of the sentence"


class Words:
    """The words of one sentence, read from left to right."""

    def __init__(self, text: str, longest: int = MAX_CHARACTERS) -> None:
        """Split the sentence; a SentenceProblem names the first character that does not belong."""
        self._words = split_words(text, longest)
        self._end = Word("", len(text.rstrip()), 0)
        self._next = 0

    def peek(self, ahead: int = 0) -> Word:
        """Return the coming word without taking it; behind the last one the end."""
        place = self._next + ahead
        return self._words[place] if place < len(self._words) else self._end

    def take(self) -> Word:
        """Take the coming word."""
        word = self.peek()
        self._next += 1
        return word

    def starts(self, *texts: str) -> bool:
        """Return whether these words come next, none of them quoted."""
        coming = (self.peek(i) for i in range(len(texts)))
        return all(word.text == text and not word.quoted for word, text in zip(coming, texts, strict=True))

    def skip(self, *texts: str) -> bool:
        """Take these words if they come next."""
        found = self.starts(*texts)
        self._next += len(texts) * found
        return found

    def expect(self, *texts: str, example: str) -> None:
        """Take these words; a problem names the first that is another."""
        for text in texts:
            word = self.take()
            if word.text != text or word.quoted:
                code = "SP411" if word.length else "SP410"
                raise word.problem(
                    code, f"The word `{text}` is missing before {word}.", f"Write it like: `{example}`."
                )

    def end(self, complain: Callable[[Word], object]) -> None:
        """Make sure nothing is left; else let the caller name the word left over."""
        if self.peek().length:
            complain(self.peek())
            leave_over(self.peek())


def leave_over(word: Word) -> NoReturn:
    """Raise the problem of a word behind a sentence that is complete."""
    raise word.problem(
        "SP411", f"Nothing was expected after this, but {word} follows.", "Remove the rest of the line."
    )


def split_words(text: str, longest: int = MAX_CHARACTERS) -> tuple[Word, ...]:
    """Return the words of a sentence; a SentenceProblem names what does not belong."""
    if len(text) > longest:
        hint = "Split it: two actions, two rules, or a fact of its own."
        raise SentenceProblem(
            "SP401", f"The sentence has {len(text)} characters.", f"{longest} at most. {hint}", longest
        )
    words, place = [], 0
    while place < len(text):
        found = _PIECE.match(text, place)
        if found is None:
            _name_stranger(text, place)
        if found["signs"]:
            _name_signs(found["signs"], place)
        if not found["space"]:
            words.append(_word(found))
        place = found.end()
    if not words:
        raise SentenceProblem("SP402", "The sentence is empty.", "Write a condition or leave the key out.")
    return tuple(words)


def show(text: str) -> str:
    """Return a word for a message: short, and with nothing invisible in it."""
    visible = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return f"`{visible[:40]}...`" if len(visible) > 40 else f"`{visible}`"


def guess(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant."""
    if not word or len(word) > _COMPARABLE:
        return None
    lowered = {name.lower(): name for name in known}
    if word.lower() in lowered:
        return lowered[word.lower()]
    near = lowered if len(lowered) <= _COMPARED else _nearest(word.lower(), lowered)
    close = get_close_matches(word.lower(), near, n=1, cutoff=0.65)
    return lowered[close[0]] if close else None


def _nearest(word: str, names: Iterable[str]) -> list[str]:
    """Return the few of very many names that are worth comparing: about as long, with the same beginning or end."""
    alike = (
        name for name in names if (abs(len(name) - len(word)) <= 3 and word[0] == name[:1]) or word[-2:] == name[-2:]
    )
    return list(islice(alike, _COMPARED))


def is_id(word: Word) -> bool:
    """Return whether the word can be the id of something, and is no number."""
    return not word.quoted and ID.fullmatch(word.text) is not None and not word.text.isdigit()


def _word(found: re.Match[str]) -> Word:
    quoted = found["quoted"] is not None
    text = found.group()
    if quoted:
        for place, char in enumerate(text):
            if ord(char) < 32 or 127 <= ord(char) < 160:
                _name_stranger(text, place, found.start())
    return Word(text[1:-1] if quoted else text, found.start(), len(text), quoted)


def _name_stranger(text: str, place: int, before: int = 0) -> NoReturn:
    message = f"Here stands {name_character(text[place])}, which has no meaning in a sentence."
    raise SentenceProblem("SP403", message, _instead_of(text[place]), before + place)


def _instead_of(char: str) -> str:
    if char in "\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb":
        return 'Use the straight quotation mark ".'
    if char.isdigit():
        return "Write numbers with the digits 0 to 9."
    if char.isspace() or not char.isprintable():
        return "Delete it, or type an ordinary space."
    if char in "\u2260\u2264\u2265":
        return "Write `is not`, `is at most` or `is at least`."
    return 'Write ids and words of the language in plain letters; put other text in quotes ".'


def _name_signs(signs: str, place: int) -> NoReturn:
    if signs[0] in "\"'":
        raise SentenceProblem("SP404", "This quotation mark is never closed.", "Close it behind the text.", place)
    word = _INSTEAD.get(signs)
    hint = f"Write `{word}`." if word else "Sentences have words, commas and round brackets only."
    raise SentenceProblem("SP405", f"The sign {show(signs)} is not part of the language.", hint, place, len(signs))
