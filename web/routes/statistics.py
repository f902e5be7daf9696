"""How are we doing, without anyone's story? A page of numbers from which no case can be reached."""

from __future__ import annotations

from time import monotonic
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import Response

from engine.run.figures.crowd import LEAST_SHOWN
from engine.run.figures.overview import Overview, overview
from engine.store.access import Accessed
from engine.store.sql.figures import SqlFigures
from web.desk import Desk
from web.guards.entry import NotYoursError, Office, Somebody
from web.page import page
from web.shown.figures import Figures, group_value

router = APIRouter()
#: Counting takes a while; for so many seconds the same is shown.
_KEPT_SECONDS = 600


@router.get("/statistics")
def show(request: Request, visitor: Somebody, desk: Office, quarter: str = "", province: str = "") -> Response:
    """Show the figures: all, or those of a quarter, of a province, or of both.

    What is chosen decides only which of the same numbers stand there; none is counted for it.
    """
    if not visitor.reads_figures:
        raise NotYoursError
    desk.office.access.write([Accessed(at=desk.office.time.now(), by=visitor.id, what="statistics")])
    counted = _counted(desk)
    span = next((one for one in counted.grid.spans if one[0] == quarter), ())
    group = next((one for one in counted.grid.groups if group_value(one) == province), ())
    figures = Figures(
        counted, visitor.library, visitor.language, span, group, ZoneInfo(desk.office.settings.office.zone)
    )
    return page(request, "statistics.html", {"figures": figures, "least": LEAST_SHOWN}, visitor=visitor)


def _counted(desk: Desk) -> Overview:
    if desk.figures is not None and monotonic() - desk.figures[0] < _KEPT_SECONDS:
        return desk.figures[1]
    figures = SqlFigures(desk.office.database)
    zone = ZoneInfo(desk.office.settings.office.zone)
    found = overview(figures.runs(), figures.limits(), desk.office.people.now(), zone, desk.office.time.now())
    desk.figures = (monotonic(), found)
    return found
