"""What programs send and get, as JSON. An answer is text as the forms take it; a list for several codes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field


def whole(text: str) -> str:
    """Return a text. Raises ValueError for one with half a sign (a lone surrogate)."""
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("This text holds half a sign; send whole ones.")
    return text


def within_years(instant: datetime) -> datetime:
    """Return an instant. Raises ValueError for one at the ends of the calendar, which has no UTC."""
    if not 1900 <= instant.year <= 2200:
        raise ValueError("The year is not one of 1900 to 2200.")
    return instant


Name = Annotated[str, Field(min_length=1, max_length=300)]
Reason = Annotated[str, Field(max_length=10_000)]
#: A text that can be kept: JSON can hold halves of signs, which no store takes.
Text = Annotated[str, AfterValidator(whole)]
#: An instant that stays one in every zone.
Instant = Annotated[AwareDatetime, AfterValidator(within_years)]
Facts = Annotated[
    dict[Annotated[str, Field(max_length=100)], Text | list[Text]],
    Field(max_length=500, description="Answers by field: text, number and date as text, several codes as a list."),
]
Count = Annotated[int, Field(ge=0, le=2**53)]


class Sent(BaseModel):
    """Something that is sent: unknown names are refused, so that nothing is set that was not meant."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class Open(Sent):
    """Open a case by the version of a protocol in force."""

    protocol: Name
    facts: Facts = {}


class Act(Sent):
    """Take an action, or ask for the approval it needs."""

    enrolment: Name
    track: Name
    action: Name
    facts: Facts = {}
    reason: Reason = ""
    visit: Count | None = None
    seen: Count | None = None
    exception: bool = False
    ask: bool = False


class Record(Sent):
    """Record what happened; ``contact``: it was a contact."""

    enrolment: Annotated[str, Field(max_length=300)] = ""
    facts: Facts = {}
    contact: bool = False
    reason: Reason = ""
    seen: Count | None = None


class Consent(Sent):
    """An agreement was given, or refused, or taken back."""

    consent: Name
    given: bool


class Promise(Sent):
    """Somebody promises to act on a clock (ENROLMENT/CLOCK) within so many days."""

    clock: Name
    days: Annotated[int, Field(ge=1, le=14)]
    doing: Reason = ""


class Offer(Sent):
    """A role is offered to somebody. ``consent``: the agreement on which a referral rests."""

    role: Name
    to: Name
    reason: Reason
    consent: Annotated[str, Field(max_length=300)] = ""
    agency: Annotated[str, Field(max_length=300)] = ""


class Reply(Sent):
    """What waits is answered, or an offer of one's own is taken back."""

    waiting: Name
    agrees: bool = False
    reason: Reason = ""
    take_back: bool = False


class Note(Sent):
    """Something that is neither an answer nor a contact."""

    text: Annotated[str, Field(min_length=1, max_length=10_000)]


class Hold(Sent):
    """A hold is begun (``until`` with its offset from UTC, and a reason), or one (``hold``) is confirmed or ended."""

    hold: Annotated[str, Field(max_length=100)] = ""
    until: Instant | None = None
    reason: Reason = ""
    end: bool = False


class Withdrawal(Sent):
    """A wrong click is taken back: the last action of a lane."""

    enrolment: Name
    track: Name
    reason: Reason


class Extension(Sent):
    """A limit (ENROLMENT/CLOCK) is extended, as its protocol allows."""

    clock: Name
    reason: Reason


class Task(Sent):
    """A task was done."""

    enrolment: Name
    task: Name
    facts: Facts = {}


class Marks(Sent):
    """What somebody may be known by, as it is written; none of it is kept."""

    paper: Annotated[Text, Field(max_length=200)] = ""
    telephone: Annotated[Text, Field(max_length=200)] = ""
    name: Annotated[Text, Field(max_length=200)] = ""


class Track(BaseModel):
    """Where a lane stands."""

    enrolment: str
    track: str
    step: str
    visit: int
    place: str
    outcome: str | None
    since: str


class Clock(BaseModel):
    """A limit: what it is about, until when (UTC), and where the number comes from."""

    case: str
    clock: str
    deadline: str
    limit: str | None
    standing: str
    basis: str
    mine: bool


class Waiting(BaseModel):
    """Something that waits for an answer: of which kind, by whom, since when (UTC)."""

    waiting: str
    kind: str
    asked: list[str]
    by: str
    since: str


class Case(BaseModel):
    """A case as whoever asks may see it."""

    case: str
    open: bool
    seq: int
    holders: dict[str, str]
    tracks: list[Track]
    clocks: list[Clock]
    waiting: list[Waiting]
    consents: dict[str, bool]
    facts: dict[str, str | list[str]]


class Option(BaseModel):
    """An action: whether it can be taken, what its form asks, what stands in the way."""

    enrolment: str
    track: str
    step: str
    visit: int
    action: str
    answer: str
    asks: list[str]
    reasons: list[str]


class Asked(Waiting):
    """Something that waits for the caller's answer, and in which case."""

    case: str


class Document(BaseModel):
    """A document: to which field it is the answer, and by which id it is read."""

    field: str
    document: str


class Line(BaseModel):
    """Something that happened: its number, when it was recorded (UTC), by whom, and what, in English with ids."""

    seq: int
    at: str
    by: str
    words: str


class Journal(BaseModel):
    """What happened, in the order in which it was recorded. ``next``: send it as ``after`` for more; 0 at the end."""

    lines: list[Line]
    next: int


class Work(BaseModel):
    """What is due, the longest overdue first. ``next``: send it as ``after`` for more; empty at the end."""

    due: list[Clock]
    next: str


class Cases(BaseModel):
    """Codes of cases, and behind which the list goes on."""

    cases: list[str]
    next: str


class Problem(BaseModel):
    """Why something was not done (RFC 9457). Nothing was changed."""

    type: str = "about:blank"
    title: str
    status: int
    reasons: list[str] = []
