"""Who gets a message when it is sent."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.clocks.calendar import Calendar
from engine.core.deciding.library import always_open
from engine.core.model import MessageKind, Role, Rung, RungAt
from engine.core.people import commands
from engine.core.people.commands import AnyPeopleCommand
from engine.core.people.directory import Conflict, ConflictKind, Directory, Duty, directory_of
from engine.core.people.reach import Obstacle, Reach, Recipient, Why
from engine.core.people.rota import EveryWeek
from engine.core.people.routing import NoDutyAddressError, Route, each_once, is_open, route
from engine.core.people.standing import CaseView, holders_of, may_act, roles_of
from tests.builders.people import (
    ADMIN,
    DAY,
    HOUR,
    NIGHT,
    NOW,
    OFFICE_ADDRESS,
    address,
    made,
    member,
    office,
    person,
)
from tests.builders.protocols import OFFICE, ZONE
from tests.builders.random_people import CASES, ROLES, RUNGS, USERS, directories, instants

PROTOCOL_ROLES = {
    role.id: role
    for role in (
        Role("intake_officer"),
        Role("case_manager"),
        Role("supervisor"),
        Role("provincial_focal"),
        Role("national_coordinator"),
        Role("prosecutor", account=False),
        Role("clinical_on_call", always_reached=True),
        Role("external_protection", outside_state=True, always_reached=True),
    )
}


def rung(*to: str, sends: MessageKind = MessageKind.ESCALATION) -> Rung:
    """Return a rung of an escalation."""
    return Rung("-".join(to), RungAt.AT_LIMIT, to, sends=sends)


LADDER = (rung("owner"), rung("supervisor"), rung("provincial_focal"), rung("national_coordinator"))
CASE = CaseView("AB-12", "north", holders={"case_manager": "dara"})


def away(user: str, deputy: str = "") -> AnyPeopleCommand:
    """Return the command that somebody is away on the day of the tests and the night before."""
    first, last = date(2026, 3, 1), date(2026, 3, 2)
    return commands.SetAbsence(by=ADMIN, user=user, deputy=deputy, since=first, until=last)


def conflict(kind: str, id_: str) -> AnyPeopleCommand:
    """Return the command that keeps somebody out of the case."""
    return commands.AddConflict(by=ADMIN, about="AB-12", kind=ConflictKind(kind), id=id_)


def disabled(user: str) -> AnyPeopleCommand:
    """Return the command that closes an account."""
    return commands.DisableUser(by=ADMIN, user=user)


def night_duty(user: str, role: str = "case_manager", agency: str = "north") -> AnyPeopleCommand:
    """Return the command that puts somebody on duty from Sunday 17:00 to Monday 8:00."""
    return commands.AddDuty(by=ADMIN, duty=Duty(role, agency, "", user, EveryWeek(6, time(17), 0, time(8))))


def sent(role: str = "case_manager", *changes: AnyPeopleCommand, **more: Any) -> Route:
    """Return where a message about the case goes, at ten in the morning unless said otherwise."""
    settings: dict[str, Any] = {
        "rungs": LADDER,
        "index": 0,
        "case": CASE,
        "directory": made([*changes]) if changes else office(),
        "now": NOW,
        "urgent": False,
        "calendar": OFFICE,
        "roles": PROTOCOL_ROLES,
        "recorders": ("case_manager",),
    }
    return route(role, **(settings | more))


def who(found: Route) -> list[str]:
    """Return to whom it goes."""
    return [one.to for one in found.recipients]


def test_holder_gets_it() -> None:
    """A message for a role goes to its holder, in her language, with the role that leads to her."""
    (one,) = sent("case_manager", *person("dara", language="km")).recipients
    assert one == Recipient("dara", address("dara"), "km", "case_manager", Why.ROLE)


def test_members_get_it() -> None:
    """Without a holder all members get it, in the order of their ids."""
    found = sent(case=CaseView("AB-12", "north"))
    assert who(found) == ["dara", "pisey"]
    assert found.fell_through == ()


def test_supervisor_gets_it() -> None:
    """The supervisor of whoever holds the case gets it."""
    assert who(sent("supervisor", index=1)) == ["thida"]


def test_deputy_gets_it() -> None:
    """While somebody is away her deputy gets it, and knows that she stands in."""
    (one,) = sent("case_manager", away("dara", "pisey")).recipients
    assert (one.to, one.role, one.why) == ("pisey", "case_manager", Why.DEPUTY)
    assert who(sent("case_manager", away("dara", "pisey"), now=NOW + DAY)) == ["dara"]


def test_deputy_of_a_deputy_gets_it() -> None:
    """A deputy who is away herself leaves it to hers."""
    assert who(sent("case_manager", away("pisey", "maly"), away("dara", "pisey"))) == ["maly"]


def test_other_members_suffice() -> None:
    """Who is away without a deputy is no gap while another member is there."""
    found = sent("case_manager", away("dara"), case=CaseView("AB-12", "north"))
    assert (who(found), found.fell_through) == (["pisey"], ())


UNREACHED: list[list[AnyPeopleCommand]] = [
    [away("dara")],
    [disabled("dara")],
    [*person("dara", email="")],
    [person("dara", email="new@example.org")[0]],
    [conflict("person", "dara")],
    [away("dara", "pisey"), disabled("pisey")],
    [away("dara", "pisey"), conflict("person", "pisey")],
    [away("dara", "pisey"), conflict("person", "dara")],
    [person("pisey", email="new@example.org")[0], away("dara", "pisey")],
]


@pytest.mark.parametrize("changes", UNREACHED)
def test_next_rung_gets_it(changes: list[AnyPeopleCommand]) -> None:
    """Whoever cannot be reached is passed over for the next rung, and no recipient sees a trace of it."""
    found = sent("case_manager", *changes)
    assert found.fell_through == ("case_manager",)
    assert found.recipients == (Recipient("thida", address("thida"), "en", "supervisor", Why.ROLE),)
    assert found.recipients == sent("supervisor", *changes, index=1).recipients


def test_undeliverable_address() -> None:
    """An address from which mail came back is passed over, however its letters are written."""
    assert who(sent(undeliverable=["Dara@Example.org"])) == ["thida"]


def test_chain_goes_past_everybody_above() -> None:
    """A conflict with a chain goes past everybody above the one named, to whoever is not part of it."""
    found = sent("case_manager", conflict("chain", "dara"))
    assert (who(found), found.fell_through) == (["maly"], ("case_manager", "supervisor"))


def test_ministry_and_unit() -> None:
    """A conflict with a ministry or an agency goes past all its people."""
    assert who(sent("case_manager", conflict("ministry", "mosvy"))) == ["maly"]
    assert who(sent("case_manager", conflict("unit", "north"), conflict("unit", "women"))) == ["anna"]


def test_always_reached_come_after_all_rungs() -> None:
    """When all rungs have reached nobody the roles that are always reached follow, those of this escalation first."""
    nurse = [*person("nurse", "harbour"), member("nurse", "clinical_on_call", "*")]
    changes = [*nurse, *map(disabled, ("dara", "thida", "maly", "vuthy"))]
    assert who(sent("case_manager", *changes)) == ["nurse"], "in the order of the protocol"
    found = sent("case_manager", *changes, rungs=(rung("external_protection"), *LADDER), index=1)
    assert who(found) == ["anna"]
    assert found.fell_through == ("case_manager", "supervisor", "provincial_focal", "national_coordinator")


def test_alarm_without_rungs() -> None:
    """A message that comes from no rung goes on with the roles that are always reached."""
    found = sent("provincial_focal", disabled("maly"), rungs=(), index=-1)
    assert (who(found), found.fell_through) == (["anna"], ("provincial_focal", "clinical_on_call"))


def test_missed_limit_goes_up_its_escalation() -> None:
    """A message before all rungs goes on with the first of them."""
    assert who(sent("intake_officer", disabled("pisey"), index=-1)) == ["dara"]


def test_agency_duty_address_is_next_to_last() -> None:
    """When nobody is left the agency's duty address gets it, in the office's language, for no role."""
    nobody = [disabled(user) for user in ("dara", "pisey", "thida", "maly", "vuthy", "anna")]
    (one,) = sent("case_manager", *nobody).recipients
    assert one == Recipient("duty@north.example.org", "duty@north.example.org", "en", "", Why.DUTY_ADDRESS)


OFFICE_ONLY: list[tuple[list[AnyPeopleCommand], CaseView, list[str]]] = [
    ([conflict("person", "pisey")], CASE, []),
    ([conflict("chain", "vuthy")], CASE, []),
    ([conflict("unit", "north")], CASE, []),
    ([conflict("ministry", "mosvy")], CASE, []),
    ([], CASE, ["Duty@north.example.org"]),
    ([], replace(CASE, agency="south"), []),
    ([], replace(CASE, agency="gone"), []),
]


@pytest.mark.parametrize(("changes", "case", "undeliverable"), OFFICE_ONLY)
def test_office_duty_address_is_last(
    changes: list[AnyPeopleCommand], case: CaseView, undeliverable: list[str]
) -> None:
    """The office's duty address gets it where the agency has none, it fails, or somebody there is kept out."""
    everybody = [disabled(user) for user in ("dara", "thida", "sovann", "maly", "vuthy", "anna")]
    found = sent("case_manager", *everybody, *changes, case=case, undeliverable=[*undeliverable, OFFICE_ADDRESS])
    assert who(found) == [OFFICE_ADDRESS]


