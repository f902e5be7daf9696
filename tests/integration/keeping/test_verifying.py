"""Verify and checkpoints: what differs is named, what is no published line never passes as one."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from engine.run.keeping.backup import DATABASE
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import open_office
from tests.support.office import FOUNDED
from tests.support.typed import CASES, Typed, change, code_of, refused
from tests.support.victim import Day


def test_verify_of_an_untouched_office(folder: Path, typed: Typed) -> None:
    """Exit code 0, in words and as one JSON document; without a published line that is said, too."""
    code, out, errors = typed("verify", "--office", folder)
    assert code == 0
    assert "nothing differs" in out
    assert "No published checkpoint was given" in errors
    assert typed("checkpoint", "--office", folder)[0] == 0
    code, out, errors = typed("verify", "--office", folder, "--format", "json")
    assert (code, errors) == (0, "")
    document = json.loads(out)
    assert document["is_clean"] is True
    assert document["findings"] == []
    assert (document["cases"], document["published_checkpoints"]) == (CASES, 1)


def test_verify_names_each_case_that_differs(folder: Path, typed: Typed) -> None:
    """Exit code 1; every changed case is named, the others are not; with --freeze exactly these are frozen."""
    changed = sorted([code_of(0), code_of(2)])
    change(folder, "UPDATE cases SET agency = 'other' WHERE code = ?", changed[0])
    change(
        folder, "UPDATE journal SET body = replace(body, 'social_north', 'x') WHERE stream = ?", f"case:{changed[1]}"
    )
    code, out, _ = typed("verify", "--office", folder)
    assert code == 1
    assert "NOT as recorded" in out
    assert [case in out for case in (*changed, code_of(1))] == [True, True, False]
    code, out, _ = typed("verify", "--office", folder, "--freeze", "--format", "json")
    document = json.loads(out)
    assert (code, document["is_clean"], sorted(document["frozen"])) == (1, False, changed)
    assert {one["stream"] for one in document["findings"]} == {f"case:{case}" for case in changed}
    refused(typed("case", "note", changed[0], "x", "--office", folder, "--as", "sok_phalla"), "frozen")
    assert typed("case", "note", code_of(1), "x", "--office", folder, "--as", "sok_phalla")[0] == 0


def test_an_older_copy_is_told_by_a_published_line(folder: Path, tmp_path: Path, typed: Typed) -> None:
    """A line, a file of lines, and the office's own file show that the database is older than what was published."""
    older = (folder / "data" / DATABASE).read_bytes()
    with closing(open_office(str(folder), time=FixedTime(FOUNDED))) as office:
        Day(folder, 0, FOUNDED).open(office, CASES)
    code, line, _ = typed("checkpoint", "--office", folder)
    assert code == 0
    for left in ("-wal", "-shm"):
        (folder / "data" / f"{DATABASE}{left}").unlink(missing_ok=True)
    (folder / "data" / DATABASE).write_bytes(older)
    lines = tmp_path / "lines.txt"
    lines.write_text(f"\n{line}\n", encoding="utf-8")
    for against in (("--against", line.strip()), ("--against", lines), ()):
        assert typed("verify", "--office", folder, *against)[0] == 1
    (folder / "checkpoints.txt").unlink()
    assert typed("verify", "--office", folder)[0] == 0


BAD_LINES = {
    "": "''",
    "nonsense": "'nonsense'",
    "x" * 5000: "neither a line",
    "spean checkpoint 1": "no published checkpoint",
    "spean checkpoint x 2026-03-02T01:00:00+00:00 streams 1 entries 1 root zz": "no published checkpoint",
    "{folder}": "neither a line",
    "{folder}/data/spean.db": "neither a line",
    "{folder}/spean.toml": "spean.toml, line 1: this is no published checkpoint",
    "{folder}/empty": "no checkpoint stands in this file",
}


@pytest.mark.parametrize("given", BAD_LINES, ids=lambda given: given[:20] or "nothing")
def test_what_is_no_published_checkpoint_is_told(given: str, folder: Path, typed: Typed) -> None:
    """A mistyped line or file never passes as "nothing differs": one sentence that names it."""
    (folder / "empty").write_text("\n", encoding="utf-8")
    refused(typed("verify", "--office", folder, "--against", given.format(folder=folder)), BAD_LINES[given])


def test_a_checkpoint_is_printed_published_and_mailed(folder: Path, typed: Typed) -> None:
    """The same line on standard output and in the file outside the database; numbers go up."""
    lines = [typed("checkpoint", "--office", folder)[1] for _ in range(2)]
    assert (folder / "checkpoints.txt").read_text(encoding="utf-8") == "".join(lines)
    assert [line.split()[2] for line in lines] == ["1", "2"]
    document = json.loads(typed("checkpoint", "--office", folder, "--format", "json")[1])
    assert document["number"] == 3
    assert len(list((folder / "mail").glob("*.eml"))) == 3
