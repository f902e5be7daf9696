"""Names that must be known: each reference is looked up, and an unknown one answered with what was probably meant."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar, cast

from engine.protocol.reading.nodes import Scalar
from engine.protocol.schema.forms import Desk, Form, Trail, suggest
from engine.protocol.sentences.words import SentenceProblem, show

T = TypeVar("T")

#: Which code answers an unknown name of which kind.
UNKNOWN_NAME = {
    "step": "SP301",
    "track": "SP302",
    "action": "SP303",
    "field": "SP304",
    "consent": "SP305",
    "role": "SP306",
    "limit": "SP307",
    "escalation": "SP308",
    "exception": "SP309",
    "letter": "SP310",
    "task": "SP311",
    "deadline": "SP312",
    "code": "SP313",
    "code list": "SP314",
}


def refuse_name(kind: str, scalar: Scalar, known: Iterable[str], trail: Trail, desk: Desk, where: str = "") -> None:
    """Report a name nobody knows."""
    if desk.is_full(scalar.place.file):
        return
    article = "an" if kind[0] in "aeiou" else "a"
    otherwise = "" if list(known) else f"Declare {article} {kind} of this name first."
    message = f"There is no {kind} {show(scalar.text)}{where}."
    desk.report(UNKNOWN_NAME[kind], scalar.place, trail, message, suggest(scalar.text, known, otherwise))


def find(
    kind: str, scalar: Scalar | None, known: Collection[str], trail: Trail, desk: Desk, where: str = ""
) -> str | None:  # fmt: skip
    """Return the name, or None where it is not given or not known."""
    if scalar is None or scalar.text in known:
        return None if scalar is None else scalar.text
    refuse_name(kind, scalar, known, trail, desk, where)
    return None


def find_key(kind: str, form: Form, key: str, known: Collection[str], desk: Desk, where: str = "") -> str | None:
    """Return the name behind a key, or None where it is not given or not known."""
    scalar: Scalar | None = form.get(key)
    if scalar is None or scalar.text in known:
        return None if scalar is None else scalar.text
    refuse_name(kind, scalar, known, form.way(key), desk, where)
    return None


def find_all(kind: str, form: Form, key: str, known: Collection[str], desk: Desk) -> tuple[str, ...]:
    """Return the known ones of the names behind a key."""
    scalars: tuple[Scalar, ...] = form.get(key, ())
    if all(scalar.text in known for scalar in scalars):
        return tuple([scalar.text for scalar in scalars])
    trail = form.way(key)
    return tuple([one.text for one in scalars if find(kind, one, known, trail, desk) is not None])


def parse(parser: Callable[[str], T], form: Form, key: str, desk: Desk) -> T | None:
    """Return what the sentence behind a key means; None where it is not given or cannot be read.

    The same words mean the same wherever they stand, so each sentence is parsed once in a run.
    """
    scalar: Scalar | None = form.get(key)
    if scalar is None:
        return None
    known = desk.sentences.get((parser, scalar.text))
    if known is None:
        known = desk.sentences[parser, scalar.text] = parse_scalar(parser, scalar, form.way(key), desk)
    return cast("T | None", known)


def parse_scalar(parser: Callable[[str], T], scalar: Scalar, trail: Trail, desk: Desk) -> T | None:
    """Return what the sentence means; None, after reporting it, where it cannot be read."""
    if desk.is_full(scalar.place.file):
        return None
    try:
        return parser(scalar.text)
    except SentenceProblem as fault:
        desk.sentence(fault, scalar, trail)
        return None
