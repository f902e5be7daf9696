"""What is wrong with a table is told by row and column, all at once, and then nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from engine.run.protocols.files import FileError, ProtocolError
from engine.run.protocols.limits.exchange import export_rows, import_table
from engine.run.protocols.limits.folder import FolderError
from engine.run.protocols.limits.table import LARGEST_TABLE, TableError
from tests.builders.office import STYLES, Office, build, errors


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An invented office of its own for each test."""
    return build(tmp_path)


@pytest.fixture(scope="module")
def shared_office() -> Iterator[Office]:
    """An invented office that no test changes."""
    with TemporaryDirectory() as folder:
        yield build(Path(folder))


def depending(text: str) -> dict[str, str]:
    """Return the cells of a limit that depends on an answer instead of having one number."""
    return {"limit": "", "aim": "", "depends_on": text}


MISTAKES = [
    ("care_window", {"limit": "72"}, "limit", "`72` is a number without a unit of time. Did you mean `72 hours`?"),
    ("care_window", {"limit": "72h"}, "limit", "Did you mean `72 hours`?"),
    ("care_window", {"limit": "three days"}, "limit", "begins with a whole number"),
    ("care_window", {"limit": "72 hours;"}, "limit", "not part of the language"),
    ("care_window", {"limit": ""}, "limit", "here stands neither"),
    ("care_window", {"limit": "14 days before hearing"}, "limit", "Did you mean `hearing_on`?"),
    ("care_window", {"aim": "80 hours"}, "aim", "The aim of 80 hours is longer"),
    ("care_window", {"depends_on": "risk_level: otherwise = 1 day"}, "depends_on", "here stand both"),
    ("care_window", {"kind": "Law"}, "kind", "Did you mean `law`?"),
    ("care_window", {"kind": ""}, "kind", "every limit needs it. It was `clinical`"),
    ("care_window", {"source": " "}, "source", "every limit needs it. It was `invented`"),
    ("care_window", {"source": "x" * 2001}, "source", "2000 at most"),
    ("care_window", {"source": "one\ntwo"}, "source", "a line break"),
    ("care_window", {"source": "one\u202etwo"}, "source", "right-to-left override"),
    ("care_window", {"source": "page\xa03"}, "source", "no-break space"),
    ("care_window", {"ref": "D\u200b1"}, "ref", "zero width space"),
    ("care_window", {"status": "adoptd"}, "status", "Did you mean `adopted`?"),
    ("care_window", {"status": "adopted", "adopted_by": "Office"}, "adopted_on", "but `adopted_on` is empty"),
    ("care_window", {"status": "adopted", "adopted_on": "2026-01-31"}, "adopted_by", "but `adopted_by` is empty"),
    ("care_window", {"review_before": "next year"}, "review_before", "`next year` is no date"),
    ("care_window", {"review_before": "46203"}, "review_before", "Did you mean `2026-06-30`?"),
    ("care_window", {"review_before": "30-Jun-28"}, "review_before", "Write `1928-06-30` or `2028-06-30`"),
    ("care_window", {"ends": "closing time"}, "ends", "Did you mean `closing`?"),
    ("care_window", {"if_closed": "next day"}, "if_closed", "cannot be `next day`"),
    ("care_window", {"ref": 'D1, "D2'}, "ref", "quotation marks"),
    ("care_window", {"ref": "D1, D1"}, "ref", "stands twice in this list"),
    ("care_window", {"used_by": "somebody"}, "used_by", "only shown"),
    ("care_window", {"as_exported": "x"}, "as_exported", "only shown"),
    ("care_window", {"file": "shared/other.yaml"}, "file", "a table cannot move it. Write `shared/limits.yaml`"),
    ("care_window", {"id": "care_windw"}, "id", "Did you mean `care_window`?"),
    ("care_window", {"id": ""}, "id", "names no limit"),
    ("care_window", depending("risk_level: hihg = 1 hour; otherwise = 2 hours"), "depends_on", "`high`?"),
    ("care_window", depending("risk_levl: high = 1 hour"), "depends_on", "Did you mean `risk_level`?"),
    ("care_window", depending("risk_level: high = 4 hours"), "depends_on", "No limit is given for"),
    ("by_risk", {"depends_on": "high = 24 hours"}, "depends_on", "a field and a limit for each of its answers"),
    ("by_risk", {"depends_on": "risk_level: high = soon"}, "depends_on", "whole number"),
    ("by_risk", {"depends_on": "risk_level: medium = 1 day"}, "depends_on", "`high` has a comment beside it"),
    ("by_risk", {"depends_on": "district: otherwise = 2 hours"}, "depends_on", "comments inside, which would be"),
]


@pytest.mark.parametrize(("id_", "cells", "column", "said"), MISTAKES)
def test_mistake_is_told_with_row_column_and_what_was_meant(
    shared_office: Office, id_: str, cells: dict[str, str], column: str, said: str
) -> None:
    """Each mistake names the row as the spreadsheet shows it, the column, what is wrong and what to do."""
    number = 2 + [row["id"] for row in shared_office.rows()].index(id_)
    outcome = shared_office.take(shared_office.rows_with(**{id_: cells}), write=True)
    assert [(row, place) for row, place, _ in errors(outcome)] == [(number, column)]
    assert said in errors(outcome)[0][2]
    assert outcome.written == ()
    assert shared_office.text() == STYLES


def test_every_mistake_is_told_at_once(shared_office: Office) -> None:
    """Mistakes of several rows are told in one run, up to a hundred; more help nobody."""
    wrong = [{**row, "kind": "x", "limit": "y", "aim": "z"} for row in shared_office.rows()]
    assert len(errors(shared_office.take(wrong))) == 12
    many = [{"id": f"unknown_{number}", "limit": "1 day"} for number in range(1_500)]
    assert len(errors(shared_office.take(many))) == 100


