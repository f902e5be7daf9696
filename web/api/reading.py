"""What programs read."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Annotated

from fastapi import FastAPI, Query
from starlette.responses import JSONResponse, Response

from engine.run.cases.documents import MEDIA_TYPES, named
from engine.run.cases.timeline import line_of
from engine.run.cases.view import View
from web.api import bodies
from web.api.caller import Code, Program
from web.api.shown import asked_body, case_body, clock_body
from web.taking import code_of

_MOST, _MOST_LINES = 100, 200
#: Before the id of a document, in answers that name one.
_DOCUMENT = "document:"


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
        found = desk.worklist.of(caller.user, until, desk.cursors.read(caller.user, after), _MOST)
        due = [clock_body(one.view, one.clock, mine=one.mine) for one in found.due]
        return bodies.Work(due=due, next=desk.cursors.written(caller.user, found.more))

    @api.get("/waiting")
    def waiting(caller: Program) -> list[bodies.Asked]:
        """Return what waits for an answer of the caller's: approvals, reviews, offers, the longest waiting first."""
        desk = caller.desk
        asked = desk.worklist.of(caller.user, desk.office.time.now(), most=_MOST).asked
        offered = desk.worklist.invitations(caller.user, _MOST)
        found = {(one.view.case.id, one.waiting.id): one.waiting for one in asked}
        found |= {(case.id, one.id): one for case, one in offered}
        return [asked_body(code, one) for (code, _), one in sorted(found.items(), key=lambda pair: pair[1].at)]

    @api.get("/cases")
    def cases(caller: Program, after: Code = "") -> bodies.Cases:
        """Return the open cases."""
        cursors = caller.desk.cursors
        views, more = caller.desk.worklist.cases(caller.user, cursors.read_code(caller.user, after), _MOST)
        return bodies.Cases(cases=[one.case.id for one in views], next=cursors.written_code(caller.user, more))

    @api.get("/cases/{code}")
    def case(caller: Program, code: str) -> bodies.Case:
        """Return a case."""
        desk = caller.desk
        stored, actor = desk.casework.look(caller.user, code_of(code, desk))
        return case_body(View(stored, actor, desk.office.registry.library(), desk.office.time.now()))

    @api.get("/cases/{code}/journal")
    def journal(caller: Program, code: str, after: bodies.Count = 0) -> bodies.Journal:
        """Return what happened behind a line, as far as the caller may know of it, in the order of the record."""
        desk = caller.desk
        stored, actor = desk.casework.look(caller.user, code_of(code, desk), "journal")
        view = View(stored, actor, desk.office.registry.library(), desk.office.time.now())
        fields = {name for name, _, _ in view.facts()}
        behind = enumerate(desk.office.cases.journal(stored.id, after), after + 1) if after < stored.seq else ()
        heard = ((seq, one, line_of(one, fields)) for seq, one in behind if view.hears_of(one))
        told = ((seq, one, words) for seq, one, words in heard if words)
        lines = [
            bodies.Line(seq=seq, at=one.at.isoformat(), by=one.by, words=words)
            for seq, one, words in islice(told, _MOST_LINES + 1)
        ]
        return bodies.Journal(
            lines=lines[:_MOST_LINES], next=lines[_MOST_LINES - 1].seq if len(lines) > _MOST_LINES else 0
        )

    @api.get("/cases/{code}/documents")
    def documents(caller: Program, code: str) -> list[bodies.Document]:
        """Return the documents that the caller may read."""
        desk = caller.desk
        stored, actor = desk.casework.look(caller.user, code_of(code, desk), "documents")
        view = View(stored, actor, desk.office.registry.library(), desk.office.time.now())
        return [bodies.Document(field=field, document=id_.removeprefix(_DOCUMENT)) for field, id_ in named(view)]

    @api.get("/cases/{code}/documents/{document}", response_class=Response)
    def document(caller: Program, code: str, document: str) -> Response:
        """Return the bytes of a document."""
        known = code_of(code, caller.desk)
        found = caller.desk.documents.read(caller.user, known, _DOCUMENT + document)
        return Response(found.content, media_type=MEDIA_TYPES[found.kind])

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
