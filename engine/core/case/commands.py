"""What somebody asks of a case. Frozen; ``happened`` None means now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.core.case.reasons import Reason
from engine.core.case.state import SYSTEM, Fact, Link
from engine.core.values import Value

When = date | datetime
#: The role that confirms holds, agrees to lower a risk (19, 20), and reviews exceptions (4).
SUPERVISOR = "supervisor"
#: The role of whoever reads a case in an emergency. No protocol can name it: an id has no such sign.
GLASS = "glass!"
#: The role that may have a case erased.
DATA_PROTECTION_OFFICER = "data_protection_officer"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, with which roles in this case. An auditor replays a log: roles, consents and facts are not asked."""

    user: str = SYSTEM
    roles: frozenset[str] = frozenset()
    auditor: bool = False


AUDITOR = Actor("auditor", auditor=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something asked by an actor."""

    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase(Command):
    """Open a case with its first enrolment. ``at_step``: an import or a replay starts elsewhere than at the first.

    ``carried``: facts of the case it is ``linked_from``, each with when it happened. ``holders``: users by role.
    """

    enrolment: str
    meaning: str
    facts: Mapping[str, Value] = field(default_factory=dict)
    happened: When | None = None
    calendar: str | None = None
    quiet_until: datetime | None = None
    at_step: str | None = None
    carried: Mapping[str, Fact] = field(default_factory=dict)
    linked_from: Link | None = None
    agency: str | None = None
    holders: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrol(Command):
    """Begin another protocol in an open case. ``request``: the waiting item that asked for it."""

    enrolment: str
    meaning: str
    happened: When | None = None
    request: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(Command):
    """Let a closed case go on with a new enrolment; what is known of the person stays."""

    enrolment: str
    meaning: str
    reason: str
    at_step: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Command):
    """Take a declared action. ``visit``: the visit the form was made for; another one is a conflict.

    ``seen``: the case's ``seq`` its form was made for; a field it writes that has changed since is a conflict.
    ``exception``: take it under the lawful exception it names, with a reason.
    """

    enrolment: str
    track: str
    action: str
    facts: Mapping[str, Value] = field(default_factory=dict)
    happened: When | None = None
    reason: str = ""
    visit: int | None = None
    seen: int | None = None
    approved_by: Actor | None = None
    exception: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskApproval(Command):
    """Ask for the approval that a declared action needs; everything else of it is checked now (5)."""

    enrolment: str
    track: str
    action: str
    facts: Mapping[str, Value] = field(default_factory=dict)
    happened: When | None = None
    reason: str = ""
    visit: int | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Command):
    """Answer a waiting item; refusing needs a reason. ``case``: where a request was started."""

    waiting: str
    agrees: bool
    reason: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Command):
    """Take back the last action of a track: a wrong click. Needs the case's journal (4)."""

    enrolment: str
    track: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Command):
    """Record what happened: facts, and whether it was a contact. Never asserts consent (7).

    ``seen``: as in ``Act``.
    """

    facts: Mapping[str, Value] = field(default_factory=dict)
    enrolment: str = ""
    happened: When | None = None
    contact: bool = False
    correction: bool = False
    reason: str = ""
    seen: int | None = None
    approved_by: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveConsent(Command):
    """Record that a consent was given, or refused or revoked (``given`` False)."""

    consent: str
    given: bool = True
    happened: When | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoTask(Command):
    """Record that a task was done; a repeated one fills the occurrence whose window holds the date (8)."""

    enrolment: str
    task: str
    facts: Mapping[str, Value] = field(default_factory=dict)
    happened: When | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginHold(Command):
    """Put the case on hold. It stops clocks from the supervisor's confirmation on (19)."""

    hold: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmHold(Command):
    """The supervisor confirms a hold."""

    hold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewHold(Command):
    """Let a hold last until another instant, at most 14 days from now."""

    hold: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndHold(Command):
    """End a hold now."""

    hold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge(Command):
    """Promise to act by then: repeats of the clock's last rung stop until then (24). ``doing``: what will be done."""

    enrolment: str
    clock: str
    promised: datetime
    doing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendLimit(Command):
    """Extend a deadline as it allows (20)."""

    enrolment: str
    clock: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignRole(Command):
    """Say who holds a role in the case."""

    role: str
    user: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(Command):
    """Offer a role in the case to somebody; until she accepts, the former holder stays responsible.

    ``agency``: the agency to which the case goes over with it; ``calendar``: that agency's, if it has one.
    ``consent``: the agreement on which a referral rests, that is an offer of a role nobody holds by whoever holds
    another one in the case. It must be in force now and when it is accepted, and the role ends with it.
    """

    role: str
    to_user: str
    reason: str
    agency: str | None = None
    calendar: str | None = None
    consent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack(Command):
    """Take an offer of a role back: who made it, or the supervisor.

    One that was accepted and rests on an agreement can be ended, too, also by who accepted it: the help is over.
    """

    waiting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Command):
    """Write something down that is neither an answer nor a contact."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakGlass(Command):
    """Read a case in an emergency without a role in it, until an instant (UTC)."""

    reason: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRefused(Command):
    """Keep on record that somebody was refused. ``attempted``: the action, or the command by its name."""

    attempted: str
    enrolment: str = ""
    track: str = ""
    step: str = ""
    reasons: tuple[Reason, ...] = ()
    request: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase(Command):
    """Have everything about people erased; the reason stays readable, so it names nobody."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass(Command):
    """One pass of the worker over the case: everything due by now goes out (25).

    ``only_urgent``: only the rungs of safety, clinical and evidence clocks; everything else waits for a whole pass.
    """

    actor: Actor = Actor()
    with_repeats: bool = True
    only_urgent: bool = False


AnyCommand = (
    OpenCase | Enrol | Reopen | Act | AskApproval | Answer | Withdraw | Record | GiveConsent | DoTask | BeginHold
    | ConfirmHold | RenewHold | EndHold | Acknowledge | ExtendLimit | AssignRole | HandOver | TakeBack | Note
    | BreakGlass | NoteRefused | Erase | Pass
)  # fmt: skip
