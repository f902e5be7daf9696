"""What the commands about people do, on a real office in a folder."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime

from engine.core.people.commands import AddMembership
from engine.core.people.directory import ConflictKind
from engine.run.cli import run
from engine.run.cli.people.conflict import Kind
from engine.run.cli.session import opened
from engine.store.incidents import IncidentKind
from tests.builders.desk import ADMIN, CODE, NORTH, NOUNS, OTHER, ROOT, Desk, nouns


def test_agencies(empty: Desk) -> None:
    """An agency is added with the office's zone, changed only in what is named, and listed."""
    added = empty.document(
        "agency", "add", "north", "--title", "North", "--title-km", "ខាងជើង", "--ministry", "mosvy",
        "--calendar", "cambodia", "--province", "hills", "--duty-address", "duty.north@example.org", by="",
    )  # fmt: skip
    north = {
        "id": "north",
        "title": {"en": "North", "km": "ខាងជើង"},
        "ministry": "mosvy",
        "outside_state": False,
        "zone": "Asia/Phnom_Penh",
        "calendar": "cambodia",
        "province": "hills",
        "duty_address": "duty.north@example.org",
    }
    assert added == {"changed": True, "by": "init", "agency": north}
    changed = empty.document("agency", "set", "north", "--title-km", "", "--zone", "Asia/Bangkok", by="")
    assert changed["agency"] == north | {"title": {"en": "North"}, "zone": "Asia/Bangkok"}
    assert not empty.document("agency", "set", "north", "--zone", "Asia/Bangkok", by="")["changed"]
    assert empty.text("agency", "set", "north", "--zone", "Asia/Bangkok", by="").startswith("It is so already")
    empty.text("agency", "add", "lamp", "--title", "Lamp", "--outside-state", by="")
    assert [one["id"] for one in empty.document("agency", "list", by="")] == ["lamp", "north"]
    shown = empty.text("agency", "list", by="").splitlines()
    assert shown[1].split() == ["lamp", "Lamp", "outside", "the", "State", "Asia/Phnom_Penh"]
    assert empty.text("agency", "set", "north", "--outside-state", "--ministry", "", by="") == (
        "The agency north was changed."
    )


def test_users(desk: Desk) -> None:
    """Somebody is added, changed only in what is named, verified, disabled and enabled."""
    words = ("user", "add", "new_one", "--name", "ថ្មី", *NORTH, "--email", "new.one@example.org", "--unit", "cases")
    added = desk.document(*words)
    assert added == {
        "changed": True,
        "by": ADMIN,
        "user": {
            "id": "new_one", "name": "ថ្មី", "agency": "social_north", "roles": [], "disabled": False,
            "away_until": None, "unit": "cases", "province": "", "language": "en", "supervisor": "",
            "email": "new.one@example.org", "verified": False,
        },
    }  # fmt: skip
    person = added["user"]
    assert desk.document("user", "set", "new_one", "--language", "km")["user"] == person | {"language": "km"}
    assert desk.document("user", "verify", "new_one")["user"]["verified"] is True
    assert desk.document("user", "set", "new_one", "--email", "new@example.org")["user"]["verified"] is False
    assert desk.refused("user", "verify", "new_one", "--address", "new.one@example.org") == (
        "The address of new_one was changed meanwhile; let the new one be verified."
    )
    assert desk.text("user", "disable", "new_one").startswith("The account of new_one is closed.")
    assert desk.text("user", "disable", "new_one") == "It is so already; nothing was changed."
    listed = [line.split() for line in desk.text("user", "list", "--agency", "social_north").splitlines()]
    assert ["new_one", "ថ្មី", "social_north", "disabled"] in listed
    assert desk.document("user", "enable", "new_one")["user"]["disabled"] is False