def test_conflict_elsewhere_leaves_the_agency_address() -> None:
    """A conflict with somebody of another agency leaves the agency's duty address in its place."""
    nobody = [disabled(user) for user in ("dara", "thida", "maly", "vuthy", "anna")]
    found = sent("case_manager", *nobody, conflict("person", "bopha"), conflict("ministry", "mowa"))
    assert who(found) == ["duty@north.example.org"]


def test_office_without_duty_address() -> None:
    """An office without any duty address is refused with a sentence, never passed over in silence."""
    with pytest.raises(NoDutyAddressError, match="set one first"):
        sent(directory=Directory())


def test_duty_at_night() -> None:
    """An urgent message at night goes to whoever is on duty for the role, and not to the sleeping owner."""
    found = sent("case_manager", night_duty("maly"), urgent=True, now=NIGHT)
    assert found.recipients == (Recipient("maly", address("maly"), "en", "case_manager", Why.ON_DUTY),)


def test_night_without_urgency() -> None:
    """What is not urgent waits in the owner's mailbox, also at night; by day so does what is urgent."""
    assert who(sent("case_manager", night_duty("maly"), now=NIGHT)) == ["dara"]
    assert who(sent("case_manager", night_duty("maly"), urgent=True)) == ["dara"]


def test_night_without_duty() -> None:
    """Where no one is on duty for the role, or he cannot be reached, the owner is woken."""
    assert who(sent("case_manager", urgent=True, now=NIGHT)) == ["dara"]
    assert who(sent("case_manager", night_duty("maly", "supervisor"), urgent=True, now=NIGHT)) == ["dara"]
    assert who(sent("case_manager", night_duty("maly"), disabled("maly"), urgent=True, now=NIGHT)) == ["dara"]
    assert who(sent("case_manager", night_duty("maly"), away("maly", "anna"), urgent=True, now=NIGHT)) == ["anna"]


