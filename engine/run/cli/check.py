"""``spean check``: the problems of protocol files, with the line they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import typer

from engine.protocol.problems import Place, Problem, Severity
from engine.run.cli.output import many, print_json, show
from engine.run.protocols.checking import Checked, check, count
from engine.run.protocols.files import FileError, read_bytes

#: Of a long line so much is shown around the place.
SHOWN = 100


def check_files(paths: list[str], *, as_json: bool) -> int:
    """Print the problems and what was checked; return 1 if there is an error."""
    checked = check(paths)
    if as_json:
        print_json(checked.as_json())
    else:
        _print(checked)
    return 1 if checked.errors else 0


def _print(checked: Checked) -> None:
    for one in checked.problems:
        print_problem(one, excerpt(one.place))
    for protocol in checked.protocols:
        counts = count(protocol)
        numbers = ", ".join(many(int(counts[f"{what}s"]), what) for what in ("track", "step", "action", "deadline"))
        typer.echo(f"{protocol.id} {protocol.version}: {numbers}")
    done = f"{many(checked.errors, 'error')}, {many(checked.warnings, 'warning')}."
    typer.secho(done, bold=True, fg="red" if checked.errors else "green")


def print_problem(one: Problem, lines: Iterable[str]) -> None:
    """Print one problem with the lines that show it and what to do."""
    place = one.place
    color = "red" if one.severity is Severity.ERROR else "yellow"
    word = typer.style(f"{one.severity.value} {one.code}", fg=color, bold=True)
    typer.echo(f"{show(place.file)}:{place.line}:{place.column}: {word}: {show(one.message)}")
    for line in lines:
        typer.echo(line)
    if one.hint:
        typer.echo(f"  {show(one.hint)}")
    typer.echo()


def excerpt(place: Place) -> list[str]:
    """Return the line a problem stands in and a caret under the place; nothing where there is no such line."""
    lines = _lines(place.file)
    if not 1 <= place.line <= len(lines) or not lines[place.line - 1].strip():
        return []
    text, column = lines[place.line - 1], place.column - 1
    first = max(0, column - SHOWN // 2) if len(text) > SHOWN else 0
    shown = show(text[first : first + SHOWN])
    number = str(place.line)
    return [f"  {number} | {shown}", f"  {' ' * len(number)} | {' ' * (column - first)}^"]


@lru_cache(maxsize=8)
def _lines(file: str) -> tuple[str, ...]:
    try:
        return tuple(read_bytes(file).decode("utf-8-sig", "replace").splitlines())
    except FileError:
        return ()
