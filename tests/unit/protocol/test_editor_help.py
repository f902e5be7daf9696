"""What an editor shows while somebody types: every key told with an example that is read, snippets that compile."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from engine.protocol.compile import Compiled
from engine.protocol.compile import compile as compile_protocol
from engine.protocol.problems import Place
from engine.protocol.reading.nodes import Table
from engine.protocol.reading.source import read
from engine.protocol.schema import kinds
from engine.protocol.schema.forms import Desk
from engine.protocol.schema.jsonschema import FILES, describe
from engine.protocol.schema.shapes import Choice, Sentence, Shape
from engine.protocol.schema.snippets import SNIPPETS
from engine.protocol.schema.tables import ByKind, Key, Listing, Named, Pairs, Record
from engine.protocol.sentences.conditions import parse_condition
from engine.protocol.sentences.durations import parse_duration
from engine.protocol.sentences.timings import parse_counts_from, parse_grid, parse_limit, parse_rhythm, parse_rung
from engine.protocol.sentences.words import ID
from tests.documents import key_tables
from tests.unit.docs.test_reference import REFERENCE, example, names_of

HOST = """\
spean: 1
protocol: host
version: 1
roles:
  case_manager: {title: Case manager, ministry: social affairs}
  supervisor: {title: Supervisor, ministry: health}
  ombudsman: {title: Ombudsman, outside_state: yes, always_reached: yes}
fields: {risk_level: {label: Risk, type: choice, codes: [low, high]}}
consents: {home_visits: {title: To be visited at home}}
limits: {}
forbidden: {}
escalations:
  ordinary:
    - {id: late, at: the limit, to: supervisor}
    - {id: independent, at: 1 day after the limit, to: ombudsman}
tracks:
  main:
    first_step: start
    steps:
      start:
        done_by: case_manager
        outside_label: Routine task
        deadlines: {now: {limit: 1 day, kind: default, source: invented, escalation: ordinary}}
        tasks: {call: {title: Call}}
        actions: {on: {goes_to: next_step}}
      next_step: {final: ended, done_by: case_manager, outside_label: Completed}
    at_any_step: {died: {goes_to: next_step, closes: all}}
