"""The 515 hostile strings in every field and parameter of the JSON API: refused with reasons, or kept as text."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from starlette.testclient import TestClient

from engine.run.accounts.keys import WRITE
from tests.integration.web.test_access_api import API, MATRIX
from tests.support.access import BODIES
from tests.support.pages import BASE, Pages
from web.guards.pace import MINUTE, Pace

#: What can be sent beside what the matrix sends, each a text.
MORE: dict[str, dict[str, str]] = {
    "/cases/{code}/actions": {"reason": "x"},
    "/cases/{code}/facts": {"enrolment": "care", "reason": "x"},
    "/cases/{code}/promises": {"doing": "I call"},
    "/cases/{code}/holds": {"hold": "h1"},
    "/cases/{code}/offers": {"consent": "exam", "agency": "social_river"},
    "/cases/{code}/replies": {"reason": "x"},
}
#: Where answers are sent: one of the first field, and a field of this name.
FACTS = {"/cases", "/cases/{code}/actions", "/cases/{code}/facts", "/cases/{code}/tasks"}
SENT = sorted(path for path in BODIES if ("POST", path) in MATRIX)


def bodies(path: str, text: str) -> list[dict[str, Any]]:
    """Return what is sent to a route with a text in each of its fields alone, the others rightly."""
    rightly = dict(BODIES[path]) | MORE.get(path, {})
    found = [rightly | {name: text} for name in rightly if name != "facts"]
    if path in FACTS:
        found += [rightly | {"facts": {"who": text}}, rightly | {"facts": {text: "x"}}]
    return [*found, rightly | {text: "x"}]


@pytest.mark.slow
@pytest.mark.parametrize("path", SENT)
def test_515_strings_in_every_field_break_nothing(pages: Pages, strings: list[str], path: str) -> None:
    """Each field meets each string alone; the answer is a case or a problem, never an error of ours."""
    pages.app.state.pace = Pace(count(0.0, MINUTE).__next__)
    headers = {"authorization": f"Bearer {pages.desk.keys.make('sok_phalla', 'a program', WRITE)}"}
    program = TestClient(
        pages.app, base_url=BASE, headers=headers, follow_redirects=False, raise_server_exceptions=False
    )
    address, broken = API + path.replace("{code}", pages.code), []
    for text in strings:
        for body in bodies(path, text):
            answer = program.post(address, json=body)
            kind = answer.headers.get("content-type", "application/json")
            if answer.status_code >= 500 or "json" not in kind:
                broken.append((body, answer.status_code))
    assert broken[:3] == []


@pytest.mark.slow
def test_515_strings_in_every_parameter_break_nothing(pages: Pages, strings: list[str]) -> None:
    """As a code in each address, as a mark behind which a list goes on, and as the key of a request."""
    pages.app.state.pace = Pace(count(0.0, MINUTE).__next__)
    headers = {"authorization": f"Bearer {pages.desk.keys.make('sok_phalla', 'a program', WRITE)}"}
    program = TestClient(
        pages.app, base_url=BASE, headers=headers, follow_redirects=False, raise_server_exceptions=False
    )
    coded, broken = sorted(key for key in MATRIX if "{code}" in key[1]), []
    for number, text in enumerate(strings):
        verb, path = coded[number % len(coded)]
        key = {"Idempotency-Key": text.encode("ascii", "replace").decode().replace("\n", " ").replace("\r", " ")[:90]}
        asked = [
            program.request(verb, API + path.replace("{code}", text_in_path(text)), json=BODIES.get(path)),
            program.get(f"{API}/work", params={"after": text}),
            program.get(f"{API}/cases", params={"after": text}),
            program.post(f"{API}/cases/{pages.code}/facts", json={"contact": True}, headers=printable(key)),
        ]
        broken += [(text[:40], at, one.status_code) for at, one in enumerate(asked) if one.status_code >= 500]
    assert broken[:3] == []


def text_in_path(text: str) -> str:
    """Return a text as a part of an address."""
    return "".join(f"%{one:02X}" for one in text[:200].encode()) or "-"


def printable(headers: dict[str, str]) -> dict[str, str]:
    """Return headers without what no client could send."""
    plain = {name: [one if " " <= one <= "~" else "?" for one in text] for name, text in headers.items()}
    return {name: "".join(text).strip() for name, text in plain.items()}
