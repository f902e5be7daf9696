"""What programs read."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import FastAPI, Query
from starlette.responses import JSONResponse, Response

from engine.run.cases.timeline import line_of
from engine.run.cases.view import View
from engine.run.cases.worklist import Due
from engine.store.sql.worklist import DueClock
from web.api import bodies
from web.api.bodies import whole, within_years
from web.api.caller import Code, Program
from web.api.shown import case_body, clock_body
from web.taking import code_of

_MOST = 100


def add_reading(api: FastAPI) -> None:
    """Add the routes."""

    @api.get("/openapi.json", include_in_schema=False)
    def schema(_: Program) -> Response:
        """Return what there is."""
        return JSONResponse(api.openapi())

    @api.get("/work")
    def work(caller: Program, after: Annotated[str, Query(max_length=400)] = "") -> bodies.Work:
        """Return what is due within eight days."""
        desk = caller.desk
        until = desk.office.time.now() + timedelta(days=8)
        found = desk.worklist.of(caller.user, until, _cursor(after), _MOST)
        due = [clock_body(one.view, one.clock, mine=one.mine) for one in found.due]
        return bodies.Work(due=due, next=_written(found.due[-1]) if found.more is not None and found.due else "")

    @api.get("/cases")
    def cases(caller: Program, after: Code = "") -> bodies.Cases:
        """Return the open cases."""
        views, more = caller.desk.worklist.cases(caller.user, after, _MOST)
        return bodies.Cases(cases=[one.case.id for one in views], next=more)

    @api.get("/cases/{code}")
    def case(caller: Program, code: str) -> bodies.Case:
        """Return a case."""
        desk = caller.desk
        stored, actor = desk.casework.look(caller.user, code_of(code, desk))
        return case_body(View(stored, actor, desk.office.registry.library(), desk.office.time.now()))

    @api.get("/cases/{code}/journal")
    def journal(caller: Program, code: str) -> list[bodies.Line]:
        """Return what happened, as far as the caller may know of it, in the order in which it was recorded."""
        desk = caller.desk
        stored, actor = desk.casework.look(caller.user, code_of(code, desk), "journal")
        view = View(stored, actor, desk.office.registry.library(), desk.office.time.now())
        fields = {name for name, _, _ in view.facts()}
        heard = (one for one in desk.office.cases.journal(stored.id) if view.hears_of(one))
        lines = ((one, line_of(one, fields)) for one in heard)
        return [bodies.Line(at=one.at.isoformat(), by=one.by, words=words) for one, words in lines if words]

    @api.get("/cases/{code}/options")
    def options(caller: Program, code: str) -> list[bodies.Option]:
        """Return what can be done, what not, and why."""
        found = caller.desk.casework.options(caller.user, code_of(code, caller.desk))
        return [
            bodies.Option(
                enrolment=one.enrolment,
                track=one.track,
                step=one.step,
                visit=one.visit,
                action=one.action,
                answer=one.answer.value,
                asks=list(one.asks),
                reasons=[str(reason) for reason in one.reasons],
            )
            for one in found
        ]


def _written(due: Due) -> str:
    clock = due.clock
    limit = due.limit.isoformat()
    return json.dumps([limit, due.view.case.id, clock.enrolment, clock.item.key, clock.item.deadline])


def _cursor(after: str) -> DueClock | None:
    """Return behind which clock a page goes on; one that was not ours begins anew."""
    try:
        limit, case, enrolment, clock, deadline = json.loads(after)
        at = datetime.fromisoformat(limit)
        names = [whole(str(one)) for one in (case, enrolment, clock, deadline)]
        return DueClock(within_years(at), *names) if at.tzinfo else None
    except (ValueError, TypeError, RecursionError):
        return None
