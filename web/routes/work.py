"""My work: what do I do now?"""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response

from engine.core.case.state import Waiting, WaitingKind
from web.guards.entry import Office, Somebody
from web.page import page
from web.shown import work as shown

router = APIRouter()
#: The list looks so far ahead.
_AHEAD = timedelta(days=8)


@router.get("/work")
def my_work(request: Request, visitor: Somebody, desk: Office) -> Response:
    """Show the three bands, what waits for an answer, what others have to do, and how much waits elsewhere."""
    now = desk.office.time.now()
    work = desk.worklist.of(visitor.id, now + _AHEAD)
    transfers = {(one.view.case.id, one.waiting.id) for one in work.asked if _is_transfer(one.waiting)}
    invited = {(case.id, one.id) for case, one in desk.worklist.invitations(visitor.id) if _is_transfer(one)}
    values = {
        "sections": shown.sections(work, visitor),
        "questions": shown.questions(work.asked, visitor),
        "others": shown.others(work, visitor),
        "stalled": sum(not one.mine and one.limit < now for one in work.due),
        "approvals": sum(not _is_transfer(one.waiting) for one in work.asked),
        "offers": len(transfers | invited),
        "more": work.more is not None,
    }
    return page(request, "work.html", values, visitor=visitor)


def _is_transfer(waiting: Waiting) -> bool:
    return waiting.kind is WaitingKind.TRANSFER


@router.get("/cases")
def my_cases(request: Request, visitor: Somebody, desk: Office, after: str = "") -> Response:
    """Show every open case of hers by its code, page by page."""
    views, more = desk.worklist.cases(visitor.id, desk.cursors.read_code(visitor.id, after[:400]), 100)
    rows = []
    for view in views:
        titles = visitor.titles(view.case)
        lanes = [one for one in view.tracks() if one.state.place.value == "open"]
        first = lanes[0] if lanes else None
        stands = titles.step(first.enrolment, first.track, first.state.step) if first is not None else ""
        rows.append({"case": view.case.id, "stands": stands, "risk": titles.risk()})
    return page(
        request, "cases.html", {"rows": rows, "more": desk.cursors.written_code(visitor.id, more)}, visitor=visitor
    )
