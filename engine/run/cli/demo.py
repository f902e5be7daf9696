"""``spean demo``: an office of invented people over some months, and what anybody can look at afterwards.

Each part is what a command answers, with that command above it; the office stays, and time stands still in it.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer

from engine.run.cases.stalled import STALLED_DAYS
from engine.run.cli import case_journal, case_show, case_stalled, keeping_do
from engine.run.cli.output import print_json, print_table
from engine.run.cli.session import opened, session
from engine.run.cli.showing import progress_bar
from engine.run.story.demo import Story, tell_story
from engine.run.story.mails import Letter

#: So many lines of a timeline are shown from its begin and from its end.
SHOWN_BEGIN, SHOWN_END = 12, 8
#: So many lines are shown of a mail that says the same in another language.
SHOWN_LINES = 5


@dataclass(frozen=True, slots=True)
class Part:
    """What one command answers: its words, the answer as plain data, and how it is printed."""

    name: str
    title: str
    command: str
    document: dict[str, Any]
    show: Callable[[], None]


def show_demo(folder: Path, protocols: Path | None, *, as_json: bool) -> int:
    """Tell the story as text, or give all of it as JSON; return the exit code, 1 where `verify` is not clean."""
    with progress_bar("days of the office") as progress:
        story = tell_story(folder, protocols, progress)
    return show_story(story, as_json=as_json)


def show_story(story: Story, *, as_json: bool) -> int:
    """Print what can be seen after a story; return the exit code."""
    if as_json:
        found = list(parts(story))
        print_json({**_about(story), **{one.name: {"command": one.command, **one.document} for one in found}})
    else:
        found = _print_all(story)
    return 0 if all(one.document.get("is_clean", True) for one in found) else 1


def _print_all(story: Story) -> list[Part]:
    _print_about(story)
    found = []
    for one in parts(story):
        typer.secho(f"\n{one.title}", bold=True)
        typer.echo(f"$ {one.command}")
        one.show()
        found.append(one)
    _print_mails(story)
    return found


def parts(story: Story) -> Iterator[Part]:
    """Yield what the commands answer in the office of the story."""
    yield _worklist(story)
    yield _stalled(story)
    yield _timeline(story)
    yield _limit(story)
    yield _verify(story)


def _worklist(story: Story) -> Part:
    with session(str(story.folder), story.manager) as asking:
        rows = case_show.list_rows(asking, overdue=False, closed_too=False, language="en")
        show = partial(case_show.print_list, rows, asking.zone)
    title = f"The worklist of {story.manager}, the longest overdue first"
    command = _command("case", "list", *_asking(story, story.manager))
    return Part("worklist", title, command, {"cases": rows}, show)


def _stalled(story: Story) -> Part:
    with session(str(story.folder), story.overseer) as asking:
        found = case_stalled.stalled_of(asking, STALLED_DAYS)
        show = partial(case_stalled.print_stalled, found, asking.zone)
    title = f"What has stalled for {STALLED_DAYS} days or more, as {story.overseer} sees it"
    command = _command("case", "stalled", *_asking(story, story.overseer))
    return Part("stalled", title, command, {"stalled": [case_stalled.stalled_document(one) for one in found]}, show)


def _timeline(story: Story) -> Part:
    with session(str(story.folder), story.manager) as asking:
        rows = case_journal.journal_rows(asking, story.case)
        show = partial(_print_timeline, rows, asking.zone)
    title = f"The timeline of {story.case}, the case that stands still the longest"
    command = _command("case", "show", story.case, "--journal", *_asking(story, story.manager))
    return Part("timeline", title, command, {"case": story.case, "timeline": rows}, show)


def _limit(story: Story) -> Part:
    with session(str(story.folder), story.clock_user) as asking:
        rows = case_show.derivation_rows(asking, story.clock_case, story.clock)
    title = f"How one limit of {story.clock_case} comes about"
    command = _command("case", "explain", story.clock_case, story.clock, *_asking(story, story.clock_user))
    document = {"case": story.clock_case, "limits": rows}
    return Part("limit", title, command, document, partial(case_show.print_derivation, rows))


def _verify(story: Story) -> Part:
    with opened(str(story.folder)) as office:
        report, published = keeping_do.check_office(office, [], chains_only=False)
    title = "Whether anything was changed beside the program"
    command = _command("verify", "--office", str(story.folder))
    document = keeping_do.verify_document(report, published, [])
    return Part("verify", title, command, document, partial(keeping_do.print_verify, report, published, []))


def _command(*words: str) -> str:
    return shlex.join(("spean", *words))


def _asking(story: Story, user: str) -> tuple[str, ...]:
    return "--office", str(story.folder), "--as", user


def _about(story: Story) -> dict[str, Any]:
    return {
        "office": str(story.folder),
        "protocols": [f"{one.id} {one.version}" for one in story.protocols],
        "from": story.start.isoformat(),
        "until": story.until.isoformat(),
        "cases": story.cases,
        "closed_cases": story.closed,
        "mails": {
            "folder": str(story.mail),
            "count": story.mails.count,
            "kinds": dict(story.mails.kinds),
            "escalations": {name: _letter(one) for name, one in story.mails.escalations.items()},
        },
    }


def _letter(one: Letter) -> dict[str, str]:
    return {"file": str(one.file), "to": one.to, "subject": one.subject, "text": one.text}


def _print_about(story: Story) -> None:
    names = ", ".join(f"{one.id} {one.version}" for one in story.protocols)
    typer.echo(f"{story.cases} invented people from {story.start:%Y-%m-%d} to {story.until:%Y-%m-%d}, by {names}.")
    typer.echo(f"{story.closed} of their cases are closed, {story.cases - story.closed} are open.")
    typer.echo(
        f"Their office lies in {story.folder}; time stands still in it, so every command below shows the same."
    )


def _print_timeline(rows: list[dict[str, str]], zone: ZoneInfo) -> None:
    """Print the begin and the end of a timeline, and how much lies between."""
    left_out = len(rows) - SHOWN_BEGIN - SHOWN_END
    if left_out <= 0:
        case_journal.print_journal(rows, zone)
        return
    case_journal.print_journal(rows[:SHOWN_BEGIN], zone)
    typer.echo(f"... {left_out} more lines")
    case_journal.print_journal(rows[-SHOWN_END:], zone)


def _print_mails(story: Story) -> None:
    typer.secho(f"\nThe mails: {story.mails.count}, one file each in {story.mail}", bold=True)
    print_table(("what", "mails"), [(kind.replace("_", " "), number) for kind, number in story.mails.kinds.items()])
    for language, one in sorted(story.mails.escalations.items()):
        lines = one.text.strip().splitlines()
        shown = lines if language == "en" else [*lines[:SHOWN_LINES], "..."]
        typer.echo(f"\n{one.file}\n  To: {one.to}\n  Subject: {one.subject}\n")
        for line in shown:
            typer.echo(f"  {line}".rstrip())
