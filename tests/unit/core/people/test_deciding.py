"""Changes of the directory: what they lead to, and for what reason they are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.people import commands
from engine.core.people import events as happenings
from engine.core.people.apply import fold
from engine.core.people.commands import AnyPeopleCommand
from engine.core.people.decide import carry_out, decide_people
from engine.core.people.directory import Agency, ConflictKind, Directory, Duty, directory_of
from engine.core.people.events import PeopleEvent
from engine.core.people.reasons import Because, PeopleRefused
from engine.core.people.rota import Between, EveryWeek
from engine.core.people.staff import administrators
from tests.builders.people import (
    ADMIN,
    AGENCIES,
    DAY,
    NOW,
    OFFICE_ADDRESS,
    done,
    events_of,
    made,
    member,
    objection,
    office,
    person,
    supervised,
    why,
)

NIGHTS = EveryWeek(0, time(17), 1, time(8))
TODAY = date(2026, 3, 2)


def away(user: str, deputy: str = "", first: int = 0, last: int = 6) -> commands.SetAbsence:
    """Return the command that somebody is away, days counted from today."""
    since, until = TODAY + timedelta(days=first), TODAY + timedelta(days=last)
    return commands.SetAbsence(by=ADMIN, user=user, deputy=deputy, since=since, until=until)


def duty(user: str = "dara", agency: str = "north", **more: Any) -> Duty:
    """Return a night shift of the clinician on call."""
    return replace(Duty("clinical_on_call", agency, "", user, NIGHTS), **more)


def conflict(kind: str, id_: str, about: str = "AB-12") -> commands.AddConflict:
    """Return the command that keeps somebody out of a case."""
    return commands.AddConflict(by=ADMIN, about=about, kind=ConflictKind(kind), id=id_)


def added(user: str, **more: str) -> AnyPeopleCommand:
    """Return the command that adds or changes a member of staff."""
    return person(user, **more)[0]


CHANGES: list[AnyPeopleCommand] = [
    commands.SetDutyAddress(by=ADMIN, address="other@example.org", language="km"),
    commands.SetAgency(by=ADMIN, agency=Agency("court", {"en": "Court", "km": "តុលាការ"}, "moj")),
    added("new_one", email="new@example.org", unit="intake", province="hills", language="km"),
    added("dara", email="dara@elsewhere.example.org"),
    added("dara", email=""),
    added("dara", email="Dara@Example.org"),
    commands.DisableUser(by=ADMIN, user="dara"),
    member("dara", "escort"),
    member("dara", "guardian", "*", "hills", since=NOW + DAY, until=NOW + 3 * DAY),
    commands.AskRole(by=ADMIN, user="dara", role="administrator", everywhere=True),
    commands.EndMembership(by=ADMIN, user="dara", role="case_manager", agency="north"),
    supervised("pisey", "thida"),
    supervised("dara", "sovann"),
    commands.SetSupervisor(by=ADMIN, user="dara", supervisor="thida", until=NOW + DAY),
    commands.EndSupervision(by=ADMIN, user="dara"),
    away("dara", "pisey"),
    commands.AddDuty(by=ADMIN, duty=duty()),
    commands.AddDuty(by=ADMIN, duty=duty(agency="", shift=Between(NOW, NOW + DAY))),
    conflict("person", "dara"),
    conflict("chain", "dara"),
    conflict("unit", "north"),
    conflict("ministry", "mosvy"),
]


@pytest.mark.parametrize("command", CHANGES, ids=lambda one: type(one).__name__)
def test_change_is_recorded_and_folded(command: AnyPeopleCommand) -> None:
    """Each change leads to one event with time and name, and the folded directory is the one a store would load."""
    (event,) = events_of(office(), command)
    assert (event.at, event.by) == (NOW, ADMIN)
    after = fold(office(), [event])
    assert after != replace(office(), seq=after.seq), "something has changed"
    assert after.seq == office().seq + 1
    assert after == loaded(after)


def loaded(directory: Directory) -> Directory:
    """Return the directory as a store makes it from its tables."""
    return directory_of(
        directory.duty_address,
        language=directory.language,
        seq=directory.seq,
        agencies=directory.agencies.values(),
        users=directory.users.values(),
        memberships=directory.memberships.values(),
        asked=directory.asked.values(),
        supervisions=directory.supervisions.values(),
        absences=[one for them in reversed([*directory.absences.values()]) for one in reversed(them)],
        duties=directory.duties,
        conflicts=[one for them in directory.conflicts.values() for one in them],
    )


UNDONE: list[tuple[list[AnyPeopleCommand], AnyPeopleCommand]] = [
    ([member("dara", "escort")], commands.EndMembership(by=ADMIN, user="dara", role="escort", agency="north")),
    ([supervised("pisey", "thida")], commands.EndSupervision(by=ADMIN, user="pisey")),
    ([away("dara")], commands.EndAbsence(by=ADMIN, user="dara", since=TODAY)),
    ([away("dara"), away("dara", "", 10, 11)], commands.EndAbsence(by=ADMIN, user="dara", since=TODAY)),
    ([commands.AddDuty(by=ADMIN, duty=duty())], commands.EndDuty(by=ADMIN, duty=duty())),
    (
        [conflict("person", "dara")],
        commands.LiftConflict(by=ADMIN, about="AB-12", kind=ConflictKind.PERSON, id="dara"),
    ),
    (
        [conflict("person", "dara"), conflict("person", "pisey")],
        commands.LiftConflict(by=ADMIN, about="AB-12", kind=ConflictKind.PERSON, id="pisey"),
    ),
    ([commands.DisableUser(by=ADMIN, user="dara")], commands.EnableUser(by=ADMIN, user="dara")),
]


@pytest.mark.parametrize(("before", "undo"), UNDONE)
def test_change_can_be_undone(before: list[AnyPeopleCommand], undo: AnyPeopleCommand) -> None:
    """What was entered last can be taken back, and nothing of it is left."""
    start = carry_out(office(), before[:-1], NOW)[1]
    after = carry_out(office(), [*before, undo], NOW)[1]
    assert after == loaded(after)
    if len(before) == 1:
        assert replace(after, seq=start.seq) == start
    else:
        assert replace(after, seq=start.seq) != office()


NOTHING_NEW: list[AnyPeopleCommand] = [
    commands.SetDutyAddress(by=ADMIN, address=OFFICE_ADDRESS),
    commands.SetAgency(by=ADMIN, agency=AGENCIES[0]),
    added("dara"),
    commands.VerifyAddress(by=ADMIN, user="dara", address="Dara@example.org"),
    commands.EnableUser(by=ADMIN, user="dara"),
    supervised("dara", "thida"),
]


@pytest.mark.parametrize("command", NOTHING_NEW, ids=lambda one: type(one).__name__)
def test_nothing_new_is_not_recorded(command: AnyPeopleCommand) -> None:
    """A command that changes nothing leads to no event, so a list can be read in twice."""
    assert events_of(office(), command) == ()


def test_same_absence_and_same_disabling_are_not_recorded_twice() -> None:
    """Entering the same absence again, or disabling a disabled account, records nothing."""
    directory = done(done(office(), away("dara")), commands.DisableUser(by=ADMIN, user="pisey"))
    assert events_of(directory, away("dara")) == ()
    assert events_of(directory, commands.DisableUser(by=ADMIN, user="pisey")) == ()


def test_duty_address_comes_first() -> None:
    """An office without a duty address takes no other change: some message could be lost."""
    assert why(Directory(), commands.SetAgency(by=ADMIN, agency=AGENCIES[0])) == (Because.NO_DUTY_ADDRESS, "")
    assert done(Directory(), commands.SetDutyAddress(by=ADMIN, address=OFFICE_ADDRESS)).duty_address == OFFICE_ADDRESS


def agency(**more: Any) -> commands.SetAgency:
    """Return the command that adds an agency in which something is wrong."""
    return commands.SetAgency(by=ADMIN, agency=replace(Agency("new", {"en": "New"}, "moj"), **more))


REFUSED: list[tuple[AnyPeopleCommand, Because, str]] = [
    (commands.SetDutyAddress(by=ADMIN, address="a@b, c@d.org"), Because.BAD_VALUE, "duty_address"),
    (commands.SetDutyAddress(by=ADMIN, address="a@b.org", language="fr"), Because.BAD_LANGUAGE, "language"),
    (agency(id="New"), Because.BAD_VALUE, "id"),
    (agency(id="n0rth"), Because.LOOKS_LIKE, "id"),
    (agency(title={}), Because.BAD_VALUE, "title"),
    (agency(title={"en": "New", "km": "ថ្មី\u202e"}), Because.BAD_VALUE, "title_km"),
    (agency(ministry=""), Because.NO_MINISTRY, "ministry"),
    (agency(ministry="Mo J"), Because.BAD_VALUE, "ministry"),
    (agency(zone="Asia/Phnom Penh"), Because.BAD_ZONE, "zone"),
    (agency(calendar="../x"), Because.BAD_VALUE, "calendar"),
    (agency(province="Kampot"), Because.BAD_VALUE, "province"),
    (agency(duty_address="here"), Because.BAD_VALUE, "duty_address"),
    (added("Dara"), Because.BAD_VALUE, "id"),
    (added("system"), Because.BAD_VALUE, "id"),
    (added("p1sey_"), Because.LOOKS_LIKE, "id"),
    (added("new_one", name=""), Because.BAD_VALUE, "name"),
    (added("new_one", email="x"), Because.BAD_VALUE, "email"),
    (added("new_one", email="PISEY@example.org"), Because.ADDRESS_TAKEN, "email"),
    (added("new_one", language="de"), Because.BAD_LANGUAGE, "language"),
    (added("new_one", unit="Unit 1"), Because.BAD_VALUE, "unit"),
    (added("new_one", province="?"), Because.BAD_VALUE, "province"),
    (added("new_one", agency="nowhere"), Because.NO_AGENCY, "agency"),
    (added("b0pha"), Because.LOOKS_LIKE, "id"),
    (commands.VerifyAddress(by=ADMIN, user="dara", address="old@example.org"), Because.ADDRESS_CHANGED, "email"),
    (commands.VerifyAddress(by=ADMIN, user="nobody", address="old@example.org"), Because.NO_USER, "user"),
    (commands.DisableUser(by=ADMIN, user="nobody"), Because.NO_USER, "user"),
    (commands.DisableUser(by=ADMIN, user=ADMIN), Because.LAST_ADMINISTRATOR, "user"),
    (commands.EndMembership(by=ADMIN, user=ADMIN, role="administrator"), Because.LAST_ADMINISTRATOR, "user"),
    (commands.EnableUser(by=ADMIN, user="nobody"), Because.NO_USER, "user"),
    (member("nobody", "escort"), Because.NO_USER, "user"),
    (member("dara", "case_manager"), Because.ROLE_TWICE, "role"),
    (member("dara", "owner"), Because.BAD_VALUE, "role"),
    (member("dara", "escort", "nowhere"), Because.NO_AGENCY, "agency"),
    (member("dara", "escort", province="No"), Because.BAD_VALUE, "province"),
    (member("dara", "escort", since=NOW, until=NOW), Because.ENDS_FIRST, "until"),
    (member("dara", "escort", until=NOW), Because.ENDS_FIRST, "until"),
    (commands.AddMembership(by=ADMIN, user="dara", role="escort"), Because.EVERYWHERE, "agency"),
    (
        commands.AddMembership(by=ADMIN, user="dara", role="escort", agency="north", everywhere=True),
        Because.EVERYWHERE,
        "agency",
    ),
    (commands.EndMembership(by=ADMIN, user="dara", role="escort", agency="north"), Because.NO_ROLE, "role"),
    (commands.AnswerRole(by=ADMIN, user="dara", role="administrator", agrees=True), Because.NOT_ASKED, "role"),
    (commands.AskRole(by=ADMIN, user="nobody", role="administrator", everywhere=True), Because.NO_USER, "user"),
    (commands.EndMembership(by=ADMIN, user="nobody", role="escort"), Because.NO_USER, "user"),
    (supervised("dara", "dara"), Because.OWN_SUPERVISOR, "supervisor"),
    (supervised("dara", "nobody"), Because.NO_USER, "supervisor"),
    (supervised("nobody", "dara"), Because.NO_USER, "user"),
    (supervised("vuthy", "dara"), Because.SUPERVISOR_CIRCLE, "supervisor"),
    (supervised("thida", "dara"), Because.SUPERVISOR_CIRCLE, "supervisor"),
    (commands.SetSupervisor(by=ADMIN, user="dara", supervisor="anna", until=NOW), Because.ENDS_FIRST, "until"),
    (commands.EndSupervision(by=ADMIN, user="vuthy"), Because.NO_SUPERVISOR, "supervisor"),
    (away("nobody"), Because.NO_USER, "user"),
    (away("dara", first=1, last=0), Because.ENDS_FIRST, "until"),
    (away("dara", "dara"), Because.OWN_DEPUTY, "deputy"),
    (away("dara", "nobody"), Because.NO_USER, "deputy"),
    (commands.EndAbsence(by=ADMIN, user="dara", since=TODAY), Because.NO_ABSENCE, "since"),
    (commands.AddDuty(by=ADMIN, duty=duty("nobody")), Because.NO_USER, "user"),
    (commands.AddDuty(by=ADMIN, duty=duty(agency="nowhere")), Because.NO_AGENCY, "agency"),
    (commands.AddDuty(by=ADMIN, duty=duty(role="a b")), Because.BAD_VALUE, "role"),
    (commands.AddDuty(by=ADMIN, duty=duty(province="a b")), Because.BAD_VALUE, "province"),
    (commands.AddDuty(by=ADMIN, duty=duty(shift=Between(NOW, NOW))), Because.ENDS_FIRST, "until"),
    (commands.EndDuty(by=ADMIN, duty=duty()), Because.NO_DUTY, "shift"),
    (conflict("person", "nobody"), Because.NO_USER, "id"),
    (conflict("chain", "nobody"), Because.NO_USER, "id"),
    (conflict("unit", "nowhere"), Because.NO_AGENCY, "id"),
    (conflict("unit", "north/nothing"), Because.NO_UNIT, "id"),
    (conflict("unit", "north/"), Because.NO_UNIT, "id"),
    (conflict("ministry", "mof"), Because.NO_SUCH_MINISTRY, "id"),
    (conflict("ministry", ""), Because.NO_SUCH_MINISTRY, "id"),
    (conflict("person", "dara", "a case"), Because.BAD_VALUE, "case"),
    (
        commands.LiftConflict(by=ADMIN, about="AB-12", kind=ConflictKind.PERSON, id="dara"),
        Because.NO_CONFLICT,
        "id",
    ),
]


@pytest.mark.parametrize(("command", "because", "column"), REFUSED)
def test_change_is_refused(command: AnyPeopleCommand, because: Because, column: str) -> None:
    """Each wrong change is refused for its reason, names its column, and says so in one sentence."""
    assert why(office(), command) == (because, column)
    sentence = str(objection(office(), command))
    assert sentence.endswith(".")
    assert "{" not in sentence


def test_every_reason_is_met() -> None:
    """No reason stands in the list that nothing leads to."""
    elsewhere = {
        Because.NO_DUTY_ADDRESS,
        Because.DISABLED,
        Because.NO_ADDRESS,
        Because.DEPUTY_CIRCLE,
        Because.AWAY_ALREADY,
        Because.DUTY_TWICE,
        Because.CONFLICT_TWICE,
        Because.ASKED_TWICE,
        Because.OWN_YES,
    }
    assert {because for _, because, _ in REFUSED} | elsewhere == set(Because)


def test_unit_of_a_conflict_is_one_where_somebody_works() -> None:
    """A unit is kept out as an agency with the unit behind a stroke."""
    directory = made([*person("new_one", unit="intake")])
    assert len(events_of(directory, conflict("unit", "north/intake"))) == 1
    assert why(directory, conflict("unit", "south/intake")) == (Because.NO_UNIT, "id")


def test_disabled_people_are_named_for_nothing() -> None:
    """Nobody whose account is disabled gets a role or a shift, supervises or stands in."""
    directory = done(office(), commands.DisableUser(by=ADMIN, user="dara"))
    asked = [member("dara", "escort"), supervised("pisey", "dara"), away("pisey", "dara")]
    asked += [commands.AddDuty(by=ADMIN, duty=duty())]
    assert [why(directory, one)[0] for one in asked] == [Because.DISABLED] * 4


def test_address_that_changes_has_to_be_verified_again() -> None:
    """Another address is not verified; the same one in other letters stays so; without one nothing is verified."""
    assert office().users["dara"].verified
    other = done(office(), added("dara", email="other@example.org"))
    assert not other.users["dara"].verified
    assert "dara@example.org" not in other.addresses
    assert done(office(), added("dara", email="Dara@example.org")).users["dara"].verified
    none = done(office(), added("dara", email=""))
    assert not none.users["dara"].verified
    assert why(none, commands.VerifyAddress(by=ADMIN, user="dara", address="")) == (Because.NO_ADDRESS, "email")
    verified = done(other, commands.VerifyAddress(by=ADMIN, user="dara", address="other@example.org"))
    assert verified.users["dara"].verified


def test_disabled_account_stays_so_when_it_is_changed() -> None:
    """Changing a disabled account does not open it."""
    directory = done(office(), commands.DisableUser(by=ADMIN, user="dara"))
    assert done(directory, added("dara", name="Another name")).users["dara"].disabled


def test_role_that_ended_can_be_given_again() -> None:
    """A role whose time is over can be given once more; one that begins later is a role already."""
    directory = done(office(), member("dara", "escort", until=NOW + DAY))
    assert why(directory, member("dara", "escort"))[0] is Because.ROLE_TWICE
    assert len(events_of(directory, member("dara", "escort"), NOW + DAY)) == 1


def test_absences_do_not_overlap() -> None:
    """Two absences of one person do not overlap; the one that begins on the same day is changed."""
    directory = done(office(), away("dara", "", 3, 5))
    assert why(directory, away("dara", "", 5, 9)) == (Because.AWAY_ALREADY, "since")
    assert why(directory, away("dara", "", 0, 3))[0] is Because.AWAY_ALREADY
    both = done(done(directory, away("dara", "", 6, 9)), away("dara", "pisey", 0, 2))
    assert [one.since.day for one in both.absences["dara"]] == [2, 5, 8]
    assert [one.until.day for one in done(directory, away("dara", "", 3, 4)).absences["dara"]] == [6]


def test_deputies_do_not_send_each_other_away() -> None:
    """A deputy who is away meanwhile and leaves it to the absent one is refused, through others too."""
    directory = done(office(), away("pisey", "dara", 2, 3))
    assert why(directory, away("dara", "pisey", 3, 4)) == (Because.DEPUTY_CIRCLE, "deputy")
    assert len(events_of(directory, away("dara", "pisey", 4, 5))) == 1, "back in time"
    longer = done(done(office(), away("pisey", "thida")), away("thida", "dara"))
    assert why(longer, away("dara", "pisey"))[0] is Because.DEPUTY_CIRCLE
    apart = done(done(office(), away("pisey", "thida")), away("thida", "pisey", 10, 11))
    assert len(events_of(apart, away("dara", "pisey", 0, 20))) == 1, "a circle of others is not his"
    without = done(office(), away("pisey"))
    assert len(events_of(without, away("dara", "pisey"))) == 1, "an absent deputy without a deputy is no circle"


def test_shift_and_conflict_are_entered_once() -> None:
    """The same shift and the same conflict are not entered twice."""
    directory = done(done(office(), commands.AddDuty(by=ADMIN, duty=duty())), conflict("person", "dara"))
    assert why(directory, commands.AddDuty(by=ADMIN, duty=duty())) == (Because.DUTY_TWICE, "shift")
    assert why(directory, conflict("person", "dara")) == (Because.CONFLICT_TWICE, "id")
    assert len(events_of(directory, conflict("chain", "dara"))) == 1


def test_an_administrator_is_left() -> None:
    """One of two administrators may go; who is disabled or has not begun yet does not count."""
    later = done(office(), member("dara", "administrator", "*", since=NOW + DAY))
    assert administrators(later, NOW) == [ADMIN]
    assert why(later, commands.DisableUser(by=ADMIN, user=ADMIN), NOW)[0] is Because.LAST_ADMINISTRATOR
    assert len(events_of(later, commands.DisableUser(by=ADMIN, user=ADMIN), NOW + DAY)) == 1
    alone = done(later, commands.DisableUser(by=ADMIN, user="dara"))
    end = commands.EndMembership(by=ADMIN, user=ADMIN, role="administrator")
    assert why(alone, end, NOW + 2 * DAY)[0] is Because.LAST_ADMINISTRATOR
    assert len(events_of(later, end, NOW + 2 * DAY)) == 1


def test_office_without_administrators_can_be_changed() -> None:
    """Where there is no administrator yet, disabling somebody takes none away."""
    directory = fold(
        Directory(), [happenings.DutyAddressSet(at=NOW, by=ADMIN, address=OFFICE_ADDRESS, language="en")]
    )
    directory = done(directory, commands.SetAgency(by=ADMIN, agency=AGENCIES[0]))
    directory = done(directory, added("dara"))
    assert len(events_of(directory, commands.DisableUser(by=ADMIN, user="dara"))) == 1


def test_several_commands_are_carried_out_or_none() -> None:
    """Commands see what the former ones did; if one is refused nothing is carried out."""
    events, after = carry_out(office(), [*person("new_one"), member("new_one", "escort")], NOW)
    assert fold(office(), events) == after
    assert [type(one).__name__ for one in events] == ["UserSet", "AddressVerified", "MembershipSet"]
    with pytest.raises(PeopleRefused):
        carry_out(office(), [added("new_one"), member("other_one", "escort")], NOW)


def test_deciding_twice_gives_the_same() -> None:
    """Equal inputs give equal outputs, and the directory asked is not changed."""
    before = replace(office())
    assert all(decide_people(office(), one, NOW) == decide_people(office(), one, NOW) for one in CHANGES)
    assert office() == before


IDS = st.sampled_from(["dara", "pisey", "thida", "vuthy", ADMIN, "nobody", "d4ra", "pi5ey", "p1sey"])
PLACES = st.sampled_from(["north", "south", "harbour", "nowhere", ""])
DAYS = st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))
ROLE_NAMES = st.sampled_from(["administrator", "case_manager", "owner"])
SHIFTS = st.sampled_from([NIGHTS, Between(NOW, NOW + DAY), Between(NOW, NOW)])
DUTIES = st.builds(Duty, ROLE_NAMES, PLACES, st.just(""), IDS, SHIFTS)
KINDS = st.sampled_from(ConflictKind)
NAMED = IDS | st.sampled_from(["north", "north/intake", "mosvy", "mof"])
WHO = {"by": st.just(ADMIN)}
ANY = st.one_of(
    st.builds(
        commands.SetUser,
        **WHO,
        id=IDS,
        name=st.just("A name"),
        agency=PLACES,
        email=st.sampled_from(["", "a@example.org", "b@example.org", "dara@example.org", "x"]),
    ),
    st.builds(commands.VerifyAddress, **WHO, user=IDS, address=st.just("a@example.org")),
    st.builds(commands.DisableUser, **WHO, user=IDS),
    st.builds(commands.EnableUser, **WHO, user=IDS),
    st.builds(
        commands.AddMembership,
        **WHO,
        user=IDS,
        role=ROLE_NAMES,
        agency=PLACES,
        province=st.just(""),
        everywhere=st.booleans(),
    ),
    st.builds(commands.EndMembership, **WHO, user=IDS, role=ROLE_NAMES, agency=PLACES, province=st.just("")),
    st.builds(commands.SetSupervisor, **WHO, user=IDS, supervisor=IDS),
    st.builds(commands.EndSupervision, **WHO, user=IDS),
    st.builds(commands.SetAbsence, **WHO, user=IDS, since=DAYS, until=DAYS, deputy=IDS | st.just("")),
    st.builds(commands.EndAbsence, **WHO, user=IDS, since=DAYS),
    st.builds(commands.AddDuty, **WHO, duty=DUTIES),
    st.builds(commands.EndDuty, **WHO, duty=DUTIES),
    st.builds(commands.AddConflict, **WHO, about=st.just("AB-12"), kind=KINDS, id=NAMED),
    st.builds(commands.LiftConflict, **WHO, about=st.just("AB-12"), kind=KINDS, id=NAMED),
)


@given(st.lists(ANY, max_size=25))
def test_whatever_is_asked_the_directory_makes_sense(asked: list[AnyPeopleCommand]) -> None:
    """After any commands: it folds and loads to the same, an administrator is left, nobody is above himself."""
    directory, events, sentences = office(), list[PeopleEvent](), list[str]()
    for command in asked:
        try:
            new = decide_people(directory, command, NOW)
        except PeopleRefused as refused:
            sentences.append(str(refused))
            continue
        directory = fold(directory, new)
        events += new
    assert all(one.endswith(".") for one in sentences)
    assert directory == fold(office(), events) == loaded(directory)
    assert office() == made([]), "what was folded from stays as it was"
    assert administrators(directory, NOW)
    for user in directory.supervisions:
        above, here = set[str](), directory.supervisor(user, NOW)
        while here is not None:
            assert here != user
            assert here not in above
            above.add(here)
            here = directory.supervisor(here, NOW)
    emails = [one.email.lower() for one in directory.users.values() if one.email]
    assert len(set(emails)) == len(emails)
    for absences in directory.absences.values():
        for first, second in pairwise(absences):
            assert first.since <= first.until < second.since <= second.until


ASK = commands.AskRole(by=ADMIN, user="dara", role="administrator", everywhere=True)


def answered(by: str, *, agrees: bool) -> commands.AnswerRole:
    """Return the answer to ``ASK``."""
    return commands.AnswerRole(by=by, user="dara", role="administrator", agrees=agrees)


def test_a_role_that_was_asked_for_is_held_from_the_yes_on() -> None:
    """Nothing is held while it waits; the yes gives it in the name of whoever agreed, and nothing waits any more."""
    waiting = done(office(), ASK)
    key = ("dara", "administrator", "", "")
    assert key not in waiting.memberships
    (event,) = decide_people(waiting, answered("thida", agrees=True), NOW + DAY)
    assert event.by == "thida"
    after = fold(waiting, [event])
    assert after.memberships[key].since == NOW + DAY
    assert not after.asked


def test_nobody_who_asked_or_gains_by_it_agrees() -> None:
    """Both may still say no, and after a no the role is not held and may be asked for again."""
    waiting = done(office(), ASK)
    for one in (ADMIN, "dara"):
        assert why(waiting, answered(one, agrees=True)) == (Because.OWN_YES, "role")
        declined = done(waiting, answered(one, agrees=False))
        assert not declined.asked
        assert declined.memberships == office().memberships
        assert done(declined, ASK).asked


def test_a_role_is_asked_for_once_and_only_where_it_could_be_given() -> None:
    """Not twice, and not for an account that is closed, not when it is asked nor when it is answered."""
    waiting = done(office(), ASK)
    assert why(waiting, ASK) == (Because.ASKED_TWICE, "role")
    close = commands.DisableUser(by=ADMIN, user="dara")
    assert why(done(office(), close), ASK)[0] is Because.DISABLED
    assert why(done(waiting, close), answered("thida", agrees=True))[0] is Because.DISABLED


def test_a_role_that_is_given_otherwise_waits_no_more() -> None:
    """Whoever has the machine gives it by a command; then nobody is asked."""
    assert not done(done(office(), ASK), member("dara", "administrator", "*")).asked
