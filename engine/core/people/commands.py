"""What somebody asks of the directory. Frozen; ``by`` is who asks, ``since`` None means now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from engine.core.people.directory import Agency, ConflictKind, Duty


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleCommand:
    """Something asked by a user. Whether he may ask it is for the caller to know."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDutyAddress(PeopleCommand):
    """Set the address that always exists: what reaches nobody else reaches it."""

    address: str
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAgency(PeopleCommand):
    """Add an agency, or change one."""

    agency: Agency


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUser(PeopleCommand):
    """Add a member of staff, or change one. A new address has to be verified again."""

    id: str
    name: str
    agency: str
    email: str = ""
    language: str = "en"
    unit: str = ""
    province: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyAddress(PeopleCommand):
    """Note that mail to this address reached the user. ``address``: the one that was tried."""

    user: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableUser(PeopleCommand):
    """Close an account, at once."""

    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableUser(PeopleCommand):
    """Open a closed account again."""

    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMembership(PeopleCommand):
    """Give somebody a role in the cases of an agency, or everywhere (then ``agency`` is empty)."""

    user: str
    role: str
    agency: str = ""
    province: str = ""
    everywhere: bool = False
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRole(PeopleCommand):
    """Ask a second person to agree that somebody is given a role from then on."""

    user: str
    role: str
    agency: str = ""
    province: str = ""
    everywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRole(PeopleCommand):
    """Say yes or no to a role that was asked for. Who asked, and who is to get it, can only say no."""

    user: str
    role: str
    agency: str = ""
    province: str = ""
    agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EndMembership(PeopleCommand):
    """Take a role away, now."""

    user: str
    role: str
    agency: str = ""
    province: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSupervisor(PeopleCommand):
    """Name somebody's supervisor from now on, in place of any former one."""

    user: str
    supervisor: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSupervision(PeopleCommand):
    """Leave somebody without a supervisor of his own."""

    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAbsence(PeopleCommand):
    """Enter that somebody is away, both local dates included; or change the absence that begins on that day."""

    user: str
    since: date
    until: date
    deputy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAbsence(PeopleCommand):
    """Somebody is back, or will not go: strike the absence that begins on that day."""

    user: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDuty(PeopleCommand):
    """Put a shift on the rota."""

    duty: Duty


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDuty(PeopleCommand):
    """Take a shift off the rota."""

    duty: Duty


@dataclass(frozen=True, slots=True, kw_only=True)
class AddConflict(PeopleCommand):
    """Keep somebody out of a case. ``id`` is a user, ``AGENCY`` or ``AGENCY/UNIT``, or a ministry, by the kind."""

    about: str
    kind: ConflictKind
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftConflict(PeopleCommand):
    """Let somebody in again."""

    about: str
    kind: ConflictKind
    id: str


AnyPeopleCommand = (
    SetDutyAddress | SetAgency | SetUser | VerifyAddress | DisableUser | EnableUser | AddMembership | AskRole
    | AnswerRole | EndMembership
    | SetSupervisor | EndSupervision | SetAbsence | EndAbsence | AddDuty | EndDuty | AddConflict | LiftConflict
)  # fmt: skip
