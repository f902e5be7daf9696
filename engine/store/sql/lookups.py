"""The blind index: whether a number or name is known, without its being written anywhere.

What is looked up is kept as an HMAC under a secret of the office. It is deleted with the person's key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from engine.store.sql import tables as t
from engine.store.sql.database import Database
from engine.store.sql.statements import cursor_of, putting_once
from engine.store.sql.tables import micros
from engine.store.vault import Vault

_l = t.lookups.c


class SqlLookups:
    """Notes and finds."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """Use this database; tokens are made with the vault's secret."""
        self.database = database
        self.vault = vault
        self._put = putting_once(database.dialect, t.lookups)

    def put(self, case: str, texts: Mapping[str, str], now: datetime) -> bool:
        """Let a case be found by texts, by kind (``paper``, ``telephone``), from an instant (UTC) on: all or none.

        Returns False for a person who was erased.
        """
        erased = select(t.erasures.c.code).where(t.erasures.c.code == case)
        with self.database.write() as connection:
            if connection.execute(erased).first() is not None:
                return False
            rows = [(kind, self._token(kind, text), case, micros(now)) for kind, text in texts.items()]
            self._put.run_many(cursor_of(connection), rows)
        return True

    def remove(self, case: str) -> None:
        """Let a case be found by nothing any more."""
        with self.database.write() as connection:
            connection.execute(delete(t.lookups).where(_l.code == case))

    def find(self, kind: str, text: str) -> Sequence[str]:
        """Return the codes of the cases that hold this text, in order."""
        with self.database.read() as connection:
            where = (_l.kind == kind) & (_l.token == self._token(kind, text))
            return list(connection.execute(select(_l.code).where(where).order_by(_l.code)).scalars())

    def _token(self, kind: str, text: str) -> str:
        """Return the token of a text; spaces, hyphens and the size of letters make no difference."""
        return self.vault.token(kind, "".join(text.casefold().split()).replace("-", ""))
