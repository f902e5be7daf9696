"""The state of one case: what is known, where each track stands, which clocks run. Frozen; changed only by ``apply``.

Instants are aware UTC datetimes. ``happened`` is when something happened in the world (a date where no time is
known), ``recorded`` when Spean was told (10).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from engine.core.clocks.clock import Clock, Outcome
from engine.core.clocks.hold import Hold
from engine.core.duration import Duration
from engine.core.model import Lasts
from engine.core.values import PRIVATE, Value

#: Who acts when nobody does: time itself, or an automatic action.
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Fact:
    """One answer. ``visit`` is the visit during which it was given, ``clock`` the clock whose miss set it.

    ``seq``: the case's number of the event that recorded it.
    """

    value: Value
    happened: date | datetime
    recorded: datetime
    by: str = SYSTEM
    visit: str = ""
    clock: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One consent given or refused; live from ``happened`` until ``until`` (UTC) or its revocation."""

    given: bool
    happened: date | datetime
    recorded: datetime
    until: datetime | None = None


class Place(StrEnum):
    """Where a track is in its life. A track nobody opened has no state at all."""

    OPEN = "open"
    ENDED = "ended"
    CLOSED = "closed"  # by another track's action


@dataclass(frozen=True)  # no slots: copied at every event (evolve.py)
class TrackState:
    """One track: its step, the running number of its visit, what it has reached (in this order), how it ended.

    ``trail`` holds the steps left by ``goes_to``, newest last, for ``goes_to: previous``. ``automatic_taken``: the
    present visit has had its one automatic action (6). ``primed``: a track that may open again has seen its
    condition untrue since it last opened (3).
    """

    place: Place
    step: str
    visit: int
    entered: datetime
    entered_on: date | datetime
    reached: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    outcome: str | None = None
    automatic_taken: bool = False
    primed: bool = False


class TaskStatus(StrEnum):
    """What became of a task or one occurrence of it."""

    OPEN = "open"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time a task is to be done. A grid gives it a due date and a window of dates, both ends included (8).

    ``moved_from``: the date of the grid itself, where a festival week has moved the due date before it.
    """

    number: int
    status: TaskStatus = TaskStatus.OPEN
    due: date | None = None
    window: tuple[date, date] | None = None
    done: date | datetime | None = None
    moved_from: date | None = None


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task that was opened at a visit, with its occurrences in order. ``anchor``: the date the grid counts from."""

    track: str
    step: str
    visit: int
    required: bool
    occurrences: tuple[Occurrence, ...]
    anchor: date | None = None

    @property
    def latest_closed(self) -> Occurrence | None:
        """The newest occurrence that was done or missed; a visit outside every window counts only without a grid."""
        planned = [item for item in self.occurrences if item.window] or self.occurrences
        closed = [item for item in planned if item.status in {TaskStatus.DONE, TaskStatus.MISSED}]
        return closed[-1] if closed else None

    @property
    def is_done(self) -> bool:
        """Whether the latest closed occurrence was done."""
        latest = self.latest_closed
        return latest is not None and latest.status is TaskStatus.DONE

    @property
    def missed_in_a_row(self) -> int:
        """How many occurrences were missed since one was last done."""
        number = 0
        for item in self.occurrences:
            if item.status is TaskStatus.MISSED:
                number += 1
            elif item.status is TaskStatus.DONE and item.window:
                number = 0
        return number


@dataclass(frozen=True)  # no slots: copied at every event (evolve.py)
class CaseClock:
    """A clock with its place in the case: the deadline it runs for, the calendar kept on it, its present duration.

    ``deadline`` is the path ``track.step.deadline`` or ``track.step.task.deadline``, or ``no_news``, or
    ``waiting.KIND`` for the clock of a waiting item; then the key is ``waiting.ID``.
    """

    key: str
    deadline: str
    clock: Clock
    calendar: str
    duration: Duration
    lasts: Lasts = Lasts.STEP
    track: str = ""
    visit: int = 0
    occurrence: int = 0


