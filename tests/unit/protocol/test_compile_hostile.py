"""Nothing makes the compiler raise: not the strings that break software, not half a file, not any tree."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.protocol.compile import compile as compile_protocol
from engine.protocol.problems import Problem, Severity
from tests.planted import COMMON, FULL, OFFICE, full_sources
from tests.support.pace import within

_VALUE = re.compile(r"(?<=: )[A-Za-z0-9][^,{}\[\]\n:]*(?=[,}\n])")


def judge(sources: dict[str, str]) -> tuple[Problem, ...]:
    """Compile, and check what must hold for every answer."""
    found = compile_protocol(sources, FULL)
    errors = [one for one in found.problems if one.severity is Severity.ERROR]
    assert (found.protocol is None) is bool(errors)
    for one in found.problems:
        assert one.place.file in {*sources, FULL}
        assert one.place.line >= 1
        assert one.place.column >= 1
        assert one.message.strip()
        assert one.hint.strip()
        assert "\n" not in one.message + one.hint
    return found.problems


def naughty(shared_data: Path) -> list[str]:
    """Return the strings that break software."""
    strings: list[str] = json.loads((shared_data / "strings" / "blns.json").read_text(encoding="utf-8"))
    return strings


def test_naughty_strings_in_every_text(shared_data: Path) -> None:
    """Each of the strings, put into some text of the protocol, is answered with problems or is harmless."""
    sources = full_sources()
    spots = {name: list(_VALUE.finditer(text)) for name, text in sources.items()}
    names = (FULL, COMMON, OFFICE)
    for number, text in enumerate(naughty(shared_data)):
        name = names[number % 3]
        spot, whole = spots[name][number % len(spots[name])], sources[name]
        changed = whole[: spot.start()] + json.dumps(text, ensure_ascii=False) + whole[spot.end() :]
        judge({**sources, name: changed})


def test_naughty_titles_are_texts(shared_data: Path) -> None:
    """A title may be any string of one line without control or misleading characters."""
    sources, accepted = full_sources(), 0
    for text in naughty(shared_data):
        quoted = json.dumps(text, ensure_ascii=False)
        changed = sources[FULL].replace('title: {en: "Main"', f"title: {{en: {quoted}")
        codes = {one.code for one in judge({**sources, FULL: changed})}
        assert all(code.startswith("SP1") or code in {"SP202", "SP212", "SP213"} for code in codes), (text, codes)
        accepted += not codes
    assert accepted > 400


@pytest.mark.parametrize("name", [FULL, COMMON, OFFICE])
def test_truncated_files_are_answered(name: str) -> None:
    """A file that ends anywhere is a file with mistakes, or a shorter right one."""
    sources = full_sources()
    for end in range(0, len(sources[name]), 41):
        judge({**sources, name: sources[name][:end]})


@pytest.mark.parametrize("name", [FULL, COMMON])
def test_files_without_a_line_are_answered(name: str) -> None:
    """A file that lost any one of its lines is answered."""
    sources = full_sources()
    lines = sources[name].splitlines(keepends=True)
    for number in range(len(lines)):
        judge({**sources, name: "".join(lines[:number] + lines[number + 1 :])})


_KEYS = sorted(set(re.findall(r"[a-z_]+(?=:)", "".join(full_sources().values()))))
_TEXTS = st.one_of(
    st.sampled_from(("", "~", "yes", "7 days", "the limit", "outcome", "main", "care", "2027-02-30", "x is y", "[]")),
    st.sampled_from(_KEYS),
    st.text(max_size=12),
)
_TREES = st.recursive(
    _TEXTS,
    lambda below: st.one_of(st.lists(below, max_size=4), st.dictionaries(st.sampled_from(_KEYS), below, max_size=6)),
    max_leaves=30,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(_KEYS), _TREES, max_size=8), _TREES)
def test_any_tree_is_answered(root: dict[str, object], part: object) -> None:
    """Any tree of known keys and odd values, as the protocol or inside it, is answered with problems."""
    sources = full_sources()
    judge({**sources, FULL: json.dumps({"spean": "1", "protocol": "p", **root})})
    judge({**sources, COMMON: json.dumps({"limits": part, "fields": root})})
    lines = sources[FULL].replace("      care:\n", f"      odd: {json.dumps(part)}\n      care:\n")
    judge({**sources, FULL: lines})


_HEAD = "spean: 1\nprotocol: p\nversion: 1\nroles: {w: {}, x: {outside_state: yes}}\n"


def _steps(steps: str, more: str = "") -> str:
    """Return a protocol with one track of these steps."""
    return f"{_HEAD}tracks:\n  t:\n    first_step: s0\n    steps:\n{steps}{more}"


def _first(actions: list[str]) -> str:
    """Return a protocol whose first step has these actions."""
    body = ", ".join(actions)
    return _steps(f"      s0: {{no_limit: n, done_by: w, actions: {{{body}}}}}\n      z: {{final: z}}\n")


def _everywhere(count: int, action: str) -> str:
    """Return a protocol with many steps, and as many actions at each of them."""
    steps = "".join(f"      s{number}: {{no_limit: n, done_by: w}}\n" for number in range(count))
    actions = "".join(f"      b{number}: {{{action.replace('N', str(number))}}}\n" for number in range(count))
    return _steps(steps, f"    at_any_step:\n{actions}")


_CIRCLE = ", ".join(
    f"d{number}: {{limit: 1 day, kind: law, source: s, counts_from: d{(number + 1) % 1000} met, escalation: e}}"
    for number in range(1_000)
)
_RUNGS = ", ".join("{at: the limit, to: [w, x]}" for _ in range(1_500))
LARGE = {
    "automatic actions": _first([f"a{n}: {{goes_to: z, automatic: yes, only_if: t is at s0}}" for n in range(1_800)]),
    "unknown steps": _first([f"a{n}: {{goes_to: zz{n}}}" for n in range(2_400)]),
    "unknown fields": _first([f"a{n}: {{goes_to: z, only_if: fact_{n} is yes}}" for n in range(1_600)]),
    "unknown keys": _first([]) + "".join(f"trackz{n}: 1\n" for n in range(9_000)),
    "actions at any step": _everywhere(1_400, "goes_to: sN, event: eN"),
    "automatic at any step": _everywhere(1_000, "goes_to: sN, automatic: yes, only_if: t is at sN"),
    "deadlines in a circle": _steps(
        f"      s0: {{done_by: w, actions: {{a: {{goes_to: s1}}}}, deadlines: {{{_CIRCLE}}}}}\n"
        "      s1: {final: z}\n",
        "escalations: {e: [{at: the limit, to: x}]}\n",
    ),
    "many rungs": _first(["a: {goes_to: z}"]) + f"escalations: {{e: [{_RUNGS}]}}\n",
    "a chain": _steps(
        "".join(
            f"      s{n}: {{no_limit: n, done_by: w, actions: {{a: {{goes_to: s{n + 1}}}}}}}\n" for n in range(1_400)
        ),
        "      s1400: {final: z}\n",
    ),
    "included files": _first([]) + f"include: [{', '.join(f'x{n}.yaml' for n in range(9_000))}]\n",
}


@pytest.mark.parametrize("name", LARGE)
def test_large_protocols_take_bounded_time(name: str) -> None:
    """Any file of allowed size is answered in time, however its parts hang together."""
    with within(15):
        problems = judge({FULL: LARGE[name]})
    assert len(problems) <= 200
    assert "SP105" not in {one.code for one in problems}
