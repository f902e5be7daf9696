"""Refuses requests that are larger than anything a form of ours sends, before they are read."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Bytes of a form; a document may be larger.
LARGEST_FORM, LARGEST_UPLOAD = 512 * 1024, 11 * 1024 * 1024


class TooLargeError(Exception):
    """More was sent than was said, or than is taken."""


class Size:
    """Limits the size of requests."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = LARGEST_UPLOAD if scope["path"].endswith("/documents") else LARGEST_FORM
        said = Headers(scope=scope).get("content-length", "0")
        if not (said.isascii() and said.isdecimal() and int(said[:12]) <= most):
            await PlainTextResponse("This is too large; send less at once.", 413)(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise TooLargeError
            return message

        try:
            await self._app(scope, counted, send)
        except TooLargeError:
            await PlainTextResponse("This is too large; send less at once.", 413)(scope, receive, send)
