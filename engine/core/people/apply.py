"""Folding events into a directory. Pure and total: events carry results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any, TypeVar

from engine.core.people import events as happenings
from engine.core.people.directory import Absence, Directory, User, with_shapes
from engine.core.people.events import PeopleEvent

#: Fields of the directory with what they become.
Changes = dict[str, Any]
Key = TypeVar("Key")
T = TypeVar("T")


def fold(directory: Directory, events: Iterable[PeopleEvent]) -> Directory:
    """Return the directory after the events, in order. Replaying a whole journal gives the stored directory."""
    return reduce(apply, events, directory)


def apply(directory: Directory, event: PeopleEvent) -> Directory:
    """Return the directory after one event."""
    # Not ``evolve``: what is copied must not bring the indices of the old snapshot along.
    return replace(directory, seq=directory.seq + 1, **_APPLY[type(event)](directory, event))


def _duty_address_set(_directory: Directory, event: happenings.DutyAddressSet) -> Changes:
    return {"duty_address": event.address, "language": event.language}


def _agency_set(directory: Directory, event: happenings.AgencySet) -> Changes:
    id_ = event.agency.id
    shapes = {**directory.shapes, **with_shapes("agency", [id_])}
    return {"agencies": {**directory.agencies, id_: event.agency}, "shapes": shapes}


def _user_set(directory: Directory, event: happenings.UserSet) -> Changes:
    user = event.user
    former = directory.users.get(user.id)
    addresses = directory.addresses
    if former is not None and former.email and former.email.lower() != user.email.lower():
        addresses = without(addresses, former.email.lower())
    if user.email:
        addresses = {**addresses, user.email.lower(): user.id}
    shapes = {**directory.shapes, **with_shapes("user", [user.id])}
    return {"users": {**directory.users, user.id: user}, "addresses": addresses, "shapes": shapes}


def _address_verified(directory: Directory, event: happenings.AddressVerified) -> Changes:
    return _with_user(directory, replace(directory.users[event.user], verified=True))


def _user_disabled(directory: Directory, event: happenings.UserDisabled) -> Changes:
    return _with_user(directory, replace(directory.users[event.user], disabled=True))


def _user_enabled(directory: Directory, event: happenings.UserEnabled) -> Changes:
    return _with_user(directory, replace(directory.users[event.user], disabled=False))


def _membership_set(directory: Directory, event: happenings.MembershipSet) -> Changes:
    return {"memberships": {**directory.memberships, event.membership.key: event.membership}}


def _membership_ended(directory: Directory, event: happenings.MembershipEnded) -> Changes:
    key = (event.user, event.role, event.agency, event.province)
    return {"memberships": without(directory.memberships, key)}


def _supervision_set(directory: Directory, event: happenings.SupervisionSet) -> Changes:
    return {"supervisions": {**directory.supervisions, event.supervision.user: event.supervision}}


def _supervision_ended(directory: Directory, event: happenings.SupervisionEnded) -> Changes:
    return {"supervisions": without(directory.supervisions, event.user)}


def _absence_set(directory: Directory, event: happenings.AbsenceSet) -> Changes:
    absence = event.absence
    others = [one for one in directory.absences.get(absence.user, ()) if one.since != absence.since]
    return _with_absences(directory, absence.user, [*others, absence])


def _absence_ended(directory: Directory, event: happenings.AbsenceEnded) -> Changes:
    kept = [one for one in directory.absences.get(event.user, ()) if one.since != event.since]
    return _with_absences(directory, event.user, kept)


def _duty_set(directory: Directory, event: happenings.DutySet) -> Changes:
    return {"duties": (*directory.duties, event.duty)}


def _duty_ended(directory: Directory, event: happenings.DutyEnded) -> Changes:
    return {"duties": tuple(one for one in directory.duties if one != event.duty)}


def _conflict_set(directory: Directory, event: happenings.ConflictSet) -> Changes:
    about = event.conflict.about
    return {"conflicts": {**directory.conflicts, about: (*directory.conflicts.get(about, ()), event.conflict)}}


def _conflict_lifted(directory: Directory, event: happenings.ConflictLifted) -> Changes:
    about = event.conflict.about
    kept = tuple(one for one in directory.conflicts.get(about, ()) if one != event.conflict)
    return {"conflicts": {**directory.conflicts, about: kept} if kept else without(directory.conflicts, about)}


def _with_user(directory: Directory, user: User) -> Changes:
    return {"users": {**directory.users, user.id: user}}


def _with_absences(directory: Directory, user: str, absences: list[Absence]) -> Changes:
    if not absences:
        return {"absences": without(directory.absences, user)}
    return {"absences": {**directory.absences, user: tuple(sorted(absences, key=lambda one: one.since))}}


def without(known: Mapping[Key, T], key: Key) -> dict[Key, T]:
    """Return the mapping without this key, whether or not it was there."""
    return {name: value for name, value in known.items() if name != key}


_APPLY: dict[type[PeopleEvent], Callable[[Directory, Any], Changes]] = {
    happenings.DutyAddressSet: _duty_address_set,
    happenings.AgencySet: _agency_set,
    happenings.UserSet: _user_set,
    happenings.AddressVerified: _address_verified,
    happenings.UserDisabled: _user_disabled,
    happenings.UserEnabled: _user_enabled,
    happenings.MembershipSet: _membership_set,
    happenings.MembershipEnded: _membership_ended,
    happenings.SupervisionSet: _supervision_set,
    happenings.SupervisionEnded: _supervision_ended,
    happenings.AbsenceSet: _absence_set,
    happenings.AbsenceEnded: _absence_ended,
    happenings.DutySet: _duty_set,
    happenings.DutyEnded: _duty_ended,
    happenings.ConflictSet: _conflict_set,
    happenings.ConflictLifted: _conflict_lifted,
}
