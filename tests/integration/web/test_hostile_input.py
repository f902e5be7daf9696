"""Nothing that anybody types or sends breaks the pages: markup stays text, and generated requests are answered.

An answer is a page or a refusal, never an error of ours (a status of 500 or more), and what was typed never comes
back as markup. The 515 hostile strings are in ``test_hostile_boxes.py`` and ``test_hostile_api.py``.
"""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from starlette.testclient import TestClient

from engine.run.accounts.keys import WRITE
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
    *("quarter",),
)
#: Logging out and leaving would end the test.
LEAVING = {"/log-out", "/exit", "/account/sessions/end", "/account/sessions/{id_}/end"}


def test_every_box_of_every_form_is_tried() -> None:
    """A new box without a place in the list fails; those of questions, and files, are made of the protocol."""
    templates = Path("web/templates").glob("*.html")
    found = {name for one in templates for name in re.findall(r'name="([^"{]+)"', one.read_text(encoding="utf-8"))}
    assert found - {*BOXES, "file", "viewport", "robots", "referrer"} == set()


def unhurried() -> Pace:
    """Return a pace for which a minute passes with each request: a refusal for haste would hide what a text does."""
    return Pace(count(0.0, MINUTE).__next__)


def is_broken(status: int, path: str = "") -> bool:
    """Return whether an answer is an error of ours, or says nothing about what was sent; a search may rest."""
    return status >= 500 or (status == 429 and path != "/find")


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
