"""A supervisor's table: what waits for her yes is answered in its row, and a case is given to somebody else."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from tests.integration.web.test_pages import act, english
from tests.support.pages import Pages


@pytest.fixture
def asked(pages: Pages, worker: TestClient) -> TestClient:
    """Return the supervisor's browser after the worker has asked for an approval."""
    answer = act(worker, pages, "moved", **{"f.reached_at": "by her aunt", "reason": "kin came"})
    assert answer.status_code in {200, 303}, answer.text  # type: ignore[attr-defined]
    return english(pages.log_in("ouk_malis"))


def item_of(text: str) -> str:
    """Return what the one form of the page answers."""
    (found,) = re.findall(r'name="item" value="([^"]+)"', text)
    return str(found)


def test_what_waits_says_all_that_a_yes_needs(pages: Pages, asked: TestClient) -> None:
    """What would be done, who asks and why, until when, and the answers that come with it."""
    text = asked.get("/approvals").text
    assert "She has moved" in text
    assert "kin came" in text
    assert "An answer is awaited:" in text
    assert "by her aunt" in text
    assert item_of(text) == f"{pages.code} w1"


def test_a_yes_is_given_in_the_row_once(pages: Pages, asked: TestClient) -> None:
    """The case moves, the list is empty; the same form sent twice does nothing more."""
    form = {"item": item_of(asked.get("/approvals").text), "agrees": "yes", "key": "a"}
    answer = asked.post("/approvals", data=form)
    assert answer.status_code == 200
    assert "Nothing waits for you." in answer.text
    case = pages.office.cases.case(pages.code)
    assert case.enrolments["care"].tracks["care"].step == "living"
    asked.post("/approvals", data=form)
    assert pages.office.cases.case(pages.code).seq == case.seq


def test_a_no_needs_a_reason(pages: Pages, asked: TestClient) -> None:
    """Without one it is refused in words and waits on; with one the case stays where it is."""
    item = item_of(asked.get("/approvals").text)
    answer = asked.post("/approvals", data={"item": item, "agrees": "no", "key": "n"})
    assert (answer.status_code, item_of(answer.text)) == (409, item)
    asked.post("/approvals", data={"item": item, "agrees": "no", "reason": "the kin are not known", "key": "o"})
    assert "Nothing waits for you." in asked.get("/approvals").text
    assert pages.office.cases.case(pages.code).enrolments["care"].tracks["care"].step == "met"


@pytest.mark.parametrize(
    ("what", "form", "box"),
    [
        ("hand-over", {"role": "case_manager", "to": "nobody_here", "agency": "social_river"}, "hreason"),
        ("hold", {"until": ""}, "oreason"),
        ("hold", {"until": "2099-01-01"}, "oreason"),
        ("extend", {"clock": "care/no_such"}, "ereason"),
        ("refer", {"helper": "legal_counsel kim_bunna"}, ""),
    ],
)
def test_what_was_typed_for_the_case_as_a_whole_stands_in_its_box_after_a_refusal(
    pages: Pages, worker: TestClient, what: str, form: dict[str, str], box: str
) -> None:
    """On the same page, with what is wrong above it."""
    typed = form | {"reason": "her aunt is ill & far", "key": "t"}
    answer = english(worker).post(f"/case/{pages.code}/more/{what}", data=typed)
    assert answer.status_code == 409
    assert 'id="summary"' in answer.text
    if box:
        assert re.search(rf'id="{box}"[^>]*>her aunt is ill &amp; far<', answer.text)
    if form.get("agency"):
        assert 'value="social_river" selected' in answer.text


def test_what_was_typed_in_a_row_of_what_stalls_stands_there_after_a_refusal(pages: Pages) -> None:
    """Its box is open, with the reason in it."""
    boss = english(pages.log_in("ouk_malis"))
    form = {"case": pages.code, "to": "nobody_here", "reason": "she is ill", "key": "g"}
    answer = boss.post("/stalled", data=form)
    assert answer.status_code == 409
    assert re.search(r"<details open>.*>she is ill</textarea>", answer.text, re.DOTALL)


def test_who_asked_finds_nothing_to_approve(asked: TestClient, worker: TestClient) -> None:
    """Her own question is none of hers."""
    assert 'name="item"' not in worker.get("/approvals").text
    assert 'name="item"' in asked.get("/approvals").text


def test_a_supervisor_gives_a_case_to_somebody_else_in_its_row(pages: Pages) -> None:
    """Who leads it changes at once, with the reason on record; without a reason nothing changes."""
    chief = english(pages.log_in("ouk_malis"))
    text = chief.get("/stalled").text
    assert "Give it to somebody else" in text
    assert '<option value="chhim_rotha">' in text
    assert '<option value="kim_bunna">' not in text  # of another agency
    form = {"case": pages.code, "to": "chhim_rotha", "reason": "", "key": "r"}
    answer = chief.post("/stalled", data=form)
    assert answer.status_code == 409
    assert pages.office.cases.case(pages.code).holders["case_manager"] == "sok_phalla"
    answer = chief.post("/stalled", data=form | {"reason": "she is ill", "key": "s"})
    assert answer.status_code == 200
    assert "It is given to somebody else." in answer.text
    assert pages.office.cases.case(pages.code).holders["case_manager"] == "chhim_rotha"


def test_a_worker_is_not_offered_to_give_cases_away(pages: Pages, worker: TestClient) -> None:
    """Nor can she by a form of her own making."""
    assert "Give it to somebody else" not in english(worker).get("/stalled").text
    answer = worker.post("/stalled", data={"case": pages.code, "to": "chhim_rotha", "reason": "x", "key": "w"})
    assert answer.status_code == 409
    assert pages.office.cases.case(pages.code).holders["case_manager"] == "sok_phalla"


def test_a_list_that_shows_what_was_written_names_each_case_in_the_log(pages: Pages, asked: TestClient) -> None:
    """So that reading many of them is seen as reading many cases."""
    asked.get("/approvals")
    log = pages.office.access.of_day(pages.office.time.now().date())
    assert pages.code in {one.case for one in log if one.by == "ouk_malis" and one.what == "approvals"}
