"""Who asks: a program with a key, in somebody's name."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from engine.run.accounts.keys import WRITE
from engine.store.access import Accessed
from web.desk import Desk
from web.guards.pace import ASKED_BY_PROGRAM, TooFastError, pace_of

_BEARER = HTTPBearer(auto_error=False, description="A key that somebody made on the page of her account.")


class KeyMissingError(Exception):
    """There is no key, or it works no more."""


class NoRoleLeftError(Exception):
    """It is done, and whoever did it has nothing to do with the case any more, or never had."""


class ScopeError(Exception):
    """The key only reads."""


class MarkError(Exception):
    """Marks that would fit too many people; the message names their kinds."""


class Caller:
    """A program, in somebody's name."""

    def __init__(self, desk: Desk, user: str, scope: str) -> None:
        self.desk = desk
        self.user = user
        self.scope = scope


def caller_of(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> Caller:
    """Return whose key was sent. Raises KeyMissingError, TooFastError, and ScopeError where it only reads."""
    desk: Desk = request.app.state.desk
    found = desk.keys.who(given.credentials) if given is not None else None
    if found is None:
        raise KeyMissingError
    if request.method != "GET" and found[1] != WRITE:
        now = desk.office.time.now()
        desk.casework.access.write([Accessed(at=now, by=found[0].id, what="refused", detail="a key that reads")])
        raise ScopeError
    wait = pace_of(request).wait(found[0].id, "program", ASKED_BY_PROGRAM)
    if wait:
        raise TooFastError(wait)
    return Caller(desk, found[0].id, found[1])


Program = Annotated[Caller, Depends(caller_of)]
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=80, pattern=r"^[\x20-\x7e]*$")]
Code = Annotated[str, Query(max_length=400)]
