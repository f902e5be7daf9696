"""Conditions as policy staff write them, read into typed trees (11).

A small parser without backtracking: one look at each word. ``and`` and ``or`` are never mixed without brackets,
because two people must never read one sentence differently; ``not`` always stands before brackets.
"""

from __future__ import annotations

from engine.core.conditions import And, Condition, Not, Or
from engine.protocol.sentences.names import Names, TrackNames
from engine.protocol.sentences.questions import read_question
from engine.protocol.sentences.words import SentenceProblem, Word, Words, guess

__all__ = ["MAX_LEVELS", "Names", "SentenceProblem", "TrackNames", "parse_condition"]

#: How many brackets may stand in each other (11).
MAX_LEVELS = 20

_JOINING = ("and", "or")


def parse_condition(text: str, names: Names) -> Condition:
    """Return the condition the sentence means; a SentenceProblem says where it cannot be read, and what to write."""
    words = Words(text)
    condition = _read_joined(words, names, 0)
    words.end(_refuse_rest)
    return condition


def _read_joined(words: Words, names: Names, level: int) -> Condition:
    """Take parts joined by ``and``, or parts joined by ``or``."""
    parts = [_read_part(words, names, level)]
    joint = words.peek()
    while words.starts(joint.text) and joint.text in _JOINING:
        words.take()
        parts.append(_read_part(words, names, level))
    if len(parts) == 1:
        return parts[0]
    _refuse_mixed(words.peek(), joint)
    return And(tuple(parts)) if joint.text == "and" else Or(tuple(parts))


def _read_part(words: Words, names: Names, level: int) -> Condition:
    if words.starts("not"):
        return _read_not(words, names, level)
    if words.starts("("):
        return _read_bracketed(words, names, level)
    if any(words.starts(text) for text in (")", *_JOINING)):
        raise words.peek().problem(
            "SP410", f"A question is missing before {words.peek()}.", "Add it, or remove the word."
        )
    return read_question(words, names)


def _read_not(words: Words, names: Names, level: int) -> Condition:
    word = words.take()
    if not words.starts("("):
        raise word.problem("SP409", "`not` needs brackets.", "Write `not ( ... )` around what must not be so.")
    return Not(_read_bracketed(words, names, level))


def _read_bracketed(words: Words, names: Names, level: int) -> Condition:
    opening = words.take()
    if level == MAX_LEVELS:
        raise opening.problem(
            "SP407",
            f"More than {MAX_LEVELS} brackets stand in each other.",
            "Make it simpler, or record a fact of its own.",
        )
    condition = _read_joined(words, names, level + 1)
    if not words.skip(")"):
        following = words.peek()
        if following.length:
            _refuse_rest(following)
        raise opening.problem("SP406", "This bracket is never closed.", "Add `)` where it ends.")
    return condition


def _refuse_mixed(word: Word, joint: Word) -> None:
    if word.text in _JOINING and not word.quoted:
        message = f"`{joint.text}` and `{word.text}` are mixed; two people could read that differently."
        raise word.problem("SP408", message, "Put brackets around the parts that belong together: `A and (B or C)`.")


def _refuse_rest(word: Word) -> None:
    """Name what follows a complete question."""
    if word.text == ")" and not word.quoted:
        raise word.problem("SP406", "This bracket was never opened.", "Remove it, or add `(` where it begins.")
    if word.text in {"[", "]"}:
        raise word.problem("SP411", f"{word} is not used in conditions.", "Use round brackets.")
    meant = guess(word.text, _JOINING)
    hint = (
        f"Did you mean `{meant}`?"
        if meant
        else "Join two questions with `and` or `or`; put a text of several words in quotes."
    )
    raise word.problem("SP411", f"The question before {word} is complete; {word} is not understood here.", hint)
