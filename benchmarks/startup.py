"""How long a person waits for ``spean --help``, beside the plainest Typer program."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Figure, compare_processes

BARE = """
import typer
app = typer.Typer()
@app.command()
def one(name: str) -> None: "One."
@app.command()
def two(name: str) -> None: "Two."
app()
"""


def figures() -> Iterator[Figure]:
    """Yield the start-up figure."""
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE, encoding="utf-8")
        yield compare_processes(
            "spean --help (wall time of the process)",
            [sys.executable, "-m", "engine.run.cli", "--help"],
            [sys.executable, str(bare), "--help"],
            floor_name="a bare Typer program",
            aim="at most 1.5",
        )
