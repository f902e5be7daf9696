"""Open a case: by which protocol, for which agency, what is known already."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from engine.core.case.reasons import Refused
from engine.core.case.state import Case
from engine.core.model import Protocol
from engine.run.cases.casework import Opening, fingerprint
from engine.run.cases.marks import MARKING
from engine.run.cases.standing import in_agency
from engine.store.ports import Ticket
from web.desk import Desk, Visitor
from web.guards.entry import NotYoursError, Office, Sent, Somebody
from web.guards.pace import Costly
from web.page import page
from web.routes.marks import given_in, wrong_marks
from web.shown.opening import blank
from web.shown.questions import question, read_form
from web.taking import text_of
from web.titles import pick
from web.words.catalog import N_, say

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: answers by field, marks by kind, and what is wrong with which of them."""

    texts: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    wrong_marks: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_wrong(self) -> bool:
        """Whether it cannot be taken."""
        return bool(self.wrong or self.wrong_marks)


@router.get("/open")
def choose(request: Request, visitor: Somebody, desk: Office) -> Response:
    """Show by which protocols she may open a case."""
    rows = [(one.id, pick(one.title, visitor.language, one.id)) for one in _protocols(visitor, desk)]
    return page(request, "open.html", {"rows": rows}, visitor=visitor)


@router.get("/open/{protocol}")
def ask(request: Request, protocol: str, visitor: Somebody, desk: Office) -> Response:
    """Ask what is known when it begins."""
    return _show(request, _known(protocol, visitor, desk), visitor, desk, Typed())


@router.post("/open/{protocol}", dependencies=[Costly])
def begin(request: Request, protocol: str, visitor: Somebody, desk: Office, form: Sent) -> Response:
    """Open the case; a second click opens none."""
    known = _known(protocol, visitor, desk)
    titles = blank(known, visitor, desk)
    facts, texts, errors = read_form(form, _fields(known), titles, visitor.zone)
    typed = Typed(texts, errors, given_in(form), wrong_marks(given_in(form), visitor))
    if typed.is_wrong:
        return _show(request, known, visitor, desk, typed, status=422)
    opening = Opening(known.id, facts)
    key = text_of(form, "key", 80)
    ticket = Ticket(visitor.id, f"web {key}", fingerprint(desk.office.keyring, repr(opening))) if key else None
    try:
        opened: Case = desk.casework.open(visitor.id, opening, ticket)
    except Refused as refused:
        words = say(visitor.language, N_("The case cannot be opened now: an answer is missing or does not fit."))
        return _show(request, known, visitor, desk, typed, [words, *map(str, refused.reasons)], 409)
    if typed.marks and desk.marks.may_mark(opened, desk.casework.view(visitor.id, opened).actor):
        desk.marks.note(visitor.id, opened.id, typed.marks)
        return RedirectResponse(f"/case/{opened.id}/marks?done=handed", 303)
    return RedirectResponse(f"/case/{opened.id}", 303)


def _protocols(visitor: Visitor, desk: Desk) -> list[Protocol]:
    """Return the protocols in force by which somebody with her roles may open a case."""
    roles = in_agency(visitor.directory, visitor.id, visitor.user.agency, desk.office.time.now())
    current = [one.protocol for one in desk.office.registry.versions() if one.current]
    return [one for one in current if roles & set(one.main.steps[one.main.first_step].recorded_by)]


def _known(protocol: str, visitor: Visitor, desk: Desk) -> Protocol:
    found = next((one for one in _protocols(visitor, desk) if one.id == protocol), None)
    if found is None:
        raise NotYoursError
    return found


def _fields(protocol: Protocol) -> list[str]:
    first = protocol.main.steps[protocol.main.first_step]
    return list(dict.fromkeys([*protocol.opening.required, *protocol.opening.collect, *first.collect]))


def _show(
    request: Request, protocol: Protocol, visitor: Visitor, desk: Desk, typed: Typed,
    problems: Sequence[str] = (), status: int = 200,
) -> Response:  # fmt: skip
    titles, required = blank(protocol, visitor, desk), set(protocol.opening.required)
    roles = in_agency(visitor.directory, visitor.id, visitor.user.agency, desk.office.time.now())
    values = {
        "title": pick(protocol.title, visitor.language, protocol.id),
        "address": f"/open/{protocol.id}",
        "questions": [
            question(
                name, titles, typed.texts.get(name, ""), required=name in required, error=typed.wrong.get(name, "")
            )
            for name in _fields(protocol)
        ],
        "asks_marks": protocol.about != "operation" and not protocol.main.seen_by and bool(roles & MARKING),
        "typed": typed.marks,
        "wrong_marks": typed.wrong_marks,
        "wrongs": [
            *((f"#f.{name}", f"{titles.label(name)}: {words}") for name, words in typed.wrong.items()),
            *((f"#mark.{kind}", words) for kind, words in typed.wrong_marks.items()),
        ],
        "refusals": [("", words) for words in problems],
        "key": secrets.token_urlsafe(12),
    }
    return page(request, "opening.html", values, visitor=visitor, status=status)
