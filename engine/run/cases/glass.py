"""Breaking the glass: reading a case in an emergency without a role in it, with a reason, for some hours.

Only those who would have to step in: who leads, supervises or takes in cases of this agency or province, and the
clinician on call; supervisor and data protection officer hear of it at once. Nobody in conflict with the case, and
never police, shelter or commune. Nothing can be written so. What names its readers stays closed: sealed complaints,
clinical notes, what is privileged.
"""

from __future__ import annotations

from datetime import datetime

from engine.core.case.state import Case
from engine.core.people.directory import CASE_MANAGER, SUPERVISOR, Directory
from engine.core.people.standing import may_act, province_of
from engine.run.cases.standing import view_of

#: Who may: the roles that would have to step in.
MAY_BREAK = frozenset({CASE_MANAGER, SUPERVISOR, "intake_officer", "provincial_focal", "clinical_on_call"})


def may_break(directory: Directory, user: str, case: Case, now: datetime) -> bool:
    """Return whether somebody may read the case in an emergency."""
    view = view_of(case)
    if not may_act(directory, user, view, now):
        return False
    province = province_of(directory, view)
    return any(user in directory.members(role, view.agency, province, now) for role in MAY_BREAK)


def is_broken(directory: Directory, user: str, case: Case, now: datetime) -> bool:
    """Return whether somebody reads the case in an emergency now."""
    until = case.glass.get(user)
    return until is not None and now < until and may_break(directory, user, case, now)
