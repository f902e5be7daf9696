"""Nothing that anybody types or sends breaks the pages: 515 hostile strings everywhere, and generated requests.

An answer is a page or a refusal, never an error of ours (a status of 500 or more), and what was typed never comes
back as markup.
"""

from __future__ import annotations

import json
import re
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from starlette.testclient import TestClient

from engine.run.accounts.keys import WRITE
from tests.integration.web.test_access import MATRIX
from tests.support.pages import BASE, Pages
from web.api.app import create_api
from web.desk import Desk
from web.guards.pace import MINUTE, Pace

#: Every box of every form.
BOXES = (
    *(
        "name",
        "password",
        "next",
        "code",
        "language",
        "text",
        "reason",
        "agrees",
        "outcome",
        "note",
        "given",
        "clock",
    ),
    *(
        "days",
        "doing",
        "hold",
        "until",
        "to",
        "role",
        "agency",
        "since",
        "deputy",
        "id",
        "email",
        "supervisor",
        "key",
    ),
    *("visit", "seen", "exception", "f.reached_at", "f.who", "f.arrived_on.day", "case", "scope", "factor", "again"),
    *("helper", "consent", "offer", "item", "pair", "verdict", "confirmation", "old", "new", "hours", "field"),
    *("shown", "mark.paper", "mark.telephone", "mark.name", "province", "draft-of", "back", "only", "checked"),
)
#: Logging out and leaving would end the test.
LEAVING = {"/log-out", "/exit", "/account/sessions/end", "/account/sessions/{id_}/end"}
POSTS = sorted(path for verb, path in MATRIX if verb == "POST" and path not in LEAVING)
GETS = sorted(path for verb, path in MATRIX if verb == "GET")


def test_every_box_of_every_form_is_tried() -> None:
    """A new box without a place in the list fails; those of questions, and files, are made of the protocol."""
    templates = Path("web/templates").glob("*.html")
    found = {name for one in templates for name in re.findall(r'name="([^"{]+)"', one.read_text(encoding="utf-8"))}
    assert found - {*BOXES, "file", "viewport", "robots", "referrer"} == set()


@pytest.fixture(scope="module")
def strings(shared_data: Path) -> list[str]:
    """Return the hostile strings."""
    found: list[str] = json.loads((shared_data / "strings" / "blns.json").read_text(encoding="utf-8"))
    assert len(found) == 515
    return found


def unhurried() -> Pace:
    """Return a pace for which a minute passes with each request: a refusal for haste would hide what a text does."""
    return Pace(count(0.0, MINUTE).__next__)


def is_broken(status: int, path: str = "") -> bool:
    """Return whether an answer is an error of ours, or says nothing about what was sent; a search may rest."""
    return status >= 500 or (status == 429 and path != "/find")


def filled(path: str, pages: Pages, text: str) -> str:
    """Return an address of a route, the text in every part but the code of the case."""
    typed = quote(text[:200], safe="") or "-"
    return re.sub(r"\{(\w+)\}", lambda match: pages.code if match[1] == "code" else typed, path)


@pytest.mark.slow
def test_515_strings_in_every_box_break_nothing(pages: Pages, strings: list[str]) -> None:
    """Each string in all boxes of each form at once, as the administrator who may use every one of them."""
    pages.app.state.pace = unhurried()
    browser = TestClient(pages.app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False)
    browser.headers["sec-fetch-site"] = "same-origin"
    browser.cookies = pages.log_in("sok_phalla").cookies
    broken = []
    for number, text in enumerate(strings):
        path = POSTS[number % len(POSTS)]
        for one in (path, *POSTS[:: len(POSTS) // 6]):
            answer = browser.post(filled(one, pages, text), data=dict.fromkeys(BOXES, text))
            if is_broken(answer.status_code, one):
                broken.append((one, text[:40], answer.status_code))
    assert broken == []


@pytest.mark.slow
def test_515_strings_in_every_address_break_nothing(pages: Pages, strings: list[str]) -> None:
    """In the parts of addresses and in what follows the question mark; as a code, too."""
    pages.app.state.pace = unhurried()
    browser = TestClient(pages.app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False)
    browser.cookies = pages.log_in("sok_phalla").cookies
    broken = []
    for number, text in enumerate(strings):
        typed = quote(text[:200], safe="")
        paths = [filled(GETS[number % len(GETS)], pages, text), f"/case/{typed or '-'}", f"/cases?after={typed}"]
        for one in (*paths, f"/log-in?next={typed}", f"/handle/{typed or '-'}"):
            answer = browser.get(one)
            if is_broken(answer.status_code):
                broken.append((one[:60], answer.status_code))
    assert broken == []


def test_what_is_typed_is_never_markup(pages: Pages) -> None:
    """A note and an answer that hold a script are shown as they were typed."""
    script = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    browser = pages.log_in("sok_phalla")
    browser.post(f"/case/{pages.code}/note", data={"text": script})
    browser.post(f"/case/{pages.code}/record", data={"f.reached_at": script, "seen": ""})
    for path in ("", "/timeline", "/record", "/print/summary"):
        text = browser.get(f"/case/{pages.code}{path}").text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert "&lt;script&gt;" in browser.get(f"/case/{pages.code}/timeline").text


@pytest.mark.slow
def test_generated_requests_break_nothing(pages: Pages) -> None:
    """Schemathesis makes requests from the API's own description, right and wrong ones: none is an error of ours."""
    api = create_api(Desk(pages.office), unhurried())
    schema = schemathesis.openapi.from_dict(api.openapi())
    key = pages.desk.keys.make("sok_phalla", "schemathesis", WRITE)
    client = TestClient(api, base_url=BASE, raise_server_exceptions=False, follow_redirects=False)
    broken: list[tuple[str, int]] = []

    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def send(case: Any) -> None:
            made = case.as_transport_kwargs(base_url=BASE)
            sent = {
                name: made[name] for name in ("method", "url", "params", "json", "data") if made.get(name) is not None
            }
            given_headers = {name: str(value) for name, value in dict(made.get("headers") or {}).items()}
            try:
                answer = client.request(**sent, headers=given_headers | {"authorization": f"Bearer {key}"})
            except (UnicodeEncodeError, ValueError, TypeError):
                return  # no client could send it
            if is_broken(answer.status_code):
                broken.append((f"{case.method} {case.path}", answer.status_code))

        send()
    assert broken == []
