"""The drawing as a picture: nothing overlaps, nothing is cut, no arrow runs through a card, no text breaks out."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from random import Random

import pytest
import uharfbuzz as hb
from hypothesis import given, settings

from engine.core.model import Protocol
from engine.protocol.compile import compile as compile_protocol
from engine.protocol.drawing.main_line import main_line
from engine.protocol.drawing.svg.khmer import clusters, pieces
from engine.protocol.drawing.svg.lines import wrap
from engine.protocol.drawing.svg.page import svg
from engine.protocol.prose.names import Names
from engine.protocol.prose.numbering import number_articles
from engine.run.printing.fonts import ShapedMetrics, embedded, font_folder
from engine.run.protocols.files import load
from tests.builders.random_protocols import random_protocols
from tests.documents import ROOT
from tests.planted import FULL, full_sources

SVG = "{http://www.w3.org/2000/svg}"
SHIPPED = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "protocols").glob("*.yaml"))
CARDS = {"step", "first", "final", "success"}
FRAMES = {*CARDS, "band", "any", "limit", "proposed", "page"}


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the picture; for words, that of their ink as an independent look at the font finds it."""

    left: float
    top: float
    right: float
    bottom: float
    name: str

    def overlaps(self, other: Area, slack: float = 0.0) -> bool:
        """Return whether two areas share more than a hair."""
        return (
            self.left < other.right - slack
            and other.left < self.right - slack
            and self.top < other.bottom - slack
            and other.top < self.bottom - slack
        )

    def holds(self, other: Area, slack: float = 0.6) -> bool:
        """Return whether another area lies within this one."""
        return (
            self.left - slack <= other.left
            and self.top - slack <= other.top
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )


@dataclass(frozen=True, slots=True)
class Picture:
    """What an independent reader finds in an SVG: its frames, its words, its lines."""

    root: ET.Element
    frames: list[tuple[str, Area]]
    words: list[Area]
    lines: list[tuple[str, Area]]


@cache
def font(bold: bool) -> hb.Font:
    """Return the font as the drawing's reader has it."""
    name = "NotoSansKhmer-Bold.ttf" if bold else "NotoSansKhmer-Regular.ttf"
    return hb.Font(hb.Face((font_folder() / name).read_bytes()))


def ink(element: ET.Element) -> Area:
    """Return the ink of a line of words, glyph by glyph."""
    text, size = element.text or "", float(element.get("font-size", "0"))
    used = font(element.get("font-weight") == "700")
    x, top, bottom, right = 0.0, 0.0, 0.0, 0.0
    for info, place in glyphs(text, used):
        extents = used.get_glyph_extents(info.codepoint)
        if extents is not None and extents.width:
            right = max(right, x + place.x_offset + extents.x_bearing + extents.width)
            top = max(top, place.y_offset + extents.y_bearing)
            bottom = min(bottom, place.y_offset + extents.y_bearing + extents.height)
        x += place.x_advance
    scale = size / 1000
    left, baseline = float(element.get("x", "0")), float(element.get("y", "0"))
    return Area(left, baseline - top * scale, left + max(right, x) * scale, baseline - bottom * scale, text)


def glyphs(text: str, used: hb.Font) -> Iterator[tuple[hb.GlyphInfo, hb.GlyphPosition]]:
    """Yield the glyphs of a text: Khmer shaped as Khmer, everything else as Latin."""
    for khmer, run in groupby(text, lambda sign: "\u1780" <= sign <= "\u17ff"):
        buffer = hb.Buffer()
        buffer.add_str("".join(run))
        buffer.script, buffer.direction, buffer.language = ("Khmr" if khmer else "Latn"), "ltr", "km"
        hb.shape(used, buffer)
        yield from zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)


