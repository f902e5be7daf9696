"""Commands for whoever keeps an office: its start, its worker, its copies and its checks. Only words stand here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.run.cli.options import As, Code, Format, Office, Reason, User

app = typer.Typer()

KEEP = "Keep an office"
Keeper = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does it; stands in the records.")]


@app.command(rich_help_panel=KEEP)
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    duty_address: Annotated[
        str, typer.Option("--duty-address", metavar="EMAIL", help="Always read by somebody, at any hour.")
    ],
    administrator: Annotated[
        str, typer.Option("--administrator", metavar="EMAIL", help="Gets incidents and checkpoints.")
    ] = "",
    protocols: Annotated[
        Path | None,
        typer.Option("--protocols", metavar="FOLDER", help="Protocol files to copy. Default: those of Spean."),
    ] = None,
    simulation: Annotated[
        bool, typer.Option("--simulation", help="For invented people only: drafts run, the time may be moved.")
    ] = False,
    as_: As = Format.TEXT,
) -> None:
    """Make an office: settings, keys, protocols and a database."""
    from engine.run.cli.office_do import init_office

    init_office(folder, protocols, duty_address, administrator, simulation=simulation, as_json=as_ is Format.JSON)


@app.command(rich_help_panel=KEEP)
def upgrade(office: Office = "", as_: As = Format.TEXT) -> None:
    """Bring the database to the schema of this version, wholly or not at all."""
    from engine.run.cli.office_do import upgrade_database

    upgrade_database(office, as_json=as_ is Format.JSON)


@app.command(rich_help_panel=KEEP)
def worker(
    office: Office = "",
    ticks: Annotated[int, typer.Option("--ticks", metavar="N", help="Stop after so many ticks. 0: never.")] = 0,
) -> None:
    """Run the worker until it is told to stop: clocks fire, mails leave. Logs one line of JSON per busy tick."""
    from engine.run.cli.worker_do import run_worker

    run_worker(office, ticks)


@app.command(rich_help_panel=KEEP)
def tick(
    office: Office = "",
    now: Annotated[
        str, typer.Option("--now", metavar="TIME", help="As if it were this time; only in a simulation.")
    ] = "",
    as_: As = Format.TEXT,
) -> None:
    """Run the worker once."""
    from engine.run.cli.worker_do import run_tick

    run_tick(office, now, as_json=as_ is Format.JSON)


@app.command(rich_help_panel=KEEP)
def resume(office: Office = "", by: Keeper = "", as_: As = Format.TEXT) -> None:
    """Take off the brake that holds back everything but urgent messages after a jump of the clock."""
    from engine.run.cli.worker_do import resume_passes

    resume_passes(office, by, as_json=as_ is Format.JSON)


@app.command(rich_help_panel=KEEP)
def health(office: Office = "", as_: As = Format.TEXT) -> None:
    """Say whether the office is well; exit code 1 if anything is not."""
    from engine.run.cli.office_do import show_health

    raise typer.Exit(show_health(office, as_json=as_ is Format.JSON))


@app.command(rich_help_panel=KEEP)
def verify(
    office: Office = "",
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against",
            metavar="LINE|FILE",
            help="Checkpoints that were published: a line, or a file with lines. Default: the office's file.",
        ),
    ] = None,
    chains_only: Annotated[bool, typer.Option("--chains-only", help="Only the journal, not what follows.")] = False,
    freeze: Annotated[bool, typer.Option("--freeze", help="Freeze every case that differs.")] = False,
    as_: As = Format.TEXT,
) -> None:
    """Check that nothing was changed beside the program; exit code 1 if anything was."""
    from engine.run.cli.keeping_do import verify_office

    raise typer.Exit(
        verify_office(office, against or [], chains_only=chains_only, freeze=freeze, as_json=as_ is Format.JSON)
    )


@app.command(rich_help_panel=KEEP)
def checkpoint(office: Office = "", as_: As = Format.TEXT) -> None:
    """Make a checkpoint and publish its line: what is recorded until now can no longer be changed unnoticed."""
    from engine.run.cli.keeping_do import make_checkpoint

    make_checkpoint(office, as_json=as_ is Format.JSON)


@app.command(rich_help_panel=KEEP)
def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The backup, a new file.")],
    keys: Annotated[
        Path | None,
        typer.Option("--keys", metavar="FILE", help="Copy the persons' keys, too, apart; keep only the newest copy."),
    ] = None,
    office: Office = "",
    as_: As = Format.TEXT,
) -> None:
    """Write a backup while others work on. Without the keys it tells nobody anything private."""
    from engine.run.cli.keeping_do import make_backup

    make_backup(office, target, keys, as_json=as_ is Format.JSON)


@app.command(rich_help_panel=KEEP)
def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder; with --replace an office.")],
    keys: Annotated[
        Path | None, typer.Option("--keys", metavar="FILE", help="The copy of the persons' keys.")
    ] = None,
    master_key: Annotated[
        Path | None, typer.Option("--master-key", metavar="FILE", help="The file of the master key.")
    ] = None,
    keys_lost: Annotated[
        bool, typer.Option("--keys-lost", help="No copy of the keys is left: everything private reads as erased.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put the backup's database in place of this office's; keys stay.")
    ] = False,
    as_: As = Format.TEXT,
) -> None:
    """Make an office from a backup, or put its database in place of a damaged one."""
    from engine.run.cli.keeping_do import replace_by_backup, restore_backup
    from engine.run.keeping.restoring import Keys

    if replace:
        if keys is not None or master_key is not None or keys_lost:
            raise typer.BadParameter("With --replace the office keeps its own keys; leave the options of keys out.")
        replace_by_backup(source, folder, as_json=as_ is Format.JSON)
    else:
        restore_backup(source, folder, Keys(keys, master_key, keys_lost), as_json=as_ is Format.JSON)


@app.command("import", rich_help_panel=KEEP)
def import_(
    table: Annotated[
        Path, typer.Argument(metavar="TABLE.csv", help="Columns: id, protocol, step, since, agency, manager, fields.")
    ],
    quiet_until: Annotated[
        str, typer.Option("--quiet-until", metavar="TIME", help="Until then no message goes out; then one summary.")
    ] = "",
    protocol: Annotated[str, typer.Option("--protocol", metavar="ID", help="For rows that name none.")] = "",
    agency: Annotated[str, typer.Option("--agency", metavar="ID", help="For rows that name none.")] = "",
    rejects: Annotated[
        Path | None, typer.Option("--rejects", metavar="FILE.csv", help="Rows that were put aside, with the reason.")
    ] = None,
    codes: Annotated[
        Path | None, typer.Option("--codes", metavar="FILE.csv", help="The code of each row's case.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be put aside.")] = False,
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Bring in cases in flight, each at its true step. Run again, it takes only what is missing."""
    from engine.run.cli.import_do import Wanted, import_table

    wanted = Wanted(quiet_until, protocol, agency, rejects, codes, dry=dry_run)
    raise typer.Exit(import_table(office, user, table, wanted, as_json=as_ is Format.JSON))


@app.command(rich_help_panel=KEEP)
def erase(
    code: Code,
    reason: Reason = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Erase everything about the person of a case, for ever: her key is destroyed, what happened when stays."""
    from engine.run.cli.keeping_do import erase_person

    erase_person(office, user, code, reason, sure=yes, as_json=as_ is Format.JSON)
