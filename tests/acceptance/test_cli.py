"""The command line as a user meets it: real processes, their output and their exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
STRICT = "examples/fines_strict.yaml"
HEAD = "case_id,seq,activity,timestamp\n"
GOOD = "A1,0,Create Fine,2007-03-20T00:00:00+01:00\n"


def spean(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in the project's folder."""
    command = [sys.executable, "-m", "engine.run.cli", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_check_finds_nothing_wrong_in_what_is_shipped() -> None:
    """The shipped protocols have no error; the JSON document has exactly the promised keys."""
    done = spean("check", "protocols", "examples", "--format", "json")
    assert done.returncode == 0, done.stdout
    document = json.loads(done.stdout)
    assert set(document) == {"problems", "protocols"}
    assert {one["severity"] for one in document["problems"]} <= {"warning"}
    keys = {"protocol", "version", "tracks", "steps", "actions", "deadlines"}
    assert all(set(one) == keys for one in document["protocols"])
    assert {"rescue", "repatriation", "reintegration"} <= {one["protocol"] for one in document["protocols"]}


def test_a_mistake_is_told_with_its_place_its_line_and_a_hint(tmp_path: Path) -> None:
    """A wrong target exits 1 and shows file, line, column, the line with a caret, and what was meant."""
    text = (ROOT / STRICT).read_text(encoding="utf-8").replace("goes_to: SF}", "goes_to: SFF}", 1)
    file = tmp_path / "fines.yaml"
    file.write_text(text.replace("shared/", "shared/"), encoding="utf-8")
    for name in ("shared/fines_office.yaml", "calendars/italy.yaml"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes((ROOT / "examples" / name).read_bytes())
    done = spean("check", file)
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "SFF}" in row)
    assert done.returncode == 1
    assert f"{file}:{line}:" in done.stdout
    assert "^" in done.stdout
    assert "`SF`" in done.stdout
    found = json.loads(spean("check", file, "--format", "json").stdout)["problems"]
    assert found[0].keys() == {"code", "severity", "file", "line", "column", "path", "message", "hint"}
    assert (found[0]["line"], found[0]["severity"]) == (line, "error")


@pytest.mark.parametrize("path", ["no_such_file.yaml", "no_such\nfile", "docs", "/dev/null"])
def test_a_path_without_a_protocol_is_a_problem_with_one_sentence(path: str) -> None:
    """A missing file, a folder without protocols, something that is no file: exit 1 and a problem object."""
    done = spean("check", path, "--format", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["problems"]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (b"", "the log is empty"),
        (HEAD.encode(), "holds no events"),
        (b"case,activity,timestamp\n", "line 1: the column case_id is missing"),
        (b"case_id;activity;timestamp\n", "semicolons"),
        ((HEAD + GOOD + "A1,1,Send Fine").encode(), "line 3: the row has 3 columns"),
        ((HEAD + "A1,0,Create Fine,2007-02-30\n").encode(), "line 2, column timestamp: this date or time does not"),
        ((HEAD + "A1,0,Create Fine,yesterday\n").encode(), "line 2, column timestamp: this is no date"),
        ((HEAD + "A1,0,Create Fine,1899-12-31\n").encode(), "line 2, column timestamp: the year must lie in 1900"),
        ((HEAD + "A1,0,Create Fine,9999-12-31T23:59:59-12:00\n").encode(), "column timestamp"),
        ((HEAD + "A1,first,Create Fine,2007-02-03\n").encode(), "line 2, column seq: write a whole number"),
        ((HEAD + ",0,Create Fine,2007-02-03\n").encode(), "line 2, column case_id: nothing stands here"),
        ((HEAD + GOOD).encode() + b"A\0,0,x,2007-02-03\n", "line 3: an invisible NUL"),
        ((HEAD + GOOD).encode() + b"A\xff,0,x,2007-02-03\n", "line 3: byte 2 is not UTF-8"),
        ((HEAD + 'A1,0,"Create Fine,2007-02-03\n').encode(), "is a quote missing?"),
        ((HEAD + '"A\n1",0,Create Fine,2007-02-03\n').encode(), "line 3, column case_id: a line break"),
    ],
)  # fmt: skip
def test_a_bad_log_is_answered_with_one_sentence_and_the_place(log: bytes, said: str, tmp_path: Path) -> None:
    """Whatever is wrong with a log: exit 1, one line that names line and column, no traceback."""
    file = tmp_path / "log.csv"
    file.write_bytes(log)
    done = spean("replay", file, "--protocol", STRICT)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_errors_never_repeat_what_stands_in_the_log(tmp_path: Path) -> None:
    """A cell that cannot be read may be about a person: its text is not in the message."""
    file = tmp_path / "log.csv"
    file.write_text(HEAD + "A1,0,Create Fine,Sreymom\n", encoding="utf-8")
    done = spean("replay", file, "--protocol", STRICT, "--format", "json")
    assert done.returncode == 1
    assert "Sreymom" not in done.stdout + done.stderr
    assert set(json.loads(done.stdout)) == {"error"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["replay", "log.csv"],
        ["replay", "log.csv", "--protocol", STRICT, "--until", "2013-02-30"],
        ["replay", "log.csv", "--protocol", STRICT, "--stalled-on", "soon"],
        ["replay", "log.csv", "--protocol", STRICT, "--stalled-days", "1,two"],
        ["replay", "log.csv", "--protocol", STRICT, "--facts", "amount"],
        ["replay", "log.csv", "--protocol", STRICT, "--facts", "amount=no_such_field"],
        ["replay", STRICT, "--protocol", STRICT, "--firings", STRICT],
        ["explain", "SP10"],
        ["check", "--format", "xml"],
        ["no-such-command"],
    ],
)
def test_a_mistyped_command_exits_2(arguments: list[str]) -> None:
    """What was typed wrong is a usage error, not bad input."""
    done = spean(*arguments)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""


