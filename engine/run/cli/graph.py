"""``spean graph``: a protocol as a drawing."""

from __future__ import annotations

import typer

from engine.protocol.diagram import mermaid
from engine.run.cli.output import print_json
from engine.run.protocols.files import load


def draw(name: str, language: str, *, as_json: bool) -> None:
    """Print the Mermaid text of a protocol; paste it into any Mermaid viewer."""
    protocol, _ = load(name)
    text = mermaid(protocol, language)
    if as_json:
        print_json({"protocol": protocol.id, "version": protocol.version, "mermaid": text})
    else:
        typer.echo(text, nl=False)
