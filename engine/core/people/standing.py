"""Who may act in a case, in which roles (24). Denied unless something here gives it.

A role with a holder in the case belongs to the holder alone; the supervisor is the case manager's own; every other
role belongs to its members for the case's agency and province. Whoever is on duty for a role has it meanwhile. While
somebody is away, the deputy has what she has. Nobody disabled or in conflict with the case has any role in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.core.people.directory import (
    ADMINISTRATOR,
    CASE_MANAGER,
    SUPERVISOR,
    Agency,
    Conflict,
    ConflictKind,
    Directory,
    User,
)

#: So many deputies are tried one after another.
MOST_DEPUTIES = 5


@dataclass(frozen=True, slots=True)
class CaseView:
    """What access and routing read of a case: whose it is, and who holds which role in it (role to user).

    ``province`` None: that of the agency. ``subject``: the code of the person it is about; conflicts may name it.
    ``invited``: who is asked something about it without a role in it (a case is offered to them).
    """

    id: str
    agency: str
    province: str | None = None
    holders: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    invited: frozenset[str] = frozenset()


def roles_of(directory: Directory, user: str, case: CaseView, now: datetime) -> frozenset[str]:
    """Return the roles in which the user may act in the case at this instant (UTC); none for anybody unknown."""
    if not may_act(directory, user, case, now):
        return frozenset()
    selves = {user, *_stood_in_for(directory, user, case, now)}
    asked = {SUPERVISOR, *case.holders}.union(*(directory.roles_given(one) for one in selves)) - {ADMINISTRATOR}
    return frozenset(
        role
        for role in asked
        if not selves.isdisjoint(holders_of(directory, role, case, now))
        or not selves.isdisjoint(on_duty(directory, role, case, now))
    )


def holders_of(directory: Directory, role: str, case: CaseView, now: datetime) -> list[str]:
    """Return to whom the role belongs, absent or not, in the order of their ids; no deputies, nobody on duty."""
    held = case.holders.get(role)
    if held is None and role == SUPERVISOR:
        held = _own_supervisor(directory, case, now)
    if held is not None:
        return _allowed(directory, [held], case, now)
    return _allowed(directory, directory.members(role, case.agency, province_of(directory, case), now), case, now)


def on_duty(directory: Directory, role: str, case: CaseView, now: datetime) -> list[str]:
    """Return who is on duty for the role at this instant, absent or not, in the order of their ids."""
    return _allowed(directory, directory.on_duty(role, case.agency, province_of(directory, case), now), case, now)


def stand_ins(directory: Directory, user: str, case: CaseView, now: datetime) -> tuple[str, ...]:
    """Return the user and, as long as the last one is away, her deputy: at most five of them, nobody twice.

    The last one may be away too; then nobody stands in. A deputy who may not act in the case ends it.
    """
    line = [user]
    while len(line) <= MOST_DEPUTIES:
        absence = directory.absence(line[-1], now)
        if absence is None or absence.deputy in line or not may_act(directory, absence.deputy, case, now):
            break
        line.append(absence.deputy)
    return tuple(line)


def may_act(directory: Directory, user: str, case: CaseView, now: datetime) -> bool:
    """Return whether the user is known, not disabled, and kept out by no conflict of the case."""
    return bool(_allowed(directory, [user], case, now))


def _allowed(directory: Directory, users: Iterable[str], case: CaseView, now: datetime) -> list[str]:
    conflicts = _conflicts_of(directory, case, now)
    known = (directory.users[one] for one in users if one in directory.users)
    return [
        one.id
        for one in known
        if not one.disabled and not (conflicts and _is_kept_out(directory, one, conflicts, now))
    ]


def is_compromised(directory: Directory, agency: Agency, case: CaseView, now: datetime) -> bool:
    """Return whether what is sent to the agency as a whole may be read by somebody who is kept out of the case."""
    conflicts = _conflicts_of(directory, case, now)
    if any(one.kind is ConflictKind.MINISTRY and one.id == agency.ministry for one in conflicts):
        return True
    if any(one.kind is ConflictKind.UNIT and one.id.partition("/")[0] == agency.id for one in conflicts):
        return True
    staff = (one for one in directory.users.values() if one.agency == agency.id)
    return bool(conflicts) and any(_is_kept_out(directory, one, conflicts, now) for one in staff)


def _is_kept_out(directory: Directory, user: User, conflicts: list[Conflict], now: datetime) -> bool:
    return any(_keeps_out(directory, one, user, now) for one in conflicts)


def _conflicts_of(directory: Directory, case: CaseView, now: datetime) -> list[Conflict]:
    """Return the conflicts of the case, and of the person it is about, that hold at this instant."""
    if not directory.conflicts:
        return []
    codes = dict.fromkeys((case.id, case.subject))
    return [one for code in codes for one in directory.conflicts.get(code, ()) if one.since <= now]


def province_of(directory: Directory, case: CaseView) -> str:
    """Return the province of the case, else that of its agency; empty where neither is known."""
    agency = directory.agencies.get(case.agency)
    return case.province or (agency.province if agency is not None else "")


def _own_supervisor(directory: Directory, case: CaseView, now: datetime) -> str | None:
    """Return the supervisor of whoever holds the case; None where nobody is named who still has an account."""
    manager = case.holders.get(CASE_MANAGER)
    above = directory.supervisor(manager, now) if manager is not None else None
    known = directory.users.get(above) if above is not None else None
    return None if known is None or known.disabled else known.id


def _stood_in_for(directory: Directory, user: str, case: CaseView, now: datetime) -> Iterator[str]:
    """Yield everybody for whom the user stands in at this instant."""
    found = {user}
    waiting = [user]
    for _ in range(MOST_DEPUTIES):
        waiting = list({one for deputy in waiting for one in directory.represented(deputy)} - found)
        found.update(waiting)
    return (one for one in found if one != user and user in _line_of(directory, one, case, now))


def _line_of(directory: Directory, user: str, case: CaseView, now: datetime) -> tuple[str, ...]:
    return stand_ins(directory, user, case, now) if may_act(directory, user, case, now) else ()


def _keeps_out(directory: Directory, conflict: Conflict, user: User, now: datetime) -> bool:
    if conflict.kind is ConflictKind.PERSON:
        return user.id == conflict.id
    if conflict.kind is ConflictKind.UNIT:
        agency, _, unit = conflict.id.partition("/")
        return user.agency == agency and unit in ("", user.unit)
    if conflict.kind is ConflictKind.MINISTRY:
        known = directory.agencies.get(user.agency)
        return known is not None and known.ministry == conflict.id
    above, below = _above(directory, user.id, now), _above(directory, conflict.id, now)
    return user.id == conflict.id or conflict.id in above or user.id in below


def _above(directory: Directory, user: str, now: datetime) -> set[str]:
    """Return everybody above the user in supervision at this instant. A circle ends it."""
    above: set[str] = set()
    here = directory.supervisor(user, now)
    while here is not None and here not in above:
        above.add(here)
        here = directory.supervisor(here, now)
    return above
