"""`spean limits` as policy staff meet it: real processes, real tables, real files."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.builders.office import STYLES, Office, build

ROOT = Path(__file__).resolve().parent.parent.parent


def spean(office: Office, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the folder above the protocols."""
    command = [sys.executable, "-m", "engine.run.cli", *arguments]
    known = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120", **environment}
    return subprocess.run(
        command, cwd=office.path.parent, capture_output=True, encoding="utf-8", check=False, timeout=60, env=known
    )


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An invented office whose files lie in the folder that commands look into."""
    (tmp_path / "protocols").mkdir()
    return build(tmp_path / "protocols")


def change(table: Path, before: str, after: str) -> None:
    """Change one text of a CSV table."""
    text = table.read_text(encoding="utf-8-sig")
    assert text.count(before) == 1
    table.write_text(text.replace(before, after), encoding="utf-8")


def test_table_goes_out_as_csv_xlsx_and_json(office: Office) -> None:
    """The three kinds hold the same rows; without a name, CSV with its mark goes to standard output."""
    out = office.path.parent
    assert spean(office, "limits", "export", "--out", "t.csv").stdout == "4 limits written to t.csv.\n"
    assert spean(office, "limits", "export", "--format", "xlsx", "--out", "t.xlsx").returncode == 0
    document = json.loads(spean(office, "limits", "export", "--format", "json").stdout)
    with (out / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.DictReader(file)) == document["limits"]
    sheet = load_workbook(out / "t.xlsx")["limits"]
    names, *rows = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert [dict(zip(names, row, strict=True)) for row in rows] == document["limits"]
    printed = spean(office, "limits", "export", PYTHONIOENCODING="ascii").stdout
    assert printed.startswith("\ufefffile,id,limit")
    assert printed.splitlines() == (out / "t.csv").read_bytes().decode().splitlines()


def test_a_change_is_shown_and_with_write_made(office: Office) -> None:
    """Without --write nothing is written and that is said; with it the one line changes, and check agrees."""
    table = office.path.parent / "t.csv"
    spean(office, "limits", "export", "--out", "t.csv")
    change(table, "72 hours,3 hours", "48 hours,3 hours")
    shown = spean(office, "limits", "import", "t.csv")
    assert shown.returncode == 0
    assert "shared/limits.yaml\n  care_window, limit: 72 hours -> 48 hours\n" in shown.stdout
    assert shown.stdout.endswith("1 change. Nothing is written yet; add --write.\n")
    assert office.text() == STYLES
    made = spean(office, "limits", "import", "t.csv", "--write")
    assert made.stdout.endswith("1 change written to shared/limits.yaml.\n")
    assert office.text() == STYLES.replace("{limit: 72 hours", "{limit: 48 hours")
    again = spean(office, "limits", "import", "t.csv", "--write")
    assert again.stdout == "The table says what the files say; there is nothing to change.\n"


def test_a_workbook_comes_back_from_a_spreadsheet(office: Office) -> None:
    """An XLSX table whose cell is changed by a program that knows spreadsheets changes that number."""
    table = office.path.parent / "t.xlsx"
    spean(office, "limits", "export", "--out", "t.xlsx")
    book = load_workbook(table)
    book["limits"]["C3"] = "3 weeks"
    book.save(table)
    done = spean(office, "limits", "import", "t.xlsx", "--write")
    assert "first_visit, limit: 14 days -> 3 weeks" in done.stdout
    assert office.text() == STYLES.replace("limit: 14 days     #", "limit: 3 weeks     #")


def test_a_change_that_breaks_a_protocol_is_shown_with_its_place(office: Office) -> None:
    """What the compiler says of the changed files is shown as check would show it, and nothing is written."""
    table = office.path.parent / "t.csv"
    spean(office, "limits", "export", "--out", "t.csv")
    change(table, "14 days,,,default", "14 days,,,clinical")
    done = spean(office, "limits", "import", "t.csv", "--write")
    assert done.returncode == 1
    assert "With these changes the files would have:\nprotocols/full.yaml:" in done.stdout
    assert "error SP518" in done.stdout
    assert office.text() == STYLES


def test_mistakes_exit_1_with_row_and_column(office: Office) -> None:
    """Every mistake is one line with row, limit and column, and one with what to do; nothing is written."""
    table = office.path.parent / "t.csv"
    spean(office, "limits", "export", "--out", "t.csv")
    change(table, "72 hours,3 hours", "72,3 hours")
    change(table, "first_visit", "first_vist")
    done = spean(office, "limits", "import", "t.csv", "--write")
    assert done.returncode == 1
    assert "t.csv, row 2 (care_window), column limit: error: " in done.stdout
    assert "  Did you mean `72 hours`?\n" in done.stdout
    assert "t.csv, row 3 (first_vist), column id: error: There is no limit `first_vist`" in done.stdout
    assert "  Did you mean `first_visit`?\n" in done.stdout
    assert done.stdout.endswith("2 errors; nothing is written.\n")
    assert office.text() == STYLES


def test_the_json_document_has_the_promised_keys(office: Office) -> None:
    """Programs get one document, with what changes and what is wrong, and the same exit code."""
    table = office.path.parent / "t.csv"
    spean(office, "limits", "export", "--out", "t.csv")
    change(table, "72 hours,3 hours", "48 hours,3 hours")
    document = json.loads(spean(office, "limits", "import", "t.csv", "--write", "--format", "json").stdout)
    (changed,) = document["changes"]
    assert changed == {
        "row": 2,
        "file": "shared/limits.yaml",
        "id": "care_window",
        "column": "limit",
        "before": "72 hours",
        "after": "48 hours",
    }
    assert (document["errors"], document["written"]) == (0, ["shared/limits.yaml"])
    assert document["newly_meant"] == ["full 2026.1"]
    change(table, "48 hours", "soon")
    done = spean(office, "limits", "import", "t.csv", "--format", "json")
    wrong = json.loads(done.stdout)
    assert done.returncode == 1
    # The row was exported before the number changed in the files: that is the first thing to put right.
    assert [(one["severity"], one["row"], one["id"]) for one in wrong["remarks"]] == [("error", 2, "care_window")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "--format", "xlsx"], "XLSX needs the name of a file"),
        (["export", "--out", "t.ods"], "ends in .csv or .xlsx"),
        (["export", "--out", "t.csv", "--format", "xlsx"], "named .csv cannot hold xlsx"),
        (["export", "--out", "t.json", "--format", "json"], "goes to standard output"),
        (["export", "--format", "pdf"], "pdf"),
        (["import"], "FILE"),
    ],
)
def test_mistyped_command_exits_2(office: Office, arguments: list[str], said: str) -> None:
    """What was typed wrong is a usage error; no file is made."""
    done = spean(office, "limits", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert [path.name for path in office.path.parent.iterdir()] == ["protocols"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "--protocols", "nowhere"], "nowhere: there is no protocol in this folder"),
        (["export", "--out", "there.csv"], "there.csv: there is such a file already"),
        (["export", "--out", "no/such/folder.csv"], "cannot be written here (no such file or directory)"),
        (["export", "--out", "n\x01" + "x" * 300 + ".csv"], "cannot be written here"),
        (["import", "nothing.csv"], "nothing.csv: the file cannot be opened"),
        (["import", "protocols"], "protocols: the file cannot be opened (it is a folder)"),
        (["import", "/dev/zero"], "it is no plain file"),
        (["import", "there.csv"], "there.csv: The table has no column `id`"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(office: Office, arguments: list[str], said: str) -> None:
    """Exit 1, one line on standard error, no traceback, nothing overwritten; with --format json one document."""
    there = office.path.parent / "there.csv"
    there.write_text("mine", encoding="utf-8")
    for as_ in ([], ["--format", "json"] if arguments[0] == "import" else []):
        done = spean(office, "limits", *arguments, *as_)
        assert done.returncode == 1
        assert said in done.stderr
        assert done.stderr.count("\n") == 1
        assert said in json.loads(done.stdout)["error"] if as_ else done.stdout == ""
    assert there.read_text(encoding="utf-8") == "mine"


def test_signs_of_a_terminal_in_a_table_are_shown_not_obeyed(office: Office) -> None:
    """An escape sequence in a cell reaches no terminal."""
    cells = '"id","limit"\n"care_window","\x1b[31m72 hours\x07"\n"\x1b]0;owned\x07","1 day"\n'
    (office.path.parent / "t.csv").write_text(cells, encoding="utf-8")
    done = spean(office, "limits", "import", "t.csv")
    assert done.returncode == 1
    assert not set("\x1b\x07") & set(done.stdout + done.stderr)
