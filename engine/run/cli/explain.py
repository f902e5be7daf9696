"""``spean explain``: one problem code at length."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from difflib import get_close_matches

import typer

from engine.protocol.codes.registry import CODES
from engine.run.cli.output import print_json, show


def explain_code(code: str, *, as_json: bool) -> None:
    """Print what a code means; an unknown one is a usage error with what was probably meant."""
    found = CODES.get(code.strip().upper())
    if found is None:
        asked = code.strip().upper()[:20]
        near = [one for one in CODES if asked and one.startswith(asked)][:3] or get_close_matches(asked, CODES, n=3)
        meant = (
            f" Did you mean {' or '.join(near)}?" if near else " Codes look like SP101; `spean check` prints them."
        )
        raise typer.BadParameter(f"There is no problem code {show(code[:20])}.{meant}", param_hint="CODE")
    if as_json:
        print_json(asdict(found))
        return
    typer.secho(f"{found.code} ({found.severity.value}): {found.title}", bold=True)
    typer.echo()
    typer.echo(textwrap.fill(found.what, 100))
    for word, example in (("Wrong:", found.wrong), ("Right:", found.right)):
        typer.echo(f"\n{word}\n{textwrap.indent(example, '    ')}")
