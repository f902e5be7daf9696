"""The commands and their options. Only words stand here: each command imports what it does when it is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.run.cli.case_app import app as case
from engine.run.cli.limits_app import app as limits
from engine.run.cli.office_app import app as office
from engine.run.cli.options import As, Form, Format, Language, Notation, Office, Out, Track
from engine.run.cli.people import absence, agency, conflict, duty, organisation, role, supervisor, user
from engine.run.cli.queue_app import incident, outbox
from engine.run.cli.queue_app import protocol as protocols
from engine.run.cli.scenario_app import app as scenario
from engine.run.cli.webhook_app import app as webhook

app = typer.Typer(
    name="spean",
    help="Runs the life of a protection case from declarative protocols.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

ProtocolFile = Annotated[Path, typer.Argument(metavar="PROTOCOL", help="A protocol file.")]


@app.callback()
def spean(
    debug: Annotated[bool, typer.Option("--debug", help="Show the details of a mistake in Spean itself.")] = False,
) -> None:
    """Runs the life of a protection case from declarative protocols."""


@app.command()
def check(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help="Protocol files, or folders with such files. Default: protocols."),
    ] = None,
    as_: As = Format.TEXT,
) -> None:
    """Say everything that is wrong or dangerous in protocol files."""
    from engine.run.cli.check import check_files

    raise typer.Exit(check_files(paths or ["protocols"], as_json=as_ is Format.JSON))


@app.command()
def replay(
    log: Annotated[Path, typer.Argument(metavar="LOG.csv", help="Columns: case_id, activity, timestamp, maybe seq.")],
    protocol: Annotated[Path, typer.Option("--protocol", metavar="FILE", help="The protocol to follow.")],
    until: Annotated[
        str,
        typer.Option("--until", metavar="DATE", help="The last day that counts. Default: that of the last event."),
    ] = "",
    stalled_on: Annotated[
        list[str] | None,
        typer.Option(
            "--stalled-on", metavar="DATE", help="A day on which to look what had stalled; may be repeated."
        ),
    ] = None,
    stalled_days: Annotated[
        str, typer.Option("--stalled-days", metavar="DAYS", help="The ages to count, in calendar days.")
    ] = "0,30,60,90,180,365",
    firings: Annotated[
        Path | None,
        typer.Option("--firings", metavar="FILE", help="Write each rung: case|step|entry date|rung|fire date."),
    ] = None,
    refusals: Annotated[
        Path | None,
        typer.Option("--refusals", metavar="FILE", help="Write each refusal: case|index from 0|step|action."),
    ] = None,
    facts: Annotated[
        list[str] | None,
        typer.Option("--facts", metavar="COLUMN=FIELD", help="Record a column as a field; may be repeated."),
    ] = None,
    store: Annotated[
        str,
        typer.Option(
            "--store", metavar="URL", help="Go through a database and the worker; it goes on where it stopped."
        ),
    ] = "",
    as_: As = Format.TEXT,
) -> None:
    """Run an event log through a protocol: what was due, what was not allowed, what had stalled."""
    from engine.run.cli.replay import Request, replay_log

    request = Request(
        log, protocol, until, tuple(stalled_on or ()), stalled_days, firings, refusals, tuple(facts or ()), store
    )
    replay_log(request, as_json=as_ is Format.JSON)


@app.command()
def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A problem code, like SP101.")],
    as_: As = Format.TEXT,
) -> None:
    """Explain a problem code at length, with an example."""
    from engine.run.cli.explain import explain_code

    explain_code(code, as_json=as_ is Format.JSON)


@app.command()
def graph(
    protocol: ProtocolFile,
    language: Annotated[Language, typer.Option("--lang", help="The language of the titles.")] = Language.ENGLISH,
    notation: Annotated[
        Notation,
        typer.Option(
            "--notation", help="svg: the picture, for any browser; mermaid: for web pages; dot: for Graphviz."
        ),
    ] = Notation.MERMAID,
    track: Track = "",
    out: Out = None,
    as_: As = Format.TEXT,
) -> None:
    """Draw a protocol: lanes, main lines, limits and who is told at their step."""
    from engine.run.cli.graph import draw

    draw(str(protocol), language.value, notation.value, track, out, as_json=as_ is Format.JSON)


@app.command()
def handbook(
    protocol: ProtocolFile,
    language: Annotated[Language, typer.Option("--lang", help="The language of the handbook.")] = Language.ENGLISH,
    form: Annotated[
        Form | None, typer.Option("--form", help="Default: that of the file's name, else html.", show_default=False)
    ] = None,
    track: Track = "",
    out: Out = None,
) -> None:
    """Write a protocol as articles in plain language, with numbers: to read, to print, to sign."""
    from engine.run.cli.handbook import write_handbook

    write_handbook(str(protocol), language.value, form.value if form else "", track, out)


@app.command()
def demo(
    keep: Annotated[
        Path,
        typer.Option("--keep", metavar="DIR", help="The folder of its office: new, empty, or of an earlier demo."),
    ] = Path("demo-office"),
    protocols: Annotated[
        Path | None,
        typer.Option("--protocols", metavar="FOLDER", help="Where the protocol files are. Default: those of Spean."),
    ] = None,
    as_: As = Format.TEXT,
) -> None:
    """Let an office of invented people live through four months, in under a minute; it stays for you to look at."""
    from engine.run.cli.demo import show_demo

    raise typer.Exit(show_demo(keep, protocols, as_json=as_ is Format.JSON))


@app.command()
def serve(
    office: Office = "",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="The port on this machine.")] = 8000,
    demonstration: Annotated[
        Path | None,
        typer.Option("--demonstration", metavar="DIR", help="Make and serve an office of invented people here."),
    ] = None,
) -> None:
    """Open the pages for a browser of this machine, with the worker beside them."""
    from engine.run.cli.serve_do import serve_demonstration, serve_office

    if demonstration is not None:
        serve_demonstration(demonstration, port)
    else:
        serve_office(office, port)


_GROUPS = (
    *(case, office, protocols, limits, scenario, outbox, incident, webhook),
    *(agency.app, user.app, role.app, supervisor.app, absence.app, duty.app, conflict.app, organisation.app),
)
for group in _GROUPS:
    app.add_typer(group)
