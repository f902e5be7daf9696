"""``spean outbox``, ``spean incident`` and ``spean protocol``: only words stand here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.run.cli.office_app import Keeper
from engine.run.cli.options import As, Format, Office

outbox = typer.Typer(name="outbox", help="Messages that wait to be sent, or could not be.", no_args_is_help=True)
incident = typer.Typer(name="incident", help="What went wrong and waits for somebody.", no_args_is_help=True)
protocol = typer.Typer(name="protocol", help="The protocols in use.", no_args_is_help=True)

#: No list names a larger one; a database holds none.
LARGEST = 2**63 - 1

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, max=LARGEST, help="As the list names it.")]


@outbox.command("list")
def outbox_list(
    all_: Annotated[bool, typer.Option("--all", help="What was sent or dropped, too.")] = False,
    dead: Annotated[bool, typer.Option("--dead", help="Only what was given up.")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=LARGEST, help="At most so many.")] = 100,
    office: Office = "",
    as_: As = Format.TEXT,
) -> None:
    """List messages: to which role, about which case, since when, and why they wait."""
    from engine.run.cli.queue_do import list_messages

    list_messages(office, limit, everything=all_, dead=dead, as_json=as_ is Format.JSON)


@outbox.command("retry")
def outbox_retry(number: Number, office: Office = "", as_: As = Format.TEXT) -> None:
    """Let a message go out at the next tick."""
    from engine.run.cli.queue_do import retry_one

    retry_one(office, number, as_json=as_ is Format.JSON)


@outbox.command("drop")
def outbox_drop(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; names nobody.")],
    by: Keeper = "",
    office: Office = "",
    as_: As = Format.TEXT,
) -> None:
    """Let a message not go out any more."""
    from engine.run.cli.queue_do import drop_one

    drop_one(office, number, reason, by, as_json=as_ is Format.JSON)


@incident.command("list")
def incident_list(
    all_: Annotated[bool, typer.Option("--all", help="Ended ones, too.")] = False,
    office: Office = "",
    as_: As = Format.TEXT,
) -> None:
    """List incidents, the oldest first."""
    from engine.run.cli.queue_do import list_incidents

    list_incidents(office, everything=all_, as_json=as_ is Format.JSON)


@incident.command("retry")
def incident_retry(number: Number, by: Keeper = "", office: Office = "", as_: As = Format.TEXT) -> None:
    """Try again what went wrong."""
    from engine.run.cli.queue_do import retry_it

    retry_it(office, number, by, as_json=as_ is Format.JSON)


@incident.command("skip")
def incident_skip(number: Number, by: Keeper = "", office: Office = "", as_: As = Format.TEXT) -> None:
    """Leave it for now: a case for a day, the mails of an address for good."""
    from engine.run.cli.queue_do import skip_it

    skip_it(office, number, by, as_json=as_ is Format.JSON)


@incident.command("end")
def incident_end(
    number: Number,
    ended_as: Annotated[str, typer.Option("--reason", metavar="TEXT", help="How it was seen to; names nobody.")],
    by: Keeper = "",
    office: Office = "",
    as_: As = Format.TEXT,
) -> None:
    """End an incident that was seen to."""
    from engine.run.cli.queue_do import end_it

    end_it(office, number, by, ended_as, as_json=as_ is Format.JSON)


@protocol.command("install")
def protocol_install(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A protocol file, or a folder of them.")],
    by: Keeper = "",
    office: Office = "",
    as_: As = Format.TEXT,
) -> None:
    """Bring protocol files into use: new cases begin with them, running ones keep theirs."""
    from engine.run.cli.office_do import install_protocols

    install_protocols(office, path, by, as_json=as_ is Format.JSON)


@protocol.command("list")
def protocol_list(office: Office = "", as_: As = Format.TEXT) -> None:
    """List the protocols with which new cases begin."""
    from engine.run.cli.office_do import list_protocols

    list_protocols(office, as_json=as_ is Format.JSON)
