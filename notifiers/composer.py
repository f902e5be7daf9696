"""Words of a mail from templates that policy staff may change, and nothing else they could do with them.

A template is text: a subject, an empty line, paragraphs. It may show the variables of a list that is fixed here, show
a part only ``if`` one of them says something, and go through the lists. Everything else is refused when the
templates are loaded, with file and line. The HTML mail is made of the same paragraphs, escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

LANGUAGES = ("en", "km")
LARGEST_TEMPLATE = 20_000


class MailKind(StrEnum):
    """What a mail is about; each has a template of this name in each language."""

    REMINDER = "reminder"
    ESCALATION = "escalation"
    LETTER = "letter"
    LIMIT_MOVED = "limit_moved"
    WITHDRAWAL = "withdrawal"
    ALARM = "alarm"
    MISSED = "missed"
    EXCEPTION = "exception"
    APPROVAL = "approval"
    REVIEW = "review"
    REQUEST = "request"
    TRANSFER = "transfer"
    ANSWERED = "answered"
    LAPSED = "lapsed"
    PREVENTED = "prevented"
    SUMMARY = "summary"
    DIGEST = "digest"
    INCIDENT = "incident"
    CHECKPOINT = "checkpoint"
    TEST = "test"


#: Everything a template may show. None of it can hold personal data of a case.
TEXTS = frozenset(
    ("case_code", "outside_label", "due", "over", "told_before", "promised", "late", "reason_you", "words", "said"),
)
#: Lists, and what each item of them has.
LISTS = {
    "also_due": frozenset(("outside_label", "due")),
    "items": frozenset(("case_code", "outside_label", "due", "over", "said")),
}
_STATEMENTS = (nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.For, nodes.Getattr, nodes.Not, nodes.And,
               nodes.Or)  # fmt: skip


class ComposerError(ValueError):
    """A template cannot be used; the sentence names the file, the line and what to do."""


@dataclass(frozen=True, slots=True)
class Words:
    """A finished mail's subject, its text, and the same as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A paragraph, or a list of lines."""

    list: bool
    lines: tuple[str, ...]


class Composer:
    """Composes mails from the templates that come with Spean, or those an office has put in their place."""

    def __init__(self, folder: Path | None = None) -> None:
        """Load and check every template. ``folder``: an office's own, laid out as ``LANGUAGE/KIND.txt``.

        Raises ComposerError at the first that cannot be used.
        """
        self._plain = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        self._html = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
        shipped = files("notifiers") / "templates"
        self._kinds: dict[tuple[str, str], Template] = {}
        self._layouts: dict[tuple[str, str], Template] = {}
        for language in LANGUAGES:
            for kind in MailKind:
                name, source = _source(shipped, folder, f"{language}/{kind.value}.txt")
                self._kinds[language, kind] = self._checked(name, source)
            for ending, environment in (("txt", self._plain), ("html", self._html)):
                name = f"{language}/layout.{ending}"
                text = shipped.joinpath(name).read_text(encoding="utf-8")
                self._layouts[language, ending] = environment.from_string(text)

    def compose(self, kind: MailKind, language: str, variables: Mapping[str, Any], link: str = "") -> Words:
        """Return the words of a mail; what is not given shows nothing. ``link``: the one link it has, or none."""
        given = {**_NOTHING, **variables, **{name: _items(name, variables) for name in LISTS}}
        lines = self._kinds[language, kind].render(given).splitlines()
        subject = " ".join(lines[0].removeprefix("Subject:").split())
        parts = tuple(_parts(lines[1:]))
        body = "\n\n".join(
            "\n".join(part.lines if not part.list else map("- {}".format, part.lines)) for part in parts
        )
        text = self._layouts[language, "txt"].render(body=body, link=link)
        html = self._layouts[language, "html"].render(subject=subject, parts=parts, link=link)
        return Words(subject, text.strip() + "\n", html)

    def _checked(self, name: str, source: str) -> Template:
        if len(source) > LARGEST_TEMPLATE:
            raise ComposerError(f"{name}: a template has at most {LARGEST_TEMPLATE} characters.")
        try:
            tree = self._plain.parse(source)
            _check(tree, name, frozenset())
            template = self._plain.from_string(source)
            first = template.render(_NOTHING).splitlines()[:1]
        except TemplateSyntaxError as error:
            raise ComposerError(f"{name}, line {error.lineno}: this is not the language of templates.") from error
        except TemplateError as error:
            raise ComposerError(f"{name}: this template cannot be shown ({type(error).__name__}).") from error
        if not first or not first[0].startswith("Subject:"):
            raise ComposerError(f"{name}, line 1: a template begins with `Subject:` and the words of the subject.")
        return template