def test_a_missing_log_or_protocol_is_one_sentence(tmp_path: Path) -> None:
    """Files that are not there exit 1 with their names."""
    for arguments in (("no.csv", "--protocol", STRICT), (tmp_path, "--protocol", STRICT), ("x", "--protocol", "y")):
        done = spean("replay", *arguments)
        assert done.returncode == 1
        assert "cannot be opened" in done.stderr


def test_explain_shows_the_code_with_both_examples() -> None:
    """A code is explained in text and in JSON, also in small letters."""
    done = spean("explain", "sp101")
    assert done.returncode == 0
    assert "Wrong:" in done.stdout
    assert "Right:" in done.stdout
    assert json.loads(spean("explain", "SP101", "--format", "json").stdout)["code"] == "SP101"


def test_graph_draws_every_step_and_escapes_titles() -> None:
    """The Mermaid text names every step of a protocol, once per lane, in either language."""
    done = spean("graph", "protocols/rescue.yaml", "--lang", "km")
    assert done.returncode == 0
    assert "flowchart TD" in done.stdout
    assert "subgraph lane_medical" in done.stdout
    assert "step_response__reported" in done.stdout


def test_graph_is_written_in_dot_too() -> None:
    """DOT is one notation of three; in JSON the drawing stands under the name of its notation."""
    done = spean("graph", "protocols/rescue.yaml", "--notation", "dot")
    assert done.returncode == 0
    assert done.stdout.startswith("digraph protocol {")
    document = json.loads(spean("graph", "protocols/rescue.yaml", "--notation", "dot", "--format", "json").stdout)
    assert document == {"protocol": "rescue", "version": "2026.1", "dot": done.stdout}
    assert set(json.loads(spean("graph", STRICT, "--format", "json").stdout)) == {"protocol", "version", "mermaid"}
    assert spean("graph", STRICT, "--notation", "png").returncode == 2


