"""Why a command is refused: data, so that it can be translated, tested and shown beside a disabled button (14)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.core.conditions import Blocking
from engine.core.errors import SpeanError


class Why(StrEnum):
    """The kinds of refusal; the value is the sentence, ``{subject}`` and ``{detail}`` are filled in."""

    CASE_CLOSED = "The case is closed."
    CASE_EXISTS = "The case is open already."
    NO_ENROLMENT = "The case does not run {subject}."
    TRACK_NOT_OPEN = "The track {subject} is not open."
    NO_SUCH_ACTION = "The step {detail} has no action {subject}."
    VISIT_LEFT = "The step was left meanwhile; look at the case again."
    ROLE = "Your role may not take {subject}; {detail} may."
    NOT_YET = "{subject} is not possible yet."
    FACT_MISSING = "{subject} has to be recorded first."
    CONSENT_MISSING = "Consent to {subject} is not given."
    CONSENT_NOT_FOR = "The consent {subject} lets nobody in as {detail}; choose one that does."
    TASK_OPEN = "The task {subject} is not done."
    FORBIDDEN = "The rule {subject} forbids it."
    APPROVAL = "{subject} needs the approval of {detail}, by another person."
    NO_PREVIOUS = "There is no step to go back to."
    UNKNOWN_FIELD = "There is no field {subject} in this protocol."
    WRONG_VALUE = "{subject}: {detail}"
    MAY_NOT_WRITE = "Your role may not record {subject}."
    NO_SUCH = "There is no {subject} in this case."
    NO_SUCH_USER = "There is nobody of this name to whom {subject} of this case could go; look at who there is."
    NO_SUCH_AGENCY = "There is no agency of this name to which the case could go; look at which there are."
    AGENCY_WITH_LEAD = "To another agency the case goes with who leads it; hand {subject} over without an agency."
    NEEDS_REASON = "{subject} needs a reason."
    NEEDS_SUPERVISOR = "{subject} needs the supervisor."
    TOO_LONG = "{subject} may last until {detail} at most."
    IN_THE_FUTURE = "{subject} lies in the future."
    MAY_NOT_PROMISE = "Only somebody with a role in the case can promise to act; {subject}."
    NOT_EXTENDABLE = "{subject}: {detail}."
    DRAFT = "The protocol {subject} is a draft; it runs only on invented people until it is adopted."
    PART_NOT_ADOPTED = (
        "The part {subject} of the protocol is not adopted; it runs only on invented people until it is. "
        "It waits for: {detail}."
    )
    OLD_VERSION = "The protocol {subject} has another version in force; begin with that one."
    NOT_IN_FORCE = "The protocol {subject} is in force from {detail} on."
    CONFLICT = "{subject} was changed meanwhile by {detail}; look at the case again."
    ASKED_ALREADY = "{subject} waits for an approval already."
    NEEDS_NO_APPROVAL = "{subject} needs no approval; take it."
    NO_EXCEPTION = "{subject} allows no exception."
    ANSWERED = "{subject} was answered already."
    LAPSED = "{subject} has lapsed: {detail}. Ask anew."
    NOT_ASKED = "{subject} is not yours to answer; {detail} may."
    ANOTHER_PERSON = "{subject} needs the answer of another person."
    NEEDS_CASE = "{subject} needs the code of the other case in which it was started."
    OTHER_PROTOCOL = "{subject} asks for the protocol {detail}."
    OTHER_ABOUT = "The protocol {subject} is about {detail}; it needs a case of its own."
    NOTHING_TO_WITHDRAW = "The track {subject} has no action that could be withdrawn."
    TAKEN_SINCE = "The case has moved on since {subject}: {detail}. Take a new action instead."
    STARTED = "{subject} was started already, in {detail}."
    NOT_HOLDER = "{subject} is handed over by who holds it, or by the supervisor."
    MAY_NOT = "{subject} is not yours to do; {detail} may."
    ENDLESS = "The protocol would move this case on without end; nothing was changed."


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. ``blocking``: the leaves that must change; ``who``: the roles that can supply what is missing.

    ``enrolment``: whose protocol says so, where the command names none because it is about the whole case.
    """

    why: Why
    subject: str = ""
    detail: str = ""
    blocking: tuple[Blocking, ...] = ()
    who: tuple[str, ...] = ()
    enrolment: str = ""

    def __str__(self) -> str:
        """Return the sentence in English, with ids instead of titles."""
        return self.why.value.format(subject=self.subject, detail=self.detail)


class Refused(SpeanError):  # noqa: N818 - the domain's word
    """The command was refused; nothing was changed."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(" ".join(map(str, reasons)))
        self.reasons = reasons
