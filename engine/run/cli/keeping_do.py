"""``spean verify``, ``checkpoint``, ``backup``, ``restore`` and ``erase``."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import typer

from engine.core.case.commands import Actor, Erase
from engine.core.case.reasons import Refused
from engine.core.errors import SpeanError
from engine.run.cli.output import print_json
from engine.run.cli.refusal import told
from engine.run.cli.session import opened, session
from engine.run.cli.showing import progress_bar
from engine.run.keeping.backup import Backup, back_up, back_up_keys, check_new
from engine.run.keeping.restoring import Keys, replace_database, restore_office
from engine.run.setup.office import Office, open_office
from engine.run.ticks.bootstrap import notices_of
from engine.run.ticks.erasing import finish_erasures
from engine.store.checkpoints import FIRST_WORD, Checkpoint, CheckpointError, read_line
from engine.store.incidents import IncidentKind
from engine.store.sql.erasures import SqlErasures
from engine.store.sql.schema import HEAD
from engine.store.sql.verify import Report, verify

#: So many findings are shown; all of them with --format json.
SHOWN = 50


class SameFileError(SpeanError):
    """The backup and the persons' keys are two files, to be kept in two places; give each a name."""


class SureError(SpeanError):
    """Nothing was erased. Erasing cannot be taken back; say --yes if it is meant."""


def verify_office(folder: str, against: list[str], *, chains_only: bool, freeze: bool, as_json: bool) -> int:
    """Check everything and say what differs; return the exit code."""
    with opened(folder) as office:
        report, published = check_office(office, against, chains_only=chains_only)
        frozen = _freeze(office, report) if freeze else []
    if as_json:
        print_json(verify_document(report, published, frozen))
    else:
        print_verify(report, published, frozen)
    return 0 if report.is_clean else 1


def check_office(office: Office, against: list[str], *, chains_only: bool) -> tuple[Report, list[Checkpoint]]:
    """Check an office against published checkpoints: those given, else those of the office's own file."""
    published = _published(office, against)
    with progress_bar("checking") as show:
        report = verify(
            office.database,
            office.vault,
            against=published,
            library=office.registry.library(),
            chains_only=chains_only,
            progress=show,
        )
    return report, published


def make_checkpoint(folder: str, *, as_json: bool) -> None:
    """Make and publish a checkpoint."""
    with opened(folder) as office:
        made = notices_of(office).make_checkpoint(office.time.now())
        published = office.settings.path(office.settings.office.checkpoints)
    if as_json:
        print_json({"number": made.number, "line": made.line(), "published": str(published)})
    else:
        typer.echo(made.line())
        typer.echo(f"It stands in {published}; keep a copy where nobody can change both.", err=True)


def make_backup(folder: str, target: Path, keys: Path | None, *, as_json: bool) -> None:
    """Write a backup, and the keys apart."""
    if keys is not None and keys.absolute() == target.absolute():
        raise SameFileError
    with opened(folder) as office:
        for one in (target, *([keys] if keys is not None else [])):
            check_new(one)
        made = notices_of(office).make_checkpoint(office.time.now())
        found = back_up(office, target, checkpoint=made.line())
        if keys is not None:
            back_up_keys(office, keys)
    if as_json:
        print_json({"backup": str(target), "keys": str(keys) if keys else None, "checkpoint": found.checkpoint})
        return
    typer.echo(f"{target}: the backup is written.")
    if keys is None:
        typer.echo("The persons' keys are not in it; copy them, too, now and then: --keys FILE.")
    else:
        typer.echo(f"{keys}: the persons' keys. Destroy older copies: they hold keys of people erased since.")


def restore_backup(source: Path, folder: Path, keys: Keys, *, as_json: bool) -> None:
    """Make an office from a backup."""
    backup = restore_office(source, folder, keys)
    if as_json:
        print_json({"office": str(folder), "made": backup.made.isoformat()})
        return
    _say_restored(folder, backup)
    if keys.master is None or keys.persons is None:
        typer.echo("Put the keys where spean.toml says before you start the worker; they are not in a backup.")


