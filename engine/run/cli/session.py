"""Who asks, and in which office: what every command about cases begins with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from engine.core.case.code import read_code
from engine.core.errors import SpeanError
from engine.run.cases.casework import Casework
from engine.run.setup.office import Office, open_office
from engine.store.ports import UnknownCaseError

#: Who asks, where ``--as`` is left out.
USER = "SPEAN_USER"


class WhoError(SpeanError):
    """Say who you are with --as USER, or in SPEAN_USER; `spean user list` shows who there is."""


class NobodyError(SpeanError):
    """There is nobody of this name with an account; `spean user list` shows who there is."""


class WhenError(SpeanError):
    """Write a date and time like 2026-03-31T14:30, or a date like 2026-03-31."""


@dataclass(frozen=True, slots=True)
class Session:
    """An office, and one of its people."""

    office: Office
    user: str
    work: Casework

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which this person reads and writes times: her agency's, else the office's."""
        return zone_of(self.office, self.user)

    def case(self, typed: str) -> str:
        """Return the code of a case as it is kept. Raises UnknownCaseError where it cannot be one."""
        code = read_code(typed)
        if code is None and not self.office.is_simulation:
            raise UnknownCaseError
        return code or typed

    def check_user(self, user: str) -> None:
        """Refuse somebody who is not in the directory. Raises NobodyError."""
        known = self.office.people.now().users.get(user)
        if known is None or known.disabled:
            raise NobodyError

    def instant(self, typed: str) -> datetime:
        """Return an instant (UTC) that was typed in local time. Raises WhenError."""
        return read_instant(typed, self.zone)

    def when(self, typed: str) -> date | datetime:
        """Return a date, or a moment (UTC) that was typed in local time. Raises WhenError."""
        return read_when(typed, self.zone)


def zone_of(office: Office, user: str) -> ZoneInfo:
    """Return the zone in which somebody reads and writes times: that of the agency, else the office's."""
    directory = office.people.now()
    known = directory.users.get(user)
    agency = directory.agencies.get(known.agency) if known is not None else None
    return ZoneInfo(agency.zone if agency is not None else office.settings.office.zone)


def read_instant(typed: str, zone: ZoneInfo) -> datetime:
    """Return an instant (UTC) that was typed in local time; a date is its first moment. Raises WhenError."""
    found = read_when(typed, zone)
    if isinstance(found, datetime):
        return found
    return _utc(datetime(found.year, found.month, found.day, tzinfo=zone))


def read_when(typed: str, zone: ZoneInfo) -> date | datetime:
    """Return a date, or a moment (UTC) that was typed in local time. Raises WhenError."""
    try:
        if len(typed) == len("2026-03-31"):
            return date.fromisoformat(typed)
        moment = datetime.fromisoformat(typed)
    except ValueError as error:
        raise WhenError from error
    return _utc(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:  # the first or the last day there is
        raise WhenError from error


@contextmanager
def session(folder: str, user: str) -> Iterator[Session]:
    """Open the office for somebody, and close it again. Raises SettingsError, WhoError, and what the store raises."""
    office = _started(folder)
    try:
        who = user or os.environ.get(USER, "")
        known = office.people.now().users.get(who)
        if known is None or known.disabled:
            raise WhoError
        work = Casework(
            office.cases, office.people, office.registry, office.access, office.time, simulation=office.is_simulation
        )
        yield Session(office, who, work)
    finally:
        office.close()


def _started(folder: str) -> Office:
    """Return the office, with its keys: nothing is begun without them, not even looking. Raises KeyringError."""
    office = open_office(folder)
    office.keyring.refresh()
    return office


@contextmanager
def opened(folder: str) -> Iterator[Office]:
    """Open the office for whoever keeps its files, and close it again."""
    office = _started(folder)
    try:
        yield office
    finally:
        office.close()
