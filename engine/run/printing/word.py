"""A handbook as a DOCX for Word and LibreOffice. The only place that knows python-docx."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from engine.protocol.handbook.tree import Article, Block, Chapter, Grid, Handbook, Line, Listing, Look, Paragraph
from engine.run.printing.fonts import FAMILY
from engine.run.printing.lacking import lacking

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph as Lines

#: What Word is told about the words of each language.
_LANGUAGES = {"en": "en-GB", "km": "km-KH"}
_SIZES = {"Normal": 10.5, "Title": 24, "Heading 1": 17, "Heading 2": 12.5, "Heading 3": 10.5, "List Bullet": 10.5}
_INK, _SOFT, _TEAL = "1D2433", "46505F", "0B5D66"
#: In which order Word wants the properties of letters.
_ORDER = (
    *("w:rStyle", "w:rFonts", "w:b", "w:bCs", "w:i", "w:iCs", "w:caps", "w:color", "w:spacing", "w:w", "w:kern"),
    *("w:position", "w:sz", "w:szCs", "w:u", "w:rtl", "w:cs", "w:em", "w:lang", "w:tblHeader"),
)
#: A file says when it was made; ours says always the same, so that equal handbooks give equal files.
_MADE = datetime(2000, 1, 1, tzinfo=UTC)


def docx(book: Handbook) -> bytes:
    """Return the file, with headings for its outline, and Khmer set as a complex script."""
    try:
        import docx as word  # noqa: PLC0415 - an extra: only who writes DOCX needs it
    except ImportError as error:
        raise lacking("DOCX") from error
    document = word.Document()
    _set_up(document, book)
    _write_front(document, book)
    for chapter in book.chapters:
        _write_chapter(document, chapter)
    file = BytesIO()
    document.save(file)
    return _without_times(file.getvalue())


def _without_times(packed: bytes) -> bytes:
    """Return the same package with one time for all of its parts."""
    file = BytesIO()
    with ZipFile(BytesIO(packed)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = ZipInfo(name, _MADE.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return file.getvalue()


def _set_up(document: Document, book: Handbook) -> None:
    from docx.shared import Mm  # noqa: PLC0415

    properties = document.core_properties
    properties.title, properties.author, properties.comments = f"{book.title} - {book.version}", "", book.status
    properties.created = properties.modified = _MADE.replace(tzinfo=None)
    properties.language = _LANGUAGES[book.language]
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(20)
    for name, size in _SIZES.items():
        colour = _TEAL if name == "Heading 3" else _INK
        _set_font(document.styles[name], size, colour, _LANGUAGES[book.language])
    _write_run(section.footer.paragraphs[0], f"{book.title} - {book.version} - {book.status}", Look.SMALL)


def _set_font(style: ParagraphStyle, size: float, colour: str, language: str) -> None:
    """Set the font of a style, also for complex scripts: Word shapes Khmer with those settings alone."""
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    style.font.size, style.font.color.rgb, style.font.name = Pt(size), RGBColor.from_string(colour), FAMILY
    properties = style.element.get_or_add_rPr()
    fonts = properties.rFonts
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FAMILY)
    for theme in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    _add(properties, "w:szCs", {"w:val": str(round(size * 2))})
    if style.font.bold:
        _add(properties, "w:bCs", {})
    _add(properties, "w:lang", {"w:val": "en-GB", "w:bidi": language})


def _add(properties: BaseOxmlElement, tag: str, attributes: dict[str, str]) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.oxml.parser import OxmlElement  # noqa: PLC0415

    for old in properties.findall(qn(tag)):
        properties.remove(old)
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(name), value)
    properties.insert_element_before(element, *_ORDER[_ORDER.index(tag) + 1 :])


def _write_front(document: Document, book: Handbook) -> None:
    from docx.enum.text import WD_BREAK  # noqa: PLC0415

    _write_run(document.add_paragraph(), book.kind)
    _write_run(document.add_paragraph(style="Title"), book.title)
    _write_run(document.add_paragraph(), book.version)
    _write_run(document.add_paragraph(), book.status, Look.STRONG)
    for block in book.front:
        _write_block(document, block)
    heading = document.add_heading(level=1)
    heading.paragraph_format.page_break_before = True
    _write_run(heading, book.reading.title)
    for block in book.reading.blocks:
        _write_block(document, block)
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _write_run(document.add_paragraph(), book.contents, Look.STRONG)
    for chapter in book.chapters:
        _write_run(document.add_paragraph(), _head(chapter), Look.STRONG)
        for article in chapter.articles:
            _write_run(document.add_paragraph(style="List Bullet"), f"{article.label}. {article.title}")


def _head(chapter: Chapter) -> str:
    return f"{chapter.label}. {chapter.title}" if chapter.label else chapter.title


def _write_chapter(document: Document, chapter: Chapter) -> None:
    heading = document.add_heading(level=1)
    heading.paragraph_format.page_break_before = True
    _write_run(heading, _head(chapter))
    for block in chapter.opening:
        _write_block(document, block)
    for article in chapter.articles:
        _write_article(document, article)


def _write_article(document: Document, article: Article) -> None:
    _write_run(document.add_heading(level=2), f"{article.label}. {article.title}")
    refs = f" [{', '.join(article.refs)}]" if article.refs else ""
    _write_run(document.add_paragraph(), f"{article.id}  {article.place}{refs}", Look.SMALL)
    for section in article.sections:
        if section.title:
            _write_run(document.add_heading(level=3), section.title)
        for block in section.blocks:
            _write_block(document, block)


def _write_block(document: Document, block: Block) -> None:
    if isinstance(block, Grid):
        _write_grid(document, block)
    elif isinstance(block, Listing):
        for item in block.items:
            _write_line(document.add_paragraph(style="List Bullet"), item)
    else:
        _write_paragraph(document.add_paragraph(), block)


def _write_paragraph(lines: Lines, block: Paragraph) -> None:
    from docx.shared import Mm  # noqa: PLC0415

    if block.number:
        lines.paragraph_format.left_indent, lines.paragraph_format.first_line_indent = Mm(10), Mm(-10)
        lines.paragraph_format.tab_stops.add_tab_stop(Mm(10))
        _write_run(lines, block.number)
        lines.add_run().add_tab()
    _write_line(lines, block.line)


def _write_line(lines: Lines, line: Line) -> None:
    for run in line:
        _write_run(lines, run.text, run.look)


def _write_run(lines: Lines, text: str, look: Look = Look.PLAIN) -> None:
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    run = lines.add_run()
    if look is Look.BREAK:
        run.add_break()
        return
    run.text = "".join(sign for sign in text if sign.isprintable() or sign == "\u200b")
    properties = run._element.get_or_add_rPr()  # python-docx has no word for complex scripts
    if look is Look.STRONG:
        run.bold = True
        _add(properties, "w:bCs", {})
    if look is Look.SMALL:
        run.font.size, run.font.color.rgb = Pt(7.5), RGBColor.from_string(_SOFT)
        _add(properties, "w:szCs", {"w:val": "15"})
    if any("\u1780" <= sign <= "\u17ff" for sign in text):
        _add(properties, "w:cs", {})


def _write_grid(document: Document, grid: Grid) -> None:
    from docx.shared import Mm  # noqa: PLC0415

    _write_run(document.add_paragraph(), grid.caption, Look.STRONG)
    table = document.add_table(rows=1, cols=len(grid.heads), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, grid.heads, strict=True):
        _write_run(cell.paragraphs[0], head, Look.STRONG)
    _add(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader", {})  # again on each page
    for row in grid.rows:
        written = table.add_row()
        written.height = Mm(20) if grid.blank else None
        for cell, line in zip(written.cells, row, strict=True):
            _write_line(cell.paragraphs[0], line)
    document.add_paragraph()
