"""The strict YAML reader: text in, nodes with places and problems out (28, 29). The only module that imports yaml.

The file is judged on the parser's event stream. Nothing is resolved, so every scalar stays text as written; aliases
are refused as they appear and never followed, so no file can grow while it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from engine.protocol.codes.registry import problem
from engine.protocol.problems import Place, Problem
from engine.protocol.reading.characters import UNREADABLE, find_characters, looks_misleading
from engine.protocol.reading.decoding import decode
from engine.protocol.reading.layout import Layout, Span
from engine.protocol.reading.nodes import Node, Scalar
from engine.protocol.reading.strictness import find_directives, find_looseness, find_tabs, looks_loose
from engine.protocol.reading.syntax_errors import Complaint, translate
from engine.protocol.reading.tree import ReadingEndedError, Tree

MAX_PROBLEMS = 200
"""More problems of one file help nobody; the rest appears once these are put right."""


class EventStream(Protocol):
    """What is used of a parser."""

    def get_event(self) -> Any:
        """Return the next event, None behind the last."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says. ``root`` is None if it could not be read to its end; then there is at least one problem.

    With problems of a local kind (a key twice, a tag) the root is there too, so that all else can be checked in the
    same run: of two equal keys the first counts, an unusable key is left out.
    """

    root: Node | None
    problems: tuple[Problem, ...]


def open_stream(text: str) -> EventStream:
    """Return libyaml's parser, or the slower one in Python where libyaml is not installed."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    stream: EventStream = loader(text)
    return stream


def read(name: str, text: str | bytes) -> Reading:
    """Read one file. Never raises; the problems stand in the order of their places, at most ``MAX_PROBLEMS``."""
    decoded = decode(name, text)
    if isinstance(decoded, Problem):
        return Reading(None, (decoded,))
    suspect = not decoded.isascii() and looks_misleading(decoded)
    found: list[Problem] = []
    if decoded.startswith("\ufeff"):
        found.extend(islice(find_characters(Layout(name, decoded[:1], [], 1)), 1))
        decoded = decoded[1:]
    return _read_text(name, decoded, found, suspect)


def lay_out(name: str, text: str) -> tuple[Node | None, Layout]:
    """Return the nodes of a text in which ``read`` finds no error, and where every scalar and comment stands in it.

    The text has ``\\n`` as its only line end.
    """
    tree = Tree(name, text, keep_spans=True)
    _grow(tree, UNREADABLE.sub(" ", text))
    return tree.root, Layout(name, text, tree.spans, len(text))


def _read_text(name: str, text: str, found: list[Problem], suspect: bool) -> Reading:
    legible = UNREADABLE.sub(" ", text)
    suspect = suspect or legible != text or "\\" in text
    loose = looks_loose(legible)
    tree = Tree(name, legible, keep_spans=suspect or loose)
    failure = _grow(tree, legible)
    if tree.odd_key and not tree.keep_spans:
        tree = Tree(name, legible, keep_spans=True)
        failure = _grow(tree, legible)
    whole = failure is None and tree.root is not None
    if tree.keep_spans:
        layout = Layout(name, text, tree.spans, len(text) if whole else tree.known_to)
        found.extend(islice(find_characters(layout), MAX_PROBLEMS + 1))
        found.extend(islice(find_looseness(layout), MAX_PROBLEMS + 1) if loose else ())
    if "\t" in text:
        found.extend(islice(find_tabs(name, text), MAX_PROBLEMS + 1))
    if "%" in text:
        found.extend(islice(find_directives(name, legible), MAX_PROBLEMS + 1))
    outdents = [one for one in tree.problems if one.code == "SP141"]
    if failure and not _is_explained(failure, [*found, *outdents]):
        found.append(failure)
    found.extend(tree.problems)
    if whole or (failure is None and not tree.problems):
        found.extend(_judge_root(name, tree.root))
    return Reading(tree.root if whole else None, tuple(_order(name, found)))


def _grow(tree: Tree, text: str) -> Problem | None:
    """Feed the events to the tree; return the syntax error that ended them, if any."""
    try:
        stream = open_stream(text)
        _feed(tree, stream.get_event)
    except ReadingEndedError:
        return None
    except yaml.MarkedYAMLError as error:
        tree.root = None
        return translate(_complaint(tree.name, text, error))
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # Characters and numbers the parsers stumble over without saying where.
        tree.root = None
        return translate(Complaint(type(error).__name__, "", Place(tree.name), None))
    return None


