"""The people of an office: agencies, staff, who has which role, who stands in for whom. Frozen; changed by ``apply``.

Staff only: nobody a case is about stands here. Instants are aware UTC; dates are local to the agency of the person
they are about. An id is ASCII. The empty text stands for "none" or "every", as each field says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import TypeVar
from zoneinfo import ZoneInfo

from engine.core.clocks.calendar import local_date
from engine.core.model import Text
from engine.core.people.names import shapes
from engine.core.people.rota import Shift, is_on

#: Who holds this role in a case leads it: his supervisor is the supervisor of the case.
CASE_MANAGER = "case_manager"
SUPERVISOR = "supervisor"
#: Who keeps the directory. A role of the office, never of a case.
ADMINISTRATOR = "administrator"

_UTC = ZoneInfo("UTC")
#: Stands for every agency in the indices. No agency can have this id, and a missing one never becomes it.
_EVERY = "*"
T = TypeVar("T")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Agency:
    """An office or organisation. ``calendar`` and ``province`` may be empty; ``duty_address`` is read at any hour."""

    id: str
    title: Text = field(default_factory=dict)
    ministry: str = ""
    outside_state: bool = False
    zone: str = "UTC"
    calendar: str = ""
    province: str = ""
    duty_address: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """A member of staff, with an account. Mail goes to ``email`` only once it is ``verified``.

    ``language`` is ``en`` or ``km``. A disabled user has no role anywhere, at once.
    """

    id: str
    name: str
    agency: str
    email: str = ""
    language: str = "en"
    unit: str = ""
    province: str = ""
    verified: bool = False
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Membership:
    """A role in the cases of an agency, or of all agencies (``everywhere``; then ``agency`` is empty).

    With a ``province`` only in cases of that province. From ``since`` up to, and without, ``until``.
    """

    user: str
    role: str
    agency: str
    province: str
    everywhere: bool
    since: datetime
    until: datetime | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells it from every other: nobody has it twice."""
        return (self.user, self.role, self.agency, self.province)

    def holds(self, now: datetime) -> bool:
        """Return whether it is in force at this instant."""
        return self.since <= now and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class Asked:
    """A role that somebody wants to be given, and a second person has to agree to; ``by``: who asks."""

    membership: Membership
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Supervision:
    """Who supervises somebody. Nobody has two supervisors at once: a new one replaces the former."""

    user: str
    supervisor: str
    since: datetime
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Return whether it is in force at this instant."""
        return self.since <= now and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away, from one local date to another, both included. Without a ``deputy`` nobody stands in."""

    user: str
    deputy: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Duty:
    """One shift of a rota: who is on duty for a role, in the cases of an agency (empty: of all) and a province.

    The weekdays and times of the shift are local to the agency of the person on duty.
    """

    role: str
    agency: str
    province: str
    user: str
    shift: Shift


