"""Who asks, and into whose hands a case may go: what is checked of a command before the core decides on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from engine.core.case.code import read_code
from engine.core.case.commands import SUPERVISOR, Act, Actor, Answer, AnyCommand, AssignRole, Enrol, HandOver, Record
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Case
from engine.core.deciding.library import Library
from engine.core.people.directory import CASE_MANAGER, Directory
from engine.core.people.standing import CaseView, may_act
from engine.run.cases.standing import view_of


def as_asked(command: AnyCommand, actor: Actor, directory: Directory) -> AnyCommand:
    """Return the command of this actor, with what the directory knows better than who asks.

    Nobody approves by being named in a command: another person has to ask herself. An agency has its own calendar.
    """
    match command:
        case Act() | Record():
            return replace(command, actor=actor, approved_by=None)
        case HandOver(agency=str(name)):
            known = directory.agencies.get(name)
            return replace(command, actor=actor, calendar=(known.calendar or None) if known else None)
        case HandOver():
            return replace(command, actor=actor, calendar=None)
        case _:
            return replace(command, actor=actor)


def check_hands(directory: Directory, case: Case, command: AnyCommand, now: datetime) -> None:
    """Refuse to give a case to somebody, or to an agency, that is not there. Raises Refused.

    Who is kept out of the case is told in the same words as who is unknown: nobody learns of a conflict (24). A role
    goes to who has it somewhere: nobody in a case makes a lawyer, a counsellor or a case manager. To another agency a
    case goes with who leads it, and with nobody else.
    """
    if not isinstance(command, AssignRole | HandOver):
        return
    user = command.user if isinstance(command, AssignRole) else command.to_user
    if not may_act(directory, user, view_of(case), now):
        raise Refused(Reason(Why.NO_SUCH_USER, command.role))
    if isinstance(command, HandOver) and command.agency is not None:
        if command.agency not in directory.agencies:
            raise Refused(Reason(Why.NO_SUCH_AGENCY, command.role))
        if command.role != CASE_MANAGER or command.consent:
            raise Refused(Reason(Why.AGENCY_WITH_LEAD, command.role))
    if not serves(directory, user, command.role, now):
        raise Refused(Reason(Why.NO_SUCH_USER, command.role))


def serves(directory: Directory, user: str, role: str, now: datetime) -> bool:
    """Return whether somebody has a role in any agency at an instant (UTC)."""
    given = (one for one in directory.memberships.values() if one.user == user and one.role == role)
    return any(one.holds(now) for one in given)


def check_first_hands(directory: Directory, manager: str, agency: str, now: datetime) -> None:
    """Refuse to open a case for an agency, or led by somebody, that is not there. Raises Refused.

    ``manager`` and ``agency`` empty: none was named. A mistyped name would leave the case in nobody's hands.
    """
    if agency and agency not in directory.agencies:
        raise Refused(Reason(Why.NO_SUCH_AGENCY, CASE_MANAGER))
    if manager and not may_act(directory, manager, CaseView("", agency), now):
        raise Refused(Reason(Why.NO_SUCH_USER, CASE_MANAGER))


def check_code(command: AnyCommand) -> None:
    """Refuse an answer that names as a case what cannot be the code of one: it may be words. Raises Refused."""
    if isinstance(command, Answer) and command.case and read_code(command.case) != command.case:
        raise Refused(Reason(Why.NEEDS_CASE, command.waiting))


def check_beginner(actor: Actor, command: AnyCommand, library: Library) -> None:
    """Refuse to begin a protocol unasked to who could open no case with it; the supervisor may. Raises Refused."""
    if not isinstance(command, Enrol) or command.request or command.meaning not in library.rulebooks:
        return
    main = library.rulebooks[command.meaning].protocol.main
    may = main.steps[main.first_step].recorded_by
    if not actor.roles & {*may, SUPERVISOR}:
        raise Refused(Reason(Why.ROLE, "enrol", ", ".join(may), who=may))