def look_at(text: str) -> Picture:
    """Return what stands in a drawing."""
    root = ET.fromstring(text)
    frames, words, lines = [], [], []
    for one in root.iter():
        if one.tag == f"{SVG}rect" and one.get("class") in FRAMES:
            x, y = float(one.get("x", "0")), float(one.get("y", "0"))
            area = Area(
                x, y, x + float(one.get("width", "0")), y + float(one.get("height", "0")), one.get("class", "")
            )
            frames.append((area.name, area))
        elif one.tag == f"{SVG}text":
            words.append(ink(one))
        elif one.tag == f"{SVG}polyline":
            (x, y), (to_x, to_y) = (tuple(map(float, point.split(","))) for point in one.get("points", "").split())
            area = Area(min(x, to_x), min(y, to_y), max(x, to_x) + 0.01, max(y, to_y) + 0.01, "line")
            lines.append((f"{one.get('class')} to {one.get('data-to')}", area))
    return Picture(root, frames, words, lines)


@cache
def picture(name: str, language: str) -> Picture:
    """Return the drawing of a shipped protocol."""
    protocol, _ = load(str(ROOT / name))
    return look_at(drawn(protocol, language))


def drawn(protocol: Protocol, language: str = "en", track: str | None = None) -> str:
    """Return the drawing of a protocol."""
    return svg(Names(protocol, language), ShapedMetrics(), embedded, track)


def check(found: Picture) -> None:
    """Fail where something overlaps, is cut, or runs through a card."""
    page = next(area for name, area in found.frames if name == "page")
    frames = [(name, area) for name, area in found.frames if name != "page"]
    assert [area for _, area in frames if not page.holds(area)] == []
    assert [words.name for words in found.words if not page.holds(words)] == []
    cards = sorted((area for name, area in frames if name in CARDS), key=lambda area: area.left)
    assert overlaps(cards) == []
    assert overlaps(sorted((area for name, area in frames if name == "band"), key=lambda area: area.left)) == []
    assert overlaps(sorted(found.words, key=lambda area: area.left)) == []
    for _, frame in frames:
        assert [words.name for words in found.words if words.overlaps(frame) and not frame.holds(words)] == []
    for _, piece in found.lines:
        assert page.holds(piece)
        assert [card for card in cards if piece.overlaps(card, slack=0.3)] == []
        assert [words.name for words in found.words if piece.overlaps(words)] == []
    for place, (to, one) in enumerate(found.lines):
        for other_to, other in found.lines[place + 1 :]:
            assert to == other_to or not runs_along(one, other), (to, other_to, one)


def runs_along(one: Area, other: Area) -> bool:
    """Return whether two lines run on each other, or so close that nobody can tell them apart."""
    if len({area.right - area.left < 0.1 for area in (one, other)}) == 2:
        return False
    wide = Area(one.left - 1.5, one.top - 1.5, one.right + 1.5, one.bottom + 1.5, "")
    shared = (
        min(wide.right, other.right) - max(wide.left, other.left),
        min(wide.bottom, other.bottom) - max(wide.top, other.top),
    )
    return min(shared) > 0 and max(shared) > 4


def overlaps(areas: list[Area]) -> list[tuple[str, str]]:
    """Return pairs that overlap, of areas sorted from left to right."""
    found = []
    for number, one in enumerate(areas):
        for other in areas[number + 1 :]:
            if other.left >= one.right:
                break
            if one.overlaps(other, slack=0.05):
                found.append((one.name, other.name))
    return found


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_overlaps_and_nothing_is_cut(name: str, language: str) -> None:
    """In every shipped protocol, in both languages, each word lies in its box, and nothing lies on anything."""
    check(picture(name, language))


@pytest.mark.parametrize("language", ["en", "km"])
@settings(max_examples=15)
@given(protocol=random_protocols())
def test_any_protocol_can_be_drawn(protocol: Protocol, language: str) -> None:
    """Whatever the lanes look like, nothing overlaps and nothing is cut."""
    check(look_at(drawn(protocol, language)))


