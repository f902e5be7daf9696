"""The meaning of a protocol: what changes its hash, and what does not (2)."""

from __future__ import annotations

import json

import pytest

from engine.protocol.compile import compile as compile_protocol
from tests.planted import COMMON, FULL, full_sources


def meaning(*changes: tuple[str, str, str]) -> str:
    """Return the hash of the full protocol after replacements."""
    sources = full_sources()
    for file, old, new in changes:
        assert old in sources[file]
        sources[file] = sources[file].replace(old, new)
    found = compile_protocol(sources, FULL)
    assert found.protocol is not None, found.problems
    return found.protocol.meaning


@pytest.mark.parametrize(
    "change",
    [
        (FULL, "# A small protocol", "# Another comment about a small protocol"),
        (FULL, 'en: "Intake"', 'en: "First talk"'),
        (FULL, 'en: "Urgent task"', 'en: "Task to do today"'),
        (FULL, "ref: [A1]", "ref: [A1, A9]"),
        (FULL, 'title: {en: "Main"', 'ref: [A1]\n    title: {en: "Main"'),
        (FULL, '            source: "an', '            jurisdiction: Cambodia\n            source: "an'),
        (COMMON, "  hearing_on: {", "  hearing_on: {ref: [A1], "),
        (COMMON, "expires: 12 months", "expires: 12 months, recipient: A court, purpose: A hearing"),
        (COMMON, "fields:\n", "authority: A ministry\nfields:\n"),
        (FULL, "version: 2026.1", "version: 2026.2"),
        (FULL, 'source: "an invented rule"', 'source: "another source"'),
        (FULL, "in_force: 2027-01-01", "in_force: 2028-01-01"),
        (FULL, "collect: [outcome, seen_on, risk_level]", "collect: [risk_level, outcome, seen_on]"),
        (FULL, "who_may: [worker, chief]", "who_may: [chief, worker]"),
        (COMMON, 'label: {en: "Risk"', 'label: {en: "How dangerous"'),
        (COMMON, "review_before: 2027-06-30", "review_before: 2028-06-30"),
        (COMMON, "letters:", "  another: Another exception\nletters:"),
        (COMMON, "  hearing_on:", "  unused: {type: text}\n  hearing_on:"),
        (COMMON, "ministry: two", "ministry: five"),
        (FULL, "final: done", "final: done, success: no"),
    ],
)
def test_meaning_ignores_texts_and_order(change: tuple[str, str, str]) -> None:
    """Texts, references, sources, unused fields and orders that say nothing leave the hash alone."""
    assert meaning(change) == meaning()


def test_meaning_ignores_the_order_of_steps_and_fields() -> None:
    """Where in the file a field is declared says nothing."""
    sources = full_sources()
    line = next(one for one in sources[COMMON].splitlines() if one.startswith("  remark:"))
    moved = sources[COMMON].replace(f"{line}\n", "").replace("fields:\n", f"fields:\n{line}\n")
    found = compile_protocol({**sources, COMMON: moved}, FULL)
    assert found.protocol is not None
    assert found.protocol.meaning == meaning()


@pytest.mark.parametrize(
    "change",
    [
        (COMMON, "first_visit: {limit: 14 days", "first_visit: {limit: 13 days"),
        (COMMON, "medium: 72 hours", "medium: 71 hours"),
        (COMMON, "at: 90 % of the limit, to: office", "at: 80 % of the limit, to: office"),
        (COMMON, "expires: 12 months", "expires: 6 months"),
        (COMMON, "private: yes", "private: no"),
        (FULL, "goes_to: care", "goes_to: closed"),
        (FULL, "outcome is one of well, lost and", "outcome is well and"),
        (FULL, "count: 2", "count: 3"),
        (FULL, "automatic: yes, only_if: outcome is well", "only_if: outcome is well"),
        (FULL, "required: no\n            on:", "required: yes\n            on:"),
        (FULL, "done_by: worker, required: no", "done_by: worker, required: yes"),
        (FULL, "final: done", "final: finished"),
        (FULL, "final: done", "final: done, success: yes"),
        (FULL, "on_hold: runs", "on_hold: stops"),
        (FULL, "exposed is yes\n    blocks", "exposed is unknown\n    blocks"),
        (FULL, "otherwise: 14 days", "otherwise: 15 days"),
        (FULL, "  recorded_by: worker\n  no_news", "  recorded_by: worker\n  waits: {review: 8 hours}\n  no_news"),
        (FULL, "carry: [risk_level]}", "carry: [risk_level], one_per: count}"),
    ],
)
def test_meaning_changes_with_what_a_case_feels(change: tuple[str, str, str]) -> None:
    """Every change of a limit, a step, an action, a condition, a field or a rung gives another hash."""
    assert meaning(change) != meaning()


def test_a_new_key_leaves_the_meaning_of_protocols_without_it_alone() -> None:
    """The hash that running cases pin is the one of version 0.1: a key that a file does not use changes nothing."""
    assert meaning() == "3d8c1589e9162cdfcef95067e9523953502d31d8326de1c6732d19912c0ff936"


def test_meaning_is_a_sha256() -> None:
    """The meaning is 64 hexadecimal digits, and the same in every run."""
    assert len(meaning()) == 64
    assert json.loads(f'"{meaning()}"') == meaning((FULL, "again: yes", "again: yes"))
