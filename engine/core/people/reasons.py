"""Why a change of the directory is refused: data, to be translated, tested and shown beside its column."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from engine.core.errors import SpeanError


class Because(StrEnum):
    """The kinds of refusal; the value is the sentence, ``{subject}`` and ``{detail}`` are filled in."""

    NO_DUTY_ADDRESS = "The office has no duty address yet; set it first, it gets what reaches nobody else."
    BAD_VALUE = "The {what} {subject} {detail}."
    BAD_LANGUAGE = "The language {subject} is not known; choose {detail}."
    BAD_ZONE = "There is no time zone {subject}; write continent and city, like Asia/Phnom_Penh."
    NO_MINISTRY = "An agency of the State needs its ministry; name it, or say that the agency is outside the State."
    NO_AGENCY = "There is no agency {subject}; add it first, or look how it is written."
    NO_USER = "There is nobody with the id {subject}; add the person first, or look how the id is written."
    DISABLED = "The account of {subject} is disabled; enable it first, or name somebody else."
    LOOKS_LIKE = "The id {subject} looks like {detail}, which exists; choose one that nobody mistakes for it."
    ADDRESS_TAKEN = "{subject} uses this address already; each person needs an address of his own."
    NO_ADDRESS = "{subject} has no address that could be verified; enter it first."
    ADDRESS_CHANGED = "The address of {subject} was changed meanwhile; let the new one be verified."
    EVERYWHERE = "A role is given in one agency or everywhere; say one of them."
    ROLE_TWICE = "{subject} has the role {detail} there already; nothing needs to be done."
    NO_ROLE = "{subject} does not have the role {detail} there; look at what roles he has."
    ASKED_TWICE = "It is asked already that {subject} gets the role {detail}; somebody else has to agree."
    NOT_ASKED = "Nobody asks that {subject} gets the role {detail}; look at what waits."
    OWN_YES = "{subject} cannot agree to this; somebody who did not ask for it, and does not get the role, has to."
    LAST_ADMINISTRATOR = "{subject} is the last administrator; make somebody else administrator first."
    OWN_SUPERVISOR = "Nobody supervises himself; name somebody else than {subject}."
    SUPERVISOR_CIRCLE = "{subject} is below {detail} already; in a circle of supervisors nobody is above."
    NO_SUPERVISOR = "{subject} has no supervisor; there is nothing to end."
    ENDS_FIRST = "The end, {detail}, does not come after the beginning, {subject}; exchange or correct them."
    OWN_DEPUTY = "Nobody stands in for himself; name somebody else than {subject}, or nobody."
    DEPUTY_CIRCLE = "{subject} is away too and leaves it to {detail} in the end; name a deputy who is there."
    AWAY_ALREADY = "{subject} is away already from {detail}; end that absence first, or choose other days."
    NO_ABSENCE = "No absence of {subject} begins on {detail}; look at the absences that are entered."
    DUTY_TWICE = "{subject} has this shift already; nothing needs to be done."
    NO_DUTY = "{subject} has no such shift; look at the rota."
    NO_UNIT = "Nobody works in {subject}, so this would keep nobody out; write AGENCY or AGENCY/UNIT as they are."
    NO_SUCH_MINISTRY = (
        "No agency belongs to the ministry {subject}, so this would keep nobody out; look how it is written."
    )
    CONFLICT_TWICE = "This conflict is entered already; nothing needs to be done."
    NO_CONFLICT = "No such conflict is entered; look at those of the case."


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason. ``column`` names the value that is wrong, as the columns of a list of people are called."""

    because: Because
    subject: str = ""
    detail: str = ""
    column: str = ""

    def __str__(self) -> str:
        """Return the sentence in English."""
        what = self.column.replace("_", " ")
        return self.because.value.format(subject=self.subject, detail=self.detail, what=what)


class PeopleRefused(SpeanError):  # noqa: N818 - the domain's word
    """The change of the directory was refused; nothing was changed."""

    def __init__(self, objection: Objection) -> None:
        """Keep the reason as data."""
        super().__init__(str(objection))
        self.objection = objection


def refuse(because: Because, subject: str = "", detail: str = "", *, column: str = "") -> NoReturn:
    """Raise PeopleRefused."""
    raise PeopleRefused(Objection(because, subject, detail, column))
