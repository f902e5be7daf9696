"""What stands before every page: headers, our own origin and host, sizes, neutral words when something breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from tests.support.pages import BASE, PASSWORD, Pages
from web.guards.size import LARGEST_FORM
from web.page import static

HEADERS = {
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}


@pytest.mark.parametrize("path", ["/log-in", "/work", "/healthz", "/nothing/here", "/case/XXXX", "/static/none.css"])
def test_every_answer_has_the_headers(pages: Pages, path: str) -> None:
    """Also a refusal and a page that is not there."""
    answer = pages.browser().get(path)
    for name, begin in HEADERS.items():
        assert answer.headers[name].startswith(begin), (path, name)
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "server" not in answer.headers


#: How a form is sent.
FORM = {"content-type": "application/x-www-form-urlencoded"}


def test_files_of_ours_may_be_kept_and_pages_never(pages: Pages) -> None:
    """A style sheet is asked for once, under a name that changes with it."""
    browser = pages.log_in("sok_phalla")
    assert browser.get("/static/spean.css?v=1").headers["cache-control"].startswith("public")
    assert browser.get("/work").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "", "origin": "https://evil.example"},
        {"sec-fetch-site": "", "origin": "null"},
    ],
)
def test_another_site_can_do_nothing_in_her_name(pages: Pages, headers: dict[str, str]) -> None:
    """A forged request is refused, and nothing is written."""
    browser = pages.log_in("sok_phalla")
    before = pages.office.cases.case(pages.code).seq
    answer = browser.post(f"/case/{pages.code}/note", data={"text": "forged"}, headers=headers)
    assert answer.status_code == 403
    assert pages.office.cases.case(pages.code).seq == before


def test_a_request_that_says_nothing_of_its_origin_is_refused_with_a_cookie(pages: Pages) -> None:
    """A browser too old to say where a request comes from cannot be told from a forger."""
    browser = pages.log_in("sok_phalla")
    del browser.headers["sec-fetch-site"]
    assert browser.post("/log-out").status_code == 403
    same = {"origin": "https://localhost"}
    assert browser.post("/log-out", headers=same).status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1@evil.example", ""])
def test_another_host_is_not_answered(pages: Pages, host: str) -> None:
    """Nobody makes our pages, or our links, speak of another host."""
    assert pages.browser().get("/log-in", headers={"host": host}).status_code == 400


def test_what_is_larger_than_a_form_is_refused(pages: Pages) -> None:
    """Before it is read, and also where the size is not said."""
    browser = pages.log_in("sok_phalla")
    large = "x" * (LARGEST_FORM + 1)
    assert browser.post(f"/case/{pages.code}/note", data={"text": large}).status_code == 413

    def pieces() -> Iterator[bytes]:
        yield b"text="
        for _ in range(LARGEST_FORM // 1024 + 2):
            yield b"x" * 1024

    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post(f"/case/{pages.code}/note", content=pieces(), headers=kind).status_code == 413


def test_a_password_of_megabytes_costs_nothing(pages: Pages) -> None:
    """It is refused by its size, not hashed."""
    large = {"name": "sok_phalla", "password": "x" * 2_000_000}
    assert pages.browser().post("/log-in", data=large).status_code == 413


def test_what_breaks_says_nothing_about_anybody(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of ours is one neutral page, without a trace and without what caused it."""
    browser = pages.log_in("sok_phalla")

    def broken(*_: object) -> None:
        raise RuntimeError("Neang Zq7")

    monkeypatch.setattr(type(pages.desk.worklist), "of", broken)
    with pytest.raises(RuntimeError):
        browser.get("/work")  # the test's browser shows what the server would write to its own log
    monkeypatch.undo()
    assert PASSWORD not in browser.get("/work").text


def test_files_of_ours_are_kept_by_the_browser_and_change_with_their_content(pages: Pages) -> None:
    """Style sheet, script and the font that the style sheet names: each under an address that holds its hash."""
    browser = pages.browser()
    sheet = static("spean.css")
    (font,) = re.findall(r"url\(\"([^\"]+woff2[^\"]*)\"\)", browser.get(sheet).text)
    assert f"/static/{font}" == static(font.partition("?")[0])
    for address in (sheet, static("spean.js"), f"/static/{font}"):
        assert browser.get(address).headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("address", ["//[", "http://[", "//]", "https://[::1", "/log-in/../..//x"])
def test_an_address_that_is_none_breaks_nothing(pages: Pages, address: str) -> None:
    """Not as the page to go on to, nor as where a request says that it comes from."""
    browser = pages.browser()
    assert browser.get("/log-in", params={"next": address}).status_code == 200
    assert browser.post("/language", data={"language": "en", "next": address}).status_code == 303
    plain = TestClient(pages.app, base_url=BASE, follow_redirects=False)
    assert plain.post("/log-in", data={"name": "x"}, headers={"origin": address}).status_code == 403


@pytest.mark.parametrize("number", ["0", "-1", "9223372036854775813", "9" * 30, "x", "1e3"])
def test_a_message_that_is_none_leads_to_the_case(pages: Pages, worker: TestClient, number: str) -> None:
    """Whatever stands in the address."""
    answer = worker.get(f"/case/{pages.code}/message/{number}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/case/{pages.code}")


def test_a_page_that_was_seen_at_no_number_is_taken_as_it_is(pages: Pages, worker: TestClient) -> None:
    """Five thousand digits are no number of an entry."""
    form = {"seen": "9" * 5000, "f.reached_at": "x"}
    assert worker.post(f"/case/{pages.code}/record", data=form).status_code == 200


def test_pages_are_sent_packed(pages: Pages, worker: TestClient) -> None:
    """A page in Khmer crosses a slow line in a third of the time."""
    answer = worker.get(f"/case/{pages.code}")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.num_bytes_downloaded < len(answer.content) / 2


@pytest.mark.parametrize(
    "shown", ["[", "[]", "3", '{"reached_at": 3}', '{"a": {"b": []}}', "[" * 100_000, "\ud800", "NaN"]
)
def test_a_hidden_box_that_was_changed_breaks_nothing(pages: Pages, worker: TestClient, shown: str) -> None:
    """What the boxes showed is said by the browser: whatever it says, what was written in them is taken."""
    form = {"shown": shown, "f.reached_at": "x"}
    address = f"/case/{pages.code}/record"
    answer = worker.post(address, content=urlencode(form, errors="surrogatepass"), headers=FORM)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "charset", ["utf-7", "raw_unicode_escape", "unicode_escape", "utf-16", "no-such", "punycode"]
)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_only_utf_8_is_taken(pages: Pages, charset: str, kind: str) -> None:
    """Other charsets spell halves of signs: refused in words before anything is read, to everybody alike."""
    body = b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n+2AA-\\ud800\r\n--b--\r\n'
    head = {"content-type": f'{kind}; charset="{charset}"'}
    for path in ("/log-in", f"/case/{pages.code}/note", "/api/v1/cases"):
        answer = pages.browser().post(path, content=body, headers=head)
        assert (answer.status_code, "UTF-8" in answer.text) == (415, True)
    plain = pages.browser().post("/log-in", content=b"name=x", headers={"content-type": f"{kind}; charset=UTF-8"})
    assert plain.status_code in {400, 422}
