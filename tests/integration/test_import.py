"""``spean import`` as whoever keeps an office types it: rows taken once, rows put aside, and who may ask."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from engine.run.cli import run
from tests.support.office import make_office

ADMIN = "meas_kolap"
TABLE = """\
id,protocol,step,since,agency,manager,report_channel,safe_contact_channel
old-1,rescue,reported,2026-02-20,social_north,sok_phalla,hotline,planted words
old-2,rescue,nowhere,2026-02-20,social_north,sok_phalla,,
old-3,rescue,reported,2026-13-01,social_north,sok_phalla,,
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Return the folder of an office with the people of the examples, and a table of cases beside it."""
    made = make_office(tmp_path / "office")
    made.close()
    (tmp_path / "cases.csv").write_text(TABLE, encoding="utf-8")
    return made.settings.folder


def typed(office: Path, *words: str, by: str = ADMIN) -> int:
    """Type the command for the table beside the office; return its exit code."""
    table = str(office.parent / "cases.csv")
    return run(["import", table, "--quiet-until", "2126-03-09", "--office", str(office), "--as", by, *words])


def test_rows_are_taken_once(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An administrator imports what can be taken; the rest is put aside with reasons; again, nothing is doubled."""
    rejects, codes = office.parent / "rejects.csv", office.parent / "codes.csv"
    assert typed(office, "--rejects", str(rejects), "--codes", str(codes)) == 1
    said = capsys.readouterr().out
    assert "In the office: 1 case. Put aside: 2 rows." in said
    assert "planted" not in said
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        assert [(row["line"], row["id"]) for row in csv.DictReader(file)] == [("3", "old-2"), ("4", "old-3")]
    first = codes.read_text(encoding="utf-8")
    assert typed(office, "--codes", str(codes)) == 1
    assert codes.read_text(encoding="utf-8") == first
    capsys.readouterr()
    assert run(["case", "list", "--office", str(office), "--as", "sok_phalla", "--all"]) == 0
    assert capsys.readouterr().out.count("rescue.response: reported") == 1


@pytest.mark.parametrize("by", ["ouk_malis", "kong_vibol"])
def test_only_an_administrator_imports(by: str, office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever is no administrator, or is one no more, brings in no case."""
    assert typed(office, by=by) == 1
    assert "Cases are imported by an administrator" in capsys.readouterr().err


def test_a_former_administrator_imports_nothing(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A role that was taken away gives no right."""
    taken = ["role", "remove", "administrator", ADMIN, "--office", str(office), "--as", "long_sambath"]
    assert run(taken) == 0
    assert typed(office) == 1
    assert "Cases are imported by an administrator" in capsys.readouterr().err


def test_rejects_are_mended_and_imported_again(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file of rejects is a table itself: once a row is right it is taken, and nothing that was taken before."""
    rejects, table = office.parent / "rejects.csv", office.parent / "cases.csv"
    typed(office, "--rejects", str(rejects))
    mended = (
        rejects.read_text(encoding="utf-8-sig").replace("nowhere", "reported").replace("2026-13-01", "2026-03-01")
    )
    table.write_text(mended, encoding="utf-8")
    capsys.readouterr()
    assert typed(office) == 0
    assert "In the office: 2 cases." in capsys.readouterr().out


def test_a_column_added_later_changes_no_row(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row that was taken is known again with another empty column beside it."""
    table = office.parent / "cases.csv"
    typed(office)
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([f"{head},risk_level", *(f"{row}," for row in rows)]), encoding="utf-8")
    capsys.readouterr()
    typed(office)
    assert "In the office: 1 case. Put aside: 2 rows." in capsys.readouterr().out


@pytest.mark.parametrize(
    "options",
    [
        ("--rejects", "nowhere/rejects.csv"),
        ("--codes", "nowhere/codes.csv"),
        ("--codes", "office"),
        ("--rejects", "cases.csv"),
        ("--codes", "cases.csv"),
        ("--rejects", "both.csv", "--codes", "both.csv"),
    ],
)
def test_a_file_without_a_place_is_told_before_anything_is_imported(
    office: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    """Codes and rejects have a place of their own, never over the table; else no case is taken."""
    placed = [one if one.startswith("--") else str(office.parent / one) for one in options]
    assert typed(office, *placed) == 1
    assert "othing was imported" in capsys.readouterr().err
    assert (office.parent / "cases.csv").read_text(encoding="utf-8") == TABLE
    assert run(["case", "list", "--office", str(office), "--as", "sok_phalla"]) == 0
    assert "No case waits" in capsys.readouterr().out
