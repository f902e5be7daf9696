"""How a value or key that does not fit is refused: one sentence, one suggestion, and nothing read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.protocol.reading.nodes import Items, Node, Scalar, Table
from engine.protocol.schema.forms import Desk, Trail, is_empty, suggest
from engine.protocol.sentences.words import ID, show

_KINDS = {Scalar: "a text", Table: "a table", Items: "a list"}


def refuse_shape(node: Node, trail: Trail, desk: Desk, code: str, needed: str) -> None:
    """Report that a value is of another kind than needed."""
    hints = {
        "SP203": "Write keys with values below it, each on its own line: `key: value`.",
        "SP204": "Write a list: `[one, two]`, or lines that begin with a dash.",
        "SP205": "Write one text on this line.",
    }
    given = "nothing" if is_empty(node) else _KINDS[type(node)]
    desk.report(code, node.place, trail, f"`{trail[1]}` needs {needed}, but here stands {given}.", hints[code])


def take_text(node: Node, trail: Trail, desk: Desk) -> Scalar | None:
    """Return the scalar, or report that there is none or an empty one."""
    if type(node) is not Scalar:
        refuse_shape(node, trail, desk, "SP205", "a text")
        return None
    if not node.text.strip():
        message = f"Nothing is written behind `{trail[1]}`."
        desk.report("SP213", node.place, trail, message, "Write it, or leave the key out.")
        return None
    return node


def refuse_key(key: Scalar, known: Iterable[str], trail: Trail, desk: Desk) -> None:
    """Report a key that does not belong here."""
    if desk.is_full(key.place.file):
        return
    where = f"`{trail[1]}`" if trail[1] else "this file"
    message = f"The key {show(key.text)} is not known in {where}."
    desk.report("SP201", key.place, (trail, key.text, key.place), message, suggest(key.text, known))


def report_missing(key: str, trail: Trail, desk: Desk) -> None:
    """Report a key that must be there."""
    where = f"`{trail[1]}`" if trail[1] else "This file"
    desk.report("SP202", trail[2], trail, f"{where} needs the key `{key}`.", f"Add `{key}:` with its value.")


def check_id(scalar: Scalar, trail: Trail, desk: Desk) -> None:
    """Report a value that gives something its id, but cannot be one."""
    if ID.fullmatch(scalar.text) is None:
        _refuse_id(scalar, trail, desk)


def refuse_id(key: Scalar, trail: Trail, desk: Desk) -> None:
    """Report a key that cannot be an id."""
    _refuse_id(key, (trail, key.text, key.place), desk)


def _refuse_id(key: Scalar, trail: Trail, desk: Desk) -> None:
    allowed = re.sub(r"[^A-Za-z0-9]+", "_", key.text.strip()).strip("_")[:64]
    hint = f"Write `{allowed}`." if allowed and allowed != key.text else "Use A to Z, a to z, 0 to 9 and _ only."
    message = f"{show(key.text)} cannot be an id: ASCII letters, digits and underscores, at most 64."
    desk.report("SP206", key.place, trail, message, hint)


def refuse_case(key: Scalar, node: Table, trail: Trail, desk: Desk) -> None:
    """Report an id that differs from an earlier one only by capital letters."""
    if desk.is_full(key.place.file):
        return
    first = next(entry.key for name, entry in node.entries.items() if name.lower() == key.text.lower())
    message = f"`{key.text}` differs from `{first.text}` in line {first.place.line} only by capital letters."
    desk.report("SP207", key.place, (trail, key.text, key.place), message, "Give one of them another name.")
