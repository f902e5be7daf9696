"""Lists of people and agencies through the command line: all of a list, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.people.commands import DisableUser, EnableUser
from engine.core.people.roster import read_people
from engine.run.cases.upkeep import FlawedError, Upkeep
from engine.run.cli.session import opened
from tests.builders.desk import ADMIN, LISTS, Desk


def people(*rows: str) -> str:
    """Return a list of people with these rows."""
    return "\n".join(("id,name,email,language,agency,roles,supervisor", *rows)) + "\n"


def test_every_problem_of_a_list_is_told_in_one_run(desk: Desk, tmp_path: Path) -> None:
    """Rows with mistakes are told with row, column, what is wrong and what to do; nothing of the list is written."""
    file = tmp_path / "people.csv"
    file.write_text(
        people(
            "good_one,Good One,good@example.org,en,lantern,counsellor@everywhere,nora_lindqvist",
            "Bad,,x,fr,nowhere,case_manger@lantern,",
            "other_one,Other One,,km,nowhere,,",
            "third_one,Third One,malis.ouk@example.org,km,lantern,,third_one",
        ),
        encoding="utf-8",
    )
    before = desk.seq()
    document = desk.document("user", "import", str(file), code=1)
    assert set(document) == {"error", "problems"}
    found = [(one["row"], one["column"]) for one in document["problems"]]
    assert sorted(set(found)) == sorted(
        [(3, "id"), (3, "name"), (3, "email"), (3, "language"), (3, "roles"), (4, "agency"), (5, "email")]
    )
    assert all(set(one) == {"row", "column", "sentence", "hint"} for one in document["problems"])
    assert (
        document["error"]
        == f"The list has {len(found)} mistakes; nothing was written. Mend them and read it in again."
    )
    answer, errors = desk.type("user", "import", str(file), by=ADMIN, code=1)
    assert answer.splitlines()[0].split()[:2] == ["row", "column"]
    assert len(answer.splitlines()) == 1 + len(found)
    assert "Did you mean case_manager?" in answer
    assert errors == f"spean: {document['error']}\n"
    assert desk.type("user", "import", str(file), "--dry-run", by=ADMIN, code=1) == (answer, errors)
    assert desk.seq() == before


def test_a_list_is_tried_without_writing(empty: Desk) -> None:
    """With --dry-run everything is counted and nothing written; without it the same is written, once."""
    counts = {
        f"{what}_{how}": 0 for what in ("agencies", "users", "roles", "supervisors") for how in ("added", "changed")
    }
    words = ("agency", "import", str(LISTS / "agencies.csv"))
    before = empty.seq()
    tried = empty.document(*words, "--dry-run", by="")
    assert tried == {"changed": False, "dry_run": True, "by": "init", **counts, "agencies_added": 14}
    assert empty.seq() == before
    assert empty.text(*words, "--dry-run", by="") == "This would be written: agencies added: 14."
    assert empty.document(*words, by="") == tried | {"changed": True, "dry_run": False}
    assert empty.text(*words, by="") == "Everything stands in the directory already; nothing was changed."
    people_ = ("user", "import", str(LISTS / "people.csv"))
    assert empty.text(*people_, by="") == "Written: users added: 34, roles added: 50, supervisors added: 14."
    assert empty.document(*people_, by=ADMIN) == {"changed": False, "dry_run": False, "by": ADMIN, **counts}
    assert set(empty.authors()) == {"init"}


def test_a_list_changes_what_is_different(desk: Desk, tmp_path: Path) -> None:
    """Reading a changed list in changes the rows that differ."""
    text = (LISTS / "people.csv").read_text(encoding="utf-8").replace("Chhim Rotha", "Chhim Rotha Senior")
    file = tmp_path / "people.csv"
    file.write_text(f"\ufeff{text}", encoding="utf-8")
    assert desk.text("user", "import", str(file)) == "Written: users changed: 1."
    assert desk.document("user", "show", "chhim_rotha")["name"] == "Chhim Rotha Senior"


def test_an_unknown_calendar_of_a_list_is_a_problem(desk: Desk, tmp_path: Path) -> None:
    """A calendar that is not in use is told beside the other mistakes of its row."""
    file = tmp_path / "agencies.csv"
    file.write_text("id,title,ministry,outside_state,zone,calendar\nnew_a,A,,yes,Moon,kambodia\n", encoding="utf-8")
    problems = desk.document("agency", "import", str(file), code=1)["problems"]
    assert [one["column"] for one in problems] == ["zone", "calendar"]
    assert problems[1]["hint"] == "Did you mean cambodia?"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "the list is not UTF-8; save it as CSV in UTF-8."),
        (b"x" * (32 * 1024 * 1024 + 1), "the list is larger than 32 MiB; is it the right file?"),
    ],
)
def test_a_file_that_is_no_list_is_refused(content: bytes, said: str, desk: Desk, tmp_path: Path) -> None:
    """What cannot be read as text, or is far too large, is refused with one sentence."""
    file = tmp_path / "people.csv"
    file.write_bytes(content)
    assert desk.refused("user", "import", str(file)) == f"{file}: {said}"


def test_a_list_is_tried_again_where_somebody_was_faster(desk: Desk) -> None:
    """A directory that changes while a list is tried is not overwritten: the list is tried on what is there then."""
    text = people("late_one,Late One,,en,lantern,,nora_lindqvist")
    with opened(str(desk.folder)) as office:
        upkeep = Upkeep(office.people, office.time, ADMIN)

        def interfere(_done: int, _total: int) -> None:
            upkeep.change(lambda desk: [DisableUser(by=desk.by, user="nora_lindqvist")])

        with pytest.raises(FlawedError) as raised:
            upkeep.take_list(read_people(text, by=ADMIN), interfere)
        assert [(one.row, one.column) for one in raised.value.flaws] == [(2, "supervisor")]
        assert "late_one" not in office.people.now().users
        upkeep.change(lambda desk: [EnableUser(by=desk.by, user="nora_lindqvist")])
        change = upkeep.take_list(read_people(text, by=ADMIN), lambda _done, _total: None)
        assert change.after == office.people.now()
        assert change.after.supervisions["late_one"].supervisor == "nora_lindqvist"


def test_progress_is_shown_on_a_terminal_only(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal a bar stands on standard error; the answer is the same."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    answer, errors = desk.type("user", "import", str(LISTS / "people.csv"), by=ADMIN)
    assert answer == "Everything stands in the directory already; nothing was changed.\n"
    assert "reading in" in errors