def test_holidays_are_nights() -> None:
    """A holiday counts as night; a calendar that is always open has none."""
    holiday = Calendar("office", ZONE, OFFICE.hours, frozenset({date(2026, 3, 2)}))
    shift = EveryWeek(0, time(8), 1, time(8))
    duty = commands.AddDuty(by=ADMIN, duty=Duty("case_manager", "north", "", "maly", shift))
    assert who(sent("case_manager", duty, urgent=True)) == ["dara"]
    assert who(sent("case_manager", duty, urgent=True, calendar=holiday)) == ["maly"]
    assert who(sent("case_manager", night_duty("maly"), urgent=True, now=NIGHT, calendar=always_open(ZONE))) == [
        "dara"
    ]


def test_open_hours() -> None:
    """The office is open from opening up to closing, to the instant."""
    opens, closes = datetime.fromisoformat("2026-03-02T08:00+07:00"), datetime.fromisoformat("2026-03-02T17:00+07:00")
    moments = [opens - HOUR / 60, opens, closes - HOUR / 60, closes]
    assert [is_open(OFFICE, at) for at in moments] == [False, True, True, False]


def test_rota_stands_in_for_a_role_without_members() -> None:
    """A role that only a rota fills reaches whoever is on duty, at any hour."""
    shift = EveryWeek(0, time(0), 0, time(0))
    duty = commands.AddDuty(by=ADMIN, duty=Duty("clinical_on_call", "", "", "maly", shift))
    found = sent("clinical_on_call", duty)
    assert (who(found), found.recipients[0].why) == (["maly"], Why.ON_DUTY)


