"""``spean graph``: a protocol as a drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import typer

from engine.core.model import Protocol
from engine.protocol.drawing.dot import dot
from engine.protocol.drawing.mermaid import mermaid
from engine.run.cli.output import print_json
from engine.run.protocols.files import load

NOTATIONS: Mapping[str, Callable[[Protocol, str], str]] = {"mermaid": mermaid, "dot": dot}


def draw(name: str, language: str, notation: str, *, as_json: bool) -> None:
    """Print a protocol in a notation for drawings; paste it into a viewer, or give DOT to Graphviz."""
    protocol, _ = load(name)
    text = NOTATIONS[notation](protocol, language)
    if as_json:
        print_json({"protocol": protocol.id, "version": protocol.version, notation: text})
    else:
        typer.echo(text, nl=False)
