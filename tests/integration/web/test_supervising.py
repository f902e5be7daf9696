"""The supervisor's screens: where her day begins, what stalls, whom to call, who was told, who has answered."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

from starlette.testclient import TestClient

from engine.core.case.commands import Actor, HandOver
from engine.run.ticks.bootstrap import worker_of
from tests.integration.web.test_pages import act, english
from tests.support.office import at
from tests.support.pages import PASSWORD, Pages, hidden


def landing(pages: Pages, user: str, wanted: str = "") -> str:
    """Return where somebody is led by logging in."""
    browser = pages.browser()
    address = f"/log-in?next={wanted}" if wanted else browser.get("/").headers["location"]
    next_ = onward(browser.get(address).text)
    answer = browser.post("/log-in", data={"name": user, "password": PASSWORD, "next": next_})
    code = pages.code_for(user)
    next_ = onward(browser.get(answer.headers["location"]).text)
    where = browser.post("/log-in/code", data={"code": code, "next": next_}).headers["location"]
    return str(browser.get(where).headers["location"] if where == "/" else where)


def onward(text: str) -> str:
    """Return where the form of a page leads on; the switch of languages in its head has such a box, too."""
    return str(re.findall(r'name="next" value="([^"]*)"', text)[-1])


def text_of(answer: str) -> str:
    """Return the words of a page, without its marks."""
    main = answer[answer.index("<main") :]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def test_a_supervisor_lands_on_what_stalls(pages: Pages) -> None:
    """Who supervises and may lead no case begins there, everybody else with her work; a wish for a page is kept."""
    assert landing(pages, "ouk_malis") == "/stalled"
    assert landing(pages, "sok_phalla") == "/work"
    assert landing(pages, "meas_kolap") == "/work"
    assert landing(pages, "nuon_sreymom", "/cases") == "/cases"


def test_my_work_does_not_say_that_nothing_is_overdue_while_others_are_late(pages: Pages) -> None:
    """It says that nothing is hers, how much is with others, and leads there."""
    chief = english(pages.log_in("ouk_malis"))
    text = chief.get("/work").text
    assert "Nothing is overdue." not in text
    assert "Nothing is overdue that is yours to do." in text
    assert re.search(r'<a href="/stalled">1 limit that others have to keep is overdue', text)


def test_a_row_says_whom_to_call_who_was_told_and_that_nobody_answers(pages: Pages) -> None:
    """Name and mail of who has to move it, the rung that was reached with the time, and then who promised."""
    monday = pages.office.time.now() + timedelta(days=3)
    office = at(pages.office, monday)
    try:
        worker_of(office).tick(monday)
        later = Pages(office)
        chief = english(later.log_in("ouk_malis"))
        page = chief.get("/stalled").text
        words = text_of(page)
        directory = office.people.now()
        assert directory.users["sok_phalla"].name in words
        assert f'href="mailto:{directory.users["sok_phalla"].email}"' in page
        assert re.search(r"rung \d of \d", words)
        assert "Nobody answers" in words
        assert "1 was escalated and nobody answers" in words
        assert pages.code in chief.get("/stalled?only=unanswered").text
        form = {"clock": hidden(page, "clock"), "days": "2", "key": "p", "back": "stalled"}
        answer = chief.post(f"/case/{pages.code}/acknowledge", data=form)
        words = text_of(answer.text)
        assert "What stalls" in words
        assert f"{directory.users['ouk_malis'].name} will handle it by" in words
        assert "nobody answers" not in words.casefold()
        assert pages.code not in text_of(chief.get("/stalled?only=unanswered").text)
    finally:
        office.close()


def test_the_worst_rows_come_before_the_sums(pages: Pages) -> None:
    """In the order of reading, so that a telephone shows them first; agency and cause follow beside or below."""
    page = english(pages.log_in("ouk_malis")).get("/stalled").text
    assert page.index(pages.code) < page.index("By agency") < page.index("By what is due")


def test_the_bands_come_first_and_links_say_how_much_waits(pages: Pages, worker: TestClient) -> None:
    """After the heading stands what is overdue; approvals and offers are counted, each only for whom they wait."""
    page = english(worker).get("/work").text
    assert page.index("<h1>") < page.index("band-overdue") < page.index('action="/find"')
    assert re.search(r'href="/approvals">[^<]+</a> <span class="count">0</span>', page)
    act(worker, pages, "moved", **{"f.reached_at": "Wat Violet"})
    offered = HandOver(actor=Actor(), role="case_manager", to_user="kim_bunna", reason="she moves")
    pages.desk.casework.do("sok_phalla", pages.code, offered)
    chief = pages.log_in("ouk_malis").get("/work").text
    assert re.search(r'href="/approvals">[^<]+</a> <span class="count">1</span>', chief)
    other = pages.log_in("kim_bunna").get("/work").text
    assert re.search(r'href="/transfers">[^<]+</a> <span class="count">1</span>', other)
    assert pages.code not in other


def test_a_record_that_changes_nothing_says_so(pages: Pages, worker: TestClient) -> None:
    """Sent as it was, the page says that nothing was changed; what was remarked is still in its box."""
    address = f"/case/{pages.code}/record"
    seen = hidden(english(worker).get(address).text, "seen")
    before = pages.office.cases.case(pages.code).seq
    answer = worker.post(address, data={"seen": seen, "reason": "she said so"})
    assert answer.status_code == 200
    assert "Nothing was changed." in answer.text
    assert "she said so" in answer.text
    assert pages.office.cases.case(pages.code).seq == before