def test_letter_goes_to_the_recorder() -> None:
    """A letter for somebody without an account goes to whoever records at the step, to be signed and sent."""
    (one,) = sent("prosecutor").recipients
    assert one == Recipient("dara", address("dara"), "en", "case_manager", Why.RECORDER)
    (deputy,) = sent("prosecutor", away("dara", "pisey")).recipients
    assert (deputy.to, deputy.why) == ("pisey", Why.RECORDER)
    night = sent("prosecutor", night_duty("maly"), urgent=True, now=NIGHT)
    assert (who(night), night.recipients[0].why) == (["maly"], Why.RECORDER)


def test_role_without_account_is_never_mailed() -> None:
    """Nobody gets mail as somebody without an account, not as member, as recorder, or on the way up."""
    changes = [member("maly", "prosecutor", "*")]
    assert who(sent("prosecutor", *changes)) == ["dara"]
    assert who(sent("prosecutor", *changes, recorders=("prosecutor",))) == ["thida"]
    letter = (rung("owner"), rung("prosecutor", sends=MessageKind.LETTER), rung("national_coordinator"))
    found = sent("case_manager", *changes, disabled("dara"), rungs=letter, recorders=("intake_officer",))
    assert (who(found), found.fell_through) == (["vuthy"], ("case_manager",))


def test_owner_is_whoever_records() -> None:
    """Where a rung still says owner, those who record at the step are meant."""
    assert who(sent("owner", recorders=("case_manager", "intake_officer"))) == ["dara", "pisey"]
    assert who(sent("owner", recorders=())) == ["thida"]


def test_one_person() -> None:
    """A message for one person reaches that person, or a deputy, while she has a role in the case."""
    (one,) = sent("user:dara").recipients
    assert (one.to, one.role, one.why) == ("dara", "", Why.PERSON)
    assert who(sent("user:dara", away("dara", "pisey"))) == ["pisey"]
    assert sent("user:bopha", index=0).fell_through == ("user:bopha",)
    assert who(sent("user:bopha")) == ["thida"], "no role in this case"
    assert who(sent("user:nobody")) == ["thida"]
    assert who(sent("user:dara", conflict("person", "dara"))) == ["thida"]


def test_one_person_gets_one_message() -> None:
    """Two roles of a rung that lead to one person lead to one message, by the first role."""
    changes = [member("thida", "provincial_focal"), disabled("dara")]
    rungs = (rung("owner"), rung("supervisor", "provincial_focal"))
    found = sent("case_manager", *changes, rungs=rungs)
    assert [(one.to, one.role) for one in found.recipients] == [
        ("thida", "supervisor"),
        ("maly", "provincial_focal"),
    ]
    again = sent("provincial_focal", *changes, rungs=rungs, index=1)
    merged = each_once((*found.recipients, *again.recipients))
    assert merged == found.recipients


def test_half_a_rung_suffices() -> None:
    """Where one role of a later rung reaches somebody the other is noted, and nobody further up is told."""
    rungs = (rung("owner"), rung("clinical_on_call", "supervisor"), rung("national_coordinator"))
    found = sent("case_manager", disabled("dara"), rungs=rungs)
    assert (who(found), found.fell_through) == (["thida"], ("case_manager", "clinical_on_call"))


def test_recipient_says_nothing_of_others() -> None:
    """A recipient carries who she is, where she reads, and in which role; nothing about whoever was passed over."""
    assert [one.name for one in fields(Recipient)] == ["to", "address", "language", "role", "why"]
    assert {one.value for one in Why}.isdisjoint(one.value for one in Obstacle)


