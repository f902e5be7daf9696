"""Somebody is asked to help with a case: on an agreement, by a limited preview, and only as long as she agrees."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from engine.core.people.commands import AddConflict, AddMembership
from engine.core.people.directory import ConflictKind
from tests.integration.web.test_pages import english
from tests.support.pages import Pages

#: What the case holds and no preview may show.
NAME = "Neang Zq7"


def agree(browser: TestClient, pages: Pages, given: str) -> None:
    """Record what she says of the agreement."""
    browser.post(f"/case/{pages.code}/consents/exam", data={"given": given, "key": f"c-{given}"})
    assert pages.office.cases.case(pages.code).consents["exam"].given is (given == "yes")


def refer(browser: TestClient, pages: Pages, key: str = "r", **more: str) -> int:
    """Ask the worker of another agency to be her lawyer; return the status of the answer."""
    form = {"helper": "legal_counsel kim_bunna", "consent": "exam", "reason": "a hearing is near", "key": key}
    return browser.post(f"/case/{pages.code}/more/refer", data=form | more).status_code


@pytest.fixture(autouse=True)
def lawyer(pages: Pages) -> None:
    """Let somebody of another agency be a lawyer there."""
    given = AddMembership(by="t", user="kim_bunna", role="legal_counsel", agency="social_river")
    pages.office.people.change([given], pages.office.time.now())


@pytest.fixture
def referred(pages: Pages, worker: TestClient) -> TestClient:
    """Return the browser of who was asked."""
    agree(worker, pages, "yes")
    assert refer(worker, pages) == 200
    return pages.log_in("kim_bunna")


def test_without_an_agreement_the_page_says_what_is_missing(pages: Pages, worker: TestClient) -> None:
    """It leads to the agreements; a form sent all the same is refused, and nobody is asked."""
    worker.post("/language", data={"language": "en", "next": "/work"})
    text = worker.get(f"/case/{pages.code}/more").text
    assert "There is no agreement of hers" in text
    assert 'name="consent"' not in text
    assert refer(worker, pages) == 409
    assert refer(worker, pages, "s", consent="") == 409
    assert not pages.office.cases.case(pages.code).waiting


def test_help_is_asked_of_who_has_the_role(pages: Pages, worker: TestClient) -> None:
    """A case manager makes nobody a lawyer: neither somebody without the role, nor herself."""
    agree(worker, pages, "yes")
    text = worker.get(f"/case/{pages.code}/more").text
    assert 'value="legal_counsel kim_bunna"' in text
    assert 'sok_phalla"' not in text[text.index('id="rhelper"') :]
    for number, helper in enumerate(
        ("legal_counsel nuon_sreymom", "legal_counsel sok_phalla", "counsellor kim_bunna")
    ):
        assert refer(worker, pages, f"h{number}", helper=helper) == 409, helper
    assert not pages.office.cases.case(pages.code).waiting


def test_the_preview_is_all_she_sees_before_her_yes(pages: Pages, referred: TestClient) -> None:
    """Code, role, risk, agreement and the words written to her; neither a name nor the case itself."""
    referred.post("/language", data={"language": "en", "next": "/work"})
    text = referred.get("/transfers").text
    assert pages.code in text
    assert "Lawyer of the person" in text
    assert "She has agreed: An examination" in text
    assert "a hearing is near" in text
    assert NAME not in text
    assert referred.get(f"/case/{pages.code}").status_code == 404


def test_who_is_kept_out_does_not_see_what_she_is_offered(pages: Pages, referred: TestClient) -> None:
    """Before, each code she saw is in the log; from the moment a conflict is known the offer is not there."""
    assert pages.code in referred.get("/transfers").text
    log = pages.office.access.of_day(pages.office.time.now().date())
    assert [one.case for one in log if one.by == "kim_bunna" and one.what == "offers"] == [pages.code]
    kept = AddConflict(by="t", about=pages.code, kind=ConflictKind.PERSON, id="kim_bunna")
    pages.office.people.change([kept], pages.office.time.now())
    assert pages.code not in referred.get("/transfers").text


def test_after_her_yes_she_sees_the_case_until_the_agreement_ends(
    pages: Pages, worker: TestClient, referred: TestClient
) -> None:
    """Both have a role; taken back, the case is not there any more with the next request."""
    (offered,) = re.findall(r'name="case" value="([^"]+)"', referred.get("/transfers").text)
    assert referred.post("/transfers", data={"case": offered, "agrees": "yes", "key": "y"}).status_code == 200
    case = pages.office.cases.case(pages.code)
    assert (case.holders["case_manager"], case.holders["legal_counsel"]) == ("sok_phalla", "kim_bunna")
    assert referred.get(f"/case/{pages.code}").status_code == 200
    agree(worker, pages, "no")
    assert referred.get(f"/case/{pages.code}").status_code == 404
    assert pages.code not in referred.get("/cases").text


def test_after_her_no_nothing_of_the_case_is_there(pages: Pages, referred: TestClient) -> None:
    """The reason is kept; the offer is gone from her page."""
    answer = referred.post(
        "/transfers", data={"case": f"{pages.code} w1", "agrees": "no", "reason": "no time", "key": "n"}
    )
    assert answer.status_code == 200
    assert pages.code not in referred.get("/transfers").text
    assert "legal_counsel" not in pages.office.cases.case(pages.code).holders


def test_an_offer_is_taken_back(pages: Pages, worker: TestClient, referred: TestClient) -> None:
    """By who made it, from the page of the case; who was asked finds it no more."""
    assert 'name="offer" value="w1"' in worker.get(f"/case/{pages.code}/more").text
    worker.post(f"/case/{pages.code}/more/take-back", data={"offer": "w1", "key": "t"})
    assert pages.code not in referred.get("/transfers").text
    answer = referred.post("/transfers", data={"case": f"{pages.code} w1", "agrees": "yes", "key": "y"})
    assert "legal_counsel" not in pages.office.cases.case(pages.code).holders
    assert NAME not in answer.text


def test_an_invited_person_learns_nothing_of_what_else_waits(pages: Pages, worker: TestClient) -> None:
    """An item that others are asked and one that is not there are told alike."""
    worker.post(f"/case/{pages.code}/act/care/care/moved", data={"f.reached_at": "x", "reason": "kin", "key": "m"})
    assert "w1" in pages.office.cases.case(pages.code).waiting
    agree(worker, pages, "yes")
    assert refer(worker, pages) == 200
    guest = pages.log_in("kim_bunna")
    answers = [guest.post(f"/case/{pages.code}/answer/{one}", data={"agrees": "yes"}) for one in ("w1", "w9")]
    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].text == answers[1].text


def test_nobody_gets_a_role_by_a_case_that_she_has_nowhere(pages: Pages, worker: TestClient) -> None:
    """A case manager makes no police officer one; and only who leads a case takes it to another agency."""
    form = {"role": "case_manager", "to": "suon_piseth", "reason": "x", "key": "p"}
    assert worker.post(f"/case/{pages.code}/more/hand-over", data=form).status_code == 409
    agree(worker, pages, "yes")
    boss = pages.log_in("ouk_malis")
    for to in ("ouk_malis", "suon_piseth"):
        asked = {"role": "legal_counsel", "to": to, "reason": "x", "key": to}
        assert boss.post(f"/case/{pages.code}/more/hand-over", data=asked).status_code == 409
    moved = {"role": "legal_counsel", "to": "kim_bunna", "agency": "social_river", "reason": "x", "key": "a"}
    assert boss.post(f"/case/{pages.code}/more/hand-over", data=moved).status_code == 409
    assert not pages.office.cases.case(pages.code).waiting


def test_help_is_ended_by_a_button(pages: Pages, worker: TestClient, referred: TestClient) -> None:
    """At once, without a word about her agreement; nobody finds the button before there is help."""
    assert "End the help" not in english(worker).get(f"/case/{pages.code}/more").text
    referred.post("/transfers", data={"case": [f"{pages.code} w1"], "agrees": "yes", "key": "t"})
    assert referred.get(f"/case/{pages.code}").status_code == 200
    assert "End the help" in worker.get(f"/case/{pages.code}/more").text
    worker.post(f"/case/{pages.code}/more/take-back", data={"offer": "w1"})
    assert referred.get(f"/case/{pages.code}").status_code == 404
    assert pages.office.cases.case(pages.code).consents["exam"].given
