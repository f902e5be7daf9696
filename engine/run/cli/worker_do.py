"""``spean worker``, ``spean tick`` and ``spean resume``."""

from __future__ import annotations

import getpass
import json
import sys
from contextlib import ExitStack, closing
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

import typer

from engine.core.errors import SpeanError
from engine.run.cli.output import print_json
from engine.run.cli.session import WhenError, opened
from engine.run.logs.event_log import read_timestamp
from engine.run.setup.lacking import check_organisation
from engine.run.setup.office import Office
from engine.run.ticks.bootstrap import passes_of, worker_of
from engine.run.ticks.scheduler import run_until_stopped
from engine.run.ticks.worker import TickReport


class NowError(SpeanError):
    """Only in a simulation the time may be given; in an office of real people the clock of the machine counts."""


def run_worker(folder: str, ticks: int) -> None:
    """Run ticks until the process is told to end, or so many."""
    with ExitStack() as opening:
        office = opening.enter_context(opened(folder))
        check_organisation(office)
        worker = opening.enter_context(closing(worker_of(office)))
        _log({"at": office.time.now().isoformat(), "worker": "started", "database": str(office.database.path)})
        numbers = count(1)

        def tick() -> bool:
            report, is_last = worker.tick(office.time.now()), next(numbers) == ticks
            if is_last:
                worker.settle(report)
            if not report.is_idle:
                _log(report.as_plain())
            return is_last

        run_until_stopped(tick, office.settings.worker.tick_seconds)
        _log({"at": office.time.now().isoformat(), "worker": "stopped"})


def run_tick(folder: str, typed_now: str, *, as_json: bool) -> None:
    """Run one tick, as if it were the given time."""
    with opened(folder) as office:
        check_organisation(office)
        with closing(worker_of(office)) as worker:
            report = worker.tick(_now(office, typed_now))
            worker.settle(report)
    if as_json:
        print_json(report.as_plain())
    else:
        _say(report)
    if report.errors:
        raise typer.Exit(1)


def resume_passes(folder: str, by: str, *, as_json: bool) -> None:
    """Take the brake off."""
    with opened(folder) as office:
        why = passes_of(office).resume(office.time.now(), keeper(by))
    if as_json:
        print_json({"was_held_back": bool(why), "why": why})
    else:
        typer.echo(f"Everything goes out again. It was held back: {why}" if why else "Nothing was held back.")


def keeper(by: str) -> str:
    """Return who keeps the office: as said, else the name of the account on this machine."""
    return by or getpass.getuser()


def _now(office: Office, typed: str) -> datetime:
    if not typed:
        return office.time.now()
    if not office.is_simulation:
        raise NowError
    try:
        return read_timestamp(typed, ZoneInfo(office.settings.office.zone))
    except ValueError as error:
        raise WhenError from error


def _say(report: TickReport) -> None:
    passed, mails, calls = report.passes, report.mails, report.calls
    typer.echo(f"{passed.cases} cases were looked at, {mails.sent} mails left.")
    lines = {
        "cases could not be served; see `spean incident list`": passed.failed,
        "mails are tried again later": mails.again,
        "messages were overtaken and are dropped": mails.dropped,
        "mails were given up; see `spean incident list`": mails.dead,
        "calls to webhooks left": calls.sent,
        "calls to webhooks are tried again later": calls.again,
        "calls to webhooks were not for their owners and are dropped": calls.dropped,
        "calls to webhooks were given up; see `spean incident list`": calls.dead,
        "linked cases were opened": report.linked,
        "persons were erased": report.erased,
        "incidents were told": report.incidents_told,
    }
    for words, number in lines.items():
        if number:
            typer.echo(f"{number} {words}.")
    if passed.brake:
        typer.echo(f"Only urgent messages go out: {passed.brake}")
    for error in report.errors:
        typer.echo(f"spean: {error}", err=True)


def _log(line: dict[str, object]) -> None:
    """Write one line of JSON to standard output; never anything about a person."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