def test_obstacles_are_told_apart() -> None:
    """For the log, each way of not being reached has a word of its own."""
    changes = [away("dara"), *person("pisey", email=""), person("bopha", email="new@example.org")[0]]
    directory = made([*changes, disabled("sovann")])
    reach = Reach(directory, CASE, NOW, undeliverable=frozenset({"maly@example.org"}))
    found = {user: reach.obstacle(user) for user in ("dara", "pisey", "bopha", "sovann", "maly", "anna", "gone")}
    assert found == {
        "dara": Obstacle.AWAY,
        "pisey": Obstacle.NO_ADDRESS,
        "bopha": Obstacle.UNVERIFIED,
        "sovann": Obstacle.NO_STANDING,
        "maly": Obstacle.UNDELIVERABLE,
        "anna": None,
        "gone": Obstacle.NO_STANDING,
    }


MESSAGES = st.sampled_from([*ROLES, "owner", "unheard_of", *(f"user:{user}" for user in USERS), "user:"])


@st.composite
def routes(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """Return what is asked of ``route``, in any office."""
    rungs = draw(RUNGS)
    asked = {
        "rungs": rungs,
        "index": draw(st.integers(-1, len(rungs))),
        "case": draw(CASES),
        "directory": draw(directories()),
        "now": draw(instants()),
        "urgent": draw(st.booleans()),
        "calendar": OFFICE,
        "roles": ROLES,
        "recorders": draw(st.lists(st.sampled_from(list(ROLES)), max_size=2).map(tuple)),
        "undeliverable": draw(st.lists(st.sampled_from(USERS).map(address), max_size=2)),
    }
    return asked, draw(MESSAGES)


@given(routes())
def test_somebody_always_gets_it(question: tuple[dict[str, Any], str]) -> None:
    """In any office somebody gets a message, and never anybody excluded, disabled, unverified, away or twice."""
    asked, message = question
    found = route(message, **asked)
    assert found.recipients
    assert found == route(message, **asked), "equal inputs, equal outputs"
    directory, case, now = asked["directory"], asked["case"], asked["now"]
    assert len({one.address.lower() for one in found.recipients}) == len(found.recipients)
    assert len(set(found.fell_through)) == len(found.fell_through)
    for one in found.recipients:
        if one.why is Why.DUTY_ADDRESS:
            assert len(found.recipients) == 1
            assert one.to == one.address
            continue
        user = directory.users[one.to]
        assert user.verified
        assert not user.disabled
        assert one.address == user.email
        assert user.email.lower() not in asked["undeliverable"]
        assert may_act(directory, one.to, case, now)
        assert directory.absence(one.to, now) is None
        may = roles_of(directory, one.to, case, now)
        assert one.role in may if one.role else may, "the access check is part of it"
        assert one.role not in ROLES or ROLES[one.role].account
        assert one.role not in found.fell_through


@given(routes())
def test_excluding_somebody_only_removes_her(question: tuple[dict[str, Any], str]) -> None:
    """A conflict that keeps one person out changes nothing for a message in which she had no part."""
    asked, message = question
    before = route(message, **asked)
    directory: Directory = asked["directory"]
    idle = [user for user in USERS if _has_no_part(directory, user, asked["case"], asked["now"])]
    for user in idle[:2]:
        added = with_conflict(directory, user, asked["case"].id)
        after = route(message, **(asked | {"directory": added}))
        same_duty = before.recipients[0].why is Why.DUTY_ADDRESS
        assert same_duty or after == before


def _has_no_part(directory: Directory, user: str, case: CaseView, now: datetime) -> bool:
    """Return whether the user has no role in the case, stands in for nobody and supervises nobody."""
    supervises = any(one.supervisor == user for one in directory.supervisions.values())
    held = any(user in holders_of(directory, role, case, now) for role in ROLES)
    deputises = bool(directory.represented(user))
    return not (supervises or held or deputises or directory.roles_given(user) or user in case.holders.values())


def with_conflict(directory: Directory, user: str, about: str) -> Directory:
    """Return the directory with one more conflict, loaded as a store would load it."""
    more = Conflict(about, ConflictKind.PERSON, user, NOW - 30 * DAY)
    return directory_of(
        directory.duty_address,
        agencies=directory.agencies.values(),
        users=directory.users.values(),
        memberships=directory.memberships.values(),
        supervisions=directory.supervisions.values(),
        absences=[one for them in directory.absences.values() for one in them],
        duties=directory.duties,
        conflicts=[*(one for them in directory.conflicts.values() for one in them), more],
    )
