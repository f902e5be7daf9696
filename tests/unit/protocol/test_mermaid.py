"""The drawing of a protocol: what stands in it, and that nothing from a file can break it."""

from __future__ import annotations

import re

import pytest
from syrupy.assertion import SnapshotAssertion

from engine.protocol.compile import compile as compile_protocol
from engine.protocol.drawing.mermaid import mermaid
from tests.planted import FULL, full_sources

HEAD = """\
spean: 1
protocol: drawn
version: 1
roles: {worker: {ministry: one}, visitor: {outside_state: yes}}
defaults: {done_by: worker}
tracks:
"""
TRACK = """\
  main:
    first_step: a
    steps:
      a: {no_limit: none, actions: {on: {goes_to: z}}}
      z: {final: closed}
"""


def drawn(tracks: str, head: str = HEAD, language: str = "en") -> list[str]:
    """Return the lines of the drawing, without the space before them."""
    found = compile_protocol({"p.yaml": head + tracks}, "p.yaml")
    assert found.protocol is not None, found.problems
    return [line.strip() for line in mermaid(found.protocol, language).splitlines()]


@pytest.mark.parametrize("language", ["en", "km"])
def test_full_protocol_is_drawn(language: str, snapshot: SnapshotAssertion) -> None:
    """Lanes, steps, notes of deadlines and arrows of the full protocol are drawn as they were read by eye."""
    protocol = compile_protocol(full_sources(), FULL).protocol
    assert protocol is not None
    assert mermaid(protocol, language) == snapshot


def test_each_track_is_a_lane_with_its_own_steps() -> None:
    """What stands between `subgraph` and `end` is one track: its steps and no step of another."""
    other = "  other: {opens_when: main has reached z, first_step: a, steps: {a: {final: closed}}}\n"
    lines = drawn(TRACK + other)
    starts = [number for number, line in enumerate(lines) if line.startswith("subgraph")]
    ends = [number for number, line in enumerate(lines) if line == "end"]
    lanes = [lines[start + 1 : end] for start, end in zip(starts, ends, strict=True)]
    assert lanes == [
        ['step_main__a["a"]', 'step_main__z(["z"]):::final'],
        ['step_other__a(["a"]):::final'],
    ]


def test_final_steps_are_round_and_others_are_not() -> None:
    """Only a final step has round ends and the colour of an end."""
    lines = drawn(TRACK)
    assert 'step_main__z(["z"]):::final' in lines
    assert 'step_main__a["a"]' in lines


def test_what_may_happen_at_any_step_is_drawn_once() -> None:
    """An action at any step is one arrow from one shape, however many steps the track has."""
    lines = drawn(TRACK + "    at_any_step: {died: {goes_to: z}, note: {stays: here}}\n")
    assert [line for line in lines if "any_main" in line] == [
        'any_main{{"at any step"}}',
        'any_main -->|"died"| step_main__z',
        'any_main -.->|"note"| any_main',
    ]


def test_going_back_leads_to_one_shape_that_says_so() -> None:
    """`previous` has no step of its own: its arrow ends at the shape for the step before, drawn only if needed."""
    lines = drawn(TRACK.replace("on: {goes_to: z}", "on: {goes_to: z}, back: {goes_to: previous}"))
    assert 'back_main(("back to the step before"))' in lines
    assert 'step_main__a -.->|"back"| back_main' in lines
    assert not any("back_" in line for line in drawn(TRACK))


def test_every_number_of_a_deadline_is_in_its_note() -> None:
    """A limit that depends on an answer shows each number once, that of all other answers too; a date is named."""
    protocol = compile_protocol(full_sources(), FULL).protocol
    assert protocol is not None
    note = next(line for line in mermaid(protocol).splitlines() if "note_main__intake" in line)
    assert "decided: 24 hours / 72 hours / 7 days (practice, proposed)" in note
    assert "prepared: 14 days before hearing_on (default, proposed)" in note
    assert "done: 14 days (default, proposed)" in note


def test_title_falls_back_to_english_and_then_to_the_id() -> None:
    """In Khmer an untranslated title is shown in English, and a step without any title by its id."""
    track = TRACK.replace("a: {no", "a: {title: Start, no").replace("z: {", 'z: {title: {en: End, km: "ចប់"}, ')
    lines = drawn(track, language="km")
    assert 'step_main__a["Start"]' in lines
    assert 'step_main__z(["ចប់"]):::final' in lines
    assert 'subgraph lane_main["main"]' in lines


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ('say "yes"', "say #34;yes#34;"),
        ("a [b] {c} (d)", "a #91;b#93; #123;c#125; (d)"),
        ("end", "end"),
        ("a; end", "a#59; end"),
        ("x --> y", "x --#62; y"),
        ("#35; | `code`", "#35;35#59; #124; #96;code#96;"),
        ("<b>&amp;</b>", "#60;b#62;#38;amp#59;#60;/b#62;"),
        ("%%{init}%%", "%%#123;init#125;%%"),
        ("ចាប់\u200bផ្តើម", "ចាប់#8203;ផ្តើម"),
        ("two   spaces", "two spaces"),
    ],
)
def test_no_sign_of_a_title_is_taken_for_one_of_the_drawing(title: str, shown: str) -> None:
    """Quotes, brackets, arrows, entities and comments of titles are written as numbers; Khmer and words stay."""
    text = TRACK.replace("a: {no", f"a: {{title: '{title}', no").replace("on: {", f"on: {{title: '{title}', ")
    lines = drawn(text.replace("  main:\n", f"  main:\n    title: '{title}'\n"))
    assert f'subgraph lane_main["{shown}"]' in lines
    assert f'step_main__a["{shown}"]' in lines
    assert f'step_main__a -->|"{shown}"| step_main__z' in lines
    assert lines.count("end") == 1


def test_title_of_the_protocol_is_one_text_of_its_head() -> None:
    """A protocol's title with quotes, colons and backslashes stays one quoted text between the lines of dashes."""
    lines = drawn(TRACK, HEAD.replace("version: 1\n", "version: 1\ntitle: 'a \"b\": c \\ d'\n"))
    assert lines[:4] == ["---", 'title: "a \\"b\\": c \\\\ d (1)"', "---", "flowchart TD"]


def test_steps_called_like_words_of_mermaid_are_steps() -> None:
    """Steps called `end`, `graph` or `subgraph` are drawn like others: no shape has a bare word as its name."""
    lines = drawn(TRACK.replace(" z:", " end:").replace("goes_to: z", "goes_to: end"))
    assert 'step_main__end(["end"]):::final' in lines
    assert 'step_main__a -->|"on"| step_main__end' in lines
    assert lines.count("end") == 1


@pytest.mark.parametrize(("one", "other"), [(("a", "b__c"), ("a__b", "c")), (("a", "_b"), ("a_", "b"))])
def test_steps_of_two_tracks_are_never_one_shape(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Underscores in ids cannot make one shape of two steps."""
    lines = drawn(
        f"  {one[0]}: {{first_step: {one[1]}, steps: {{{one[1]}: {{final: closed}}}}}}\n"
        f"  {other[0]}: {{opens_when: {one[0]} has ended, first_step: {other[1]}, "
        f"steps: {{{other[1]}: {{final: closed}}}}}}\n"
    )
    shapes = [match[0] for line in lines if (match := re.match(r"step\w*(?=\(\[)", line))]
    assert len(set(shapes)) == 2
