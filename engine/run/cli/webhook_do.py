"""``spean webhook``: all of it is for an administrator, for lists name cases."""

from __future__ import annotations

import secrets

import typer

from engine.run.cli.output import many, print_json, print_table, show
from engine.run.cli.people.asking import Asking, did_you_mean, keeping
from engine.run.cli.people.inviting import LinkError
from engine.run.cli.queue_app import LARGEST
from engine.run.webhooks.office import poster_of, register_of
from engine.run.webhooks.register import WebhookError
from engine.run.webhooks.telling import body
from engine.store.ports import Posted
from engine.store.sql.calls import SqlCalls
from engine.store.webhooks import Call, NewsKind, Webhook
from notifiers.webhooks.post import PostError
from notifiers.webhooks.target import TargetError

_TEST = "webhook.test"
_NO_KEEPER = "init"


def add_webhook(folder: str, user: str, url: str, owner: str, events: str, *, as_json: bool) -> None:
    """Register a webhook, and show its secret once."""
    with keeping(folder, user) as asking:
        if not asking.office.settings.office.link:
            raise LinkError
        made, secret = register_of(asking.office).add(
            url, owner, _kinds(events), by=_by(asking), directory=asking.directory, now=asking.now
        )
    document: dict[str, object] = {"webhook": made.id, "secret": secret, "events": [one.value for one in made.kinds]}
    _answer(document, f"{made.id} is told what happens from now on. Its secret, shown this once:\n{secret}", as_json)


def list_webhooks(folder: str, user: str, *, as_json: bool) -> None:
    """List webhooks, never their secrets."""
    with keeping(folder, user) as asking:
        found = register_of(asking.office).webhooks.all()
        counts, users = SqlCalls(asking.office.database).counts(), asking.directory.users
        works = {one.id: one.owner in users and not users[one.owner].disabled for one in found}
    calls = {one.id: {status.value: counts.get(one.id, {}).get(status, 0) for status in Posted} for one in found}
    if as_json:
        print_json(
            {"webhooks": [{**_plain(one), "owner_has_account": works[one.id], **calls[one.id]} for one in found]}
        )
    elif found:
        heads = ("webhook", "url", "owner", *(status.value for status in Posted), "is told of")
        rows = [
            (
                *(one.id, one.url, one.owner if works[one.id] else f"{one.owner} (no account)"),
                *calls[one.id].values(),
                "all" if len(one.kinds) == len(NewsKind) else ", ".join(one.kinds),
            )
            for one in found
        ]
        print_table(heads, rows)
    else:
        typer.echo("There is no webhook.")


def remove_webhook(folder: str, user: str, id_: str, *, as_json: bool) -> None:
    """Remove a webhook."""
    with keeping(folder, user) as asking:
        register_of(asking.office).remove(id_, by=_by(asking), now=asking.now)
    _answer({"webhook": id_, "removed": True}, f"{id_} is told nothing any more.", as_json)


def rotate_secret(folder: str, user: str, id_: str, *, as_json: bool) -> None:
    """Give a webhook another secret, and show it once."""
    with keeping(folder, user) as asking:
        secret, until = register_of(asking.office).rotate(id_, by=_by(asking), now=asking.now)
        local = until.astimezone(asking.zone)
    words = f"The former secret signs, too, until {local:%Y-%m-%d %H:%M}. The new one, shown this once:\n{secret}"
    _answer({"webhook": id_, "secret": secret, "former_until": until.isoformat()}, words, as_json)


def test_webhook(folder: str, user: str, id_: str, *, as_json: bool) -> int:
    """Send a call that is about nothing; return the exit code."""
    with keeping(folder, user) as asking:
        register, sends = register_of(asking.office), poster_of(asking.office)
        webhook, now = register.one(id_), asking.now
        message = "msg_" + secrets.token_hex(20)
        content = body(message, _TEST, now, {})
        headers = register.signed(webhook, message, content, now)
        try:
            status, words = sends.post(webhook.url, content, headers), ""
        except (PostError, TargetError) as error:
            status, words = 0, str(error)
    taken = 200 <= status < 300
    said = "It was taken" if taken else "It was not taken"
    _answer(
        {"webhook": id_, "taken": taken, "status": status, "why": words},
        f"{said}: {words or f'answered {status}'}.",
        as_json,
    )
    return 0 if taken else 1


def list_calls(folder: str, user: str, limit: int, *, everything: bool, as_json: bool) -> None:
    """List calls, the newest first."""
    with keeping(folder, user) as asking:
        found = SqlCalls(asking.office.database).latest(None if everything else Posted.DEAD, limit)
    if as_json:
        print_json({"calls": [_document(one) for one in found]})
    elif found:
        heads = ("number", "webhook", "case", "what", "due (UTC)", "status", "tried", "why")
        print_table(heads, [tuple((_document(one) | {"due": f"{one.due:%Y-%m-%d %H:%M}"}).values()) for one in found])
    else:
        typer.echo("There is no call." if everything else "No call was given up.")


def resend_calls(folder: str, user: str, which: str, *, as_json: bool) -> None:
    """Let calls that were given up go out."""
    number = int(which) if which.isascii() and which.isdigit() and int(which[:20]) <= LARGEST else None
    with keeping(folder, user) as asking:
        if number is None:
            register_of(asking.office).one(which)
        calls = SqlCalls(asking.office.database)
        again = calls.resend(asking.now, number=number, webhook=which if number is None else None)
    if number is not None and not again:
        raise WebhookError(f"Call {number} was not given up; `spean webhook deliveries` shows those that were.")
    _answer({"again": again}, f"{many(again, 'call')} to go out at the next tick.", as_json)


def _kinds(typed: str) -> list[NewsKind]:
    """Return the kinds of news that were typed. Raises WebhookError."""
    if typed.strip() == "all":
        return list(NewsKind)
    words, known = [one.strip() for one in typed.split(",") if one.strip()], [one.value for one in NewsKind]
    for word in words:
        if word not in known:
            meant = did_you_mean(word, known) or f" There are: {', '.join(known)}."
            raise WebhookError(f"There is no event {show(word[:100])}.{meant}")
    return [NewsKind(word) for word in words]


def _by(asking: Asking) -> str:
    return asking.user or _NO_KEEPER


def _plain(one: Webhook) -> dict[str, object]:
    return {
        "webhook": one.id,
        "url": one.url,
        "owner": one.owner,
        "events": [kind.value for kind in one.kinds],
        "made_by": one.made_by,
        "made_at": one.made_at.isoformat(),
    }


def _document(one: Call) -> dict[str, object]:
    return {
        "number": one.number,
        "webhook": one.webhook,
        "case": one.case,
        "what": one.kind.value,
        "due": one.due.isoformat(),
        "status": one.status.value,
        "attempts": one.attempts,
        "why": one.words,
    }


def _answer(document: dict[str, object], words: str, as_json: bool) -> None:
    if as_json:
        print_json(document)
    else:
        typer.echo(words)
