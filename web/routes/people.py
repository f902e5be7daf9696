"""People, for the administrator: who has an account, who has which role, an invitation for whoever needs one."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from engine.core.people.commands import (
    AddMembership,
    AnswerRole,
    AnyPeopleCommand,
    DisableUser,
    EnableUser,
    EndMembership,
    SetSupervisor,
    SetUser,
)
from engine.core.people.reasons import PeopleRefused
from engine.run.accounts.entrance import INVITED_FOR
from engine.store.access import Accessed
from web.desk import Desk, Visitor
from web.guards.entry import Administrator, Confirmed, NotYoursError, Office, Sent
from web.page import page
from web.taking import text_of
from web.titles import pick, role_titles
from web.words.catalog import N_, say

router = APIRouter()
#: What may be done to an account, by the last word of the address.
_WHAT = frozenset({"close", "open", "give", "agree", "decline", "take", "supervise"})
#: What nobody does for herself.
_BY_ANOTHER = frozenset({"give", "supervise", "agree"})
#: What officers are told was done to an administrator's account.
_DID = {
    "close": "closed the account of",
    "open": "opened again the account of",
    "take": "took a role from",
    "supervise": "named the supervisor of",
}


@router.get("/people")
def show(request: Request, visitor: Administrator, desk: Office) -> Response:
    """Show everybody."""
    return _show(request, visitor, desk)


def _show(
    request: Request,
    visitor: Visitor,
    desk: Desk,
    error: str = "",
    status: int = 200,
    typed: SetUser | None = None,
) -> Response:
    now, directory = desk.office.time.now(), desk.office.people.now()
    roles: dict[str, list[str]] = {}
    titles = role_titles(visitor.library, visitor.language)
    for one in directory.memberships.values():
        if one.holds(now):
            roles.setdefault(one.user, []).append(titles.get(one.role, one.role))
    entrance = desk.entrance.accounts
    rows = [
        {
            "user": one,
            "agency": _agency(one.agency, visitor),
            "roles": ", ".join(sorted(set(roles.get(one.id, [])))),
            "ready": entrance.account(one.id) is not None,
        }
        for one in sorted(directory.users.values(), key=lambda one: one.name)
    ]
    asked = [directory.users[one.membership.user] for one in directory.asked.values()]
    values = {"rows": rows, "asked": asked, "agencies": _agencies(visitor), "error": error, "typed": typed}
    return page(request, "people.html", values, visitor=visitor, status=status)


@router.post("/people")
def add(request: Request, visitor: Administrator, desk: Office, form: Sent) -> Response:
    """Add a member of staff."""
    command = SetUser(
        by=visitor.id,
        id=text_of(form, "id", 64).strip(),
        name=text_of(form, "name", 200).strip(),
        agency=text_of(form, "agency", 64),
        email=text_of(form, "email", 300).strip(),
        language=text_of(form, "language", 2) or "en",
    )
    try:
        if command.id in desk.office.people.now().users:
            raise NotYoursError
        desk.office.people.change([command], desk.office.time.now())
    except PeopleRefused as error:
        return _show(request, visitor, desk, str(error), 422, command)
    return RedirectResponse(f"/people/{command.id}", 303)


@router.get("/people/{user}")
def show_one(request: Request, user: str, visitor: Administrator, desk: Office) -> Response:
    """Show one member of staff."""
    return _show_one(request, user, visitor, desk)


def _show_one(
    request: Request, user: str, visitor: Visitor, desk: Desk, *, error: str = "", invitation: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    now, directory = desk.office.time.now(), desk.office.people.now()
    known = directory.users.get(user)
    if known is None:
        raise NotYoursError
    titles = role_titles(visitor.library, visitor.language)
    people = (one for one in directory.users.values() if one.id != user and not one.disabled)
    values = {
        "user": known,
        "agency": _agency(known.agency, visitor),
        "titles": titles,
        "agency_titles": dict(_agencies(visitor)),
        "memberships": [one for one in directory.memberships.values() if one.user == user and one.holds(now)],
        "asked": [
            (one, directory.users[one.by].name if one.by in directory.users else one.by)
            for one in directory.asked.values()
            if one.membership.user == user
        ],
        "supervisor": directory.supervisor(user, now) or "",
        "others": sorted(((one.id, one.name) for one in people), key=lambda one: one[1]),
        "roles": sorted(titles.items(), key=lambda one: one[1]),
        "agencies": _agencies(visitor),
        "ready": desk.entrance.accounts.account(user) is not None,
        "error": error,
        "invitation": invitation,
        "hours": int(INVITED_FOR.total_seconds()) // 3600,
    }
    return page(request, "person.html", values, visitor=visitor, status=status)


def _agencies(visitor: Visitor) -> list[tuple[str, str]]:
    """Return the agencies with their titles, by title."""
    found = ((one, _agency(one, visitor)) for one in visitor.directory.agencies)
    return sorted(found, key=lambda one: one[1])


def _agency(agency: str, visitor: Visitor) -> str:
    known = visitor.directory.agencies.get(agency)
    return pick(known.title, visitor.language, agency) if known is not None else agency


@router.post("/people/{user}/invite")
def invite(request: Request, user: str, visitor: Confirmed, desk: Office) -> Response:
    """Make an invitation; the link is shown once, to be handed over in person or by a safe way."""
    if user not in desk.office.people.now().users:
        raise NotYoursError
    # Told first: rather a mail about an invitation that was never made than the other way round.
    desk.appointments.tell_of_invitation(visitor.id, user, desk.office.time.now())
    token = desk.entrance.invite(user, visitor.id)
    base = desk.office.settings.office.link.rstrip("/") or str(request.base_url).rstrip("/")
    return _show_one(request, user, visitor, desk, invitation=f"{base}/welcome/{token}")


@router.post("/people/{user}/{what}")
def change(request: Request, user: str, what: str, visitor: Confirmed, desk: Office, form: Sent) -> Response:
    """Close or open an account, give, take or agree to a role, name the supervisor. It acts with the next request."""
    if user == visitor.id and what in _BY_ANOTHER:
        words = say(visitor.language, N_("Another administrator has to do this: nobody gives herself a role."))
        return _show_one(request, user, visitor, desk, error=words, status=422)
    if what not in _WHAT or user not in desk.office.people.now().users:
        raise NotYoursError
    now = desk.office.time.now()
    try:
        given = _carry_out(desk, _command(what, user, visitor.id, form), what, now)
    except PeopleRefused as error:
        return _show_one(request, user, visitor, desk, error=str(error), status=422)
    if what == "close":
        desk.entrance.sessions.end_all(user, desk.entrance.time.now())
    detail = f"{what} {user}" if given else f"ask {user}"
    desk.office.access.write([Accessed(at=now, by=visitor.id, what="people", detail=detail)])
    return RedirectResponse(f"/people/{user}", 303)


def _command(what: str, user: str, by: str, form: FormData) -> AnyPeopleCommand:
    agency, role, province = (text_of(form, name, 64) for name in ("agency", "role", "province"))
    commands: dict[str, AnyPeopleCommand] = {
        "close": DisableUser(by=by, user=user),
        "open": EnableUser(by=by, user=user),
        "give": AddMembership(by=by, user=user, role=role, agency=agency, everywhere=not agency),
        "agree": AnswerRole(by=by, user=user, role=role, agency=agency, province=province, agrees=True),
        "decline": AnswerRole(by=by, user=user, role=role, agency=agency, province=province, agrees=False),
        "take": EndMembership(by=by, user=user, role=role, agency=agency, province=province),
        "supervise": SetSupervisor(by=by, user=user, supervisor=text_of(form, "supervisor", 64)),
    }
    return commands[what]


def _carry_out(desk: Desk, command: AnyPeopleCommand, what: str, now: datetime) -> bool:
    """Do it; return False where a second administrator has to agree first. Raises PeopleRefused."""
    match command:
        case AddMembership():
            return desk.appointments.give(command, now)
        case AnswerRole():
            desk.appointments.answer(command, now)
        case DisableUser() | EnableUser() | EndMembership() | SetSupervisor():
            desk.appointments.change(command, command.user, _DID[what], now)
    return True
