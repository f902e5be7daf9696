"""``spean organisation``: the words of its commands. Each imports what it does when it is run."""

from __future__ import annotations

import typer

from engine.run.cli.options import As, Format, Office, User

app = typer.Typer(name="organisation", help="Whether the office can serve its protocols.", no_args_is_help=True)


@app.command()
def check(office: Office = "", user: User = "", as_: As = Format.TEXT) -> None:
    """Say which rungs of which escalation reach nobody, and what to do; leaves with 1 if there is any."""
    from engine.run.cli.people.shortfall import check_organisation

    raise typer.Exit(check_organisation(office, user, as_json=as_ is Format.JSON))
