"""The invented office of the examples can serve the project's own protocols."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from engine.core.model import Protocol
from engine.core.people import commands
from engine.core.people.decide import carry_out
from engine.core.people.directory import ADMINISTRATOR, Directory
from engine.core.people.gaps import gaps
from engine.core.people.rehearsal import import_office
from engine.core.people.staff import administrators
from engine.core.people.standing import CaseView, roles_of
from tests.builders.lives import library_from
from tests.documents import ROOT, page

NOW = datetime(2027, 1, 4, 3, tzinfo=UTC)
OFFICE = ROOT / "examples" / "office"


@cache
def protocols() -> tuple[tuple[Protocol, ...], tuple[str, ...]]:
    """Return the project's own protocols, and the calendars they name."""
    found, library = library_from(str(ROOT / "protocols"))
    return tuple(found), tuple(library.calendars)


def accounts() -> set[str]:
    """Return every role of the protocols that has an account."""
    return {role.id for one in protocols()[0] for role in one.roles.values() if role.account}


def text(name: str) -> str:
    """Return a list of the office as it is on disk."""
    return (OFFICE / name).read_text(encoding="utf-8")


def read_in(people: str) -> Directory:
    """Return the office that the agencies and this list of people make."""
    founded = carry_out(Directory(), [commands.SetDutyAddress(by="setup", address="duty@example.org")], NOW)[1]
    roles = {role for one in protocols()[0] for role in one.roles}
    lists = {"agencies": text("agencies.csv"), "people": people}
    read = import_office(founded, NOW, **lists, roles=roles, calendars=protocols()[1])
    assert (read.of_agencies, read.of_people) == ((), ())
    return read.directory


@cache
def office() -> Directory:
    """Return the office as its lists make it; they vouch for the addresses of their invented people."""
    return read_in(text("people.csv"))


def test_example_has_no_gaps() -> None:
    """Every rung of every escalation of all protocols reaches somebody in both provinces."""
    known, calendars = protocols()
    assert {"rescue", "operation", "repatriation", "reintegration", "file_keeping"} < {one.id for one in known}
    assert gaps(known, office(), calendars, NOW) == ()


def test_example_has_every_role() -> None:
    """Each role with an account is held by somebody, in cases of both provinces, and by nobody any other one."""
    for agency in ("social_north", "social_river"):
        view = CaseView("", agency)
        held = {role for user in office().users for role in roles_of(office(), user, view, NOW)}
        assert held == accounts()
    assert {one.role for one in office().memberships.values()} == accounts() | {ADMINISTRATOR}
    assert len(administrators(office(), NOW)) == 2


def test_nobody_of_the_example_is_real() -> None:
    """All addresses are of the domain kept for examples; names are in Khmer and in Latin letters."""
    users = office().users.values()
    addresses = [one.email for one in users] + [
        one.duty_address for one in office().agencies.values() if one.duty_address
    ]
    assert all(address.endswith("@example.org") for address in addresses)
    khmer = [one for one in users if one.name[0] >= "\u1780"]
    assert 10 < len(khmer) < len(users) - 10
    assert {one.language for one in users} == {"en", "km"}
    assert all(one.title.get("km") for one in office().agencies.values())


def test_each_person_is_needed() -> None:
    """The example is no richer than needed: without its only provincial officers, a gap is found in each province."""
    gone = [commands.DisableUser(by="setup", user=user) for user in ("pen_sotheara", "chum_nary")]
    found = gaps(protocols()[0], carry_out(office(), gone, NOW)[1], protocols()[1], NOW)
    assert {(gap.role, gap.province) for gap in found} == {
        ("provincial_focal", "north"),
        ("provincial_focal", "river"),
    }


def test_unverified_office_may_not_start() -> None:
    """If the list vouches for no address, that is what the check says, with the command."""
    unverified = read_in(text("people.csv").replace(",yes\n", ",\n"))
    assert not any(user.verified for user in unverified.users.values())
    found = gaps(protocols()[0], unverified, protocols()[1], NOW)
    assert found
    assert all("not verified" in gap.why and gap.hint.startswith("spean user verify") for gap in found)
    assert not any(gap.passing for gap in found)


def test_gap_on_the_page_is_a_real_one() -> None:
    """The gap that the page for administrators shows is the one that this office would have."""
    ended = [
        commands.EndMembership(by="setup", user="pen_sotheara", role="provincial_focal", province="north"),
        commands.EndMembership(by="setup", user="pen_sotheara", role="provincial_focal", agency="social_north"),
    ]
    (gap,) = gaps(protocols()[0], carry_out(office(), ended, NOW)[1], protocols()[1], NOW)
    assert str(gap) in " ".join(page("docs/how-to/run-an-office.md").split())


def test_lists_are_plain() -> None:
    """The lists are plain UTF-8 with one kind of line end."""
    assert all(b"\r" not in Path(OFFICE / name).read_bytes() for name in ("agencies.csv", "people.csv"))
