"""The handbook: numbers that stay, figures with their nature, places that are true; as HTML, PDF and DOCX."""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise

import docx as word
import pytest
import uharfbuzz as hb
from hypothesis import given, settings
from syrupy.assertion import SnapshotAssertion

from engine.core.errors import SpeanError
from engine.core.model import Kind, Protocol, Step, Track
from engine.protocol.compile import compile as compile_protocol
from engine.protocol.handbook.book import handbook
from engine.protocol.handbook.html import html
from engine.protocol.handbook.limits import deadlines_of
from engine.protocol.handbook.tree import Article, Chapter, Handbook, Listing, Paragraph, said, words_of
from engine.protocol.handbook.typst import typst
from engine.protocol.outline import Outline, outline
from engine.protocol.prose.figures import nature
from engine.protocol.prose.names import Names
from engine.protocol.prose.numbering import number_articles
from engine.run.printing.fonts import embedded, font_folder
from engine.run.printing.pdf import pdf
from engine.run.printing.word import docx
from engine.run.protocols.files import load, outline_file
from tests.builders.random_protocols import random_protocols
from tests.documents import ROOT, blocks
from tests.planted import FULL, full_sources
from tests.support.glyphs import holds, in_pdf, shaped, unshaped

SHIPPED = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "protocols").glob("*.yaml"))
LANGUAGES = ("en", "km")
#: Words with subscripts, with vowels before, around and above their letter, with marks.
TRICKY = ("ត្រូវ", "ស្ត្រី", "កន្លែង", "ផ្ទៀងផ្ទាត់", "ម៉ោង", "សប្តាហ៍", "ក្រោយពេល", "ជំហាន", "ពេញវ័យ", "ផ្លូវច្បាប់")
_LENGTH = re.compile(r"\b\d+ (?:second|minute|hour|day|week|month|year|working)|the same day")
#: What is quoted, what an article is called, the words of a question, the reason for no limit: texts of the files.
_NAMES = re.compile(
    r"“[^”]*”|\(Article|Article \d+ \((?:[^()]|\([^()]*\))*\)|These questions are asked.*|has no time limit: .*"
)
_PROPOSED = re.compile(r"[Pp]roposed|[Nn]ot yet adopted")


@cache
def shipped(name: str) -> tuple[Protocol, Outline]:
    """Return a shipped protocol with its files."""
    return load(str(ROOT / name))[0], outline_file(str(ROOT / name))


@cache
def book(name: str, language: str = "en") -> Handbook:
    """Return the handbook of a shipped protocol."""
    return handbook(*shipped(name), language)


def of_text(text: str, language: str = "en") -> Handbook:
    """Return the handbook of a protocol written here."""
    compiled = compile_protocol({"p.yaml": text}, "p.yaml")
    assert compiled.protocol is not None, compiled.problems
    return handbook(compiled.protocol, outline({"p.yaml": text}, "p.yaml"), language)


def texts(article: Article) -> Iterator[str]:
    """Yield every line of an article."""
    for section in article.sections:
        for block in section.blocks:
            yield from words_of(block)


def numbered(article: Article) -> list[str]:
    """Return the numbered paragraphs of an article; what is listed below one belongs to it."""
    found: list[str] = []
    for section in article.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph) and block.number:
                found.append(said(block.line))
            else:
                found[-1] += " " + " ".join(words_of(block))
    return found


def steps(protocol: Protocol) -> Iterator[tuple[Track, Step]]:
    """Yield every step with its track."""
    for track in protocol.tracks.values():
        yield from ((track, step) for step in track.steps.values())


