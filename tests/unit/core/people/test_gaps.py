"""Whether every rung of every escalation reaches somebody, and what is said where it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given

from engine.core.model import MessageKind, NoNews, Protocol, Role, Rung, RungAt, Task
from engine.core.people import commands
from engine.core.people.commands import AnyPeopleCommand
from engine.core.people.directory import Agency, Directory, Duty, Supervision, directory_of
from engine.core.people.gaps import Gap, gaps
from engine.core.people.ladders import ladders
from engine.core.people.rota import EveryWeek
from engine.core.people.routing import route
from engine.core.people.standing import CaseView
from tests.builders.people import ADMIN, DAY, NOW, made, member, office, person, supervised
from tests.builders.protocols import OFFICE, action, deadline, final, protocol, step, track
from tests.builders.random_people import ROLES as RANDOM_ROLES
from tests.builders.random_people import directories

ROLES = {
    role.id: role
    for role in (
        Role("intake_officer"),
        Role("case_manager"),
        Role("supervisor"),
        Role("provincial_focal"),
        Role("national_coordinator"),
        Role("prosecutor", account=False),
        Role("external_protection", outside_state=True, always_reached=True),
    )
}


def rung(*to: str, **more: Any) -> Rung:
    """Return a rung of an escalation."""
    return Rung("-".join(to), RungAt.AT_LIMIT, to, **more)


ORDINARY = (rung("owner"), rung("supervisor"), rung("provincial_focal"), rung("external_protection"))
SILENCE = (rung("case_manager"), rung("national_coordinator"), rung("external_protection"))


def served(
    *, ordinary: tuple[Rung, ...] = ORDINARY, recorded_by: tuple[str, ...] = ("case_manager",), **more: Any
) -> Protocol:
    """Return a protocol with a shared escalation at two steps, one with rungs of its own, and a task with one."""
    inline = deadline("own", rungs=(rung("owner"), rung("national_coordinator"), rung("external_protection")))
    first = step(
        "asked",
        action("go", "helped"),
        deadline("soon", rungs=ordinary, escalation="ordinary"),
        Task("visit", deadlines={"visited": deadline("visited", rungs=ordinary, escalation="ordinary")}),
        recorded_by=("intake_officer",),
    )
    second = step(
        "helped",
        action("end", "done"),
        deadline("soon", rungs=ordinary, escalation="ordinary"),
        inline,
        recorded_by=recorded_by,
    )
    more.setdefault("no_news", NoNews(rungs=SILENCE))
    return protocol(track("main", first, second, final()), roles=ROLES, **more)


CALENDARS = {"office": OFFICE}


def found(*changes: AnyPeopleCommand, of: Protocol | None = None, **more: Any) -> tuple[Gap, ...]:
    """Return the gaps of the office after some changes."""
    directory = more.pop("directory", None) or (made([*changes]) if changes else office())
    return gaps([of or served()], directory, CALENDARS, NOW, **more)


def told(*changes: AnyPeopleCommand, **more: Any) -> list[tuple[str, str, str]]:
    """Return role, agency and what is wrong, of each gap."""
    return [(gap.role, gap.agency, gap.why) for gap in found(*changes, **more)]


def disabled(user: str) -> AnyPeopleCommand:
    """Return the command that closes an account."""
    return commands.DisableUser(by=ADMIN, user=user)


def ended(user: str, role: str, agency: str = "") -> AnyPeopleCommand:
    """Return the command that takes a role away."""
    return commands.EndMembership(by=ADMIN, user=user, role=role, agency=agency)


def test_office_without_gaps() -> None:
    """An office in which every rung reaches somebody has no gaps."""
    assert found() == ()


def test_ladders_in_use() -> None:
    """Each escalation in use is looked at once for each set of recorders, those written at a deadline too."""
    climbed = ladders(served())
    assert [(one.id, one.recorders) for one in climbed] == [
        ("ordinary", ("intake_officer",)),
        ("ordinary", ("case_manager",)),
        ("main.helped.own", ("case_manager",)),
        ("no_news", ("intake_officer", "case_manager")),
    ]
    task_of_its_own = served(ordinary=(rung("owner", "supervisor", "intake_officer"),))
    own = step(
        "one", Task("visit", deadlines={"seen": deadline("seen", rungs=ORDINARY)}), recorded_by=("case_manager",)
    )
    assert [one.id for one in ladders(protocol(track("main", own)))] == ["main.one.visit.seen", "no_news"]
    ladder = ladders(task_of_its_own)[0]
    assert ladder.roles(ladder.rungs[0]) == ("intake_officer", "supervisor"), "each role once"


def test_missing_role_is_told_once() -> None:
    """A role nobody has is told once for each agency, with the first rung, the number of others, and the command."""
    (gap,) = found(disabled("sovann"), ended("sovann", "supervisor", "south"))
    assert gap == Gap(
        why="Nobody has the role supervisor.",
        hint="spean role add supervisor USER --agency south --province river",
        protocol="test",
        ladder="ordinary",
        rung="supervisor",
        role="supervisor",
        agency="south",
        province="river",
        also=0,
    )
    assert str(gap) == (
        "test, rung supervisor of ordinary, cases of south in river: Nobody has the role supervisor. "
        "Next: spean role add supervisor USER --agency south --province river"
    )
    (coordinator, other) = found(ended("vuthy", "national_coordinator"))
    assert (coordinator.agency, other.agency) == ("north", "south")
    assert (coordinator.ladder, coordinator.also) == ("main.helped.own", 1)
    assert "The same shows at 1 more rungs." in str(coordinator)


def test_role_that_nobody_needs() -> None:
    """One reachable role of a rung is enough, and a role no rung names is no gap."""
    both = (rung("owner"), rung("supervisor", "provincial_focal"), rung("external_protection"))
    assert found(ended("maly", "provincial_focal"), of=served(ordinary=both)) == ()
    changes = (ended("maly", "provincial_focal"), ended("thida", "supervisor", "north"))
    nobody = told(*changes, of=served(ordinary=both))
    assert ("supervisor", "north", "Nobody has the role supervisor.") in nobody
    assert ("provincial_focal", "north", "Nobody has the role provincial_focal.") in nobody
    assert all(agency == "north" for _, agency, _ in nobody)


WAYS: list[tuple[list[AnyPeopleCommand], str, str]] = [
    ([disabled("maly")], "maly has no account that is open.", "spean role add provincial_focal USER --agency north"),
    (
        person("maly", "women", email=""),
        "maly has no address.",
        "spean user set maly --email ADDRESS",
    ),
    (
        [person("maly", "women", email="new@example.org")[0]],
        "maly has an address that is not verified.",
        "spean user verify maly",
    ),
    (
        [
            *person("other", "women", email=""),
            member("other", "provincial_focal", "*"),
            disabled("maly"),
        ],
        "maly has no account that is open, other has no address.",
        "spean role add provincial_focal USER --agency north",
    ),
]


@pytest.mark.parametrize(("changes", "why", "hint"), WAYS)
def test_why_nobody_is_reached(changes: list[AnyPeopleCommand], why: str, hint: str) -> None:
    """Where people have the role, each is named with what is in the way, and the command that mends it follows."""
    gap = found(*changes)[0]
    assert gap.why == why
    assert gap.hint.startswith(hint)
    assert not gap.passing


def test_undeliverable_address() -> None:
    """An address from which mail comes back is a gap too."""
    gap = found(undeliverable=["Maly@example.org"])[0]
    assert gap.why == "maly has an address from which mail comes back."


def test_many_people_are_counted() -> None:
    """Of many people in the way three are named."""
    users = [f"many_{letter}" for letter in "abcde"]
    more = [one for user in users for one in (*person(user, email=""), member(user, "provincial_focal", "*"))]
    gap = found(*more, ended("maly", "provincial_focal"))[0]
    assert gap.why.startswith("many_a has no address, many_b has")
    assert gap.why.endswith("and 2 more.")


def test_absence_is_passing() -> None:
    """Somebody who is away without a deputy is told, as a gap that passes; with a deputy it is none."""
    today = date(2026, 3, 2)
    alone = commands.SetAbsence(by=ADMIN, user="maly", since=today, until=today)
    gap = found(alone)[0]
    assert (gap.why, gap.passing) == ("maly is away and nobody who can be reached stands in.", True)
    assert gap.hint == "spean absence add maly --deputy USER"
    assert all(one.passing for one in found(alone))
    assert found(replace(alone, deputy="vuthy")) == ()
    assert gaps([served()], made([alone]), CALENDARS, NOW + DAY) == ()


def test_own_supervisor_must_be_there() -> None:
    """A case manager's own supervisor is told alone, so he must be reachable though a colleague is."""
    above = [*person("above", "women", email=""), supervised("dara", "above"), supervised("pisey", "above")]
    (gap,) = found(*above)
    assert gap.why == "above (supervisor of dara, pisey) has no address."
    assert (gap.role, gap.agency) == ("supervisor", "north")
    assert found(*above, disabled("above")) == (), "whoever left the office is replaced by the members"


