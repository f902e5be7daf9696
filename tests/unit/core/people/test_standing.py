"""Who may act in a case, in which roles."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.people import commands
from engine.core.people.commands import AnyPeopleCommand
from engine.core.people.directory import ConflictKind, Directory, Duty
from engine.core.people.rota import EveryWeek
from engine.core.people.standing import (
    MOST_DEPUTIES,
    CaseView,
    holders_of,
    is_invited,
    may_act,
    on_duty,
    roles_of,
    stand_ins,
)
from tests.builders.people import ADMIN, DAY, NOW, made, member, office, person, supervised
from tests.builders.random_people import CASES, NOBODY, ROLES, USERS, directories, instants

TODAY = date(2026, 3, 2)


def case(agency: str = "north", **more: Any) -> CaseView:
    """Return a case of the office in the north."""
    return CaseView("AB-12", agency, **more)


def held(**holders: str) -> CaseView:
    """Return a case of the north with these holders."""
    return case(holders=holders)


def away(user: str, deputy: str = "") -> AnyPeopleCommand:
    """Return the command that somebody is away today."""
    return commands.SetAbsence(by=ADMIN, user=user, deputy=deputy, since=TODAY, until=TODAY)


def conflict(kind: str, id_: str, about: str = "AB-12") -> AnyPeopleCommand:
    """Return the command that keeps somebody out of the case."""
    return commands.AddConflict(by=ADMIN, about=about, kind=ConflictKind(kind), id=id_)


def roles(user: str, view: CaseView, *more: AnyPeopleCommand, now: datetime = NOW) -> set[str]:
    """Return the roles of somebody in a case of the office after some changes."""
    return set(roles_of(made([*more]) if more else office(), user, view, now))


def test_members_have_the_role() -> None:
    """Without a holder, a role belongs to all its members for the agency, and to nobody of another one."""
    assert roles("dara", case()) == {"case_manager"}
    assert roles("pisey", case()) == {"case_manager", "intake_officer"}
    assert roles("bopha", case()) == set()
    assert roles("dara", case("south")) == set()


def test_role_everywhere() -> None:
    """A role everywhere holds in the cases of each agency, also of one that is not known."""
    assert (
        roles("maly", case()) == roles("maly", case("south")) == roles("maly", case("gone")) == {"provincial_focal"}
    )


def test_nothing_is_denied_by_mistake_or_given_by_it() -> None:
    """Who is not known has no role, and a case without an agency belongs to no agency's members."""
    assert roles(NOBODY, case()) == roles("", case()) == set()
    assert roles("dara", case("")) == set()


def test_administrator_is_no_role_of_a_case() -> None:
    """Whoever keeps the directory may not act in cases by that, even if a case names her so."""
    assert roles(ADMIN, case()) == set()
    assert roles(ADMIN, held(administrator=ADMIN)) == set()


def test_holder_alone_has_the_role() -> None:
    """A role with a holder belongs to him alone; he needs not be a member."""
    view = held(case_manager="dara", guardian="vuthy")
    assert roles("dara", view) == {"case_manager"}
    assert roles("pisey", view) == {"intake_officer"}
    assert roles("vuthy", view) == {"national_coordinator", "guardian"}


def test_province() -> None:
    """A role in a province holds in its cases; a case without a province is in that of its agency."""
    focal = member("pisey", "escort", "*", "hills")
    assert "escort" in roles("pisey", case(), focal)
    assert "escort" in roles("pisey", case("south", province="hills"), focal)
    assert "escort" not in roles("pisey", case(province="river"), focal)
    assert "escort" not in roles("pisey", case("south"), focal)
    assert "escort" not in roles("pisey", case("women"), focal), "an agency for the whole country"
    assert "escort" in roles("pisey", case("women", province="hills"), focal)


def test_role_begins_and_ends() -> None:
    """A role holds from its beginning up to its end, to the instant."""
    escort = member("pisey", "escort", since=NOW, until=NOW + DAY)
    moments = [NOW - DAY / 2, NOW, NOW + DAY / 2, NOW + DAY]
    assert ["escort" in roles("pisey", case(), escort, now=at) for at in moments] == [False, True, True, False]


