"""``spean supervisor``: the words of its commands. Each imports what it does when it is run."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.run.cli.options import As, Format, Office, User
from engine.run.cli.people.options import UserId

app = typer.Typer(name="supervisor", help="Who is above whom.", no_args_is_help=True)


@app.command("set")
def set_(
    user_id: UserId,
    supervisor: Annotated[str, typer.Argument(metavar="SUPERVISOR", help="The id of the person's supervisor.")],
    until: Annotated[
        str, typer.Option("--until", metavar="TIME", help="When it ends, in local time. Default: it does not.")
    ] = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Name somebody's supervisor, in place of any former one."""
    from engine.run.cli.people.supervisors import set_supervisor

    set_supervisor(office, user, user_id, supervisor, until, as_json=as_ is Format.JSON)


@app.command()
def end(user_id: UserId, office: Office = "", user: User = "", as_: As = Format.TEXT) -> None:
    """Leave somebody without a supervisor of the person's own."""
    from engine.run.cli.people.supervisors import end_supervision

    end_supervision(office, user, user_id, as_json=as_ is Format.JSON)
