"""Glyphs as outlines: what a font draws for a text, and what really stands in a PDF."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

import uharfbuzz as hb

Outline = tuple[object, ...]

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)\sendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"/(f\d+) [\d.]+ Tf|(\((?:[^()\\]|\\.)*\))|<([0-9A-Fa-f]+)>(?=[^>]*T[jJ])", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_SIGNS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass
class _Pen:
    """Writes down what is drawn."""

    drawn: list[object] = field(default_factory=list)

    def moveTo(self, to: object) -> None:  # noqa: N802 - the name that HarfBuzz calls
        self.drawn.append(("move", to))

    def lineTo(self, to: object) -> None:  # noqa: N802
        self.drawn.append(("line", to))

    def qCurveTo(self, *to: object) -> None:  # noqa: N802
        self.drawn.append(("quadratic", *to))

    def curveTo(self, *to: object) -> None:  # noqa: N802
        self.drawn.append(("cubic", *to))

    def closePath(self) -> None:  # noqa: N802
        self.drawn.append("close")

    def endPath(self) -> None:  # noqa: N802
        self.drawn.append("end")


def outline_of(font: hb.Font, glyph: int) -> Outline:
    """Return how a glyph is drawn."""
    pen = _Pen()
    font.draw_glyph_with_pen(glyph, pen)
    return tuple(pen.drawn)


def shaped(font: hb.Font, text: str) -> list[Outline]:
    """Return what a font draws for a text, in order; what draws nothing is left out."""
    found = []
    for khmer, run in groupby(text, lambda sign: "\u1780" <= sign <= "\u17ff"):
        buffer = hb.Buffer()
        buffer.add_str("".join(run))
        buffer.script, buffer.direction, buffer.language = ("Khmr" if khmer else "Latn"), "ltr", "km"
        hb.shape(font, buffer)
        found += [outline_of(font, info.codepoint) for info in buffer.glyph_infos]
    return [one for one in found if one]


def unshaped(font: hb.Font, text: str) -> list[Outline]:
    """Return what a program draws that knows nothing of Khmer: sign by sign."""
    found = (outline_of(font, font.get_nominal_glyph(ord(sign)) or 0) for sign in text)
    return [one for one in found if one]


def in_pdf(content: bytes) -> Iterator[list[Outline]]:
    """Yield the glyphs of each page of a PDF, in the order in which they are drawn."""
    objects = {int(number): body for number, body in _OBJECT.findall(content)}
    known: dict[int, hb.Font] = {}
    for body in objects.values():
        if b"/Type/Page/" in body:
            named = re.findall(rb"/(f\d+) (\d+) 0 R", objects[_number(rb"/Resources (\d+) 0 R", body)])
            for _, number in named:
                known.setdefault(int(number), _font(objects, int(number)))
            fonts = {name.decode(): known[int(number)] for name, number in named}
            yield list(_drawn(_stream(objects[_number(rb"/Contents (\d+) 0 R", body)]), fonts))


def _number(key: bytes, body: bytes) -> int:
    found = re.search(key, body)
    assert found
    return int(found[1])


def _font(objects: dict[int, bytes], number: int) -> hb.Font:
    """Return the font that is embedded for a name; its glyphs are named by their numbers in it."""
    below = number
    for key in (rb"/DescendantFonts\[(\d+)", rb"/FontDescriptor (\d+)", rb"/FontFile2 (\d+)"):
        below = _number(key, objects[below])
    return hb.Font(hb.Face(_stream(objects[below])))


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found
    return zlib.decompress(found[1])


def _drawn(content: bytes, fonts: dict[str, hb.Font]) -> Iterator[Outline]:
    font = None
    plain = re.sub(rb"/\w+\s*(?:<[0-9A-F]*>|\((?:[^()\\]|\\.)*\))", b"", content)  # texts for screen readers
    for name, text, hexed in _SHOWN.findall(plain):
        if name:
            font = fonts[name.decode()]
            continue
        codes = bytes.fromhex(hexed.decode()) if hexed else _ESCAPE.sub(_unescaped, text[1:-1])
        assert font is not None
        for place in range(0, len(codes), 2):
            drawn = outline_of(font, int.from_bytes(codes[place : place + 2], "big"))
            if drawn:
                yield drawn


def _unescaped(found: re.Match[bytes]) -> bytes:
    sign = found[1]
    return bytes([int(sign, 8)]) if sign.isdigit() else _SIGNS.get(sign, sign)


def holds(glyphs: list[Outline], part: list[Outline]) -> bool:
    """Return whether some glyphs stand one behind the other among others."""
    return any(glyphs[place : place + len(part)] == part for place in range(len(glyphs) - len(part) + 1))
