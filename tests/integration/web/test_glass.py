"""Breaking the glass: who may, what is seen, who hears of it, and when it is over."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from engine.core.case.effects import Told, Topic
from engine.core.people.commands import AddConflict
from engine.core.people.directory import ConflictKind
from engine.run.accounts.codes import new_factor
from tests.support.office import at
from tests.support.pages import PASSWORD, Pages

#: A colleague of the same agency, who leads no part of the case.
COLLEAGUE = "chhim_rotha"
FORM = {"reason": "her worker is ill and she calls", "hours": "2"}


@pytest.fixture
def colleague(pages: Pages) -> TestClient:
    """Return the browser of a colleague; before that her account is made."""
    pages.entrance.establish(COLLEAGUE, PASSWORD, new_factor())
    return pages.log_in(COLLEAGUE)


def test_a_colleague_reads_the_first_page_and_nothing_else(pages: Pages, colleague: TestClient) -> None:
    """Before, and beside it, the case is not there; nothing can be written."""
    elsewhere = pages.log_in("kim_bunna")
    code = pages.code
    assert elsewhere.post("/emergency", data=FORM | {"code": code}).status_code == 404
    assert elsewhere.get(f"/case/{code}").status_code == 404
    opened = colleague.post("/emergency", data=FORM | {"code": code})
    assert opened.status_code == 303
    assert colleague.get(f"/case/{code}").status_code == 200
    for path in ("timeline", "record", "consents", "print/summary", "more"):
        assert colleague.get(f"/case/{code}/{path}").status_code == 404, path
    before = pages.office.cases.case(code).seq
    assert colleague.post(f"/case/{code}/note", data={"text": "x"}).status_code == 404
    assert pages.office.cases.case(code).seq == before


def test_supervisor_and_officer_hear_of_it_at_once(pages: Pages, colleague: TestClient) -> None:
    """Both are told in the same transaction; the supervisor reads the name and the reason in the case."""
    colleague.post("/emergency", data=FORM | {"code": pages.code})
    told = [
        one.message.to
        for one in pages.office.cases.journal(pages.code)
        if isinstance(one, Told) and one.message.topic is Topic.GLASS
    ]
    assert told == ["supervisor", "data_protection_officer"]
    chief = pages.log_in("ouk_malis")
    assert "her worker is ill" in chief.get(f"/case/{pages.code}/timeline").text


@pytest.mark.parametrize("who", ["suon_piseth", "prak_sophy", "kim_bunna", "meas_kolap"])
def test_others_learn_nothing_by_trying(pages: Pages, who: str) -> None:
    """Police, shelter, another agency, the administrator: the same page for a case that is there and for none."""
    browser = pages.log_in(who)
    answers = []
    for code in (pages.code, "K7Q2-9M4X-3"):
        first = browser.post("/emergency", data=FORM | {"code": code})
        answers.append(
            (first.status_code, first.text.replace(code, "CODE"), browser.get(f"/case/{code}").status_code)
        )
    assert answers[0] == answers[1]
    assert answers[0][2] == 404


def test_it_is_over_after_its_hours(pages: Pages, colleague: TestClient) -> None:
    """Two hours later the case is not there any more."""
    colleague.post("/emergency", data=FORM | {"code": pages.code})
    later = pages.office.time.now() + timedelta(hours=2, minutes=1)
    with closing(at(pages.office, later)) as office:
        again = Pages(office)
        browser = again.browser()
        browser.cookies = colleague.cookies
        assert browser.get(f"/case/{pages.code}").status_code == 404


def test_who_is_in_conflict_cannot_break_it(pages: Pages, colleague: TestClient) -> None:
    """Whoever is kept out of a case is kept out in an emergency, too."""
    conflict = AddConflict(by="t", about=pages.code, kind=ConflictKind.PERSON, id=COLLEAGUE)
    pages.office.people.change([conflict], pages.office.time.now())
    colleague.post("/emergency", data=FORM | {"code": pages.code})
    assert colleague.get(f"/case/{pages.code}").status_code == 404


def test_without_a_reason_nothing_is_opened(pages: Pages, colleague: TestClient) -> None:
    """She is asked why."""
    assert colleague.post("/emergency", data={"code": pages.code, "hours": "2", "reason": " "}).status_code == 422
    assert colleague.get(f"/case/{pages.code}").status_code == 404


def test_who_has_a_role_in_the_case_alarms_nobody(pages: Pages) -> None:
    """She is led to her case; nothing is written, and no supervisor hears of an emergency."""
    worker, before = pages.log_in("sok_phalla"), pages.office.cases.case(pages.code).seq
    answer = worker.post("/emergency", data=FORM | {"code": pages.code})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/case/{pages.code}")
    assert pages.office.cases.case(pages.code).seq == before
