"""The keys of what somebody must answer: how long an answer may take, and how many starts are asked for (1, 4, 5)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.core.duration import Duration, Unit
from engine.core.model import Protocol, Starts
from engine.protocol.compile import compile as compile_protocol
from tests.planted import FULL, full_sources

DEFAULTS = "  recorded_by: worker\n  no_news"
STARTS = "starts: {protocol: full, carry: [risk_level]}"


def full(waits: str = "", starts: str = STARTS) -> Protocol:
    """Return the full protocol with limits of waiting items, or another request."""
    sources = full_sources()
    written = f"  recorded_by: worker\n  waits: {waits}\n  no_news" if waits else DEFAULTS
    sources[FULL] = sources[FULL].replace(DEFAULTS, written).replace(STARTS, starts)
    found = compile_protocol(sources, FULL)
    assert found.protocol is not None, found.problems
    return found.protocol


def problems_of(waits: str) -> list[tuple[str, str]]:
    """Return code and path of the problems of limits of waiting items."""
    sources = full_sources()
    sources[FULL] = sources[FULL].replace(DEFAULTS, f"  recorded_by: worker\n  waits: {waits}\n  no_news")
    return [(one.code, one.path) for one in compile_protocol(sources, FULL, warn=False).problems]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{approval: 1 working day}", {"approval": Duration(1, Unit.WORKING_DAYS)}),
        (
            "{review: 12 hours, transfer: same day}",
            {"review": Duration(12, Unit.HOURS), "transfer": Duration(0, Unit.SAME_DAY)},
        ),
    ],
)  # fmt: skip
def test_waits_are_read(written: str, meant: Mapping[str, Duration]) -> None:
    """A protocol may say how long each kind of answer may take."""
    assert full(written).waits == meant


def test_the_usual_waits_written_down_mean_nothing_new() -> None:
    """Who writes the language's own limits has the same meaning as who writes none; other limits have another."""
    usual = "{approval: 2 working days, review: 24 hours, request: 5 working days, transfer: 2 working days}"
    assert full(usual).meaning == full().meaning
    assert full("{approval: 3 working days}").meaning != full().meaning


def test_mistakes_in_waits_are_told_at_their_place() -> None:
    """An unknown kind and a time nobody can read are problems at their keys."""
    assert problems_of("{aproval: 1 day}") == [("SP201", "defaults.waits.aproval")]
    assert problems_of("{approval: 1 dya}") == [("SP417", "defaults.waits.approval")]


def test_requests_are_counted_by_a_number_field() -> None:
    """``one_per`` names the field that says how many starts are asked for; it belongs to the meaning."""
    counted = full(starts="starts: {protocol: full, carry: [risk_level], one_per: count}")
    action = counted.tracks["main"].steps["intake"].actions["elsewhere"]
    assert action.starts == Starts("full", ("risk_level",), "count")
    assert counted.meaning != full().meaning


def test_a_field_to_count_by_must_exist() -> None:
    """A field nobody has declared is told, with what was probably meant."""
    sources = full_sources()
    sources[FULL] = sources[FULL].replace(STARTS, "starts: {protocol: full, one_per: cuont}")
    (found,) = compile_protocol(sources, FULL, warn=False).problems
    assert (found.code, found.path) == ("SP304", "tracks.main.steps.intake.actions.elsewhere.starts.one_per")
    assert "count" in found.hint


def test_without_any_number_field_one_has_to_be_added() -> None:
    """Where the protocol has no number field at all, the suggestion is to add one."""
    text = """\
spean: 1
protocol: p
version: 1
roles: {worker: {outside_state: yes}}
fields: {remark: {type: text}}
tracks:
  main:
    first_step: a
    steps:
      a:
        done_by: worker
        no_limit: none
        actions: {on: {goes_to: z, starts: {protocol: q, one_per: remark}}}
      z: {final: closed}
"""
    (found,) = compile_protocol({"p.yaml": text}, "p.yaml", warn=False).problems
    assert (found.code, found.hint) == ("SP542", "Add a number field.")
