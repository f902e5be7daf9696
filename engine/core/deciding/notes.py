"""What is only kept on record: notes, attempts that were refused, an erasure. Nothing follows from it."""

from __future__ import annotations

from datetime import timedelta

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import DATA_PROTECTION_OFFICER, SUPERVISOR
from engine.core.case.effects import Message, Topic
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import SYSTEM
from engine.core.deciding.draft import Draft
from engine.core.deciding.facts import LONGEST_TEXT
from engine.core.deciding.rules import refuse_erasing

#: For so long a case can be read in an emergency at a time. A rule of this program; an agency may ask for less.
LONGEST_GLASS = timedelta(hours=4)


def note(draft: Draft, command: commands.Note) -> None:
    """Write something down; it is no contact and changes nothing that somebody else is looking at."""
    if not command.text.strip():
        raise Refused(Reason(Why.WRONG_VALUE, "A note", "write words"))
    if len(command.text) > LONGEST_TEXT:
        raise Refused(Reason(Why.WRONG_VALUE, "A note", f"write at most {LONGEST_TEXT} characters"))
    draft.emit(happenings.NoteAdded(at=draft.now, by=draft.by, text=command.text))


def break_glass(draft: Draft, command: commands.BreakGlass) -> None:
    """Let somebody without a role read the case for some hours; who answers for it hears of it at once."""
    if not command.reason.strip():
        raise Refused(Reason(Why.NEEDS_REASON, "Reading a case in an emergency"))
    longest = draft.now + LONGEST_GLASS
    if not draft.now < command.until <= longest:
        raise Refused(Reason(Why.TOO_LONG, "Reading a case in an emergency", f"{longest:%Y-%m-%d %H:%M} UTC"))
    draft.emit(happenings.GlassBroken(at=draft.now, by=draft.by, until=command.until, reason=command.reason))
    runs = [one.id for one in draft.case.enrolments.values()]
    for role in (SUPERVISOR, DATA_PROTECTION_OFFICER) if runs else ():
        draft.send(Message(topic=Topic.GLASS, to=role, at=draft.now, enrolment=runs[0], subject=draft.by))


def note_refused(draft: Draft, command: commands.NoteRefused) -> None:
    """Keep on record that somebody was refused; what a forbidden rule prevented the supervisor hears of (13)."""
    draft.emit(
        happenings.AttemptRefused(
            at=draft.now,
            by=draft.by,
            attempted=command.attempted,
            enrolment=command.enrolment,
            track=command.track,
            step=command.step,
            reasons=command.reasons,
            request=command.request,
        )
    )
    forbidden = [one for one in command.reasons if one.why is Why.FORBIDDEN]
    for run, rule in dict.fromkeys((one.enrolment or command.enrolment, one.subject) for one in forbidden):
        draft.send(Message(topic=Topic.PREVENTED, to=SUPERVISOR, at=draft.now, enrolment=run, subject=rule))


def erase(draft: Draft, command: commands.Erase) -> None:
    """Keep on record that everything about people was erased, and why."""
    if DATA_PROTECTION_OFFICER not in draft.actor.roles and draft.by != SYSTEM:
        who = (DATA_PROTECTION_OFFICER,)
        raise Refused(Reason(Why.MAY_NOT, "Erasing a case", DATA_PROTECTION_OFFICER, who=who))
    if not command.reason.strip():
        raise Refused(Reason(Why.NEEDS_REASON, "Erasing a case"))
    refuse_erasing(draft)
    draft.emit(happenings.CaseErased(at=draft.now, by=draft.by, reason=command.reason))
