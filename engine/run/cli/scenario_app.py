"""``spean scenario``: only words stand here."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.run.cli.options import As, Format

app = typer.Typer(name="scenario", help="Stories that the protocols must live through.", no_args_is_help=True)

Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PATH]...", help="Scenario files, or folders with such files. Default: protocols."),
]


@app.command()
def run(paths: Paths = None, as_: As = Format.TEXT) -> None:
    """Run scenarios: what holds, what went otherwise than told, and what of the protocols they cover."""
    from engine.run.cli.scenario_do import run_scenarios

    raise typer.Exit(run_scenarios(paths or ["protocols"], as_json=as_ is Format.JSON))


@app.command()
def mutate(
    folder: Annotated[str, typer.Argument(metavar="[FOLDER]", help="The folder of the protocols.")] = "protocols",
    every: Annotated[int, typer.Option("--every", metavar="N", min=1, help="Try only each so many-th change.")] = 1,
    jobs: Annotated[int, typer.Option("--jobs", metavar="N", min=1, help="So many processes work at it.")] = 2,
    as_: As = Format.TEXT,
) -> None:
    """Delete or alter each deadline, condition, requirement, rung, rule and reader: would anybody notice?"""
    from engine.run.cli.scenario_do import mutate_protocols

    mutate_protocols(folder, every=every, jobs=jobs, as_json=as_ is Format.JSON)


@app.command()
def sheets(
    folder: Annotated[str, typer.Argument(metavar="[FOLDER]", help="The folder of the protocols.")] = "protocols",
    write: Annotated[bool, typer.Option("--write", help="Write them. Without it they are only compared.")] = False,
    as_: As = Format.TEXT,
) -> None:
    """Write down what each step asks and each limit does, as scenarios that are kept: any change then shows."""
    from engine.run.cli.scenario_do import make_sheets

    raise typer.Exit(make_sheets(folder, write=write, as_json=as_ is Format.JSON))
