"""`spean replay --facts COLUMN=FIELD`: columns of a log become facts of its cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.run.cli import run

PROTOCOL = """\
spean: 1
protocol: loans
version: 1
about: operation
roles: {clerk: {ministry: one}, auditor: {outside_state: yes}}
fields:
  amount: {type: number}
  kind: {type: choice, codes: [small, large]}
  decided_on: {type: date}
defaults: {done_by: clerk}
opening: {event: asked}
tracks:
  loan:
    first_step: asked
    steps:
      asked:
        no_limit: "none is agreed"
        actions:
          granted: {event: granted, goes_to: paid, only_if: amount is at most 1000}
          noted: {event: noted, stays: here}
          waits: {goes_to: waiting}
      waiting:
        no_limit: "none is agreed"
        actions:
          returned: {event: returned, goes_to: asked}
      paid: {final: paid}
"""
HEAD = "case_id,activity,timestamp,sum,size\n"


@pytest.fixture
def protocol(tmp_path: Path) -> Path:
    """Return the file of a protocol whose one action asks for an amount."""
    path = tmp_path / "loans.yaml"
    path.write_text(PROTOCOL, encoding="utf-8")
    return path


def replayed(protocol: Path, rows: str, *facts: str) -> int:
    """Replay rows with columns recorded as fields; return the exit code."""
    log = protocol.with_name("log.csv")
    log.write_text(HEAD + rows, encoding="utf-8")
    asked = [word for one in facts for word in ("--facts", one)]
    return run(["replay", str(log), "--protocol", str(protocol), *asked, "--format", "json"])


def counts(capsys: pytest.CaptureFixture[str]) -> tuple[int, int]:
    """Return how many cases were accepted whole, and how many rows were refused."""
    document = json.loads(capsys.readouterr().out)
    return document["accepted_cases"], document["refusals"]


@pytest.mark.parametrize(
    ("opened", "granted", "expected"),
    [
        ("900,", ",", (1, 0)),
        ("", "900,small", (1, 0)),
        ("900,", "1001,", (0, 1)),
        ("1001,", ",", (0, 1)),
        (",", ",", (0, 1)),
        ("unknown,", ",", (0, 1)),
        ("1001,", "900,", (1, 0)),
    ],
)
def test_a_column_answers_the_question_of_an_action(
    protocol: Path, capsys: pytest.CaptureFixture[str], opened: str, granted: str, expected: tuple[int, int]
) -> None:
    """The newest amount decides; an empty cell is no fact, and without a known one the action is refused."""
    rows = f"A,asked,2026-01-01,{opened or ','}\nA,granted,2026-01-02,{granted}\n"
    assert replayed(protocol, rows, "sum=amount", "size=kind") == 0
    assert counts(capsys) == expected


def test_a_column_nobody_named_is_not_recorded(protocol: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only what `--facts` names becomes a fact."""
    assert replayed(protocol, "A,asked,2026-01-01,900,\nA,granted,2026-01-02,,\n", "size=kind") == 0
    assert counts(capsys) == (0, 1)


def test_facts_of_a_row_without_a_move_are_recorded(protocol: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was seen counts although the move of its row was refused: the world is not refused, only moves are (7)."""
    rows = "A,asked,2026-01-01,,\nA,returned,2026-01-03,900,\nA,granted,2026-01-04,,\n"
    assert replayed(protocol, rows, "sum=amount") == 0
    assert counts(capsys) == (0, 1)


@pytest.mark.parametrize(
    ("cells", "facts", "field"),
    [
        ("many,", ("sum=amount",), "amount"),
        (",huge", ("size=kind",), "kind"),
        ("x,", ("sum=decided_on",), "decided_on"),
    ],
)
def test_what_is_no_answer_is_told_with_its_line(
    protocol: Path, capsys: pytest.CaptureFixture[str], cells: str, facts: tuple[str, ...], field: str
) -> None:
    """A cell that does not answer its field is bad input: one sentence with line and field, and never the cell."""
    assert replayed(protocol, f"A,asked,2026-01-01,,\nA,noted,2026-01-02,{cells}\n", *facts) == 1
    told = json.loads(capsys.readouterr().out)["error"]
    assert "Line 3" in told
    assert field in told
    assert cells.strip(",") not in told.replace(field, "").split()


def test_a_column_that_is_missing_is_told(protocol: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A column that the log does not have is bad input, named with the line of the columns."""
    assert replayed(protocol, "A,asked,2026-01-01,,\n", "total=amount") == 1
    told = json.loads(capsys.readouterr().out)["error"]
    assert "line 1: the column total is missing" in told


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (("sum",), "equals sign"),
        (("=amount",), "equals sign"),
        (("sum=",), "equals sign"),
        (("sum=amout",), "Did you mean amount?"),
        (("sum=xyz",), "no field xyz."),
        (("sum=amount", "sum=kind"), "twice"),
        (("sum=amount", "size=amount"), "twice"),
    ],
)
def test_a_mistyped_pair_is_a_usage_error(
    protocol: Path, capsys: pytest.CaptureFixture[str], facts: tuple[str, ...], told: str
) -> None:
    """A pair that cannot be meant exits 2 and says why; a program that asked for JSON reads an error."""
    assert replayed(protocol, "A,asked,2026-01-01,,\n", *facts) == 2
    printed = capsys.readouterr()
    assert told in " ".join(printed.err.replace("│", " ").split())
    assert set(json.loads(printed.out)) == {"error"}
