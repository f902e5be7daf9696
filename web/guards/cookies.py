"""The cookies: a session, a half-open one, a language, a known device.

Never readable by scripts, never sent from other sites.

The prefix ``__Host-`` makes browsers hold us to it: over HTTPS (or to this machine itself), for this host alone.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

SESSION, HALF, LANGUAGE = "__Host-spean", "__Host-spean-half", "__Host-spean-language"
#: That somebody got in here before; it opens nothing.
DEVICE = "__Host-spean-device"
_A_YEAR = 365 * 24 * 3600


def put(response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    """Set a cookie; without ``seconds`` it is gone when the browser is closed."""
    response.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def put_language(response: Response, language: str) -> None:
    """Remember a language; it says nothing about anybody."""
    put(response, LANGUAGE, language, seconds=_A_YEAR)


def drop(response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")


def get(request: Request, name: str) -> str:
    """Return the value of a cookie, or the empty text."""
    return request.cookies.get(name, "")[:200]
