"""``spean user invite``: a link by which somebody sets her password and her second factor."""

from __future__ import annotations

import typer

from engine.core.errors import SpeanError
from engine.run.accounts.entrance import INVITED_FOR
from engine.run.accounts.office import entrance_of
from engine.run.cli.output import print_json
from engine.run.cli.people.asking import keeping
from notifiers.letter import link_to


class LinkError(SpeanError):
    """Where the pages are is not known; write the address into spean.toml: link = "https://spean.example.org"."""


def invite_user(office: str, user: str, id_: str, *, as_json: bool) -> None:
    """Print the link; it is shown once and works once."""
    with keeping(office, user) as asking:
        base = asking.office.settings.office.link
        if not base:
            raise LinkError
        token = entrance_of(asking.office).invite(id_, user or "init")
        link, hours = link_to(base, "welcome", token), int(INVITED_FOR.total_seconds()) // 3600
        if as_json:
            print_json({"user": id_, "link": link, "hours": hours})
            return
        typer.echo(f"Hand this to {id_} in person or by a safe way. It works once, within {hours} hours:")
        typer.echo(link)
