"""Frozen dataclasses as plain data and back: what the JSON encoder writes, nothing that runs code.

The form of a type is read once from its hints and kept as two small functions. Fields that hold their default are
left out, so that a new field with a default does not change what was written before it. Fields marked
``metadata={"private": True}`` are sealed on the way out and opened on the way in (``seals``); only the forms of types
that can hold something private are handed the seals, all others are functions of one argument.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from engine.core.conditions import Condition
from engine.core.values import ERASED, Value, When
from engine.store.codec.seals import OPEN, Seals, is_sealed
from engine.store.codec.values import read_value, read_when, write_value, write_when

#: What the JSON encoder writes: text, numbers, lists, tables, dates and moments.
Plain = Any
#: From a value to plain data or back; with the seals as a second argument where the form is a private one.
Turn = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Form:
    """Both ways of one type; None where values are plain as they are. ``private``: whether seals are needed."""

    write: Turn | None = None
    read: Turn | None = None
    private: bool = False

    def out(self, value: Any, seals: Seals) -> Plain:
        """Return the value as plain data."""
        if self.write is None:
            return value
        return self.write(value, seals) if self.private else self.write(value)

    def back(self, plain: Plain, seals: Seals) -> Any:
        """Return the value of plain data."""
        if self.read is None:
            return plain
        return self.read(plain, seals) if self.private else self.read(plain)


def write(value: Any, kind: Any = None, seals: Seals = OPEN) -> Plain:
    """Return a value of a type (default its own class) as plain data."""
    known: Any = kind or type(value)
    return form_of(known).out(value, seals)


def read(kind: Any, plain: Plain, seals: Seals = OPEN) -> Any:
    """Return the value of a type that the plain data stands for."""
    return form_of(kind).back(plain, seals)


def describe(kind: Any, form: Form) -> None:
    """Give a type a form of its own. To be called before the type is first written or read."""
    _SPECIAL[kind] = form


@cache
def form_of(kind: Any) -> Form:  # noqa: PLR0911 - one line for each sort of type
    """Return how values of a type are written and read. Raises TypeError for a type nobody has described."""
    if kind in _SPECIAL:
        return _SPECIAL[kind]
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        return _union(get_args(kind))
    if origin is tuple:
        return _tuple(get_args(kind))
    if origin is frozenset:  # in their own order: a set has none
        back = form_of(get_args(kind)[0]).read
        return Form(sorted, frozenset if back is None else (lambda plain: frozenset(map(back, plain))))
    if origin is not None and issubclass(origin, Mapping):
        key, one = get_args(kind)
        return _numbered(form_of(one)) if key is int else _mapping(form_of(one))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Form(lambda value: value.value, {one.value: one for one in kind}.__getitem__)
    if not is_dataclass(kind):
        raise TypeError(f"no plain form is known for {kind}")
    return form_of_record(kind)


def form_of_one(kinds: tuple[type, ...]) -> Form:
    """Return the form of a value of one of several dataclasses; ``is`` names the class."""
    by_name = {kind.__name__: kind for kind in kinds}

    def write_one(value: Any, seals: Seals) -> Plain:
        return {"is": type(value).__name__, **write(value, None, seals)}

    def read_one(plain: Any, seals: Seals) -> Any:
        return read(by_name[plain["is"]], {key: one for key, one in plain.items() if key != "is"}, seals)

    return Form(write_one, read_one, private=True)


def _union(parts: tuple[Any, ...]) -> Form:
    given = tuple(part for part in parts if part is not type(None))
    form = _form_of_given(given)
    if len(given) == len(parts) or (form.write is None and form.read is None):
        return form
    out, back = form.write, form.read
    if form.private:
        return Form(
            lambda value, seals: None if value is None else form.out(value, seals),
            lambda plain, seals: None if plain is None else form.back(plain, seals),
            private=True,
        )
    return Form(
        out and (lambda value: None if value is None else out(value)),
        back and (lambda plain: None if plain is None else back(plain)),
    )


def _form_of_given(parts: tuple[Any, ...]) -> Form:
    known = frozenset(parts)
    if known in (_WHENS, _DATES):
        return _SPECIAL[When]
    if known >= _VALUES:
        return _SPECIAL[Value]
    if len(parts) == 1:
        return form_of(parts[0])
    if all(map(is_dataclass, parts)):
        return form_of_one(parts)
    raise TypeError(f"no plain form tells {parts} apart")


def _tuple(parts: tuple[Any, ...]) -> Form:
    if len(parts) == 2 and parts[1] is Ellipsis:
        return _row(form_of(parts[0]))
    forms = [form_of(part) for part in parts]
    if any(form.private for form in forms):
        raise TypeError(f"no plain form is known for a tuple of {parts}")
    return Form(
        lambda value: [form.out(one, OPEN) for one, form in zip(value, forms, strict=True)],
        lambda plain: tuple([form.back(one, OPEN) for one, form in zip(plain, forms, strict=True)]),
    )


def _row(form: Form) -> Form:
    out, back = form.write, form.read
    if form.private:
        return Form(
            lambda value, seals: [form.out(one, seals) for one in value],
            lambda plain, seals: tuple([form.back(one, seals) for one in plain]),
            private=True,
        )
    return Form(
        list if out is None else (lambda value: [out(one) for one in value]),
        tuple if back is None else (lambda plain: tuple(map(back, plain))),
    )


def _mapping(form: Form) -> Form:
    out, back = form.write, form.read
    if form.private:
        return Form(
            lambda value, seals: {key: form.out(one, seals) for key, one in value.items()},
            lambda plain, seals: {key: form.back(one, seals) for key, one in plain.items()},
            private=True,
        )
    return Form(
        out and (lambda value: {key: out(one) for key, one in value.items()}),
        back and (lambda plain: {key: back(one) for key, one in plain.items()}),
    )


def _numbered(form: Form) -> Form:
    """Return the form of a table whose keys are numbers; in JSON they are text."""
    if form.private:
        raise TypeError("no plain form is known for a numbered table of private values")
    return Form(
        lambda value: {str(key): form.out(one, OPEN) for key, one in value.items()},
        lambda plain: {int(key): form.back(one, OPEN) for key, one in plain.items()},
    )


def form_of_record(kind: Any) -> Form:
    """Return the form of a dataclass: its fields by name, those that hold their default left out."""
    hints = get_type_hints(kind)
    plan = [_Column(one.name, _default(one), form_of(hints[one.name]), bool(one.metadata.get("private")))
            for one in fields(kind) if one.init]  # fmt: skip
    private = any(one.private or one.form.private for one in plan)
    build = _builder(kind, plan)
    if private:
        return Form(_private_writer(plan), _private_reader(plan, build), private=True)
    return Form(_writer(plan), _reader(plan, build))


@dataclass(frozen=True, slots=True)
class _Column:
    """One field of a dataclass: its name, its default, its form, whether it is sealed."""

    name: str
    default: Any
    form: Form
    private: bool


def _default(one: Field[Any]) -> Any:
    return one.default_factory() if one.default_factory is not MISSING else one.default


def _writer(plan: list[_Column]) -> Turn:
    steps = [(one.name, one.default, one.form.write) for one in plan]

    def write_record(value: Any) -> Plain:
        out: dict[str, Plain] = {}
        for name, default, turn in steps:
            one = getattr(value, name)
            if default is MISSING or (one is not default and one != default):
                out[name] = one if turn is None else turn(one)
        return out

    return write_record


def _private_writer(plan: list[_Column]) -> Turn:
    def write_record(value: Any, seals: Seals) -> Plain:
        out: dict[str, Plain] = {}
        for column in plan:
            one = getattr(value, column.name)
            if one is not column.default and one != column.default:
                plain = column.form.out(one, seals)
                out[column.name] = seals.seal(value, column.name, plain) if column.private else plain
            elif column.private and seals.knows(value, column.name):
                out[column.name] = seals.seal(value, column.name, None)  # erased: its sealed form stays where it was
        return out

    return write_record


def _reader(plan: list[_Column], build: Callable[[dict[str, Any]], Any]) -> Turn:
    turns = [(one.name, one.form.read) for one in plan if one.form.read is not None]

    def read_record(plain: Any) -> Any:
        found = plain.copy()
        for name, turn in turns:
            if name in plain:
                found[name] = turn(plain[name])
        return build(found)

    return read_record


def _private_reader(plan: list[_Column], build: Callable[[dict[str, Any]], Any]) -> Turn:
    forms = {one.name: one.form for one in plan}
    private = [one.name for one in plan if one.private]

    def lost(name: str, value: Plain) -> bool:
        """Whether a value was erased that is no text: it reads as its default, which says nothing."""
        return value is ERASED and forms[name].read is not None

    def read_record(plain: Any, seals: Seals) -> Any:
        shut = {name: plain[name] for name in private if name in plain and is_sealed(plain[name])}
        given = {**plain, **{name: seals.open(one) for name, one in shut.items()}} if shut else plain
        value = build({name: forms[name].back(one, seals) for name, one in given.items() if not lost(name, one)})
        for name, one in shut.items():
            seals.remember(value, name, one)
        return value

    return read_record


def _builder(kind: type[Any], plan: list[_Column]) -> Callable[[dict[str, Any]], Any]:
    """Return what makes a value of its fields; a class without slots is filled at once (see ``evolve``)."""
    if hasattr(kind, "__slots__") or hasattr(kind, "__post_init__"):
        return lambda found: kind(**found)
    defaults = {one.name: one.default for one in plan if one.default is not MISSING}
    names = frozenset(one.name for one in plan)
    new = object.__new__

    def build(found: dict[str, Any]) -> Any:
        if not names.issuperset(found):
            raise TypeError(f"{kind.__name__} has no field {', '.join(found.keys() - names)}")
        value = new(kind)
        filled = value.__dict__
        filled.update(defaults)
        filled.update(found)
        if len(filled) < len(names):
            raise TypeError(f"{kind.__name__} needs {', '.join(names - filled.keys())}")
        return value

    return build


_SPECIAL: dict[Any, Form] = {
    str: Form(),
    int: Form(),
    bool: Form(),
    datetime: Form(None, datetime.fromisoformat),  # the JSON encoder writes dates itself, in ISO 8601
    date: Form(None, date.fromisoformat),
    time: Form(time.isoformat, time.fromisoformat),
    Decimal: Form(str, Decimal),
    When: Form(write_when, read_when),
    Value: Form(write_value, read_value),
}
_WHENS, _VALUES = frozenset(get_args(When)), frozenset(get_args(Value))
_DATES = frozenset((date, datetime))


@cache
def _conditions() -> Form:
    return form_of_one(tuple(get_args(Condition)))


# A condition holds conditions, so its form is looked up when it is first used.
describe(
    Condition,
    Form(
        lambda value, seals: _conditions().out(value, seals),
        lambda plain, seals: _conditions().back(plain, seals),
        private=True,
    ),
)
