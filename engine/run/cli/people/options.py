"""Options that several commands about people share, each described once."""

from __future__ import annotations

from typing import Annotated

import typer

UserId = Annotated[str, typer.Argument(metavar="USER", help="The id of a member of staff, like sok_dara.")]
RoleId = Annotated[str, typer.Argument(metavar="ROLE", help="A role of the protocols.")]
Agency = Annotated[str, typer.Option("--agency", metavar="ID", help="In the cases of this agency.")]
Everywhere = Annotated[bool, typer.Option("--everywhere", help="In the cases of every agency.")]
Province = Annotated[str, typer.Option("--province", metavar="ID", help="Only in cases of this province.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")]
All = Annotated[bool, typer.Option("--all", help="What is over, too.")]
