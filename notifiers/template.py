"""What a template of a mail may do: show variables, ask with ``if``, go through a list with ``for``. Nothing else.

Everything is looked at before a template is used for the first time; what is refused is told with file and line. The
sandbox of the template language is not relied on: what it would have to stop is never compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from jinja2 import Environment, Template, TemplateSyntaxError, nodes

from notifiers.letter import LetterError, check_subject

LARGEST_TEMPLATE = 20_000
#: Conditions within conditions; a mail needs two or three.
DEEPEST = 20
SUBJECT = "Subject:"
#: Everything a template may show. None of it can hold personal data of a case.
TEXTS = frozenset(
    ("case_code", "outside_label", "due", "over", "told_before", "promised", "late", "reason_you", "words", "said"),
)
#: Lists, and what each item of them has.
LISTS = {
    "also_due": frozenset(("outside_label", "due")),
    "items": frozenset(("case_code", "outside_label", "due", "over", "said")),
}
#: What is shown of variables that are not given.
NOTHING: Mapping[str, Any] = {**dict.fromkeys(TEXTS, ""), **dict.fromkeys(LISTS, ())}
_SOMETHING: Mapping[str, Any] = {
    **dict.fromkeys(TEXTS, "x"),
    **{name: (dict.fromkeys(known, "x"),) * 2 for name, known in LISTS.items()},
}
_ALLOWED = (nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.For, nodes.Getattr, nodes.Not, nodes.And,
            nodes.Or)  # fmt: skip
#: The one loop a place is in: the name of its item, and what the item has.
_Loop = tuple[str, frozenset[str]]
_Read = TypeVar("_Read")


class ComposerError(ValueError):
    """A template cannot be used; the sentence names the file, the line and what to do."""


def load(environment: Environment, name: str, source: str) -> Template:
    """Return the template of this text. ``name``: its file, for messages. Raises ComposerError."""
    if len(source) > LARGEST_TEMPLATE:
        raise ComposerError(f"{name}: a template has at most {LARGEST_TEMPLATE} characters.")
    tree = _understood(name, lambda: environment.parse(source))
    _check_head(tree, name)
    _check(tree.body, name, None, 0)
    template = _understood(name, lambda: environment.from_string(tree))
    for given in (NOTHING, _SOMETHING):
        _check_shown(template.render(given), name)
    return template


def _understood(name: str, read: Callable[[], _Read]) -> _Read:
    """Return what is read of a template; whatever the language of templates objects to is told with its line."""
    try:
        return read()
    except TemplateSyntaxError as error:
        told = str(error.message).splitlines()[0].rstrip(".")
        raise ComposerError(
            f"{name}, line {error.lineno}: this is not the language of templates ({told})."
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ComposerError(f"{name}: a number in it is too long, or its parts are nested too deep.") from error


def _check_head(tree: nodes.Template, name: str) -> None:
    first = tree.body[0].nodes[0] if tree.body and isinstance(tree.body[0], nodes.Output) else None
    if not isinstance(first, nodes.TemplateData) or not first.data.startswith(SUBJECT):
        raise ComposerError(f"{name}, line 1: a template begins with `{SUBJECT}` and the words of the subject.")


def _check_shown(shown: str, name: str) -> None:
    """Refuse a template that would make a mail without a subject or without words, whatever is given."""
    head, *rest = shown.splitlines()
    try:
        check_subject(" ".join(head.removeprefix(SUBJECT).split()))
    except LetterError as error:
        raise ComposerError(f"{name}, line 1: {error} Give the subject words of its own.") from error
    if not "".join(rest).strip():
        raise ComposerError(f"{name}: below the subject a mail needs words of its own.")


def _check(found: Sequence[nodes.Node], name: str, loop: _Loop | None, depth: int) -> None:
    """Refuse everything that is not shown, asked or gone through."""
    for node in found:
        if depth > DEEPEST:
            raise ComposerError(f"{name}, line {_line(node)}: conditions are nested too deep; make it simpler.")
        if not isinstance(node, _ALLOWED):
            raise ComposerError(f"{name}, line {_line(node)}: a template only shows variables, `if` and `for`.")
        if isinstance(node, nodes.For):
            _check_loop(node, name, loop, depth)
        elif isinstance(node, nodes.Getattr):
            _check_item(node, name, loop)
        elif isinstance(node, nodes.Name):
            _check_name(node, name)
        else:
            _check(list(node.iter_child_nodes()), name, loop, depth + 1)


def _check_name(node: nodes.Name, name: str) -> None:
    if node.name not in TEXTS | LISTS.keys():
        known = ", ".join(sorted(TEXTS | LISTS.keys()))
        raise ComposerError(f"{name}, line {_line(node)}: there is no variable {node.name}; there are {known}.")


def _check_loop(node: nodes.For, name: str, loop: _Loop | None, depth: int) -> None:
    target, over = node.target, node.iter
    if loop is not None:
        raise ComposerError(f"{name}, line {_line(node)}: a `for` stands in another; write them one after the other.")
    if not isinstance(target, nodes.Name) or not isinstance(over, nodes.Name) or over.name not in LISTS:
        raise ComposerError(f"{name}, line {_line(node)}: `for` goes through one of {', '.join(sorted(LISTS))}.")
    if node.else_ or node.test or node.recursive or target.name in TEXTS | LISTS.keys():
        raise ComposerError(f"{name}, line {_line(node)}: write `for one in {over.name}` and nothing more.")
    _check(node.body, name, (target.name, LISTS[over.name]), depth + 1)


def _check_item(node: nodes.Getattr, name: str, loop: _Loop | None) -> None:
    base = node.node.name if isinstance(node.node, nodes.Name) else ""
    item, known = loop or ("", frozenset())
    if base != item or node.attr not in known:
        shown = f"{base}.{node.attr}" if base else f"....{node.attr}"
        raise ComposerError(f"{name}, line {_line(node)}: there is nothing called {shown} here.")


def _line(node: nodes.Node) -> int:
    """Return where a node stands; some have no line of their own, but parts that have."""
    return node.lineno or next((one.lineno for one in node.find_all(nodes.Node) if one.lineno), 1)