@pytest.mark.parametrize("name", SHIPPED)
def test_every_step_and_rule_has_one_article(name: str) -> None:
    """Articles are numbered from 1 without a gap, alike in both languages and in the drawing, as the files go."""
    protocol, _ = shipped(name)
    articles = {language: list(book(name, language).articles()) for language in LANGUAGES}
    assert [one.number for one in articles["en"]] == list(range(1, len(articles["en"]) + 1))
    assert [(one.number, one.id) for one in articles["en"]] == [(one.number, one.id) for one in articles["km"]]
    assert {one.id: one.number for one in articles["en"]} == number_articles(protocol)
    ids = {one.id for one in articles["en"]}
    assert {f"{track.id}.{step.id}" for track, step in steps(protocol)} <= ids
    assert {f"forbidden.{rule}" for rule in protocol.forbidden} <= ids


@pytest.mark.parametrize("name", SHIPPED)
def test_places_are_true(name: str) -> None:
    """The file and line of an article are those in which its key stands."""
    for article in book(name).articles():
        file, _, line = article.place.rpartition(":")
        text = (ROOT / "protocols" / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
        key = article.id.rpartition(".")[2]
        assert re.match(rf"\s*{key}:|.*\bdefaults:", text) or key in {"waits", "no_news"}, article


def test_numbers_do_not_hang_on_texts_or_language() -> None:
    """Titles may change within a version: the numbers of articles and paragraphs stay."""
    protocol, files = shipped("protocols/reintegration.yaml")
    renamed = {
        track.id: replace(track, steps={one.id: replace(one, title={"en": "Other"}) for one in track.steps.values()})
        for track in protocol.tracks.values()
    }
    other = handbook(replace(protocol, tracks=renamed), files, "en")
    for one, two in zip(book("protocols/reintegration.yaml").articles(), other.articles(), strict=True):
        assert (one.number, one.id, len(numbered(one))) == (two.number, two.id, len(numbered(two)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHIPPED)
def test_every_limit_has_its_nature_and_source(name: str, language: str) -> None:
    """Each limit of each step stands in its article, with its nature, its source and its place."""
    protocol, files = shipped(name)
    names = Names(protocol, language, files.answers, files.doubtful)
    found = {article.id: numbered(article) for article in book(name, language).articles()}
    for track, step in steps(protocol):
        paragraphs = found[f"{track.id}.{step.id}"]
        for task, deadline in deadlines_of(step):
            inside = f".tasks.{task.id}" if task is not None else ""
            place = files.place(f"tracks.{track.id}.steps.{step.id}{inside}.deadlines.{deadline.id}")
            id_ = f"{track.id}.{step.id}{inside.replace('.tasks', '')}.{deadline.id}"
            (own,) = [text for text in paragraphs if re.search(rf"{re.escape(id_)} .*\({re.escape(place)}\)", text)]
            assert nature(deadline.limit.basis, names) in own
            if deadline.limit.id in protocol.limits:
                assert f"limits.{deadline.limit.id} ({files.place(f'limits.{deadline.limit.id}')})" in own


@pytest.mark.parametrize("name", SHIPPED)
def test_no_figure_stands_without_its_nature(name: str) -> None:
    """Whatever paragraph or row names a length of time says that it is proposed, or that its law is not adopted.

    The shipped protocols are drafts: no figure in them binds anybody. What a reader is told before a table holds for
    all of it. Figures within titles are names.
    """
    protocol, _ = shipped(name)
    adopted = {one.id for one in protocol.limits.values() if one.basis.status == "adopted"}
    assert not adopted, "adopted figures are law or decided: tell them apart here"
    for chapter in book(name).chapters:
        before = " ".join(
            text for block in chapter.opening for text in words_of(block) if isinstance(block, Paragraph)
        )
        paragraphs = [before, *(text for article in chapter.articles for text in numbered(article))]
        rows = [
            " ".join(said(cell) for cell in row)
            for block in chapter.opening
            if hasattr(block, "rows")
            for row in block.rows
        ]
        for text in (*paragraphs, *rows):
            own = _NAMES.sub("", text)
            assert not _LENGTH.search(own) or _PROPOSED.search(f"{before} {text}"), text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_proposed_reads_as_law(name: str, language: str) -> None:
    """In a draft nothing claims to be law: neither a figure nor a rule, in either language."""
    claims = {"en": re.compile(r"\bLaw; adopted by\b"), "km": re.compile("ច្បាប់ អនុម័តដោយ ")}[language]
    made = book(name, language)
    lines = [text for article in made.articles() for text in texts(article)]
    lines += [text for chapter in made.chapters for block in chapter.opening for text in words_of(block)]
    assert [text for text in lines if claims.search(text)] == []
    assert made.draft
    assert made.status.startswith({"en": "DRAFT", "km": "សេចក្តីព្រាង"}[language])


ADOPTED = """spean: 1
protocol: p
version: 1
title: Adopted
status: adopted
adopted_by: National Assembly
adopted_on: 2027-01-31
commencement: {in_force: 2027-03-01}
roles: {r: {title: R, ministry: one}, s: {title: S, outside_state: yes, always_reached: yes}}
defaults: {done_by: r}
limits:
  in_law:
    {limit: 48 hours, kind: law, source: code art. 96, status: adopted, adopted_by: Ministry, adopted_on: 2027-01-31}
  read: {limit: 24 hours, kind: law, source: code art. 97}
escalations: {own: [{at: the limit, to: r}, {at: 1 day after the limit, to: s, as: escalation}]}
tracks:
  main:
    title: Main
    first_step: a
    steps:
      a:
        title: First
        deadlines: {one: {limit: in_law, escalation: own}, two: {limit: read, escalation: own}}
        actions: {on: {goes_to: z}}
      z: {title: End, final: closed}
forbidden:
  never_so: {never: main is at z and at least 3 days have passed since day, alarm: r, kind: law, source: code art. 98}
fields: {day: {label: Day, type: date}}
"""


def test_adopted_law_is_told_apart_from_law_that_was_only_read() -> None:
    """What its authority has adopted reads as law, with whom and when; what is only read does not, beside it."""
    made = of_text(ADOPTED)
    assert not made.draft
    assert made.status == "Adopted by National Assembly on 31 January 2027."
    first = next(made.articles())
    one, two = (next(text for text in numbered(first) if f"limits.{name} " in text) for name in ("in_law", "read"))
    assert "Law; adopted by Ministry on 31 January 2027. Legal text: code art. 96." in one
    assert "Legal text as read in: code art. 97. Not yet adopted: do not treat it as law." in two
    rule = next(article for article in made.articles() if article.id == "forbidden.never_so")
    assert "Law; adopted by National Assembly on 31 January 2027. Legal text: code art. 98." in " ".join(texts(rule))
    draft = of_text(re.sub(r"status: adopted\nadopted_by.*\nadopted_on.*\n", "", ADOPTED))
    rule = next(article for article in draft.articles() if article.id == "forbidden.never_so")
    assert "Not yet adopted: do not treat it as law." in " ".join(texts(rule))
    assert draft.draft


def test_an_adopted_protocol_with_a_part_that_is_not_is_not_in_force() -> None:
    """The first page says so, and names the part and its authority."""
    part = "spean: 1\ntitle: Care\nauthority: Ministry of Health\nroles: {q: {title: Q}}\n"
    sources = {"p.yaml": ADOPTED.replace("roles:", "include: shared/care.yaml\nroles:", 1), "shared/care.yaml": part}
    protocol = compile_protocol(sources, "p.yaml").protocol
    assert protocol is not None
    made = handbook(protocol, outline(sources, "p.yaml"), "en")
    assert made.draft
    assert made.status.startswith("NOT YET IN FORCE. Adopted by National Assembly on 31 January 2027")
    front = [text for block in made.front for text in words_of(block)]
    assert {"Care", "shared/care.yaml", "Ministry of Health", "draft, not adopted"} <= set(front)
    (signing,) = [chapter for chapter in made.chapters if chapter.id == "signatures"]
    signed = [text for block in signing.opening for text in words_of(block)]
    assert {"Ministry of Health", "whoever adopts the protocol"} <= set(signed)


def test_sentences_of_a_whole_step() -> None:
    """Conditions, approvals, exceptions, what is set, closed and asked for: all of it is said."""
    made = handbook(compiled_full(), outline(full_sources(), FULL), "en")
    lines = " ".join(text for article in made.articles() for text in texts(article))
    for piece in (
        "It may be taken by",
        "Required:",
        "Only if",
        "another person, must approve.",
        "Lawful exception,",
        "It records that",
        "It closes",
        "It asks that the protocol",
        "happens by itself as soon as",
        "Aim for",
        "If it is missed,",
        "may add",
        "leads back to the step before",
        "the case stays",
        "It counts from",
        "It is met when",
        "A hold stops it.",
        "A hold does not stop it.",
        "This step has no time limit:",
    ):
        assert piece in lines, piece
    assert "{" not in lines


def compiled_full() -> Protocol:
    """Return the protocol that has every key of the language."""
    protocol = compile_protocol(full_sources(), FULL).protocol
    assert protocol is not None
    return protocol


def test_small_protocol(snapshot: SnapshotAssertion) -> None:
    """A small protocol as a whole, in both languages: read it before it is renewed."""
    (block,) = blocks("docs/language.md", "yaml protocol")
    assert "\n".join(as_text(of_text(block.text, "en"))) == snapshot(name="en")
    assert "\n".join(as_text(of_text(block.text, "km"))) == snapshot(name="km")


def as_text(made: Handbook) -> Iterator[str]:
    """Yield a handbook as lines."""
    yield from (made.kind, made.title, made.version, made.status)
    for block in (*made.front, *made.reading.blocks):
        yield from words_of(block)
    for chapter in made.chapters:
        yield f"# {chapter.label}. {chapter.title}"
        for block in chapter.opening:
            yield from words_of(block)
        for article in chapter.articles:
            yield f"## {article.label}. {article.title} [{article.id} {article.place}]"
            for section in article.sections:
                yield f"### {section.title}"
                for block in section.blocks:
                    number = f"{block.number} " if isinstance(block, Paragraph) else "- "
                    yield from (number + text for text in words_of(block))


@settings(max_examples=10)
@given(protocol=random_protocols())
def test_any_protocol_has_a_handbook(protocol: Protocol) -> None:
    """Whatever the compiler lets through can be written, in both languages, as HTML and as the text of a PDF."""
    files = outline(full_sources(), FULL)
    for language in LANGUAGES:
        made = handbook(protocol, files, language)
        assert html(made, lambda _texts, _bold: b"")
        assert typst(made)


class Page(HTMLParser):
    """Reads a page as a browser would: tags in order, with what they hold."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "!doctype"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["protocols/reintegration.yaml", "protocols/rescue.yaml"])
def test_page_is_accessible(name: str, language: str) -> None:
    """Headings step by step, links that lead somewhere, heads of tables, languages of words, a way to skip."""
    text = html(book(name, language), embedded)
    page = Page(text)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(two <= one + 1 for one, two in pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {str(attributes["href"])[1:] for tag, attributes in page.tags if tag == "a"} <= set(ids)
    assert next(attributes for tag, attributes in page.tags if tag == "html")["lang"] == language
    assert all(attributes.get("scope") == "col" for tag, attributes in page.tags if tag == "th")
    assert [tag for tag, _ in page.tags if tag == "table"]
    assert len([tag for tag, _ in page.tags if tag == "caption"]) == len(
        [tag for tag, _ in page.tags if tag == "table"]
    )
    assert all(attributes.get("lang") == "en" for tag, attributes in page.tags if attributes.get("class") == "source")
    assert next(attributes for tag, attributes in page.tags if tag == "a")["class"] == "skip"
    assert len([tag for tag, _ in page.tags if tag == "article"]) == len(list(book(name, language).articles()))
    assert not re.search(r"https?://|<script|<link|@import", text)


def test_titles_are_only_text() -> None:
    """What looks like markup of any of the forms is shown as it is, and ends nothing."""
    odd = '</p><script>alert(1)</script> & "q" \\ #panic() $x$ *b* _i_ [x] @ref'
    quoted = "'" + odd.replace("'", "''") + "'"
    made = of_text(
        ADOPTED.replace("title: First", f"title: {quoted}").replace("source: code art. 97", f"source: {quoted}")
    )
    page = Page(html(made, embedded))
    assert [tag for tag, _ in page.tags if tag == "script"] == []
    assert odd in " ".join(page.words)
    assert pdf(made).startswith(b"%PDF")
    opened = word.Document(BytesIO(docx(made)))
    assert odd in "\n".join(paragraph.text for paragraph in opened.paragraphs)


def faces(text: str) -> list[hb.Font]:
    """Return the fonts that are embedded in a page or drawing: plain, then bold."""
    found = re.findall(r"font/ttf;base64,([A-Za-z0-9+/=]+)\)", text)
    return [hb.Font(hb.Face(base64.b64decode(one))) for one in found]


def whole(bold: bool) -> hb.Font:
    """Return the font as it is shipped."""
    name = "NotoSansKhmer-Bold.ttf" if bold else "NotoSansKhmer-Regular.ttf"
    return hb.Font(hb.Face((font_folder() / name).read_bytes()))


def khmer_words(protocol: Protocol) -> list[str]:
    """Return the Khmer titles of the steps of a protocol."""
    found = [step.title.get("km", "") for _, step in steps(protocol)]
    return [one for one in found if re.fullmatch(r"[\u1780-\u17d3 ]+", one)]


def tricky_book() -> Handbook:
    """Return a handbook whose chapter is called by words that are hard to shape."""
    made = of_text(ADOPTED, "km")
    first, *others = made.chapters
    named = [replace(first, title=one, id=f"x{place}", articles=()) for place, one in enumerate(TRICKY)]
    return replace(made, chapters=(*named, first, *others))


def test_the_font_of_the_page_shapes_khmer_as_the_whole_font_does() -> None:
    """Subscripts and reordered vowels come out of the embedded fonts as of the shipped ones."""
    text = html(tricky_book(), embedded)
    for font, bold in zip(faces(text), (False, True), strict=True):
        for one in TRICKY:
            assert shaped(font, one) == shaped(whole(bold), one)
            assert shaped(whole(bold), one) != unshaped(whole(bold), one), one


def test_khmer_is_shaped_in_the_pdf() -> None:
    """The glyphs on the pages of the PDF are those that HarfBuzz would draw, not letter by letter."""
    pages = list(in_pdf(pdf(tricky_book())))
    drawn = [glyph for page in pages for glyph in page]
    for one in TRICKY:
        assert holds(drawn, shaped(whole(bold=True), one)), one
        assert not holds(drawn, unshaped(whole(bold=True), one)), one


def test_khmer_of_a_shipped_protocol_is_shaped_in_its_pdf() -> None:
    """Titles of articles of a shipped protocol stand in its PDF as HarfBuzz shapes them, word by word."""
    protocol, _ = shipped("protocols/community_work.yaml")
    made = book("protocols/community_work.yaml", "km")
    drawn = [glyph for page in in_pdf(pdf(made)) for glyph in page]
    titles = [part for one in khmer_words(protocol) for part in one.split()]
    assert titles
    assert [one for one in titles if not holds(drawn, shaped(whole(bold=True), one))] == []


def test_pdf_is_tagged_and_the_same_every_time() -> None:
    """A screen reader finds the structure, a reader the language, and two runs give the same bytes."""
    made = tricky_book()
    content = pdf(made)
    assert content == pdf(made)
    assert b"/StructTreeRoot" in content
    assert b"/Lang(km" in content
    assert b"/Outlines" in content


def test_word_file_holds_the_articles() -> None:
    """The file opens; its headings are the articles; Khmer runs are told to be of a complex script."""
    made = tricky_book()
    content = docx(made)
    assert content == docx(made)
    document = word.Document(BytesIO(content))
    heads = [one.text for one in document.paragraphs if one.style is not None and one.style.name == "Heading 2"]
    assert heads == [f"{one.label}. {one.title}" for one in made.articles()]
    assert len(document.tables) >= 4
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert {value for key, value in fonts.attrib.items() if key.endswith(("}cs", "}ascii"))} == {"Noto Sans Khmer"}
    runs = [run for one in document.paragraphs for run in one.runs if re.search("[\u1780-\u17ff]", run.text)]
    assert runs
    assert [run.text for run in runs if not run.font.complex_script] == []


@pytest.mark.parametrize(("form", "part"), [(pdf, "typst"), (docx, "docx")])
def test_a_part_that_is_not_installed_is_named(form: object, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra parts one sentence says what to install."""
    monkeypatch.setitem(sys.modules, part, None)
    with pytest.raises(SpeanError, match=r'pip install "spean\[handbook\]"'):
        form(of_text(ADOPTED))  # type: ignore[operator]


def test_chapters_come_in_order() -> None:
    """Lanes first, then what holds for all of them, what must never happen, the tables, the page for signing."""
    made = book("protocols/rescue.yaml")
    ids = [chapter.id for chapter in made.chapters]
    lanes = list(shipped("protocols/rescue.yaml")[0].tracks)
    assert ids == [*lanes, "defaults", "forbidden", "consents", "limits", "escalations", "roles", "signatures"]
    assert all(isinstance(one, Chapter) for one in made.chapters)
    assert isinstance(made.reading.blocks[0], Listing)


def test_one_lane_alone() -> None:
    """A lane alone keeps its numbers; tables hold what it needs; its own authority signs."""
    protocol, files = shipped("protocols/rescue.yaml")
    whole_numbers = {one.id: one.number for one in book("protocols/rescue.yaml").articles()}
    made = handbook(protocol, files, "en", "medical")
    found = {one.id: one.number for one in made.articles()}
    assert {id_ for id_ in found if id_.partition(".")[0] in protocol.tracks} == {
        id_ for id_ in whole_numbers if id_.startswith("medical.")
    }
    assert all(whole_numbers[id_] == number for id_, number in found.items())
    chapters = {chapter.id: chapter for chapter in made.chapters}
    limits = [text for block in chapters["limits"].opening for text in words_of(block)]
    assert not any(text.startswith("triage_of_report ") for text in limits)
    used = {one.limit.id for step in protocol.tracks["medical"].steps.values() for _, one in deadlines_of(step)}
    assert all(any(text.startswith(f"{one} ") for text in limits) for one in used & set(protocol.limits))
    signed = [text for block in chapters["signatures"].opening for text in words_of(block)]
    assert any("Ministry of Health" in text for text in signed)
    assert not any("whoever adopts the protocol" in text for text in signed)
    assert html(made, embedded)


def test_articles_are_linked() -> None:
    """Where a paragraph names an article, the page leads there, in both languages; titles are no links."""
    for language, label in (("en", "Article 2"), ("km", "មាត្រា ២")):
        text = html(of_text(ADOPTED, language), embedded)
        assert f'<a href="#a-main.z">{label}</a> (' in text
        assert f'<h3 id="a-main.z">{label}. ' in text


def test_law_kinds_are_tried() -> None:
    """The shipped limits hold legal texts that are not adopted: the tests above have something to find."""
    kinds = {one.basis.kind for name in SHIPPED for one in shipped(name)[0].limits.values()}
    assert {Kind.LAW, Kind.DEFAULT, Kind.CLINICAL} <= kinds
