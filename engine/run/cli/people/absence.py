"""``spean absence``: the words of its commands. Each imports what it does when it is run."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.run.cli.options import As, Format, Office, User
from engine.run.cli.people.options import All, UserId

app = typer.Typer(name="absence", help="Who is away, and who stands in.", no_args_is_help=True)


@app.command()
def add(
    user_id: UserId,
    since: Annotated[
        str,
        typer.Option("--from", metavar="DATE", help="The first day. Default: that of the present absence, or today."),
    ] = "",
    until: Annotated[
        str, typer.Option("--to", metavar="DATE", help="The last day. Default: that of the absence that is entered.")
    ] = "",
    deputy: Annotated[
        str | None, typer.Option("--deputy", metavar="USER", help='Who stands in meanwhile; "": nobody.')
    ] = None,
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Enter that somebody is away, both days included, or change the absence that begins on that day."""
    from engine.run.cli.people.absences import add_absence

    add_absence(office, user, user_id, since, until, deputy, as_json=as_ is Format.JSON)


@app.command()
def end(
    user_id: UserId,
    since: Annotated[
        str, typer.Option("--from", metavar="DATE", help="The first day of the absence. Default: the present one.")
    ] = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Strike an absence: the person is back, or will not go."""
    from engine.run.cli.people.absences import end_absence

    end_absence(office, user, user_id, since, as_json=as_ is Format.JSON)


@app.command("list")
def list_(all_: All = False, office: Office = "", user: User = "", as_: As = Format.TEXT) -> None:
    """Show who is away, now or later."""
    from engine.run.cli.people.absences import list_absences

    list_absences(office, user, over_too=all_, as_json=as_ is Format.JSON)
