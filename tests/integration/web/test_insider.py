"""The hostile insider: police, shelter staff, a worker elsewhere, a supervisor who is named in a complaint.

Each tries in many ways to learn whether a person is known. Every attempt is made twice, for a case that is there and
for one that is not; whoever could tell the two answers apart would have learnt it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from engine.core.people.commands import AddConflict
from engine.core.people.directory import ConflictKind
from tests.support.pages import Pages

ABSENT = "K7Q2-9M4X-3"
#: Police of the province, who runs a shelter there, who leads cases elsewhere, the supervisor complained about.
INSIDERS = ("suon_piseth", "prak_sophy", "kim_bunna", "ouk_malis")
Attempt = Callable[[TestClient, str], object]

ATTEMPTS: dict[str, Attempt] = {
    "opens the case": lambda browser, code: browser.get(f"/case/{code}"),
    "reads what happened": lambda browser, code: browser.get(f"/case/{code}/timeline"),
    "prints it": lambda browser, code: browser.get(f"/case/{code}/print/summary"),
    "asks for her agreements": lambda browser, code: browser.get(f"/case/{code}/consents"),
    "follows the link of a mail": lambda browser, code: browser.get(f"/case/{code}/message/2"),
    "types the code in small letters": lambda browser, code: browser.get(f"/case/{code.lower()}"),
    "types the code without signs": lambda browser, code: browser.get(f"/case/{code.replace('-', '')}"),
    "writes a note": lambda browser, code: browser.post(f"/case/{code}/note", data={"text": "who is she?"}),
    "records a contact": lambda browser, code: browser.post(f"/case/{code}/contact", data={"outcome": "met"}),
    "takes an action": lambda browser, code: browser.post(f"/case/{code}/act/care/care/settled", data={}),
    "answers an approval": lambda browser, code: browser.post(f"/case/{code}/answer/w1", data={"agrees": "yes"}),
    "gives an agreement": lambda browser, code: browser.post(f"/case/{code}/consents/exam", data={"given": "yes"}),
    "promises to act": lambda browser, code: browser.post(
        f"/case/{code}/acknowledge", data={"clock": "care/care.met.agree", "days": "1"}
    ),
    "hands it over": lambda browser, code: browser.post(
        "/hand-over", data={"case": [code], "to": "lay_dalin", "reason": "x"}
    ),
    "gives it away": lambda browser, code: browser.post(
        "/stalled", data={"case": code, "to": "lay_dalin", "reason": "x"}
    ),
    "approves something": lambda browser, code: browser.post(
        "/approvals", data={"item": f"{code} w1", "agrees": "yes"}
    ),
    "asks to help": lambda browser, code: browser.post(
        f"/case/{code}/more/refer", data={"helper": "counsellor lay_dalin", "consent": "exam", "reason": "x"}
    ),
    "accepts it": lambda browser, code: browser.post("/transfers", data={"case": [f"{code} w1"], "agrees": "yes"}),
    "types its number into the box": lambda browser, code: browser.post("/find", data={"code": code}),
    "marks it with a telephone": lambda browser, code: browser.post(
        f"/case/{code}/marks", data={"mark.telephone": "012 345 678"}
    ),
    "gets a PDF of it": lambda browser, code: browser.get(f"/case/{code}/print/summary.pdf"),
    "calls two cases one person": lambda browser, code: browser.post(
        "/likenesses", data={"pair": f"{code} ZZZZ-ZZZZ-Z", "verdict": "same"}
    ),
    "asks for heads only": lambda browser, code: browser.head(f"/case/{code}"),
    "lists cases behind it": lambda browser, code: browser.get(f"/cases?after={code[:-1]}"),
}


def learnt(answer: object, code: str) -> tuple[int, str]:
    """Return what an answer tells, but for the code that was asked for and what differs at every request."""
    text = re.sub(r'(name="key" value=")[^"]*', r"\1", answer.text)  # type: ignore[attr-defined]
    for form in (code, code[:-1], code.lower(), code.replace("-", "")):
        text = text.replace(form, "CODE")
    return answer.status_code, text  # type: ignore[attr-defined]


@pytest.fixture
def complained(pages: Pages) -> Pages:
    """Return the pages after a complaint: the supervisor is kept out of the case from now on."""
    conflict = AddConflict(by="t", about=pages.code, kind=ConflictKind.PERSON, id="ouk_malis")
    pages.office.people.change([conflict], pages.office.time.now())
    return pages


@pytest.mark.parametrize("who", INSIDERS)
def test_no_attempt_tells_whether_a_person_is_known(complained: Pages, who: str) -> None:
    """Of all attempts none: same status, same page, for a case that is there and for one that is not."""
    browser = complained.log_in(who)
    told = [
        name
        for name, attempt in ATTEMPTS.items()
        if learnt(attempt(browser, complained.code), complained.code) != learnt(attempt(browser, ABSENT), ABSENT)
    ]
    assert told == []


def test_there_are_at_least_fifty_attempts() -> None:
    """Twenty-four ways, four insiders."""
    assert len(ATTEMPTS) * len(INSIDERS) >= 50


@pytest.mark.parametrize("who", INSIDERS)
def test_no_list_and_no_mail_names_the_case(complained: Pages, who: str) -> None:
    """Neither work, nor cases, nor what stalls, nor what is offered; nor a count that would grow with it."""
    browser = complained.log_in(who)
    for path in ("/work", "/cases", "/stalled", "/hand-over", "/transfers", "/approvals", "/account"):
        text = browser.get(path).text
        assert complained.code not in text, path
        assert "Neang" not in text, path


@pytest.mark.parametrize("who", INSIDERS)
def test_opening_a_case_for_the_same_name_tells_nothing(complained: Pages, who: str) -> None:
    """Whether somebody of this name is known already is said to nobody who types it in."""
    browser = complained.log_in(who)
    answers = [browser.post("/open/care", data={"f.who": name}) for name in ("Neang Zq7", "Somebody Else")]
    first, second = (
        (one.status_code, re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", "", one.headers.get("location", one.text)))
        for one in answers
    )
    assert re.sub(r"Neang Zq7|Somebody Else|value=\"[^\"]*\"", "", first[1]) == re.sub(
        r"Neang Zq7|Somebody Else|value=\"[^\"]*\"", "", second[1]
    )
    assert first[0] == second[0]


def test_every_attempt_is_on_record(complained: Pages) -> None:
    """The access log names who tried, what, and when: an odd pattern can be seen."""
    browser = complained.log_in("suon_piseth")
    for attempt in ATTEMPTS.values():
        attempt(browser, complained.code)
    log = complained.office.access.of_day(complained.office.time.now().date())
    refused = [one for one in log if one.by == "suon_piseth" and one.what == "refused"]
    assert len(refused) >= 12
