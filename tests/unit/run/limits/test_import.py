"""A changed table goes back into the files: exactly what was changed is another, all else stays byte for byte."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.run.protocols.limits.cells import show
from engine.run.protocols.limits.exchange import Outcome, as_csv, as_workbook, export_rows, import_table
from engine.run.protocols.limits.rows import COLUMNS
from tests.builders.office import STYLES, Office, Rows, build, changed_lines, errors

ROOT = Path(__file__).resolve().parents[4]
CARE = '  care_window: {limit: 72 hours, aim: 3 hours, kind: clinical, source: "invented", status: proposed, '
CARE += "review_before: 2027-06-30, ref: [D1]}  # care"
UNCHANGED = Outcome((), ())


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An invented office of its own for each test."""
    return build(tmp_path)


@pytest.fixture(scope="module")
def shared_office() -> Iterator[Office]:
    """An invented office that each test leaves as it was."""
    with TemporaryDirectory() as folder:
        yield build(Path(folder))


def test_list_is_flat_and_says_where_each_limit_is_used(shared_office: Office) -> None:
    """Every limit is one row with its file and every deadline that names it, those of tasks too."""
    rows = {row["id"]: row for row in shared_office.rows()}
    assert list(rows) == ["care_window", "first_visit", "by_risk", "before_hearing"]
    assert {row["file"] for row in rows.values()} == {"shared/limits.yaml"}
    assert {"full.main.intake.visit.done", "full.side.look.looked"} <= set(rows["first_visit"]["used_by"].split("; "))
    assert rows["by_risk"]["depends_on"] == "risk_level: high = 24 hours; medium = 72 hours; otherwise = 7 days"
    assert (rows["by_risk"]["status"], rows["by_risk"]["source"]) == ("proposed", "a long text over two lines")
    assert (rows["first_visit"]["ref"], rows["first_visit"]["source"]) == ("V1, V2", "it's invented")


def test_limits_of_protocol_files_are_in_the_list_too(tmp_path: Path) -> None:
    """Limits that a protocol file declares itself stand in the table, and are changed there."""
    office = Office(tmp_path)
    text = (ROOT / "docs" / "language.md").read_text(encoding="utf-8").split("```yaml protocol\n")[1].split("```")[0]
    (tmp_path / "support.yaml").write_text(text, encoding="utf-8")
    assert (office.rows()[0]["file"], office.rows()[0]["id"]) == ("support.yaml", "first_plan")
    assert office.take(office.rows_with(first_plan={"aim": "1 working day"}), write=True).written == ("support.yaml",)
    removed, added = changed_lines(text, (tmp_path / "support.yaml").read_text(encoding="utf-8"))
    assert added[1:] == removed[1:].replace("aim: 2 working days", "aim: 1 working day")


@pytest.mark.parametrize("written_as", [as_csv, as_workbook])
def test_exported_table_changes_nothing(shared_office: Office, written_as: Callable[[Rows], bytes]) -> None:
    """A table that comes back as it went out changes nothing and is not complained of."""
    table = shared_office.path / "table"
    table.write_bytes(written_as(shared_office.rows()))
    assert import_table(str(table), str(shared_office.path), write=True) == UNCHANGED
    assert shared_office.text() == STYLES


@pytest.mark.parametrize("name", ["protocols", "examples", "examples/tutorial"])
def test_table_of_every_shipped_folder_changes_nothing(name: str, tmp_path: Path) -> None:
    """Each shipped folder goes out and comes back without a difference."""
    (tmp_path / "table.csv").write_bytes(as_csv(export_rows(str(ROOT / name))))
    assert import_table(str(tmp_path / "table.csv"), str(ROOT / name), write=False) == UNCHANGED


