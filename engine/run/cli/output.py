"""Writing answers: text for people, one JSON document for programs."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import typer

from engine.core.errors import SpeanError


def print_json(document: object) -> None:
    """Write the one JSON document; its signs are escaped where the output cannot hold every sign."""
    holds_all = codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"
    typer.echo(json.dumps(document, ensure_ascii=not holds_all, indent=2))


class OutputError(SpeanError):
    """The file cannot be written here; choose another name."""

    def __init__(self, out: Path, reason: str) -> None:
        """Say which file and why."""
        super().__init__(f"{out}: the file cannot be written ({reason.lower()}); choose another name.")


def write_out(out: Path, content: bytes) -> None:
    """Write a file that can be made anew at any time; one of this name is written over."""
    try:
        out.write_bytes(content)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "no file can have this name"
        raise OutputError(out, reason) from error
    typer.echo(f"{show(str(out))} written.")


def show(text: str) -> str:
    """Return text from a file so that a terminal only shows it: one visible character for each."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def many(number: int, what: str) -> str:
    """Return a number with its noun: `1 change`, `2 changes`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def print_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write aligned columns; numbers stand to the right."""
    lines = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *lines, strict=True)]
    typer.echo(typer.style(_line(heads, widths), bold=True))
    for line in lines:
        typer.echo(_line(line, widths))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    placed = (
        cell.rjust(width) if cell[:1].isdigit() and cell.isdecimal() else cell.ljust(width)
        for cell, width in zip(cells, widths, strict=True)
    )
    return "  ".join(placed).rstrip()
