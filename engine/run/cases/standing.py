"""What access and routing read of a case, and who somebody is in an agency before there is a case."""

from __future__ import annotations

from datetime import datetime

from engine.core.case.state import Case
from engine.core.people.directory import Directory
from engine.core.people.routing import ONE_PERSON
from engine.core.people.standing import CaseView, roles_of


def view_of(case: Case) -> CaseView:
    """Return whose the case is, and who holds which role in it."""
    asked = (one for item in case.waiting.values() if item.is_open for one in item.asked)
    return CaseView(
        case.id,
        case.agency or "",
        holders=case.holders,
        subject=case.linked_from.case if case.linked_from is not None else "",
        invited=frozenset(one.removeprefix(ONE_PERSON) for one in asked if one.startswith(ONE_PERSON)),
    )


def in_agency(directory: Directory, user: str, agency: str, now: datetime) -> frozenset[str]:
    """Return the roles the user would have in a new case of the agency."""
    return roles_of(directory, user, CaseView("", agency), now)