def test_disabled_people_have_no_role() -> None:
    """A disabled account has no role, neither as member nor as holder, and nobody gets it instead."""
    gone = commands.DisableUser(by=ADMIN, user="dara")
    assert roles("dara", case(), gone) == set()
    assert roles("dara", held(case_manager="dara"), gone) == set()
    assert roles("pisey", held(case_manager="dara"), gone) == {"intake_officer"}


def test_supervisor_is_the_case_managers_own() -> None:
    """The supervisor of a case is the one of whoever holds it; other supervisors of the office are not."""
    other = [*person("other"), member("other", "supervisor")]
    view = held(case_manager="dara")
    assert "supervisor" in roles("thida", view, *other)
    assert roles("other", view, *other) == set()
    assert "supervisor" in roles("vuthy", view, supervised("dara", "vuthy")), "he needs not be a member"


def test_supervisor_without_supervision() -> None:
    """Where nobody supervises the holder, or nobody holds the case, the members of the role are supervisors."""
    assert roles("thida", held(case_manager="pisey")) == {"supervisor"}
    assert roles("thida", case()) == {"supervisor"}
    gone = commands.DisableUser(by=ADMIN, user="vuthy")
    more = [supervised("dara", "vuthy"), gone]
    assert roles("thida", held(case_manager="dara"), *more) == {"supervisor"}, "the one named has left the office"


def test_supervisor_can_be_named_in_the_case() -> None:
    """A supervisor named in the case comes before the holder's own."""
    view = held(case_manager="dara", supervisor="maly")
    assert roles("thida", view) == set()
    assert "supervisor" in roles("maly", view)


def test_supervision_that_is_over() -> None:
    """A supervision that ended leaves it to the members."""
    brief = commands.SetSupervisor(by=ADMIN, user="dara", supervisor="vuthy", until=NOW)
    assert "supervisor" not in roles("vuthy", held(case_manager="dara"), brief)
    assert "supervisor" in roles("thida", held(case_manager="dara"), brief)


def test_deputy_has_the_roles_of_who_is_away() -> None:
    """While somebody is away the deputy has her roles too, and she keeps them."""
    view = held(case_manager="dara")
    assert roles("pisey", view, away("dara", "pisey")) == {"intake_officer", "case_manager"}
    assert roles("dara", view, away("dara", "pisey")) == {"case_manager"}
    assert roles("pisey", view, away("dara", "pisey"), now=NOW + DAY) == {"intake_officer"}
    assert "supervisor" in roles("maly", view, away("thida", "maly"))


def test_days_of_an_absence_are_local() -> None:
    """An absence lasts from midnight to midnight where the absent person works."""
    begins, ends = datetime.fromisoformat("2026-03-02T00:00+07:00"), datetime.fromisoformat("2026-03-03T00:00+07:00")
    view = held(case_manager="dara")
    tick = DAY / 86400
    moments = [begins - tick, begins, ends - tick, ends]
    found = ["case_manager" in roles("pisey", view, away("dara", "pisey"), now=at) for at in moments]
    assert found == [False, True, True, False]


def test_deputies_of_deputies() -> None:
    """Five deputies may follow on each other; the sixth has nothing of it."""
    line = [f"deputy_{letter}" for letter in "abcdefg"]
    more = [one for user in line for one in person(user, "women")]
    more += [away(user, deputy) for user, deputy in zip(["dara", *line], line, strict=False)]
    directory = made(more)
    view = held(case_manager="dara")
    assert stand_ins(directory, "dara", view, NOW) == ("dara", *line[:MOST_DEPUTIES])
    assert ["case_manager" in roles_of(directory, user, view, NOW) for user in line] == [True] * 5 + [False] * 2


def test_on_duty() -> None:
    """Whoever is on duty for a role has it meanwhile, though the case has a holder."""
    shift = EveryWeek(0, time(8), 0, time(17))
    duty = commands.AddDuty(by=ADMIN, duty=Duty("case_manager", "north", "", "maly", shift))
    view = held(case_manager="dara")
    assert "case_manager" in roles("maly", view, duty)
    assert "case_manager" not in roles("maly", view, duty, now=NOW + DAY)
    assert "case_manager" not in roles("maly", case("south"), duty)


