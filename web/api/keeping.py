"""What programs hand over to be kept: documents, and what somebody may be known by."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated

from fastapi import FastAPI, Form, UploadFile

from engine.run.cases.documents import LARGEST
from engine.run.cases.marks import is_mark
from web.api import bodies
from web.api.caller import Key, MarkError, Program
from web.api.doing import ticket_of
from web.api.shown import case_body
from web.taking import code_of


def add_keeping(api: FastAPI) -> None:
    """Add the routes."""

    @api.post("/cases/{code}/documents")
    def attach(
        caller: Program,
        code: str,
        enrolment: Annotated[str, Form()],
        field: Annotated[str, Form()],
        file: UploadFile,
        key: Key = "",
    ) -> bodies.Case:
        """Attach a PDF, PNG or JPEG of at most 10 MB to a question."""
        known = code_of(code, caller.desk)
        content = file.file.read(LARGEST + 1)
        ticket = ticket_of(caller, key, f"document {known} {enrolment}/{field} {sha256(content).hexdigest()}")
        caller.desk.documents.keep(caller.user, known, enrolment, field, content, ticket)
        return case_body(caller.desk.casework.view(caller.user, caller.desk.office.cases.case(known)))

    @api.post("/cases/{code}/marks", status_code=204)
    def mark(caller: Program, code: str, sent: bodies.Marks) -> None:
        """Hand over what she may be known by; the answer is the same whatever is known."""
        given = {kind: text for kind, text in sent.model_dump().items() if text.strip()}
        wrong = [kind for kind, text in given.items() if not is_mark(kind, text)]
        if wrong or not given:
            raise MarkError(", ".join(wrong) or "paper, telephone, name")
        caller.desk.marks.note(caller.user, code_of(code, caller.desk), given)
