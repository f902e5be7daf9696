"""A desk at which commands are typed into one office, through the command line."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from engine.core.case.code import code_of
from engine.core.people.commands import AnyPeopleCommand
from engine.run.cli import run
from engine.run.cli.app import app
from engine.run.cli.session import opened
from engine.store.people import STREAM
from engine.store.sql.streams import entries

ROOT = Path(__file__).resolve().parent.parent.parent
#: The lists of the invented office.
LISTS = ROOT / "examples" / "office"
#: An administrator of it.
ADMIN = "meas_kolap"
CODE = code_of(b"12345678")
OTHER = code_of(b"87654321")
NORTH = ("--agency", "social_north")
NOUNS = ("agency", "user", "role", "supervisor", "absence", "duty", "conflict", "organisation")


class Desk:
    """Types commands into one office and reads the answers."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def type(self, *words: str, by: str = "", code: int = 0) -> tuple[str, str]:
        """Run a command as somebody; return what it answered and what stands on standard error."""
        who = ("--as", by) if by else ()
        done = run([*words, "--office", str(self.folder), *who])
        answer, errors = self.capsys.readouterr()
        assert done == code, (words, answer, errors)
        assert "Traceback" not in answer + errors
        return answer, errors

    def text(self, *words: str, by: str = ADMIN) -> str:
        """Return the answer for people."""
        answer, errors = self.type(*words, by=by)
        assert errors == ""
        return answer.strip()

    def document(self, *words: str, by: str = ADMIN, code: int = 0) -> Any:
        """Return the JSON document."""
        return json.loads(self.type(*words, "--format", "json", by=by, code=code)[0])

    def refused(self, *words: str, by: str = ADMIN) -> str:
        """Return the one sentence with which a command is refused; JSON says the same."""
        answer, errors = self.type(*words, by=by, code=1)
        assert answer == ""
        assert errors.startswith("spean: ")
        assert errors.count("\n") == 1
        assert self.document(*words, by=by, code=1) == {"error": errors.removeprefix("spean: ").rstrip("\n")}
        return errors.removeprefix("spean: ").strip()

    def change(self, command: AnyPeopleCommand, *, at: datetime) -> None:
        """Change the directory beside the command line, at an instant."""
        with opened(str(self.folder)) as office:
            office.people.change([command], at)

    def seq(self) -> int:
        """Return how many changes there were."""
        with opened(str(self.folder)) as office:
            return office.people.now().seq

    def authors(self) -> list[str]:
        """Return by whom each change was made, but for the first, which founded the office."""
        with opened(str(self.folder)) as office, office.database.read() as connection:
            return [json.loads(one.body)["by"] for one in entries(connection, STREAM, after=1)]


def nouns() -> dict[str, set[str]]:
    """Return the commands about people, by noun."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    people = {name: group.commands[name] for name in NOUNS}
    return {name: set(one.commands) for name, one in people.items() if isinstance(one, TyperGroup)}
