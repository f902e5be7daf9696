"""A handbook in the language of Typst, of which a PDF is made. Pure: words go over as strings, never as markup."""

from __future__ import annotations

from collections.abc import Iterator

from engine.protocol.handbook.tree import Article, Block, Chapter, Grid, Handbook, Line, Listing, Look, Paragraph

_PAGE = {"en": "Page", "km": "ទំព័រ"}
_LEADING = {"en": "0.65em", "km": "0.3em"}
#: Khmer reaches far above and below its line, so that its boxes are measured by all of it.
_EDGES = {"en": "", "km": ', top-edge: "ascender", bottom-edge: "descender"'}
#: Where a long name may go on in the next line.
_BREAKABLE = str.maketrans({".": ".\u200b", "/": "/\u200b", "_": "_\u200b"})
_HEAD = """\
#set page(paper: "a4", margin: (x: 22mm, top: 20mm, bottom: 22mm), numbering: number, footer: [
  #set text(size: 8pt, fill: rgb("#46505f"))
  #foot #h(1fr) #page-word #context counter(page).display()
])
#set par(leading: lead, spacing: lead + 0.4em)
#set table(stroke: 0.5pt + rgb("#9aa3ae"), inset: 4pt, align: left)
#set table.cell(breakable: false)
#show table.cell.where(y: 0): strong
#show heading: set block(sticky: true)
#show heading.where(level: 1): it => { pagebreak(weak: true); block(below: 1em, text(size: 16pt, it.body)) }
#show heading.where(level: 2): it => block(above: 1.6em, below: 0.5em, text(size: 12pt, it.body))
#show heading.where(level: 3): set text(size: 10pt, fill: rgb("#0b5d66"))
#show heading.where(level: 3): it => block(above: 1.4em, below: 0.7em, it.body)
#show outline.entry.where(level: 1): set text(weight: 700)
#show figure.where(kind: table): set block(breakable: true)
#show figure.caption: it => align(left, strong(it.body))
#set figure.caption(position: top)
#let small(it) = text(size: 7.5pt, fill: rgb("#46505f"), lang: "en", it)
#let source(it) = text(lang: "en", it)
#let numbered(number, it) = grid(columns: (2.4em, 1fr), number, it)
"""


def typst(book: Handbook) -> str:
    """Return the text that Typst makes a PDF of."""
    return "\n".join(_lines(book)) + "\n"


def _lines(book: Handbook) -> Iterator[str]:
    yield f"#set document(title: {string(f'{book.title} - {book.version}')}, date: none)"
    yield from lettering(book.language)
    yield f"#let foot = {string(f'{book.title} - {book.version} - {_short(book.status)}')}"
    yield f"#let page-word = {string(_PAGE[book.language])}"
    yield _HEAD
    yield from _front(book)
    yield f"#outline(title: {string(book.contents)}, depth: 2, indent: 1em)"
    for chapter in book.chapters:
        yield from _chapter(chapter)


def lettering(language: str) -> Iterator[str]:
    """Yield how a language is set: its font, the height of its lines (``lead``), its digits (``number``)."""
    yield '#set text(font: "Noto Sans Khmer", size: 10pt, fill: rgb("#1d2433"))'
    yield f'#set text(lang: "{language}"{_EDGES[language]})'
    yield f"#let lead = {_LEADING[language]}"
    yield f"#let number(it, ..rest) = {_digits(language)}"


def _short(status: str) -> str:
    """Return the first words of a status: whether it is a draft."""
    return status.partition(".")[0].partition("។")[0]


def _digits(language: str) -> str:
    """Return the code that shows the number of a page in the digits of the language."""
    if language != "km":
        return "str(it)"
    return 'str(it).clusters().map(one => "០១២៣៤៥៦៧៨៩".clusters().at(int(one))).join()'


def _front(book: Handbook) -> Iterator[str]:
    yield f'#text(fill: rgb("#46505f"), {string(book.kind)})'
    yield f"#block(above: 1.1em, below: 1.1em, text(size: 22pt, weight: 700, {string(book.title)}))"
    yield f"#{string(book.version)}"
    stroke = "1.5pt" if book.draft else "0.5pt"
    yield f"#block(stroke: {stroke}, inset: 8pt, width: 100%, strong({string(book.status)}))"
    yield from map(_block, book.front)
    yield "#pagebreak()"
    yield f"= #{string(book.reading.title)}"
    yield from map(_block, book.reading.blocks)
    yield "#pagebreak()"


def _chapter(chapter: Chapter) -> Iterator[str]:
    head = f"{chapter.label}. {chapter.title}" if chapter.label else chapter.title
    yield f"= #{string(head)}"
    yield from map(_block, chapter.opening)
    for article in chapter.articles:
        yield from _article(article)


def _article(article: Article) -> Iterator[str]:
    yield f"== #{string(f'{article.label}. {article.title}')}"
    refs = f" [{', '.join(article.refs)}]" if article.refs else ""
    yield f"#block(above: 0.4em, small({string(f'{article.id}  {article.place}{refs}')}))"
    for section in article.sections:
        if section.title:
            yield f"=== #{string(section.title)}"
        yield from map(_block, section.blocks)


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        body = _line(block.line)
        return f"#numbered({string(block.number)}, [{body}])\n" if block.number else f"#block[{body}]\n"
    if isinstance(block, Listing):
        return f"#pad(left: 2.4em, list(tight: false, {', '.join(f'[{_line(item)}]' for item in block.items)}))\n"
    return _table(block)


def _table(grid: Grid) -> str:
    heads = ", ".join(f"[#{string(head)}]" for head in grid.heads)
    rows = ", ".join(f"[{_line(cell, breakable=True)}]" for row in grid.rows for cell in row)
    height = f", rows: (auto, ..range({len(grid.rows)}).map(_ => 20mm))" if grid.blank else ""
    table = f"table(columns: ({', '.join(_widths(grid))}){height}, table.header({heads}), {rows})"
    figure = f"caption: {string(grid.caption)}, numbering: none, kind: table, supplement: none"
    return f"#figure({figure}, text(size: 9pt, {table}))\n"


def _widths(grid: Grid) -> Iterator[str]:
    """Yield the share of each column: by the length of what stands in it, within bounds."""
    for number, head in enumerate(grid.heads):
        cells = [sum(len(run.text) for run in row[number]) for row in grid.rows]
        longest = max([len(head), *(min(cell, 300) for cell in cells)])
        yield f"{max(longest, 45 if grid.blank else 14) ** 0.6:.1f}fr"


def _line(line: Line, *, breakable: bool = False) -> str:
    return "".join(_run(run.text, run.look, breakable) for run in line)


def _run(text: str, look: Look, breakable: bool) -> str:
    if look is Look.BREAK:
        return "#linebreak()"
    if look is Look.SMALL:
        return f"#small({string(text.translate(_BREAKABLE) if breakable else text)})"
    if look is Look.STRONG:
        return f"#strong({string(text)})"
    return f"#source({string(text)})" if look is Look.SOURCE else f"#{string(text)}"


def string(text: str) -> str:
    """Return a text as a string of Typst: nothing in it can end the string or be taken for anything else."""
    signs = (sign if sign.isprintable() or sign == "\u200b" else " " for sign in text)
    return '"' + "".join("\\" + sign if sign in '\\"' else sign for sign in signs) + '"'