@pytest.mark.parametrize("name", SHIPPED)
def test_main_line_is_straight(name: str) -> None:
    """The cards of a lane's main line stand on one level, from left to right, joined by one thick line each."""
    protocol, _ = load(str(ROOT / name))
    found = picture(name, "en")
    for track in protocol.tracks.values():
        places = [place_of(found, f"{track.id}.{step}") for step in main_line(track)]
        assert len({y for _, y in places}) == 1
        assert [x for x, _ in places] == sorted({x for x, _ in places})
    thick = [one for one in found.root.iter(f"{SVG}polyline") if one.get("class") == "main"]
    assert len(thick) == sum(len(main_line(track)) - 1 for track in protocol.tracks.values())


def place_of(found: Picture, step: str) -> tuple[float, float]:
    """Return where the card of a step begins."""
    (group,) = [one for one in found.root.iter(f"{SVG}g") if one.get("data-part") == f"step {step}"]
    frame = group.find(f"{SVG}rect")
    assert frame is not None
    return float(frame.get("x", "")), float(frame.get("y", ""))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_step_stands_there_once_with_its_number(name: str) -> None:
    """Each step has one card, with the number that its article has in the handbook."""
    protocol, _ = load(str(ROOT / name))
    numbers = number_articles(protocol)
    groups = [
        one for one in picture(name, "en").root.iter(f"{SVG}g") if (one.get("data-part") or "").startswith("step ")
    ]
    shown = {}
    for one in groups:
        number = one.find(f"{SVG}text[@class='number']")
        assert number is not None
        shown[(one.get("data-part") or "").removeprefix("step ")] = number.text
    assert len(groups) == len(shown)
    assert shown == {
        f"{track.id}.{step}": str(numbers[f"{track.id}.{step}"])
        for track in protocol.tracks.values()
        for step in track.steps
    }


@pytest.mark.parametrize("language", ["en", "km"])
def test_screen_readers_are_told_all_of_it(language: str) -> None:
    """The picture has a role, a title, and a description that names every step."""
    protocol, _ = load(str(ROOT / "protocols/rescue.yaml"))
    root = picture("protocols/rescue.yaml", language).root
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title desc"
    assert root.get("lang") == language
    described = root.findtext(f"{SVG}desc") or ""
    names = Names(protocol, language)
    for track in protocol.tracks.values():
        for step in track.steps.values():
            assert f"{names.number(f'{track.id}.{step.id}')}: {names.step_title(step)}" in described


def test_drawing_is_the_same_every_time() -> None:
    """Equal protocols give equal bytes, fonts and all."""
    protocol, _ = load(str(ROOT / "protocols/reintegration.yaml"))
    assert drawn(protocol, "km") == drawn(protocol, "km")


def test_drawing_needs_nothing_from_elsewhere() -> None:
    """No address stands in it but that of the format, and no script."""
    text = drawn(load(str(ROOT / "protocols/rescue.yaml"))[0], "km")
    assert set(re.findall(r"https?://[^\"' )]+", text)) == {"http://www.w3.org/2000/svg"}
    assert "<script" not in text
    assert set(re.findall(r"url\(([a-z]+:[a-z/]+)", text)) == {"data:font/ttf"}


def test_one_track_alone() -> None:
    """One lane can be drawn alone, with the numbers it has among all."""
    protocol, _ = load(str(ROOT / "protocols/rescue.yaml"))
    found = look_at(drawn(protocol, "en", "medical"))
    check(found)
    groups = {
        (one.get("data-part") or " ").split()[-1].partition(".")[0]
        for one in found.root.iter(f"{SVG}g")
        if one.get("data-part")
    }
    assert groups == {"medical"}


def test_titles_are_only_text() -> None:
    """A title that looks like markup is shown as it is."""
    head = "spean: 1\nprotocol: p\nversion: 1\nroles: {r: {title: R}}\ndefaults: {done_by: r}\n"
    body = """tracks:
  main:
    title: '</text><script>alert(1)</script>'
    first_step: a
    steps:
      a: {title: '<&"x', no_limit: none, actions: {on: {title: ']]>', goes_to: z}}}
      z: {final: closed}
"""
    protocol = compile_protocol({"p.yaml": head + body}, "p.yaml").protocol
    assert protocol is not None
    root = ET.fromstring(drawn(protocol))
    assert [one for one in root.iter() if one.tag.endswith("script")] == []
    words = [one.text for one in root.iter(f"{SVG}text")]
    assert '<&"x' in words
    assert "</text><script>alert(1)</script>" in words