def replace_by_backup(source: Path, folder: Path, *, as_json: bool) -> None:
    """Put a backup's database in place of an office's."""
    with closing(open_office(str(folder))) as office:
        done = replace_database(office, source)
    if as_json:
        kept, lines = (str(one) if one else None for one in (done.kept, done.lines))
        print_json({"office": str(folder), "made": done.backup.made.isoformat(), "kept": kept, "lines": lines})
        return
    _say_restored(folder, done.backup)
    if done.kept is not None:
        typer.echo(f"The former database lies in {done.kept}.")
    if done.lines is not None:
        typer.echo(f"Checkpoints that the backup does not know were put into {done.lines}; their numbers come again.")


def _say_restored(folder: Path, backup: Backup) -> None:
    typer.echo(f"{folder}: restored as of {backup.made:%Y-%m-%d %H:%M} UTC.")
    if backup.schema < HEAD:
        typer.echo("An older Spean made this backup: run `spean upgrade` before anything else.")
    typer.echo("What was recorded after that is missing: `spean verify --against` a later checkpoint says so.")


def erase_person(folder: str, user: str, code: str, reason: str, *, sure: bool, as_json: bool) -> None:
    """Erase a person: recorded in the case first, then done."""
    with session(folder, user) as asking:
        case = asking.case(code)
        if not sure and not (sys.stdin.isatty() and typer.confirm(f"Erase the person of {case} for ever?")):
            raise SureError
        try:
            asking.work.do(asking.user, case, Erase(actor=Actor(), reason=reason))
        except Refused as refused:
            raise told(refused, asking.office.registry.library()) from refused
        office = asking.office
        finish_erasures(SqlErasures(office.database), office.keyring, office.time.now())
    if as_json:
        print_json({"case": case, "erased": True})
    else:
        typer.echo(
            f"{case}: what is private about the person is erased: answers, notes, reasons, names of documents."
        )
        typer.echo("Steps, days and answers that are not private stay. Destroy older copies of the keys, too.")


def _published(office: Office, given: list[str]) -> list[Checkpoint]:
    """Return the checkpoints of lines and files; by default those of the office's own file, if it is there."""
    own = office.settings.path(office.settings.office.checkpoints)
    return [found for one in given or ([str(own)] if own.is_file() else []) for found in _read_published(one)]


def _read_published(given: str) -> list[Checkpoint]:
    """Return the checkpoints of a file, or the one of a line. Raises CheckpointError, which names the place."""
    if given.startswith(FIRST_WORD):
        return [read_line(given)]
    try:
        lines = Path(given).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise CheckpointError(
            f"{given[:200]!r} is neither a line of a checkpoint nor a file of such lines that can be read."
        ) from error
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found += [read_line(line)] if line.strip() else []
        except CheckpointError as error:
            raise CheckpointError(f"{given}, line {number}: this is no published checkpoint.") from error
    if not found:
        raise CheckpointError(f"{given}: no checkpoint stands in this file.")
    return found


def _freeze(office: Office, report: Report) -> list[str]:
    cases = sorted({one.case for one in report.findings if one.case is not None})
    for case in cases:
        office.cases.freeze(case)
        words = (
            f"State and journal of case {case} differ; it is frozen. Restore a backup, or find out who changed it."
        )
        office.incidents.open(IncidentKind.DIFFERS, case, words, office.time.now())
    return cases


def verify_document(report: Report, published: list[Checkpoint], frozen: list[str]) -> dict[str, object]:
    """Return what a check found, as plain data."""
    return {
        "is_clean": report.is_clean,
        "streams": report.streams,
        "entries": report.entries,
        "cases": report.cases,
        "checkpoints": report.checkpoints,
        "published_checkpoints": len(published),
        "findings": [{"stream": one.stream, "entry": one.entry, "words": one.words} for one in report.findings],
        "frozen": frozen,
    }


def print_verify(report: Report, published: list[Checkpoint], frozen: list[str]) -> None:
    """Print what a check found."""
    for one in report.findings[:SHOWN]:
        typer.echo(str(one))
    if len(report.findings) > SHOWN:
        typer.echo(f"and {len(report.findings) - SHOWN} more; --format json shows all.")
    for case in frozen:
        typer.echo(f"{case} is frozen.")
    typer.echo(
        f"{report.entries} entries of {report.streams} streams, {report.cases} cases and"
        f" {report.checkpoints} checkpoints: {'nothing differs' if report.is_clean else 'NOT as recorded'}."
    )
    if not published:
        typer.echo("No published checkpoint was given: an older copy of the whole database cannot be told.", err=True)
