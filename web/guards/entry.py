"""Who may come in: nobody without a whole session. Said once, for every route but the few public ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from starlette.datastructures import FormData

from engine.core.errors import SpeanError
from web.desk import Desk, Visitor
from web.guards.cookies import LANGUAGE, SESSION, get
from web.words.catalog import LANGUAGES, say

#: The one-time code in a form that is sent a second time.
CONFIRMATION = "confirmation"
_THIS_MACHINE = frozenset({"127.0.0.1", "::1"})


class NotLoggedInError(Exception):
    """Nobody is logged in here; ``next``: where she wanted to go."""

    def __init__(self, next_: str) -> None:
        super().__init__()
        self.next = next_


class NotConfirmedError(Exception):
    """Who asks for something grave has to show first who she is; ``form``: what she sent, so that nothing is lost."""

    def __init__(self, visitor: Visitor, form: FormData, error: str) -> None:
        super().__init__()
        self.visitor, self.form, self.error = visitor, form, error


class NotYoursError(Exception):
    """This is not hers, or it is not there: nobody learns which."""


def desk_of(request: Request) -> Desk:
    """Return the office."""
    found: Desk = request.app.state.desk
    return found


def visitor_of(request: Request) -> Visitor:
    """Return who is logged in. Raises NotLoggedInError. A role that was taken away is gone with this request."""
    desk = desk_of(request)
    session = desk.entrance.who(get(request, SESSION))
    if session is None:
        raise NotLoggedInError(_back(request))
    directory = desk.office.people.now()
    user = directory.users[session.user]
    chosen = get(request, LANGUAGE)
    language = chosen if chosen in LANGUAGES else user.language
    request.state.user = user.id
    return Visitor(user, session, directory, desk.office.registry.library(), language, desk.office.time.now())


def administrator_of(request: Request) -> Visitor:
    """Return who is logged in, if she keeps the directory. Raises NotLoggedInError, NotYoursError."""
    visitor = visitor_of(request)
    if not visitor.is_administrator:
        raise NotYoursError
    return visitor


async def form_of(request: Request) -> AsyncIterator[FormData]:
    """Give the form that was sent, and close its files."""
    async with request.form(max_files=4, max_fields=2000, max_part_size=512 * 1024) as form:
        yield form


def confirmed_of(
    request: Request, visitor: Annotated[Visitor, Depends(visitor_of)], form: Annotated[FormData, Depends(form_of)]
) -> Visitor:
    """Return who is logged in and has shown so not long ago, or does so with this form. Raises NotConfirmedError."""
    desk, code = desk_of(request), form.get(CONFIRMATION, "")
    if desk.entrance.is_fresh(visitor.session):
        return visitor
    if not isinstance(code, str) or not code:
        raise NotConfirmedError(visitor, form, "")
    try:
        desk.entrance.confirm(visitor.session, code[:20], address_of(request))
    except SpeanError as error:
        raise NotConfirmedError(visitor, form, say(visitor.language, str(error))) from error
    return visitor


def address_of(request: Request) -> str:
    """Return from where a request comes; empty where the server in front does not say so.

    All strangers would share this machine's address: 50 wrong passwords of one of them would shut everybody out.
    """
    host = request.client.host if request.client is not None else ""
    return "" if host in _THIS_MACHINE else host


def _back(request: Request) -> str:
    path = request.url.path if request.method == "GET" else "/work"
    return quote(path, safe="/")


def safe_next(wanted: str) -> str:
    """Return a page of ours to go on to, whatever was asked for: no address of another site."""
    try:
        parts = urlsplit(wanted)
    except ValueError:  # an address of no site at all
        return "/work"
    is_ours = (
        not parts.scheme and not parts.netloc and wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    )
    plain = is_ours and wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    return wanted if plain else "/work"


#: What the functions of routes ask for.
Office = Annotated[Desk, Depends(desk_of)]
Somebody = Annotated[Visitor, Depends(visitor_of)]
Administrator = Annotated[Visitor, Depends(administrator_of)]
Sent = Annotated[FormData, Depends(form_of)]
#: Of routes that do something grave.
Confirmed = Annotated[Visitor, Depends(confirmed_of)]
