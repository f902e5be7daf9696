"""Her own account: her password and recovery codes, where she is logged in, when she is away, keys for programs."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from engine.core.errors import SpeanError
from engine.core.people.commands import EndAbsence, SetAbsence
from engine.core.people.reasons import PeopleRefused
from engine.run.accounts.passwords import SHORTEST
from web.desk import Desk, Visitor
from web.guards.entry import Confirmed, Office, Sent, Somebody, address_of
from web.page import page
from web.taking import text_of
from web.words.catalog import N_, say

router = APIRouter()


@router.get("/account")
def show(request: Request, visitor: Somebody, desk: Office) -> Response:
    """Show it."""
    return _show(request, visitor, desk)


def _show(
    request: Request, visitor: Visitor, desk: Desk, error: str = "", status: int = 200, *, key: str = "",
    words: str = "", at: str = "#since",
) -> Response:  # fmt: skip
    directory = desk.office.people.now()
    colleagues = sorted(
        (one for one in directory.users.values() if not one.disabled and one.id != visitor.id),
        key=lambda one: one.name,
    )
    values = {
        "sessions": desk.entrance.open_sessions(visitor.id),
        "here_id": visitor.session.id,
        "recovery": desk.entrance.recovery_left(visitor.id),
        "absences": directory.absences.get(visitor.id, ()),
        "colleagues": [one for one in colleagues if one.agency == visitor.user.agency],
        "people": {one.id: one.name for one in directory.users.values()},
        "keys": desk.keys.of(visitor.id),
        "new_key": key,
        "problems": [(at, error)] if error else [],
        "words": words,
        "shortest": SHORTEST,
        "zone": visitor.zone,
    }
    return page(request, "account.html", values, visitor=visitor, status=status)


@router.post("/account/sessions/{id_}/end")
def end_session(id_: str, visitor: Somebody, desk: Office) -> Response:
    """Log out somewhere else."""
    desk.entrance.end_session(visitor.id, id_)
    return RedirectResponse("/account", 303)


@router.post("/account/sessions/end")
def end_others(visitor: Somebody, desk: Office) -> Response:
    """Log out everywhere else."""
    desk.entrance.end_others(visitor.id, visitor.session.id)
    return RedirectResponse("/account", 303)


@router.post("/account/absence")
def set_absence(request: Request, visitor: Somebody, desk: Office, form: Sent) -> Response:
    """Say when she is away, and who stands in."""
    try:
        since, until = (date.fromisoformat(text_of(form, name, 10)) for name in ("since", "until"))
    except ValueError:
        words = say(visitor.language, N_("Write both dates, for example 31 3 2026."))
        return _show(request, visitor, desk, words, 422)
    command = SetAbsence(by=visitor.id, user=visitor.id, deputy=text_of(form, "deputy", 64), since=since, until=until)
    try:
        desk.office.people.change([command], desk.office.time.now())
    except PeopleRefused as error:
        return _show(request, visitor, desk, str(error), 422)
    return RedirectResponse("/account", 303)


@router.post("/account/absence/cancel")
def cancel_absence(request: Request, visitor: Somebody, desk: Office, form: Sent) -> Response:
    """She is back earlier, or does not go."""
    try:
        command = EndAbsence(by=visitor.id, user=visitor.id, since=date.fromisoformat(text_of(form, "since", 10)))
        desk.office.people.change([command], desk.office.time.now())
    except PeopleRefused as error:
        return _show(request, visitor, desk, str(error), 422)
    except ValueError:  # no day at all
        return _show(request, visitor, desk, say(visitor.language, N_("You are not away.")), 422)
    return RedirectResponse("/account", 303)


@router.post("/account/password")
def change_password(request: Request, visitor: Somebody, desk: Office, form: Sent) -> Response:
    """Take a new password of who knows the old one; she is logged out everywhere else."""
    old, new, again = (text_of(form, name, 4000) for name in ("old", "new", "again"))
    if new != again:
        words = say(visitor.language, N_("The two new passwords differ; write the same twice."))
        return _show(request, visitor, desk, words, 422, at="#again")
    try:
        desk.entrance.change_password(visitor.session, old, new, address_of(request))
    except SpeanError as error:
        return _show(request, visitor, desk, say(visitor.language, str(error)), 422, at="#old")
    return _show(request, visitor, desk, words=say(visitor.language, N_("The new password holds.")))


@router.post("/account/recovery")
def renew_recovery(request: Request, visitor: Confirmed, desk: Office) -> Response:
    """Make new recovery codes; they are shown once."""
    return page(request, "recovery.html", {"codes": desk.entrance.renew_recovery(visitor.id)}, visitor=visitor)


@router.post("/account/keys")
def make_key(request: Request, visitor: Confirmed, desk: Office, form: Sent) -> Response:
    """Make a key for a program; it is shown once."""
    key = desk.keys.make(visitor.id, text_of(form, "name", 80), text_of(form, "scope", 5))
    return _show(request, visitor, desk, key=key)


@router.post("/account/keys/{id_}/end")
def end_key(id_: str, visitor: Somebody, desk: Office) -> Response:
    """End a key."""
    desk.keys.end(visitor.id, id_)
    return RedirectResponse("/account", 303)
