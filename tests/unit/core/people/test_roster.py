"""Reading agencies and people from lists, with every mistake of every row in one run."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.people import commands
from engine.core.people.apply import fold
from engine.core.people.decide import carry_out
from engine.core.people.directory import Directory
from engine.core.people.rehearsal import import_office, rehearse
from engine.core.people.roster import (
    AGENCY_COLUMNS,
    AGENCY_EXTRAS,
    PEOPLE_COLUMNS,
    PEOPLE_EXTRAS,
    read_agencies,
    read_people,
)
from engine.core.people.sheet import LONGEST_TEXT, MOST_FLAWS, MOST_ROWS, Flaw
from tests.builders.people import ADMIN, DAY, NOW, OFFICE_ADDRESS, done, office

AGENCIES = """\
id,title,title_km,ministry,outside_state,zone,calendar,province,duty_address
coast,Office Coast,ការិយាល័យឆ្នេរ,mosvy,no,Asia/Phnom_Penh,office,coast,duty@coast.example.org
free,Free Help,,,yes,Asia/Phnom_Penh,,,
"""
PEOPLE = """\
id,name,email,language,agency,unit,province,roles,supervisor
sok_rith,សុខ រិទ្ធ,rith@example.org,km,coast,intake,coast,case_manager; intake_officer@coast,chan_lina
chan_lina,Chan Lina,lina@example.org,en,coast,,,supervisor; provincial_focal@everywhere/coast,
eva,Eva,eva@example.org,en,free,,,external_protection@everywhere,
"""
PEOPLE_ROW = dict.fromkeys([*PEOPLE_COLUMNS, *PEOPLE_EXTRAS], "") | {
    "id": "new_one",
    "name": "New One",
    "email": "new@example.org",
    "language": "en",
    "agency": "north",
}
AGENCY_ROW = dict.fromkeys([*AGENCY_COLUMNS, *AGENCY_EXTRAS], "") | {
    "id": "coast",
    "title": "Office Coast",
    "ministry": "mosvy",
    "outside_state": "no",
    "zone": "Asia/Phnom_Penh",
}


def sheet(*rows: dict[str, str], separator: str = ",") -> str:
    """Return a list with these rows, as a spreadsheet writes it."""
    out = StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def person(**more: str) -> dict[str, str]:
    """Return the row of a person."""
    return PEOPLE_ROW | more


def agency(**more: str) -> dict[str, str]:
    """Return the row of an agency."""
    return AGENCY_ROW | more


def places(flaws: tuple[Flaw, ...]) -> list[tuple[int, str]]:
    """Return row and column of each flaw; each says what is wrong and what to do."""
    assert all(flaw.sentence.endswith((".", "?")) and flaw.hint for flaw in flaws)
    return [(flaw.row, flaw.column) for flaw in flaws]


def test_lists_become_commands() -> None:
    """People come first, then their roles, then who is above whom; agencies are whole."""
    parsed = read_agencies(AGENCIES, by=ADMIN)
    assert parsed.problems == ()
    (coast, free) = (one.agency for one in parsed.commands if isinstance(one, commands.SetAgency))
    assert coast.title == {"en": "Office Coast", "km": "ការិយាល័យឆ្នេរ"}
    assert (free.outside_state, free.title, free.ministry) == (True, {"en": "Free Help"}, "")
    people = read_people(PEOPLE, by=ADMIN)
    assert people.problems == ()
    assert [type(one).__name__ for one in people.commands] == ["SetUser"] * 3 + ["AddMembership"] * 5 + [
        "SetSupervisor"
    ]
    roles = [one for one in people.commands if isinstance(one, commands.AddMembership)]
    assert [(one.role, one.agency, one.province, one.everywhere) for one in roles] == [
        ("case_manager", "coast", "coast", False),
        ("intake_officer", "coast", "", False),
        ("supervisor", "coast", "", False),
        ("provincial_focal", "", "coast", True),
        ("external_protection", "", "", True),
    ]


def test_lists_are_imported() -> None:
    """Two good lists lead to events; folding them gives the directory, and nobody's address is believed."""
    read = import_office(office(), NOW, agencies=AGENCIES, people=PEOPLE, by=ADMIN)
    assert (read.of_agencies, read.of_people) == ((), ())
    assert fold(office(), read.events) == read.directory
    assert {event.by for event in read.events} == {ADMIN}
    assert read.directory.users["sok_rith"].name == "សុខ រិទ្ធ"
    assert not read.directory.users["sok_rith"].verified
    assert read.directory.supervisor("sok_rith", NOW) == "chan_lina"


