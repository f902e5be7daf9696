"""The fonts that are shipped, and HarfBuzz: the only place that shapes text. Noto Sans Khmer holds Latin, too."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path

import uharfbuzz as hb

from engine.protocol.drawing.svg.metrics import Face

#: The name by which pages ask for it; the weights are two files.
FAMILY = "Noto Sans Khmer"
_FOLDER = files("engine.run.printing") / "fonts"
_RUNS = re.compile(r"[\u1780-\u17ff\u200c\u200d]+|[^\u1780-\u17ff\u200c\u200d]+")
#: What stands for signs that the fonts lack.
UNCOVERED = "[?]"
#: Of the font to an em.
_UNITS = 1000
_FILES = {False: "NotoSansKhmer-Regular.ttf", True: "NotoSansKhmer-Bold.ttf"}


def font_folder() -> Path:
    """Return the folder in which the font files lie."""
    return Path(str(_FOLDER))


@lru_cache
def _face(bold: bool) -> hb.Face:
    return hb.Face((_FOLDER / _FILES[bold]).read_bytes())


@lru_cache
def _font(bold: bool) -> hb.Font:
    return hb.Font(_face(bold))


@lru_cache
def _signs() -> frozenset[str]:
    return frozenset(chr(one) for bold in _FILES for one in _face(bold).unicodes)


def covered(text: str) -> str:
    """Return a text in which ``UNCOVERED`` stands for each run of signs that the fonts lack: Thai, an arrow."""
    runs = groupby(text, key=lambda sign: _signs().issuperset(unicodedata.normalize("NFD", sign)) or _is_unseen(sign))
    return "".join("".join(run) if known else UNCOVERED for known, run in runs)


def _is_unseen(sign: str) -> bool:
    """Whether nothing is drawn for a sign: the end of a line, a variant selector."""
    return not sign.isprintable() or "\ufe00" <= sign <= "\ufe0f"


def shape(text: str, bold: bool = False) -> list[tuple[int, int]]:
    """Return the glyphs of a text in the order they are drawn, each with its advance (1,000 units an em).

    HarfBuzz shapes one script at a time, so Khmer is given to it apart from everything else.
    """
    found: list[tuple[int, int]] = []
    for run in _RUNS.findall(text):
        buffer = hb.Buffer()
        buffer.add_str(run)
        buffer.guess_segment_properties()
        hb.shape(_font(bold), buffer)
        places = zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        found += [(info.codepoint, place.x_advance) for info, place in places]
    return found


@lru_cache(maxsize=65536)
def _units(text: str, bold: bool) -> int:
    return sum(advance for _, advance in shape(text, bold))


class ShapedMetrics:
    """Widths as HarfBuzz shapes them, which browsers do, too."""

    def width(self, text: str, face: Face) -> float:
        """Return how wide a text is, in pixels."""
        return _units(text, face.bold) * face.size / _UNITS


def embedded(texts: Iterable[str], bold: bool) -> bytes:
    """Return the font with only what these texts need; the same texts give the same bytes."""
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(sorted({ord(sign) for text in texts for sign in text}))
    data: bytes = hb.subset(_face(bold), wanted).blob.data
    return data