def test_graph_is_a_picture(tmp_path: Path) -> None:
    """SVG is the picture itself, of all lanes or of one; into a file, if it is to be one."""
    whole = spean("graph", "protocols/rescue.yaml", "--notation", "svg", "--lang", "km")
    assert whole.returncode == 0
    assert "</svg>" in whole.stdout
    file = tmp_path / "medical.svg"
    done = spean("graph", "protocols/rescue.yaml", "--notation", "svg", "--track", "medical", "--output", str(file))
    assert (done.returncode, done.stdout) == (0, f"{file} written.\n")
    assert 0 < len(file.read_text(encoding="utf-8")) < len(whole.stdout)
    wrong = spean("graph", "protocols/rescue.yaml", "--notation", "svg", "--track", "medcial")
    assert wrong.returncode == 1
    assert "medical" in wrong.stderr
    assert spean("graph", STRICT, "--track", "medical").returncode == 2
    assert spean("graph", STRICT, "--notation", "svg", "--output", str(tmp_path)).returncode == 1


def test_handbook_is_written_in_three_forms(tmp_path: Path) -> None:
    """HTML goes to standard output too; the form is that of the file's name, and both must not differ."""
    page = spean("handbook", STRICT)
    assert page.returncode == 0
    assert page.stdout.startswith("<!doctype html>")
    begins = {"html": b"<!doctype html>", "pdf": b"%PDF", "docx": b"PK"}
    for form, begin in begins.items():
        file = tmp_path / f"book.{form}"
        done = spean("handbook", STRICT, "--lang", "km", "--output", str(file))
        assert (done.returncode, done.stdout) == (0, f"{file} written.\n")
        assert file.read_bytes().startswith(begin)
    assert spean("handbook", STRICT, "--form", "pdf", "--output", str(tmp_path / "book.docx")).returncode == 2
    assert spean("handbook", "nowhere.yaml").returncode == 1


def test_a_reader_that_goes_away_is_no_error() -> None:
    """`spean graph ... | head -1` ends quietly."""
    command = f"'{sys.executable}' -m engine.run.cli graph protocols/rescue.yaml | head -1"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "---\n"
    assert done.stderr == ""


@pytest.mark.slow
def test_the_demo_shows_what_it_promises(tmp_path: Path) -> None:
    """Mails of each kind are there, what stalled was told to somebody, a limit says that it is proposed (30)."""
    done = spean("demo", "--keep", tmp_path / "office", "--format", "json")
    assert done.returncode == 0, done.stderr
    story = json.loads(done.stdout)
    assert {"reminder", "escalation", "digest"} <= set(story["mails"]["kinds"])
    assert set(story["mails"]["escalations"]) == {"en", "km"}
    assert len(list((tmp_path / "office" / "mail").glob("*.eml"))) == story["mails"]["count"]
    assert len({one["case"] for one in story["stalled"]["stalled"]}) >= 2
    assert all(one["told"] for one in story["stalled"]["stalled"] if one["limits_passed"])
    assert ", proposed; " in story["limit"]["limits"][0]["basis"]
    assert story["verify"]["is_clean"]


def test_a_protocol_that_is_started_is_found_beside_a_file_of_absolute_name() -> None:
    """`spean check` of a folder says the same whether its name is relative or absolute."""
    assert "SP616" not in spean("check", ROOT / "protocols").stdout


def test_what_a_calendar_lacks_is_said_once_for_all_who_count_by_it() -> None:
    """At the first protocol, with how many more; a file that is checked alone is told by itself."""
    found = json.loads(spean("check", "protocols", "--format", "json").stdout)["problems"]
    assert [one["code"] for one in found] == ["SP610"]
    assert found[0]["message"].endswith("The same holds for 9 more of these files.")
    (alone,) = json.loads(spean("check", "protocols/rescue.yaml", "--format", "json").stdout)["problems"]
    assert alone["file"] == "protocols/rescue.yaml"
    assert "more of these" not in alone["message"]