def test_nobody_supervises_himself() -> None:
    """A circle of supervisors is told once, whoever stands on it."""
    directory = office()
    circle = [Supervision("thida", "vuthy", NOW - DAY), Supervision("vuthy", "thida", NOW - DAY)]
    odd = replace(directory, supervisions={**directory.supervisions, **{one.user: one for one in circle}})
    (gap,) = found(directory=odd)
    assert gap.why == "thida supervises himself through vuthy."
    assert str(gap).endswith("spean user set thida --supervisor USER")
    own = replace(directory, supervisions={"gone": Supervision("gone", "gone", NOW - DAY)})
    assert found(directory=own)[0].why == "gone supervises himself."
    over = replace(odd, supervisions={**odd.supervisions, "vuthy": replace(circle[1], until=NOW)})
    assert found(directory=over) == ()


def test_duty_address_must_be_set() -> None:
    """An office without a duty address has a gap that belongs to no protocol."""
    (gap,) = found(directory=replace(office(), duty_address=""))
    assert (
        str(gap)
        == "The office: There is no duty address, so a message could be lost. Next: spean duty address ADDRESS"
    )


def test_agency_must_have_its_calendar() -> None:
    """An agency that owns cases needs a calendar that is known, or none; other agencies do not matter."""
    assert [gap.agency for gap in gaps([served()], office(), {}, NOW)] == ["north", "south"]
    changed = replace(office().agencies["north"], calendar="")
    directory = replace(office(), agencies={**office().agencies, "north": changed})
    (gap,) = gaps([served()], directory, {}, NOW)
    assert gap.why == "There is no calendar office, so nobody knows when this agency is open."


