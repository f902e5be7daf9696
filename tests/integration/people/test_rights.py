"""Who may do what with the people of an office, from the first administrator on."""

from __future__ import annotations

import json

import pytest

from tests.builders.desk import ADMIN, CODE, LISTS, NORTH, Desk, nouns

#: One command of each kind that changes something, and each that only an administrator may ask.
FOR_ADMINISTRATORS: list[tuple[str, ...]] = [
    ("agency", "add", "harbour", "--title", "Harbour", "--outside-state"),
    ("agency", "set", "lantern", "--title", "Lantern"),
    ("agency", "import", str(LISTS / "agencies.csv")),
    ("user", "add", "new_one", "--name", "New One", *NORTH),
    ("user", "set", "sok_phalla", "--unit", "intake"),
    ("user", "disable", "sok_phalla"),
    ("user", "enable", "sok_phalla"),
    ("user", "verify", "sok_phalla"),
    ("user", "invite", "sok_phalla"),
    ("user", "import", str(LISTS / "people.csv"), "--dry-run"),
    ("role", "add", "guardian", "sok_phalla", *NORTH),
    ("role", "remove", "case_manager", "sok_phalla"),
    ("supervisor", "set", "sok_phalla", "tep_rumduol"),
    ("supervisor", "end", "sok_phalla"),
    ("absence", "add", "sok_phalla", "--from", "2050-01-01", "--to", "2050-01-02"),
    ("absence", "end", "sok_phalla"),
    ("duty", "add", "guardian", "sok_phalla", "--everywhere", "--every", "Mon 0:00 - Mon 0:00"),
    ("duty", "remove", "guardian", "sok_phalla"),
    ("duty", "address", "other@example.org"),
    ("conflict", "add", CODE, "person", "sok_phalla"),
    ("conflict", "lift", CODE, "person", "sok_phalla"),
    ("conflict", "list"),
    ("organisation", "check"),
]
LOOKS: list[tuple[str, ...]] = [
    ("agency", "list"),
    ("user", "list"),
    ("user", "show", "ouk_malis"),
    ("role", "list"),
    ("absence", "list"),
    ("duty", "list"),
]


def test_every_command_is_tried_for_its_right() -> None:
    """Each command about people is in one of the lists: for administrators, or for whoever has an account."""
    tried = {(one[0], one[1]) for one in (*FOR_ADMINISTRATORS, *LOOKS)}
    assert tried == {(noun, command) for noun, commands in nouns().items() for command in commands}


@pytest.mark.parametrize("words", FOR_ADMINISTRATORS, ids=" ".join)
def test_only_an_administrator_keeps_the_directory(words: tuple[str, ...], desk: Desk) -> None:
    """Who is no administrator, nobody, or an administrator whose account is closed, changes nothing."""
    before = desk.seq()
    assert desk.refused(*words, by="ouk_malis").startswith("Only an administrator may do this;")
    assert desk.refused(*words, by="nobody_here").startswith("Say who you are")
    assert desk.refused(*words, by="").startswith("Say who you are")
    assert desk.seq() == before
    desk.text("user", "disable", "long_sambath")
    assert desk.refused(*words, by="long_sambath").startswith("Say who you are")
    assert desk.seq() == before + 1


@pytest.mark.parametrize("words", LOOKS, ids=" ".join)
def test_whoever_has_an_account_may_look(words: tuple[str, ...], desk: Desk) -> None:
    """Staff see who there is; nobody else does."""
    assert desk.document(*words, by="sok_phalla") == desk.document(*words, by=ADMIN) or words[1] == "show"
    assert desk.refused(*words, by="nobody_here").startswith("Say who you are")
    assert desk.refused(*words, by="").startswith("Say who you are")


def test_who_asks_may_stand_in_the_environment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEAN_USER says who asks where --as is left out, and --as wins."""
    monkeypatch.setenv("SPEAN_USER", ADMIN)
    assert desk.document("user", "disable", "sok_phalla", by="")["by"] == ADMIN
    assert desk.refused("user", "enable", "sok_phalla", by="ouk_malis").startswith("Only an administrator")


def test_the_first_administrator_is_made_by_whoever_has_the_files(
    empty: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until there is an administrator nobody needs a name, and the journal says init; from then on everybody does."""
    assert empty.text("user", "list", by="") == "Nobody has an account here yet; `spean user add` adds somebody."
    monkeypatch.setenv("SPEAN_USER", "somebody")
    assert empty.document("agency", "add", "north", "--title", "North", "--outside-state", by="")["by"] == "init"
    assert empty.document("user", "add", "dara", "--name", "Dara", "--agency", "north", by="")["by"] == "init"
    assert empty.refused("role", "add", "administrator", "dara", "--everywhere", by="dara").startswith(
        "There is no administrator yet: leave --as out"
    )
    assert empty.refused("user", "list", by="somebody").startswith("There is no administrator yet")
    assert empty.document("user", "list", by="dara")[0]["id"] == "dara"
    assert empty.document("role", "add", "administrator", "dara", "--everywhere", by="")["by"] == "init"
    assert empty.refused("user", "list", by="").startswith("Say who you are")
    assert empty.document("user", "set", "dara", "--unit", "office", by="dara")["by"] == "dara"
    assert empty.authors() == ["init", "init", "init", "dara"]


def test_when_the_last_administrator_is_gone_the_files_open_the_directory_again(empty: Desk) -> None:
    """An administrator whose time has ended keeps nothing, so the office is not locked for ever."""
    for words in (
        ("agency", "add", "north", "--title", "North", "--outside-state"),
        ("user", "add", "dara", "--name", "Dara", "--agency", "north"),
        ("user", "add", "vuthy", "--name", "Vuthy", "--agency", "north"),
    ):
        empty.text(*words, by="")
    empty.text("role", "add", "administrator", "dara", "--everywhere", "--from", "2050-01-01", by="")
    assert empty.document("role", "add", "administrator", "vuthy", "--everywhere", by="")["by"] == "init"
    assert empty.refused("user", "disable", "vuthy", by="vuthy") == (
        "vuthy is the last administrator; make somebody else administrator first."
    )
    assert empty.refused("role", "remove", "administrator", "vuthy", by="vuthy").startswith("vuthy is the last")


def test_addresses_are_for_administrators_and_for_oneself(desk: Desk) -> None:
    """No list shows an address; a person's page shows it to an administrator and to the person alone."""
    for by in (ADMIN, "sok_phalla", "ouk_malis"):
        for words in LOOKS:
            if words[1] == "list":
                answers = desk.text(*words, by=by) + json.dumps(desk.document(*words, by=by))
                assert "malis.ouk@" not in answers
                assert "phalla.sok@" not in answers
        shown = desk.document("user", "show", "sok_phalla", by=by)
        known = by != "ouk_malis"
        assert shown["email"] == ("phalla.sok@example.org" if known else None)
        assert shown["verified"] == (True if known else None)
        assert ("phalla.sok@example.org" in desk.text("user", "show", "sok_phalla", by=by)) is known
    assert "ouk_malis" in desk.text("user", "show", "sok_phalla", by="ouk_malis")
