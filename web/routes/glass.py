"""In an emergency: read a case without a role in it, for some hours, with a reason that others hear of."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from engine.core.case.commands import GLASS, Actor, BreakGlass
from engine.core.deciding.notes import LONGEST_GLASS
from web.guards.entry import Confirmed, Office, Sent, Somebody
from web.page import page
from web.taking import code_of, take, text_of
from web.words.catalog import N_, say

router = APIRouter()
#: For how many hours somebody may ask.
HOURS = (1, 2, int(LONGEST_GLASS.total_seconds()) // 3600)


@router.get("/emergency")
def ask(request: Request, visitor: Somebody) -> Response:
    """Ask for the code, the reason, and for how long."""
    return page(request, "emergency.html", {"hours": HOURS, "error": "", "reason": ""}, visitor=visitor)


@router.post("/emergency")
def open_(request: Request, visitor: Confirmed, desk: Office, form: Sent) -> Response:
    """Open it. A case that is not there, and one that may not be opened so, are told alike."""
    reason, hours = text_of(form, "reason", 2000), text_of(form, "hours", 2)
    if not reason.strip() or hours not in {str(one) for one in HOURS}:
        words = say(visitor.language, N_("Say why, and for how long."))
        values = {"hours": HOURS, "error": words, "reason": reason}
        return page(request, "emergency.html", values, visitor=visitor, status=422)
    code, now = code_of(text_of(form, "code", 40), desk), desk.office.time.now()
    own = desk.worklist.views(visitor.id, [code], now).get(code)
    if own is not None and own.actor.roles - {GLASS}:  # it is hers: nothing is broken, and nobody alarmed
        return RedirectResponse(f"/case/{code}", 303)
    command = BreakGlass(actor=Actor(), reason=reason, until=now + timedelta(hours=int(hours)))
    take(desk, visitor, code, command, form)
    return RedirectResponse(f"/case/{code}", 303)
