"""Something that a visitor wants done with a case: recognised if it is sent twice, and what became of it in words."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import FormData

from engine.core.case.code import read_code
from engine.core.case.commands import AnyCommand
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.deciding.facts import LONGEST_TEXT
from engine.run.cases.casework import fingerprint
from engine.store.ports import Ticket, UnknownCaseError
from web.desk import Desk, Visitor
from web.words.catalog import N_, say

#: Every form has a key of its own, so that a double click does a thing once.
KEY = "key"
#: Boxes for something written in one's own words.
_WRITTEN = ("text", "reason", "note", "doing")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it. ``refused``: why not; ``invisible``: she has no role in the case any more.

    ``typed``: what she wrote in her own words, where it was refused.
    """

    words: str = ""
    refused: Refused | None = None
    invisible: bool = False
    typed: str = ""


def code_of(typed: str, desk: Desk) -> str:
    """Return the code of a case as it is kept. Raises UnknownCaseError where it cannot be one."""
    code = read_code(typed[:40])
    if code is None and not desk.office.is_simulation:
        raise UnknownCaseError
    return code or typed[:40]


def text_of(form: FormData, name: str, most: int = 10_000) -> str:
    """Return one text of a form."""
    value = form.get(name, "")
    return value[:most] if isinstance(value, str) else ""


#: What is said where neither was pressed.
UNPRESSED = N_("Press yes or no; nothing was recorded.")


def pressed(form: FormData, name: str) -> bool | None:
    """Return whether yes was pressed, or no; None where it was neither, which is no answer."""
    return {"yes": True, "no": False}.get(text_of(form, name, 10))


def unpressed() -> Taken:
    """Return that nothing was done, for neither yes nor no was pressed."""
    return Taken(refused=Refused(Reason(Why.WRONG_VALUE, "The answer", "press yes or no")))


def was_taken(desk: Desk, visitor: Visitor, form: FormData) -> bool:
    """Return whether a form with this key has been carried out before."""
    key = text_of(form, KEY, 80)
    return bool(key) and desk.office.cases.has_ticket(visitor.id, f"web {key}")


def written_in(form: FormData) -> str:
    """Return all that somebody wrote into a form, one line for each box, as it stood there."""
    boxes = (value for name, value in form.multi_items() if name.startswith("f.") or name in _WRITTEN)
    return "\n".join(value for value in boxes if isinstance(value, str) and value.strip())


def take(desk: Desk, visitor: Visitor, code: str, command: AnyCommand, form: FormData, content: str = "") -> Taken:
    """Carry a command out. Raises UnknownCaseError for who has no role in the case.

    ``content``: by what a repetition is recognised, where the command itself holds the time at which it was made.
    """
    typed = next(filter(None, (text_of(form, name, 2 * LONGEST_TEXT) for name in _WRITTEN)), "")
    if len(typed) > LONGEST_TEXT:  # shortened unsaid, it would say something else
        why = Reason(Why.WRONG_VALUE, "A text", f"write at most {LONGEST_TEXT} characters")
        return Taken(refused=Refused(why), typed=typed)
    key = text_of(form, KEY, 80)
    ticket = None
    if key:
        mark = fingerprint(desk.office.keyring, f"{type(command).__name__} {content or repr(command)}")
        ticket = Ticket(visitor.id, f"web {key}", mark)
    try:
        case = desk.casework.do(visitor.id, code, command, ticket)
    except Refused as refused:
        return Taken(refused=refused, typed=typed)
    return Taken(say(visitor.language, N_("It is done.")), invisible=not desk.casework.knows(visitor.id, case))
