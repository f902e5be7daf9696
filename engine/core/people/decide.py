"""From the directory and a command to events for its journal. Pure.

Equal inputs give equal outputs. The only error raised on purpose is ``PeopleRefused``; then nothing has changed. A
command that would change nothing leads to no events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from engine.core.people import appointing, commands, cover, staff
from engine.core.people.apply import fold
from engine.core.people.commands import AnyPeopleCommand, PeopleCommand
from engine.core.people.desk import Desk
from engine.core.people.directory import Directory
from engine.core.people.events import PeopleEvent
from engine.core.people.reasons import Because, refuse

Events = tuple[PeopleEvent, ...]


def decide_people(directory: Directory, command: AnyPeopleCommand, now: datetime) -> Events:
    """Return what the command leads to at this instant (UTC). Raises PeopleRefused with one reason."""
    if not directory.duty_address and not isinstance(command, commands.SetDutyAddress):
        refuse(Because.NO_DUTY_ADDRESS)
    return tuple(_HANDLERS[type(command)](Desk(directory, now, command.by), command))


def carry_out(directory: Directory, asked: Iterable[AnyPeopleCommand], now: datetime) -> tuple[Events, Directory]:
    """Return the events of several commands, each decided on what the former left, and the directory after them.

    All or nothing: raises PeopleRefused at the first command that is refused.
    """
    events: list[PeopleEvent] = []
    for command in asked:
        new = decide_people(directory, command, now)
        directory = fold(directory, new)
        events += new
    return tuple(events), directory


_HANDLERS: dict[type[PeopleCommand], Callable[[Desk, Any], Iterator[PeopleEvent]]] = {
    commands.SetDutyAddress: staff.set_duty_address,
    commands.SetAgency: staff.set_agency,
    commands.SetUser: staff.set_user,
    commands.VerifyAddress: staff.verify_address,
    commands.DisableUser: staff.disable_user,
    commands.EnableUser: staff.enable_user,
    commands.AddMembership: staff.add_membership,
    commands.AskRole: appointing.ask_role,
    commands.AnswerRole: appointing.answer_role,
    commands.EndMembership: staff.end_membership,
    commands.SetSupervisor: cover.set_supervisor,
    commands.EndSupervision: cover.end_supervision,
    commands.SetAbsence: cover.set_absence,
    commands.EndAbsence: cover.end_absence,
    commands.AddDuty: cover.add_duty,
    commands.EndDuty: cover.end_duty,
    commands.AddConflict: cover.add_conflict,
    commands.LiftConflict: cover.lift_conflict,
}
