"""``spean agency``: the words of its commands. Each imports what it does when it is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.run.cli.options import As, Format, Office, User
from engine.run.cli.people.options import DryRun

app = typer.Typer(name="agency", help="The agencies that own cases and employ people.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="Small letters, digits and _, like social_north.")]
_TITLE = typer.Option("--title", metavar="TEXT", help="Its name in English.")
TitleKm = Annotated[str | None, typer.Option("--title-km", metavar="TEXT", help="Its name in Khmer.")]
Ministry = Annotated[str | None, typer.Option("--ministry", metavar="ID", help="The ministry it belongs to.")]
Outside = Annotated[
    bool | None, typer.Option("--outside-state/--of-the-state", help="Whether it is independent of the State.")
]
Zone = Annotated[
    str | None, typer.Option("--zone", metavar="ZONE", help="Where a day begins. Default: the office's zone.")
]
Calendar = Annotated[
    str | None, typer.Option("--calendar", metavar="ID", help="When it is open: a calendar of the protocols.")
]
Province = Annotated[str | None, typer.Option("--province", metavar="ID", help="The province of its cases.")]
DutyAddress = Annotated[
    str | None, typer.Option("--duty-address", metavar="ADDRESS", help="Read at any hour by somebody of it.")
]


@app.command()
def add(
    id_: Id,
    title: Annotated[str, _TITLE],
    title_km: TitleKm = None,
    ministry: Ministry = None,
    outside_state: Outside = None,
    zone: Zone = None,
    calendar: Calendar = None,
    province: Province = None,
    duty_address: DutyAddress = None,
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Add an agency."""
    from engine.run.cli.people.agencies import Wanted, add_agency

    wanted = Wanted(title, title_km, ministry, zone, calendar, province, duty_address, outside_state=outside_state)
    add_agency(office, user, id_, wanted, as_json=as_ is Format.JSON)


@app.command("set")
def set_(
    id_: Id,
    title: Annotated[str | None, _TITLE] = None,
    title_km: TitleKm = None,
    ministry: Ministry = None,
    outside_state: Outside = None,
    zone: Zone = None,
    calendar: Calendar = None,
    province: Province = None,
    duty_address: DutyAddress = None,
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Change what is known of an agency: only what is named; "" empties it."""
    from engine.run.cli.people.agencies import Wanted, set_agency

    wanted = Wanted(title, title_km, ministry, zone, calendar, province, duty_address, outside_state=outside_state)
    set_agency(office, user, id_, wanted, as_json=as_ is Format.JSON)


@app.command("list")
def list_(office: Office = "", user: User = "", as_: As = Format.TEXT) -> None:
    """Show the agencies."""
    from engine.run.cli.people.agencies import list_agencies

    list_agencies(office, user, as_json=as_ is Format.JSON)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A list of agencies, one a row.")],
    dry_run: DryRun = False,
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Add or change agencies from a list: all of it, or nothing."""
    from engine.run.cli.people.lists import import_agencies

    import_agencies(office, user, file, dry=dry_run, as_json=as_ is Format.JSON)
