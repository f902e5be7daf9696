"""What happened to a case, one frozen record each. Events carry results, so that ``fold`` needs no protocol.

Every event says when it was recorded (``at``, UTC) and by whom. The journal is the list of these, in record order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.core.case.reasons import Reason
from engine.core.case.state import SYSTEM, CaseClock, ConsentRecord, Fact, Link, TaskState, TrackState, Waiting
from engine.core.clocks.firing import Firing
from engine.core.clocks.hold import Hold
from engine.core.values import PRIVATE

When = date | datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that was recorded. ``begins``: the first event of its decision; what follows belongs to it."""

    at: datetime
    by: str = SYSTEM
    begins: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    """A file was opened. ``calendar``: the owner's agency's. An imported case is quiet until ``quiet_until``."""

    about: str
    calendar: str | None = None
    quiet_until: datetime | None = None
    happened: When
    linked_from: Link | None = None
    agency: str | None = None
    holders: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled(Event):
    """A protocol version began to run in the case. ``request``: the waiting item that asked for it."""

    enrolment: str
    protocol: str
    version: str
    meaning: str
    request: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfEnrolment(Event):
    """Something in one enrolment."""

    enrolment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTaken(OfEnrolment):
    """A declared action was taken at a visit; the moves it made follow. ``exception``: under which one (4)."""

    track: str
    step: str
    visit: int
    action: str
    happened: When
    automatic: bool = False
    reason: str = field(default="", metadata=PRIVATE)
    approved_by: str = ""
    exception: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLeft(OfEnrolment):
    """A visit ended. ``back``: it was left by ``goes_to: previous`` and does not lengthen the trail."""

    track: str
    step: str
    visit: int
    happened: When
    back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEntered(OfEnrolment):
    """A new visit began; the first one of a track opens it."""

    track: str
    step: str
    visit: int
    happened: When


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackEnded(OfEnrolment):
    """A track reached a final step (``outcome``), or another track's action closed it (``outcome`` None)."""

    track: str
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPrimed(OfEnrolment):
    """A track that may open again saw its condition untrue."""

    track: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentEnded(OfEnrolment):
    """The main track and every opened track are final. ``outcome`` is the main track's, and ``success`` its own."""

    outcome: str | None
    success: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(Event):
    """The last enrolment ended, and no request or review waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(Event):
    """A closed case goes on, with the enrolment that follows."""

    reason: str = field(metadata=PRIVATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseErased(Event):
    """What the case knew about people was erased. The reason stays readable, so it names nobody."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRecorded(Event):
    """An answer was given, changed or corrected. ``enrolment`` is empty for facts about the person.

    ``older``: recorded late and of record only, because an answer is known that happened later.
    """

    field: str
    fact: Fact
    enrolment: str = ""
    correction: bool = False
    older: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecorded(Event):
    """A consent was given, refused or revoked. ``older``: of record only, something newer is known."""

    consent: str
    record: ConsentRecord
    older: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMade(Event):
    """Somebody was in contact with the person."""

    happened: When


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSet(OfEnrolment):
    """A clock was opened or changed; ``what`` says how, ``clock`` is what it became."""

    what: str
    clock: CaseClock
    reason: str = field(default="", metadata=PRIVATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged(OfEnrolment):
    """Somebody (``by``) promised to act on a clock by ``promised`` (UTC); ``clock`` is what it became.

    ``doing``: what will be done, in words that may name people. It stands in the journal only.
    """

    clock: CaseClock
    promised: datetime
    doing: str = field(default="", metadata=PRIVATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RungFired(OfEnrolment):
    """A rung was due. Its key in the case: enrolment, clock, generation, rung, occurrence (25)."""

    clock: str
    firing: Firing


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSet(OfEnrolment):
    """A task was opened, planned, done, missed or cancelled."""

    what: str
    task: str
    state: TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSet(Event):
    """A hold was begun, confirmed, renewed or ended."""

    what: str
    hold: Hold


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTurned(OfEnrolment):
    """A forbidden rule has another truth than before. ``alarm``: it turned true by a fact or by time."""

    rule: str
    truth: bool | None
    alarm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequested(OfEnrolment):
    """Another protocol shall start; requested until started or refused (1). ``waiting``: the item that waits."""

    protocol: str
    carry: tuple[str, ...] = ()
    waiting: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingSet(Event):
    """A waiting item was asked, agreed, refused, started, or lapsed."""

    what: str
    waiting: Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What one enrolment is again after a withdrawal: tracks, tasks and facts; None: there is none again.

    ``visits``: the highest visit numbers used. ``resumed``: it had ended and goes on again.
    """

    tracks: Mapping[str, TrackState | None] = field(default_factory=dict)
    visits: Mapping[str, int] = field(default_factory=dict)
    tasks: Mapping[str, TaskState | None] = field(default_factory=dict)
    facts: Mapping[str, Fact | None] = field(default_factory=dict)
    rules: Mapping[str, bool | None] = field(default_factory=dict)
    resumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionWithdrawn(OfEnrolment):
    """A wrong click was taken back; ``taken`` is the number of its event in the case.

    ``restored``: by enrolment, for an answer may have moved another one, too. ``facts``: those about the person.
    ``reopened``: the case had closed and goes on again.
    """

    track: str
    step: str
    action: str
    taken: int
    reason: str = field(metadata=PRIVATE)
    approved_by: str = ""
    restored: Mapping[str, Restored] = field(default_factory=dict)
    facts: Mapping[str, Fact | None] = field(default_factory=dict)
    reopened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderSet(Event):
    """Somebody holds a role in the case from now on; with ``agency`` the case belongs to another one, too.

    From then on clocks are opened by the ``calendar`` of that agency; None: it has none of its own.
    """

    role: str
    user: str
    agency: str | None = None
    calendar: str | None = None
    reason: str = field(metadata=PRIVATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderLeft(Event):
    """Nobody holds a role any more: the agreement on which it rested was taken back, or is over."""

    role: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRead(Event):
    """Opening hours or holidays were changed at an instant (UTC); the limits of the case were counted anew (20)."""

    changed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(Event):
    """Somebody wrote something down. No contact, no answer; nothing follows from it."""

    text: str = field(metadata=PRIVATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassBroken(Event):
    """Somebody (``by``) without a role in the case reads it in an emergency, until an instant (UTC)."""

    until: datetime
    reason: str = field(metadata=PRIVATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRefused(Event):
    """Somebody asked for something and was refused: an action, or a command by its name (13)."""

    attempted: str
    enrolment: str = ""
    track: str = ""
    step: str = ""
    reasons: tuple[Reason, ...] = ()
    request: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTaken(OfEnrolment):
    """A deadline's own action was refused at the limit; an incident is open (21)."""

    clock: str
    action: str
    reasons: tuple[Reason, ...] = field(default_factory=tuple)
