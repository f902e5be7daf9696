"""``spean import``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

from engine.core.errors import SpeanError
from engine.core.people.staff import administrators
from engine.run.cli.output import many, print_json
from engine.run.cli.session import Session, session
from engine.run.cli.showing import progress_bar
from engine.run.keeping.importing import Imported, Importing, Plan, read_table, write_codes, write_rejects

#: So many rejected rows are shown; all of them are in the file of rejects.
SHOWN = 20


class MayNotError(SpeanError):
    """Cases are imported by an administrator; `spean role list --role administrator` shows who is one."""


class PlaceError(SpeanError):
    """A file to be written has no place; nothing was imported."""


class QuietError(SpeanError):
    """The quiet time is over already, so all that is overdue would go out at once; name a later --quiet-until."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed."""

    quiet_until: str
    protocol: str
    agency: str
    rejects: Path | None
    codes: Path | None
    dry: bool


def import_table(folder: str, user: str, table: Path, wanted: Wanted, *, as_json: bool) -> int:
    """Import the rows of a table; return the exit code: 1 where rows were put aside."""
    _check_places(table, wanted)
    with session(folder, user) as asking:
        if asking.user not in administrators(asking.office.people.now(), asking.office.time.now()):
            raise MayNotError
        _check_places(table, wanted)
        columns, rows = read_table(table)
        importing = Importing(asking.office, _plan(asking, wanted), asking.work.protocol)
        with progress_bar("importing") as show:
            found = importing.run(columns, rows, show)
    if wanted.rejects is not None:
        write_rejects(wanted.rejects, found)
    if wanted.codes is not None and not wanted.dry:
        write_codes(wanted.codes, found)
    _say(found, wanted, as_json=as_json)
    return 1 if found.rejected else 0


def _check_places(table: Path, wanted: Wanted) -> None:
    """Refuse files that could not be written afterwards, or would lie over the table. Raises PlaceError."""
    taken = {table.resolve(): "the table itself"}
    for option, path in (("--rejects", wanted.rejects), ("--codes", wanted.codes)):
        if path is None:
            continue
        if path.is_dir() or not path.absolute().parent.is_dir():
            raise PlaceError(f"{path}: {option} names no file in a folder that is there; nothing was imported.")
        if path.resolve() in taken:
            raise PlaceError(
                f"{path}: {option} would be written over {taken[path.resolve()]}; choose another name."
                " Nothing was imported."
            )
        taken[path.resolve()] = f"the file of {option}"


def _plan(asking: Session, wanted: Wanted) -> Plan:
    until = asking.instant(wanted.quiet_until) if wanted.quiet_until else None
    if until is not None and until <= asking.office.time.now():
        raise QuietError
    known = asking.office.people.now().users.get(asking.user)
    agency = wanted.agency or (known.agency if known is not None else "")
    return Plan(asking.user, until, wanted.protocol, agency, dry=wanted.dry)


def _say(found: Imported, wanted: Wanted, *, as_json: bool) -> None:
    taken, aside = len(found.codes), len(found.rejected)
    if as_json:
        rejected = [{"line": one.row.line, "why": one.why} for one in found.rejected]
        print_json({"dry_run": wanted.dry, "imported": taken, "rejected": rejected})
        return
    for one in found.rejected[:SHOWN]:
        typer.echo(f"line {one.row.line}: {one.why}")
    if aside > SHOWN:
        typer.echo(f"and {aside - SHOWN} more rows.")
    where = "Could be imported" if wanted.dry else "In the office"
    typer.echo(f"{where}: {many(taken, 'case')}. Put aside: {many(aside, 'row')}.")
    if aside and wanted.rejects is None:
        typer.echo("--rejects FILE.csv writes them with the reasons, to be mended and imported again.")
