"""``spean case stalled``: where your cases stand still, and who was told last."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

import typer

from engine.run.cases.stalled import Stalled, stalled
from engine.run.cases.view import View
from engine.run.cli.output import print_json, print_table
from engine.run.cli.session import Session, session


def show_stalled(office: str, user: str, days: int, *, as_json: bool) -> None:
    """Print every track that entered its step so many days ago or more."""
    with session(office, user) as asking:
        found = stalled_of(asking, days)
        if as_json:
            print_json({"stalled": [stalled_document(one) for one in found]})
        else:
            print_stalled(found, asking.zone)


def stalled_of(asking: Session, days: int) -> list[Stalled]:
    """Return what has stalled in the cases of who asks, the longest first."""
    now, library = asking.office.time.now(), asking.office.registry.library()
    found = [
        one
        for case, actor in asking.work.mine(asking.user)
        if case.is_open
        for one in stalled(View(case, actor, library, now), days)
    ]
    return sorted(found, key=lambda one: (-one.days, one.case, one.enrolment, one.track))


def stalled_document(one: Stalled) -> dict[str, Any]:
    """Return one line of it as plain data."""
    return {**asdict(one), "at": one.at.isoformat() if one.at is not None else None}


def print_stalled(found: list[Stalled], zone: ZoneInfo) -> None:
    """Print what has stalled, in local time."""
    if not found:
        typer.echo("Nothing stands still for so long.")
        return
    heads = ("case", "stands at", "days", "limits passed", "told last", "when")
    print_table(heads, [(*_row(one), f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}" if one.at else "") for one in found])


def _row(one: Stalled) -> tuple[object, ...]:
    told = one.told.removeprefix("user:")
    return one.case, f"{one.enrolment}.{one.track}: {one.step}", one.days, one.limits_passed, told
