"""The entrance of an office, put together in one place."""

from __future__ import annotations

from engine.run.accounts.entrance import Entrance
from engine.run.setup.clock import MachineTime
from engine.run.setup.office import Office
from engine.store.safe import Safe
from engine.store.sql.accounts import SqlAccounts
from engine.store.sql.sessions import SqlSessions


def entrance_of(office: Office) -> Entrance:
    """Return how people get into an office; its time is the machine's, also where cases live at another."""
    accounts, sessions = SqlAccounts(office.database), SqlSessions(office.database)
    return Entrance(accounts, sessions, office.people, office.access, Safe(office.keyring), MachineTime())