def test_nobody_can_begin() -> None:
    """Where no agency can begin a case of a protocol, nothing of it can be looked at, and that is told."""
    changes = (ended("pisey", "intake_officer", "north"), ended("bopha", "intake_officer", "south"))
    (gap,) = found(*changes)
    assert gap.why == "No agency can begin a case: nobody has the role intake_officer."
    assert gap.hint == "spean role add intake_officer USER --agency AGENCY"
    nobody = served()
    first = replace(nobody.main.steps["asked"], recorded_by=())
    main = replace(nobody.main, steps={**nobody.main.steps, "asked": first})
    (gap,) = found(of=replace(nobody, tracks={"main": main}))
    assert gap.why == "No agency can begin a case: nobody has the role (none records there)."


def test_agencies_that_own_cases_are_looked_at() -> None:
    """An agency that owns cases is looked at, though nobody there can begin one, and though it is gone."""
    assert {gap.agency for gap in found(owned=[("harbour", "")])} == {"harbour"}
    gone = found(owned=[("gone", "hills")])
    assert any(gap.why == "There are cases of this agency, but no such agency." for gap in gone)
    assert {gap.agency for gap in gone} == {"gone"}
    assert found(owned=[("north", "hills"), ("north", "")]) == (), "known already"


def test_provinces_are_looked_at() -> None:
    """Where cases begin in several provinces of an agency, each of them needs its people."""
    elsewhere = member("pisey", "intake_officer", "women", "coast")
    provinces = {(gap.agency, gap.province) for gap in found(elsewhere)}
    assert provinces == {("women", "coast")}
    limited = [ended("maly", "provincial_focal"), member("maly", "provincial_focal", "*", "hills")]
    assert {(gap.role, gap.province) for gap in found(*limited)} == {("provincial_focal", "river")}


def test_letter_needs_somebody_who_sends_it() -> None:
    """A letter is sent by whoever records at the step; where only somebody without an account does, it is a gap."""
    letter = (rung("owner"), rung("prosecutor", sends=MessageKind.LETTER), *ORDINARY[2:])
    assert found(of=served(ordinary=letter)) == ()
    (gap, *_) = found(of=served(ordinary=letter, recorded_by=("prosecutor",)))
    assert gap.why == "Nobody with an account records at the step, so nobody can send the letter."


def test_top_needs_somebody_outside_the_state() -> None:
    """The last two rungs reach people of two chains, one of them outside the State, whatever the roles are called."""
    inside = [ended("anna", "external_protection"), member("maly", "external_protection", "*")]
    told_of = {(gap.rung, gap.why) for gap in found(*inside)}
    outside = "Nobody whom the last two rungs reach works outside the State."
    assert told_of == {
        ("provincial_focal, external_protection", outside),
        ("provincial_focal, external_protection", "Everybody whom the last two rungs reach belongs to mowa."),
    }
    assert {gap.also for gap in found(*inside) if gap.why == outside} == {2}


def test_top_in_one_organisation() -> None:
    """Two rungs that reach only people of one organisation outside the State can be silenced together."""
    both = [ended("maly", "provincial_focal"), member("anna", "provincial_focal", "*")]
    (north, south) = found(*both)
    assert north.why == "Everybody whom the last two rungs reach belongs to harbour."
    assert (north.agency, south.agency) == ("north", "south")
    assert "another ministry" in north.hint


