"""Refuses what another site makes a browser send (cross-site request forgery), without tokens in forms.

Browsers say themselves where a request comes from: ``Sec-Fetch-Site``, and before that ``Origin``. An unsafe request
with a cookie that says neither is refused, too. A safe one (GET, HEAD) changes nothing here.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})


def is_forged(method: str, headers: Headers) -> bool:
    """Return whether a request may have been sent by another site in somebody's name."""
    if method in _SAFE:
        return False
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site not in _OWN
    if origin is not None:
        return not (host := _host(origin)) or host != headers.get("host")
    return "cookie" in headers


def _host(origin: str) -> str:
    """Return the host of an origin; empty for what is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


class OwnOrigin:
    """Lets through only what our own pages send."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "http" and is_forged(scope["method"], Headers(scope=scope)):
            answer = PlainTextResponse("This was not sent from a page of Spean; nothing was done.", 403)
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)
