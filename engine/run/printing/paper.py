"""A paper from a case as a PDF: a heading, the code outside, sections of lines. It says nothing of who made it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.protocol.handbook.typst import lettering, string
from engine.run.printing.fonts import UNCOVERED, covered
from engine.run.printing.pdf import set_in_type

#: The Khmer is for review by a native speaker.
_NOTE = {
    "en": "{} stands for signs that this paper has no letters for; they stand on the page of the case.",
    "km": "{} តំណាងឱ្យសញ្ញាដែលក្រដាសនេះគ្មានអក្សរ។ សញ្ញាទាំងនោះមាននៅលើទំព័រករណី។",
}
_HEAD = """\
#set page(paper: "a4", margin: (x: 22mm, top: 20mm, bottom: 22mm), numbering: number)
#set page(header: align(right, strong(code)))
#set par(leading: lead, spacing: lead + 0.4em)
#show heading: set block(sticky: true)
#show heading.where(level: 1): set text(size: 18pt)
#show heading.where(level: 2): set text(size: 13pt)
"""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a paper: its title, and lines of a label (maybe empty) and a text."""

    title: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed, in a language (``en`` or ``km``). ``title`` is neutral: it stands in the file's properties."""

    title: str
    code: str
    day: str
    language: str
    sections: Sequence[Section]


def paper_pdf(paper: Paper) -> bytes:
    """Return the PDF. Raises LackingError where the part that writes it is not installed."""
    return set_in_type("\n".join(_lines(paper)) + "\n")


def _lines(paper: Paper) -> Iterator[str]:
    yield f"#set document(title: {string(paper.title)}, date: none)"
    yield from lettering(paper.language)
    yield f"#let code = {string(paper.code)}"
    yield _HEAD
    yield f"= #{string(paper.title)}"
    yield f"#{string(paper.day)}"
    for section in paper.sections:
        yield f"== #{string(section.title)}"
        for label, text in section.lines:
            yield f"#block[{f'#strong({string(label)}) #linebreak() ' if label else ''}#{string(text)}]"
    if any(covered(text) != text for section in paper.sections for line in section.lines for text in line):
        yield f"#{string(_NOTE[paper.language].format(UNCOVERED))}"
