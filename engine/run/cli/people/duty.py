"""``spean duty``: the words of its commands. Each imports what it does when it is run."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.run.cli.options import As, Format, Office, User
from engine.run.cli.people.options import Agency, All, Everywhere, Province, RoleId, UserId

app = typer.Typer(name="duty", help="Who is on duty, and the address that is always read.", no_args_is_help=True)

Every = Annotated[str, typer.Option("--every", metavar="WEEK", help='Every week, like "Fri 17:00 - Mon 08:00".')]
From = Annotated[str, typer.Option("--from", metavar="TIME", help="Once: when it begins.")]
To = Annotated[str, typer.Option("--to", metavar="TIME", help="Once: when it ends.")]


@app.command()
def add(
    role: RoleId,
    user_id: UserId,
    agency: Agency = "",
    everywhere: Everywhere = False,
    province: Province = "",
    every: Every = "",
    since: From = "",
    until: To = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Put a shift on the rota. Times are local to where the person on duty works."""
    from engine.run.cli.people.duties import Shifts, add_duty
    from engine.run.cli.people.roles import Where

    where, shift = Where(agency, province, everywhere=everywhere), Shifts(every, since, until)
    add_duty(office, user, role, user_id, where, shift, as_json=as_ is Format.JSON)


@app.command()
def remove(
    role: RoleId,
    user_id: UserId,
    agency: Agency = "",
    everywhere: Everywhere = False,
    province: Province = "",
    every: Every = "",
    since: From = "",
    until: To = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Take a shift off the rota. What tells it from no other may be left out."""
    from engine.run.cli.people.duties import Shifts, remove_duty
    from engine.run.cli.people.roles import Where

    where, shift = Where(agency, province, everywhere=everywhere), Shifts(every, since, until)
    remove_duty(office, user, role, user_id, where, shift, as_json=as_ is Format.JSON)


@app.command("list")
def list_(all_: All = False, office: Office = "", user: User = "", as_: As = Format.TEXT) -> None:
    """Show the rota, and who is on duty now."""
    from engine.run.cli.people.duties import list_duties

    list_duties(office, user, over_too=all_, as_json=as_ is Format.JSON)


@app.command()
def address(
    to: Annotated[str, typer.Argument(metavar="ADDRESS", help="A mailbox that somebody reads every day.")],
    language: Annotated[
        str, typer.Option("--language", metavar="en|km", help="In which mail to it is written. Default: as now.")
    ] = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Set the office's own duty address: it gets what reaches nobody else."""
    from engine.run.cli.people.duties import set_address

    set_address(office, user, to, language, as_json=as_ is Format.JSON)
