"""Takes text in UTF-8 and in nothing else: other charsets can spell halves of signs, which no store takes."""

from __future__ import annotations

from email.message import Message as Head

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_TAKEN = frozenset({"utf-8", "utf8"})


def is_plain(kind: str) -> bool:
    """Return whether a content type names no charset, or UTF-8."""
    head = Head()
    head["Content-Type"] = kind.replace("\n", " ").replace("\r", " ")
    charset = head.get_param("charset")
    return charset is None or (isinstance(charset, str) and charset.casefold() in _TAKEN)


class Charset:
    """Refuses requests that say they are written otherwise."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "http" and not all(map(is_plain, Headers(scope=scope).getlist("content-type"))):
            await PlainTextResponse("Send this as UTF-8; nothing was done.", 415)(scope, receive, send)
            return
        await self._app(scope, receive, send)
