"""Before something grave: is it still you? What was sent goes along and is done with the right code."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from web.guards.entry import CONFIRMATION, NotConfirmedError, desk_of
from web.page import page
from web.routes.entrance import shown_code


def ask(request: Request, asked: NotConfirmedError) -> Response:
    """Ask for the one-time code; the form is sent again with it."""
    sent = [
        (name, value) for name, value in asked.form.multi_items() if isinstance(value, str) and name != CONFIRMATION
    ]
    values = {
        "sent": sent,
        "to": request.url.path,
        "name": CONFIRMATION,
        "error": asked.error,
        "shown": shown_code(desk_of(request), asked.visitor.id),
    }
    return page(request, "confirm.html", values, visitor=asked.visitor, status=403)
