"""A text of Typst as a PDF, and so a handbook. The only place that knows Typst."""

from __future__ import annotations

from engine.core.errors import SpeanError
from engine.protocol.handbook.tree import Handbook
from engine.protocol.handbook.typst import typst as text_of
from engine.run.printing.fonts import covered, font_folder
from engine.run.printing.lacking import lacking


class PrintingError(SpeanError):
    """The PDF could not be made; print the page itself, and tell whoever keeps the office."""


def pdf(book: Handbook) -> bytes:
    """Return the PDF of a handbook. Equal handbooks give equal bytes."""
    return set_in_type(text_of(book))


def set_in_type(text: str) -> bytes:
    """Return the PDF: tagged for screen readers, its fonts within; ``UNCOVERED`` for signs that those lack.

    Raises LackingError without Typst, PrintingError.
    """
    try:
        import typst  # noqa: PLC0415 - an extra: only who writes PDF needs it
    except ImportError as error:
        raise lacking("PDF") from error
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_folder())])
    try:
        written: object = typst.compile(covered(text).encode(), font_paths=fonts, pdf_standards="ua-1", timestamp=0)
    except typst.TypstError:
        raise PrintingError from None  # what it says may hold a piece of an answer
    if not isinstance(written, bytes):  # it writes files only where one is named
        raise TypeError(written)
    return written
