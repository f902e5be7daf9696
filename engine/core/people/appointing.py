"""Deciding on roles that nobody gives alone: one asks, another agrees. Each function yields events of one command.

Which roles these are, and when nobody else is there to agree, is for the caller to know.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.people import commands
from engine.core.people import events as happenings
from engine.core.people.desk import Desk
from engine.core.people.events import PeopleEvent
from engine.core.people.names import shown
from engine.core.people.reasons import Because, refuse
from engine.core.people.staff import add_membership


def ask_role(desk: Desk, command: commands.AskRole) -> Iterator[PeopleEvent]:
    """A role waits for a second person; what could not be given now is not asked for."""
    given = commands.AddMembership(
        by=command.by,
        user=command.user,
        role=command.role,
        agency=command.agency,
        province=command.province,
        everywhere=command.everywhere,
    )
    for event in add_membership(desk, given):
        membership = event.membership
        if membership.key in desk.directory.asked:
            refuse(Because.ASKED_TWICE, command.user, command.role, column="role")
        yield happenings.RoleAsked(**desk.note, membership=membership)


def answer_role(desk: Desk, command: commands.AnswerRole) -> Iterator[PeopleEvent]:
    """The second person answers. With a yes the role is held from now on, by her name."""
    key = (command.user, command.role, command.agency, command.province)
    asked = desk.directory.asked.get(key)
    if asked is None:
        refuse(Because.NOT_ASKED, shown(command.user), shown(command.role), column="role")
    if not command.agrees:
        yield happenings.RoleDeclined(
            **desk.note, user=command.user, role=command.role, agency=command.agency, province=command.province
        )
        return
    if command.by in {asked.by, command.user}:
        refuse(Because.OWN_YES, command.by, column="role")
    given = commands.AddMembership(
        by=command.by,
        user=command.user,
        role=command.role,
        agency=command.agency,
        province=command.province,
        everywhere=asked.membership.everywhere,
    )
    yield from add_membership(desk, given)
