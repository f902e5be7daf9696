"""Deciding on agencies, people and their roles. Each function yields the events of one command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from engine.core.people import commands
from engine.core.people import events as happenings
from engine.core.people.apply import apply
from engine.core.people.checks import (
    agency_objections,
    language_objections,
    membership_objections,
    object_to,
    user_objections,
)
from engine.core.people.desk import Desk, raise_first
from engine.core.people.directory import ADMINISTRATOR, Directory, Membership, User
from engine.core.people.events import PeopleEvent
from engine.core.people.names import address_fault, shown
from engine.core.people.reasons import Because, refuse


def set_duty_address(desk: Desk, command: commands.SetDutyAddress) -> Iterator[PeopleEvent]:
    """The office's own duty address, checked as every address is."""
    raise_first(object_to(command.address, "duty_address", address_fault))
    raise_first(language_objections(command.language))
    if (command.address, command.language) != (desk.directory.duty_address, desk.directory.language):
        yield happenings.DutyAddressSet(**desk.note, address=command.address, language=command.language)


def set_agency(desk: Desk, command: commands.SetAgency) -> Iterator[PeopleEvent]:
    """An agency, new or changed."""
    agency = command.agency
    raise_first(agency_objections(agency))
    desk.demand_other_shape("agency", agency.id)
    if desk.directory.agencies.get(agency.id) != agency:
        yield happenings.AgencySet(**desk.note, agency=agency)


def set_user(desk: Desk, command: commands.SetUser) -> Iterator[PeopleEvent]:
    """A member of staff, new or changed; another address is not verified."""
    raise_first(user_objections(command))
    desk.demand_agency(command.agency)
    desk.demand_other_shape("user", command.id)
    owner = desk.directory.addresses.get(command.email.lower(), command.id)
    if owner != command.id:
        refuse(Because.ADDRESS_TAKEN, owner, column="email")
    former = desk.directory.users.get(command.id)
    user = User(
        id=command.id,
        name=command.name,
        agency=command.agency,
        email=command.email,
        language=command.language,
        unit=command.unit,
        province=command.province,
        verified=former is not None and former.verified and former.email.lower() == command.email.lower(),
        disabled=former is not None and former.disabled,
    )
    if user != former:
        yield happenings.UserSet(**desk.note, user=user)


def verify_address(desk: Desk, command: commands.VerifyAddress) -> Iterator[PeopleEvent]:
    """Mail to the present address reached the user."""
    user = desk.user(command.user)
    if not user.email:
        refuse(Because.NO_ADDRESS, user.id, column="email")
    if user.email.lower() != command.address.lower():
        refuse(Because.ADDRESS_CHANGED, user.id, column="email")
    if not user.verified:
        yield happenings.AddressVerified(**desk.note, user=user.id)


def disable_user(desk: Desk, command: commands.DisableUser) -> Iterator[PeopleEvent]:
    """An account is closed; never the last administrator's."""
    user = desk.user(command.user)
    if not user.disabled:
        event = happenings.UserDisabled(**desk.note, user=user.id)
        _keep_an_administrator(desk, event, user.id)
        yield event


def enable_user(desk: Desk, command: commands.EnableUser) -> Iterator[PeopleEvent]:
    """An account is opened again."""
    if desk.user(command.user).disabled:
        yield happenings.UserEnabled(**desk.note, user=command.user)


def _keep_an_administrator(desk: Desk, event: PeopleEvent, user: str) -> None:
    """Refuse what would leave the office without anybody who may keep its directory."""
    if administrators(desk.directory, desk.now) and not administrators(apply(desk.directory, event), desk.now):
        refuse(Because.LAST_ADMINISTRATOR, user, column="user")


def administrators(directory: Directory, now: datetime) -> list[str]:
    """Return who may keep the directory at this instant, in the order of their ids."""
    given = (one.user for one in directory.memberships.values() if one.role == ADMINISTRATOR and one.holds(now))
    return sorted({id_ for id_ in given if id_ in directory.users and not directory.users[id_].disabled})


def add_membership(desk: Desk, command: commands.AddMembership) -> Iterator[happenings.MembershipSet]:
    """A role is given, once."""
    raise_first(membership_objections(command))
    desk.active(command.user)
    if not command.everywhere:
        desk.demand_agency(command.agency)
    membership = Membership(
        user=command.user,
        role=command.role,
        agency=command.agency,
        province=command.province,
        everywhere=command.everywhere,
        since=command.since or desk.now,
        until=command.until,
    )
    if command.until is not None and command.until <= membership.since:
        refuse(Because.ENDS_FIRST, str(membership.since), str(command.until), column="until")
    former = desk.directory.memberships.get(membership.key)
    if former is not None and (former.until is None or former.until > desk.now):
        refuse(Because.ROLE_TWICE, command.user, command.role, column="role")
    yield happenings.MembershipSet(**desk.note, membership=membership)


def end_membership(desk: Desk, command: commands.EndMembership) -> Iterator[PeopleEvent]:
    """A role is taken away; never the last administrator's."""
    user = desk.user(command.user)
    key = (user.id, command.role, command.agency, command.province)
    if key not in desk.directory.memberships:
        refuse(Because.NO_ROLE, user.id, shown(command.role), column="role")
    event = happenings.MembershipEnded(
        **desk.note, user=user.id, role=command.role, agency=command.agency, province=command.province
    )
    if command.role == ADMINISTRATOR:
        _keep_an_administrator(desk, event, user.id)
    yield event
