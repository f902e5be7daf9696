"""``spean outbox`` and ``spean incident``."""

from __future__ import annotations

from itertools import islice

import typer

from engine.run.cli.output import print_json, print_table
from engine.run.cli.session import opened
from engine.run.cli.worker_do import keeper
from engine.run.mail import queue
from engine.store.incidents import Incident
from engine.store.ports import OutboxRow, Posted


def list_messages(folder: str, limit: int, *, everything: bool, dead: bool, as_json: bool) -> None:
    """List messages in order."""
    status = None if everything else Posted.DEAD if dead else Posted.WAITING
    with opened(folder) as office:
        found = list(islice(queue.messages(office.outbox, status), limit))
    if as_json:
        print_json({"messages": [_document(one) for one in found]})
    elif found:
        heads = ("number", "case", "to", "what", "due (UTC)", "status", "tried", "why")
        print_table(heads, [tuple(_row(one)) for one in found])
    else:
        typer.echo(_nothing(everything=everything, dead=dead))


def _nothing(*, everything: bool, dead: bool) -> str:
    if everything:
        return "There is no message."
    return "No message was given up." if dead else "No message waits."


def retry_one(folder: str, number: int, *, as_json: bool) -> None:
    """Let a message go out."""
    with opened(folder) as office:
        queue.retry_message(office.outbox, number, office.time.now())
    _answer({"message": number, "status": "waiting"}, "It goes out at the next tick.", as_json=as_json)


def drop_one(folder: str, number: int, reason: str, by: str, *, as_json: bool) -> None:
    """Let a message not go out."""
    with opened(folder) as office:
        queue.drop_message(office.outbox, number, f"{reason} (dropped by {keeper(by)})")
    _answer({"message": number, "status": "dropped"}, "It does not go out any more.", as_json=as_json)


def list_incidents(folder: str, *, everything: bool, as_json: bool) -> None:
    """List incidents."""
    with opened(folder) as office:
        found = office.incidents.all(open_only=not everything)
    if as_json:
        print_json({"incidents": [_plain(one) for one in found]})
    elif found:
        rows = [
            (one.number, one.kind.value, one.subject, _when(one), one.attempts, one.ended_as or "open", one.words)
            for one in found
        ]
        print_table(("number", "what", "about", "since (UTC)", "times", "state", "words"), rows)
    else:
        typer.echo("There is no open incident.")


def retry_it(folder: str, number: int, by: str, *, as_json: bool) -> None:
    """Try again what went wrong."""
    with opened(folder) as office:
        said = queue.retry_incident(office, number, keeper(by), office.time.now())
    _answer({"incident": number, "said": said}, said, as_json=as_json)


def skip_it(folder: str, number: int, by: str, *, as_json: bool) -> None:
    """Leave what went wrong for now."""
    with opened(folder) as office:
        said = queue.skip_incident(office, number, keeper(by), office.time.now())
    _answer({"incident": number, "said": said}, said, as_json=as_json)


def end_it(folder: str, number: int, by: str, ended_as: str, *, as_json: bool) -> None:
    """End an incident."""
    with opened(folder) as office:
        queue.end_incident(office, number, keeper(by), ended_as, office.time.now())
    _answer({"incident": number, "ended": True}, f"Incident {number} is ended.", as_json=as_json)


def _answer(document: dict[str, object], words: str, *, as_json: bool) -> None:
    if as_json:
        print_json(document)
    else:
        typer.echo(words)


def _row(one: OutboxRow) -> list[object]:
    tried = max((mail.attempts for mail in one.deliveries), default=0)
    why = one.why or next((mail.words for mail in one.deliveries if mail.words), "")
    due = f"{one.due:%Y-%m-%d %H:%M}"
    return [one.number, one.case, one.message.to, one.message.topic.value, due, one.status.value, tried, why]


def _document(one: OutboxRow) -> dict[str, object]:
    number, case, to, topic, _, status, tried, why = _row(one)
    return {
        "number": number,
        "case": case,
        "to": to,
        "topic": topic,
        "due": one.due.isoformat(),
        "urgent": one.urgent,
        "status": status,
        "attempts": tried,
        "why": why,
    }


def _when(one: Incident) -> str:
    return f"{one.opened_at:%Y-%m-%d %H:%M}"


def _plain(one: Incident) -> dict[str, object]:
    return {
        "number": one.number,
        "kind": one.kind.value,
        "subject": one.subject,
        "words": one.words,
        "opened_at": one.opened_at.isoformat(),
        "attempts": one.attempts,
        "retry_at": one.retry_at.isoformat() if one.retry_at else None,
        "ended_at": one.ended_at.isoformat() if one.ended_at else None,
        "ended_by": one.ended_by,
        "ended_as": one.ended_as,
    }
