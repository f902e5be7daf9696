"""The command line against hostile files, full disks and odd terminals: one sentence, never a traceback, no loss."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
VISIT = "examples/tutorial/visit.yaml"
LOG = "examples/tutorial/log.csv"
HEAD = "case_id,activity,timestamp\n"
BEGINS = "visit asked for"
LONG_CELL = '"' + ("x" * 999 + "\n") * 100 + '",'
LONG = """\
spean: 1
protocol: long
version: 1
opening: {event: asked}
roles: {worker: {ministry: health}, chief: {ministry: interior, outside_state: yes, always_reached: yes}}
tracks:
  visit:
    first_step: asked
    steps:
      asked:
        done_by: worker
        deadlines:
          visit:
            limit: 90 years
            kind: practice
            source: ours
            escalation: [{at: the limit, to: worker}, {at: the limit, to: chief}]
        actions: {visited: {goes_to: visited}}
      visited: {final: helped}
"""


def spean(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the project's folder; nobody waits longer than 60 seconds."""
    command = [sys.executable, "-m", "engine.run.cli", *map(str, arguments)]
    known = {**os.environ, **environment}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60, env=known)


def test_a_pipe_without_a_writer_is_no_protocol(tmp_path: Path) -> None:
    """A named pipe among the files is refused at once instead of waiting for ever."""
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    done = spean("check", pipe, "--format", "json")
    assert done.returncode == 1
    assert "no plain file" in json.loads(done.stdout)["problems"][0]["message"]


def test_an_include_leads_nowhere_outside_through_a_link(tmp_path: Path) -> None:
    """A link in the protocol's folder opens no file outside of it."""
    (tmp_path / "secret.yaml").write_text("fields: {a: {label: A, type: text, per: person}}\n", encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (inside / "p.yaml").write_text("spean: 1\nprotocol: p\nversion: 1\ninclude: [link.yaml]\n", encoding="utf-8")
    found = json.loads(spean("check", inside / "p.yaml", "--format", "json").stdout)["problems"]
    assert [(one["line"], one["column"]) for one in found if one["code"] == "SP222"] == [(4, 11)]


def test_terminal_signs_in_a_log_are_shown_not_obeyed(tmp_path: Path) -> None:
    """An escape sequence in the first line of a log reaches no terminal."""
    log = tmp_path / "log.csv"
    log.write_text("case_id,activity,\x1b]0;owned\x07\x1b[31mtime\n", encoding="utf-8")
    done = spean("replay", log, "--protocol", VISIT)
    assert done.returncode == 1
    assert "\x1b" not in done.stderr
    assert "\x07" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [["check", "protocols"], ["check", "protocols", "--format", "json"], ["graph", VISIT], ["explain", "SP301"]],
)
def test_a_full_disk_is_one_sentence(arguments: list[str]) -> None:
    """Where the answer cannot be written, that is said; it is no mistake in Spean."""
    command = [sys.executable, "-m", "engine.run.cli", *arguments]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "no space left" in done.stderr.lower()
    assert "mistake in Spean" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_findings_on_a_full_disk_are_one_sentence() -> None:
    """Where the findings cannot be written at the end, the file is named."""
    done = spean("replay", LOG, "--protocol", VISIT, "--firings", "/dev/full", "--format", "json")
    assert done.returncode == 1
    assert "/dev/full: the findings cannot be written" in json.loads(done.stdout)["error"]


def test_a_run_that_fails_leaves_earlier_findings_alone(tmp_path: Path) -> None:
    """A log that cannot be read does not cost the findings of the run before, and leaves no empty file."""
    kept, new = tmp_path / "kept.txt", tmp_path / "new.txt"
    kept.write_text("precious\n", encoding="utf-8")
    log = tmp_path / "log.csv"
    log.write_text(HEAD + f"A,{BEGINS},yesterday\n", encoding="utf-8")
    done = spean("replay", log, "--protocol", VISIT, "--firings", kept, "--refusals", new)
    assert done.returncode == 1
    assert kept.read_text(encoding="utf-8") == "precious\n"
    assert not new.exists()
    assert spean("replay", LOG, "--protocol", VISIT, "--firings", kept).returncode == 0
    assert "precious" not in kept.read_text(encoding="utf-8")


def test_findings_never_overwrite_each_other_or_a_protocol(tmp_path: Path) -> None:
    """One name for both findings, or the name of a YAML file, is a usage error before anything is written."""
    both = tmp_path / "both.txt"
    assert spean("replay", LOG, "--protocol", VISIT, "--firings", both, "--refusals", both).returncode == 2
    assert not both.exists()
    shared = tmp_path / "limits.yaml"
    shared.write_text("limits: {}\n", encoding="utf-8")
    assert spean("replay", LOG, "--protocol", VISIT, "--firings", shared).returncode == 2
    assert shared.read_text(encoding="utf-8") == "limits: {}\n"