def test_roles(desk: Desk) -> None:
    """A role is given in one place, from when on and until when as said in local time, listed, and taken away."""
    words = ("role", "add", "guardian", "sok_phalla", *NORTH, "--province", "north")
    given = desk.document(*words, "--from", "2050-01-01", "--until", "2050-02-01T12:00")["role"]
    assert given == {
        "role": "guardian", "user": "sok_phalla", "agency": "social_north", "everywhere": False, "province": "north",
        "since": "2049-12-31T17:00:00+00:00", "until": "2050-02-01T05:00:00+00:00",
    }  # fmt: skip
    assert desk.document("role", "list", "--user", "sok_phalla", "--role", "guardian") == [given]
    line = desk.text("role", "list", "--role", "guardian", "--user", "sok_phalla").splitlines()[1]
    assert line.endswith("social_north/north  from 2050-01-01 00:00 until 2050-02-01 12:00")
    assert desk.document("user", "show", "sok_phalla")["roles"] == ["case_manager@social_north/north"]
    assert desk.refused(*words).startswith("sok_phalla has the role guardian there already")
    desk.text("role", "add", "guardian", "sok_phalla", "--everywhere")
    assert desk.refused("role", "remove", "guardian", "sok_phalla") == (
        "That could be 2 roles: guardian@everywhere; guardian@social_north/north."
        " Say which with --agency or --everywhere, and --province."
    )
    assert desk.text("role", "remove", "guardian", "sok_phalla", "--everywhere") == (
        "sok_phalla no longer has the role guardian@everywhere."
    )
    assert desk.document("role", "remove", "guardian", "sok_phalla")["role"] == given
    assert desk.text("role", "list", "--user", "sok_phalla", "--role", "guardian") == "Nobody has such a role."


