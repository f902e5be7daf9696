"""``spean limits``: only words stand here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.run.cli.options import As, Folder, Format, TableFormat

app = typer.Typer(
    name="limits", help="The numbers of the protocols as a table for a spreadsheet, and back.", no_args_is_help=True
)


@app.command("export")
def export_limits(
    folder: Folder = Path("protocols"),
    as_: Annotated[
        TableFormat | None,
        typer.Option("--format", help="csv (the default), xlsx, or one JSON document. Default: as FILE is named."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="A new file. Default: standard output.")
    ] = None,
) -> None:
    """Write every limit, with its source and where it is used, as a table."""
    from engine.run.cli.limits import export_table

    export_table(str(folder), as_.value if as_ else "", out)


@app.command("import")
def import_limits(
    table: Annotated[
        Path, typer.Argument(metavar="FILE", help="A table that `spean limits export` has made, changed.")
    ],
    folder: Folder = Path("protocols"),
    write: Annotated[bool, typer.Option("--write", help="Change the files. Without it nothing is written.")] = False,
    as_: As = Format.TEXT,
) -> None:
    """Say what a changed table would change, and everything that is wrong with it; with --write, change the files."""
    from engine.run.cli.limits import take_table

    raise typer.Exit(take_table(str(table), str(folder), write=write, as_json=as_ is Format.JSON))
