"""The 515 hostile strings in every box of every form, as somebody who may use it: refused in words or kept as text.

Boxes that hide no other one are filled together, each with another string, so that each meets all; a box with which
everything ends where it is wrong is filled alone, the others rightly. Never an error of ours, never markup.
"""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from itertools import count
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from engine.core.case.commands import Act, Actor
from engine.run.cases.casework import Opening
from engine.run.ticks.bootstrap import worker_of
from tests.integration.web.test_access import MATRIX
from tests.integration.web.test_hostile_input import BOXES, LEAVING
from tests.support.boxes import FORMS, Form
from tests.support.pages import BASE, Pages
from web.guards.cookies import SESSION
from web.guards.pace import MINUTE, Pace

#: Forms without a box.
BARE = {"/account/sessions/{id_}/end", "/account/keys/{id_}/end", "/case/{code}/marks/remove"}
#: Boxes of other names in the protocols of the tests, and the file itself.
OTHERS = {
    "f.letter",
    "f.PERSON~hurt",
    "f.PERSON~children",
    "f.PERSON~arrived_on.day",
    "shown~PERSON",
    "seen~PERSON",
    "file",
}
#: Each part of an address, and the routes that have it; one that is the same function everywhere is met in turn.
PARTS: dict[str, list[tuple[str, str]]] = {}
for _key in sorted(MATRIX):
    for _part in re.findall(r"\{(\w+)\}", _key[1]):
        PARTS.setdefault(_part, []).append(_key)
#: What stands behind the question mark.
PARAMETERS = (
    "/cases?after=",
    "/log-in?next=",
    "/log-in/code?next=",
    "/stalled?only=",
    "/statistics?quarter=",
    "/statistics?province=",
    "/case/CODE/timeline?skip=",
    "/case/CODE/marks?done=",
)
#: The next string of the next box.
STEP = 37
#: A password is measured for a fifth of a second by intent; of its strings each so many.
EACH = {"/log-in": 8}
#: Boxes that no form sends: what is looked for in lists, and what a script alone reads.
NOT_SENT = {"only", "quarter"}


def browser_of(pages: Pages, user: str, *, minutes: int = 0) -> TestClient:
    """Return a browser in which somebody has been in for so many minutes; nobody where the user is empty."""
    browser = TestClient(pages.app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False)
    browser.headers["sec-fetch-site"] = "same-origin"
    browser.headers["accept-encoding"] = "identity"
    if user:
        token, begun = secrets.token_urlsafe(24), pages.entrance.time.now() - timedelta(minutes=minutes)
        pages.entrance.sessions.begin(token, user, begun, whole=True)
        browser.cookies.set(SESSION, token)
    return browser


def place_of(pages: Pages, form: Form) -> dict[str, str]:
    """Return what stands for the words in capitals: her case, an operation, somebody who arrived in it."""
    if "NIGHT" not in form.path:
        return {"CODE": pages.code}
    work, user = pages.desk.casework, "sok_phalla"
    night = work.open(user, Opening("night", {})).id
    facts = {"persons_found": 1}
    counted = Act(actor=Actor(), enrolment="night", track="night", action="counted", facts=facts)
    work.do(user, night, counted)
    worker_of(pages.office).tick(pages.office.time.now())
    (person,) = (one.case for one in pages.office.cases.case(night).waiting.values() if one.case)
    return {"CODE": pages.code, "NIGHT": night, "PERSON": person}


def put(text: str, places: dict[str, str]) -> str:
    """Return a text with the places filled in."""
    for name, value in places.items():
        text = text.replace(name, value)
    return text


def is_markup(text: str, page: str) -> bool:
    """Return whether a text that could be markup stands in a page as it was typed."""
    return bool(re.search(r"<[a-zA-Z/!?]", text)) and len(text) > len("<b>x") and text in page


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FORMS))
def test_515_strings_in_every_box_break_nothing(pages: Pages, strings: list[str], name: str) -> None:
    """Each box of a form meets each string; the answer is a page or a refusal, and nothing of it is markup."""
    pages.app.state.pace = Pace(count(0.0, MINUTE).__next__)
    form, broken = FORMS[name], []
    places = place_of(pages, form)
    rightly = {put(box, places): put(text, places) for box, text in {**form.gates, **form.free}.items()}
    for turn in form.turns():
        boxes = [put(box, places) for box in turn]
        browser = browser_of(pages, form.who, minutes=11 if boxes == ["confirmation"] else 0)
        for number in range(0, len(strings), EACH.get(name, 1)):
            typed = {box: strings[(number + STEP * at) % len(strings)] for at, box in enumerate(boxes)}
            new = {"key": f"k{number}"} if "key" in rightly and "key" not in typed else {}
            answer = browser.post(put(form.path, places), data=rightly | new | typed)
            rests = answer.status_code == 429 and name != "/find"
            if answer.status_code >= 500 or rests or any(is_markup(one, answer.text) for one in typed.values()):
                broken.append((typed, answer.status_code))
    assert broken[:3] == []


def test_every_form_and_every_box_meets_them() -> None:
    """A new route with a form, or a new box, without a place in the list fails."""
    posts = {path for verb, path in MATRIX if verb == "POST"}
    assert posts - LEAVING - BARE - {name.partition(" ")[0] for name in FORMS} == set()
    found = {box for form in FORMS.values() for box in (*form.gates, *form.free)}
    assert set(BOXES) - {box.replace("PERSON~", "") for box in found} == NOT_SENT
    assert found - set(BOXES) - OTHERS == set()


@pytest.mark.slow
@pytest.mark.parametrize("part", sorted(PARTS))
def test_515_strings_in_every_part_of_an_address_break_nothing(pages: Pages, strings: list[str], part: str) -> None:
    """Each part that an address can have meets each string, in turn in every route that has it, got or sent."""
    pages.app.state.pace = Pace(count(0.0, MINUTE).__next__)
    broken, browsers = [], {who: browser_of(pages, who) for who in ("sok_phalla", "meas_kolap")}
    for number, text in enumerate(strings):
        verb, path = PARTS[part][number % len(PARTS[part])]
        typed = quote(text[:200], safe="") or "-"
        values = dict.fromkeys(PARTS, "x") | {"code": pages.code, "enrolment": "care", "track": "care", part: typed}
        browser = browsers["meas_kolap" if path.startswith("/people") else "sok_phalla"]
        answer = browser.request(verb, path.format_map(values), data={"reason": "x"} if verb == "POST" else None)
        if answer.status_code >= 500 or is_markup(text, answer.text):
            broken.append((path, text[:40], answer.status_code))
    assert broken[:3] == []


@pytest.mark.slow
@pytest.mark.parametrize("address", PARAMETERS)
def test_515_strings_behind_the_question_mark_break_nothing(pages: Pages, strings: list[str], address: str) -> None:
    """Each parameter of an address meets each string."""
    browser = browser_of(pages, "meas_kolap" if address.startswith("/statistics") else "sok_phalla")
    broken = []
    for text in strings:
        answer = browser.get(put(address, {"CODE": pages.code}) + quote(text[:2000], safe=""))
        if answer.status_code >= 500 or is_markup(text, answer.text):
            broken.append((text[:40], answer.status_code))
    assert broken[:3] == []