"""
START = ("tracks", "main", "steps", "start")
#: Where each snippet of a protocol goes in the host.
PLACES = {
    "track": ("tracks",),
    "step": ("tracks", "main", "steps"),
    "action": (*START, "actions"),
    "deadline": (*START, "deadlines"),
    "task": (*START, "tasks"),
    "limit": ("limits",),
    "rung": ("escalations", "ordinary"),
    "escalation": ("escalations",),
    "forbidden": ("forbidden",),
    "field": ("fields",),
    "consent": ("consents",),
    "role": ("roles",),
}
#: Nothing leads to a step that was just inserted.
UNUSED = {"SP601"}
PARSERS: list[tuple[Sentence, Callable[[str], Any]]] = [
    (kinds.DURATION, parse_duration),
    (kinds.TIME_LIMIT, parse_limit),
    (kinds.CONDITION, lambda text: parse_condition(text, names_of(example()))),
    (kinds.RUNG_TIME, parse_rung),
    (kinds.GRID, parse_grid),
    (kinds.RHYTHM, parse_rhythm),
    (kinds.START, parse_counts_from),
]
FIXED = [(name, one) for name, one in vars(kinds).items() if isinstance(one, Choice)]


def records() -> dict[str, Record]:
    """Return every table of keys there is, by name."""
    found: dict[str, Record] = {}

    def visit(shape: Shape | None) -> None:
        if isinstance(shape, Record) and shape.name not in found:
            found[shape.name] = shape
            for key in shape.keys.values():
                visit(key.shape)
        elif isinstance(shape, Named | Pairs | Listing):
            visit(shape.shape)
        elif isinstance(shape, ByKind):
            for one in shape.shapes:
                visit(one)

    for record in FILES.values():
        visit(record)
    return found


def keys() -> list[Any]:
    """Return every key of every table."""
    every = [(record, name, key) for record in records().values() for name, key in record.keys.items()]
    return [pytest.param(record, name, key, id=f"{record.name}.{name}") for record, name, key in every]


def definitions() -> dict[str, Any]:
    """Return every table as the schemas describe it."""
    return {name: one for kind in FILES for name, one in describe(kind)["definitions"].items()}


DEFINITIONS = definitions()


@pytest.mark.parametrize(("record", "name", "key"), keys())
def test_key_is_told_with_an_example(record: Record, name: str, key: Key) -> None:
    """Each key has one sentence and an example below it, shown on completion and hover."""
    told = DEFINITIONS[record.name]["properties"][name]
    assert re.fullmatch(r"[A-Z`].*\.", told["description"]), told
    assert told["markdownDescription"] == f"{told['description']}\n\n```yaml\n{key.write(name)}\n```"
    assert key.example


@pytest.mark.parametrize(("record", "name", "key"), keys())
def test_example_of_a_key_is_read(record: Record, name: str, key: Key) -> None:
    """Each example is strict YAML that the key takes, and its sentences have a meaning."""
    reading, desk = read("example.yaml", key.write(name) + "\n"), Desk()
    assert isinstance(reading.root, Table)
    entry = reading.root.entries[name]
    key.shape.read(entry.value, (None, name, entry.key.place), desk)
    assert [*reading.problems, *desk.problems] == []
    parsers = [parser for shape, parser in PARSERS if shape is key.shape]
    for parser in parsers:
        assert ID.fullmatch(key.example) or parser(key.example) is not None
    validator = Draft7Validator({**DEFINITIONS[record.name]["properties"][name], "definitions": DEFINITIONS})
    assert list(validator.iter_errors(yaml.load(key.write(name), yaml.CBaseLoader)[name])) == []


@pytest.mark.parametrize(("shape", "parser"), PARSERS)
def test_examples_of_sentences_are_read(shape: Sentence, parser: Callable[[str], Any]) -> None:
    """Each example that an editor suggests for a sentence has a meaning."""
    assert len(shape.examples) >= 2
    assert all(parser(text) is not None for text in shape.examples)


def test_every_key_with_a_sentence_suggests_its_examples() -> None:
    """The schema has the examples of every sentence at its key, and no invented names for references."""
    suggested = {
        (record, name): tuple(key.get("examples", ()))
        for record, one in DEFINITIONS.items()
        for name, key in one.get("properties", {}).items()
        if record in records()
    }
    shapes = {(record.name, name): key.shape for record in records().values() for name, key in record.keys.items()}
    assert suggested == {
        place: shape.examples if isinstance(shape, Sentence) else () for place, shape in shapes.items()
    }
    assert suggested["forbidden", "never"] == kinds.CONDITION.examples
    assert suggested["action", "goes_to"] == ()


@pytest.mark.parametrize(("name", "shape"), FIXED)
def test_every_fixed_word_is_explained(name: str, shape: Choice) -> None:
    """Each word of an enumeration has a meaning of its own, in the order of the words."""
    told = shape.describe({})
    assert list(told["enum"]) == list(shape.words)
    assert len(told["markdownEnumDescriptions"]) == len(set(told["markdownEnumDescriptions"])) == len(shape.words)
    assert all(meaning.endswith(".") for meaning in told["markdownEnumDescriptions"])


def test_no_enumeration_of_several_words_is_left_out() -> None:
    """Wherever one of several words must be chosen, each is explained; only yes and no explain themselves."""
    told = [
        (record, name, one["enum"])
        for record, table in DEFINITIONS.items()
        for name, key in table.get("properties", {}).items()
        for one in key.get("anyOf", ())
        if len(one.get("enum", ())) > 1 and "markdownEnumDescriptions" not in one
    ]
    assert {tuple(words) for _, _, words in told} == {("yes", "no")}


@pytest.mark.parametrize(("record", "name", "key"), [one for one in keys() if one.values[2].default])
def test_default_is_a_value_of_its_key(record: Record, name: str, key: Key) -> None:
    """Each default can be written behind its key, stands in the schema and in the sentence, and in the reference."""
    reading, desk = read("default.yaml", f"{name}: {key.default}\n"), Desk()
    assert isinstance(reading.root, Table)
    key.shape.read(reading.root.entries[name].value, (None, name, Place("")), desk)
    assert desk.problems == []
    told = DEFINITIONS[record.name]["properties"][name]
    assert told["default"] == key.default
    assert f"(default {key.default})" in told["description"]
    row = key_tables(REFERENCE)[record.name].rows[name].lower()
    if record.name == "limit":
        row += key_tables(REFERENCE)["deadline"].rows[name].lower()
    assert re.search(rf"default:? `?{key.default}\b", row), row


def insert(name: str) -> Compiled:
    """Return the host with a snippet in its place, compiled."""
    host = yaml.load(HOST, yaml.CBaseLoader)
    filled = yaml.load(SNIPPETS[name].filled, yaml.CBaseLoader)
    place: Any = host
    for key in PLACES[name]:
        place = place[key]
    if isinstance(place, list):
        place.insert(0, filled)
    else:
        assert not place.keys() & filled.keys()
        place.update(filled)
    return compile_protocol({"host.yaml": yaml.safe_dump(host, sort_keys=False, allow_unicode=True)}, "host.yaml")


def test_host_compiles_by_itself() -> None:
    """The host has nothing wrong with it before anything is inserted."""
    assert compile_protocol({"host.yaml": HOST}, "host.yaml").problems == ()


@pytest.mark.parametrize("name", PLACES)
def test_snippet_compiles(name: str) -> None:
    """Each snippet, inserted and left as it is, compiles; at most it is warned that nothing leads there."""
    compiled = insert(name)
    assert compiled.protocol is not None, compiled.problems
    assert {one.code for one in compiled.problems} <= UNUSED


def test_snippet_of_a_calendar_is_read() -> None:
    """The snippet of a festival has the keys and values that a calendar takes."""
    reading, desk = read("festival.yaml", SNIPPETS["festival"].filled), Desk()
    assert reading.root is not None
    records()["festival"].read(reading.root, (None, "festivals", Place("")), desk)
    assert [*reading.problems, *desk.problems] == []


@pytest.mark.parametrize("name", SNIPPETS)
def test_snippet_has_places_to_fill_in(name: str) -> None:
    """The places of a snippet are numbered from 1 without a gap, equal numbers have equal words."""
    places = re.findall(r"\$\{(\d+):([^}]*)\}", SNIPPETS[name].text)
    words = dict(places)
    assert sorted(map(int, words)) == list(range(1, len(words) + 1))
    assert all(words[number] == text for number, text in places)
    assert "$" not in SNIPPETS[name].filled


def test_snippets_are_offered_where_they_fit() -> None:
    """Each snippet stands in the schema at the key below which it is inserted, with its YAML as documentation."""
    offered: dict[str, set[str]] = {}
    for record, table in DEFINITIONS.items():
        for name, key in table.get("properties", {}).items():
            for holder in (key, *key.get("anyOf", ())):
                for snippet in holder.get("defaultSnippets", ()):
                    offered.setdefault(snippet["label"], set()).add(f"{record}.{name}")
                    assert "```yaml\n" in snippet["markdownDescription"]
    assert {one.label for one in SNIPPETS.values()} == set(offered)
    assert offered["new step"] == {"track.steps"}
    assert offered["new action"] == {"step.actions", "track.at_any_step"}
    assert offered["new deadline"] == {"step.deadlines", "task.deadlines"}
    assert offered["new limit"] == {"protocol.limits", "included.limits"}
    assert offered["new forbidden rule"] == {"protocol.forbidden", "included.forbidden"}


def test_rung_is_offered_inside_escalations() -> None:
    """A rung is offered inside a list of rungs: those of an escalation, and those of a deadline itself."""
    escalations = DEFINITIONS["included"]["properties"]["escalations"]["anyOf"][0]
    (listed,) = escalations["patternProperties"].values()
    own = [one for one in DEFINITIONS["deadline"]["properties"]["escalation"]["anyOf"] if one.get("type") == "array"]
    assert [one["defaultSnippets"][0]["label"] for one in (listed, *own)] == ["new rung", "new rung"]
    validator = Draft7Validator({"$ref": "#/definitions/rung", "definitions": DEFINITIONS})
    assert list(validator.iter_errors(yaml.load(SNIPPETS["rung"].filled, yaml.CBaseLoader))) == []
