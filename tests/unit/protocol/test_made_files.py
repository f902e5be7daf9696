"""Files that are made from the tables of the compiler, and problems as data."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from engine.protocol.codes.registry import problem
from engine.protocol.problems import Place
from engine.protocol.schema.jsonschema import FILES

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("module", "argument", "file"),
    [
        *(("schema/jsonschema.py", kind, f"protocols/{kind}.schema.json") for kind in FILES),
        ("codes/problem_page.py", "", "docs/problems.md"),
    ],
)
def test_program_prints_the_file_that_is_there(
    module: str, argument: str, file: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `make docs` and `make schema` run writes the committed file, byte for byte."""
    monkeypatch.setattr("sys.argv", [module, argument])
    runpy.run_path(str(ROOT / "engine" / "protocol" / module), run_name="__main__")
    assert capsys.readouterr().out == (ROOT / file).read_text(encoding="utf-8")


def test_problem_as_data_has_exactly_the_promised_keys() -> None:
    """`spean check --format json` gives code, severity, file, line, column, path, message and hint."""
    found = problem("SP601", Place("p.yaml", 3, 7), "Nothing leads here.", "Delete it.", "tracks.main")
    assert found.as_json() == {
        "code": "SP601",
        "severity": "warning",
        "file": "p.yaml",
        "line": 3,
        "column": 7,
        "path": "tracks.main",
        "message": "Nothing leads here.",
        "hint": "Delete it.",
    }
