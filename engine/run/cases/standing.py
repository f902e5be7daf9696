"""What access and routing read of a case, and who somebody is in an agency before there is a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from engine.core.case.state import Case
from engine.core.deciding.library import Library
from engine.core.deciding.referrals import lapsed_roles
from engine.core.people.directory import Directory
from engine.core.people.routing import ONE_PERSON
from engine.core.people.standing import CaseView, roles_of
from engine.run.cases.concern import concerned


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


def roles_in(directory: Directory, user: str, case: Case, now: datetime, library: Library) -> frozenset[str]:
    """Return the roles in which the user may act in the case at this instant (UTC) and that have to do with it."""
    lapsed = lapsed_roles(case, now)
    holders = {role: holder for role, holder in case.holders.items() if role not in lapsed}
    found = roles_of(directory, user, replace(view_of(case), holders=holders), now)
    return concerned(found, case, library) if found else found


def in_agency(directory: Directory, user: str, agency: str, now: datetime) -> frozenset[str]:
    """Return the roles the user would have in a new case of the agency."""
    return roles_of(directory, user, CaseView("", agency), now)
