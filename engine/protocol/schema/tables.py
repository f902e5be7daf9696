"""The shapes that hold others: tables with known keys, tables of ids, lists."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from engine.protocol.reading.nodes import Items, Node, Scalar, Table
from engine.protocol.schema.forms import Desk, Form, Trail, is_empty
from engine.protocol.schema.refusals import refuse_case, refuse_id, refuse_key, refuse_shape, report_missing
from engine.protocol.schema.shapes import Described, Shape, quietly
from engine.protocol.schema.snippets import SNIPPETS, Snippet
from engine.protocol.sentences.words import ID

_KINDS = {Scalar: "a text", Table: "a table", Items: "a list"}
_ID = "^[A-Za-z0-9_]+$"


class Record:
    """A table with known keys, some of which must be there."""

    examples = ()

    def __init__(self, name: str, keys: Mapping[str, Key], required: Iterable[str] = ()) -> None:
        self.name = name
        self.keys = keys
        self.required = tuple(required)
        self._shapes = {key: one.shape for key, one in keys.items()}

    def read(self, node: Node, trail: Trail, desk: Desk) -> Form | None:
        """Return the form, with the values of all keys that could be read."""
        if type(node) is not Table:
            if not is_empty(node):
                refuse_shape(node, trail, desk, "SP203", "a table")
                return None
            node = Table({}, node.place)
        values, shapes = {}, self._shapes
        for name, entry in node.entries.items():
            shape, value = shapes.get(name), entry.value
            if shape is None:
                refuse_key(entry.key, shapes, trail, desk)
            elif type(value) is not Scalar or value.text or value.quoted:
                read = shape.read(value, (trail, name, entry.key.place), desk)
                if read is not None:
                    values[name] = read
        for name in self.required:
            if name not in values and (name not in node.entries or is_empty(node.entries[name].value)):
                report_missing(name, trail, desk)
        return Form(values, node, trail)

    def describe(self, shared: dict[str, Described]) -> Described:
        """A definition of its own, closed to other keys."""
        if self.name not in shared:
            shared[self.name] = {}
            properties = {}
            for name, key in self.keys.items():
                properties[name] = key.describe(name, shared)
            title = self.name.replace("_", " ")
            shared[self.name] = {
                "title": title,
                "type": "object",
                "properties": properties,
                "additionalProperties": False,
            }
            if self.required:
                shared[self.name]["required"] = list(self.required)
        return {"$ref": f"#/definitions/{self.name}"}


class Key:
    """One key of a table: its shape, what it says in one line, an example, and what holds without it."""

    __slots__ = ("_about", "_example", "default", "shape")

    def __init__(self, shape: Shape, about: str, example: str = "", *, default: str = "") -> None:
        """``default`` is a value that holds where the key is left out; ``example`` a value if the shape has none."""
        self.shape = shape
        self.default = default
        self._about = about
        self._example = example

    @property
    def about(self) -> str:
        """What the key says, in one line."""
        return f"{self._about.removesuffix('.')} (default {self.default})." if self.default else self._about

    @property
    def example(self) -> str:
        """A value as it stands behind the key, or below it if it has several lines; "" if there is none."""
        return self._example or next(iter(self.shape.examples), "")

    def describe(self, name: str, shared: dict[str, Described]) -> Described:
        """Return what an editor shows of the key and takes behind it; also nothing, as in a key not yet filled in."""
        described = dict(self.shape.describe(shared))
        shapes = described.pop("anyOf", None) or [described]
        beside = described if shapes != [described] else {}
        shared["nothing"] = quietly("nothing yet", "null")
        default = {"default": self.default} if self.default else {}
        return {
            "description": self.about,
            "markdownDescription": f"{self.about}\n\n```yaml\n{self.write(name)}\n```",
            **default,
            **beside,
            "anyOf": [*shapes, {"$ref": "#/definitions/nothing"}],
        }

    def write(self, name: str) -> str:
        """Return the key with its example, as it stands in a file."""
        example = self.example.rstrip("\n")
        return f"{name}:\n{textwrap.indent(example, '  ')}" if "\n" in example else f"{name}: {example}"


class Named:
    """A table whose keys are ids of our own choice (28). ``snippet``: what an editor offers to insert."""

    def __init__(self, shape: Shape, snippet: str = "") -> None:
        self.shape = shape
        self._snippet = SNIPPETS.get(snippet or (shape.name if isinstance(shape, Record) else ""))

    @property
    def examples(self) -> tuple[str, ...]:
        """Return the snippet with its first words."""
        return (self._snippet.filled,) if self._snippet else ()

    def read(self, node: Node, trail: Trail, desk: Desk) -> Form | None:
        """Return a form with one value for each id."""
        if type(node) is not Table:
            refuse_shape(node, trail, desk, "SP203", "a table")
            return None
        values, lowered, read, is_id = {}, set(), self.shape.read, ID.fullmatch
        for name, entry in node.entries.items():
            if is_id(name) is None:
                refuse_id(entry.key, trail, desk)
                continue
            small = name.lower()
            if small in lowered:
                refuse_case(entry.key, node, trail, desk)
                continue
            lowered.add(small)
            value = read(entry.value, (trail, name, entry.key.place), desk)
            if value is not None:
                values[name] = value
        return Form(values, node, trail)

    def describe(self, shared: dict[str, Described]) -> Described:
        """Ids as property names."""
        value = self.shape.describe(shared)
        if isinstance(self.shape, Record):
            shared["nothing"] = quietly("nothing yet", "null")
            value = {"anyOf": [value, {"$ref": "#/definitions/nothing"}]}
        return {
            **_offer(self._snippet),
            "anyOf": [{"type": "object", "patternProperties": {_ID: value}, "additionalProperties": False}],
        }


class Pairs:
    """A table whose keys are names or values defined elsewhere."""

    examples = ()

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def read(self, node: Node, trail: Trail, desk: Desk) -> Form | None:
        """Return a form with one value for each key."""
        if type(node) is not Table:
            refuse_shape(node, trail, desk, "SP203", "a table")
            return None
        values = {}
        for name, entry in node.entries.items():
            value = self.shape.read(entry.value, (trail, name, entry.key.place), desk)
            if value is not None:
                values[name] = value
        return Form(values, node, trail)

    def describe(self, shared: dict[str, Described]) -> Described:
        """Any property names."""
        return {"type": "object", "additionalProperties": self.shape.describe(shared)}


class Listing:
    """A list of equal things."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._snippet = SNIPPETS.get(shape.name) if isinstance(shape, Record) else None

    @property
    def examples(self) -> tuple[str, ...]:
        """Return the snippet with its first words, as the first item."""
        return (textwrap.indent(self._snippet.filled, "  ").replace("  ", "- ", 1),) if self._snippet else ()

    def read(self, node: Node, trail: Trail, desk: Desk) -> list[Any] | None:
        """Return those that could be read."""
        if type(node) is not Items:
            refuse_shape(node, trail, desk, "SP204", "a list")
            return None
        read = (
            self.shape.read(item, (trail, str(number), item.place), desk) for number, item in enumerate(node.items)
        )
        return [one for one in read if one is not None]

    def describe(self, shared: dict[str, Described]) -> Described:
        """An array."""
        return {"type": "array", **_offer(self._snippet), "items": self.shape.describe(shared)}


