"""What went wrong in a story: the line, what was expected, and what came instead."""

from __future__ import annotations

from dataclasses import dataclass

from engine.core.errors import SpeanError
from engine.protocol.problems import Problem


@dataclass(frozen=True, slots=True)
class Fault:
    """One expectation that does not hold, or one deed that could not be done. Lines count from 1."""

    line: int
    message: str


class StoryError(SpeanError):
    """The story cannot go on: a deed was refused, or something it names is not there."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class ScenarioError(SpeanError):
    """A scenario file cannot be read; the problems say where and why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems
