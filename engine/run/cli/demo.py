"""``spean demo``: the story of a dozen invented people, told briefly."""

from __future__ import annotations

import sys
from collections import Counter

import typer

from engine.run.cli.output import print_json, print_table
from engine.run.story.demo import MONTHS, STALLED_DAYS, Entry, Story, Told, kind_of, tell_story
from notifiers.console import Console
from notifiers.message import Message

#: So many messages are shown in full, so many lines of the timeline for each case.
SHOWN_MESSAGES, SHOWN_LINES = 8, 8


def show_demo(folder: str, *, as_json: bool) -> None:
    """Tell the story as text, or give all of it as JSON."""
    story = tell_story(folder)
    if as_json:
        print_json(_document(story))
        return
    people = len({one.case[:3] for one in story.timeline})
    typer.echo(f"{people} invented people, {MONTHS} virtual months, protocols: {', '.join(_protocols(story))}.\n")
    _print_timeline(story)
    _print_messages(story)
    _print_stalled(story)
    typer.secho("\nHow one limit comes about", bold=True)
    for line in story.derivation:
        typer.echo(f"  {line}")


def _protocols(story: Story) -> list[str]:
    return [f"{rules.protocol.id} {rules.protocol.version}" for rules in story.library.rulebooks.values()]


def _print_timeline(story: Story) -> None:
    typer.secho("Timeline", bold=True)
    by_case: dict[str, list[Entry]] = {}
    for entry in story.timeline:
        by_case.setdefault(entry.case, []).append(entry)
    for case, entries in sorted(by_case.items()):
        typer.echo(f"  {case}: {len(entries)} entries")
        shown = entries if len(entries) <= SHOWN_LINES else [*entries[: SHOWN_LINES - 3], *entries[-3:]]
        for number, entry in enumerate(shown):
            if number == SHOWN_LINES - 3 and shown is not entries:
                typer.echo("      ...")
            typer.echo(f"      {_when(entry)}  {entry.text}")


def _print_messages(story: Story) -> None:
    typer.secho("\nReminders and escalations", bold=True)
    print_table(("what", "messages"), story.counts.most_common())
    roles = Counter(one.message.to for one in story.told)
    typer.echo()
    print_table(("to whom", "messages"), roles.most_common(10))
    typer.echo("\nThe first of each kind:")
    console = Console(sys.stdout)
    first = {kind_of(one.message): one for one in reversed(story.told)}
    for one in sorted(first.values(), key=lambda told: told.at)[:SHOWN_MESSAGES]:
        console.send(letter(story, one))


def letter(story: Story, told: Told) -> Message:
    """Return a message as a notifier gets it: the outside label and the case code, nothing about the person."""
    message = told.message
    lines = [f"{_when(told)} UTC, case {told.case}, {kind_of(message)}{' (late)' if message.late else ''}"]
    if message.limit is not None:
        lines.append(f"Limit: {message.limit:%Y-%m-%d %H:%M} UTC")
    if message.lists:
        lines.append(f"Also due: {', '.join(rung for rung, _ in message.lists)}")
    return Message(message.to, _subject(story, told), tuple(lines))


def _subject(story: Story, told: Told) -> str:
    track, _, rest = told.message.deadline.partition(".")
    for rules in story.library.rulebooks.values():
        if rules.protocol.id == told.message.enrolment and track in rules.protocol.tracks:
            step = rules.protocol.tracks[track].steps.get(rest.partition(".")[0])
            if step is not None and step.outside_label:
                return step.outside_label["en"]
    return "A case needs you"


def _print_stalled(story: Story) -> None:
    typer.secho(f"\nStalled for {STALLED_DAYS} days or more on {story.until:%Y-%m-%d}", bold=True)
    rows = [(one.case, one.enrolment, one.track, one.step, one.days, one.overdue) for one in story.stalled]
    if rows:
        print_table(("case", "protocol", "track", "step", "days", "limits passed"), rows)
    typer.echo(f"{story.closed} cases are closed.")


def _when(one: Entry | Told) -> str:
    return f"{one.at:%Y-%m-%d %H:%M}"


def _document(story: Story) -> dict[str, object]:
    return {
        "protocols": _protocols(story),
        "until": story.until.isoformat(),
        "timeline": [{"at": one.at.isoformat(), "case": one.case, "text": one.text} for one in story.timeline],
        "messages": [_told(one) for one in story.told],
        "counts": dict(story.counts),
        "stalled": [
            {
                "case": one.case,
                "protocol": one.enrolment,
                "track": one.track,
                "step": one.step,
                "days": one.days,
                "limits_passed": one.overdue,
            }
            for one in story.stalled
        ],
        "derivation": list(story.derivation),
        "closed_cases": story.closed,
    }


def _told(one: Told) -> dict[str, object]:
    message = one.message
    return {
        "at": one.at.isoformat(),
        "case": one.case,
        "to": message.to,
        "what": kind_of(message),
        "deadline": message.deadline,
        "late": message.late,
    }
