"""The page on scenarios says neither more nor less than scenarios can say, and its example is one that runs."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from typing import Any

from engine.protocol.schema.scenario import SCENARIO
from engine.run.scenarios.running import run
from tests.documents import ROOT, blocks, key_tables

PAGE = "docs/scenarios.md"
STORIES = ROOT / "tests" / "fixtures" / "stories"


def described() -> dict[str, dict[str, Any]]:
    """Return every table of a scenario as its schema describes it, by name."""
    shared: dict[str, Any] = {}
    SCENARIO.describe(shared)
    del shared["languages"]
    return {name: one for name, one in shared.items() if "properties" in one}


def test_page_has_every_key_of_a_scenario() -> None:
    """Each table on the page has the keys of the schema, the needed ones in bold, and no other."""
    tables = key_tables(PAGE)
    assert set(tables) == set(described())
    for name, one in described().items():
        assert set(tables[name].rows) == set(one["properties"]), name
        assert set(tables[name].required) == set(one.get("required", ())), name


def test_example_of_the_page_holds(tmp_path: Path) -> None:
    """The scenario on the page runs on the small protocol of the tests, and holds."""
    (block,) = [one for one in blocks(PAGE, "yaml") if "scenario:" in one.text]
    copytree(STORIES, tmp_path / "stories")
    file = tmp_path / "stories" / "scenarios" / "mind_changed.yaml"
    file.write_text(block.text, encoding="utf-8")
    (told,) = run([str(file)]).told
    assert [f"{one.line}: {one.message}" for one in told.faults] == []
