"""Getting in and out: log-in with two factors, invitations, exit, language."""

from __future__ import annotations

import segno
from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from engine.core.errors import SpeanError
from engine.run.accounts import codes
from engine.run.accounts.devices import REMEMBERED_FOR
from engine.run.accounts.entrance import HALF_OPEN, EntranceError, InvitationError
from engine.run.accounts.passwords import SHORTEST
from web.desk import Desk
from web.guards.cookies import DEVICE, HALF, SESSION, drop, get, put, put_language
from web.guards.entry import NotLoggedInError, Office, Sent, address_of, safe_next, visitor_of
from web.page import language_of, page
from web.words.catalog import LANGUAGES, say

router = APIRouter()


@router.get("/")
def begin(request: Request) -> Response:
    """Go to where her day begins, or to the log-in before it."""
    try:
        return RedirectResponse(visitor_of(request).home, 303)
    except NotLoggedInError:
        return RedirectResponse("/log-in", 303)


@router.get("/log-in")
def ask_password(request: Request, next: str = "") -> Response:  # noqa: A002 - the name in the address
    """Ask for name and password."""
    return page(request, "log_in.html", {"next": _onward(next), "error": "", "name": ""})


@router.post("/log-in")
def take_password(request: Request, form: Sent, desk: Office) -> Response:
    """Take name and password, then ask for the code."""
    name, next_ = _text(form, "name"), _onward(_text(form, "next"))
    try:
        token = desk.entrance.log_in(name, _text(form, "password"), address_of(request), get(request, DEVICE))
    except SpeanError as error:
        words = say(language_of(request), str(error))
        return page(request, "log_in.html", {"next": next_, "error": words, "name": name}, status=422)
    answer = RedirectResponse(f"/log-in/code?next={next_}", 303)
    put(answer, HALF, token, seconds=int(HALF_OPEN.total_seconds()))
    return answer


@router.get("/log-in/code")
def ask_code(request: Request, desk: Office, next: str = "") -> Response:  # noqa: A002
    """Ask for the one-time code."""
    user = desk.entrance.awaits_code(get(request, HALF))
    if user is None:
        return RedirectResponse("/log-in", 303)
    return page(request, "code.html", {"next": _onward(next), "error": "", "shown": shown_code(desk, user)})


@router.post("/log-in/code")
def take_code(request: Request, form: Sent, desk: Office) -> Response:
    """Take the one-time code, or a recovery code; then she is in."""
    next_, half = _onward(_text(form, "next")), get(request, HALF)
    try:
        token = desk.entrance.second(half, _text(form, "code"), address_of(request), get(request, DEVICE))
    except SpeanError as error:
        user = desk.entrance.awaits_code(half)
        values = {
            "next": next_,
            "error": say(language_of(request), str(error)),
            "shown": shown_code(desk, user) if user is not None else "",
        }
        return page(request, "code.html", values, status=422)
    answer = RedirectResponse(next_, 303)
    put(answer, SESSION, token)
    put(answer, DEVICE, desk.entrance.remember(token), seconds=int(REMEMBERED_FOR.total_seconds()))
    drop(answer, HALF)
    return answer


@router.post("/log-out")
def log_out(request: Request, desk: Office) -> Response:
    """End the session."""
    desk.entrance.log_out(get(request, SESSION))
    return _gone(RedirectResponse("/log-in", 303))


@router.post("/exit")
def leave(request: Request, desk: Office) -> Response:
    """End the session and show something harmless: somebody looks over her shoulder."""
    desk.entrance.log_out(get(request, SESSION))
    answer = _gone(page(request, "exit.html"))
    drop(answer, DEVICE)  # nothing stays of her on a device that she had to leave
    return answer


@router.post("/language")
def choose_language(form: Sent) -> Response:
    """Go on in another language."""
    answer = RedirectResponse(safe_next(_text(form, "next")), 303)
    wanted = _text(form, "language")
    if wanted in LANGUAGES:
        put_language(answer, wanted)
    return answer


@router.get("/welcome/{token}")
def welcome(request: Request, token: str, desk: Office) -> Response:
    """Show an invitation: choose a password, set up the second factor."""
    try:
        user = desk.entrance.invited(token)
    except InvitationError as error:
        return page(request, "invitation_gone.html", {"error": say(language_of(request), str(error))}, status=410)
    return _welcome(request, user.id, codes.new_factor(), "", 200)


@router.post("/welcome/{token}")
def accept(request: Request, token: str, form: Sent, desk: Office) -> Response:
    """Take password and second factor; show the recovery codes once."""
    factor, password = _text(form, "factor"), _text(form, "password")
    try:
        user = desk.entrance.invited(token)
        if password != _text(form, "again"):
            raise EntranceError("The two passwords differ; write the same twice.")
        made = desk.entrance.accept(token, password, factor, _text(form, "code"))
    except InvitationError as error:
        return page(request, "invitation_gone.html", {"error": say(language_of(request), str(error))}, status=410)
    except SpeanError as error:
        return _welcome(request, user.id, factor, say(language_of(request), str(error)), 422)
    return page(request, "recovery.html", {"codes": made.recovery})


def _welcome(request: Request, user: str, factor: str, error: str, status: int) -> Response:
    picture = segno.make(codes.address_of(factor, user, "Spean"), error="m").svg_data_uri(scale=4, border=2)
    values = {"user": user, "factor": factor, "picture": picture, "error": error, "shortest": SHORTEST}
    return page(request, "welcome.html", values, status=status)


def shown_code(desk: Desk, user: str) -> str:
    """Return the code itself, in a simulation: nobody there has an authenticator for invented people."""
    if not desk.office.is_simulation:
        return ""
    return codes.code_at(desk.entrance.factor(user), desk.entrance.time.now())


def _gone(answer: Response) -> Response:
    drop(answer, SESSION)
    drop(answer, HALF)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _onward(wanted: str) -> str:
    """Return where to go when she is in: where she wanted to go, else where her day begins."""
    return safe_next(wanted) if wanted else "/"


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value[:4000] if isinstance(value, str) else ""
