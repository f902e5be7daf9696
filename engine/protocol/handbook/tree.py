"""A handbook as a tree: chapters, articles, paragraphs. Writers turn it into pages; nothing here knows a format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Look(StrEnum):
    """How a piece of a line looks."""

    PLAIN = "plain"
    STRONG = "strong"
    SMALL = "small"  # ids and places, for those who look after the files
    SOURCE = "source"  # words as they stand in the file, whatever language the page has
    BREAK = "break"  # a new line within a paragraph; its text is the space that readers of mere text see


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line."""

    text: str
    look: Look = Look.PLAIN


Line = tuple[Run, ...]
NEW_LINE = Run(" ", Look.BREAK)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; in articles it has a number, by which orders name it."""

    line: Line
    number: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Items below each other, each of equal weight."""

    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a head; ``blank``: rows are for writing by hand."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    blank: bool = False


Block = Paragraph | Listing | Grid


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks under a small title; without a title they only follow."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One article. ``id`` leads to the files (``medical.acute_care``), ``place`` says where: file and line."""

    number: int
    label: str
    title: str
    id: str
    place: str
    refs: tuple[str, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter, with what stands before its articles."""

    label: str
    title: str
    id: str
    opening: tuple[Block, ...]
    articles: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class Handbook:
    """The whole, in one language. ``status`` says first of all whether it is in force; ``draft``: it is not."""

    language: str
    title: str
    kind: str
    version: str
    status: str
    draft: bool
    front: tuple[Block, ...]
    reading: Section
    contents: str
    chapters: tuple[Chapter, ...]

    def articles(self) -> Iterator[Article]:
        """Yield every article in order."""
        for chapter in self.chapters:
            yield from chapter.articles


def plain(*texts: str) -> Line:
    """Return texts as one plain line."""
    return tuple(Run(text) for text in texts if text)


def words_of(block: Block) -> Iterator[str]:
    """Yield the lines of a block as mere text."""
    if isinstance(block, Paragraph):
        yield said(block.line)
    elif isinstance(block, Listing):
        yield from map(said, block.items)
    else:
        yield from (said(cell) for row in block.rows for cell in row)


def said(line: Line) -> str:
    """Return a line as mere text."""
    return "".join(run.text for run in line)
