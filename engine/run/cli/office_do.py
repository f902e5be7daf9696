"""``spean init``, ``upgrade``, ``health`` and ``protocol``: an office is made, kept up to date and looked after."""

from __future__ import annotations

from pathlib import Path

import typer

from engine.run.cli.output import print_json, print_table
from engine.run.cli.session import opened
from engine.run.cli.worker_do import keeper
from engine.run.keeping.health import Check, health
from engine.run.setup.founding import found_office
from engine.run.setup.installing import Installation, install_file, install_folder
from engine.run.setup.office import open_office
from engine.store.sql import schema
from engine.store.sql.database import Database

_NEXT = """\
Next:
  1. Put a copy of {key} in a safe place, apart from every backup: without it nothing private can be read.
  2. Say who works here: `spean agency import` and `spean user import` read tables, `spean user add` takes one person.
  3. `spean organisation check` says who is still missing; then start `spean worker`."""


def init_office(
    folder: Path, protocols: Path | None, duty_address: str, administrator: str, *, simulation: bool, as_json: bool
) -> None:
    """Make an office and say what comes next."""
    office = found_office(
        folder, protocols, duty_address=duty_address, administrator=administrator, simulation=simulation
    )
    try:
        names = [one.protocol for one in office.registry.versions()]
        key = office.settings.master_key_file
    finally:
        office.close()
    if as_json:
        document = {"office": str(folder), "protocols": [f"{one.id} {one.version}" for one in names]}
        print_json({**document, "master_key": str(key), "simulation": simulation})
        return
    typer.echo(f"{folder}: an office was made, with {', '.join(f'{one.id} {one.version}' for one in names)}.")
    drafts = [one.id for one in names if one.status != "adopted"]
    if drafts and not simulation:
        typer.echo(
            f"{', '.join(drafts)}: drafts, which run on invented people only (`spean init --simulation`)."
            " Adopt them in their files, then `spean protocol install`."
        )
    typer.echo(_NEXT.format(key=key))


def upgrade_database(folder: str, *, as_json: bool) -> None:
    """Bring the schema up to date."""
    office = open_office(folder)
    database = Database(office.settings.database_url)
    try:
        before = schema.check_upgradable(database)
        schema.upgrade(database)
    finally:
        database.close()
    if as_json:
        print_json({"before": before, "now": schema.HEAD})
    elif before == schema.HEAD:
        typer.echo(f"The database is up to date (schema {schema.HEAD}).")
    else:
        typer.echo(f"The database went from schema {before} to {schema.HEAD}.")


def show_health(folder: str, *, as_json: bool) -> int:
    """Show how the office is; return the exit code."""
    with opened(folder) as office:
        checks = health(office, office.time.now())
    is_well = all(one.is_well for one in checks)
    if as_json:
        rows = [{"check": one.name, "is_well": one.is_well, "words": one.words} for one in checks]
        print_json({"is_well": is_well, "checks": rows})
    else:
        print_table(("", "what", "how it is"), [(_sign(one), one.name, one.words) for one in checks])
    return 0 if is_well else 1


def _sign(check: Check) -> str:
    return "ok" if check.is_well else "NOT WELL"


def install_protocols(folder: str, path: Path, by: str, *, as_json: bool) -> None:
    """Install a protocol file or a folder of them."""
    with opened(folder) as office:
        who = keeper(by)
        found = install_folder(office, path, by=who) if path.is_dir() else [install_file(office, path, by=who)]
    if as_json:
        print_json({"protocols": [_document(one) for one in found]})
        return
    for one in found:
        words = "in use from now on" if one.is_new else "was in use already, nothing changed"
        typer.echo(f"{one.protocol.id} {one.protocol.version} ({one.protocol.status}): {words}.")


def _document(one: Installation) -> dict[str, object]:
    known = one.protocol
    return {"protocol": known.id, "version": known.version, "status": known.status, "is_new": one.is_new}


def list_protocols(folder: str, *, as_json: bool) -> None:
    """List every version in use."""
    with opened(folder) as office:
        found = office.registry.versions()
    rows = [
        (one.protocol.id, one.protocol.version, one.protocol.status, "new cases" if one.current else "running cases")
        for one in found
    ]
    if as_json:
        names = ("protocol", "version", "status", "used_for")
        print_json({"protocols": [dict(zip(names, row, strict=True)) for row in rows]})
    else:
        print_table(("protocol", "version", "status", "used for"), rows)
