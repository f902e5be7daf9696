"""What YAML 1.2 forbids and the parser lets through, and tabs and directives in words of our own (28)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.protocol.codes.registry import problem
from engine.protocol.problems import Place, Problem
from engine.protocol.reading.layout import Layout, Span

TAB_INDENT = re.compile(r"^ *(\t)[ \t]*[^ \t\n]", re.MULTILINE)
DIRECTIVE = re.compile(r"^%[^\n]*", re.MULTILINE)
_GOOD_DIRECTIVE = re.compile(r"%YAML[ \t]+1\.2[ \t]*(?:[ \t]#.*)?$")
_NOTHING_YET = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*(?:[ \t]+#[^\n]*|[ \t]*)$")
_BLANK_FIRST = re.compile(r"[|>][-+]*[ \t]*(?:[ \t]#[^\n]*)?\n +(?:\n|$)")
_LOOSE = (
    re.compile(r"#(?<=[\"'\[\]{},|>0-9+-]#)"),
    re.compile(r"\n +(?:\n|$)"),
    re.compile(r"-(?<=[\[{,\s]-)\s*[,\]}]"),
)


def looks_loose(text: str) -> bool:
    """Whether ``find_looseness`` might find anything; cheap, and true too often rather than too seldom."""
    return any(pattern.search(text) for pattern in _LOOSE)


def find_tabs(name: str, text: str) -> Iterator[Problem]:
    """Yield a problem for each line that is moved in by a tab."""
    for match in TAB_INDENT.finditer(text):
        yield problem(
            "SP140",
            _place(name, text, match.start(1)),
            "This line is moved in with a tab.",
            "Use spaces, two for each level; most editors can turn tabs into spaces.",
        )


def find_directives(name: str, text: str) -> Iterator[Problem]:
    """Yield a problem for each line that begins with ``%``, except one ``%YAML 1.2`` before everything else."""
    for match in DIRECTIVE.finditer(text):
        nothing_yet = _NOTHING_YET.match(text)
        if nothing_yet and nothing_yet.end() == match.start() and _GOOD_DIRECTIVE.match(match[0]):
            continue
        yield problem(
            "SP128",
            _place(name, text, match.start()),
            "A line that begins with % is an instruction to the reader and is not allowed here.",
            "Delete the line; only `%YAML 1.2` may stand, once, as the first line of a file.",
        )


def find_looseness(layout: Layout) -> Iterator[Problem]:
    """Yield a problem for each slip the parser forgives: glued comments, lone dashes, odd heads of text blocks."""
    for start, _ in layout.comments:
        if 0 < start < layout.known_to and layout.text[start - 1] not in " \t\n":
            yield _glued(layout, start)
    for span in layout.spans:
        if span.style in ("|", ">"):
            yield from _judge_block(layout, span)
        elif not span.style and span.value == "-":
            yield problem(
                "SP143",
                layout.place(span.start),
                "A dash alone is no value.",
                'Put it in quotes ("-") if the dash is meant, or delete it.',
                span.path,
            )


def find_outdent(name: str, lines: list[str], first: int, last: int, least: int, comments: bool) -> Place | None:
    """Return the first line after ``first`` that stands further left than ``least`` spaces (lines counted from 0).

    Blank lines do not count, nor those with a comment if ``comments`` can stand there.
    """
    for number in range(first + 1, min(last + 1, len(lines))):
        words = lines[number].lstrip(" ")
        if not words.strip() or (comments and words.startswith("#")):
            continue
        indent = len(lines[number]) - len(words)
        if indent < least:
            return Place(name, number + 1, indent + 1)
    return None


def _judge_block(layout: Layout, span: Span) -> Iterator[Problem]:
    raw = layout.text[span.start : span.end]
    if not _BLOCK_HEADER.match(raw.split("\n", 1)[0]):
        yield _glued(layout, span.start + raw.index("#") if "#" in raw else span.start)
    elif _BLANK_FIRST.match(layout.text, span.start) and _starts_deeper(layout.text, span):
        yield problem(
            "SP144",
            layout.place(span.start),
            "The text block begins with a blank line that is moved in further than its text.",
            "Delete the spaces of the blank lines below this sign.",
            span.path,
        )


def _starts_deeper(text: str, span: Span) -> bool:
    """Whether leading blank lines are deeper than the first line of words, also where that line was cut off."""
    deepest = 0
    position = text.find("\n", span.start) + 1
    while 0 < position < len(text):
        end = text.find("\n", position)
        line = text[position : len(text) if end < 0 else end]
        if line.strip(" "):
            return deepest > len(line) - len(line.lstrip(" "))
        deepest = max(deepest, len(line))
        position = end + 1
    return False


def _glued(layout: Layout, index: int) -> Problem:
    return problem(
        "SP142",
        layout.place(index),
        "A comment needs a space before its # sign.",
        "Put a space before #, or put the whole text in quotes if # is part of it.",
    )


def _place(name: str, text: str, index: int) -> Place:
    return Place(name, text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))
