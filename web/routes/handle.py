"""From the mail, without logging in: "I will handle it by ...". The page says nothing about any case.

Opening the link changes nothing, so that no scanner of mails can press it; each message is answered once by each
person; the promise stops repeats and never the climb (24).
"""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from engine.core.case.commands import Acknowledge, Actor
from engine.core.case.reasons import Refused
from engine.run.mail.pledge import Pledge, Pledges
from engine.store.ports import KeyReusedError, Ticket, UnknownCaseError
from engine.store.safe import Safe
from engine.store.sql.accounts import SqlAccounts
from web.desk import Desk
from web.guards.entry import Office, Sent, Somebody
from web.page import page
from web.routes.case import view_of
from web.shown.case import anchor_of
from web.taking import code_of, text_of

public = APIRouter()
router = APIRouter()
#: No journal has a number of so many digits.
_DIGITS = 16
PURPOSE = "pledge"
#: Until when somebody may promise to act, in days.
DAYS = (1, 2, 3)


@public.get("/handle/{token}")
def ask(request: Request, token: str, desk: Office) -> Response:
    """Ask by when."""
    pledge = _pledge(token, desk)
    if pledge is None or _accounts(desk).single_use(pledge.id) is not None:
        return page(request, "handle_gone.html", status=410)
    return page(request, "handle.html", {"days": DAYS})


@public.post("/handle/{token}")
def promise(request: Request, token: str, desk: Office, form: Sent) -> Response:
    """Promise to act by then; once."""
    pledge, days = _pledge(token, desk), text_of(form, "days", 2)
    if pledge is None or days not in {str(one) for one in DAYS}:
        return page(request, "handle_gone.html", status=410)
    if _accounts(desk).single_use(pledge.id) is not None:
        return page(request, "handle_gone.html", status=410)
    now = desk.office.time.now()
    command = Acknowledge(
        actor=Actor(), enrolment=pledge.enrolment, clock=pledge.clock, promised=now + timedelta(days=int(days))
    )
    ticket = Ticket(pledge.user, f"pledge {pledge.id}", days)
    try:
        desk.casework.do(pledge.user, pledge.case, command, ticket)
    except (Refused, UnknownCaseError, KeyReusedError):
        return page(request, "handle_gone.html", status=410)
    _accounts(desk).use(pledge.id, PURPOSE, pledge.user, pledge.until, now)
    return page(request, "handled.html", {"days": int(days)})


@router.get("/case/{code}/message/{seq}")
def land(code: str, seq: str, visitor: Somebody, desk: Office) -> Response:
    """Go from a mail to the exact thing it is about."""
    view, _ = view_of(code_of(code, desk), visitor, desk, "message")
    number = int(seq) if seq.isascii() and seq.isdecimal() and len(seq) < _DIGITS else 0
    events = desk.office.cases.journal(view.case.id, number - 1)[:1] if 0 < number <= view.case.seq else []
    message = getattr(events[0], "message", None) if events else None
    if message is None or not view.hears_of(events[0]):
        return RedirectResponse(f"/case/{view.case.id}", 303)
    if message.deadline.startswith("waiting."):
        return RedirectResponse(f"/case/{view.case.id}#waiting", 303)
    run = view.case.enrolments.get(message.enrolment)
    item = run.clocks.get(message.subject) if run is not None else None
    place = anchor_of(message.enrolment, item) if item is not None else "limits"
    return RedirectResponse(f"/case/{view.case.id}#{place}", 303)


def _pledge(token: str, desk: Desk) -> Pledge | None:
    found = Pledges(Safe(desk.office.keyring)).read(token)
    return found if found is not None and desk.office.time.now() < found.until else None


def _accounts(desk: Desk) -> SqlAccounts:
    return SqlAccounts(desk.office.database)