def test_looking_at_a_later_day_fires_nothing_more() -> None:
    """`--until` is the last day that counts, whichever days are looked at."""
    counts = []
    for looked in ([], ["--stalled-on", "2026-12-31"]):
        done = spean("replay", LOG, "--protocol", VISIT, "--until", "2026-03-06", *looked, "--format", "json")
        counts.append(json.loads(done.stdout)["firings"])
    assert counts[0] == counts[1] > 0


def test_a_day_before_the_log_begins_is_answered_in_words() -> None:
    """Nothing but noughts is no answer: it is said that the log begins later."""
    done = spean("replay", LOG, "--protocol", VISIT, "--until", "2000-01-01", "--format", "json")
    assert (done.returncode, json.loads(done.stdout)["cases"]) == (0, 0)
    assert "after 2000-01-01" in done.stderr


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ((HEAD + f'"A,{BEGINS},2026-03-02\n' + f"B,{BEGINS},2026-03-02\n" * 9000).encode(), "line 2: "),
        ((HEAD + LONG_CELL * 20).encode(), "line 2: the row that begins here is longer"),
        (HEAD.replace(",", "\t").encode(), "tabs"),
        (HEAD.encode("utf-16"), "UTF-16"),
        (b"\n\n", "its first line must name the columns"),
        ((HEAD + "A,b\n").encode(), "the row is cut off or misses a comma"),
        ((HEAD + f"A,{BEGINS},2200-12-31\n").encode(), "line 2, column timestamp: the year must lie in 1900 to 2199"),
    ],
    ids=["unclosed", "long row", "tabs", "utf-16", "empty first line", "cut off", "last year"],
)
def test_a_messy_export_is_answered_where_it_begins(log: bytes, said: str, tmp_path: Path) -> None:
    """The place is where the mistake begins, and what to do about it follows."""
    file = tmp_path / "log.csv"
    file.write_bytes(log)
    done = spean("replay", file, "--protocol", VISIT)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_limit_beyond_the_years_is_answered_with_the_line_of_its_case(tmp_path: Path) -> None:
    """A mistyped year whose limit leaves the years Spean knows names the line where the case begins."""
    protocol = tmp_path / "p.yaml"
    protocol.write_text(LONG, encoding="utf-8")
    log = tmp_path / "log.csv"
    log.write_text(HEAD + "A,asked,2026-03-02\nB,asked,2150-03-02\n", encoding="utf-8")
    done = spean("replay", log, "--protocol", protocol)
    assert done.returncode == 1
    assert "Line 3 of the log" in done.stderr


def test_a_file_name_too_long_for_the_system_is_one_sentence() -> None:
    """Whatever is typed as a file name is answered as bad input."""
    for arguments in (["x" * 5000, "--protocol", VISIT], [LOG, "--protocol", "x" * 5000]):
        done = spean("replay", *arguments, "--format", "json")
        assert done.returncode == 1
        assert "cannot be opened" in json.loads(done.stdout)["error"]


def test_a_mistyped_command_still_answers_in_json() -> None:
    """A program that asked for JSON gets one document, also when an option is wrong."""
    done = spean("replay", LOG, "--protocol", VISIT, "--until", "soon", "--format", "json")
    assert done.returncode == 2
    assert set(json.loads(done.stdout)) == {"error"}


def test_json_stays_json_on_a_terminal_without_khmer(tmp_path: Path) -> None:
    """Signs that the output cannot hold are escaped as JSON escapes them."""
    name = f"{tmp_path}/caf\N{LATIN SMALL LETTER E WITH ACUTE}-\N{BRIDGE AT NIGHT}.yaml"
    done = spean("check", name, "--format", "json", PYTHONIOENCODING="iso-8859-1")
    assert json.loads(done.stdout)["problems"][0]["file"] == name


@pytest.mark.parametrize("after", [0.03, 0.1, 0.3, 6.0])
def test_ctrl_c_is_no_traceback(after: float, tmp_path: Path) -> None:
    """Whenever somebody presses Ctrl-C once Python is up: nothing but an end."""
    # A shell that runs the tests in the background makes its children ignore the signal.
    heeds = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    starts = f"{heeds}; from engine.run.cli import main; print('up', flush=True); main()"
    with subprocess.Popen(
        [sys.executable, "-c", starts, "demo", "--keep", str(tmp_path / "office")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(after)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=30)
    assert run.returncode == 130
    assert "Traceback" not in said


def test_a_proposed_number_is_never_drawn_as_law() -> None:
    """A limit that its authority has not adopted carries the word proposed wherever its kind is drawn (30)."""
    drawn = spean("graph", "protocols/rescue.yaml").stdout
    kinds = re.findall(r"\((law|safety|clinical|evidence|guidance)\b(, proposed)?", drawn)
    assert ("law", ", proposed") in kinds
    assert all(proposed for _, proposed in kinds)
