"""What is kept of a refused attempt: words of the protocols and of the case, never what somebody typed."""

from __future__ import annotations

from dataclasses import replace

from engine.core.case.commands import Actor, Answer, AnyCommand, NoteRefused
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Case
from engine.core.deciding.library import Library
from engine.core.deciding.openness import in_the_open

#: Refusals that speak in the words of the protocol; every other one may repeat what was typed.
_OF_THE_PROTOCOL = frozenset(
    {
        *(Why.ROLE, Why.NOT_YET, Why.FACT_MISSING, Why.CONSENT_MISSING, Why.TASK_OPEN, Why.FORBIDDEN, Why.APPROVAL),
        *(Why.CASE_CLOSED, Why.VISIT_LEFT, Why.NEEDS_REASON, Why.NEEDS_SUPERVISOR, Why.MAY_NOT, Why.ANOTHER_PERSON),
    }
)
#: Stands where something was typed that nothing of this case is called.
UNKNOWN = "?"


def trace_of(user: str, command: AnyCommand, refused: Refused, case: Case, library: Library) -> NoteRefused:
    """Return the command that keeps the attempt on record (13)."""
    enrolment, track = _place(command, case)
    action = getattr(command, "action", "")
    tracks = case.enrolments[enrolment].tracks if enrolment else {}
    return NoteRefused(
        actor=Actor(user),
        attempted=_known_action(action, library) if action else type(command).__name__,
        enrolment=enrolment,
        track=track,
        step=(tracks[track].step or "") if track else "",
        reasons=tuple(_without_typed(reason, library) for reason in refused.reasons),
    )


def _place(command: AnyCommand, case: Case) -> tuple[str, str]:
    """Return the enrolment and the track of the attempt, each empty where the case has none of this name."""
    named = getattr(command, "enrolment", "")
    if isinstance(command, Answer) and command.waiting in case.waiting:
        named = case.waiting[command.waiting].enrolment
    enrolment = named if named in case.enrolments else ""
    track = getattr(command, "track", "")
    known = enrolment and track in case.enrolments[enrolment].tracks
    return enrolment, track if known else ""


def _known_action(name: str, library: Library) -> str:
    protocols = (rules.protocol for rules in library.rulebooks.values())
    is_known = any(
        name in actions
        for protocol in protocols
        for track in protocol.tracks.values()
        for actions in (track.at_any_step, *(step.actions for step in track.steps.values()))
    )
    return name if is_known else UNKNOWN


def _without_typed(reason: Reason, library: Library) -> Reason:
    """Return a reason as it is kept in the open: nothing that was typed, and nothing of a private answer."""
    reason = in_the_open(reason, library.rulebooks.values())
    if reason.why in _OF_THE_PROTOCOL:
        return reason
    is_field = any(reason.subject in rules.protocol.fields for rules in library.rulebooks.values())
    return replace(reason, subject=reason.subject if is_field else UNKNOWN, detail=UNKNOWN if reason.detail else "")
