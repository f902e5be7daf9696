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
from engine.core.values import Value

#: Who acts when nobody does: time itself, or an automatic action.
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Fact:
    """One answer. ``visit`` is the visit during which it was given, ``clock`` the clock whose miss set it."""

    value: Value
    happened: date | datetime
    recorded: datetime
    by: str = SYSTEM
    visit: str = ""
    clock: str = ""


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
    """One track: its step, the running number of its visit, what it has reached, how it ended.

    ``trail`` holds the steps left by ``goes_to``, newest last, for ``goes_to: previous``. ``automatic_taken``: the
    present visit has had its one automatic action (6). ``primed``: a track that may open again has seen its
    condition untrue since it last opened (3).
    """

    place: Place
    step: str
    visit: int
    entered: datetime
    entered_on: date | datetime
    reached: frozenset[str] = frozenset()
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

    ``deadline`` is the path ``track.step.deadline`` or ``track.step.task.deadline``, or ``no_news``.
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


@dataclass(frozen=True)  # no slots: copied at every event (evolve.py)
class Case:
    """A file about one person or one operation. ``seq`` counts every event, ``version`` only changes of state."""

    id: str
    about: str = "person"
    seq: int = 0
    version: int = 0
    opened: datetime | None = None
    recorded: datetime | None = None  # the newest record time; time in a case never runs back
    agency: str | None = None  # that owns it
    calendar: str | None = None  # the owner's agency's
    quiet_until: datetime | None = None
    enrolments: Mapping[str, Enrolment] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    consents: Mapping[str, ConsentRecord] = field(default_factory=dict)
    holds: Mapping[str, Hold] = field(default_factory=dict)
    closed: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the case was opened and some enrolment of it goes on."""
        return self.opened is not None and self.closed is None
