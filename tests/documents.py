"""The pages of the project as the tests read them: fenced blocks, tables of keys, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_FENCE = re.compile(r"^(?P<fence>`{3,})(?P<info>[^`\n]*)\n(?P<text>.*?)^(?P=fence)\s*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?P<target>[^()\s]+)\)")
_KEYS = re.compile(r"<!-- keys: (?P<name>\w+) -->\n\|[^\n]*\n\|[^\n]*\n(?P<rows>(?:\|[^\n]*\n)+)")
_KEY = re.compile(r"\|\s*(?P<bold>\*\*)?`(?P<key>\w+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: the words behind its fence, its text, the page and the line on which the text begins."""

    page: str
    info: str
    text: str
    line: int

    def __str__(self) -> str:
        """Return where the block stands."""
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """Return every page of the project that people read."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("**/*.md"))]


def page(name: str) -> str:
    """Return the text of a page, by its path from the root of the project."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, info: str) -> list[Block]:
    """Return the blocks of a page whose fence says exactly this."""
    return [block for block in all_blocks(name) if block.info == info]


def all_blocks(name: str) -> Iterator[Block]:
    """Yield every fenced block of a page."""
    text = page(name)
    for found in _FENCE.finditer(text):
        yield Block(name, found["info"].strip(), found["text"], text.count("\n", 0, found.start("text")) + 1)


def sentences(name: str, info: str) -> list[str]:
    """Return the lines of all blocks of one kind."""
    return [line for block in blocks(name, info) for line in block.text.splitlines() if line.strip()]


def prose(name: str) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", page(name))


def links(name: str) -> list[str]:
    """Return the targets of all links of a page."""
    return [found["target"] for found in _LINK.finditer(prose(name))]


def anchors(name: str) -> frozenset[str]:
    """Return the anchors that the headings of a page make."""
    titles = re.findall(r"^#+ (.+)$", prose(name), re.MULTILINE)
    return frozenset(_anchor(title) for title in titles)


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


@dataclass(frozen=True, slots=True)
class KeyTable:
    """A table of keys in the reference: each key with the rest of its row, and the keys in bold."""

    rows: dict[str, str]
    required: frozenset[str]


def key_tables(name: str) -> dict[str, KeyTable]:
    """Return the tables of keys of a page, by the name above them."""
    return {found["name"]: _key_table(found["rows"]) for found in _KEYS.finditer(page(name))}


def _key_table(rows: str) -> KeyTable:
    found = [(row, match) for row in rows.splitlines() if (match := _KEY.match(row))]
    return KeyTable(
        {match["key"]: row[match.end() :] for row, match in found},
        frozenset(match["key"] for _, match in found if match["bold"]),
    )
