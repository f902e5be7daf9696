"""The language's reference says neither more nor less than the language: keys, words, and examples that are read."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from engine.core import conditions
from engine.core.conditions import ConsentGiven, IsChild, TaskIs, TrackIs, TrackTest, leaves
from engine.core.duration import Unit
from engine.core.judging.wording import describe
from engine.core.model import Needs, Protocol
from engine.protocol.compile import compile as compile_protocol
from engine.protocol.reading.source import read
from engine.protocol.schema.forms import Desk
from engine.protocol.schema.keys import CALENDAR, INCLUDED, PROTOCOL, STEP
from engine.protocol.schema.tables import Record
from engine.protocol.sentences.conditions import parse_condition
from engine.protocol.sentences.durations import LARGEST
from engine.protocol.sentences.names import Names, TrackNames
from engine.protocol.sentences.timings import (
    parse_counts_from,
    parse_grid,
    parse_limit,
    parse_requirement,
    parse_rhythm,
    parse_rung,
)
from tests.documents import Block, blocks, key_tables, page, sentences

REFERENCE = "docs/language.md"
RECORDS: dict[str, Record] = {"step": STEP, "included": INCLUDED, "calendar": CALENDAR}
FRAGMENTS = [(kind, block) for kind in RECORDS for block in blocks(REFERENCE, f"yaml {kind}")]
SENTENCES: dict[str, Callable[[str], Any]] = {
    "limit": parse_limit,
    "rung": parse_rung,
    "grid": parse_grid,
    "rhythm": parse_rhythm,
    "counts_from": parse_counts_from,
    "requirement": parse_requirement,
}


@cache
def described() -> dict[str, dict[str, Any]]:
    """Return every table of the language as the schema describes it, by name."""
    shared: dict[str, Any] = {}
    for record in (PROTOCOL, INCLUDED, CALENDAR):
        record.describe(shared)
    del shared["languages"]
    return {name: one for name, one in shared.items() if "properties" in one}


@cache
def example() -> Protocol:
    """Return the whole example of the reference, compiled."""
    (block,) = blocks(REFERENCE, "yaml protocol")
    compiled = compile_protocol({"support.yaml": block.text}, "support.yaml")
    assert compiled.protocol is not None, compiled.problems
    return compiled.protocol


def names_of(protocol: Protocol) -> Names:
    """Return what the sentences of a protocol may name."""
    tracks = {
        track.id: TrackNames(track.steps, [step.final for step in track.steps.values() if step.final])
        for track in protocol.tracks.values()
    }
    tasks = [task for track in protocol.tracks.values() for step in track.steps.values() for task in step.tasks]
    return Names(protocol.fields, protocol.consents, tracks, tasks)


def test_every_table_of_keys_is_in_the_reference() -> None:
    """The reference has a table for each table of the language and no other."""
    assert set(key_tables(REFERENCE)) == set(described())


@pytest.mark.parametrize("name", described())
def test_keys_of_a_table(name: str) -> None:
    """The reference names every key the schema knows, and none that it does not."""
    assert list(key_tables(REFERENCE)[name].rows) == list(described()[name]["properties"])


@pytest.mark.parametrize("name", described())
def test_required_keys_of_a_table(name: str) -> None:
    """Exactly the keys that must be there are set in bold."""
    assert key_tables(REFERENCE)[name].required == set(described()[name].get("required", ()))


def choices() -> list[tuple[str, str, str]]:
    """Return every fixed word of the language with the table and the key that take it."""
    found = []
    for name, one in described().items():
        for key, value in one["properties"].items():
            words = value["anyOf"][0].get("enum", ())
            found += [(name, key, word) for word in words if isinstance(word, str) and set(words) != {True}]
    return found


@pytest.mark.parametrize(("name", "key", "word"), choices())
def test_fixed_words_of_a_key(name: str, key: str, word: str) -> None:
    """Each fixed word of a key stands in its row, or the row points to the row of the same key that has them."""
    row = key_tables(REFERENCE)[name].rows[key]
    if "as for a deadline" in row.lower():
        row = key_tables(REFERENCE)["deadline"].rows[key]
    assert f"`{word}`" in row or "as in a protocol" in row.lower()


def test_whole_example_has_nothing_wrong_with_it() -> None:
    """The whole example compiles without errors and without warnings."""
    (block,) = blocks(REFERENCE, "yaml protocol")
    assert compile_protocol({"support.yaml": block.text}, "support.yaml").problems == ()


@pytest.mark.parametrize(("kind", "block"), FRAGMENTS, ids=lambda one: str(one))
def test_fragment_is_read(kind: str, block: Block) -> None:
    """Each piece of YAML of the reference has only known keys with values of the right shape."""
    reading = read("part.yaml", block.text)
    desk = Desk()
    assert reading.root is not None
    RECORDS[kind].read(reading.root, (None, "", reading.root.place), desk)
    assert [*reading.problems, *desk.problems] == []


@pytest.mark.parametrize("text", sentences(REFERENCE, "condition"))
def test_condition_is_read(text: str) -> None:
    """Each condition of the reference is read, and put back into the same words."""
    names = names_of(example())
    condition = parse_condition(text, names)
    assert parse_condition(describe(condition), names) == condition


def test_every_question_of_the_language_is_shown() -> None:
    """The conditions of the reference show every question that can be asked."""
    names = names_of(example())
    asked = [leaf for text in sentences(REFERENCE, "condition") for leaf in leaves(parse_condition(text, names))]
    assert {leaf.test for leaf in asked if hasattr(leaf, "test")} == {*conditions.Test, *TrackTest}
    assert {ConsentGiven, IsChild, TaskIs, TrackIs} <= {type(leaf) for leaf in asked}
    assert {bool(leaf.missed_times) for leaf in asked if isinstance(leaf, TaskIs)} == {True, False}
    assert any(text.startswith("last ") for text in sentences(REFERENCE, "condition"))


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind in SENTENCES for text in sentences(REFERENCE, kind)]
)
def test_sentence_about_time_is_read(kind: str, text: str) -> None:
    """Each sentence about time of the reference is read as it is said to be."""
    assert SENTENCES[kind](text) is not None


def test_every_unit_of_time_is_shown() -> None:
    """The limits of the reference show every unit but the second, which is named."""
    shown = {parse_limit(text)[0].unit for text in sentences(REFERENCE, "limit")}
    assert shown == {*LARGEST, Unit.SAME_DAY} - {Unit.SECONDS}
    assert all(f"`{unit}`" in page(REFERENCE) for unit in Unit)


def test_every_way_to_place_a_rung_is_shown() -> None:
    """The rungs of the reference show every way to say when."""
    places = type(parse_rung("the limit").at)
    assert {parse_rung(text).at for text in sentences(REFERENCE, "rung")} == set(places)


def test_every_kind_of_start_and_requirement_is_shown() -> None:
    """The starts and requirements of the reference show every kind there is."""
    starts = [parse_counts_from(text) for text in sentences(REFERENCE, "counts_from")]
    assert len({type(start) for start in starts}) == 3
    assert {getattr(start, "which", None) for start in starts} == {None, "met", "limit"}
    assert {parse_requirement(text)[0] for text in sentences(REFERENCE, "requirement")} == {None, Needs.CONSENT}


def test_every_numbered_meaning_is_told() -> None:
    """The reference tells all thirty rules of the language, in order."""
    numbers = [line.split("|")[1].strip() for line in page(REFERENCE).splitlines() if line.startswith("| ")]
    assert [int(number) for number in numbers if number.isdigit()] == list(range(1, 31))
