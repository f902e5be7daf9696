"""The JSON Schema made from the table of keys."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from engine.protocol.schema.jsonschema import describe, render

ROOT = Path(__file__).resolve().parents[3]
FILES = (
    "tests/fixtures/protocols/full.yaml",
    "tests/fixtures/protocols/language_example.yaml",
    "protocols/rescue.yaml",
    "protocols/repatriation.yaml",
    "protocols/reintegration.yaml",
    "examples/fines_observed.yaml",
    "examples/fines_strict.yaml",
    "examples/helpdesk.yaml",
)


def load(path: str) -> Any:
    """Read a file with every scalar as text."""
    return yaml.load((ROOT / path).read_text(encoding="utf-8"), yaml.BaseLoader)


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


def test_schema_is_fresh() -> None:
    """The file in protocols/ is made from the table; `python -m engine.protocol.schema.jsonschema` prints it anew."""
    assert (ROOT / "protocols" / "protocol.schema.json").read_text(encoding="utf-8") == render()


def test_schema_is_a_schema() -> None:
    """It is valid as draft 7, and every reference in it has its definition."""
    Draft7Validator.check_schema(json.loads(render()))
    names = set(describe()["definitions"])
    assert {line.split('"')[3].rpartition("/")[2] for line in render().splitlines() if '"$ref"' in line} <= names


@pytest.mark.parametrize("path", FILES)
def test_protocols_fit_the_schema(path: str) -> None:
    """The example of the language and all protocols are valid, for editors that type scalars or not."""
    validator = Draft7Validator(json.loads(render()))
    assert list(validator.iter_errors(load(path))) == []
    assert list(validator.iter_errors(typed(load(path)))) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("trakcs", {}),
        ("about", "animal"),
        ("tracks", {"a": {"steps": {}}}),
        ("include", {"a": "b"}),
        ("status", "done"),
    ],
)
def test_schema_refuses_what_the_checks_refuse(key: str, value: object) -> None:
    """Unknown keys, wrong words, wrong shapes and missing keys are marked while typing."""
    document = load(FILES[0])
    document[key] = value
    assert list(Draft7Validator(json.loads(render())).iter_errors(document)) != []
