"""``spean limits``: the numbers of the protocols out to a spreadsheet, and back."""

from __future__ import annotations

import sys
from itertools import groupby, takewhile
from pathlib import Path

import typer

from engine.core.errors import SpeanError
from engine.run.cli.check import print_problem
from engine.run.cli.output import many, print_json, show
from engine.run.protocols.limits.exchange import Outcome, as_csv, as_workbook, export_rows, import_table
from engine.run.protocols.limits.remarks import Change, Remark

#: Of a long text so many characters are shown.
SHOWN = 80


class OutError(SpeanError):
    """The table cannot be written here; choose another name."""


def export_table(folder: str, kind: str, out: Path | None) -> None:
    """Write the table to a new file, or to standard output; the kind is that of the file's name if none is given."""
    kind = _kind(kind, out)
    rows = export_rows(folder)
    if kind == "json":
        print_json({"limits": rows})
    elif out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(as_csv(rows))
    else:
        _write_new(out, as_csv(rows) if kind == "csv" else as_workbook(rows))
        typer.echo(f"{many(len(rows), 'limit')} written to {show(str(out))}.")


def _kind(kind: str, out: Path | None) -> str:
    named = out.suffix.lower().removeprefix(".") if out is not None else ""
    if kind == "json":
        if out is not None:
            raise typer.BadParameter("The JSON document goes to standard output.", param_hint="--out")
        return kind
    if out is not None and named not in ("csv", "xlsx"):
        raise typer.BadParameter("Choose a name that ends in .csv or .xlsx.", param_hint="--out")
    if kind and named and kind != named:
        raise typer.BadParameter(f"A file named .{named} cannot hold {kind}.", param_hint="--out")
    if (kind or named) == "xlsx" and out is None:
        raise typer.BadParameter("XLSX needs the name of a file.", param_hint="--out")
    return kind or named or "csv"


def _write_new(out: Path, content: bytes) -> None:
    """Write a file that is not there yet: a table that somebody has filled in is never written over."""
    try:
        file = out.open("xb")
    except FileExistsError as error:
        raise OutError(f"{out}: there is such a file already; choose another name, or delete it first.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no file can have this name"
        raise OutError(f"{out}: the table cannot be written here ({reason.lower()}).") from error
    try:
        with file:
            file.write(content)
    except BaseException:
        out.unlink()
        raise


def take_table(name: str, folder: str, *, write: bool, as_json: bool) -> int:
    """Print what a table changes or what is wrong with it; return 1 if anything is."""
    outcome = import_table(name, folder, write=write)
    if as_json:
        print_json(outcome.as_json())
    else:
        _print(name, outcome)
    return 1 if outcome.errors else 0


def _print(name: str, outcome: Outcome) -> None:
    for remark in sorted(outcome.remarks, key=lambda one: (one.row, one.column)):
        _print_remark(name, remark)
    if outcome.problems:
        typer.echo("With these changes the files would have:")
    for problem in outcome.problems:
        print_problem(problem, ())
    for file, changes in groupby(outcome.changes, key=lambda one: one.limit.file):
        typer.secho(show(file), bold=True)
        for change in changes:
            _print_change(change)
    _print_notes(outcome)
    _print_end(outcome)


def _print_remark(name: str, one: Remark) -> None:
    word = typer.style("error" if one.is_error else "warning", fg="red" if one.is_error else "yellow", bold=True)
    limit = f" ({show(one.id)})" if one.id else ""
    column = f", column {one.column}" if one.column else ""
    typer.echo(f"{show(name)}, row {one.row}{limit}{column}: {word}: {show(one.message)}\n  {show(one.hint)}")


def _print_change(one: Change) -> None:
    pairs = zip(one.before, one.after, strict=False)
    first = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    typer.echo(f"  {one.limit.id}, {one.key}: {_short(one.before, first)} -> {_short(one.after, first)}")


def _short(text: str, place: int) -> str:
    """Return a text, of a long one the part around a place."""
    start = max(0, place - SHOWN // 4) if len(text) > SHOWN else 0
    shown = show(text[start : start + SHOWN]) or "(empty)"
    return f"{'…' if start else ''}{shown}{'…' if len(text) > start + SHOWN else ''}"


def _print_notes(outcome: Outcome) -> None:
    if outcome.absent:
        left = many(len(outcome.absent), "limit")
        typer.echo(f"The table leaves out {left} of the files; nothing changes there.")
    for column in outcome.ignored:
        typer.echo(f"The column {show(column[:SHOWN])} is not read.")
    for protocol in outcome.newly_meant:
        typer.echo(
            f"The meaning of {show(protocol)} changes: give it a new `version`; running cases keep the old one."
        )


def _print_end(outcome: Outcome) -> None:
    changes = many(len(outcome.changes), "change")
    if outcome.errors:
        typer.secho(f"{many(outcome.errors, 'error')}; nothing is written.", bold=True, fg="red")
    elif not outcome.changes:
        typer.secho("The table says what the files say; there is nothing to change.", bold=True, fg="green")
    elif outcome.written:
        typer.secho(f"{changes} written to {show(', '.join(outcome.written))}.", bold=True, fg="green")
    else:
        typer.secho(f"{changes}. Nothing is written yet; add --write.", bold=True, fg="green")
