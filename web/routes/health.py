"""Whether the program answers, for whoever watches it. Says nothing else."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

from web.guards.entry import Office

router = APIRouter()


@router.get("/healthz")
def healthz(desk: Office) -> PlainTextResponse:
    """Read from the database and say that it worked."""
    desk.office.people.now()
    return PlainTextResponse("ok")