def test_reading_again_changes_only_what_is_different() -> None:
    """The same lists again lead to nothing; one changed cell leads to one event."""
    first = import_office(office(), NOW, agencies=AGENCIES, people=PEOPLE)
    again = import_office(first.directory, NOW + DAY, agencies=AGENCIES, people=PEOPLE)
    assert (again.events, again.of_people) == ((), ())
    changed = import_office(first.directory, NOW + DAY, people=PEOPLE.replace("Chan Lina", "Chan Lina Two"))
    assert [type(one).__name__ for one in changed.events] == ["UserSet"]


def test_commands_lead_to_the_same_events() -> None:
    """What a store carries out in place of the list gives exactly what was shown, for a list read in again, too."""
    first = import_office(office(), NOW, agencies=AGENCIES, people=PEOPLE)
    assert carry_out(office(), first.commands, NOW) == (first.events, first.directory)
    more = PEOPLE.replace("intake_officer@coast", "escort@coast").replace("lina@", "lina.chan@")
    again = import_office(first.directory, NOW + DAY, agencies=AGENCIES, people=more)
    assert [type(one).__name__ for one in again.commands] == ["SetUser", "AddMembership"]
    assert carry_out(first.directory, again.commands, NOW + DAY) == (again.events, again.directory)


@pytest.mark.parametrize(("word", "vouched"), [("yes", True), ("YES", True), ("no", False), ("", False)])
def test_administrator_may_vouch_for_an_address(word: str, vouched: bool) -> None:
    """Only ``yes`` in the column verified lets mail go to an address at once."""
    read = import_office(office(), NOW, people=sheet(person(verified=word)))
    assert read.of_people == ()
    assert read.directory.users["new_one"].verified is vouched


def test_list_takes_no_verification_away() -> None:
    """A list that says nothing, or no, leaves a verified address verified; for a changed one it must say yes."""
    known = import_office(office(), NOW, people=sheet(person(verified="yes"))).directory
    for word, email, verified in [
        ("no", "new@example.org", True),
        ("", "new@example.org", True),
        ("yes", "new@example.org", True),
        ("", "other@example.org", False),
        ("yes", "other@example.org", True),
    ]:
        read = import_office(known, NOW + DAY, people=sheet(person(email=email, verified=word)))
        assert read.directory.users["new_one"].verified is verified
        assert bool(read.events) is (email != "new@example.org")


