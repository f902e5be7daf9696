"""How are we doing, without anyone's story? A page of numbers from which no case can be reached."""

from __future__ import annotations

from time import monotonic
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import Response

from engine.run.figures.overview import Overview, overview
from engine.run.figures.suppression import LEAST_SHOWN
from engine.store.access import Accessed
from engine.store.sql.figures import SqlFigures
from web.desk import Desk
from web.guards.entry import NotYoursError, Office, Somebody
from web.page import page

router = APIRouter()
#: Counting takes a while; for so many seconds the same is shown.
_KEPT_SECONDS = 600


@router.get("/statistics")
def show(request: Request, visitor: Somebody, desk: Office) -> Response:
    """Show the figures."""
    if not visitor.reads_figures:
        raise NotYoursError
    desk.office.access.write([Accessed(at=desk.office.time.now(), by=visitor.id, what="statistics")])
    return page(request, "statistics.html", {"all": _counted(desk), "least": LEAST_SHOWN}, visitor=visitor)


def _counted(desk: Desk) -> Overview:
    if desk.figures is not None and monotonic() - desk.figures[0] < _KEPT_SECONDS:
        return desk.figures[1]
    figures = SqlFigures(desk.office.database)
    zone = ZoneInfo(desk.office.settings.office.zone)
    found = overview(figures.runs(), figures.limits(), desk.office.people.now(), zone, desk.office.time.now())
    desk.figures = (monotonic(), found)
    return found
