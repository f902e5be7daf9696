"""Documents of cases in the database: sealed, and so in every backup, and gone with the key of the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from engine.store.ports import UnknownCaseError
from engine.store.sql import tables as t
from engine.store.sql.database import Database
from engine.store.sql.tables import micros
from engine.store.vault import Vault

_d = t.documents.c


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its kind (``pdf``, ``png``, ``jpg``) and its content."""

    kind: str
    content: bytes


class SqlDocuments:
    """Keeps documents."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """Use this database; seal with this vault."""
        self.database = database
        self.vault = vault

    def keep(self, id_: str, case: str, document: Document, now: datetime) -> None:
        """Keep a document of a case. Raises UnknownCaseError, also where its person was erased."""
        with self.database.write() as connection:
            key = connection.execute(select(t.cases.c.key).where(t.cases.c.code == case)).scalar()
            try:
                body = self.vault.seal_document(case, key or "", document.content)
            except KeyError as error:
                raise UnknownCaseError from error
            values = {
                "id": id_,
                "code": case,
                "key": key,
                "kind": document.kind,
                "kept_at": micros(now),
                "body": body,
            }
            connection.execute(t.documents.insert().values(**values))

    def drop(self, id_: str) -> None:
        """Forget a document that no answer names."""
        with self.database.write() as connection:
            connection.execute(delete(t.documents).where(_d.id == id_))

    def find(self, id_: str, case: str) -> Document | None:
        """Return a document of this case; None where there is none, or its person was erased."""
        with self.database.read() as connection:
            row = connection.execute(select(t.documents).where(_d.id == id_, _d.code == case)).one_or_none()
        content = self.vault.open_document(case, row.key, row.body) if row is not None else None
        return Document(row.kind, content) if row is not None and content is not None else None
