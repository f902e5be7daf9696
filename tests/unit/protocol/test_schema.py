"""The JSON Schemas made from the table of keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from engine.protocol.schema.jsonschema import FILES, describe, render
from engine.protocol.schema.sheets import CALENDAR_FILE, INCLUDED_FILE, PROTOCOL_FILE, kind_of_file

ROOT = Path(__file__).resolve().parents[3]
#: Every YAML file that is shipped, and two of the tests that use nearly every key.
SHIPPED = [
    *sorted((ROOT / "protocols").rglob("*.yaml")),
    *sorted((ROOT / "examples").rglob("*.yaml")),
    *(ROOT / "tests" / "fixtures" / "protocols" / name for name in ("full.yaml", "language_example.yaml")),
    *sorted((ROOT / "tests" / "fixtures" / "protocols").glob("*/*.yaml")),
]
FULL = "tests/fixtures/protocols/full.yaml"


def kind(path: Path) -> str:
    """Return which schema a file has; a scenario is known by its folder."""
    if "scenarios" in path.parts:
        return "scenario"
    named = {PROTOCOL_FILE: "protocol", INCLUDED_FILE: "included", CALENDAR_FILE: "calendar"}
    return named[kind_of_file(str(path), path.read_bytes()) or ""]


def load(path: str) -> Any:
    """Read a file with every scalar as text."""
    return yaml.load((ROOT / path).read_text(encoding="utf-8"), yaml.CBaseLoader)


def typed(value: Any) -> Any:
    """Return the tree with scalars typed by YAML 1.2, as editors do: numbers, true and false, nothing."""
    if isinstance(value, dict):
        return {key: typed(one) for key, one in value.items()}
    if isinstance(value, list):
        return [typed(one) for one in value]
    if value in ("", "~", "null"):
        return None
    if value in ("true", "false"):
        return value == "true"
    return float(value) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) else value


@pytest.mark.parametrize("name", FILES)
def test_schema_is_fresh(name: str) -> None:
    """The files in protocols/ are made from the table; `make schema` writes them anew."""
    assert (ROOT / "protocols" / f"{name}.schema.json").read_text(encoding="utf-8") == render(name)


@pytest.mark.parametrize("name", FILES)
def test_schema_is_a_schema(name: str) -> None:
    """It is valid as draft 7, and holds exactly the definitions that it refers to."""
    Draft7Validator.check_schema(json.loads(render(name)))
    named = set(re.findall(r'"\$ref": "#/definitions/(\w+)"', render(name)))
    assert named == set(describe(name)["definitions"])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_shipped_files_fit_their_schema(path: Path) -> None:
    """Every protocol, shared file and calendar is valid, for editors that type scalars or not."""
    validator = Draft7Validator(json.loads(render(kind(path))))
    document = load(str(path.relative_to(ROOT)))
    assert [error.message for error in validator.iter_errors(document)] == []
    assert [error.message for error in validator.iter_errors(typed(document))] == []


@pytest.mark.parametrize("path", sorted((ROOT / "protocols").rglob("*.yaml")), ids=lambda path: path.name)
def test_file_points_an_editor_to_its_schema(path: Path) -> None:
    """The first line of each file in protocols/ names the schema of its kind, by a relative path that leads there."""
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    schema = path.parent / first.removeprefix("# yaml-language-server: $schema=")
    assert schema.resolve() == ROOT / "protocols" / f"{kind(path)}.schema.json"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("trakcs", {}),
        ("about", "animal"),
        ("tracks", {"a": {"steps": {}}}),
        ("include", {"a": "b"}),
        ("status", "done"),
        ("title", ["a"]),
        ("adopted_on", "soon"),
        ("spean", 2),
    ],
)
def test_schema_refuses_what_the_checks_refuse(key: str, value: object) -> None:
    """Unknown keys, wrong words, wrong shapes and missing keys are marked while typing."""
    document = load(FULL)
    document[key] = value
    assert list(Draft7Validator(json.loads(render("protocol"))).iter_errors(document)) != []


@pytest.mark.parametrize("name", FILES)
def test_editor_suggests_nothing_that_the_checks_refuse(name: str) -> None:
    """No schema offers `null`, `true` or `false`, which editors would suggest; they are taken without a word."""

    def offered(schema: Any) -> Iterator[str]:
        if isinstance(schema, dict):
            yield from [one for one in [schema.get("type")] if isinstance(one, str)]
            yield from [one for one in schema.get("type", ()) if isinstance(schema.get("type"), list)]
            yield from [str(type(one).__name__) for one in schema.get("enum", ())]
            yield from [one for key, inner in schema.items() if key not in {"not", "body"} for one in offered(inner)]
        if isinstance(schema, list):
            yield from [one for inner in schema for one in offered(inner)]

    assert set(offered(describe(name))) & {"null", "boolean", "NoneType", "bool"} == set()


@pytest.mark.parametrize("value", [None, True, 1, 2.5, "x"])
def test_text_may_look_like_something_else(value: object) -> None:
    """A version `2026.1`, a title `yes` and an empty key are fine, although editors take them for other types."""
    document = {**load(FULL), "title": value, "version": value, "zone": value}
    assert list(Draft7Validator(json.loads(render("protocol"))).iter_errors(document)) == []