def test_everything_the_language_has_can_be_drawn() -> None:
    """A protocol with every key of the language is drawn in both languages, and nothing overlaps."""
    protocol = compile_protocol(full_sources(), FULL).protocol
    assert protocol is not None
    for language in ("en", "km"):
        check(look_at(drawn(protocol, language)))


def test_nine_lanes_of_twenty_steps() -> None:
    """As large as protocols will grow: ways forth and back from every step, long titles, lists with many rungs."""
    head = """spean: 1
protocol: large
version: 1
roles: {r: {title: Whoever does what is to be done here, ministry: one}, s: {title: S, outside_state: yes}}
defaults: {done_by: r, escalation: long}
escalations:
  long: [{at: 25 % of the limit, to: owner}, {at: the limit, to: [r, s]}, {at: 2 days after the limit, to: s}]
tracks:
"""
    protocol = compile_protocol(
        {"p.yaml": head + "".join(large_lane(number) for number in range(9))}, "p.yaml"
    ).protocol
    assert protocol is not None
    assert sum(len(track.steps) for track in protocol.tracks.values()) == 9 * 20
    for language in ("en", "km"):
        check(look_at(drawn(protocol, language)))


def large_lane(lane: int) -> str:
    """Return a lane of twenty steps; from each some ways lead on, some back."""
    chance = Random(lane)
    lines = [f"  lane{lane}:", f"    title: Lane {lane}", "    first_step: s0", "    steps:"]
    lines[1:1] = [f"    opens_when: lane0 has reached s{lane}"] if lane else []
    for step in range(17):
        targets = {
            f"a{step}": step + 1,
            **{f"b{other}": chance.randrange(20) for other in range(chance.randrange(4))},
        }
        actions = ", ".join(
            f"{id_}: {{title: Go on to {to} as agreed, goes_to: s{to}}}" for id_, to in targets.items()
        )
        title = "Look at what is there " * chance.randint(1, 4)
        limit = f"{{d: {{limit: {step + 1} days, kind: practice, source: invented}}}}"
        lines.append(f"      s{step}: {{title: {title}, deadlines: {limit}, actions: {{{actions}}}}}")
    lines += [f"      s{step}: {{title: The end {step}, final: end{step}}}" for step in range(17, 20)]
    return "\n".join([*lines, "    at_any_step: {stop: {title: She stops, goes_to: s19}}"]) + "\n"


def test_khmer_is_never_cut_within_a_syllable() -> None:
    """Lines end between known words, else between syllables; subscripts and vowels stay with their letter."""
    text = "ផ្ទៀងផ្ទាត់ប្រភពដោយមិនឱ្យកន្លែងនោះដឹង"
    assert pieces(text) == ("ផ្ទៀងផ្ទាត់", "ប្រភព", "ដោយ", "មិន", "ឱ្យ", "កន្លែង", "នោះ", "ដឹង")
    assert clusters("ផ្ទៀងស្ត្រី") == ["ផ្ទៀ", "ង", "ស្ត្រី"]
    lines = wrap("ស្ត្រីស្ត្រីស្ត្រី", 1, lambda _: 10)
    assert lines == ["ស្ត្រី"] * 3
    assert wrap("ក\u200bខ គ", 1, len) == ["ក", "ខ", "គ"]


def test_long_words_are_cut_rather_than_run_out_of_their_box() -> None:
    """A word wider than the room is cut; all of it stays."""
    lines = wrap("a" * 25 + " b", 10, len)
    assert lines == ["a" * 10, "a" * 10, "a" * 5 + " b"]


def test_fonts_lie_with_their_licence() -> None:
    """The fonts are shipped with the licence that lets us."""
    names = {path.name for path in Path(font_folder()).iterdir()}
    assert {"NotoSansKhmer-Regular.ttf", "NotoSansKhmer-Bold.ttf", "OFL.txt"} <= names
