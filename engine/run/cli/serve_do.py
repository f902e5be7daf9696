"""``spean serve``: the pages of an office, or of a demonstration."""

from __future__ import annotations

from pathlib import Path

import typer

from engine.core.errors import SpeanError
from engine.run.cli.output import print_table
from engine.run.cli.session import opened
from engine.run.cli.showing import progress_bar
from engine.run.setup.lacking import check_organisation


class PortError(SpeanError):
    """This port is in use, or may not be used; choose another one with --port."""


def serve_office(folder: str, port: int) -> None:
    """Serve the pages of an office, its worker beside them."""
    from web.serving import serve

    with opened(folder) as office:
        check_organisation(office)
        typer.echo(f"Open http://127.0.0.1:{port}/ in a browser of this machine. Ctrl-C ends it.")
        serve(office, port)


def serve_demonstration(folder: Path, port: int) -> None:
    """Serve a demonstration; make it first where it is not there."""
    from web import demonstration
    from web.serving import serve

    typer.echo(f"The office of the demonstration lies in {folder}; the first start takes about a minute.")
    with progress_bar("days of the office") as progress:
        demonstration.make(folder, progress, port)
    with demonstration.opened(folder, port) as office:
        print_table(
            ("log in as", "name", "is"),
            ((one.user, one.name, one.role) for one in demonstration.accounts(office)),
        )
        typer.echo(f"The password of everybody: {demonstration.PASSWORD}")
        typer.echo("The code of the second factor is shown on its page.")
        typer.echo(f"Open http://127.0.0.1:{port}/ in a browser of this machine. Ctrl-C ends it.")
        serve(office, port)
