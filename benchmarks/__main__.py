"""``python -m benchmarks [--format text|json] [--folder DIR] [GROUP ...]``: measure, all groups or those named."""

from __future__ import annotations

import argparse
import platform
import sqlite3
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from benchmarks.harness import Figure, as_json
from benchmarks.place import fsyncs_per_second

GROUPS = (
    "action",
    "compiling",
    "mails",
    "replaying",
    "routing",
    "startup",
    "persisting",
    "sweeping",
    "firing",
    "pages",
)


def main(arguments: list[str]) -> int:
    """Measure the groups named, or all of them; figures go to the standard output as they come."""
    asked = _parser().parse_args(arguments)
    unknown = sorted(set(asked.groups) - set(GROUPS))
    if unknown:
        print(f"There is no group {', '.join(unknown)}; choose from {', '.join(GROUPS)}.", file=sys.stderr)
        return 2
    tempfile.tempdir = asked.folder
    in_json = asked.format == "json"
    machine = _machine()
    print(machine, file=sys.stderr if in_json else sys.stdout)
    figures: list[Figure] = []
    for group in asked.groups or GROUPS:
        for figure in import_module(f"benchmarks.{group}").figures():
            figures.append(figure)
            print(figure.line(), file=sys.stderr if in_json else sys.stdout, flush=True)
    if in_json:
        print(as_json(figures, machine))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, as ratios to a floor.")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--folder", help="where databases are made; the disk under it is what is measured")
    return parser


def _machine() -> str:
    disk = fsyncs_per_second(Path(tempfile.gettempdir()))
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.machine()};"
        f" the disk makes {disk:,.0f} appends of 4 kB durable in a second (fsync)"
    )


sys.exit(main(sys.argv[1:]))