@dataclass(frozen=True)  # no slots: copied at every event (evolve.py)
class Enrolment:
    """One run of one protocol version in a case. ``meaning`` is what it pins (2). ``rules``: truth of each rule.

    ``success``: whether its outcome counts as one; no run that goes on does, and none whose protocol is silent (27).
    ``visits``: the highest visit number of each track of which a withdrawal took a visit back; none is used twice.
    """

    id: str
    protocol: str
    version: str
    meaning: str
    opened: datetime
    tracks: Mapping[str, TrackState] = field(default_factory=dict)
    tasks: Mapping[str, TaskState] = field(default_factory=dict)
    clocks: Mapping[str, CaseClock] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    rules: Mapping[str, bool | None] = field(default_factory=dict)
    visits: Mapping[str, int] = field(default_factory=dict)
    outcome: str | None = None
    success: bool = False
    ended: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the main track or an opened track goes on."""
        return self.ended is None

    def open_clocks(self) -> Iterator[CaseClock]:
        """Yield the clocks to which something can still happen."""
        return (item for item in self.clocks.values() if item.clock.outcome is Outcome.OPEN)


class WaitingKind(StrEnum):
    """What somebody must answer."""

    APPROVAL = "approval"  # of an action, by another person (5)
    REVIEW = "review"  # of a lawful exception, by a second person (4)
    REQUEST = "request"  # that another protocol be started (1)
    TRANSFER = "transfer"  # of responsibility for the case, by who takes it over


class WaitingStatus(StrEnum):
    """What became of a waiting item. ``lapsed``: what it was asked for has changed, or was taken back."""

    WAITING = "waiting"
    AGREED = "agreed"
    REFUSED = "refused"
    LAPSED = "lapsed"
    STARTED = "started"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that somebody must answer, with a clock of its own in the enrolment (key ``waiting.ID``).

    ``asked``: roles, or ``user:ID`` for one person. ``by``: who asked, with ``roles`` at that time. An approval binds
    ``action`` and ``visit``, the ``facts`` given with it and the ``fingerprint`` of what it reads. ``happened``: when
    what it is about happened (an approval: None is when the action is taken). A request names ``protocol`` and
    ``carry``; ``case`` is where it was started. A transfer names the ``role`` handed over, and the ``agency`` and its
    ``calendar`` if the case goes there; a referral also names the ``consent`` on which it rests.
    """

    id: str
    kind: WaitingKind
    asked: tuple[str, ...]
    by: str
    at: datetime
    enrolment: str
    status: WaitingStatus = WaitingStatus.WAITING
    track: str = ""
    step: str = ""
    visit: int = 0
    action: str = ""
    roles: tuple[str, ...] = ()
    facts: Mapping[str, Value] = field(default_factory=dict, metadata=PRIVATE)
    happened: date | datetime | None = None
    fingerprint: str = field(default="", metadata=PRIVATE)  # of few possible answers: it could be guessed back
    reason: str = field(default="", metadata=PRIVATE)
    exception: str = ""
    protocol: str = ""
    carry: tuple[str, ...] = ()
    role: str = ""
    agency: str | None = None
    calendar: str | None = None
    consent: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    answer: str = field(default="", metadata=PRIVATE)  # the reason of the answer
    case: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody must still answer."""
        return self.status is WaitingStatus.WAITING


@dataclass(frozen=True, slots=True)
class Link:
    """Where a case came from: the case whose action asked for it, and the request there."""

    case: str
    waiting: str


@dataclass(frozen=True)  # no slots: copied at every event (evolve.py)
class Case:
    """A file about one person or one operation. ``seq`` counts every event, ``version`` only changes of state.

    ``agency`` owns the case; ``holders``: the user who holds a role in it. Conditions never follow ``linked_from``.
    """

    id: str
    about: str = "person"
    seq: int = 0
    version: int = 0
    opened: datetime | None = None
    recorded: datetime | None = None  # the newest record time; time in a case never runs back
    calendar: str | None = None  # the owner's agency's
    quiet_until: datetime | None = None
    enrolments: Mapping[str, Enrolment] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    consents: Mapping[str, ConsentRecord] = field(default_factory=dict)
    holds: Mapping[str, Hold] = field(default_factory=dict)
    waiting: Mapping[str, Waiting] = field(default_factory=dict)
    linked_from: Link | None = None
    agency: str | None = None
    holders: Mapping[str, str] = field(default_factory=dict)
    closed: datetime | None = None
    #: The newest change (UTC) of a calendar that its limits are counted with; None: as it was opened.
    counted: datetime | None = None
    #: Who reads it in an emergency without a role in it, until when (UTC).
    glass: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether the case was opened and some enrolment of it goes on, or a request or a review waits."""
        return self.opened is not None and self.closed is None
