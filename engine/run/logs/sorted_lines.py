"""Lines that come in any order and leave sorted, in bounded memory."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO

#: So many lines are kept before they go to a temporary file.
LINES_IN_MEMORY = 100_000


class SortedLines:
    """Collects lines; iterating gives them in the order of their characters. Use as a context manager."""

    def __init__(self) -> None:
        """Start empty."""
        self._kept: list[str] = []
        self._runs: list[IO[str]] = []
        self._open = ExitStack()

    def __enter__(self) -> SortedLines:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def add(self, line: str) -> None:
        """Add a line, without line break in it."""
        self._kept.append(line)
        if len(self._kept) >= LINES_IN_MEMORY:
            self._put_away()

    def __iter__(self) -> Iterator[str]:
        self._kept.sort()
        for run in self._runs:
            run.seek(0)
        stored = ((line[:-1] for line in run) for run in self._runs)
        return heapq.merge(self._kept, *stored)

    def _put_away(self) -> None:
        run: IO[str] = TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115 - closed with the lines
        self._open.callback(run.close)
        run.writelines(f"{line}\n" for line in sorted(self._kept))
        self._runs.append(run)
        self._kept.clear()
