"""Many at once: one night with sixty people, twenty-seven cases handed over. Each line stands for itself."""

from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from engine.core.case.commands import Act, Actor, HandOver
from engine.core.people.directory import CASE_MANAGER
from engine.run.cases.casework import Opening
from engine.run.ticks.bootstrap import worker_of
from tests.support.pages import Pages
from web.words.catalog import say

NOBODY = Actor()


@pytest.fixture
def night(pages: Pages) -> str:
    """Return an operation from which the cases of five people were opened."""
    work = pages.desk.casework
    code = work.open("sok_phalla", Opening("night", {})).id
    counted = Act(actor=NOBODY, enrolment="night", track="night", action="counted", facts={"persons_found": 5})
    work.do("sok_phalla", code, counted)
    worker_of(pages.office).tick(pages.office.time.now())
    return code


def lines(browser: TestClient, night: str) -> list[str]:
    """Return the codes of the people on the page of an operation."""
    text = browser.get(f"/case/{night}/people").text
    return re.findall(r'<td[^>]*><a class="code" href="/case/([^"]+)"', text)


def test_everybody_of_a_night_stands_on_one_page(pages: Pages, worker: TestClient, night: str) -> None:
    """Five lines, the head-count above them, and the questions of the open step that fit on a line."""
    assert len(lines(worker, night)) == 5
    text = worker.get(f"/case/{night}/people").text
    assert "<dd>5</dd>" in text
    assert "arrived_on" in text
    assert "f.who" not in text


def test_lines_are_kept_each_by_itself(pages: Pages, worker: TestClient, night: str) -> None:
    """What is wrong in one line is said there, with what was typed; the others are kept."""
    first, second, third, *_ = lines(worker, night)
    form = {
        f"f.{first}~language_spoken": "khmer",
        f"f.{first}~children": "2",
        f"f.{second}~children": "two hundred",
        f"f.{third}~arrived_on": "2026-03-06",
    }
    answer = worker.post(f"/case/{night}/people", data=form)
    assert answer.status_code == 409
    assert "two hundred" in answer.text
    case = pages.office.cases.case
    assert case(first).facts["language_spoken"].value == "khmer"
    assert case(first).facts["children"].value == 2
    assert "children" not in case(second).facts
    assert "arrived_on" in case(third).facts


def as_sent(browser: TestClient, night: str) -> dict[str, str]:
    """Return what a browser would send of the page, untouched."""
    text = browser.get(f"/case/{night}/people").text
    boxes = re.findall(r'<input type="(?:hidden|text|date)"[^>]* name="([^"]+)" value="([^"]*)"', text)
    chosen = re.findall(r'<select id="[^"]+" name="([^"]+)">(.*?)</select>', text)
    picked = {name: re.search(r'value="([^"]*)" selected', inner) for name, inner in chosen}
    found = {name: unescape(value) for name, value in boxes}
    return found | {name: one.group(1) if one else "" for name, one in picked.items()}


def test_an_older_page_takes_no_answer_of_a_colleague_back(pages: Pages, worker: TestClient, night: str) -> None:
    """Two fill the page at once: what a box only showed is not sent; where both wrote, both answers are shown."""
    worker.post("/language", data={"language": "en", "next": "/work"})
    first, *_ = lines(worker, night)
    address, language, hurt = f"/case/{night}/people", f"f.{first}~language_spoken", f"f.{first}~hurt"
    worker.post(address, data=as_sent(worker, night) | {language: "khmer", hurt: "no"})
    older = as_sent(worker, night)
    assert (older[language], older[hurt]) == ("khmer", "no")
    worker.post(address, data=as_sent(worker, night) | {hurt: "yes"})
    answer = worker.post(address, data=older | {language: "thai"})
    assert answer.status_code == 200
    facts = pages.office.cases.case(first).facts
    assert (facts["language_spoken"].value, facts["hurt"].value) == ("thai", "yes")
    both = worker.post(address, data=older | {language: "other"})
    assert both.status_code == 409
    assert "recorded meanwhile: “Thai”" in unescape(both.text)
    assert pages.office.cases.case(first).facts["language_spoken"].value == "thai"


def test_an_operation_is_no_stranger_s(pages: Pages, night: str) -> None:
    """Neither its page nor the people's are there for a worker elsewhere."""
    stranger = pages.log_in("kim_bunna")
    assert stranger.get(f"/case/{night}/people").status_code == 404


def test_a_case_about_a_person_has_no_such_page(pages: Pages, worker: TestClient) -> None:
    """The page is for operations."""
    assert worker.get(f"/case/{pages.code}/people").status_code == 404


def test_all_cases_are_handed_over_with_one_note_and_accepted_with_one_press(
    pages: Pages, worker: TestClient
) -> None:
    """Twenty-seven cases change hands; until they are accepted the former worker leads them."""
    work = pages.desk.casework
    codes = [pages.code, *(work.open("sok_phalla", Opening("care", {"who": f"Neang {n}"})).id for n in range(26))]
    form = {"case": codes, "to": "kim_bunna", "reason": "I leave the north", "key": "all"}
    answer = worker.post("/hand-over", data=form)
    assert answer.status_code == 200, answer.text
    assert all(pages.office.cases.case(code).holders[CASE_MANAGER] == "sok_phalla" for code in codes)
    receiver = pages.log_in("kim_bunna")
    text = receiver.get("/transfers").text
    offered = re.findall(r'name="case" value="([^"]+)"', text)
    assert len(offered) == 27
    assert "I leave the north" in text
    assert receiver.get(f"/case/{codes[3]}").status_code == 404  # what is offered is not open yet
    answer = receiver.post("/transfers", data={"case": offered, "agrees": "yes", "key": "yes"})
    assert answer.status_code == 200, answer.text
    assert all(pages.office.cases.case(code).holders[CASE_MANAGER] == "kim_bunna" for code in codes)
    assert receiver.get(f"/case/{codes[3]}").status_code == 200


def test_what_was_typed_for_a_hand_over_stands_in_its_boxes_after_a_refusal(pages: Pages, worker: TestClient) -> None:
    """Nothing chosen, or to somebody who leads no cases: said in words, and the note is not lost."""
    text = worker.get("/hand-over").text
    assert 'value="kim_bunna"' in text
    assert 'value="suon_piseth"' not in text
    for more in ({}, {"case": pages.code, "to": "suon_piseth"}):
        answer = worker.post("/hand-over", data={"reason": "I leave & she waits", "key": "k", **more})
        assert answer.status_code == 409
        assert ">I leave &amp; she waits</textarea>" in answer.text
        assert ("checked" in answer.text) is bool(more)


def test_a_stranger_s_case_cannot_be_handed_over(pages: Pages) -> None:
    """A code that she typed into the form changes nothing, and says nothing."""
    stranger = pages.log_in("kim_bunna")
    before = pages.office.cases.case(pages.code).holders
    form = {"case": [pages.code, "K7Q2-9M4X-3"], "to": "lay_dalin", "reason": "mine now", "key": "x"}
    answer = stranger.post("/hand-over", data=form)
    assert pages.office.cases.case(pages.code).holders == before
    assert pages.code not in answer.text


def test_a_person_s_case_leads_back_to_where_it_was_opened(pages: Pages, worker: TestClient, night: str) -> None:
    """Whoever may see both finds the way; a person of the same night finds nobody else's case on her page."""
    first, second, *_ = lines(worker, night)
    text = worker.get(f"/case/{first}").text
    assert f'href="/case/{night}"' in text
    assert second not in text


def test_each_case_of_a_night_that_is_shown_stands_in_the_log(pages: Pages, worker: TestClient, night: str) -> None:
    """The page shows answers of every one of them."""
    found = lines(worker, night)
    log = pages.office.access.of_day(pages.office.time.now().date())
    assert set(found) <= {one.case for one in log if one.by == "sok_phalla" and one.what == "people"}


def test_an_offer_that_is_refused_is_answered_in_the_reader_s_words(pages: Pages, worker: TestClient) -> None:
    """A no without a reason, and an answer that came twice, are told in her language and not in that of programs."""
    offered = HandOver(actor=NOBODY, role=CASE_MANAGER, to_user="kim_bunna", reason="she moves")
    waiting = next(iter(pages.desk.casework.do("sok_phalla", pages.code, offered).waiting))
    browser = pages.log_in("kim_bunna")
    for language in ("en", "km"):
        browser.post("/language", data={"language": language, "next": "/work"})
        answer = browser.post("/transfers", data={"case": f"{pages.code} {waiting}", "agrees": "no", "key": language})
        assert answer.status_code == 409
        assert f"{pages.code}: {say(language, 'It needs a reason.')}" in answer.text


def test_the_page_of_a_night_says_nothing_was_kept_before_it_is(worker: TestClient, night: str) -> None:
    """Only what was sent is told as done."""
    assert 'class="done"' not in worker.get(f"/case/{night}/people").text
