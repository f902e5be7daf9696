"""Does it get better or worse? Twelve weeks of limits that were overdue, and who leads how many cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from time import monotonic

from fastapi import APIRouter, Request
from starlette.responses import Response

from engine.run.cases.weeks import Weeks, weeks_of
from engine.store.access import Accessed
from web.desk import Desk, Visitor
from web.guards.entry import Office, Somebody
from web.page import page
from web.shown.trend import MOST_CASES, ends_of, loads, weeks

router = APIRouter()
#: Counting takes a while in a large office; for so many seconds the same is shown.
_KEPT_SECONDS = 600
_ONE_BY_ONE = Lock()


@router.get("/stalled/weeks")
def show_weeks(request: Request, visitor: Somebody, desk: Office) -> Response:
    """Show the last twelve weeks of all cases she has to do with, closed ones too, and the open cases by worker."""
    ends = ends_of(desk.office.time.now())
    found = _counted(desk, visitor, ends)
    values = {
        "weeks": weeks(ends, found.overdue, visitor),
        "loads": loads(found.led, visitor),
        "most": MOST_CASES,
    }
    return page(request, "trend.html", values, visitor=visitor)


def _counted(desk: Desk, visitor: Visitor, ends: Sequence[datetime]) -> Weeks:
    """Count, one reader after another; what was counted a short time ago is shown again, unless roles changed."""
    key = (visitor.id, visitor.directory.seq)
    with _ONE_BY_ONE:
        known = desk.weeks.get(key)
        if known is not None and monotonic() - known[0] < _KEPT_SECONDS:
            rows = [Accessed(at=desk.office.time.now(), by=visitor.id, what="list", detail="weeks")]
            desk.office.access.write(rows)
            return known[1]
        found = weeks_of(desk.worklist, visitor.id, ends)
        desk.weeks = {one: kept for one, kept in desk.weeks.items() if monotonic() - kept[0] < _KEPT_SECONDS}
        desk.weeks[key] = (monotonic(), found)
    return found
