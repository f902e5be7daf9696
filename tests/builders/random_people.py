"""Random offices, sensible and not: circles of deputies and supervisors, people who are gone, many conflicts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from engine.core.model import MessageKind, Role, Rung, RungAt
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
from engine.core.people.rota import Between, EveryWeek
from engine.core.people.standing import CaseView
from tests.builders.people import DAY, NOW, OFFICE_ADDRESS, address
from tests.builders.protocols import ZONE

USERS = [f"user{letter}" for letter in "abcdefgh"]
PEOPLE = st.sampled_from(USERS)
NOBODY = "nobody"
AGENCIES = ["north", "south"]
PROVINCES = ["hills", "river"]
ROLES = {
    role.id: role
    for role in (
        Role("case_manager"),
        Role("supervisor"),
        Role("focal"),
        Role("court", account=False),
        Role("outside", outside_state=True, always_reached=True),
        Role("on_call", always_reached=True),
    )
}
ROLE_IDS = st.sampled_from([*ROLES, "owner", "unheard_of"])
INSTANTS = st.sampled_from([NOW - 3 * DAY, NOW - DAY, NOW, NOW + DAY])
ENDS = st.none() | INSTANTS
NOWS = st.integers(0, 14 * 24).map(lambda hours: NOW - 7 * DAY + timedelta(hours=hours))
SHIFTS = st.builds(
    EveryWeek, st.integers(0, 6), st.sampled_from([time(8), time(17)]), st.integers(0, 6), st.just(time(8))
) | st.builds(Between, INSTANTS, INSTANTS)
CODES = st.sampled_from(["AB-12", "person-7", "other"])


def _user(id_: str) -> st.SearchStrategy[User]:
    return st.builds(
        User,
        id=st.just(id_),
        name=st.just(id_),
        agency=st.sampled_from([*AGENCIES, "gone"]),
        email=st.sampled_from([address(id_), address(id_), address(id_), ""]),
        language=st.sampled_from(["en", "km"]),
        unit=st.sampled_from(["", "intake"]),
        verified=st.sampled_from([True, True, True, False]),
        disabled=st.sampled_from([False, False, False, True]),
    )


def _agency(id_: str) -> st.SearchStrategy[Agency]:
    return st.builds(
        Agency,
        id=st.just(id_),
        ministry=st.sampled_from(["mosvy", "mowa", ""]),
        zone=st.sampled_from([ZONE, "Europe/Rome"]),
        province=st.sampled_from(["", *PROVINCES]),
        duty_address=st.sampled_from(["", f"duty@{id_}.example.org"]),
    )


@st.composite
def memberships(draw: st.DrawFn) -> Membership:
    """Return a role of somebody, in one agency or everywhere."""
    everywhere = draw(st.booleans())
    return Membership(
        user=draw(PEOPLE),
        role=draw(ROLE_IDS),
        agency="" if everywhere else draw(st.sampled_from(AGENCIES)),
        province=draw(st.sampled_from(["", "", *PROVINCES])),
        everywhere=everywhere,
        since=draw(INSTANTS),
        until=draw(ENDS),
    )


ABSENCES = st.builds(
    Absence,
    user=PEOPLE,
    deputy=st.sampled_from([*USERS, "", NOBODY]),
    since=st.sampled_from([date(2026, 2, 28), date(2026, 3, 2)]),
    until=st.sampled_from([date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 20)]),
)
DUTIES = st.builds(
    Duty,
    role=ROLE_IDS,
    agency=st.sampled_from(["", *AGENCIES]),
    province=st.sampled_from(["", *PROVINCES]),
    user=st.sampled_from([*USERS, NOBODY]),
    shift=SHIFTS,
)
SUPERVISIONS = st.builds(Supervision, PEOPLE, st.sampled_from([*USERS, NOBODY]), INSTANTS, ENDS)
CONFLICTS = st.one_of(
    st.builds(
        Conflict,
        CODES,
        st.sampled_from([ConflictKind.PERSON, ConflictKind.CHAIN]),
        st.sampled_from([*USERS, NOBODY]),
        INSTANTS,
    ),
    st.builds(Conflict, CODES, st.just(ConflictKind.UNIT), st.sampled_from(["north", "south/intake"]), INSTANTS),
    st.builds(Conflict, CODES, st.just(ConflictKind.MINISTRY), st.sampled_from(["mosvy", "mowa"]), INSTANTS),
)
CASES = st.builds(
    CaseView,
    id=st.just("AB-12"),
    agency=st.sampled_from([*AGENCIES, "gone", ""]),
    province=st.sampled_from([None, *PROVINCES]),
    holders=st.dictionaries(
        st.sampled_from([*ROLES, "administrator"]), st.sampled_from([*USERS, NOBODY]), max_size=3
    ),
    subject=st.sampled_from(["", "person-7"]),
    invited=st.frozensets(st.sampled_from([*USERS, NOBODY]), max_size=2),
)
RUNGS = st.lists(
    st.builds(
        Rung,
        id=st.just("rung"),
        at=st.just(RungAt.AT_LIMIT),
        to=st.lists(ROLE_IDS, min_size=1, max_size=2).map(tuple),
        sends=st.sampled_from(MessageKind),
    ),
    max_size=4,
).map(tuple)


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    """Return a directory of a few people; nothing in it needs to make sense."""

    def several(what: st.SearchStrategy[Any], most: int) -> list[Any]:
        return draw(st.lists(what, max_size=most))

    return directory_of(
        OFFICE_ADDRESS,
        agencies=[draw(_agency(id_)) for id_ in AGENCIES],
        users=[draw(_user(id_)) for id_ in USERS],
        memberships=several(memberships(), 12),
        supervisions=several(SUPERVISIONS, 8),
        absences=several(ABSENCES, 8),
        duties=several(DUTIES, 4),
        conflicts=several(CONFLICTS, 3),
    )


def instants() -> st.SearchStrategy[datetime]:
    """Return any hour of the weeks around the time of the tests."""
    return NOWS
