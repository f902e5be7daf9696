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
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_folder())])
    written: object = typst.compile(text_of(book).encode(), font_paths=fonts, pdf_standards="ua-1", timestamp=0)
    if not isinstance(written, bytes):  # it writes files only where one is named
        raise TypeError(written)
    return written