def _feed(tree: Tree, get_event: Any) -> None:
    name, take, keep_spans = tree.name, tree.scalar, tree.keep_spans
    while (event := get_event()) is not None:
        kind = type(event)
        mark = event.start_mark
        if kind is ScalarEvent:
            style = event.style or ""
            place = Place(name, mark.line + 1, mark.column + 1)
            if event.tag is not None or event.anchor is not None:
                _refuse_properties(tree, event, place)
            if event.end_mark.line != mark.line:
                tree.check_lines(place, event.end_mark.line, style)
            if keep_spans:
                _take_with_span(tree, event, place, style)
            else:
                take(event.value, place, style)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            tree.close(event.end_mark.line)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            place = Place(name, mark.line + 1, mark.column + 1)
            if event.tag is not None or event.anchor is not None:
                _refuse_properties(tree, event, place)
            tree.open(place, kind is MappingStartEvent, bool(event.flow_style))
        else:
            _take_rare(tree, event, kind)


def _take_with_span(tree: Tree, event: Any, place: Place, style: str) -> None:
    start, end = event.start_mark.index, event.end_mark.index
    path = tree.path()
    is_key = tree.scalar(event.value, place, style)
    tree.spans.append(Span(start, end, style, is_key, path, event.value))
    tree.known_to = end


def _take_rare(tree: Tree, event: Any, kind: type) -> None:
    place = Place(tree.name, event.start_mark.line + 1, event.start_mark.column + 1)
    if kind is AliasEvent:
        message = f"The alias *{event.anchor[:40]} is not allowed."
        hint = "Write the value out; if the * is part of the text, put the text in quotes."
        tree.report("SP122", place, message, hint)
        tree.scalar(f"*{event.anchor}", place, "*")
    elif kind is DocumentStartEvent and (tree.root is not None):
        hint = "Keep one document in a file: put each in a file of its own, without the line `---` between them."
        tree.stop("SP125", place, "A second document begins here.", hint)


def _refuse_properties(tree: Tree, event: Any, place: Place) -> None:
    if event.anchor is not None:
        hint = "Delete it and write values out; if the & is part of the text, put the text in quotes."
        tree.report("SP121", place, f"The anchor &{event.anchor[:40]} is not allowed.", hint)
    if event.tag is not None:
        hint = "Delete it: the kind of a value follows from its key; put the text in quotes if the ! is part of it."
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")[:60]
        tree.report("SP124", place, f"The tag {tag} is not allowed.", hint)


def _complaint(name: str, text: str, error: yaml.MarkedYAMLError) -> Complaint:
    stopped, began = error.problem_mark, error.context_mark
    there = Place(name, stopped.line + 1, stopped.column + 1) if stopped else Place(name)
    start = Place(name, began.line + 1, began.column + 1) if began else None
    at = stopped.index if stopped else 0
    before, sign = text[text.rfind("\n", 0, at) + 1 : at], text[at : at + 1]
    return Complaint(error.problem or "", error.context or "", there, start, before, sign)


def _is_explained(failure: Problem, found: list[Problem]) -> bool:
    """Whether a syntax error only follows from a misleading sign in its line or in the block before it."""
    line = failure.place.line
    return any(one.place.line == line or (one.code == "SP144" and one.place.line < line) for one in found)


def _judge_root(name: str, root: Node | None) -> Iterator[Problem]:
    hint = "A protocol file is a table: its first line may be `spean: 1`."
    if root is None or (isinstance(root, Scalar) and not root.quoted and not root.text):
        yield problem("SP103", Place(name), "The file is empty.", hint)
    elif isinstance(root, Scalar):
        yield problem("SP104", root.place, "The file holds one text instead of keys with values.", hint)


def _order(name: str, found: list[Problem]) -> list[Problem]:
    """Sort by place and cut what nobody reads, saying so."""
    found.sort(key=lambda one: (one.place.line, one.place.column, one.code))
    if len(found) <= MAX_PROBLEMS:
        return found
    message = f"There are more than {MAX_PROBLEMS} problems in this file; the first ones are shown."
    last = problem("SP111", found[MAX_PROBLEMS].place, message, "Put these right and check the file again.")
    return [*found[: MAX_PROBLEMS - 1], last]
