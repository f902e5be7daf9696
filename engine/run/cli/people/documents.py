"""What is said of the people of an office: documents for JSON, and the words they are shown in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.core.people.directory import Absence, Agency, Conflict, Directory, Duty, Membership, User
from engine.core.people.roster import EVERYWHERE
from engine.core.people.rota import Between, EveryWeek

#: What is said of one thing of the directory, ready for JSON: instants in ISO 8601 (UTC), dates as they are.
Document = dict[str, Any]


def agency_document(agency: Agency) -> Document:
    """Return everything about an agency. Its duty address is no person's."""
    return {
        "id": agency.id,
        "title": dict(agency.title),
        "ministry": agency.ministry,
        "outside_state": agency.outside_state,
        "zone": agency.zone,
        "calendar": agency.calendar,
        "province": agency.province,
        "duty_address": agency.duty_address,
    }


def listed_document(user: User, directory: Directory, now: datetime) -> Document:
    """Return what a list says of somebody; never the address."""
    absence = directory.absence(user.id, now)
    return {
        "id": user.id,
        "name": user.name,
        "agency": user.agency,
        "roles": [in_words(one) for one in roles_of(user.id, directory) if one.holds(now)],
        "disabled": user.disabled,
        "away_until": absence.until.isoformat() if absence is not None else None,
    }


def person_document(user: User, directory: Directory, now: datetime, *, private: bool) -> Document:
    """Return what is known of somebody. ``private``: with the address; else it is null, as is ``verified``."""
    return {
        **listed_document(user, directory, now),
        "unit": user.unit,
        "province": user.province,
        "language": user.language,
        "supervisor": directory.supervisor(user.id, now) or "",
        "email": user.email if private else None,
        "verified": user.verified if private else None,
    }


def membership_document(one: Membership) -> Document:
    """Return a role that was given, and where."""
    return {
        "role": one.role,
        "user": one.user,
        "agency": one.agency,
        "everywhere": one.everywhere,
        "province": one.province,
        "since": one.since.isoformat(),
        "until": one.until.isoformat() if one.until is not None else None,
    }


def absence_document(one: Absence) -> Document:
    """Return an absence; both dates are part of it."""
    return {"user": one.user, "from": one.since.isoformat(), "to": one.until.isoformat(), "deputy": one.deputy}


def duty_document(one: Duty) -> Document:
    """Return a shift: ``every`` week, in the zone of who is on duty, or once, from one instant to another."""
    once = one.shift if isinstance(one.shift, Between) else None
    return {
        "role": one.role,
        "user": one.user,
        "agency": one.agency,
        "everywhere": not one.agency,
        "province": one.province,
        "every": str(one.shift) if isinstance(one.shift, EveryWeek) else None,
        "from": once.since.isoformat() if once is not None else None,
        "to": once.until.isoformat() if once is not None else None,
    }


def conflict_document(one: Conflict) -> Document:
    """Return a conflict of interest."""
    return {"case": one.about, "kind": one.kind.value, "id": one.id, "since": one.since.isoformat()}


def roles_of(user: str, directory: Directory) -> list[Membership]:
    """Return every role that was given to somebody, in force or not, in the order of their names."""
    return sorted((one for one in directory.memberships.values() if one.user == user), key=lambda one: one.key)


def in_words(one: Membership) -> str:
    """Return a role as lists of people write it: ``case_manager@social_north/north``."""
    return f"{one.role}@{place(one.agency, one.province)}"


def place(agency: str, province: str) -> str:
    """Return where a role or a shift is: an agency or everywhere, maybe in one province only."""
    return f"{agency or EVERYWHERE}{f'/{province}' if province else ''}"
