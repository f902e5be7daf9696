"""Documents of a case: attached to a question, read by whoever may read its answer, under a neutral name."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from engine.core.case.reasons import Refused
from engine.core.model import FieldType
from engine.run.cases.documents import LARGEST, MEDIA_TYPES, DocumentError, named
from engine.run.cases.scanner import InfectedError, ScannerError
from web.desk import Desk, Visitor
from web.guards.entry import Office, Sent, Somebody
from web.guards.pace import Costly
from web.page import page
from web.routes.case import view_of, words_of, writable
from web.taking import code_of, text_of
from web.words.catalog import N_, say

router = APIRouter()


@router.get("/case/{code}/documents")
def show(request: Request, code: str, visitor: Somebody, desk: Office) -> Response:
    """Show the documents, and the questions that can be answered with one."""
    return _show(request, code_of(code, desk), visitor, desk)


@router.post("/case/{code}/documents", dependencies=[Costly])
def keep(request: Request, code: str, visitor: Somebody, desk: Office, form: Sent) -> Response:
    """Keep a file as the answer to a question."""
    known = code_of(code, desk)
    enrolment, _, field = text_of(form, "field", 200).partition("/")
    file = form.get("file")
    content = file.file.read(LARGEST + 1) if isinstance(file, UploadFile) else b""
    try:
        desk.documents.keep(visitor.id, known, enrolment, field, content)
    except DocumentError:
        words = say(
            visitor.language, N_("Take a PDF, PNG or JPEG of at most 10 MB, without anything in it that runs.")
        )
        return _show(request, known, visitor, desk, [words], 422)
    except (InfectedError, ScannerError) as error:
        status = 422 if isinstance(error, InfectedError) else 503
        return _show(request, known, visitor, desk, [say(visitor.language, str(error))], status)
    except Refused as refused:
        titles = visitor.titles(desk.office.cases.case(known))
        return _show(request, known, visitor, desk, words_of(refused, titles), 409)
    return RedirectResponse(f"/case/{known}/documents", 303)


@router.get("/case/{code}/documents/{id_}", dependencies=[Costly])
def read(code: str, id_: str, visitor: Somebody, desk: Office) -> Response:
    """Send one, to be saved: its name is the code of the case."""
    known = code_of(code, desk)
    found = desk.documents.read(visitor.id, known, f"document:{id_}")
    headers = {
        "Content-Disposition": f'attachment; filename="{known}.{found.kind}"',
        "Content-Security-Policy": "sandbox",
    }
    return Response(found.content, media_type=MEDIA_TYPES[found.kind], headers=headers)


def _show(
    request: Request, code: str, visitor: Visitor, desk: Desk, problems: list[str] | None = None, status: int = 200
) -> Response:
    view, titles = view_of(code, visitor, desk, "documents")
    fields = [
        (f"{enrolment}/{name}", titles.label(name))
        for enrolment, name in writable(view)
        if (field := titles.field(name)) is not None and field.type is FieldType.DOCUMENT
    ]
    values = {
        "case": view.case,
        "kept": [(titles.label(name), id_.partition(":")[2]) for name, id_ in named(view)],
        "fields": fields,
        "problems": [("#file", words) for words in problems or []],
    }
    return page(request, "documents.html", values, visitor=visitor, status=status)
