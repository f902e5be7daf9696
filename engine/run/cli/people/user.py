"""``spean user``: the words of its commands. Each imports what it does when it is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.run.cli.options import As, Format, Office, User
from engine.run.cli.people.options import DryRun, UserId

app = typer.Typer(name="user", help="The members of staff and their accounts.", no_args_is_help=True)

_NAME = typer.Option("--name", metavar="TEXT", help="As the person writes it, in any script.")
_AGENCY = typer.Option("--agency", metavar="ID", help="Where the person works.")
Email = Annotated[str | None, typer.Option("--email", metavar="ADDRESS", help="An address of the person's own.")]
Tongue = Annotated[
    str | None, typer.Option("--language", metavar="en|km", help="In which mails are written. Default: the office's.")
]
Unit = Annotated[str | None, typer.Option("--unit", metavar="ID", help="The unit of the agency.")]
Province = Annotated[str | None, typer.Option("--province", metavar="ID", help="Where the person works.")]


@app.command()
def add(
    id_: UserId,
    name: Annotated[str, _NAME],
    agency: Annotated[str, _AGENCY],
    email: Email = None,
    language: Tongue = None,
    unit: Unit = None,
    province: Province = None,
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Add a member of staff; roles are given with `spean role add`."""
    from engine.run.cli.people.users import Wanted, add_user

    add_user(office, user, id_, Wanted(name, agency, email, language, unit, province), as_json=as_ is Format.JSON)


@app.command("set")
def set_(
    id_: UserId,
    name: Annotated[str | None, _NAME] = None,
    agency: Annotated[str | None, _AGENCY] = None,
    email: Email = None,
    language: Tongue = None,
    unit: Unit = None,
    province: Province = None,
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Change what is known of somebody: only what is named; "" empties it."""
    from engine.run.cli.people.users import Wanted, set_user

    set_user(office, user, id_, Wanted(name, agency, email, language, unit, province), as_json=as_ is Format.JSON)


@app.command("list")
def list_(
    agency: Annotated[str, typer.Option("--agency", metavar="ID", help="Only those who work there.")] = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Show who there is. Addresses are not shown."""
    from engine.run.cli.people.users import list_users

    list_users(office, user, agency, as_json=as_ is Format.JSON)


@app.command()
def show(id_: UserId, office: Office = "", user: User = "", as_: As = Format.TEXT) -> None:
    """Show one person; the address only to an administrator and to the person."""
    from engine.run.cli.people.users import show_user

    show_user(office, user, id_, as_json=as_ is Format.JSON)


@app.command()
def disable(id_: UserId, office: Office = "", user: User = "", as_: As = Format.TEXT) -> None:
    """Close an account, at once."""
    from engine.run.cli.people.users import disable_user

    disable_user(office, user, id_, as_json=as_ is Format.JSON)


@app.command()
def enable(id_: UserId, office: Office = "", user: User = "", as_: As = Format.TEXT) -> None:
    """Open a closed account again."""
    from engine.run.cli.people.users import enable_user

    enable_user(office, user, id_, as_json=as_ is Format.JSON)


@app.command()
def verify(
    id_: UserId,
    address: Annotated[
        str, typer.Option("--address", metavar="ADDRESS", help="The one that was tried. Default: the present one.")
    ] = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Note that mail reached the person; before that none is sent."""
    from engine.run.cli.people.users import verify_user

    verify_user(office, user, id_, address, as_json=as_ is Format.JSON)


@app.command()
def invite(id_: UserId, office: Office = "", user: User = "", as_: As = Format.TEXT) -> None:
    """Make a link by which the person sets password and second factor for the pages; it works once."""
    from engine.run.cli.people.inviting import invite_user

    invite_user(office, user, id_, as_json=as_ is Format.JSON)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A list of people, one a row.")],
    dry_run: DryRun = False,
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Add or change people with their roles and supervisors from a list: all of it, or nothing."""
    from engine.run.cli.people.lists import import_people

    import_people(office, user, file, dry=dry_run, as_json=as_ is Format.JSON)
