"""Folding events into a directory. Pure and total: events carry results."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from engine.core.people import events as happenings
from engine.core.people.directory import Absence, Asked, Directory
from engine.core.people.draft import Draft
from engine.core.people.events import PeopleEvent


def fold(directory: Directory, events: Iterable[PeopleEvent]) -> Directory:
    """Return the directory after the events, in order. Replaying a whole journal gives the stored directory."""
    draft = Draft(directory)
    for event in events:
        _APPLY[type(event)](draft, event)
        draft.seq += 1
    return draft.directory()


def apply(directory: Directory, event: PeopleEvent) -> Directory:
    """Return the directory after one event."""
    return fold(directory, [event])


def _duty_address_set(draft: Draft, event: happenings.DutyAddressSet) -> None:
    draft.duty_address, draft.language = event.address, event.language


def _agency_set(draft: Draft, event: happenings.AgencySet) -> None:
    draft.agencies[event.agency.id] = event.agency
    draft.note_shapes("agency", event.agency.id)


def _user_set(draft: Draft, event: happenings.UserSet) -> None:
    user = event.user
    former = draft.users.get(user.id)
    if former is not None:
        draft.addresses.pop(former.email.lower(), None)
    if user.email:
        draft.addresses[user.email.lower()] = user.id
    draft.users[user.id] = user
    draft.note_shapes("user", user.id)


def _address_verified(draft: Draft, event: happenings.AddressVerified) -> None:
    draft.users[event.user] = replace(draft.users[event.user], verified=True)


def _user_disabled(draft: Draft, event: happenings.UserDisabled) -> None:
    draft.users[event.user] = replace(draft.users[event.user], disabled=True)


def _user_enabled(draft: Draft, event: happenings.UserEnabled) -> None:
    draft.users[event.user] = replace(draft.users[event.user], disabled=False)


def _membership_set(draft: Draft, event: happenings.MembershipSet) -> None:
    draft.memberships[event.membership.key] = event.membership
    if event.membership.key in draft.asked:
        del draft.asked[event.membership.key]


def _membership_ended(draft: Draft, event: happenings.MembershipEnded) -> None:
    draft.memberships.pop((event.user, event.role, event.agency, event.province), None)


def _role_asked(draft: Draft, event: happenings.RoleAsked) -> None:
    draft.asked[event.membership.key] = Asked(event.membership, event.by, event.at)


def _role_declined(draft: Draft, event: happenings.RoleDeclined) -> None:
    draft.asked.pop((event.user, event.role, event.agency, event.province), None)


def _supervision_set(draft: Draft, event: happenings.SupervisionSet) -> None:
    draft.supervisions[event.supervision.user] = event.supervision


def _supervision_ended(draft: Draft, event: happenings.SupervisionEnded) -> None:
    draft.supervisions.pop(event.user, None)


def _absence_set(draft: Draft, event: happenings.AbsenceSet) -> None:
    absence = event.absence
    others = [one for one in draft.absences.get(absence.user, ()) if one.since != absence.since]
    _keep_absences(draft, absence.user, [*others, absence])


def _absence_ended(draft: Draft, event: happenings.AbsenceEnded) -> None:
    kept = [one for one in draft.absences.get(event.user, ()) if one.since != event.since]
    _keep_absences(draft, event.user, kept)


def _keep_absences(draft: Draft, user: str, absences: list[Absence]) -> None:
    if absences:
        draft.absences[user] = tuple(sorted(absences, key=lambda one: one.since))
    else:
        draft.absences.pop(user, None)


def _duty_set(draft: Draft, event: happenings.DutySet) -> None:
    draft.duties.append(event.duty)


def _duty_ended(draft: Draft, event: happenings.DutyEnded) -> None:
    draft.duties[:] = [one for one in draft.duties if one != event.duty]


def _conflict_set(draft: Draft, event: happenings.ConflictSet) -> None:
    about = event.conflict.about
    draft.conflicts[about] = (*draft.conflicts.get(about, ()), event.conflict)


def _conflict_lifted(draft: Draft, event: happenings.ConflictLifted) -> None:
    about = event.conflict.about
    kept = tuple(one for one in draft.conflicts.get(about, ()) if one != event.conflict)
    if kept:
        draft.conflicts[about] = kept
    else:
        draft.conflicts.pop(about, None)


_APPLY: dict[type[PeopleEvent], Callable[[Draft, Any], None]] = {
    happenings.DutyAddressSet: _duty_address_set,
    happenings.AgencySet: _agency_set,
    happenings.UserSet: _user_set,
    happenings.AddressVerified: _address_verified,
    happenings.UserDisabled: _user_disabled,
    happenings.UserEnabled: _user_enabled,
    happenings.MembershipSet: _membership_set,
    happenings.MembershipEnded: _membership_ended,
    happenings.RoleAsked: _role_asked,
    happenings.RoleDeclined: _role_declined,
    happenings.SupervisionSet: _supervision_set,
    happenings.SupervisionEnded: _supervision_ended,
    happenings.AbsenceSet: _absence_set,
    happenings.AbsenceEnded: _absence_ended,
    happenings.DutySet: _duty_set,
    happenings.DutyEnded: _duty_ended,
    happenings.ConflictSet: _conflict_set,
    happenings.ConflictLifted: _conflict_lifted,
}
