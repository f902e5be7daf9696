"""The summary as a PDF: what the page shows and nothing more, the code outside, and a name that tells nothing."""

from __future__ import annotations

import re
import sys
from html import unescape
from io import BytesIO

import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient

from engine.run.cases.casework import Opening
from engine.run.printing.paper import Paper, Section, paper_pdf
from engine.run.printing.pdf import PrintingError
from tests.integration.web.test_pages import english
from tests.support.pages import Pages


def read(browser: TestClient, pages: Pages) -> PdfReader:
    """Return the PDF that somebody gets."""
    answer = browser.get(f"/case/{pages.code}/print/summary.pdf")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="summary.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    return PdfReader(BytesIO(answer.content))


def text_of(reader: PdfReader) -> str:
    """Return all of its text without spaces: where a line breaks is the printer's business."""
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in reader.pages))


def test_the_pdf_says_what_the_page_says(pages: Pages, worker: TestClient) -> None:
    """Every line of the page for the printer stands in it, and the code on each of its pages."""
    shown = english(worker).get(f"/case/{pages.code}/print/summary").text
    made = read(worker, pages)
    found = text_of(made)
    main = shown[shown.index('<div class="paper">') : shown.index("</main>")]
    lines = [unescape(one) for one in re.findall(r"<(?:dd|dt|h1|h2)>([^<]+)</", main)]
    assert len(lines) > 5
    assert [one for one in lines if re.sub(r"\s+", "", one) not in found] == []
    assert all(pages.code in page.extract_text() for page in made.pages)


@pytest.mark.parametrize("language", ["en", "km"])
def test_signs_that_the_font_lacks_are_marked_and_said(pages: Pages, worker: TestClient, language: str) -> None:
    """Thai, Chinese, an arrow, a smile: the paper is made, shows where something is missing and where it stands."""
    name = "Neang ไทย 漢字 → 😀 Nguyễn"
    pages.code = pages.desk.casework.open("sok_phalla", Opening("care", {"who": name})).id
    worker.post("/language", data={"language": language, "next": "/work"})
    found = text_of(read(worker, pages))
    assert "[?][?][?][?]" in found
    assert "[?]n" not in found  # Vietnamese is made of signs and marks that are there
    assert ("standsforsigns" in found) is (language == "en")


def test_what_the_printer_says_shows_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the setting quotes the text; ours says what to do and nothing else, with no cause behind it."""
    monkeypatch.setattr("engine.run.printing.pdf.covered", lambda text: text)
    with pytest.raises(PrintingError) as error:
        paper_pdf(Paper("Summary", "K7Q2-9M4X-3", "2026-03-06", "en", [Section("s", [("who", "Srey ไทย")])]))
    assert "Srey" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


def test_its_properties_tell_nothing(pages: Pages, worker: TestClient) -> None:
    """Neither the code nor who wrote it; the title is that of every summary."""
    info = read(english(worker), pages).metadata
    assert info is not None
    assert info.title == "Summary"
    assert info.author is None
    assert pages.code not in str(dict(info))


def test_khmer_is_set_in_the_shipped_font(pages: Pages, worker: TestClient) -> None:
    """It is told to be Khmer, and no other font stands in for a sign that is missing."""
    made = read(worker, pages)
    assert str(made.root_object["/Lang"]) == "km"
    fonts = [page["/Resources"]["/Font"] for page in made.pages]  # type: ignore[index]
    names = {str(one["/BaseFont"]) for each in fonts for one in each.values()}
    assert {one.partition("+")[2].partition("-")[0] for one in names} == {"NotoSansKhmer"}


def test_a_stranger_gets_none(pages: Pages) -> None:
    """It is not there, like the case."""
    assert pages.log_in("kim_bunna").get(f"/case/{pages.code}/print/summary.pdf").status_code == 404


def test_a_machine_without_the_part_says_so(
    pages: Pages, worker: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence that says what to do."""
    monkeypatch.setitem(sys.modules, "typst", None)
    answer = english(worker).get(f"/case/{pages.code}/print/summary.pdf")
    assert (answer.status_code, answer.text) == (
        501,
        "PDF cannot be written on this machine; print the page from the browser.",
    )


def test_her_own_copy_holds_her_plan_and_her_agreements(pages: Pages, worker: TestClient) -> None:
    """Dated, with what she agreed to and where it goes on; no name of hers, and no hidden lane."""
    worker.post(f"/case/{pages.code}/consents/exam", data={"given": "yes", "key": "c"})
    text = english(worker).get(f"/case/{pages.code}/print/consents").text
    main = text[text.index('<div class="paper">') : text.index("</main>")]
    assert "What we plan with you" in main
    assert "<strong>Care</strong>: Plan" in main
    assert "<strong>An examination</strong>: yes" in main
    assert "7 March 2026" in main
    assert "Neang" not in main
