"""Documents of a case: looked at before they are taken, kept sealed, named by an answer, read by whoever may read it.

An answer to a field of the kind ``document`` holds the id of one, or words about where it lies. Nothing of the name
that a file had on somebody's machine is kept: it may name a person.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from engine.core.case.commands import Actor, Record
from engine.core.errors import SpeanError
from engine.core.model import FieldType
from engine.run.cases.casework import Casework
from engine.run.cases.scanner import Scanner
from engine.run.cases.view import View
from engine.store.ports import Ticket, UnknownCaseError
from engine.store.sql.documents import Document, SqlDocuments

#: No larger one is taken, in bytes.
LARGEST = 10 * 1024 * 1024
#: What may be taken, by the bytes with which it begins. No format that runs anything when it is opened in a browser.
_BEGINS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}
MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}
#: A text that begins like a picture and goes on as a page or a script is none.
_ACTIVE = re.compile(rb"<\s*(?:script|html|svg|iframe)|/(?:JavaScript|JS|Launch|EmbeddedFile)\b", re.IGNORECASE)
_ID = re.compile(r"document:[0-9a-f]{32}")


class DocumentError(SpeanError):
    """This file cannot be taken; take a PDF, PNG or JPEG of at most 10 MB without anything in it that runs."""


@dataclass(frozen=True, slots=True)
class Documents:
    """The use cases of documents."""

    casework: Casework
    kept: SqlDocuments
    scanner: Scanner

    def keep(
        self, user: str, case: str, enrolment: str, field: str, content: bytes, ticket: Ticket | None = None
    ) -> None:
        """Keep a document as the answer to a field. Raises Refused, UnknownCaseError, and why not.

        ``ticket``: what is sent twice with it is kept once.

        That is DocumentError, InfectedError, or ScannerError.
        """
        document = checked(content)
        self.casework.look(user, case, "document")
        self.scanner.check(content)
        id_ = f"document:{secrets.token_hex(16)}"
        self.kept.keep(id_, case, document, self.casework.time.now())
        try:
            self.casework.do(user, case, Record(actor=Actor(), enrolment=enrolment, facts={field: id_}), ticket)
        except BaseException:
            self.kept.drop(id_)
            raise
        if ticket is not None and not self._names(case, id_):  # it was kept before, under another id
            self.kept.drop(id_)

    def _names(self, case: str, id_: str) -> bool:
        stored = self.casework.cases.case(case)
        places = (stored.facts, *(run.facts for run in stored.enrolments.values()))
        return any(fact.value == id_ for facts in places for fact in facts.values())

    def read(self, user: str, case: str, id_: str) -> Document:
        """Return a document that an answer names which this person may read; logged. Raises UnknownCaseError."""
        stored, actor = self.casework.look(user, case, "document")
        view = View(stored, actor, self.casework.registry.library(), self.casework.time.now())
        found = self.kept.find(id_, case) if id_ in {one for _, one in named(view)} else None
        if found is None:
            raise UnknownCaseError
        return found


def named(view: View) -> list[tuple[str, str]]:
    """Return the fields whose answers name a document that is kept, each with its id."""
    return [
        (name, str(fact.value))
        for name, field, fact in view.facts()
        if field is not None and field.type is FieldType.DOCUMENT and _ID.fullmatch(str(fact.value))
    ]


def checked(content: bytes) -> Document:
    """Return what a file is, by what stands in it. Raises DocumentError."""
    kind = next((kind for kind, begin in _BEGINS.items() if content.startswith(begin)), "")
    if not kind or len(content) > LARGEST or _ACTIVE.search(content):
        raise DocumentError
    return Document(kind, content)