class ByKind:
    """A value that may be a text, a table or a list, each with a shape of its own."""

    def __init__(self, *, text: Shape | None = None, table: Shape | None = None, items: Shape | None = None) -> None:
        self._shapes: dict[type, Shape | None] = {Scalar: text, Table: table, Items: items}
        self.shapes = tuple(shape for shape in self._shapes.values() if shape is not None)

    @property
    def examples(self) -> tuple[str, ...]:
        """Return those of every shape."""
        return tuple(example for shape in self._shapes.values() if shape is not None for example in shape.examples)

    def read(self, node: Node, trail: Trail, desk: Desk) -> Any:
        """Return what the shape for this kind reads."""
        shape = self._shapes[type(node)]
        if shape is not None:
            return shape.read(node, trail, desk)
        needed = " or ".join(_KINDS[kind] for kind, one in self._shapes.items() if one is not None)
        code = "SP205" if self._shapes[Scalar] else "SP204" if self._shapes[Items] else "SP203"
        refuse_shape(node, trail, desk, code, needed)
        return None

    def describe(self, shared: dict[str, Described]) -> Described:
        """Any of them."""
        every = [shape.describe(shared) for shape in self._shapes.values() if shape is not None]
        return {"anyOf": [one for described in every for one in described.get("anyOf", [described])]}


def _offer(snippet: Snippet | None) -> Described:
    """Return what an editor offers to insert."""
    if snippet is None:
        return {}
    shown = f"{snippet.about}\n\n```yaml\n{snippet.filled}```"
    return {"defaultSnippets": [{"label": snippet.label, "markdownDescription": shown, "body": snippet.body}]}
