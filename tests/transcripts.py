"""Commands shown in the docs with their output: run anew, compared by a test, and written by ``make docs``.

A ``console`` block has lines that begin with ``$``, each followed by what the command prints; ``$ cat FILE`` is one.
A line ``...`` stands for any number of lines. Seconds differ from run to run and count as equal. A ``diff`` block
changes the file it names for the one console block that follows it; a ``cells`` block changes cells of a CSV table.
On a page of ``CONTINUED`` each block goes on where the one above it ended, files and all.
"""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.documents import ROOT, Block, all_blocks, pages

#: Pages whose commands are run in another folder than the root of the project.
FOLDERS = {"docs/tutorial.md": "examples/tutorial"}
#: Pages whose blocks go on where the one above them ended.
CONTINUED = frozenset({"docs/how-to/change-a-limit.md"})
_COPIED = ("protocols", "examples")
_SECONDS = re.compile(r'(?<=seconds: )[0-9.]+|(?<="seconds": )[0-9.]+')
#: What makes programs write colours though nobody looks.
_COLOURS = frozenset({"FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "CLICOLOR_FORCE"})
_ENVIRONMENT = {"COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb", "PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT)}


@dataclass(frozen=True, slots=True)
class Shown:
    """A console block with the changes that hold for it, and what has run before in the same folder."""

    block: Block
    changes: tuple[Block, ...]
    before: tuple[Shown, ...] = ()

    def __str__(self) -> str:
        """Return where the block stands."""
        return str(self.block)


def shown() -> list[Shown]:
    """Return every console block of every page."""
    return [one for path in pages() for one in _shown_on(str(path.relative_to(ROOT)))]


def _shown_on(name: str) -> Iterator[Shown]:
    changes: list[Block] = []
    before: tuple[Shown, ...] = ()
    for block in all_blocks(name):
        if block.info in _CHANGES:
            changes.append(block)
        elif block.info == "console":
            one = Shown(block, tuple(changes), before)
            before = (*before, one) if name in CONTINUED else ()
            changes = []
            yield one


def commands(text: str) -> list[tuple[str, str]]:
    """Return each command of a console block with the output shown below it."""
    parts = re.split(r"^\$ (.*)\n", text, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def rerun(one: Shown) -> str:
    """Return the block with what its commands print now; an output shown with ``...`` that still fits is kept."""
    with TemporaryDirectory() as folder:
        for name in _COPIED:
            shutil.copytree(ROOT / name, Path(folder) / name)
        place = Path(folder) / FOLDERS.get(one.block.page, ".")
        for earlier in one.before:
            _run_all(earlier, place)
        return _run_all(one, place)


def _run_all(one: Shown, place: Path) -> str:
    for change in one.changes:
        _CHANGES[change.info](change, place)
    return "".join(_run(command, output, place) for command, output in commands(one.block.text))


def _run(command: str, known: str, place: Path) -> str:
    printed = call(shlex.split(command), place)
    return f"$ {command}\n{known if fits(known, printed) else printed}"


def call(words: list[str], place: Path = ROOT) -> str:
    """Return what a command prints in a folder, its answer before its complaints; ``spean`` is this project's."""
    called = [sys.executable, "-m", "engine.run.cli", *words[1:]] if words[0] == "spean" else words
    around = {name: value for name, value in os.environ.items() if name not in _COLOURS}
    done = subprocess.run(
        called, cwd=place, env={**around, **_ENVIRONMENT}, capture_output=True, text=True, check=False, timeout=120
    )
    lines = (done.stdout + done.stderr).strip("\n").splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def fits(known: str, printed: str) -> bool:
    """Return whether an output is the one shown: ``...`` is any number of lines, seconds do not count."""
    pieces = re.split(r"^\.\.\.\n", _SECONDS.sub("0.0", known.strip("\n") + "\n"), flags=re.MULTILINE)
    pattern = r"(?:.*\n)*?".join(re.escape(piece) for piece in pieces)
    return re.fullmatch(pattern, _SECONDS.sub("0.0", printed.strip("\n") + "\n")) is not None


def _apply(change: Block, place: Path) -> None:
    """Change a file as the diff says: each ``-`` line stands in it once and becomes the ``+`` line below it."""
    lines = change.text.splitlines()
    path = place / lines[0].removeprefix("--- ")
    text = path.read_text(encoding="utf-8")
    for old, new in zip(lines[1::2], lines[2::2], strict=True):
        assert old[:1] == "-", change
        assert new[:1] == "+", change
        assert text.count(old[1:] + "\n") == 1, f"{change}: {old}"
        text = text.replace(old[1:] + "\n", new[1:] + "\n")
    path.write_text(text, encoding="utf-8")


def _fill_in(change: Block, place: Path) -> None:
    """Change cells of a CSV table as a spreadsheet would: ``FILE ROW, COLUMN: BEFORE -> AFTER``, "" for empty."""
    for line in change.text.splitlines():
        found = re.fullmatch(r"(\S+) (\S+), (\w+): (.*?) -> (.*)", line)
        assert found, f"{change}: {line}"
        path, id_, column, before, after = place / found[1], *found.groups()[1:]
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        (row,) = [row for row in rows if row["id"] == id_]
        assert row[column] == before.strip('"'), f"{change}: {line}"
        row[column] = after.strip('"')
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)


#: Blocks that change files, by what stands behind their fence.
_CHANGES = {"diff": _apply, "cells": _fill_in}


def pictures() -> list[tuple[Block, str]]:
    """Return every drawing that follows a `spean graph` on a page, with what the command draws now."""
    found = []
    for path in pages():
        drawn = ""
        for block in all_blocks(str(path.relative_to(ROOT))):
            if block.info == "mermaid" and drawn:
                found.append((block, commands(rerun(Shown(_asking(block, drawn), ())))[0][1]))
            called = commands(block.text)[-1][0] if block.info == "console" else ""
            drawn = called if called.startswith("spean graph ") else ""
    return found


def _asking(block: Block, command: str) -> Block:
    return Block(block.page, "console", f"$ {command}\n", block.line)


def main() -> None:
    """Write the outputs and drawings of all commands shown in the docs anew."""
    fresh = [(one.block, rerun(one)) for one in shown()] + pictures()
    for block, text in sorted(fresh, key=lambda pair: -pair[0].line):
        path = ROOT / block.page
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        lines[block.line - 1 : block.line - 1 + len(block.text.splitlines())] = [text]
        path.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