def test_same_limit_twice_is_told_with_both_rows(shared_office: Office) -> None:
    """A limit that stands in two rows is refused at the second, which names the first."""
    rows = shared_office.rows()
    (found,) = errors(shared_office.take([*rows, rows[0]]))
    assert found[:2] == (6, "id")
    assert "already in row 2" in found[2]


def test_ambiguous_date_names_both_days(shared_office: Office) -> None:
    """Without anything that settles it, 3/4 is refused with the two days it may be."""
    cells = [["id", "review_before"], ["first_visit", "03/04/2027"]]
    (found,) = errors(shared_office.take_cells(cells))
    assert found[2].endswith("can be read in more than one way. Write `2027-04-03` or `2027-03-04`.")
    assert shared_office.take_cells([*cells, ["care_window", "30/06/2027"]]).changes[0].after == "2027-04-03"


def test_table_made_before_the_files_changed_is_refused(office: Office) -> None:
    """A row whose limit was changed in the files since the export does not undo that change without a word."""
    early = office.rows()
    assert office.take(office.rows_with(care_window={"limit": "48 hours"}), write=True).written
    late = [{**row, "limit": "1 week"} if row["id"] == "first_visit" else row for row in early]
    (found,) = errors(office.take(late))
    assert found[0] == 2
    assert "was changed in the files after this table was made" in found[2]
    agreed = [{**row, "limit": "48 hours"} if row["id"] == "care_window" else row for row in late]
    assert [one.limit.id for one in office.take(agreed).changes] == ["first_visit"]
    unmarked = [{**row, "as_exported": ""} for row in late]
    assert len(office.take(unmarked).changes) == 2


def test_adopted_number_cannot_change_under_its_old_adoption(office: Office) -> None:
    """Rule 30: an adopted number that changes needs its status set again; nothing is written before."""
    ten = {"limit": "10 days before hearing_on"}
    ((row, column, said),) = errors(office.take(office.rows_with(before_hearing=ten), write=True))
    assert (row, column) == (5, "status")
    assert said.startswith("An adopted number was changed (`limit`).")
    assert office.text() == STYLES


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"status": "proposed", "adopted_by": "", "adopted_on": ""}, "proposed until its authority adopts it again."),
        ({"status": "proposed"}, "Empty `adopted_by` and `adopted_on`, which speak of the old number."),
        ({"adopted_on": "2026-10-01"}, "The files will say that Office, of old adopted it on 2026-10-01."),
    ],
)
def test_adopted_number_that_changes_is_warned_of(office: Office, cells: dict[str, str], said: str) -> None:
    """Proposed again or adopted anew, a changed adopted number is taken with a warning."""
    outcome = office.take(
        office.rows_with(before_hearing={"limit": "10 days before hearing_on", **cells}), write=True
    )
    assert (outcome.errors, len(outcome.written)) == (0, 1)
    (warning,) = outcome.remarks
    assert (warning.column, warning.message) == ("status", "An adopted number was changed (`limit`).")
    assert said in warning.hint


def test_source_of_an_adopted_number_may_be_corrected(office: Office) -> None:
    """What is not the number itself changes without a new adoption, and an adoption may be taken away."""
    assert office.take(office.rows_with(before_hearing={"source": "invented, page 3"})).remarks == ()
    taken_back = {"status": "proposed", "adopted_by": "", "adopted_on": ""}
    assert office.take(office.rows_with(before_hearing=taken_back)).remarks == ()


def test_what_the_compiler_says_of_other_places_is_shown(office: Office) -> None:
    """A change that breaks a protocol elsewhere is refused with the place there; the files stay as they are."""
    outcome = office.take(office.rows_with(first_visit={"kind": "clinical"}), write=True)
    assert outcome.errors > 0
    assert {one.place.file for one in outcome.problems} == {str(office.path / "full.yaml")}
    assert outcome.written == ()
    assert office.text() == STYLES


def test_every_value_among_comments_is_told(office: Office) -> None:
    """A list whose lines carry comments is not written over; each such row is told, with file and line to go to."""
    office.limits.write_text(STYLES.replace("    - V1\n", "    - V1  # first\n"), encoding="utf-8")
    wanted = {
        "first_visit": {"ref": "V3", "limit": "1 day"},
        "by_risk": {"depends_on": "district: otherwise = 1 day"},
    }
    outcome = office.take(office.rows_with(**wanted), write=True)
    assert [(row, column) for row, column, _ in errors(outcome)] == [(3, "ref"), (4, "depends_on")]
    assert errors(outcome)[0][2].endswith("limits.yaml, line 10.")
    assert outcome.written == ()


def test_folder_with_errors_is_put_right_first(office: Office) -> None:
    """A folder that does not compile is neither exported nor changed; the first error is named."""
    office.limits.write_text(STYLES.replace("72 hours, aim", "72 hoors, aim"), encoding="utf-8")
    with pytest.raises(ProtocolError, match=r"limits\.yaml, line 4"):
        office.rows()


def test_folder_without_protocols_and_missing_files_are_told(office: Office, tmp_path: Path) -> None:
    """A wrong folder, a table that is not there or far too large: one sentence each."""
    for name in ("shared", "nowhere"):
        with pytest.raises(FolderError, match="name the right one with --protocols"):
            export_rows(str(tmp_path / name))
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(LARGEST_TABLE * 300)
    for name, mistake, said in (
        ("nothing.csv", FileError, "no such file"),
        ("", FileError, "it is a folder"),
        ("large.csv", TableError, "larger than 4 MiB"),
        ("full.yaml", TableError, "has no column `id`"),
    ):
        with pytest.raises(mistake, match=said):
            import_table(str(tmp_path / name), str(office.path), write=False)
