"""Who asks about the people of an office: what every command of this folder begins with.

Whoever has an account may look who there is; only an administrator changes anything, or looks at conflicts. While
there is no administrator, whoever has the office's files may do both without a name.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from engine.core.errors import SpeanError
from engine.core.people.directory import ADMINISTRATOR, Directory
from engine.core.people.names import shown
from engine.core.people.reasons import Because, Objection, PeopleRefused
from engine.core.people.staff import administrators
from engine.run.cases.upkeep import Change, NoKeeperError, Plan, Upkeep, keeper
from engine.run.cli.session import USER, WhenError, WhoError, opened, read_instant, read_when, zone_of
from engine.run.setup.office import Office

#: So many words are listed where none is close to what was typed.
_MOST_LISTED = 50


class UnknownWordError(SpeanError):
    """There is no such user, agency, role or calendar; the message says which there are."""


class RefusedChangeError(SpeanError):
    """The change was refused; nothing was written."""


@dataclass(frozen=True, slots=True)
class Asking:
    """An office, and who asks; ``user`` is empty while there is no administrator who could be named."""

    office: Office
    user: str

    @property
    def now(self) -> datetime:
        """The present instant (UTC)."""
        return self.office.time.now()

    @property
    def directory(self) -> Directory:
        """Everybody, as the journal says now."""
        return self.office.people.now()

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are typed and shown: that of the asking person's agency, else the office's."""
        return zone_of(self.office, self.user)

    @property
    def upkeep(self) -> Upkeep:
        """Changes asked for by this person."""
        return Upkeep(self.office.people, self.office.time, self.user)

    @property
    def keeps(self) -> bool:
        """Whether this person may change the directory."""
        return not self.user or self.user in administrators(self.directory, self.now)

    def change(self, plan: Plan) -> Change:
        """Carry out what the plan asks for, all or nothing. Raises KeeperError, RefusedChangeError."""
        try:
            return self.upkeep.change(plan)
        except PeopleRefused as refused:
            objection = _in_local_time(refused.objection, self.zone)
            raise RefusedChangeError(f"{objection}{_meant(objection, self.directory)}") from refused

    def instant(self, typed: str) -> datetime | None:
        """Return an instant (UTC) that was typed in local time; None where nothing was. Raises WhenError."""
        return read_instant(typed, self.zone) if typed else None

    def roles(self) -> frozenset[str]:
        """Return the roles of the protocols in use that a person can have; others are reached by letter."""
        protocols = (one.protocol for one in self.office.registry.versions())
        return frozenset(role.id for one in protocols for role in one.roles.values() if role.account)

    def check_user(self, user: str) -> None:
        """Refuse somebody who is not in the directory. Raises UnknownWordError."""
        _check("user", user, self.directory.users)

    def check_agency(self, agency: str) -> None:
        """Refuse an agency that is not in the directory. Raises UnknownWordError."""
        _check("agency", agency, self.directory.agencies)

    def check_role(self, role: str, *, of_office: bool = False) -> None:
        """Refuse a role that no protocol has; ``of_office``: administrators too. Raises UnknownWordError."""
        _check("role", role, self.roles() | ({ADMINISTRATOR} if of_office else set()))

    def check_calendar(self, calendar: str | None) -> None:
        """Refuse a calendar that is not in use; empty: none is meant. Raises UnknownWordError."""
        if calendar:
            _check("calendar", calendar, self.office.registry.library().calendars)


@contextmanager
def looking(folder: str, user: str) -> Iterator[Asking]:
    """Open the office for somebody with an account. Raises SettingsError, WhoError, and what the store raises."""
    with opened(folder) as office:
        yield Asking(office, _who(office, user))


@contextmanager
def keeping(folder: str, user: str) -> Iterator[Asking]:
    """Open the office for an administrator. Raises KeeperError and NoKeeperError besides."""
    with looking(folder, user) as asking:
        keeper(asking.directory, asking.user, asking.now)
        yield asking


def _who(office: Office, typed: str) -> str:
    directory = office.people.now()
    can_keep = administrators(directory, office.time.now())
    who = typed or (os.environ.get(USER, "") if can_keep else "")
    known = directory.users.get(who)
    if known is not None and not known.disabled:
        return who
    if can_keep:
        raise WhoError
    if who:
        raise NoKeeperError
    return who


def read_day(typed: str) -> date:
    """Return a date that was typed. Raises WhenError."""
    found = read_when(typed, ZoneInfo("UTC"))
    if isinstance(found, datetime):
        raise WhenError("Write a date like 2026-03-31.")
    return found


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Return the sentence that names the known word which looks most like this one; empty where none does."""
    near = get_close_matches(word[:100], known, n=1)
    return f" Did you mean {near[0]}?" if near else ""


def _check(what: str, word: str, known: Collection[str]) -> None:
    if word not in known:
        listed = ", ".join(sorted(known)[:_MOST_LISTED])
        there = f" There are: {listed}." if listed else " There is none yet."
        raise UnknownWordError(f"There is no {what} {shown(word)}.{did_you_mean(word, known) or there}")


def _in_local_time(objection: Objection, zone: ZoneInfo) -> Objection:
    """Return an objection to two times as whoever typed them reads the clock."""
    if objection.because is not Because.ENDS_FIRST or " " not in objection.subject:
        return objection
    begin, end = (datetime.fromisoformat(text).astimezone(zone) for text in (objection.subject, objection.detail))
    return replace(objection, subject=f"{begin:%Y-%m-%d %H:%M}", detail=f"{end:%Y-%m-%d %H:%M}")


def _meant(objection: Objection, directory: Directory) -> str:
    """Return the sentence that says what was probably meant by an id that is not known."""
    word = objection.subject.strip("`")
    match objection.because:
        case Because.NO_USER:
            return did_you_mean(word, directory.users)
        case Because.NO_AGENCY:
            return did_you_mean(word, directory.agencies)
        case Because.NO_SUCH_MINISTRY:
            return did_you_mean(word, {one.ministry for one in directory.agencies.values() if one.ministry})
        case Because.BAD_ZONE:
            return did_you_mean(word, available_timezones())
    return ""
