"""``spean graph``: a protocol as a drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import typer

from engine.core.errors import SpeanError
from engine.core.model import Protocol
from engine.protocol.drawing.dot import dot
from engine.protocol.drawing.mermaid import mermaid
from engine.run.cli.output import print_json, write_out
from engine.run.protocols.files import load

_TEXTS: Mapping[str, Callable[[Protocol, str], str]] = {"mermaid": mermaid, "dot": dot}


class TrackError(SpeanError):
    """The protocol has no such track; without --track all are shown."""

    def __init__(self, name: str, known: list[str]) -> None:
        """Say which tracks there are."""
        super().__init__(f"The protocol has no track `{name}`; it has {', '.join(known)}.")


def draw(name: str, language: str, notation: str, track: str, out: Path | None, *, as_json: bool) -> None:
    """Print a protocol in a notation for drawings, or write it to a file."""
    protocol, _ = load(name)
    if track and notation != "svg":
        raise typer.BadParameter("Only --notation svg draws one track alone.", param_hint="--track")
    check_track(protocol, track)
    text = _picture(name, protocol, language, track) if notation == "svg" else _TEXTS[notation](protocol, language)
    if as_json:
        print_json({"protocol": protocol.id, "version": protocol.version, notation: text})
    elif out is not None:
        write_out(out, text.encode())
    else:
        typer.echo(text, nl=False)


def check_track(protocol: Protocol, track: str) -> None:
    """Raise a TrackError if a track is named that the protocol does not have."""
    if track and track not in protocol.tracks:
        raise TrackError(track, list(protocol.tracks))


def _picture(name: str, protocol: Protocol, language: str, track: str) -> str:
    from engine.protocol.drawing.svg.page import svg
    from engine.protocol.prose.names import Names
    from engine.run.printing.fonts import ShapedMetrics, embedded
    from engine.run.protocols.files import outline_file

    files = outline_file(name)
    names = Names(protocol, language, files.answers, files.doubtful)
    return svg(names, ShapedMetrics(), embedded, track or None)
