"""``spean organisation check``: what the organisation lacks."""

from __future__ import annotations

from dataclasses import asdict

import typer

from engine.core.people.gaps import Gap
from engine.run.cli.output import print_json
from engine.run.cli.people.asking import keeping
from engine.run.setup.lacking import lacks


def check_organisation(office: str, user: str, *, as_json: bool) -> int:
    """Print every gap with the command that closes it; return 1 if there is one, else 0."""
    with keeping(office, user) as asking:
        found = lacks(asking.office)
    if as_json:
        print_json({"gaps": [asdict(one) for one in found]})
    else:
        _print(found)
    return 1 if found else 0


def _print(found: tuple[Gap, ...]) -> None:
    if not found:
        typer.secho("Every rung of every escalation reaches somebody.", bold=True, fg="green")
        return
    for one in found:
        typer.echo(f"{one}{' It is so only while somebody is away.' if one.passing else ''}\n")
    typer.secho("1 gap." if len(found) == 1 else f"{len(found)} gaps.", bold=True, fg="red")
