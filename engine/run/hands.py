"""Who asks, and into whose hands a case may go: what is checked of a command before the core decides on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from engine.core.case.commands import SUPERVISOR, Act, Actor, AnyCommand, AssignRole, Enrol, HandOver, Record
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Case
from engine.core.deciding.library import Library
from engine.core.people.directory import Directory
from engine.core.people.standing import may_act
from engine.run.standing import view_of


def as_asked(command: AnyCommand, actor: Actor) -> AnyCommand:
    """Return the command of this actor. Nobody approves by being named in it: another person has to ask herself."""
    if isinstance(command, Act | Record):
        return replace(command, actor=actor, approved_by=None)
    return replace(command, actor=actor)


def check_hands(directory: Directory, case: Case, command: AnyCommand, now: datetime) -> None:
    """Refuse to give a case to somebody, or to an agency, that is not there. Raises Refused.

    Who is kept out of the case is told in the same words as who is unknown: nobody learns of a conflict (24).
    """
    if not isinstance(command, AssignRole | HandOver):
        return
    user = command.user if isinstance(command, AssignRole) else command.to_user
    if not may_act(directory, user, view_of(case), now):
        raise Refused(Reason(Why.NO_SUCH_USER, command.role))
    if isinstance(command, HandOver) and command.agency is not None and command.agency not in directory.agencies:
        raise Refused(Reason(Why.NO_SUCH_AGENCY, command.role))


def check_beginner(actor: Actor, command: AnyCommand, library: Library) -> None:
    """Refuse to begin a protocol unasked to who could open no case with it; the supervisor may. Raises Refused."""
    if not isinstance(command, Enrol) or command.request or command.meaning not in library.rulebooks:
        return
    main = library.rulebooks[command.meaning].protocol.main
    may = main.steps[main.first_step].recorded_by
    if not actor.roles & {*may, SUPERVISOR}:
        raise Refused(Reason(Why.ROLE, "enrol", ", ".join(may), who=may))
