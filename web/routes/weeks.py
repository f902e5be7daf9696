"""Does it get better or worse? Twelve weeks of limits that were overdue, and who leads how many cases."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from engine.run.cases.weeks import weeks_of
from web.guards.entry import Office, Somebody
from web.page import page
from web.shown.trend import MOST_CASES, ends_of, loads, weeks

router = APIRouter()


@router.get("/stalled/weeks")
def show_weeks(request: Request, visitor: Somebody, desk: Office) -> Response:
    """Show the last twelve weeks of all cases she has to do with, closed ones too, and the open cases by worker."""
    ends = ends_of(desk.office.time.now())
    found = weeks_of(desk.worklist, visitor.id, ends)
    values = {
        "weeks": weeks(ends, found.overdue, visitor),
        "loads": loads(found.led, visitor),
        "most": MOST_CASES,
    }
    return page(request, "trend.html", values, visitor=visitor)