def test_no_message_repeats_names_and_addresses() -> None:
    """What is wrong with a name or an address is told without it."""
    text = sheet(person(name="Violet\u202eHarbour", email="violet.harbour"))
    told = [flaw.sentence for flaw in read_people(text).problems]
    assert told == [
        "The name that stands here has an invisible or unwritable character in it.",
        "The email that stands here needs a name, an @ and a domain.",
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("begin", ["", "\ufeff", "\n\n"])
def test_spreadsheets_differ(separator: str, begin: str) -> None:
    """Commas, semicolons and tabs part the columns; a byte order mark and empty rows do not matter."""
    text = begin + sheet(person(roles="case_manager;supervisor"), separator=separator)
    parsed = read_people(text)
    assert parsed.problems == ()
    assert len(parsed.commands) == 3


def test_names_of_columns() -> None:
    """Column names may be in capitals and in any order; extra columns may be missing, cells at the end too."""
    parsed = read_people("Agency, LANGUAGE ,Email,name,ID,roles\nnorth,EN,new@example.org,New One,new_one\n")
    assert parsed.problems == ()
    (user,) = parsed.commands
    assert isinstance(user, commands.SetUser)
    assert (user.id, user.language) == ("new_one", "en")


def test_apostrophe_before_a_formula_is_taken_off() -> None:
    """What an export put an apostrophe before comes back as it was; other apostrophes stay."""
    names = {"'=Sum": "=Sum", "'+1": "+1", "'-x": "-x", "'@x": "@x", "'＝x": "＝x", "'tis": "'tis", "'": "'"}
    for written, meant in names.items():
        (user,) = read_people(sheet(person(name=written))).commands
        assert isinstance(user, commands.SetUser)
        assert user.name == meant


def test_khmer_names_are_composed() -> None:
    """A name whose marks came apart is stored as one usually stores it."""
    (user,) = read_people(sheet(person(name="e\u0301"))).commands
    assert isinstance(user, commands.SetUser)
    assert user.name == "\u00e9"


PEOPLE_FLAWS: list[tuple[dict[str, str], str]] = [
    ({"id": ""}, "id"),
    ({"id": "New One"}, "id"),
    ({"name": ""}, "name"),
    ({"name": "a\u202eb"}, "name"),
    ({"email": "a@b, c@d.org"}, "email"),
    ({"language": "fr"}, "language"),
    ({"agency": ""}, "agency"),
    ({"agency": "The North"}, "agency"),
    ({"unit": "Unit 1"}, "unit"),
    ({"province": "P 1"}, "province"),
    ({"supervisor": "The Boss"}, "supervisor"),
    ({"roles": "case manager"}, "roles"),
    ({"roles": "owner"}, "roles"),
    ({"roles": "@north"}, "roles"),
    ({"roles": "escort@"}, "roles"),
    ({"roles": "escort@The North"}, "roles"),
    ({"roles": "escort@north/P 1"}, "roles"),
    ({"roles": "escort; guardian; escort@north"}, "roles"),
    ({"name": "x" * 1001}, "name"),
    ({"verified": "perhaps"}, "verified"),
    ({"verified": "yes", "email": ""}, "verified"),
]


@pytest.mark.parametrize(("cells", "column"), PEOPLE_FLAWS)
def test_wrong_cell_of_a_person(cells: dict[str, str], column: str) -> None:
    """Each wrong cell is named by row and column, with what to do; nothing of its row is taken."""
    parsed = read_people(sheet(person(id="other_one"), person(**cells)))
    assert set(places(parsed.problems)) == {(3, column)}
    assert {one.id for one in parsed.commands if isinstance(one, commands.SetUser)} == {"other_one"}


AGENCY_FLAWS: list[tuple[dict[str, str], str]] = [
    ({"id": "The Coast"}, "id"),
    ({"title": ""}, "title"),
    ({"title_km": "\u202eថ្មី"}, "title_km"),
    ({"ministry": ""}, "ministry"),
    ({"ministry": "Mo J"}, "ministry"),
    ({"outside_state": "perhaps"}, "outside_state"),
    ({"outside_state": ""}, "outside_state"),
    ({"zone": "Phnom Penh"}, "zone"),
    ({"zone": ""}, "zone"),
    ({"calendar": "../office"}, "calendar"),
    ({"province": "The Coast"}, "province"),
    ({"duty_address": "here"}, "duty_address"),
]


@pytest.mark.parametrize(("cells", "column"), AGENCY_FLAWS)
def test_wrong_cell_of_an_agency(cells: dict[str, str], column: str) -> None:
    """Each wrong cell is named by row and column, with what to do."""
    parsed = read_agencies(sheet(agency(**cells)))
    assert places(parsed.problems) == [(2, column)]
    assert parsed.commands == ()


def test_everything_wrong_with_a_row_is_told() -> None:
    """All flaws of all rows come in one run, in the order of the rows."""
    bad = person(id="X", name="", email="x", language="fr", agency="No", unit="U", province="P", supervisor="S")
    parsed = read_people(sheet(bad, person(), bad | {"id": "Y"}))
    columns = ["id", "name", "email", "language", "unit", "province", "agency", "supervisor"]
    assert places(parsed.problems) == [(row, column) for row in (2, 4) for column in columns]


def test_id_stands_once() -> None:
    """An id that stands in two rows is told at the second, with the row of the first."""
    (flaw,) = read_people(sheet(person(), person(email="other@example.org"))).problems
    assert str(flaw) == "row 3, column id: The id stands in row 2 already. Give each row an id of its own."
    assert places(read_agencies(sheet(agency(), agency())).problems) == [(3, "id")]


def test_unknown_role() -> None:
    """Where the roles of the protocols are given, another one is a flaw with the one that was probably meant."""
    roles = ["case_manager", "supervisor"]
    text = sheet(person(roles="case_manger; administrator; xyz"))
    (close, far) = read_people(text, roles=roles).problems
    assert close.hint == "Did you mean case_manager?"
    assert far.hint == "The roles stand in the protocols."
    assert read_people(text).problems == ()


TABLES: list[tuple[str, list[tuple[int, str]]]] = [
    ("", [(1, "")]),
    ("\n\n", [(1, "")]),
    ("\ufeff", [(1, "")]),
    ("id,name,email,language\n", [(1, "agency")]),
    ("id,id,name,email,language,agency\n", [(1, "id")]),
    ("id,name,email,language,agency,rolls\n", [(1, "6")]),
    ("id,name,email,language,agency,rolls,rolls\n", [(1, "6"), (1, "7")]),
    ("id,name,email,language,agency,zzzzzz\n", [(1, "6")]),
    ('id,name,email,language,agency\n"a,b\n', [(2, "")]),
    ('"id,name\n', [(1, "")]),
    ("id,name,email,language,agency\na,A,a@b.org,en,north,more\n", [(2, "")]),
    ("id,name,email,language,agency,\na,A,a@b.org,en,north,more\n", [(2, "")]),
    ("id,name,email,language,agency\n" + "x" * 200_000 + ",A,,en,north\n", [(2, "")]),
]


@pytest.mark.parametrize(("text", "expected"), TABLES)
def test_table_is_wrong(text: str, expected: list[tuple[int, str]]) -> None:
    """A list that is no table of these columns is told with its place."""
    assert places(read_people(text).problems) == expected


def test_empty_cells_behind_the_row_do_not_matter() -> None:
    """Empty columns and cells at the end, as spreadsheets leave them, are passed over."""
    assert read_people("id,name,email,language,agency,,\na,A,a@b.org,en,north,,,,\n\n,,,,\n").problems == ()


def test_lists_are_bounded() -> None:
    """A list that is too large, too long, or wrong in every row is told so, and costs no more."""
    assert places(read_people("x" * (LONGEST_TEXT + 1)).problems) == [(1, "")]
    head = "id,name,email,language,agency\n"
    wrong = read_people(head + ",,,,x\n" * (2 * MOST_FLAWS)).problems
    assert MOST_FLAWS < len(wrong) < MOST_FLAWS + 10
    assert wrong[-1].sentence == "From here on nothing was read."
    wide = read_people(head + "a,A,a@b.org,en,north,more\n" * (2 * MOST_FLAWS)).problems
    assert [flaw for flaw in wide if flaw.sentence == "From here on nothing was read."]
    rows = (f"user{number},A,,en,north\n" for number in range(MOST_ROWS + 1))
    assert places(read_people(head + "".join(rows)).problems) == [(MOST_ROWS + 2, "")]
    unknown = head + "".join(f"user{number},A,,en,nowhere\n" for number in range(2 * MOST_FLAWS))
    refused = rehearse(read_people(unknown), office(), NOW).problems
    assert len(refused) == MOST_FLAWS + 1
    assert "After so many mistakes nothing more was tried." in {flaw.sentence for flaw in refused}


def test_what_the_directory_knows_is_told_too() -> None:
    """What can only be seen against the directory is told for every row, with its column."""
    text = sheet(
        person(id="pisey_", email="one@example.org"),
        person(id="two", email="DARA@example.org"),
        person(id="three", email="three@example.org", agency="nowhere"),
        person(id="four", email="four@example.org", roles="escort@nowhere", supervisor="nobody"),
        person(id="five", email="five@example.org", supervisor="five"),
        person(id="six", email="five@example.org"),
    )
    read = import_office(office(), NOW, people=text)
    assert places(read.of_people) == [
        (2, "id"),
        (3, "email"),
        (4, "agency"),
        (5, "roles"),
        (5, "supervisor"),
        (6, "supervisor"),
        (7, "email"),
    ]
    assert (read.events, read.directory) == ((), office())


def test_one_mistake_is_told_once() -> None:
    """What is missing only because its own row is wrong is no second mistake, in the other list neither."""
    text = sheet(
        person(id="one", email="x", roles="escort"),
        person(id="two", email="two@example.org", supervisor="one"),
        person(id="three", email="dara@example.org", roles="escort"),
        person(id="four", email="four@example.org", supervisor="three", agency="coast"),
    )
    read = import_office(office(), NOW, agencies=sheet(agency(zone="Coast")), people=text)
    assert places(read.of_agencies) == [(2, "zone")]
    assert places(read.of_people) == [(2, "email"), (4, "email")]


def test_agency_that_is_refused_is_told_once() -> None:
    """An agency that the directory refuses takes the people of its rows along without a word."""
    read = import_office(office(), NOW, agencies=sheet(agency(id="n0rth")), people=sheet(person(agency="n0rth")))
    assert places(read.of_agencies) == [(2, "id")]
    assert read.of_people == ()
    assert read.events == ()


def test_role_that_is_there_already() -> None:
    """A role somebody has had before the list was read is no problem; everything else of the row is done."""
    text = sheet(person(id="dara", name="dara", email="dara@example.org", roles="case_manager;escort"))
    read = import_office(office(), NOW, people=text)
    assert read.of_people == ()
    assert [type(one).__name__ for one in read.events] == ["MembershipSet"]


def test_office_without_duty_address() -> None:
    """An office without a duty address takes no list."""
    read = import_office(Directory(), NOW, agencies=AGENCIES)
    assert [flaw.sentence[:35] for flaw in read.of_agencies] == ["The office has no duty address yet;"] * 2
    founded = done(Directory(), commands.SetDutyAddress(by=ADMIN, address=OFFICE_ADDRESS))
    assert len(import_office(founded, NOW, agencies=AGENCIES, people=PEOPLE).events) == 11


def hostile(shared_data: Path) -> list[str]:
    """Return strings that others collected to break programs."""
    strings: list[str] = json.loads((shared_data / "strings" / "blns.json").read_text(encoding="utf-8"))
    assert len(strings) == 515
    return strings


def test_hostile_strings_in_every_cell(shared_data: Path) -> None:
    """Each hostile string in each cell is a value or a flaw of that row; nothing raises or is told unseen."""
    for text in hostile(shared_data):
        for column in PEOPLE_ROW:
            _survives(import_office(office(), NOW, people=sheet(person(**{column: text}))).of_people)
        for column in AGENCY_ROW:
            _survives(import_office(office(), NOW, agencies=sheet(agency(**{column: text}))).of_agencies)


def _survives(flaws: tuple[Flaw, ...]) -> None:
    assert all(str(flaw).isprintable() and flaw.row in {1, 2, 3} for flaw in flaws)


def test_hostile_lists(shared_data: Path) -> None:
    """Each hostile string as a whole list, and as a name of a column, is answered."""
    for text in hostile(shared_data):
        assert read_people(text).problems
        assert read_agencies(text).problems
        assert read_people(sheet(person() | {text: "x"})).problems or text.strip().lower() in PEOPLE_ROW


@given(st.text(st.characters(codec=None), max_size=200))
def test_any_text_is_answered(text: str) -> None:
    """Any text at all is read as a list without an error."""
    found = import_office(office(), NOW, agencies=text, people=text)
    assert found.of_agencies
    assert found.of_people
    assert found.events == ()


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(PEOPLE_ROW, st.text(max_size=12))), min_size=1, max_size=4))
def test_any_rows_are_answered(rows: list[dict[str, str]]) -> None:
    """Any cells in a table of the right columns are read without an error; flaws name rows that are there."""
    found = import_office(office(), NOW, people=sheet(*rows))
    assert all(flaw.row >= 1 for flaw in found.of_people)
