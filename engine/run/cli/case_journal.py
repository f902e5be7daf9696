"""``spean case show --journal``: what happened in a case, as one person may read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import typer

from engine.core.case.events import Event, NoteAdded
from engine.core.people.directory import Directory
from engine.run.cases.notes import may_read, privileged_roles
from engine.run.cases.timeline import line_of
from engine.run.cases.view import View
from engine.run.cli.case_show import local, plain_value
from engine.run.cli.output import print_json
from engine.run.cli.session import Session, session


def show_journal(office: str, user: str, code: str, *, as_json: bool) -> None:
    """Print the timeline of a case."""
    with session(office, user) as asking:
        rows = journal_rows(asking, code)
        if as_json:
            print_json({"timeline": rows})
        else:
            print_journal(rows, asking.zone)


def journal_rows(asking: Session, code: str) -> list[dict[str, str]]:
    """Return the timeline of a case, as the one who asks may see it."""
    case = asking.case(code)
    events, actor = asking.work.journal(asking.user, case)
    stored = asking.office.cases.case(case)
    view = View(stored, actor, asking.office.registry.library(), asking.office.time.now())
    found = _timeline(view, events, asking.office.people.now())
    return [{"at": at.isoformat(), "by": by, "text": text} for at, by, text in found]


def print_journal(rows: list[dict[str, str]], zone: ZoneInfo) -> None:
    """Print lines of a timeline, in local time."""
    for row in rows:
        typer.echo(f"{local(row['at'], zone)}  {row['by']:12}  {row['text']}")


def _timeline(view: View, events: Iterable[Event], directory: Directory) -> Iterator[tuple[datetime, str, str]]:
    fields = {name for name, _, _ in view.facts()}
    privileged = privileged_roles(view.case, view.library)
    for event in events:
        text = line_of(event, fields) if view.hears_of(event) else ""
        if isinstance(event, NoteAdded) and may_read(event, directory.roles_given(event.by), view.actor, privileged):
            text = f"{text}: {plain_value(event.text)}"
        if text:
            yield event.at, event.by, text