@pytest.mark.parametrize(
    ("id_", "column", "cell", "line"),
    [
        ("care_window", "limit", "48 hours", CARE.replace("72 hours", "48 hours")),
        ("care_window", "limit", " 48\xa0 hours", CARE.replace("72 hours", "48 hours")),
        ("care_window", "aim", "", CARE.replace("aim: 3 hours, ", "")),
        ("care_window", "ref", "D1, D2", CARE.replace("[D1]", "[D1, D2]")),
        ("care_window", "review_before", "31/12/2027", CARE.replace("2027-06-30", "2027-12-31")),
        ("care_window", "source", 'a "b"', CARE.replace('"invented"', '"a \\"b\\""')),
        ("first_visit", "limit", "3 weeks", "    limit: 3 weeks     # two weeks"),
        ("first_visit", "source", "it's new", "    source: 'it''s new'"),
        ("first_visit", "source", "ប្រភពថ្មី", "    source: 'ប្រភពថ្មី'"),
        (
            *("by_risk", "depends_on", "risk_level: medium=72 hours; high=12 hours; otherwise=7 days"),
            "        high: 12 hours   # at once",
        ),
    ],
)
def test_one_cell_changes_one_line(office: Office, id_: str, column: str, cell: str, line: str) -> None:
    """One changed cell is one changed line, and one changed cell in the next table (with the mark of its row)."""
    rows = office.rows()
    outcome = office.take(office.rows_with(**{id_: {column: cell}}), write=True)
    assert (len(outcome.changes), outcome.errors, outcome.written) == (1, 0, ("shared/limits.yaml",))
    removed, added = changed_lines(STYLES, office.text())
    assert (removed[0], added) == ("-", f"+{line}")
    for before, after in zip(rows, office.rows(), strict=True):
        differs = {key for key in before if before[key] != after[key]}
        assert differs == ({column, "as_exported"} if before["id"] == id_ else set())


def test_number_is_adopted(office: Office) -> None:
    """Status, authority and day are put where the keys have their order."""
    cells = {"status": "adopted", "adopted_by": "Ministry of Women's Affairs", "adopted_on": "1 October 2026"}
    assert office.take(office.rows_with(first_visit=cells), write=True).errors == 0
    by = '+    adopted_by: "Ministry of Women\'s Affairs"'
    assert changed_lines(STYLES, office.text()) == ["+    status: adopted", by, "+    adopted_on: 2026-10-01"]


#: What is written over several lines becomes one line when it changes.
LINES = {"source": 3, "ref": 3}
SOURCES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], include_characters=" '\""), min_size=1)
CELLS: dict[str, st.SearchStrategy[str]] = {
    "limit": st.sampled_from(["1 hour", "9 days", "5 working days", "same day", "3 months"]),
    "aim": st.sampled_from(["1 hour", "30 minutes", ""]),
    "kind": st.sampled_from(["safety", "guidance", "practice"]),
    "source": SOURCES,
    "review_before": st.dates().filter(lambda day: 1900 <= day.year <= 2200).map(str),
    "ends": st.sampled_from(["closing", "same hour", ""]),
    "if_closed": st.sampled_from(["stay", "next working day", ""]),
    "ref": st.lists(st.text("ABC 019,'\"", min_size=1, max_size=6), max_size=3, unique=True).map(tuple).map(show),
}


@settings(max_examples=50)
@given(data=st.data(), id_=st.sampled_from(["care_window", "first_visit", "by_risk"]))
def test_any_change_goes_in_and_comes_out_again(shared_office: Office, data: st.DataObject, id_: str) -> None:
    """Whatever cells of a row change, the files are refused or say exactly that, and every comment stays."""
    keys = data.draw(st.sets(st.sampled_from(sorted(CELLS)), min_size=1, max_size=3))
    cells = {key: data.draw(CELLS[key]) for key in sorted(keys) if (id_, key) != ("by_risk", "limit")}
    before, wanted = shared_office.rows(), shared_office.rows_with(**{id_: cells})
    try:
        outcome = shared_office.take(wanted, write=True)
        for row, now in zip(before if outcome.errors else wanted, shared_office.rows(), strict=True):
            assert {**now, "as_exported": ""} == {
                key: text.strip() for key, text in {**row, "as_exported": ""}.items()
            }
        removed = [line for line in changed_lines(STYLES, shared_office.text()) if line[0] == "-"]
        assert len(removed) <= (1 if id_ == "care_window" else sum(LINES.get(key, 1) for key in cells))
        assert all(f"# {words}" in shared_office.text() for words in ("care", "on lines", "two weeks", "at once"))
    finally:
        shared_office.limits.write_bytes(STYLES.encode())


@pytest.fixture(scope="module")
def shipped() -> Iterator[Office]:
    """A copy of the shipped protocols."""
    with TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "protocols", Path(folder) / "protocols")
        yield Office(Path(folder) / "protocols")