_NOTHING: Mapping[str, Any] = {**dict.fromkeys(TEXTS, ""), **dict.fromkeys(LISTS, ())}


def _items(name: str, variables: Mapping[str, Any]) -> list[dict[str, str]]:
    nothing = dict.fromkeys(LISTS[name], "")
    return [{**nothing, **one} for one in variables.get(name, ())]


def _source(shipped: Traversable, folder: Path | None, name: str) -> tuple[str, str]:
    """Return where a template comes from, and its text; the office's own first."""
    own = folder / name if folder is not None else None
    try:
        if own is not None and own.is_file():
            with own.open(encoding="utf-8") as file:
                return str(own), file.read(LARGEST_TEMPLATE + 1)
        return name, shipped.joinpath(name).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ComposerError(f"{own or name}: this is no UTF-8 text; save it as UTF-8.") from error
    except OSError as error:
        raise ComposerError(f"{own or name}: the template is missing or cannot be read.") from error


def _check(node: nodes.Node, name: str, items: frozenset[tuple[str, str]]) -> None:
    """Refuse everything that is not shown, asked or gone through. ``items``: the names of loops, with their lists."""
    for child in node.iter_child_nodes():
        if not isinstance(child, _STATEMENTS):
            raise ComposerError(f"{name}, line {child.lineno}: a template only shows variables, `if` and `for`.")
        if isinstance(child, nodes.For):
            _check_loop(child, name, items)
            continue
        if isinstance(child, nodes.Getattr):
            _check_item(child, name, items)
            continue
        if isinstance(child, nodes.Name) and child.name not in TEXTS | LISTS.keys():
            known = ", ".join(sorted(TEXTS | LISTS.keys()))
            raise ComposerError(f"{name}, line {child.lineno}: there is no variable {child.name}; there are {known}.")
        _check(child, name, items)


def _check_loop(loop: nodes.For, name: str, items: frozenset[tuple[str, str]]) -> None:
    target, over = loop.target, loop.iter
    if not isinstance(target, nodes.Name) or not isinstance(over, nodes.Name) or over.name not in LISTS:
        raise ComposerError(f"{name}, line {loop.lineno}: `for` goes through one of {', '.join(sorted(LISTS))}.")
    if loop.else_ or loop.test or loop.recursive or target.name in TEXTS | LISTS.keys():
        raise ComposerError(f"{name}, line {loop.lineno}: write `for one in {over.name}` and nothing more.")
    for child in loop.body:
        _check(nodes.Template([child], lineno=loop.lineno), name, items | {(target.name, over.name)})


def _check_item(node: nodes.Getattr, name: str, items: frozenset[tuple[str, str]]) -> None:
    base = node.node.name if isinstance(node.node, nodes.Name) else ""
    known = next((LISTS[over] for item, over in items if item == base), frozenset[str]())
    if node.attr not in known:
        raise ComposerError(f"{name}, line {node.lineno}: there is nothing called {base}.{node.attr} here.")


def _parts(lines: Sequence[str]) -> Iterator[_Part]:
    """Yield paragraphs and lists: lines that begin with a hyphen are a list, empty ones divide."""
    waiting: list[str] = []
    listed = False
    for line in (*lines, ""):
        text = line.strip()
        is_item = text.startswith("- ")
        if waiting and (not text or is_item is not listed):
            yield _Part(listed, tuple(waiting))
            waiting = []
        if text:
            listed = is_item
            waiting.append(text.removeprefix("- ") if is_item else text)
