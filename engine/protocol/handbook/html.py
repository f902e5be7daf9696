"""A handbook as one page for any browser: nothing from elsewhere, for narrow screens, screen readers and paper."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape

from engine.protocol.handbook.style import STYLE
from engine.protocol.handbook.tree import (
    Article,
    Block,
    Chapter,
    Grid,
    Handbook,
    Line,
    Listing,
    Look,
    Paragraph,
    Section,
)

#: Gives a font that holds what the texts need, bold or not.
Fonts = Callable[[Iterable[str], bool], bytes]
_LABEL = re.compile(r"(?:Article|មាត្រា) [0-9០-៩]+")
_SKIP = {"en": "Skip to the articles", "km": "រំលងទៅមាត្រា"}  # km: for review


def html(book: Handbook, fonts: Fonts) -> str:
    """Return the page."""
    body = _linked("\n".join(_body(book)), {article.label: _anchor(article.id) for article in book.articles()})
    return f"""<!doctype html>
<html lang="{book.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(book.title)} - {escape(book.version)}</title>
<style>{_faces(body, fonts)}{STYLE}</style>
</head>
<body>
{body}
</body>
</html>
"""


def _faces(text: str, fonts: Fonts) -> str:
    """Return the fonts, with no more signs than stand on the page: it looks alike wherever it is opened."""
    signs = ["".join(sorted(set(text)))]
    faces = ((weight, b64encode(fonts(signs, weight == 700)).decode()) for weight in (400, 700))
    return "".join(
        f'@font-face{{font-family:"Spean";font-weight:{weight};src:url(data:font/ttf;base64,{data})}}\n'
        for weight, data in faces
    )


def _body(book: Handbook) -> Iterator[str]:
    yield f'<a class="skip" href="#articles">{_SKIP[book.language]}</a>'
    yield '<header class="front">'
    yield f'<p class="kind">{escape(book.kind)}</p>'
    yield f"<h1>{escape(book.title)}</h1>"
    yield f'<p class="version">{escape(book.version)}</p>'
    yield f'<p class="status{" draft" if book.draft else ""}">{escape(book.status)}</p>'
    yield from map(_block, book.front)
    yield "</header>"
    yield f'<section class="reading" aria-labelledby="reading"><h2 id="reading">{escape(book.reading.title)}</h2>'
    yield from map(_block, book.reading.blocks)
    yield "</section>"
    yield f'<nav aria-labelledby="contents"><h2 id="contents">{escape(book.contents)}</h2><ol class="contents">'
    for chapter in book.chapters:
        yield from _entry(chapter)
    yield "</ol></nav>"
    yield '<main id="articles">'
    for chapter in book.chapters:
        yield from _chapter(chapter)
    yield "</main>"


def _entry(chapter: Chapter) -> Iterator[str]:
    yield f'<li><a href="#{_anchor(chapter.id)}">{escape(_head(chapter))}</a>'
    if chapter.articles:
        yield "<ol>"
        for article in chapter.articles:
            yield f'<li><a href="#{_anchor(article.id)}">{escape(f"{article.label}. {article.title}")}</a></li>'
        yield "</ol>"
    yield "</li>"


def _head(chapter: Chapter) -> str:
    return f"{chapter.label}. {chapter.title}" if chapter.label else chapter.title


def _chapter(chapter: Chapter) -> Iterator[str]:
    name = _anchor(chapter.id)
    yield f'<section class="chapter" aria-labelledby="{name}"><h2 id="{name}">{escape(_head(chapter))}</h2>'
    yield from map(_block, chapter.opening)
    for article in chapter.articles:
        yield from _article(article)
    yield "</section>"


def _article(article: Article) -> Iterator[str]:
    name = _anchor(article.id)
    yield f'<article aria-labelledby="{name}"><h3 id="{name}">{escape(f"{article.label}. {article.title}")}</h3>'
    refs = f" [{', '.join(article.refs)}]" if article.refs else ""
    yield f'<p class="where" lang="en"><code>{escape(article.id)}</code> {escape(article.place + refs)}</p>'
    for section in article.sections:
        yield from _section(section)
    yield "</article>"


def _section(section: Section) -> Iterator[str]:
    if section.title:
        yield f"<h4>{escape(section.title)}</h4>"
    yield from map(_block, section.blocks)


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        if not block.number:
            return f"<p>{_line(block.line)}</p>"
        number = f'<span class="number">{escape(block.number)}</span>'
        return f'<p class="numbered">{number} {_line(block.line)}</p>'
    if isinstance(block, Listing):
        return f"<ul>{''.join(f'<li>{_line(item)}</li>' for item in block.items)}</ul>"
    return _table(block)


def _table(grid: Grid) -> str:
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in grid.heads)
    rows = "".join(_row(row, grid) for row in grid.rows)
    head = f"<caption>{escape(grid.caption)}</caption><thead><tr>{heads}</tr></thead>"
    return f"<table{' class=blank' if grid.blank else ''}>{head}<tbody>{rows}</tbody></table>"


def _row(row: tuple[Line, ...], grid: Grid) -> str:
    return f"<tr>{''.join(_cell(cell, head) for cell, head in zip(row, grid.heads, strict=True))}</tr>"


def _cell(line: Line, head: str) -> str:
    """Return a cell; on a narrow page it stands below its head, which it therefore carries along."""
    return f'<td data-head="{escape(head)}">{_line(line)}</td>'


def _line(line: Line) -> str:
    return "".join(_run(run.text, run.look) for run in line)


def _run(text: str, look: Look) -> str:
    said = escape(text)
    if look is Look.BREAK:
        return "<br>"
    if look is Look.STRONG:
        return f"<strong>{said}</strong>"
    if look is Look.SMALL:
        return f'<code lang="en">{said}</code>'
    return f'<span class="source" lang="en">{said}</span>' if look is Look.SOURCE else said


def _linked(body: str, anchors: Mapping[str, str]) -> str:
    """Return the page with a link wherever a paragraph names an article; titles and links are left alone."""
    lines = body.split("\n")
    return "\n".join(
        _LABEL.sub(lambda found: _link(found[0], anchors), line) if line.startswith(("<p", "<ul")) else line
        for line in lines
    )


def _link(label: str, anchors: Mapping[str, str]) -> str:
    return f'<a href="#{anchors[label]}">{label}</a>' if label in anchors else label


def _anchor(id_: str) -> str:
    return f"a-{id_}"
