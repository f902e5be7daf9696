"""``spean agency import`` and ``spean user import``: a list is read in as a whole, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from engine.core.errors import SpeanError
from engine.core.people.directory import Directory
from engine.core.people.roster import Parsed, read_agencies, read_people
from engine.core.people.sheet import LONGEST_TEXT
from engine.run.cases.upkeep import INIT, Change, FlawedError
from engine.run.cli.output import print_json, print_table, show
from engine.run.cli.people.asking import Asking, keeping
from engine.run.cli.showing import progress_bar

#: Letters of one sign take four bytes at most.
_LARGEST = 4 * LONGEST_TEXT


class ListFileError(SpeanError):
    """The list cannot be read; name a CSV file."""


def import_agencies(office: str, user: str, file: Path, *, dry: bool, as_json: bool) -> None:
    """Read a list of agencies in."""
    with keeping(office, user) as asking:
        calendars = asking.office.registry.library().calendars
        parsed = read_agencies(_text(file), by=asking.user or INIT, calendars=calendars)
        _take(asking, parsed, dry=dry, as_json=as_json)


def import_people(office: str, user: str, file: Path, *, dry: bool, as_json: bool) -> None:
    """Read a list of people in."""
    with keeping(office, user) as asking:
        parsed = read_people(_text(file), by=asking.user or INIT, roles=asking.roles())
        _take(asking, parsed, dry=dry, as_json=as_json)


def _text(file: Path) -> str:
    """Return the text of a list. Raises ListFileError."""
    try:
        if not file.is_file():
            raise ListFileError(f"{file}: there is no file of this name; name a list that was saved as CSV.")
        if file.stat().st_size > _LARGEST:
            raise ListFileError(f"{file}: the list is larger than {_LARGEST >> 20} MiB; is it the right file?")
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ListFileError(f"{file}: the list cannot be read ({(error.strerror or '').lower()}).") from error
    except UnicodeDecodeError as error:
        raise ListFileError(f"{file}: the list is not UTF-8; save it as CSV in UTF-8.") from error


def _take(asking: Asking, parsed: Parsed, *, dry: bool, as_json: bool) -> None:
    try:
        with progress_bar("reading in") as progress:
            change = asking.upkeep.take_list(parsed, progress, dry=dry)
    except FlawedError as flawed:
        _tell_flaws(flawed, as_json=as_json)
        raise typer.Exit(1) from flawed
    _tell(change, dry=dry, as_json=as_json)


def _tell_flaws(flawed: FlawedError, *, as_json: bool) -> None:
    """Say every mistake with its place and what to do."""
    if as_json:
        print_json({"error": str(flawed), "problems": [asdict(one) for one in flawed.flaws]})
    else:
        rows = ((one.row, one.column, show(f"{one.sentence} {one.hint}")) for one in flawed.flaws)
        print_table(("row", "column", "what is wrong, and what to do"), rows)
    typer.echo(f"spean: {flawed}", err=True)


def _tell(change: Change, *, dry: bool, as_json: bool) -> None:
    counts = _counts(change.before, change.after)
    if as_json:
        print_json({"changed": change.made and not dry, "dry_run": dry, "by": change.by, **counts})
        return
    told = ", ".join(f"{what.replace('_', ' ')}: {number}" for what, number in counts.items() if number)
    done = "This would be written" if dry else "Written"
    typer.echo(f"{done}: {told}." if told else "Everything stands in the directory already; nothing was changed.")


def _counts(before: Directory, after: Directory) -> dict[str, int]:
    """Return how much is new after a list, and how much is different."""
    parts: tuple[tuple[str, Mapping[Any, object], Mapping[Any, object]], ...] = (
        ("agencies", before.agencies, after.agencies),
        ("users", before.users, after.users),
        ("roles", before.memberships, after.memberships),
        ("supervisors", before.supervisions, after.supervisions),
    )
    counts: dict[str, int] = {}
    for what, old, new in parts:
        counts[f"{what}_added"] = len(new.keys() - old.keys())
        counts[f"{what}_changed"] = sum(old[key] != new[key] for key in new.keys() & old.keys())
    return counts
