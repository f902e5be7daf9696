"""``spean handbook``: a protocol as articles in plain language, to read, to print and to sign."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from engine.protocol.handbook.book import handbook
from engine.protocol.handbook.html import html
from engine.protocol.handbook.tree import Handbook
from engine.run.cli.graph import check_track
from engine.run.cli.output import write_out
from engine.run.protocols.files import load, outline_file

_FORMS = ("html", "pdf", "docx")


def write_handbook(name: str, language: str, form: str, track: str, out: Path | None) -> None:
    """Write the handbook to a file, or to standard output; the form is that of the file's name if none is given."""
    form = _form(form, out)
    protocol, _ = load(name)
    check_track(protocol, track)
    content = _written(handbook(protocol, outline_file(name), language, track or None), form)
    if out is not None:
        write_out(out, content)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)


def _form(form: str, out: Path | None) -> str:
    named = out.suffix.lower().removeprefix(".") if out is not None else ""
    if form and named in _FORMS and form != named:
        raise typer.BadParameter(f"A file named .{named} cannot hold {form}.", param_hint="--output")
    found = form or (named if named in _FORMS else "html")
    if out is None and found != "html" and sys.stdout.isatty():
        raise typer.BadParameter(f"A terminal cannot show {found}; name a file.", param_hint="--output")
    return found


def _written(book: Handbook, form: str) -> bytes:
    if form == "pdf":
        from engine.run.printing.pdf import pdf

        return pdf(book)
    if form == "docx":
        from engine.run.printing.word import docx

        return docx(book)
    from engine.run.printing.fonts import embedded

    return html(book, embedded).encode()
