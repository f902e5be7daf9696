"""Accounts in a database: passwords (hashed), second factors (sealed), recovery codes, single-use links.

Tokens are kept as hashes only: whoever reads the database can use none of them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from engine.store.sql import tables as t
from engine.store.sql.database import Database
from engine.store.sql.tables import instant, micros

_a, _r, _s = t.accounts.c, t.recovery_codes.c, t.single_uses.c


def hashed(token: str) -> str:
    """Return what is kept of a token; it is long and random, so that a plain hash is enough."""
    return sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Account:
    """How somebody logs in. ``factor``: her sealed second factor, None before it was set up."""

    user: str
    password: str
    factor: bytes | None
    factor_step: int


@dataclass(frozen=True, slots=True)
class SingleUse:
    """A link that works once: for whom, from whom, until when (UTC)."""

    purpose: str
    user: str
    by: str
    until: datetime
    used: bool


class SqlAccounts:
    """Keeps accounts."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database

    def account(self, user: str) -> Account | None:
        """Return the account of a user; None where she never set a password."""
        with self.database.read() as connection:
            row = connection.execute(select(t.accounts).where(_a.user == user)).one_or_none()
        return None if row is None else Account(row.user, row.password, row.factor, row.factor_step)

    def put(self, user: str, password: str, factor: bytes | None, codes: Collection[str], now: datetime) -> None:
        """Keep a new password and second factor; earlier recovery codes work no more."""
        values = {"password": password, "factor": factor, "factor_step": 0, "changed_at": micros(now)}
        with self.database.write() as connection:
            connection.execute(
                insert(t.accounts).values(user=user, **values).on_conflict_do_update(("user",), set_=values)
            )
            _put_recovery(connection, user, codes)

    def put_password(self, user: str, password: str, now: datetime) -> None:
        """Keep a new password; the second factor stays."""
        with self.database.write() as connection:
            values = {"password": password, "changed_at": micros(now)}
            connection.execute(update(t.accounts).where(_a.user == user).values(**values))

    def put_recovery(self, user: str, codes: Collection[str]) -> None:
        """Keep new recovery codes; earlier ones work no more."""
        with self.database.write() as connection:
            _put_recovery(connection, user, codes)

    def rehash(self, user: str, password: str) -> None:
        """Keep a stronger hash of the same password."""
        with self.database.write() as connection:
            connection.execute(update(t.accounts).where(_a.user == user).values(password=password))

    def use_step(self, user: str, step: int) -> bool:
        """Note that a one-time code was used; return False for one of this time step, or before, that was used."""
        where = (_a.user == user) & (_a.factor_step < step)
        with self.database.write() as connection:
            return connection.execute(update(t.accounts).where(where).values(factor_step=step)).rowcount == 1

    def use_recovery(self, user: str, code: str, now: datetime) -> bool:
        """Use a recovery code up; return whether there was one that was not used."""
        where = (_r.user == user) & (_r.token == hashed(code)) & _r.used_at.is_(None)
        with self.database.write() as connection:
            changed = connection.execute(update(t.recovery_codes).where(where).values(used_at=micros(now)))
            return changed.rowcount == 1

    def recovery_left(self, user: str) -> int:
        """Return how many recovery codes somebody has left."""
        query = select(func.count()).where(_r.user == user, _r.used_at.is_(None))
        with self.database.read() as connection:
            found: int = connection.execute(query).scalar_one()
            return found

    def issue(self, token: str, purpose: str, user: str, by: str, until: datetime) -> None:
        """Keep a single-use link; one of the same purpose that the user has not used works no more."""
        with self.database.write() as connection:
            connection.execute(delete(t.single_uses).where(_s.user == user, _s.purpose == purpose))
            values = {"token": hashed(token), "purpose": purpose, "user": user, "by": by, "until": micros(until)}
            connection.execute(t.single_uses.insert().values(**values))

    def single_use(self, token: str) -> SingleUse | None:
        """Return what a single-use link is for; None for one that never was."""
        with self.database.read() as connection:
            row = connection.execute(select(t.single_uses).where(_s.token == hashed(token))).one_or_none()
        if row is None:
            return None
        return SingleUse(row.purpose, row.user, row.by, instant(row.until), row.used_at is not None)

    def use(self, token: str, purpose: str, user: str, until: datetime, now: datetime) -> bool:
        """Use a single-use link up, whether or not it was kept before; return whether it was not used before."""
        with self.database.write() as connection:
            values = {"token": hashed(token), "purpose": purpose, "user": user, "by": user, "until": micros(until)}
            connection.execute(insert(t.single_uses).values(**values).on_conflict_do_nothing())
            where = (_s.token == hashed(token)) & (_s.purpose == purpose) & _s.used_at.is_(None)
            return connection.execute(update(t.single_uses).where(where).values(used_at=micros(now))).rowcount == 1


def _put_recovery(connection: Connection, user: str, codes: Collection[str]) -> None:
    connection.execute(delete(t.recovery_codes).where(_r.user == user))
    if codes:
        rows = [{"user": user, "token": hashed(code), "used_at": None} for code in codes]
        connection.execute(t.recovery_codes.insert(), rows)
