"""Documents: what is taken, how it lies in the database, who reads it, and that it goes with the person."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from engine.core.case.commands import Actor, Erase
from engine.run.ticks.erasing import finish_erasures
from engine.store.sql.erasures import SqlErasures
from tests.support.pages import Pages

PDF = b"%PDF-1.7\n" + b"a letter about her, for the court " * 40
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


def attach(browser: TestClient, pages: Pages, content: bytes, name: str = "neang_sophea_letter.pdf") -> int:
    """Attach a file as the answer to the question for a letter; return the status."""
    files = {"file": (name, content, "application/pdf")}
    address = f"/case/{pages.code}/documents"
    return browser.post(address, data={"field": "care/letter"}, files=files).status_code


def link(browser: TestClient, pages: Pages) -> str:
    """Return the address of the one document on the page."""
    text = browser.get(f"/case/{pages.code}/documents").text
    found = re.search(rf'href="(/case/{pages.code}/documents/[0-9a-f]+)"', text)
    assert found is not None
    return found.group(1)


def test_a_document_is_kept_sealed_and_read_under_a_neutral_name(pages: Pages, worker: TestClient) -> None:
    """Its content and the name of the file stand nowhere in the open; it comes back byte for byte, to be saved."""
    assert attach(worker, pages, PDF) == 303
    answer = worker.get(link(worker, pages))
    assert answer.content == PDF
    assert answer.headers["content-disposition"] == f'attachment; filename="{pages.code}.pdf"'
    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.headers["cache-control"] == "no-store"
    raw = b"".join(path.read_bytes() for path in (pages.office.settings.folder / "data").iterdir())
    assert b"for the court" not in raw
    assert b"sophea" not in raw


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00",
        b"PK\x03\x04",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a<script>alert(1)</script>",
        PNG + b"<script>alert(1)</script>",
        PDF + b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
        b"%PDF-1.7" + bytes(10 * 1024 * 1024),
    ],
    ids=[
        "nothing",
        "program",
        "archive",
        "drawing",
        "other picture",
        "picture and page",
        "pdf that runs",
        "too large",
    ],
)
def test_what_runs_or_is_no_document_is_refused(pages: Pages, worker: TestClient, content: bytes) -> None:
    """Whatever its name says; nothing is kept and nothing is recorded."""
    before = pages.office.cases.case(pages.code).seq
    assert attach(worker, pages, content, "letter.pdf") in {413, 422}
    assert pages.office.cases.case(pages.code).seq == before


def test_a_name_that_leads_elsewhere_leads_nowhere(pages: Pages, worker: TestClient) -> None:
    """The name of a file is not even looked at."""
    assert attach(worker, pages, PNG, "../../../../etc/passwd.png") == 303
    assert worker.get(link(worker, pages)).headers["content-disposition"].endswith('.png"')


def test_what_is_refused_leaves_no_document_behind(pages: Pages, worker: TestClient) -> None:
    """A question that there is not: the answer is refused, and nothing is kept."""
    address = f"/case/{pages.code}/documents"
    sent = worker.post(address, data={"field": "care/nothing"}, files={"file": ("a.pdf", PDF, "application/pdf")})
    assert sent.status_code == 409
    with pages.office.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM documents").scalar() == 0


def test_nobody_else_reads_it(pages: Pages, worker: TestClient) -> None:
    """Not a stranger, not with a guessed address."""
    attach(worker, pages, PDF)
    address = link(worker, pages)
    assert pages.log_in("kim_bunna").get(address).status_code == 404
    guessed = address[:-1] + ("0" if address[-1] != "0" else "1")
    assert worker.get(guessed).status_code == 404


def test_it_is_gone_with_the_person(pages: Pages, worker: TestClient) -> None:
    """After the erasure nothing of it is in the database, and its address leads nowhere."""
    attach(worker, pages, PDF)
    address = link(worker, pages)
    pages.desk.casework.do("kong_vibol", pages.code, Erase(actor=Actor(), reason="she asked for it"))
    finish_erasures(SqlErasures(pages.office.database), pages.office.keyring, pages.office.time.now())
    assert worker.get(address).status_code == 404
    with pages.office.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM documents").scalar() == 0


def test_every_reading_of_a_document_is_logged(pages: Pages, worker: TestClient) -> None:
    """Before it leaves."""
    attach(worker, pages, PDF)
    worker.get(link(worker, pages))
    log = pages.office.access.of_day(pages.office.time.now().date())
    assert sum(one.what == "document" and one.by == "sok_phalla" for one in log) == 2
