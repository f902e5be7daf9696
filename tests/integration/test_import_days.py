"""Imports on bad days: cut off, tried dry, quiet until their day, from tables that are none, with very bad rows."""

from __future__ import annotations

import csv
import multiprocessing
import os
import shutil
import signal
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.core.case.effects import Topic
from engine.run.cases.casework import Casework
from engine.run.cli import run
from engine.run.keeping.importing import Imported, Importing, Plan, read_table
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import Office, open_office
from engine.run.ticks.bootstrap import worker_of
from engine.store import points
from engine.store.sql.verify import verify
from tests.builders.mails import parsed
from tests.support.office import FOUNDED, make_office, small_protocols
from tests.support.typed import Typed, files, names, refused

ADMIN = "meas_kolap"
#: The import is on a Thursday; the limits of the old cases passed long ago; nothing goes out before Monday.
IMPORTED = FOUNDED + timedelta(days=3)
QUIET = FOUNDED + timedelta(days=7)
ROWS = 8
TABLE = "\n".join(
    ["id,step,since,manager,who", *(f"old-{n},asked,2026-01-0{n},sok_phalla,Person {n}" for n in range(1, ROWS + 1))]
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an office with the people of the examples, and no case."""
    room = tmp_path_factory.mktemp("template")
    office = make_office(room / "office", small_protocols(room / "protocols"))
    office.close()
    return office.settings.folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    """Return a copy of the office, with a table of old cases beside it."""
    (tmp_path / "cases.csv").write_text(TABLE, encoding="utf-8")
    return shutil.copytree(template, tmp_path / "office")


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    """Return what types a command. No answer ever holds a traceback or calls bad input a mistake in Spean."""

    def type_(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert "mistake in Spean" not in said.err
        return code, said.out, said.err

    return type_


def at(folder: Path, now: datetime) -> Office:
    """Open the office at a time."""
    return open_office(str(folder), time=FixedTime(now))


def bring_in(folder: Path, *, dry: bool = False, seen: list[tuple[int, int]] | None = None) -> Imported:
    """Import the table beside the office."""
    with closing(at(folder, IMPORTED)) as office:
        work = Casework(office.cases, office.people, office.registry, office.access, office.time, simulation=True)
        columns, rows = read_table(folder.parent / "cases.csv")
        importing = Importing(office, Plan(ADMIN, QUIET, "visit", "social_north", dry=dry), work.protocol)
        shown = seen if seen is not None else []
        return importing.run(columns, rows, lambda done, total: shown.append((done, total)))


def imported(folder: Path) -> list[str]:
    """Return the private answers by which the imported cases are told apart."""
    with closing(at(folder, IMPORTED)) as office:
        assert verify(office.database, office.vault, library=office.registry.library()).is_clean
        return sorted(str(office.cases.case(code).facts["who"].value) for code in office.cases.cases())


# ---- cut off and tried ---------------------------------------------------------------------------------------------


def die_after(folder: Path, rows: int) -> None:
    """Import, and die (kill -9) when so many rows were taken."""
    left = rows

    def die(passed: str) -> None:
        nonlocal left
        left -= passed == "import: row taken"
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    points.hook(die)
    bring_in(folder)


def test_an_import_that_was_killed_is_done_by_running_it_again(folder: Path) -> None:
    """What was taken stays and is not doubled, what is missing comes, every row gets the code it would have got."""
    expected = bring_in(folder, dry=True).codes
    for rows in (3, 2):
        process = multiprocessing.get_context("fork").Process(target=die_after, args=(folder, rows))
        process.start()
        process.join(30)
        assert process.exitcode == -signal.SIGKILL
    assert len(imported(folder)) == 3
    found = bring_in(folder)
    assert found.rejected == []
    assert found.codes == expected
    assert len(set(found.codes.values())) == ROWS
    assert imported(folder) == [f"Person {number}" for number in range(1, ROWS + 1)]
    assert bring_in(folder).codes == found.codes
    assert len(imported(folder)) == ROWS


def test_a_dry_run_says_the_same_and_writes_nothing(folder: Path) -> None:
    """The same codes and the same rejected rows as the real one; the database stays as it is, byte for byte."""
    with (folder.parent / "cases.csv").open("a", encoding="utf-8") as file:
        file.write("\nold-9,nowhere,2026-01-09,sok_phalla,Person 9\n")
    before = files(folder)
    dry = bring_in(folder, dry=True)
    assert files(folder) == before
    real = bring_in(folder)
    assert dry.codes == real.codes
    assert [(one.row.line, one.why) for one in dry.rejected] == [(one.row.line, one.why) for one in real.rejected]
    assert len(real.rejected) == 1


def test_progress_counts_every_row(folder: Path) -> None:
    """One step a row, taken or put aside, of as many as there are."""
    seen: list[tuple[int, int]] = []
    bring_in(folder, seen=seen)
    assert seen == [(done, ROWS) for done in range(1, ROWS + 1)]


# ---- quiet ---------------------------------------------------------------------------------------------------------


def test_nothing_goes_out_before_the_day_and_then_one_summary(folder: Path) -> None:
    """Silent until the day, tick after tick; then each person gets one mail at once, whatever it sums up."""
    bring_in(folder)
    for hours in range(0, 96, 8):
        now = IMPORTED + timedelta(hours=hours)
        with closing(at(folder, now)) as office, closing(worker_of(office, checkpoints=False)) as worker:
            assert worker.tick(now).errors == []
            assert list(office.outbox.messages(status=None)) == []
    assert not list((folder / "mail").glob("*.eml"))
    now = QUIET + timedelta(minutes=1)
    with closing(at(folder, now)) as office, closing(worker_of(office, checkpoints=False)) as worker:
        assert worker.tick(now).errors == []
        rows = office.outbox.messages(1000, status=None)
        assert {row.message.topic for row in rows} == {Topic.SUMMARY}
        told = [(row.case, row.message.subject, row.message.to) for row in rows]
        assert len(told) == len(set(told))
        assert {case for case, _, _ in told} == set(office.cases.cases())
    to = [str(parsed(path.read_bytes())["To"]) for path in (folder / "mail").glob("*.eml")]
    assert 0 < len(to) == len(set(to))


# ---- tables and rows -----------------------------------------------------------------------------------------------

A = ("--protocol", "visit", "--agency", "social_north", "--as", ADMIN)

NO_TABLES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the table is empty"),
    "blank": (b"\n\n \n", "the table is empty"),
    "no columns": (b"hello\n", "the columns id, step, since are missing"),
    "another encoding": ("id,step,since\nx,asked,2026-01-01\n".encode("utf-16"), "is not UTF-8"),
    "a workbook": (b"PK\x03\x04" + bytes(range(256)), "is not UTF-8"),
    "an open quote": (b'id,step,since\n"x,asked,2026-01-01\n', "is a quote missing?"),
    "a huge cell": (b"id,step,since,who\nx,asked,2026-01-01," + b"x" * 200_000, "cannot be read as CSV"),
    "a column twice": (b"id,step,since,id\n", "line 1: the column id is there twice"),
    "a column without a name": (b"id,step,,since\n", "line 1: a column between others has no name"),
    "an unknown column": (b"id,step,since,hwo\nx,asked,2026-01-01,y\n", "the column `hwo` (did you mean who?)"),
}


@pytest.mark.parametrize("kind", NO_TABLES)
def test_a_table_that_is_none_is_told_as_a_whole(kind: str, folder: Path, typed: Typed) -> None:
    """One sentence, exit code 1, and no row was taken."""
    content, words = NO_TABLES[kind]
    table = folder.parent / "cases.csv"
    table.write_bytes(content)
    refused(typed("import", table, "--office", folder, *A), words)
    assert imported(folder) == []


@pytest.mark.parametrize("name", ["nothing.csv", "office"])
def test_a_table_that_cannot_be_read_is_told(name: str, folder: Path, typed: Typed) -> None:
    """A file that is not there, a folder: the sentence names it."""
    refused(typed("import", folder.parent / name, "--office", folder, *A), name, "the table cannot be read")


@pytest.mark.parametrize(
    "text",
    [
        "id;step;since;\r\na;asked;2026-01-01;\r\n",
        "id\tstep\tsince\t\t\n a \tasked\t2026-01-01\t \n",
        "\ufeffid,step,since\nb,asked,2026-01-01,,\n",
    ],
)
def test_tables_as_spreadsheets_write_them_are_read(text: str, folder: Path, typed: Typed) -> None:
    """Semicolons, tabs, a byte order mark, line ends of two signs, empty columns at the end."""
    table = folder.parent / "cases.csv"
    table.write_text(text, encoding="utf-8", newline="")
    code, out, _ = typed("import", table, "--office", folder, *A)
    assert code == 0
    assert "In the office: 1 case." in out


BAD_ROWS = {
    "asked,2026-01-01": "needs one",
    "b,,2026-01-01": "has no such step",
    "c,asked,": "is no date",
    "d,asked,2026-02-30": "is no date",
    "e,asked,0001-01-01": "1900 to 2200",
    "f,asked,9999-12-31T23:59": "1900 to 2200",
    "g,asked,2199-01-01": "in the future",
    "h,asked,2026-01-01,nobody": "a manager who is not in the directory",
    "i,asked,2026-01-01,sok_phalla," + "x" * 20_000: "write at most",
    "j,asked,2026-01-01,sok_phalla,x,more": "more cells than there are columns",
}


def test_very_bad_rows_are_put_aside_with_their_reasons(folder: Path, typed: Typed) -> None:
    """Each with its line and a reason; its content stands in the file of rejects only; good ones go in."""
    table, rejects = folder.parent / "cases.csv", folder.parent / "rejects.csv"
    lines = [line if line[1] == "," else f",{line}" for line in BAD_ROWS]
    good = "z,asked,2026-01-01,sok_phalla,The good one"
    table.write_text("\n".join(["id,step,since,manager,who", *lines, good, f"{good} again"]) + "\n", encoding="utf-8")
    code, out, _ = typed("import", table, "--office", folder, *A, "--rejects", rejects)
    assert code == 1
    told = out.splitlines()
    for number, (line, words) in enumerate(
        zip(told, [*BAD_ROWS.values(), "A row above has the same id"], strict=False)
    ):
        assert line.startswith(f"line {number + (2 if number < len(BAD_ROWS) else 3)}: ")
        assert words in line
    assert "xxxx" not in out
    assert imported(folder) == ["The good one"]
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == ["", *"bcdefghijz"]
    assert rejects.stat().st_mode & 0o077 == 0


def test_a_row_that_changed_since_is_put_aside(folder: Path) -> None:
    """An id that was imported with another content is no second case, and changes nothing in the first."""
    bring_in(folder)
    table = folder.parent / "cases.csv"
    table.write_text(TABLE.replace("Person 1", "Somebody else"), encoding="utf-8")
    found = bring_in(folder)
    assert [one.why for one in found.rejected] == [
        "A row of this id was imported already, with another content; correct the case itself."
    ]
    assert "Somebody else" not in imported(folder)
    assert len(imported(folder)) == ROWS


# ---- what is written beside ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--rejects", "--codes"])
def test_the_table_is_never_written_over(option: str, folder: Path, typed: Typed) -> None:
    """The only list of old cases may be this table: as itself, or by another name, it is refused as a target."""
    table = folder.parent / "cases.csv"
    link = folder.parent / "link.csv"
    link.symlink_to(table)
    before = table.read_bytes()
    for target in (table, link, folder.parent / "office" / ".." / "cases.csv"):
        refused(typed("import", table, "--office", folder, *A, option, target), "choose another name")
    assert table.read_bytes() == before
    assert imported(folder) == []


@pytest.mark.parametrize("option", ["--rejects", "--codes"])
def test_files_that_cannot_be_written_are_told_before_anything_is_imported(
    option: str, folder: Path, typed: Typed
) -> None:
    """A folder that is not there, or a folder itself: nothing was imported, nothing is lost."""
    table = folder.parent / "cases.csv"
    for target in (folder.parent / "no" / "r.csv", folder):
        refused(typed("import", table, "--office", folder, *A, option, target), str(target), "nothing was imported")
    assert imported(folder) == []
    assert names(folder.parent) == ["cases.csv", "office"]


@pytest.mark.parametrize("until", ["2026-03-09", "nonsense", "0001-01-01"])
def test_a_quiet_time_that_is_over_imports_nothing(until: str, folder: Path, typed: Typed) -> None:
    """With last year's date typed by mistake everything overdue would go out at once."""
    table = folder.parent / "cases.csv"
    answer = typed("import", table, "--office", folder, *A, "--quiet-until", until)
    refused(answer, "over already" if until == "2026-03-09" else "Write a date and time like")
    assert imported(folder) == []
