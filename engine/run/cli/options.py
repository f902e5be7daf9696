"""Options that many commands share, each described once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How a command answers."""

    TEXT = "text"
    JSON = "json"


class TableFormat(StrEnum):
    """How a table is written."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


class Notation(StrEnum):
    """How a drawing is written: in a text language for drawings, or as the picture itself."""

    MERMAID = "mermaid"
    DOT = "dot"
    SVG = "svg"


class Form(StrEnum):
    """As what a handbook is written."""

    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"


class Language(StrEnum):
    """In which language titles are shown."""

    ENGLISH = "en"
    KHMER = "km"


Out = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Write to this file. Default: standard output.")
]
Track = Annotated[str, typer.Option("--track", metavar="TRACK", help="This track alone. Default: all.")]
As = Annotated[Format, typer.Option("--format", help="text to read, or one JSON document on standard output.")]
Folder = Annotated[Path, typer.Option("--protocols", metavar="FOLDER", help="Where the protocol files are.")]
Office = Annotated[
    str, typer.Option("--office", metavar="DIR", help="The office's folder. Default: SPEAN_HOME, else this folder.")
]
User = Annotated[str, typer.Option("--as", metavar="USER", help="Who asks. Default: SPEAN_USER.")]
Code = Annotated[str, typer.Argument(metavar="CODE", help="The code of the case.")]
Lang = Annotated[Language, typer.Option("--lang", help="The language of titles.")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="An answer; may be repeated.")]
SetFrom = Annotated[
    str,
    typer.Option(
        "--set-from", metavar="FILE", help="Answers from a file, or - for standard input: one FIELD=VALUE a line."
    ),
]
Happened = Annotated[
    str, typer.Option("--happened", metavar="TIME", help="When it happened, in local time. Default: now.")
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; - reads it from standard input.")]
Key = Annotated[
    str, typer.Option("--key", metavar="KEY", help="A key of your own: the same request under it is done once.")
]
