"""The shapes that hold others: tables with known keys, tables of ids, lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.protocol.reading.nodes import Items, Node, Scalar, Table
from engine.protocol.schema.forms import Desk, Form, Trail, is_empty
from engine.protocol.schema.refusals import refuse_case, refuse_id, refuse_key, refuse_shape, report_missing
from engine.protocol.schema.shapes import Described, Shape
from engine.protocol.sentences.words import ID

_KINDS = {Scalar: "a text", Table: "a table", Items: "a list"}


class Record:
    """A table with known keys, some of which must be there."""

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
                described = key.shape.describe(shared)
                nothing: Described = {"type": "null"}
                properties[name] = {"description": key.about, "anyOf": [described, nothing]}
            shared[self.name] = {"type": "object", "properties": properties, "additionalProperties": False}
            if self.required:
                shared[self.name]["required"] = list(self.required)
        return {"$ref": f"#/definitions/{self.name}"}


class Key:
    """One key of a table: its shape, and what it says in one line for the reference."""

    __slots__ = ("about", "shape")

    def __init__(self, shape: Shape, about: str) -> None:
        self.shape = shape
        self.about = about


class Named:
    """A table whose keys are ids of our own choice (28)."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

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
        described = self.shape.describe(shared)
        nothing: Described = {"type": "null"}
        value = {"anyOf": [described, nothing]} if isinstance(self.shape, Record) else described
        return {"type": "object", "patternProperties": {"^[A-Za-z0-9_]+$": value}, "additionalProperties": False}


class Pairs:
    """A table whose keys are names or values defined elsewhere."""

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
        return {"type": "array", "items": self.shape.describe(shared)}


class ByKind:
    """A value that may be a text, a table or a list, each with a shape of its own."""

    def __init__(self, *, text: Shape | None = None, table: Shape | None = None, items: Shape | None = None) -> None:
        self._shapes: dict[type, Shape | None] = {Scalar: text, Table: table, Items: items}

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
        return {"anyOf": [shape.describe(shared) for shape in self._shapes.values() if shape is not None]}