def test_absent_people_count_for_the_top() -> None:
    """Somebody who is away makes the office no other than it is, whoever stands in."""
    today = date(2026, 3, 2)
    away = commands.SetAbsence(by=ADMIN, user="anna", since=today, until=today, deputy="maly")
    assert found(away) == ()


def test_one_rung_alone() -> None:
    """An escalation of one rung needs only somebody outside the State."""
    assert found(of=served(ordinary=(rung("external_protection"),))) == ()
    assert {gap.why for gap in found(of=served(ordinary=(rung("supervisor"),)))} == {
        "Nobody whom the last two rungs reach works outside the State."
    }


def test_escalation_without_rungs() -> None:
    """An escalation without any rung has nothing to look at."""
    empty = served(ordinary=(), no_news=NoNews(rungs=()))
    assert found(of=empty) == ()


def test_always_reached_needs_people_or_a_whole_rota() -> None:
    """A role that is always reached needs somebody who has it, or a rota without a gap of hours."""
    week, nights = EveryWeek(0, time(8), 0, time(8)), EveryWeek(0, time(17), 0, time(8))
    gone = ended("anna", "external_protection")

    def on(shift: EveryWeek, user: str = "anna") -> AnyPeopleCommand:
        return commands.AddDuty(by=ADMIN, duty=Duty("external_protection", "", "", user, shift))

    assert found(gone, on(week)) == ()
    first = found(gone, on(nights))[0]
    assert (
        first.why == "Nobody has the role external_protection, and its rota leaves hours in which nobody is on duty."
    )
    assert first.hint.startswith("spean duty add external_protection USER --agency north")
    silent = found(gone, on(week, "maly"), disabled("maly"))
    assert any(gap.ladder == "ordinary" for gap in silent)
    alone = step("asked", deadline("soon", rungs=(rung("supervisor"),)), recorded_by=("intake_officer",))
    unused = protocol(track("main", alone), roles=ROLES, no_news=NoNews(rungs=(rung("supervisor"),)))
    assert any(gap.ladder == "always reached" for gap in found(gone, of=unused))


def test_people_of_unknown_agencies_belong_to_no_chain() -> None:
    """Somebody whose agency is gone is reached, and vouches for no ministry."""
    directory = office()
    without = replace(directory, agencies={k: v for k, v in directory.agencies.items() if k != "harbour"})
    reasons = {gap.why for gap in found(directory=without)}
    assert reasons == set(), "the last rung reaches somebody of no known chain; nothing can be said of him"


RANDOM = (rung("owner"), rung("supervisor", "focal"), rung("court", sends=MessageKind.LETTER), rung("outside"))


@given(directories())
def test_falling_through_is_a_gap(directory: Directory) -> None:
    """In any office: where a message about a new case would pass over a whole rung, a gap says so."""
    first = step("asked", deadline("soon", rungs=RANDOM), recorded_by=("case_manager",))
    asked = protocol(track("main", first), roles=RANDOM_ROLES, no_news=NoNews(rungs=RANDOM))
    missing = gaps([asked], directory, CALENDARS, NOW)
    assert missing == gaps([asked], directory, CALENDARS, NOW), "equal inputs, equal outputs"
    places = {(gap.agency, gap.province) for gap in missing}
    for one in directory.memberships.values():
        if one.role == "case_manager" and one.agency and one.holds(NOW):
            place = (one.agency, one.province or directory.agencies[one.agency].province)
            for number in range(len(RANDOM)):
                assert place in places or _reaches(place, number, directory)


def _reaches(place: tuple[str, str], number: int, directory: Directory) -> bool:
    """Return whether some role of the rung reaches somebody by itself."""
    more: dict[str, Any] = {
        "urgent": False,
        "calendar": OFFICE,
        "roles": RANDOM_ROLES,
        "recorders": ("case_manager",),
    }
    view = CaseView("", *place)
    found = [route(role, RANDOM, number, view, directory, NOW, **more) for role in RANDOM[number].to]
    return any(not one.fell_through for one in found)


def test_large_office_is_looked_at_in_one_go() -> None:
    """A gap is found at the one place where it is, among fifty."""
    names = [f"place_{number}" for number in range(50)]
    base = office()
    agencies = [*base.agencies.values(), *(Agency(name, {"en": name}, "mosvy", calendar="office") for name in names)]
    roles = [
        replace(one, agency=name) for name in names for one in base.memberships.values() if one.agency == "north"
    ]
    lacking = [one for one in roles if (one.agency, one.role) != ("place_7", "supervisor")]
    large = directory_of(
        base.duty_address,
        agencies=agencies,
        users=base.users.values(),
        memberships=[*base.memberships.values(), *lacking],
        supervisions=base.supervisions.values(),
    )
    assert [(gap.agency, gap.role) for gap in found(directory=large)] == [("place_7", "supervisor")]
