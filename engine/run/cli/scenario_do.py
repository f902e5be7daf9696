"""What ``spean scenario`` does."""

from __future__ import annotations

from typing import Any

import typer

from engine.protocol.problems import Place
from engine.run.cli.check import excerpt, print_problem
from engine.run.cli.output import many, print_json, show
from engine.run.cli.showing import progress_bar
from engine.run.scenarios.coverage import KINDS, Coverage
from engine.run.scenarios.running import Report, Told, run

#: Of what no scenario reaches so many places are shown.
SHOWN = 12


def run_scenarios(paths: list[str], *, as_json: bool) -> int:
    """Run them and print what came out; return 1 if something went otherwise than told."""
    with progress_bar("scenarios") as advance:
        report = run(paths, advance)
    if as_json:
        print_json(_document(report))
    else:
        for one in report.failed:
            _print_failed(one)
        _print_summary(report)
    return 1 if report.failed else 0


def _print_failed(told: Told) -> None:
    title = told.title.get("en", "")
    typer.secho(f"{show(told.name)}{f': {show(title)}' if title else ''}", bold=True, fg="red")
    for one in told.problems:
        print_problem(one, excerpt(one.place))
    for fault in told.faults:
        typer.echo(f"  {show(told.file)}:{fault.line}: {show(fault.message)}")
        for line in excerpt(Place(told.file, fault.line))[:1]:
            typer.echo(f"  {line}")
    typer.echo()


def _print_summary(report: Report) -> None:
    for kind in KINDS:
        missing = report.coverage.missing(kind)
        typer.echo(f"{kind}: {report.coverage.percent(kind):g} %")
        for place in missing[:SHOWN]:
            typer.echo(f"  not reached: {place}")
        if len(missing) > SHOWN:
            typer.echo(f"  and {len(missing) - SHOWN} more; --format json lists them all")
    failed = len(report.failed)
    done = f"{many(len(report.told), 'scenario')}: {len(report.told) - failed} as told, {failed} otherwise."
    typer.secho(done, bold=True, fg="red" if failed else "green")


def _document(report: Report) -> dict[str, Any]:
    failed = report.failed
    return {
        "scenarios": len(report.told),
        "passed": len(report.told) - len(failed),
        "failed": len(failed),
        "coverage": {kind: report.coverage.percent(kind) for kind in KINDS},
        "failures": [_failure(one) for one in failed],
        "not_reached": _not_reached(report.coverage),
    }


def _failure(told: Told) -> dict[str, Any]:
    return {
        "scenario": told.name,
        "file": told.file,
        "faults": [{"line": fault.line, "message": fault.message} for fault in told.faults],
        "problems": [one.as_json() for one in told.problems],
    }


def _not_reached(coverage: Coverage) -> dict[str, list[str]]:
    return {kind: coverage.missing(kind) for kind in KINDS}
