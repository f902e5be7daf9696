"""Her agreements: each asked for by itself, each taken back in one minute, with a dated copy of her own."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request
from starlette.responses import Response

from engine.core.case.commands import Actor, GiveConsent
from engine.store.ports import UnknownCaseError
from web.guards.entry import Office, Sent, Somebody
from web.page import page
from web.routes.case import after, view_of
from web.shown.case import agreements
from web.taking import code_of, pressed, take, unpressed

router = APIRouter()


@router.get("/case/{code}/consents")
def ask(request: Request, code: str, visitor: Somebody, desk: Office) -> Response:
    """Show every agreement: given, refused, not asked yet."""
    view, titles = view_of(code_of(code, desk), visitor, desk, "consents")
    found = agreements(view, titles)
    values = {
        "case": view.case,
        "given": [one for one in found if one.given],
        "refused": [one for one in found if one.given is False],
        "open": [one for one in found if one.given is None],
        "today": titles.when(view.now),
        "key": secrets.token_urlsafe(12),
    }
    return page(request, "consents.html", values, visitor=visitor)


@router.post("/case/{code}/consents/{consent}")
def record(
    request: Request,
    code: str,
    consent: str,
    form: Sent,
    visitor: Somebody,
    desk: Office,
) -> Response:
    """Record that she agreed, did not agree, or takes it back."""
    view, titles = view_of(code_of(code, desk), visitor, desk, "consent")
    if consent not in {one.id for one in agreements(view, titles)}:
        raise UnknownCaseError
    given = pressed(form, "given")
    if given is None:
        return after(request, view.case.id, unpressed(), visitor, desk)
    command = GiveConsent(actor=Actor(), consent=consent, given=given)
    return after(request, view.case.id, take(desk, visitor, view.case.id, command, form), visitor, desk)
