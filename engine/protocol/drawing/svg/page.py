"""A protocol as one SVG picture: a band for each lane, below a head that says what it is and how it is read.

Pure: protocol in, text out. Equal protocols give equal bytes. Every text is escaped, every width measured; the signs
that matter differ in form, not only in colour.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator

from engine.core.model import Protocol, Track
from engine.protocol.drawing.svg.alternative import describe_drawing
from engine.protocol.drawing.svg.bands import Band, band
from engine.protocol.drawing.svg.marks import Box, Label, Mark, drawn, moved, shown
from engine.protocol.drawing.svg.metrics import BODY, STRONG, TITLE, Metrics
from engine.protocol.drawing.svg.pen import Pen
from engine.protocol.drawing.svg.style import STYLE
from engine.protocol.drawing.svg.wording import word
from engine.protocol.prose.names import Names
from engine.protocol.prose.numerals import digits

_BOLD = (False, True)
_EDGE = 24.0
_GAP = 22.0
#: Lanes stand beside each other up to this width, if they are that short.
_SHELF = 3200.0
_SIGNS = ("sign number", "sign main", "sign limit", "sign list", "sign final", "sign review")

#: Gives a font that holds what the texts need, bold or not.
Fonts = Callable[[Iterable[str], bool], bytes]


def svg(names: Names, metrics: Metrics, fonts: Fonts, track: str | None = None) -> str:
    """Return the drawing of a protocol, or of one of its tracks alone."""
    protocol = names.protocol
    tracks = [one for one in protocol.tracks.values() if track in {None, one.id}]
    bands = [band(one, names, metrics) for one in tracks]
    width = max(*(one.width for one in bands), min(_SHELF, sum(one.width + _GAP for one in bands) - _GAP))
    pen = Pen(metrics, names.language, _EDGE)
    _write_head(pen, names, min(width, 1100))
    groups: list[tuple[str, list[Mark]]] = [("", [moved(mark, _EDGE, 0) for mark in pen.marks])]
    y = pen.y + _GAP
    for shelf in _shelves(bands, width):
        x = _EDGE
        for one in shelf:
            groups += _groups(one, x, y)
            x += one.width + _GAP
        y += max(one.height for one in shelf) + _GAP
    return "\n".join(_document(names, groups, width + 2 * _EDGE, y - _GAP + _EDGE, fonts, tracks)) + "\n"


def _write_head(pen: Pen, names: Names, room: float) -> None:
    protocol = names.protocol
    pen.write(names.title(), TITLE, 0, room)
    pen.y += 2
    version = word("version", names).format(digits(protocol.version, names.language))
    pen.write(f"{version} ({protocol.id})", BODY, 0, room)
    pen.write(_status(protocol, names), STRONG, 0, room)
    pen.y += 6
    pen.write(word("signs", names), STRONG, 0, room)
    for sign in _SIGNS:
        pen.write(word(sign, names), BODY, 0, room, "soft")


def _status(protocol: Protocol, names: Names) -> str:
    if protocol.status == "adopted":
        return word("adopted", names).format(protocol.adopted_by)
    return word("draft", names)


def _shelves(bands: list[Band], width: float) -> list[list[Band]]:
    """Return the bands in rows: each below the one before, short ones beside each other as long as there is room."""
    rows: list[list[Band]] = []
    room = 0.0
    for one in bands:
        if not rows or one.width > room:
            rows.append([])
            room = width
        rows[-1].append(one)
        room -= one.width + _GAP
    return rows


def _groups(one: Band, x: float, y: float) -> Iterator[tuple[str, list[Mark]]]:
    """Yield the marks of a band: the band, its arrows, then card by card."""
    frame = Box(x, y, one.width, one.height, "band", 6)
    yield f"lane {one.track.id}", [frame, *(moved(mark, x, y) for mark in one.words)]
    yield f"arrows {one.track.id}", [moved(mark, x, y) for mark in one.arrows]
    for step, marks in one.steps.items():
        yield f"step {one.track.id}.{step}", [moved(mark, x, y) for mark in marks]


def _document(
    names: Names,
    groups: list[tuple[str, list[Mark]]],
    width: float,
    height: float,
    fonts: Fonts,
    tracks: list[Track],
) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    role = f'role="img" aria-labelledby="title desc" lang="{names.language}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} {role}>'
    yield f'<title id="title">{shown(names.title())}</title>'
    yield f'<desc id="desc">{shown(describe_drawing(tracks, names))}</desc>'
    yield f"<style>{_faces(groups, fonts)}{STYLE}</style>"
    yield f'<rect class="page" width="{width:.0f}" height="{height:.0f}"/>'
    for name, marks in groups:
        yield f'<g data-part="{shown(name)}">' if name else "<g>"
        yield drawn(marks)
        yield "</g>"
    yield "</svg>"


def _faces(groups: list[tuple[str, list[Mark]]], fonts: Fonts) -> str:
    """Return the fonts, with no more signs than stand in the drawing: it looks alike wherever it is opened."""
    labels = [mark for _, marks in groups for mark in marks if isinstance(mark, Label)]
    return "".join(_face(fonts([one.text for one in labels if one.face.bold is bold], bold), bold) for bold in _BOLD)


def _face(font: bytes, bold: bool) -> str:
    weight, data = (700 if bold else 400), b64encode(font).decode()
    return f'@font-face{{font-family:"Spean";font-weight:{weight};src:url(data:font/ttf;base64,{data})}}\n'
