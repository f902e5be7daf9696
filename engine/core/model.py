"""A compiled protocol: what the text of policy staff means, and nothing about any case.

Everything here is frozen. The compiler (engine/protocol) builds it from YAML; the core only reads it. Mappings
keep the order of the file, because the order has meaning (the first track is the main one, the first automatic
action whose condition is true is taken). Numbers in brackets are the numbered meanings of the language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from engine.core.conditions import Condition
from engine.core.duration import Duration, Unit
from engine.core.values import Value

#: The no-news limit where the risk is not known (23).
FORTNIGHT = Duration(14, Unit.DAYS)

#: Language code ("en", "km") to text. English is always there; a missing Khmer text is a warning of the compiler.
Text = Mapping[str, str]


class Ends(StrEnum):
    """Where on its last day a limit ends (16). Absent: as the unit and the start say."""

    SAME_HOUR = "same hour"
    END_OF_DAY = "end of day"
    CLOSING = "closing"


class IfClosed(StrEnum):
    """What happens to a limit whose last day is no working day (16). About days, applied last."""

    STAY = "stay"
    NEXT = "next working day"
    PREVIOUS = "previous working day"


class Kind(StrEnum):
    """What sort of number a limit is; never show one as another (30)."""

    LAW = "law"
    SAFETY = "safety"
    CLINICAL = "clinical"
    EVIDENCE = "evidence"
    GUIDANCE = "guidance"
    PRACTICE = "practice"
    DEFAULT = "default"


#: Armed unless their condition is certainly false (17).
ARMED_UNLESS_FALSE = frozenset({Kind.LAW, Kind.SAFETY, Kind.CLINICAL, Kind.EVIDENCE})
#: Run through a hold unless the deadline says otherwise (19).
RUN_THROUGH_HOLDS = frozenset({Kind.LAW, Kind.SAFETY, Kind.CLINICAL})
#: Served alone while a brake holds everything else back.
URGENT = frozenset({Kind.SAFETY, Kind.CLINICAL, Kind.EVIDENCE})


class Lasts(StrEnum):
    """What a clock belongs to; it is void when that ends (17)."""

    STEP = "step"
    TRACK = "track"
    CASE = "case"


class Side(StrEnum):
    """Which end of an approximate date a clock takes (9)."""

    PROTECTIVE = "protective"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a number comes from. Shown on every screen that shows the number (30)."""

    kind: Kind
    source: str = ""
    status: str = "proposed"  # proposed | adopted
    adopted_by: str = ""
    adopted_on: date | None = None
    review_before: date | None = None
    jurisdiction: str = ""  # "": the same everywhere


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of the flat list, or one written inline (then ``id`` is the deadline's).

    Exactly one of ``duration`` and ``depends_on`` is set. With ``before`` the limit is counted back from the
    date in the field ``before`` ("14 days before hearing_date").
    """

    id: str
    basis: Basis
    duration: Duration | None = None
    depends_on: str | None = None
    cases: Mapping[str, Duration] = field(default_factory=dict)
    otherwise: Duration | None = None
    aim: Duration | None = None
    before: str | None = None
    ends: Ends | None = None
    if_closed: IfClosed = IfClosed.STAY
    ref: tuple[str, ...] = ()


class RungAt(StrEnum):
    """How the instant of a rung is given (22)."""

    SHARE = "share"
    SHARE_LEFT = "share_left"
    AFTER_START = "after_start"
    BEFORE_LIMIT = "before_limit"
    AT_LIMIT = "at_limit"
    AFTER_LIMIT = "after_limit"


class MessageKind(StrEnum):
    """What a rung sends (22)."""

    REMINDER = "reminder"
    ESCALATION = "escalation"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Rung:
    """One item of an escalation. ``share`` is in percent; ``by`` is the time before, after the start or limit.

    ``repeat`` is only for the last rung: None means the default of rule 23 (safety daily, else the closing of
    every 5th working day).
    """

    id: str
    at: RungAt
    to: tuple[str, ...]
    share: int = 0
    by: Duration | None = None
    sends: MessageKind = MessageKind.REMINDER
    unless_acknowledged: bool = False
    repeat: Duration | None = None


@dataclass(frozen=True, slots=True)
class Entering:
    """A clock that counts from the moment it is opened: entering the step, or the task's occurrence."""


@dataclass(frozen=True, slots=True)
class FromField:
    """A clock that counts from (or, with a limit before a date, back from) the date in a field."""

    field: str


@dataclass(frozen=True, slots=True)
class FromDeadline:
    """A clock that counts from another deadline of the same step: its being met, or its limit (17)."""

    deadline: str
    which: str  # met | limit


CountsFrom = Entering | FromField | FromDeadline


@dataclass(frozen=True, slots=True)
class IfMissed:
    """What happens when the limit passes: facts set, a task opened, roles told. Never satisfies ``until`` (18)."""

    set: Mapping[str, Value] = field(default_factory=dict)
    task: str | None = None
    tell: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extend:
    """Who may add how much time to a deadline, how often (20)."""

    by: Duration
    times: int
    who_may: tuple[str, ...]
    required: tuple[str, ...] = ("reason",)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline of a step or task, with every default filled in."""

    id: str
    limit: Limit
    ref: tuple[str, ...] = ()
    title: Text = field(default_factory=dict)
    applies_when: Condition | None = None
    counts_from: CountsFrom = Entering()
    if_date_unknown: bool = False  # treat as open and alarm now
    until: Condition | None = None  # None: leaving the step (or, for a task's deadline, doing the task)
    lasts: Lasts = Lasts.STEP
    stops_on_hold: bool = False
    aim: Duration | None = None
    escalation: str | None = None  # id of the shared escalation, None when the rungs stand inline
    rungs: tuple[Rung, ...] = ()
    if_missed: IfMissed | None = None
    then: str | None = None  # the action taken at the limit (21)
    extend: Extend | None = None
    calendar: str | None = None
    side: Side = Side.PROTECTIVE

    @property
    def kind(self) -> Kind:
        """The kind of the limit's basis."""
        return self.limit.basis.kind


class TargetKind(StrEnum):
    """Where an action leads."""

    STEP = "step"
    PREVIOUS = "previous"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Target:
    """``goes_to: STEP`` (track None: the action's own), ``TRACK.STEP``, ``previous``, or ``stays: here``."""

    kind: TargetKind
    step: str = ""
    track: str | None = None


class Needs(StrEnum):
    """What an entry under ``required`` names (4)."""

    FIELD = "field"
    CONSENT = "consent"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One entry of ``required``: a field to be given, a consent to be live, a task to be done."""

    needs: Needs
    id: str


@dataclass(frozen=True, slots=True)
class Starts:
    """A request that another protocol be started; shown as requested until started or refused (1).

    ``one_per``: a number field; so many requests are made (one for each person found). None: one request.
    """

    protocol: str
    carry: tuple[str, ...] = ()
    one_per: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A declared move. ``who_may`` is never empty for a person's action: anyone must be written (deny by default)."""

    id: str
    target: Target
    ref: tuple[str, ...] = ()
    title: Text = field(default_factory=dict)
    event: str | None = None  # its name in imported logs
    who_may: tuple[str, ...] = ()
    required: tuple[Requirement, ...] = ()
    only_if: Condition | None = None
    set: Mapping[str, Value] = field(default_factory=dict)
    approval: str | None = None
    closes: tuple[str, ...] = ()  # every track written out, also for `closes: all`
    starts: Starts | None = None
    exception: str | None = None
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """Work to do at a step; a grid (``offsets`` after the date ``after``) or a rhythm (``every``) repeats it (8)."""

    id: str
    title: Text = field(default_factory=dict)
    done_by: tuple[str, ...] = ()
    required: bool = True
    offsets: tuple[Duration, ...] = ()
    after: str | None = None
    every: Duration | None = None
    until: Condition | None = None
    from_last_done: bool = False
    collect: tuple[str, ...] = ()
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    ref: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A place a track can stand at: final, or with a way out (3). ``success``: its outcome counts as one (27)."""

    id: str
    title: Text = field(default_factory=dict)
    ref: tuple[str, ...] = ()
    outside_label: Text = field(default_factory=dict)
    done_by: tuple[str, ...] = ()
    recorded_by: tuple[str, ...] = ()
    collect: tuple[str, ...] = ()
    tasks: Mapping[str, Task] = field(default_factory=dict)
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    no_limit: str | None = None
    final: str | None = None
    success: bool = False


@dataclass(frozen=True, slots=True)
class Track:
    """A lane of steps. ``opens_when`` None: at the start (only the main track may leave it out)."""

    id: str
    first_step: str
    steps: Mapping[str, Step]
    title: Text = field(default_factory=dict)
    opens_when: Condition | None = None
    again: bool = False
    seen_by: tuple[str, ...] = ()
    at_any_step: Mapping[str, Action] = field(default_factory=dict)
    ref: tuple[str, ...] = ()


#: What a rule may block besides actions; no action can be called so.
ERASING = "erasing"


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A rule that must never come true (13).

    ``blocks`` names actions, as ``action`` or ``track.step.action``, and ``erasing``: that the person is erased.
    """

    id: str
    never: Condition
    blocks: tuple[str, ...] = ()
    alarm: tuple[str, ...] = ()
    kind: str = ""
    source: str = ""
    ref: tuple[str, ...] = ()


class FieldType(StrEnum):
    """The types of facts (9)."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    YES_NO_UNKNOWN = "yes/no/unknown"
    CHOICE = "choice"
    CHOICES = "choices"
    DOCUMENT = "document"
    PERSON = "person"


class Per(StrEnum):
    """How many answers a field has in one case (9)."""

    PERSON = "person"
    ENROLMENT = "enrolment"
    VISIT = "visit"
    OCCURRENCE = "occurrence"


@dataclass(frozen=True, slots=True)
class Field:
    """A question with a permanent id. ``rises`` lists the codes of a risk ladder from least to most risk (20)."""

    id: str
    type: FieldType
    label: Text = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    #: What people read for a code, where its list says so.
    answers: Mapping[str, Text] = field(default_factory=dict)
    code_list: str | None = None
    per: Per = Per.PERSON
    private: bool = False
    seen_by: tuple[str, ...] = ()
    written_by: tuple[str, ...] = ()
    privileged: bool = False
    rises: tuple[str, ...] = ()
    ref: tuple[str, ...] = ()
    #: Of a number: the least and the greatest that is an answer, both included; None: any.
    lowest: Decimal | None = None
    highest: Decimal | None = None

    def admits(self, number: int | Decimal) -> bool:
        """Return whether a number lies within the bounds."""
        return (self.lowest is None or number >= self.lowest) and (self.highest is None or number <= self.highest)

    @property
    def bounds(self) -> str:
        """Which numbers are answers, in words that follow "a number": "from 1 to 5"."""
        if self.lowest is not None and self.highest is not None:
            return f"from {self.lowest:f} to {self.highest:f}"
        return f"of at least {self.lowest:f}" if self.lowest is not None else f"of at most {self.highest:f}"


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent that is asked for by itself, dated and revocable: to one recipient, for one purpose.

    ``opens_to``: the roles that somebody may be asked to take in the case on it, and loses with it.
    """

    id: str
    title: Text = field(default_factory=dict)
    expires: Duration | None = None
    ref: tuple[str, ...] = ()
    recipient: Text = field(default_factory=dict)
    purpose: Text = field(default_factory=dict)
    seen_by: tuple[str, ...] = ()
    opens_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody relative to the case. ``account: no`` means letters, not mail."""

    id: str
    title: Text = field(default_factory=dict)
    ministry: str = ""
    outside_state: bool = False
    account: bool = True
    always_reached: bool = False
    ref: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Escalation:
    """A named list of rungs, in order."""

    id: str
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class NoNews:
    """After how many days without contact or action an open case alarms, by risk (23). Calendar days.

    ``risk_field`` names the risk field; ``limits`` go by its codes; ``otherwise`` holds where the risk is not known.
    """

    rungs: tuple[Rung, ...]
    risk_field: str | None = None
    limits: Mapping[str, Duration] = field(default_factory=dict)
    otherwise: Duration = FORTNIGHT


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a case in imports and replays. ``any_event``: a case may start where its first event leads."""

    event: str | None = None
    any_event: bool = False
    collect: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unadopted:
    """An included file that its authority has not adopted yet (30). ``file``: as seen from the protocol's folder."""

    file: str
    authority: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Protocol:
    """One version of one protocol, compiled. ``meaning`` is the hash that an enrolment pins (2)."""

    id: str
    version: str
    tracks: Mapping[str, Track]
    no_news: NoNews
    about: str = "person"  # person | operation
    title: Text = field(default_factory=dict)
    status: str = "draft"  # draft | adopted
    adopted_by: str = ""
    adopted_on: date | None = None
    in_force: date | None = None
    applies_to: str = "new cases"  # new cases | all cases
    zone: str | None = None  # None: the agency's
    calendar: str | None = None
    opening: Opening = Opening()
    forbidden: Mapping[str, Forbidden] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)
    consents: Mapping[str, Consent] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    limits: Mapping[str, Limit] = field(default_factory=dict)
    escalations: Mapping[str, Escalation] = field(default_factory=dict)
    exceptions: Mapping[str, Text] = field(default_factory=dict)
    #: How long somebody who is asked may take, by kind of waiting item; only what differs from the language's own.
    waits: Mapping[str, Duration] = field(default_factory=dict)
    letters: Mapping[str, Text] = field(default_factory=dict)
    #: Parts that keep the protocol from running on real cases; no part of its meaning.
    unadopted: tuple[Unadopted, ...] = ()
    meaning: str = ""

    @property
    def main(self) -> Track:
        """The first track of the file; the enrolment ends with it and every opened track (3)."""
        return next(iter(self.tracks.values()))
