"""``spean webhook``: programs outside that are told that something happened. Only words stand here."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.run.cli.options import As, Format, Office, User
from engine.run.cli.queue_app import LARGEST

app = typer.Typer(
    name="webhook", help="Programs outside that are told that something happened.", no_args_is_help=True
)

Id = Annotated[str, typer.Argument(metavar="WEBHOOK", help="As the list names it, like wh_1a2b3c4d.")]


@app.command("add")
def webhook_add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where its receiver listens; https.")],
    owner: Annotated[
        str, typer.Option("--owner", metavar="USER", help="It is told only of cases that this account may see.")
    ],
    events: Annotated[
        str, typer.Option("--events", metavar="LIST", help="Of what it is told, with commas between; or all.")
    ],
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Let a program be told what happens from now on. Its secret is shown once."""
    from engine.run.cli.webhook_do import add_webhook

    add_webhook(office, user, url, owner, events, as_json=as_ is Format.JSON)


@app.command("list")
def webhook_list(office: Office = "", user: User = "", as_: As = Format.TEXT) -> None:
    """List them: where to, whose eyes each has, of what it is told, and how its calls fare."""
    from engine.run.cli.webhook_do import list_webhooks

    list_webhooks(office, user, as_json=as_ is Format.JSON)


@app.command("remove")
def webhook_remove(id_: Id, office: Office = "", user: User = "", as_: As = Format.TEXT) -> None:
    """Tell a program nothing any more; what waits for it is forgotten."""
    from engine.run.cli.webhook_do import remove_webhook

    remove_webhook(office, user, id_, as_json=as_ is Format.JSON)


@app.command("rotate")
def webhook_rotate(id_: Id, office: Office = "", user: User = "", as_: As = Format.TEXT) -> None:
    """Give it another secret, shown once; the former one signs, too, for a day."""
    from engine.run.cli.webhook_do import rotate_secret

    rotate_secret(office, user, id_, as_json=as_ is Format.JSON)


@app.command("test")
def webhook_test(id_: Id, office: Office = "", user: User = "", as_: As = Format.TEXT) -> None:
    """Send a call that is about nothing, now, and say what was answered; exit code 1 if it was not taken."""
    from engine.run.cli.webhook_do import test_webhook

    raise typer.Exit(test_webhook(office, user, id_, as_json=as_ is Format.JSON))


@app.command("deliveries")
def webhook_deliveries(
    all_: Annotated[bool, typer.Option("--all", help="What waits, was sent or was dropped, too.")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=LARGEST, help="At most so many.")] = 100,
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """List calls that were given up, the newest first: to whom, about which case, and why."""
    from engine.run.cli.webhook_do import list_calls

    list_calls(office, user, limit, everything=all_, as_json=as_ is Format.JSON)


@app.command("resend")
def webhook_resend(
    which: Annotated[
        str, typer.Argument(metavar="NUMBER|WEBHOOK", help="One call that was given up, or all to a webhook.")
    ],
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Let calls that were given up go out at the next tick, under the ids they had."""
    from engine.run.cli.webhook_do import resend_calls

    resend_calls(office, user, which, as_json=as_ is Format.JSON)
