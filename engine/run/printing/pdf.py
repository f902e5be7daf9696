"""A handbook as a PDF. The only place that knows Typst."""

from __future__ import annotations

from engine.protocol.handbook.tree import Handbook
from engine.protocol.handbook.typst import typst as text_of
from engine.run.printing.fonts import font_folder
from engine.run.printing.lacking import lacking


def pdf(book: Handbook) -> bytes:
    """Return the PDF: tagged for screen readers, its fonts within. Equal handbooks give equal bytes."""
    try:
        import typst  # noqa: PLC0415 - an extra: only who writes PDF needs it
    except ImportError as error:
        raise lacking("PDF") from error
    folder = [str(font_folder())]
    written = typst.compile(
        text_of(book).encode(), font_paths=folder, ignore_system_fonts=True, pdf_standards=["ua-1"], timestamp=0
    )
    assert isinstance(written, bytes)  # noqa: S101 - without a name of a file the bytes come back
    return written
