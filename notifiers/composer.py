"""Words of a mail from templates that policy staff may change, and nothing else they could do with them.

A template is text: a subject, an empty line, paragraphs. What it may do stands in ``template.py``. The HTML mail is
made of the same paragraphs, escaped. A value that is given is one line, whatever it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifiers.letter import LONGEST_SUBJECT, shortened
from notifiers.template import LARGEST_TEMPLATE, LISTS, NOTHING, SUBJECT, TEXTS, ComposerError, load

__all__ = ["LANGUAGES", "Composer", "ComposerError", "MailKind", "Words"]

LANGUAGES = ("en", "km")
#: So much is shown of one value; an outside label is a few words.
LONGEST_VALUE = 1_000


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
    GLASS = "glass"
    SUMMARY = "summary"
    DIGEST = "digest"
    INCIDENT = "incident"
    ACCESS = "access"
    CHECKPOINT = "checkpoint"
    TEST = "test"


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
        plain = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        html = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
        shipped = files("notifiers") / "templates"
        own = _own(folder) if folder is not None else frozenset[str]()
        self._kinds: dict[tuple[str, str], Template] = {}
        self._layouts: dict[tuple[str, str], Template] = {}
        for language in LANGUAGES:
            for kind in MailKind:
                name = _name(language, kind)
                known = str(folder / name) if folder is not None and name in own else name
                self._kinds[language, kind] = load(
                    plain, known, _read(folder if name in own else None, shipped, name)
                )
            for ending, environment in (("txt", plain), ("html", html)):
                layout = _read(None, shipped, f"{language}/layout.{ending}")
                self._layouts[language, ending] = environment.from_string(layout)

    def compose(
        self, kind: MailKind, language: str, variables: Mapping[str, Any], link: str = "", handle: str = ""
    ) -> Words:
        """Return the words of a mail; what is not given, or not on the list, shows nothing.

        ``language`` is one of ``LANGUAGES``. ``link``: where it leads to, or nothing; ``handle``: where
        whoever reads it promises to act, or nothing.
        """
        texts = {name: _line(variables[name]) for name in TEXTS if name in variables}
        lists = {name: [_item(name, one) for one in variables.get(name, ())] for name in LISTS}
        head, *rest = self._kinds[language, kind].render({**NOTHING, **texts, **lists}).splitlines()
        subject = shortened(_line(head.removeprefix(SUBJECT)), LONGEST_SUBJECT)
        parts = tuple(_parts(rest))
        text = self._layouts[language, "txt"].render(body="\n\n".join(map(_plain, parts)), link=link, handle=handle)
        html = self._layouts[language, "html"].render(subject=subject, parts=parts, link=link, handle=handle)
        return Words(subject, text.strip() + "\n", html)


def _name(language: str, kind: MailKind) -> str:
    return f"{language}/{kind.value}.txt"


def _line(value: object) -> str:
    """Return a value as one line, in single spaces."""
    return shortened(" ".join(str(value).split()), LONGEST_VALUE)


def _item(name: str, given: Mapping[str, Any]) -> dict[str, str]:
    return {key: _line(given.get(key, "")) for key in LISTS[name]}


def _own(folder: Path) -> frozenset[str]:
    """Return which templates an office has put in place; each in every language, and none that is never used."""
    known = {_name(language, kind): kind for language in LANGUAGES for kind in MailKind}
    found = frozenset(_found(folder))
    for name in sorted(found - known.keys()):
        near = get_close_matches(name, known, n=1)
        meant = f"did you mean {near[0]}?" if near else f"write LANGUAGE/KIND.txt, in {' or '.join(LANGUAGES)}."
        raise ComposerError(f"{folder / name}: no mail is made of this file; {meant}")
    wanted = {_name(language, known[name]) for name in found for language in LANGUAGES}
    for name in sorted(wanted - found):
        raise ComposerError(f"{folder / name}: this translation is missing; write a template in every language.")
    return found


def _found(folder: Path) -> Iterator[str]:
    """Yield what looks like a template in an office's folder; hidden and other kinds of files are passed over."""
    try:
        top = list(folder.iterdir())
        for path in (*top, *(below for one in top if one.is_dir() for below in one.iterdir())):
            if path.suffix in {".txt", ".html"} and not path.name.startswith("."):
                yield path.relative_to(folder).as_posix()
    except OSError as error:
        raise ComposerError(f"{folder}: the folder of templates is missing or cannot be read.") from error


def _read(own: Path | None, shipped: Traversable, name: str) -> str:
    """Return the text of a template."""
    place = own or shipped
    try:
        with (place / name).open(encoding="utf-8-sig") as file:
            return str(file.read(LARGEST_TEMPLATE + 1))
    except UnicodeDecodeError as error:
        raise ComposerError(f"{place / name}: this is no UTF-8 text; save it as UTF-8.") from error
    except OSError as error:
        raise ComposerError(f"{place / name}: the template is missing or cannot be read.") from error


def _plain(part: _Part) -> str:
    return "\n".join(map("- {}".format, part.lines) if part.list else part.lines)


def _parts(lines: Sequence[str]) -> Iterator[_Part]:
    """Yield paragraphs and lists: lines that begin with a hyphen are a list, empty ones divide."""
    waiting: list[str] = []
    listed = False
    for line in (*lines, ""):
        text = " ".join(line.split())
        is_item = text.startswith("- ")
        if waiting and (not text or is_item is not listed):
            yield _Part(listed, tuple(waiting))
            waiting = []
        if text:
            listed = is_item
            waiting.append(text.removeprefix("- ") if is_item else text)
