"""Forms that a page sends itself, so that nothing typed is lost with the line: the answer says where to go on.

A browser that follows a redirect by itself would load the next page twice. The header ``Spean-Form`` names the form;
its draft is forgotten as soon as what was typed has been done.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.desk import Desk
from web.guards.entry import safe_next

_LOG_IN = "/log-in"


class Sending:
    """Answers `Spean-Go` where it would have answered with a redirect."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        """Wrap an application."""
        self._app, self._desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        form = Headers(scope=scope).get("spean-form") if scope["type"] == "http" else None
        if form is None or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                user, goes = scope.get("state", {}).get("user", ""), headers.get("location", "")
                if user and message["status"] in {200, 303} and not goes.startswith(_LOG_IN):
                    await run_in_threadpool(self._desk.drafts.drop, user, safe_next(form))
                if message["status"] == 303:
                    message["status"] = 204
                    del headers["location"], headers["content-length"]
                    headers["Spean-Go"] = goes
            await send(message)

        await self._app(scope, receive, told)
