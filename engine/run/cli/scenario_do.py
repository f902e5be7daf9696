"""What ``spean scenario`` does."""

from __future__ import annotations

from typing import Any

import typer

from engine.protocol.problems import Place
from engine.run.cli.check import excerpt, print_problem
from engine.run.cli.output import many, print_json, print_table, show
from engine.run.cli.showing import progress_bar
from engine.run.scenarios.coverage import KINDS, Coverage
from engine.run.scenarios.mutating import SURVIVED, Verdict, judged
from engine.run.scenarios.running import Report, Told, run
from engine.run.scenarios.sheets import folder as folder_of_sheets

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


def mutate_protocols(folder: str, *, every: int, jobs: int, as_json: bool) -> None:
    """Try every change and print how many are noticed, and each that nobody notices."""
    with progress_bar("changes") as advance:
        verdicts = list(judged(folder, advance, every=every, jobs=jobs))
    kinds = {kind: [one for one in verdicts if one.mutant.kind == kind] for kind in _kinds(verdicts)}
    if as_json:
        print_json(_verdicts(verdicts, kinds))
        return
    for one in verdicts:
        if one.how == SURVIVED:
            typer.echo(f"not noticed: {one.mutant.kind}: {show(one.mutant.name)}")
    rows = [[kind, len(of_kind), _noticed(of_kind), f"{_percent(of_kind):g} %"] for kind, of_kind in kinds.items()]
    print_table(("changed", "tried", "noticed", "share"), rows)
    typer.secho(
        f"{_noticed(verdicts)} of {many(len(verdicts), 'change')} noticed: {_percent(verdicts):g} %", bold=True
    )


def _kinds(verdicts: list[Verdict]) -> list[str]:
    return list(dict.fromkeys(one.mutant.kind for one in verdicts))


def _noticed(verdicts: list[Verdict]) -> int:
    return sum(one.how != SURVIVED for one in verdicts)


def _percent(verdicts: list[Verdict]) -> float:
    return int(1000 * _noticed(verdicts) / max(1, len(verdicts))) / 10


def _verdicts(verdicts: list[Verdict], kinds: dict[str, list[Verdict]]) -> dict[str, Any]:
    return {
        "tried": len(verdicts),
        "noticed": _noticed(verdicts),
        "percent": _percent(verdicts),
        "kinds": {kind: {"tried": len(ones), "noticed": _noticed(ones)} for kind, ones in kinds.items()},
        "survivors": [
            {"kind": one.mutant.kind, "change": one.mutant.name} for one in verdicts if one.how == SURVIVED
        ],
    }


def make_sheets(folder: str, *, write: bool, as_json: bool) -> int:
    """Make the sheets anew and say which differ from those on disk; return 1 if some do and are not written."""
    with progress_bar("sheets") as advance:
        made = folder_of_sheets.sheets(folder, advance)
    differ = folder_of_sheets.differing(folder, made)
    if write:
        folder_of_sheets.write(folder, made)
    if as_json:
        print_json({"sheets": len(made), "differ": differ, "written": write})
    else:
        for name in differ:
            typer.echo(f"{name}: {'written' if write else 'differs from what the protocols do'}")
        typer.secho(f"{many(len(made), 'sheet')}, {len(differ)} {'written' if write else 'that differ'}.", bold=True)
    return 1 if differ and not write else 0