@pytest.mark.parametrize(
    ("kind", "id_", "kept_out"),
    [
        ("person", "dara", {"dara"}),
        ("unit", "north", {"dara", "pisey", "thida", "new_one"}),
        ("unit", "north/intake", {"new_one"}),
        ("chain", "thida", {"dara", "thida", "vuthy"}),
        ("chain", "vuthy", {"dara", "thida", "vuthy"}),
        ("chain", "maly", {"maly"}),
        ("ministry", "mosvy", {"dara", "pisey", "thida", "new_one", "bopha", "sovann"}),
    ],
)
def test_conflicts(kind: str, id_: str, kept_out: set[str]) -> None:
    """A conflict keeps out the person, the unit, the chain above and below, or the ministry; and nobody else."""
    directory = made([*person("new_one", unit="intake"), conflict(kind, id_)])
    found = {user for user in directory.users if not may_act(directory, user, case(), NOW)}
    assert found == kept_out
    assert all(roles_of(directory, user, held(case_manager=user), NOW) == set() for user in kept_out)


def test_conflict_is_about_a_case_or_its_person() -> None:
    """A conflict holds for the case it names, or for every case of the person it names, from when it was entered."""
    directory = made([conflict("person", "dara", "person-7")])
    assert may_act(directory, "dara", case(), NOW)
    assert not may_act(directory, "dara", case(subject="person-7"), NOW)
    assert may_act(directory, "dara", case(subject="person-7"), NOW - 2 * DAY)


def test_conflict_keeps_deputies_from_standing_in() -> None:
    """Nobody has a role through somebody who is kept out, and nobody kept out has one through anybody."""
    view = held(case_manager="dara")
    through = made([away("dara", "maly"), conflict("person", "dara")])
    assert roles_of(through, "maly", view, NOW) == {"provincial_focal"}
    itself = made([away("dara", "pisey"), away("pisey", "maly"), conflict("person", "pisey")])
    assert roles_of(itself, "maly", view, NOW) == {"provincial_focal"}, "the line ends at who is kept out"


def test_supervisor_who_is_kept_out_is_not_replaced() -> None:
    """Where the supervisor is kept out, no colleague of hers becomes supervisor: the next level has to act."""
    more = [*person("other"), member("other", "supervisor"), conflict("person", "thida")]
    assert holders_of(made(more), "supervisor", held(case_manager="dara"), NOW) == []


@given(directories(), CASES, instants(), st.sampled_from([*USERS, NOBODY]))
def test_roles_are_what_the_lists_say(directory: Directory, view: CaseView, now: datetime, user: str) -> None:
    """In any office: somebody has a role exactly if she, or somebody she stands in for, holds it or is on duty."""
    found = roles_of(directory, user, view, now)
    names = {*ROLES, "owner", "unheard_of", "administrator"}
    expected = {
        role
        for role in names - {"administrator"}
        for one in (*holders_of(directory, role, view, now), *on_duty(directory, role, view, now))
        if user in stand_ins(directory, one, view, now)
    }
    assert found == expected
    assert found == roles_of(directory, user, view, now)
    if not may_act(directory, user, view, now):
        assert found == set()


@given(directories(), CASES, instants(), st.sampled_from(USERS))
def test_line_of_deputies_ends(directory: Directory, view: CaseView, now: datetime, user: str) -> None:
    """In any office a line of deputies names nobody twice, at most five, and each but the last is away."""
    line = stand_ins(directory, user, view, now)
    assert line[0] == user
    assert len(set(line)) == len(line) <= MOST_DEPUTIES + 1
    assert all(directory.absence(one, now) is not None for one in line[:-1])
    assert all(may_act(directory, one, view, now) for one in line[1:])


def test_who_is_asked_herself_is_invited_unless_she_is_kept_out() -> None:
    """She needs no role in the case to answer; a conflict or a closed account stands in the way."""
    offered = case(invited=frozenset({"bopha"}))
    directory = made([conflict("person", "bopha", "XY-99")])
    assert roles_of(directory, "bopha", offered, NOW) == frozenset()
    assert is_invited(directory, "bopha", offered, NOW)
    assert not is_invited(directory, "sovann", offered, NOW)
    assert not is_invited(made([conflict("person", "bopha")]), "bopha", offered, NOW)
    assert not is_invited(made([commands.DisableUser(by=ADMIN, user="bopha")]), "bopha", offered, NOW)
