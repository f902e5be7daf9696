"""What happened to the directory, one frozen record each. Events carry results, so that ``fold`` decides nothing.

Every event says when it was recorded (``at``, UTC) and by whom. The journal of the directory is the list of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from engine.core.people.directory import Absence, Agency, Conflict, Duty, Membership, Supervision, User


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleEvent:
    """Something that was recorded about the office and its people."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyAddressSet(PeopleEvent):
    """The office has a duty address, in whose language mail to it is written. The first event of any directory."""

    address: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencySet(PeopleEvent):
    """An agency was added or changed; ``agency`` is what it became."""

    agency: Agency


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSet(PeopleEvent):
    """A member of staff was added or changed; ``user`` is what he became."""

    user: User


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressVerified(PeopleEvent):
    """Somebody showed that mail to her present address reaches her."""

    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDisabled(PeopleEvent):
    """An account was closed."""

    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEnabled(PeopleEvent):
    """A closed account was opened again."""

    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipSet(PeopleEvent):
    """Somebody was given a role."""

    membership: Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipEnded(PeopleEvent):
    """A role was taken away."""

    user: str
    role: str
    agency: str
    province: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAsked(PeopleEvent):
    """Somebody is to be given a role, once a second person agrees. With the yes comes a ``MembershipSet``."""

    membership: Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDeclined(PeopleEvent):
    """A role that was asked for is not given."""

    user: str
    role: str
    agency: str
    province: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionSet(PeopleEvent):
    """Somebody got a supervisor, in place of any former one."""

    supervision: Supervision


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionEnded(PeopleEvent):
    """Somebody has no supervisor any more."""

    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceSet(PeopleEvent):
    """Somebody will be away; an absence that begins on the same day is replaced."""

    absence: Absence


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceEnded(PeopleEvent):
    """The absence that begins on this day ended early, or will not be."""

    user: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DutySet(PeopleEvent):
    """A shift was put on the rota."""

    duty: Duty


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyEnded(PeopleEvent):
    """A shift was taken off the rota."""

    duty: Duty


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictSet(PeopleEvent):
    """Somebody must not be told about a case."""

    conflict: Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictLifted(PeopleEvent):
    """A conflict no longer holds; ``conflict`` is the record that was lifted."""

    conflict: Conflict
