"""A contact, in two taps: open it from the list, press what happened."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from engine.core.case.commands import Actor, AnyCommand, Note, Record
from web.desk import Desk, Visitor
from web.guards.entry import Office, Sent, Somebody
from web.page import page
from web.routes.case import after, view_of
from web.taking import KEY, Taken, code_of, take, text_of
from web.words.catalog import N_, say

router = APIRouter()
_NOBODY = Actor()
#: What can have come of it; only the first is a contact, the others are notes. What is kept is said in English.
OUTCOMES: Mapping[str, str] = {
    "met": N_("We spoke or met"),
    "no_answer": N_("Nobody answered"),
    "tried": N_("Tried another way, no contact"),
    "refused": N_("She did not want to talk now"),
}


@router.get("/case/{code}/contact")
def ask(request: Request, code: str, visitor: Somebody, desk: Office) -> Response:
    """Ask what came of it."""
    return _ask(request, code, visitor, desk)


def _ask(
    request: Request, code: str, visitor: Visitor, desk: Desk, problem: str = "", note: str = "", status: int = 200
) -> Response:
    """Ask, with what was wrong and the remark that was typed."""
    view, titles = view_of(code_of(code, desk), visitor, desk, "contact")
    how = next(
        (titles.value(name, fact.value) for name, _, fact in view.facts() if name == "safe_contact_channel"), ""
    )
    outcomes = [(name, say(visitor.language, words)) for name, words in OUTCOMES.items()]
    values = {
        "case": view.case,
        "outcomes": outcomes,
        "how": how,
        "note": note,
        "problems": [("", problem)] if problem else [],
        "key": secrets.token_urlsafe(12),
    }
    return page(request, "contact.html", values, visitor=visitor, status=status)


@router.post("/case/{code}/contact")
def log(
    request: Request,
    code: str,
    form: Sent,
    visitor: Somebody,
    desk: Office,
) -> Response:
    """Record it."""
    known, outcome = code_of(code, desk), text_of(form, "outcome", 20)
    if outcome not in OUTCOMES:
        words = say(visitor.language, N_("Press what happened; nothing was recorded."))
        return _ask(request, code, visitor, desk, words, text_of(form, "note"), 422)
    said = text_of(form, "note")
    command: AnyCommand = Note(actor=_NOBODY, text=": ".join(filter(None, (OUTCOMES[outcome], said))))
    taken = take(desk, visitor, known, command, form) if outcome != "met" or said.strip() else None
    if outcome == "met" and (taken is None or taken.refused is None):  # a remark first: it is lost with no contact
        met = FormData([(KEY, f"{text_of(form, KEY, 70)} met")]) if text_of(form, KEY) else FormData()
        taken = take(desk, visitor, known, Record(actor=_NOBODY, contact=True), met)
    return after(request, known, taken or Taken(), visitor, desk)
