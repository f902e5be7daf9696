"""What somebody asks of a case. Frozen; ``happened`` None means now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.core.case.state import SYSTEM
from engine.core.values import Value

When = date | datetime
#: The role that confirms holds and agrees to lower a risk (19, 20).
SUPERVISOR = "supervisor"


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
    """Open a case with its first enrolment. ``at_step``: an import or a replay starts elsewhere than at the first."""

    enrolment: str
    meaning: str
    facts: Mapping[str, Value] = field(default_factory=dict)
    happened: When | None = None
    calendar: str | None = None
    quiet_until: datetime | None = None
    at_step: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrol(Command):
    """Begin another protocol in an open case."""

    enrolment: str
    meaning: str
    happened: When | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Command):
    """Take a declared action. ``visit``: the visit the form was made for; another one is a conflict."""

    enrolment: str
    track: str
    action: str
    facts: Mapping[str, Value] = field(default_factory=dict)
    happened: When | None = None
    reason: str = ""
    visit: int | None = None
    approved_by: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Command):
    """Record what happened: facts, and whether it was a contact. Never asserts consent (7)."""

    facts: Mapping[str, Value] = field(default_factory=dict)
    enrolment: str = ""
    happened: When | None = None
    contact: bool = False
    correction: bool = False
    reason: str = ""
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
class Pass(Command):
    """One pass of the worker over the case: everything due by now goes out (25)."""

    actor: Actor = Actor()
    with_repeats: bool = True


AnyCommand = (
    OpenCase | Enrol | Act | Record | GiveConsent | DoTask | BeginHold | ConfirmHold | RenewHold | EndHold
    | Acknowledge | ExtendLimit | Pass
)  # fmt: skip
