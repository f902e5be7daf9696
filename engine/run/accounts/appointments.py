"""Appointments: nobody makes an administrator alone, and what is done to one is told to whoever protects data.

An office with a single administrator is not locked out: she appoints the second one by herself, and the data
protection officer hears of it. What is done with ``spean role`` needs the machine itself, and is not asked for here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.core.people.commands import AddMembership, AnswerRole, AnyPeopleCommand, AskRole, SetSupervisor
from engine.core.people.decide import Events, carry_out
from engine.core.people.directory import ADMINISTRATOR, Directory
from engine.core.people.staff import administrators
from engine.store.incidents import IncidentKind
from engine.store.sql.accounts import SqlAccounts
from engine.store.sql.incidents import SqlIncidents
from engine.store.sql.people import SqlDirectory


@dataclass(frozen=True, slots=True)
class Appointments:
    """The use cases of roles that a second person has to agree to."""

    people: SqlDirectory
    accounts: SqlAccounts
    incidents: SqlIncidents

    def give(self, command: AddMembership, now: datetime) -> bool:
        """Give a role, or ask for it where another administrator has to agree; return whether it was given.

        Raises PeopleRefused.
        """
        if command.role != ADMINISTRATOR:
            wide = f"gave {command.user} the role {command.role} for the whole office" if command.everywhere else ""
            self._change([command], command.by, wide, now)
            return True
        if self._others(self.people.now(), {command.by, command.user}, now):
            ask = AskRole(by=command.by, user=command.user, role=ADMINISTRATOR, everywhere=True)
            self.people.change([ask], now)
            return False
        alone = AddMembership(by=command.by, user=command.user, role=ADMINISTRATOR, everywhere=True)
        words = f"made {command.user} administrator; there is no other administrator who could have agreed"
        self._change([alone], command.by, words, now)
        return True

    def answer(self, command: AnswerRole, now: datetime) -> None:
        """Say yes or no to what was asked. Raises PeopleRefused for who asked, or who is to get the role."""
        self.people.change([command], now)

    def change(self, command: AnyPeopleCommand, of: str, did: str, now: datetime) -> None:
        """Change something of an account; where it is another administrator's, the officers hear of it.

        So they do where an administrator becomes a supervisor: she sees the cases of whom she supervises. ``of``:
        whose account; ``did``: what was done, in words before her name. Raises PeopleRefused.
        """
        words = self._words(command.by, of, did, now)
        if isinstance(command, SetSupervisor) and self._keeps(command.supervisor, now):
            words = f"{did} {of}: {command.supervisor}, who is an administrator"
        self._change([command], command.by, words, now)

    def tell_of_invitation(self, by: str, of: str, now: datetime) -> None:
        """Let the officers hear that somebody made a new invitation for an account that has a way in already.

        Whoever uses it herself would be that colleague. The first invitation of an account is told to nobody.
        """
        did = "made a new invitation for"
        words = self._words(by, of, did, now)
        if not words and of != by and self.accounts.account(of) is not None:
            words = f"{did} {of}, whose account was in use"
        if words:
            self.incidents.open(*_incident(by, words, now))

    def _change(self, commands: list[AnyPeopleCommand], by: str, words: str, now: datetime) -> None:
        def work(directory: Directory) -> tuple[Events, Directory]:
            return carry_out(directory, commands, now)

        self.people.transact(work, self.incidents.opening(*_incident(by, words, now)) if words else None)

    def _words(self, by: str, of: str, did: str, now: datetime) -> str:
        """Return what the officers are told; nothing about one's own account, or one that keeps no directory.

        A closed account counts: whoever opens it again, and invites it anew, has two.
        """
        return f"{did} {of}, who is an administrator" if of != by and self._keeps(of, now) else ""

    def _keeps(self, user: str, now: datetime) -> bool:
        given = self.people.now().memberships.values()
        return any(one.user == user and one.role == ADMINISTRATOR and one.holds(now) for one in given)

    def _others(self, directory: Directory, involved: set[str], now: datetime) -> list[str]:
        """Return who could agree: administrators with a way in, but those involved."""
        could = (one for one in administrators(directory, now) if one not in involved)
        return [one for one in could if self.accounts.account(one) is not None]


def _incident(by: str, words: str, now: datetime) -> tuple[IncidentKind, str, str, datetime]:
    """Return what is opened: one for each thing that was done, also where two were done at one instant."""
    return IncidentKind.ACCESS, f"{by} {words} {now.isoformat()}", f"The account {by} {words}.", now
