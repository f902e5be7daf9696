"""One thing that somebody does to a case: who asks, once under her key, and where the case stands then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from engine.core.case.commands import Actor, AnyCommand
from engine.core.case.reasons import Refused
from engine.core.case.state import Case
from engine.core.values import Value
from engine.run.cases.casework import fingerprint
from engine.run.cli.given import Given, answers
from engine.run.cli.output import print_json
from engine.run.cli.refusal import told
from engine.run.cli.session import Session, session
from engine.store.ports import Ticket

#: The commands are given an actor when the roles are known.
ANYBODY = Actor()


@contextmanager
def acting(office: str, user: str) -> Iterator[Session]:
    """Give a session; what is refused inside is told in words that help."""
    with session(office, user) as asking:
        try:
            yield asking
        except Refused as refused:
            raise told(refused, asking.office.registry.library()) from refused


def ticket_of(asking: Session, key: str, asked: object) -> Ticket | None:
    """Return what tells a request that is typed again; ``asked``: what was typed, nothing of how the case stood."""
    return Ticket(asking.user, key, fingerprint(asking.office.keyring, repr(asked))) if key else None


def carry_out(
    asking: Session, case: str, command: AnyCommand, ticket: Ticket | None = None, *, as_json: bool
) -> None:
    """Do it, and say where the case stands then."""
    say_standing(asking, asking.work.do(asking.user, case, command, ticket), as_json=as_json)


def say_standing(asking: Session, case: Case, *, as_json: bool) -> None:
    """Say where the case stands now, in the lanes of which who asks may know."""
    view = asking.work.view(asking.user, case)
    waiting = list(view.waiting())
    tracks = [
        {
            "protocol": one.enrolment,
            "track": one.track,
            "step": one.state.step,
            "visit": one.state.visit,
            "place": one.state.place.value,
        }
        for one in view.tracks()
    ]
    if as_json:
        asked = [item.id for item in waiting]
        print_json({"case": case.id, "open": case.is_open, "tracks": tracks, "waiting": asked})
        return
    typer.echo(f"{case.id}: {'open' if case.is_open else 'closed'}")
    for one in tracks:
        typer.echo(f"  {one['protocol']}.{one['track']} is {_standing(str(one['place']))} {one['step']}")
    for item in waiting:
        typer.echo(f"  {item.id} waits: {item.kind.value}, asked of {', '.join(item.asked)}")


def _standing(place: str) -> str:
    return {"open": "at", "ended": "over, at", "closed": "closed, was at"}[place]


def answers_of(asking: Session, given: Given) -> dict[str, Value]:
    """Return the answers that were typed or read from a file."""
    return answers(given, asking.office.registry.library())