@settings(max_examples=12)
@given(data=st.data(), key=st.sampled_from(["limit", "kind", "source", "review_before", "ref"]))
def test_one_cell_of_the_shipped_list_is_one_line(shipped: Office, data: st.DataObject, key: str) -> None:
    """Whatever cell of the real list changes, exactly that cell differs in the next table, and one line of YAML."""
    before, text = shipped.rows(), shipped.text()
    row = data.draw(st.sampled_from([row for row in before if row[key]]))
    cell = data.draw(CELLS[key]).strip()
    try:
        outcome = shipped.take(shipped.rows_with(**{row["id"]: {key: cell}}), write=True)
        lines = changed_lines(text, shipped.text())
        after = {now["id"]: now for now in shipped.rows()}
        differs = {(old["id"], column) for old in before for column in old if old[column] != after[old["id"]][column]}
        if outcome.errors or cell == row[key]:
            assert (lines, differs) == ([], set())
        else:
            assert differs == {(row["id"], key), (row["id"], "as_exported")}
            assert [line[0] for line in lines] == ["-", "+"]
            assert after[row["id"]][key] == cell
    finally:
        shipped.limits.write_text(text, encoding="utf-8", newline="")


def test_spreadsheet_may_arrange_the_table_anew(office: Office) -> None:
    """Other order of rows and columns, blank rows, blanks, dates of the spreadsheet's own: nothing changes."""
    order = sorted(COLUMNS)
    days = {"": "", "2027-06-30": "6/30/2027", "2020-05-01": "5/1/2020"}
    cells = [order, []]
    for row in reversed(office.rows()):
        given = {**row, "limit": f"  {row['limit'].replace(' ', '  ')} "}
        given |= {key: days[row[key]] for key in ("review_before", "adopted_on")}
        cells += [[given[column] for column in order], ["", " "]]
    assert office.take_cells(cells) == UNCHANGED


def test_table_may_hold_only_some_rows_and_columns(office: Office) -> None:
    """What is not in the table stays as it is and is named; columns of one's own are named as not read."""
    outcome = office.take_cells([["id", "limit", "who decides"], ["care_window", "48 hours", "the ministry"]])
    assert [(one.key, one.before, one.after) for one in outcome.changes] == [("limit", "72 hours", "48 hours")]
    assert [row.id for row in outcome.absent] == ["first_visit", "by_risk", "before_hearing"]
    assert outcome.ignored == ("who_decides",)
    assert outcome.errors == 0


def test_nothing_is_written_unasked(office: Office) -> None:
    """Without being asked to write, the changes are told and the files stay as they are."""
    outcome = office.take(office.rows_with(care_window={"limit": "48 hours"}))
    assert (len(outcome.changes), outcome.written) == (1, ())
    assert office.text() == STYLES


def test_change_names_the_protocols_that_mean_something_else(office: Office) -> None:
    """A new number changes the meaning of a protocol; a new source or review date does not."""
    outcome = office.take(office.rows_with(care_window={"limit": "48 hours"}))
    assert outcome.newly_meant == ("full 2026.1",)
    cells = {"source": "another", "review_before": "2028-01-31"}
    assert office.take(office.rows_with(care_window=cells)).newly_meant == ()


def test_warning_that_a_change_brings_is_told(office: Office) -> None:
    """What is valid but dangerous after a change is told, and what was so before is not told again."""
    outcome = office.take(office.rows_with(first_visit={"limit": "1 hour"}), write=True)
    assert outcome.errors == 0
    assert outcome.written
    assert all(one.severity == "warning" for one in outcome.problems)
    assert office.take(office.rows_with(first_visit={"source": "another"})).problems == ()


def test_limits_of_one_name_are_told_apart_by_their_file(office: Office) -> None:
    """Two protocols may each have a limit of one name; a row must then say which file it means."""
    limits = "limits: {care_window: {limit: 1 day, kind: law, source: x}}\n"
    tracks = "tracks: {main: {first_step: z, steps: {z: {final: done}}}}\n"
    other = office.path / "other.yaml"
    other.write_text(f"spean: 1\nprotocol: other\nversion: 1\n{limits}{tracks}", encoding="utf-8")
    ((_, column, said),) = errors(office.take([{"id": "care_window", "limit": "2 days"}]))
    assert column == "file"
    assert said == "The limit `care_window` stands in `shared/limits.yaml`, `other.yaml`. Name the file meant."
    rows = [{"file": "other.yaml", "id": "care_window", "limit": "2 days"}]
    assert office.take(rows, write=True).written == ("other.yaml",)
    assert "limit: 2 days" in other.read_text(encoding="utf-8")


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_line_ends_of_the_file_stay(office: Office, end: str) -> None:
    """A file of another system keeps its line ends when a number in it changes."""
    office.limits.write_bytes(STYLES.replace("\n", end).encode())
    assert office.take(office.rows_with(care_window={"limit": "48 hours"}), write=True).written
    assert office.text() == STYLES.replace("{limit: 72 hours", "{limit: 48 hours").replace("\n", end)