def test_a_role_that_is_over_is_shown_only_if_asked_for(desk: Desk) -> None:
    """What has ended is not in the list, but in the list of all."""
    begin, end = datetime(2019, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
    role = AddMembership(by="init", user="sok_phalla", role="guardian", agency="social_north", since=begin, until=end)
    desk.change(role, at=begin)
    listed = ("role", "list", "--user", "sok_phalla", "--role", "guardian")
    assert desk.document(*listed) == []
    assert [one["until"] for one in desk.document(*listed, "--all")] == ["2020-01-01T00:00:00+00:00"]


def test_supervisors(desk: Desk) -> None:
    """A supervisor is named in place of the former one, and taken away."""
    set_ = desk.document("supervisor", "set", "sok_phalla", "tep_rumduol", "--until", "2050-01-01T00:00")
    assert set_ == {
        "changed": True,
        "by": ADMIN,
        "supervision": {
            "user": "sok_phalla", "supervisor": "tep_rumduol", "until": "2049-12-31T17:00:00+00:00",
        },
    }  # fmt: skip
    assert desk.document("user", "show", "sok_phalla")["supervisor"] == "tep_rumduol"
    assert desk.text("supervisor", "end", "sok_phalla").startswith("Nobody is named as supervisor of sok_phalla")
    assert desk.document("user", "show", "sok_phalla")["supervisor"] == ""
    assert desk.refused("supervisor", "end", "sok_phalla").startswith("sok_phalla has no supervisor")


def test_absences(desk: Desk) -> None:
    """An absence is entered, gets a deputy without saying its days again, is listed, and is struck."""
    assert desk.refused("absence", "add", "sok_phalla") == "Say the last day of the absence with --to DATE."
    made = desk.document("absence", "add", "sok_phalla", "--to", "2199-12-31")["absence"]
    assert (made["to"], made["deputy"]) == ("2199-12-31", "")
    assert desk.text("user", "list", "--agency", "social_north").count("away until 2199-12-31") == 1
    given = desk.document("absence", "add", "sok_phalla", "--deputy", "chhim_rotha")["absence"]
    assert given == made | {"deputy": "chhim_rotha"}
    moved = desk.document("absence", "add", "sok_phalla", "--to", "2199-12-30")["absence"]
    assert moved == given | {"to": "2199-12-30"}
    assert desk.document("absence", "list") == [moved]
    assert desk.text("absence", "list").splitlines()[1].split()[-1] == "chhim_rotha"
    assert desk.document("absence", "add", "sok_phalla", "--deputy", "")["absence"]["deputy"] == ""
    assert desk.text("absence", "end", "sok_phalla").endswith("to 2199-12-30 was struck.")
    assert desk.refused("absence", "end", "sok_phalla").startswith("sok_phalla is not away today")
    assert desk.text("absence", "list") == "Nobody is away."
    desk.text("absence", "add", "sok_phalla", "--from", "2020-01-01", "--to", "2020-01-02")
    assert desk.document("absence", "list") == []
    assert len(desk.document("absence", "list", "--all")) == 1
    assert desk.document("absence", "end", "sok_phalla", "--from", "2020-01-01")["absence"]["to"] == "2020-01-02"


def test_duties(desk: Desk) -> None:
    """Shifts of every week and single ones are put on the rota, shown with who is on duty, and taken off."""
    who = ("clinical_on_call", "var_sokunthy")
    week = desk.document("duty", "add", *who, *NORTH, "--every", "Mon 0:00 - mon 00:00")["duty"]
    assert week == {
        "role": "clinical_on_call", "user": "var_sokunthy", "agency": "social_north", "everywhere": False,
        "province": "", "every": "Monday 00:00 to Monday 00:00", "from": None, "to": None,
    }  # fmt: skip
    single = ("--from", "2050-04-13T17:00", "--to", "2050-04-17T08:00")
    once = desk.document("duty", "add", *who, "--everywhere", "--province", "north", *single)["duty"]
    assert (once["from"], once["to"]) == ("2050-04-13T10:00:00+00:00", "2050-04-17T01:00:00+00:00")
    assert [one["on_duty"] for one in desk.document("duty", "list")] == [False, True]
    lines = desk.text("duty", "list").splitlines()
    assert lines[1].split()[2:] == ["everywhere/north", "2050-04-13", "17:00", "to", "2050-04-17", "08:00"]
    assert re.search(r"Monday 00:00 to Monday 00:00 +on duty$", lines[2])
    assert desk.refused("duty", "add", *who, *NORTH, "--every", "Mon 0:00 - Mon 0:00") == (
        "var_sokunthy has this shift already; nothing needs to be done."
    )
    assert desk.refused("duty", "remove", *who).startswith("That could be 2 shifts: clinical_on_call@social_north Mo")
    assert desk.document("duty", "remove", *who, "--everywhere")["duty"] == once
    assert desk.document("duty", "remove", *who, "--every", "Monday 00:00 to Monday 00:00")["duty"] == week
    assert desk.refused("duty", "remove", *who) == (
        "var_sokunthy has no such shift for `clinical_on_call`. The shifts of var_sokunthy: none."
    )
    assert desk.text("duty", "list") == "The rota is empty."
    desk.text("duty", "add", *who, *NORTH, "--from", "2020-04-13T17:00", "--to", "2020-04-17T08:00")
    assert desk.text("duty", "list") == "The rota is empty."
    assert len(desk.document("duty", "list", "--all")) == 1


def test_duty_address(desk: Desk) -> None:
    """The office's own duty address is changed and keeps its language unless one is said."""
    address = {"address": "watch@example.org", "language": "en"}
    assert desk.document("duty", "address", "watch@example.org")["duty_address"] == address
    assert desk.document("duty", "address", "watch@example.org", "--language", "km")["duty_address"] == (
        address | {"language": "km"}
    )
    assert desk.text("duty", "address", "watch@example.org") == "It is so already; nothing was changed."


def test_conflicts(desk: Desk) -> None:
    """Somebody is kept out of a case, however its code is typed, and let in again."""
    added = desk.document("conflict", "add", CODE.lower().replace("-", " "), "chain", "sok_phalla")
    assert added == {
        "changed": True, "by": ADMIN, "conflict": {"case": CODE, "kind": "chain", "id": "sok_phalla"},
    }  # fmt: skip
    assert desk.refused("conflict", "add", CODE, "chain", "sok_phalla").startswith("This conflict is entered already")
    assert desk.text("conflict", "add", OTHER, "unit", "police_desk") == (
        f"police_desk with everybody who works there has no part in {OTHER} from now on, and is not told why."
    )
    assert desk.text("conflict", "add", OTHER, "ministry", "moi").startswith("The ministry moi has no part in")
    (found,) = desk.document("conflict", "list", CODE)
    assert {key: found[key] for key in ("case", "kind", "id")} == added["conflict"]
    assert len(desk.document("conflict", "list")) == 3
    assert desk.text("conflict", "list", OTHER).splitlines()[1].split()[:3] == [OTHER, "unit", "police_desk"]
    assert desk.text("conflict", "lift", CODE, "chain", "sok_phalla").endswith(f"out of {CODE}.")
    assert desk.refused("conflict", "lift", CODE, "chain", "sok_phalla").startswith("No such conflict is entered")
    assert desk.text("conflict", "list", CODE) == f"No conflict is entered for {CODE}."


def test_an_administrator_who_is_kept_out_learns_nothing(desk: Desk) -> None:
    """Nobody is told that he is kept out: not by the list, not by lifting it, not by entering it again (24)."""
    me = ("person", "long_sambath")
    unknown = desk.refused("conflict", "lift", OTHER, *me, by="long_sambath")
    new = desk.document("conflict", "add", OTHER, *me, by="long_sambath")
    desk.text("conflict", "add", CODE, *me)
    desk.text("conflict", "add", CODE, "person", "sok_phalla")
    assert desk.document("conflict", "list", by="long_sambath") == []
    assert desk.text("conflict", "list", CODE, by="long_sambath") == f"No conflict is entered for {CODE}."
    assert desk.refused("conflict", "lift", CODE, *me, by="long_sambath") == unknown
    again = desk.document("conflict", "add", CODE, *me, by="long_sambath")
    assert again == new | {"conflict": new["conflict"] | {"case": CODE}}
    assert len(desk.document("conflict", "list", CODE)) == 2


def test_kinds_of_conflict_are_those_of_the_core() -> None:
    """The command line offers every kind of conflict, and no other."""
    assert {one.value for one in Kind} == {one.value for one in ConflictKind}


def test_an_office_that_lacks_nothing_passes(desk: Desk) -> None:
    """Where every rung reaches somebody it exits with 0; else each gap is told with the command that closes it."""
    assert desk.text("organisation", "check") == "Every rung of every escalation reaches somebody."
    assert desk.document("organisation", "check") == {"gaps": []}
    desk.text("user", "set", "pen_sotheara", "--email", "new@example.org")
    (found,) = desk.document("organisation", "check", code=1)["gaps"]
    assert found["why"] == "pen_sotheara has an address that is not verified."
    assert found["hint"] == "spean user verify pen_sotheara"
    keys = {"why", "hint", "protocol", "ladder", "rung", "role", "agency", "province", "passing", "also"}
    assert set(found) == keys
    told = desk.type("organisation", "check", by=ADMIN, code=1)[0]
    assert "Next: spean user verify pen_sotheara" in told
    assert told.rstrip().endswith("1 gap.")
    desk.text("user", "verify", "pen_sotheara")
    assert desk.document("organisation", "check") == {"gaps": []}


def test_mail_that_comes_back_is_a_gap(desk: Desk) -> None:
    """An address to which a mail could not be delivered counts as nobody; an absence is a gap that passes."""
    with opened(str(desk.folder)) as office:
        office.incidents.open(IncidentKind.MAIL, "pen_sotheara", "Mail cannot be delivered.", office.time.now())
        office.incidents.open(IncidentKind.MAIL, CODE, "Mail cannot be composed.", office.time.now())
    (gap,) = {one["why"]: one for one in desk.document("organisation", "check", code=1)["gaps"]}.values()
    assert gap["why"] == "pen_sotheara has an address from which mail comes back."
    assert gap["hint"] == "spean user set pen_sotheara --email ADDRESS"
    desk.text("absence", "add", "chum_nary", "--to", "2199-12-31")
    whys = {one["why"]: one["passing"] for one in desk.document("organisation", "check", code=1)["gaps"]}
    assert whys["chum_nary is away and nobody who can be reached stands in."] is True
    assert "It is so only while somebody is away." in desk.type("organisation", "check", by=ADMIN, code=1)[0]


def test_every_command_of_the_page_is_one_that_there_is(desk: Desk) -> None:
    """Each command about people on the page for administrators is typed as it must be."""
    page = (ROOT / "docs/how-to/run-an-office.md").read_text(encoding="utf-8")
    lines = [shlex.split(line, comments=True) for line in commands_of(page)]
    about_people = [line for line in lines if line[1] in NOUNS]
    assert {line[1] for line in about_people} == set(NOUNS)
    for line in about_people:
        code = run([*line[1:], "--office", str(desk.folder), "--as", ADMIN])
        errors = desk.capsys.readouterr().err
        assert code in {0, 1}, (line, errors)
        assert "mistake in Spean" not in errors


def commands_of(page: str) -> list[str]:
    """Return the commands of a page: indented lines that begin with spean, and what goes on with a backslash."""
    whole = re.sub(r"\\\n\s*", "", page)
    return [line.strip() for line in whole.splitlines() if line.startswith("    spean ")]


def test_hints_of_gaps_name_commands_that_there_are() -> None:
    """What is told to close a gap begins with the words of a command."""
    texts = [(ROOT / "engine/core/people" / name).read_text(encoding="utf-8") for name in ("gaps.py", "survey.py")]
    named = {found for text in texts for found in re.findall(r"spean ([a-z]+) ([a-z]+)", text)}
    assert len(named) > 5
    assert all(command in nouns()[noun] for noun, command in named), named
