"""How commands about people answer: one sentence, or a table, or one JSON document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import typer

from engine.run.cases.upkeep import Change
from engine.run.cli.output import print_json, print_table
from engine.run.cli.people.documents import Document


def say_change(change: Change, noun: str, document: Document, sentence: str, *, as_json: bool) -> None:
    """Say what a change led to; where it led to nothing, say that."""
    if as_json:
        print_json({"changed": change.made, "by": change.by, noun: document})
    else:
        typer.echo(sentence if change.made else "It is so already; nothing was changed.")


def say_list(
    documents: Sequence[Document], heads: Sequence[str], rows: Iterable[Sequence[object]], nothing: str,
    *, as_json: bool,
) -> None:  # fmt: skip
    """Say a list: a table, or ``nothing`` where it is empty."""
    if as_json:
        print_json(list(documents))
    elif documents:
        print_table(heads, rows)
    else:
        typer.echo(nothing)
