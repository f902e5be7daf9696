"""``spean replay``: a log through a protocol, with progress, findings on disk and counts."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import typer

from engine.core.clocks.calendar import FIRST_YEAR, LAST_YEAR
from engine.core.errors import SpeanError
from engine.core.model import Protocol
from engine.run.cli.output import print_json, print_table
from engine.run.cli.showing import progress_bar
from engine.run.files import load
from engine.run.replay import Findings, Questions, Route
from engine.run.replay_log import replay_file
from engine.run.sorted_lines import SortedLines


@dataclass(frozen=True, slots=True)
class Request:
    """What was typed."""

    log: Path
    protocol: Path
    until: str
    stalled_on: tuple[str, ...]
    stalled_days: str
    firings: Path | None
    refusals: Path | None
    facts: tuple[str, ...]
    store: str = ""


class WriteError(SpeanError):
    """The findings cannot be written there; choose another file."""


def replay_log(request: Request, *, as_json: bool) -> None:
    """Replay the log and print the counts."""
    started = time.monotonic()
    questions = Questions(
        _day(request.until, "--until") if request.until else None,
        tuple(dict.fromkeys(_day(text, "--stalled-on") for text in request.stalled_on)),
        _days(request.stalled_days),
    )
    _spare_inputs(request)
    protocol, library = load(str(request.protocol))
    facts = _facts(request.facts, protocol)
    with ExitStack() as closing:
        firings = closing.enter_context(_written(request.firings))
        refusals = closing.enter_context(_written(request.refusals))
        show = closing.enter_context(progress_bar("replaying", bytes_=True))
        found = _replay(request)(
            request.log,
            Route(protocol, library),
            questions,
            facts=facts,
            progress=show,
            firing=firings.add if request.firings else None,
            refusal=refusals.add if request.refusals else None,
        )
    if questions.until is not None and not found.cases:
        typer.echo(f"Every event of the log lies after {questions.until}; there was nothing to replay.", err=True)
    document = as_document(found, protocol, questions, time.monotonic() - started)
    if as_json:
        print_json(document)
    else:
        _print(document, questions)


def _replay(request: Request) -> Callable[..., Findings]:
    """Return what replays the log: in memory, or through a database."""
    if not request.store:
        return replay_file
    from engine.run.stored_replay import replay_into

    return partial(replay_into, request.store)


def as_document(found: Findings, protocol: Protocol, questions: Questions, seconds: float) -> dict[str, object]:
    """Return the counts as one JSON document. Every step of the main track is named for every stalled date."""
    steps = tuple(protocol.main.steps)
    return {
        "protocol": protocol.id,
        "version": protocol.version,
        "cases": found.cases,
        "events": found.events,
        "accepted_cases": found.accepted_cases,
        "refusals": found.refusals,
        "firings": found.firings,
        "last_steps": {step: found.last_steps[step] for step in steps if found.last_steps[step]},
        "stalled": [
            {"date": str(day), "step": step, "days": days, "cases": found.stalled[day, step, days]}
            for day in questions.stalled_on
            for step in steps
            for days in questions.stalled_days
        ],
        "seconds": round(seconds, 3),
    }


def _print(document: dict[str, object], questions: Questions) -> None:
    for what in ("cases", "events", "accepted_cases", "refusals", "firings", "seconds"):
        typer.echo(f"{what.replace('_', ' ')}: {document[what]}")
    last = document["last_steps"]
    if isinstance(last, dict) and last:
        typer.echo()
        print_table(("last step", "cases"), last.items())
    rows = _stalled_rows(document["stalled"], questions)
    if rows:
        typer.echo()
        print_table(("stalled on", "step", *(f"{days} days" for days in questions.stalled_days)), rows)


def _stalled_rows(stalled: object, questions: Questions) -> list[list[object]]:
    cells = [tuple(one.values()) for one in stalled] if isinstance(stalled, list) else []
    width = len(questions.stalled_days)
    rows = [cells[at : at + width] for at in range(0, len(cells), width)] if width else []
    return [[row[0][0], row[0][1], *(cell[3] for cell in row)] for row in rows if any(cell[3] for cell in row)]


def _day(text: str, option: str) -> date:
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-03-31") else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year < LAST_YEAR:
        raise typer.BadParameter("Write a date like 2026-03-31.", param_hint=option)
    return day


def _days(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdecimal() and len(part) <= 6 for part in parts):
        raise typer.BadParameter("Write days divided by commas, like 0,30,60.", param_hint="--stalled-days")
    return tuple(dict.fromkeys(map(int, parts)))


def _facts(pairs: tuple[str, ...], protocol: Protocol) -> dict[str, str]:
    facts: dict[str, str] = {}
    for pair in pairs:
        column, equals, name = pair.partition("=")
        if not (column and equals and name):
            raise typer.BadParameter("Write the column, an equals sign and the field.", param_hint="--facts")
        if name not in protocol.fields:
            near = get_close_matches(name[:100], protocol.fields, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise typer.BadParameter(f"The protocol has no field {name[:100]}.{meant}", param_hint="--facts")
        if column in facts or name in facts.values():
            twice = f"column {column[:100]}" if column in facts else f"field {name}"
            raise typer.BadParameter(f"The {twice} stands here twice; name it once.", param_hint="--facts")
        facts[column] = name
    return facts


def _spare_inputs(request: Request) -> None:
    """Never write the findings over what is read, nor over each other."""
    outs = {os.path.realpath(path) for path in (request.firings, request.refusals) if path is not None}
    if len(outs) == 1 and request.firings is not None and request.refusals is not None:
        raise typer.BadParameter("This file gets the firings already; choose another.", param_hint="--refusals")
    for option, out in (("--firings", request.firings), ("--refusals", request.refusals)):
        inputs = [path for path in (request.log, request.protocol) if os.path.exists(path)]  # noqa: PTH110 - never raises
        if out is not None and out.exists() and any(out.samefile(path) for path in inputs):
            raise typer.BadParameter("This file is read by the command; choose another name.", param_hint=option)
        if out is not None and out.suffix in {".yaml", ".yml"}:
            raise typer.BadParameter("Findings are no YAML; choose a name that ends in .txt.", param_hint=option)


@contextmanager
def _written(path: Path | None) -> Iterator[SortedLines]:
    """Collect lines and write them in order at the end. That the file opens is tried at once: fail early."""
    with SortedLines() as lines:
        if path is None:
            yield lines
            return
        is_new = not path.exists()
        try:
            path.open("a", encoding="utf-8").close()
        except OSError as error:
            raise _unwritable(path, error) from error
        try:
            yield lines
        except BaseException:  # what stood there before stays; what did not is not left behind empty
            if is_new:
                path.unlink()
            raise
        try:
            with path.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{line}\n" for line in lines)
        except OSError as error:
            raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> WriteError:
    return WriteError(f"{path}: the findings cannot be written here ({error.strerror}).")
