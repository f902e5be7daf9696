"""Keeping the directory: who may, and one transaction for all that is asked.

An administrator keeps it. While nobody can (the first one is not made yet, or none is left whose account is open),
whoever has the office's files may; the journal then says ``init``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.core.errors import SpeanError
from engine.core.people.commands import AnyPeopleCommand
from engine.core.people.decide import Events, carry_out
from engine.core.people.desk import Desk
from engine.core.people.directory import Directory
from engine.core.people.rehearsal import Progress, Rehearsal, rehearse
from engine.core.people.roster import Parsed
from engine.core.people.sheet import Flaw
from engine.core.people.staff import administrators
from engine.store.ports import Time
from engine.store.sql.people import SqlDirectory

#: By whom changes are recorded while there is no administrator.
INIT = "init"
#: What to ask for, seen from the directory as it is when nobody else changes it.
Plan = Callable[[Desk], Iterable[AnyPeopleCommand]]


class KeeperError(SpeanError):
    """Only an administrator may do this; `spean role list --role administrator` shows who is one."""


class NoKeeperError(SpeanError):
    """There is no administrator yet: leave --as out; `spean role add administrator USER --everywhere` makes one."""


class FlawedError(SpeanError):
    """The list has mistakes; nothing was written."""

    def __init__(self, flaws: tuple[Flaw, ...]) -> None:
        """Keep every flaw, in the order of the rows."""
        many = "one mistake" if len(flaws) == 1 else f"{len(flaws)} mistakes"
        super().__init__(f"The list has {many}; nothing was written. Mend them and read it in again.")
        self.flaws = flaws


@dataclass(frozen=True, slots=True)
class Change:
    """The directory before and after what was asked at an instant (UTC), and by whom it was recorded."""

    before: Directory
    after: Directory
    by: str
    at: datetime

    @property
    def made(self) -> bool:
        """Whether anything is different."""
        return self.before.seq != self.after.seq


def keeper(directory: Directory, user: str, now: datetime) -> str:
    """Return by whom a change is recorded; ``user`` empty: nobody was named. Raises KeeperError, NoKeeperError."""
    known = administrators(directory, now)
    if user in known:
        return user
    if known:
        raise KeeperError
    if user:
        raise NoKeeperError
    return INIT


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Changes of the directory that somebody asks for; ``user`` empty: nobody was named."""

    people: SqlDirectory
    time: Time
    user: str

    def change(self, plan: Plan) -> Change:
        """Carry out what the plan asks for, all or nothing. Raises KeeperError, PeopleRefused."""
        return self._change(lambda desk: carry_out(desk.directory, plan(desk), desk.now))

    def take_list(self, parsed: Parsed, progress: Progress, *, dry: bool = False) -> Change:
        """Read a list in, all of it or nothing; ``dry``: only try. Raises KeeperError, FlawedError with every flaw.

        It is tried before others have to wait for it, and once more only if the directory was changed meanwhile.
        """
        desk = self._desk(self.people.now())
        tried = _whole(rehearse(parsed, desk.directory, desk.now, progress=progress))
        if dry:
            return Change(desk.directory, tried.directory, desk.by, desk.now)

        def decide(now: Desk) -> tuple[Events, Directory]:
            fresh = now.directory.seq == desk.directory.seq
            found = tried if fresh else _whole(rehearse(parsed, now.directory, now.now))
            return found.events, found.directory

        return self._change(decide)

    def _change(self, decide: Callable[[Desk], tuple[Events, Directory]]) -> Change:
        desks: list[Desk] = []

        def work(directory: Directory) -> tuple[Events, Directory]:
            desks.append(self._desk(directory))
            return decide(desks[-1])

        after = self.people.transact(work)
        desk = desks[-1]
        return Change(desk.directory, after, desk.by, desk.now)

    def _desk(self, directory: Directory) -> Desk:
        now = self.time.now()
        return Desk(directory, now, keeper(directory, self.user, now))


def _whole(rehearsal: Rehearsal) -> Rehearsal:
    """Return a rehearsal without a flaw. Raises FlawedError."""
    if rehearsal.problems:
        raise FlawedError(rehearsal.problems)
    return rehearsal
