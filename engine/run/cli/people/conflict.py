"""``spean conflict``: the words of its commands. Each imports what it does when it is run."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from engine.run.cli.options import As, Format, Office, User

app = typer.Typer(name="conflict", help="Who must not be told about a case.", no_args_is_help=True)


class Kind(StrEnum):
    """Whom a conflict keeps out: the kinds of the core, which is not imported for a page of help."""

    PERSON = "person"
    UNIT = "unit"
    CHAIN = "chain"
    MINISTRY = "ministry"


CaseCode = Annotated[str, typer.Argument(metavar="CODE", help="The code of the case, or of the person's first case.")]
Whom = Annotated[Kind, typer.Argument(help="Whom: a person, a person with all above and below, a unit, a ministry.")]
Id = Annotated[
    str, typer.Argument(metavar="ID", help="A user (person, chain), AGENCY or AGENCY/UNIT (unit), or a ministry.")
]


@app.command()
def add(code: CaseCode, kind: Whom, id_: Id, office: Office = "", user: User = "", as_: As = Format.TEXT) -> None:
    """Keep somebody out of a case: no role, no message, nothing to see."""
    from engine.run.cli.people.conflicts import add_conflict

    add_conflict(office, user, code, kind.value, id_, as_json=as_ is Format.JSON)


@app.command()
def lift(code: CaseCode, kind: Whom, id_: Id, office: Office = "", user: User = "", as_: As = Format.TEXT) -> None:
    """Let somebody in again."""
    from engine.run.cli.people.conflicts import lift_conflict

    lift_conflict(office, user, code, kind.value, id_, as_json=as_ is Format.JSON)


@app.command("list")
def list_(
    code: Annotated[str, typer.Argument(metavar="[CODE]", help="Only those of this case.")] = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Show who is kept out of which case; to administrators only."""
    from engine.run.cli.people.conflicts import list_conflicts

    list_conflicts(office, user, code, as_json=as_ is Format.JSON)
