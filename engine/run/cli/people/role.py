"""``spean role``: the words of its commands. Each imports what it does when it is run."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.run.cli.options import As, Format, Office, User
from engine.run.cli.people.options import Agency, All, Everywhere, Province, RoleId, UserId

app = typer.Typer(name="role", help="Who may act in which cases.", no_args_is_help=True)


@app.command()
def add(
    role: RoleId,
    user_id: UserId,
    agency: Agency = "",
    everywhere: Everywhere = False,
    province: Province = "",
    since: Annotated[
        str, typer.Option("--from", metavar="TIME", help="When it begins, in local time. Default: now.")
    ] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="TIME", help="When it ends, in local time. Default: it does not.")
    ] = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Give somebody a role: in the cases of one agency, or everywhere."""
    from engine.run.cli.people.roles import Where, add_role

    where = Where(agency, province, everywhere=everywhere)
    add_role(office, user, role, user_id, where, since, until, as_json=as_ is Format.JSON)


@app.command()
def remove(
    role: RoleId,
    user_id: UserId,
    agency: Agency = "",
    everywhere: Everywhere = False,
    province: Province = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Take a role away, now. Where the person has it in one place only, the place may be left out."""
    from engine.run.cli.people.roles import Where, remove_role

    where = Where(agency, province, everywhere=everywhere)
    remove_role(office, user, role, user_id, where, as_json=as_ is Format.JSON)


@app.command("list")
def list_(
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="Only this role.")] = "",
    of_user: Annotated[str, typer.Option("--user", metavar="USER", help="Only those of this person.")] = "",
    all_: All = False,
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Show who has which role, in force or to come."""
    from engine.run.cli.people.roles import list_roles

    list_roles(office, user, role, of_user, over_too=all_, as_json=as_ is Format.JSON)
