"""Who gets a message, in an office of 5,000 people: ``route`` beside one look at each of them.

The directory is built once for each snapshot; that is measured too, beside making the same number of plain tuples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from benchmarks.harness import Figure, compare
from engine.core.clocks.calendar import Calendar
from engine.core.model import Role, Rung, RungAt
from engine.core.people.directory import (
    Absence,
    Agency,
    Conflict,
    ConflictKind,
    Directory,
    Duty,
    Membership,
    Supervision,
    User,
    directory_of,
)
from engine.core.people.rota import EveryWeek
from engine.core.people.routing import route
from engine.core.people.standing import CaseView, roles_of

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
NIGHT = NOW - timedelta(hours=11)
PEOPLE, AGENCIES = 5000, 100
CALENDAR = Calendar("office", "Asia/Phnom_Penh", (((8 * 3600, 17 * 3600),),) * 5 + ((), ()))
ROLES = {
    role.id: role
    for role in (
        Role("case_manager"),
        Role("supervisor"),
        Role("national", ministry="mosvy"),
        Role("outside", outside_state=True, always_reached=True),
    )
}
RUNGS = tuple(Rung(role, RungAt.AT_LIMIT, (role,)) for role in ROLES)
HELD = CaseView("case", "agency7", holders={"case_manager": "user7"})


def figures() -> Iterator[Figure]:
    """Yield the figures of routing."""
    directory = office()
    users = list(directory.users.values())

    def look() -> object:
        return [one for one in users if one.disabled]

    for name, role, case, now in (
        ("the holder", "case_manager", HELD, NOW),
        ("at night, the one on duty", "case_manager", HELD, NIGHT),
        ("fifty members", "case_manager", replace(HELD, holders={}), NOW),
        ("three levels up, in conflict", "case_manager", replace(HELD, subject="person"), NOW),
    ):
        yield compare(
            f"route: {name}",
            lambda role=role, case=case, now=now: _route(directory, role, case, now),  # type: ignore[misc]
            look,
            floor_name="one look at each of 5,000 people",
            aim="below 1 for one person",
            repeat=50,
        )
    yield compare(
        "roles_of: the supervisor",
        lambda: roles_of(directory, "user57", HELD, NOW),
        look,
        floor_name="one look at each of 5,000 people",
        aim="below 1",
        repeat=50,
    )
    yield compare(
        "a new snapshot and its first message",
        lambda: _route(replace(directory), "case_manager", replace(HELD, holders={}), NOW),
        lambda: [(one.id, one.agency, one.unit) for one in users],
        floor_name="5,000 plain tuples",
        aim="for context",
    )


def _route(directory: Directory, role: str, case: CaseView, now: datetime) -> object:
    return route(role, RUNGS, 0, case, directory, now, urgent=True, calendar=CALENDAR, roles=ROLES)


def office() -> Directory:
    """Return an office of 5,000 people in 100 agencies; one in ten is away, with a deputy."""
    agencies = [Agency(f"agency{n}", ministry="mosvy", zone="Asia/Phnom_Penh") for n in range(AGENCIES)]
    users = [
        User(f"user{n}", f"User {n}", f"agency{n % AGENCIES}", f"user{n}@example.org", verified=True)
        for n in range(PEOPLE)
    ]
    since = NOW - timedelta(days=30)
    memberships = [Membership(one.id, "case_manager", one.agency, "", False, since) for one in users]
    memberships += [
        Membership("user1", "national", "", "", True, since),
        Membership("user2", "outside", "", "", True, since),
    ]
    evening = EveryWeek(0, time(17), 0, time(8))
    return directory_of(
        "duty@example.org",
        agencies=agencies,
        users=users,
        memberships=memberships,
        supervisions=[Supervision(f"user{n}", f"user{n - 50}", since) for n in range(50, PEOPLE)]
        + [Supervision("user7", "user57", since), Supervision("user57", "user1", since)],
        absences=[
            Absence(f"user{n}", f"user{n - 1}", date(2026, 3, 1), date(2026, 3, 9)) for n in range(5, PEOPLE, 10)
        ],
        duties=[Duty("case_manager", one.id, "", f"user{n + 300}", evening) for n, one in enumerate(agencies)],
        conflicts=[
            Conflict("person", ConflictKind.CHAIN, "user57", since),
            Conflict("person", ConflictKind.UNIT, "agency99", since),
        ],
    )