class ConflictKind(StrEnum):
    """Whom a conflict of interest keeps out of a case (24)."""

    PERSON = "person"
    UNIT = "unit"
    CHAIN = "chain"
    MINISTRY = "ministry"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Who must not be told about a case. ``about`` is the code of a case, or of the person it is about.

    ``id``: a user (``person``; ``chain``: he and everybody above or below him in supervision), ``AGENCY`` or
    ``AGENCY/UNIT`` (``unit``), a ministry.
    """

    about: str
    kind: ConflictKind
    id: str
    since: datetime


@dataclass(frozen=True)  # no slots: the indices are kept beside the fields, once they are built
class Directory:
    """Everybody, at one moment of the journal. Build it with ``directory_of`` or by folding events.

    ``duty_address`` is the office's own and always exists: what reaches nobody else reaches it, in ``language``.
    ``addresses`` and ``shapes`` say who uses an address (in small letters), and whose id looks so.
    """

    duty_address: str = ""
    language: str = "en"
    seq: int = 0
    agencies: Mapping[str, Agency] = field(default_factory=dict)
    users: Mapping[str, User] = field(default_factory=dict)
    memberships: Mapping[tuple[str, str, str, str], Membership] = field(default_factory=dict)
    asked: Mapping[tuple[str, str, str, str], Asked] = field(default_factory=dict)
    supervisions: Mapping[str, Supervision] = field(default_factory=dict)
    absences: Mapping[str, tuple[Absence, ...]] = field(default_factory=dict)
    duties: tuple[Duty, ...] = ()
    conflicts: Mapping[str, tuple[Conflict, ...]] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    shapes: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def members(self, role: str, agency: str, province: str, now: datetime) -> list[str]:
        """Return who has the role in cases of this agency and province, in the order of their ids."""
        return sorted({one.user for one in _here(self._members, role, agency, province) if one.holds(now)})

    def rota(self, role: str, agency: str, province: str) -> list[Duty]:
        """Return every shift for the role in cases of this agency and province."""
        return _here(self._rota, role, agency, province)

    def on_duty(self, role: str, agency: str, province: str, now: datetime) -> list[str]:
        """Return who is on duty for the role in cases of this agency and province, in the order of their ids."""
        shifts = self.rota(role, agency, province)
        return sorted({one.user for one in shifts if is_on(one.shift, now, self.zone(one.user))})

    def roles_given(self, user: str) -> frozenset[str]:
        """Return every role the user has or is on a rota for, anywhere and at any time."""
        return self._roles.get(user, frozenset())

    def supervisor(self, user: str, now: datetime) -> str | None:
        """Return who supervises the user; None where nobody does."""
        found = self.supervisions.get(user)
        return found.supervisor if found is not None and found.holds(now) else None

    def absence(self, user: str, now: datetime) -> Absence | None:
        """Return the absence of the user that lasts at this instant."""
        absences = self.absences.get(user)
        if not absences:
            return None
        today = local_date(now, self.zone(user))
        return next((one for one in absences if one.since <= today <= one.until), None)

    def represented(self, deputy: str) -> tuple[str, ...]:
        """Return the users who ever named this deputy, whether or not they are away now."""
        return self._represented.get(deputy, ())

    def zone(self, user: str) -> ZoneInfo:
        """Return the zone of the user's agency; UTC for people and agencies that are not known."""
        known = self.users.get(user)
        agency = self.agencies.get(known.agency) if known is not None else None
        return ZoneInfo(agency.zone) if agency is not None else _UTC

    @cached_property
    def _members(self) -> Mapping[tuple[str, str], tuple[Membership, ...]]:
        return grouped(
            ((one.role, _EVERY if one.everywhere else one.agency), one) for one in self.memberships.values()
        )

    @cached_property
    def _rota(self) -> Mapping[tuple[str, str], tuple[Duty, ...]]:
        return grouped(((one.role, one.agency or _EVERY), one) for one in self.duties)

    @cached_property
    def _roles(self) -> Mapping[str, frozenset[str]]:
        given: Iterable[Membership | Duty] = chain(self.memberships.values(), self.duties)
        found = grouped((one.user, one.role) for one in given if one.role != ADMINISTRATOR)
        return {user: frozenset(roles) for user, roles in found.items()}

    @cached_property
    def _represented(self) -> Mapping[str, tuple[str, ...]]:
        absences = chain.from_iterable(self.absences.values())
        found = grouped((one.deputy, one.user) for one in absences if one.deputy)
        return {deputy: tuple(sorted(set(users))) for deputy, users in found.items()}


Placed = TypeVar("Placed", Membership, Duty)


def _here(index: Mapping[tuple[str, str], tuple[Placed, ...]], role: str, agency: str, province: str) -> list[Placed]:
    """Return what holds for a role in the cases of an agency and a province."""
    found: tuple[Placed, ...] = index.get((role, agency), ()) + index.get((role, _EVERY), ())
    return [one for one in found if one.province in ("", province)]


def directory_of(
    duty_address: str,
    *,
    language: str = "en",
    seq: int = 0,
    agencies: Iterable[Agency] = (),
    users: Iterable[User] = (),
    memberships: Iterable[Membership] = (),
    asked: Iterable[Asked] = (),
    supervisions: Iterable[Supervision] = (),
    absences: Iterable[Absence] = (),
    duties: Iterable[Duty] = (),
    conflicts: Iterable[Conflict] = (),
) -> Directory:
    """Return the directory made of these parts, as a store keeps them in tables; ``seq`` is that of the journal."""
    known_agencies = {one.id: one for one in agencies}
    known_users = {one.id: one for one in users}
    away = grouped((one.user, one) for one in absences)
    return Directory(
        duty_address=duty_address,
        language=language,
        seq=seq,
        agencies=known_agencies,
        users=known_users,
        memberships={one.key: one for one in memberships},
        asked={one.membership.key: one for one in asked},
        supervisions={one.user: one for one in supervisions},
        absences={user: tuple(sorted(them, key=lambda one: one.since)) for user, them in away.items()},
        duties=tuple(duties),
        conflicts=grouped((one.about, one) for one in conflicts),
        addresses={one.email.lower(): one.id for one in known_users.values() if one.email},
        shapes=with_shapes("agency", known_agencies) | with_shapes("user", known_users),
    )


def with_shapes(kind: str, ids: Iterable[str]) -> dict[tuple[str, str], str]:
    """Return the shapes of these ids, as a directory keeps them."""
    return {(kind, shape): id_ for id_ in ids for shape in shapes(id_)}


def grouped(pairs: Iterable[tuple[Key, T]]) -> dict[Key, tuple[T, ...]]:
    """Return the second of each pair, gathered by the first, both in the order in which they came."""
    found: dict[Key, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}
