"""The days of the people who use the pages, walked in a real browser: both languages, a telephone and a desk."""

from __future__ import annotations

import re
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from engine.core.case.commands import Actor, AskApproval
from engine.run.accounts.codes import code_at
from engine.run.ticks.bootstrap import worker_of
from tests.browser.conftest import (
    DESKTOP,
    ELSEWHERE,
    INTAKE,
    PEOPLE,
    PHONE,
    Open,
    Served,
    answer_elsewhere,
    log_in,
)
from tests.support.shift import read_mail

pytestmark = pytest.mark.xdist_group("browser")
EVERYWHERE = pytest.mark.parametrize(
    ("language", "size"), [("en", DESKTOP), ("en", PHONE), ("km", DESKTOP), ("km", PHONE)]
)


def fits(page: Page) -> bool:
    """Return whether nothing of a page lies beside the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"))


@EVERYWHERE
def test_a_worker_s_day(open_page: Open, served: Served, language: str, size: dict[str, int]) -> None:
    """She sees what is overdue, logs a call, takes a step, asks an agreement, takes it back, prints, leaves."""
    page = open_page("sok_phalla", size=size, language=language)
    assert page.locator("html").get_attribute("lang") == language
    assert fits(page)
    overdue = page.locator(".band.overdue .row")
    assert overdue.count() > 0
    overdue.first.locator(".row-do a").click()
    page.locator('button[value="no_answer"]').click()
    expect(page.locator(".done")).to_be_visible()
    page.goto(f"/case/{served.code}")
    assert fits(page)
    page.locator('a[href$="/settled"]').click()
    page.locator("main form button").click()
    expect(page.locator(".done")).to_be_visible()
    page.goto(f"/case/{served.code}/consents")
    assert fits(page)
    page.locator("details summary").first.click()
    page.locator('form[action$="/consents/exam"] button[value="yes"]').click()
    page.goto(f"/case/{served.code}/consents")
    page.locator('form[action$="/consents/exam"] button[value="no"]').click()
    assert not served.office.cases.case(served.code).consents["exam"].given
    page.goto(f"/case/{served.code}/print/help")
    assert served.code in page.inner_text("main")
    for path in (
        "/cases",
        f"/case/{served.code}/timeline",
        f"/case/{served.code}/record",
        f"/case/{served.code}/more",
    ):
        page.goto(path)
        assert fits(page), path
    answer_elsewhere(page)
    page.locator("#exit").click()
    page.wait_for_url(f"{ELSEWHERE}**")
    page.goto("/work")
    assert page.url.endswith("/log-in?next=/work")


@EVERYWHERE
def test_a_supervisor_s_day(open_page: Open, served: Served, language: str, size: dict[str, int]) -> None:
    """She sees what stalls, promises to act, gives a case to somebody else, says yes to what waits for her."""
    asked = AskApproval(
        actor=Actor(), enrolment="care", track="care", action="moved", facts={"reached_at": "by her aunt"},
        reason="kin came",
    )  # fmt: skip
    served.desk.casework.do("sok_phalla", served.code, asked)
    page = open_page("ouk_malis", size=size, language=language)
    page.goto("/stalled")
    rows = page.locator("table.wide-table tbody tr")
    assert rows.count() > 0
    assert fits(page)
    rows.first.locator('form[action$="/acknowledge"] button').click()
    expect(page.locator(".done")).to_be_visible()
    page.goto("/stalled")
    assert page.locator(".tag.good").count() == 1
    row = rows.last
    given = row.locator("a.code").inner_text()
    row.locator("summary").click()
    row.locator('select[name="to"]').select_option("chhim_rotha")
    row.locator('textarea[name="reason"]').fill("she is ill")
    assert fits(page)
    row.locator("details button").click()
    expect(page.locator(".done")).to_be_visible()
    assert served.office.cases.case(given).holders["case_manager"] == "chhim_rotha"
    page.goto("/work")
    page.locator('section a[href="/approvals"]').click()
    page.wait_for_url("**/approvals")
    assert fits(page)
    assert "by her aunt" in page.inner_text("main")
    page.locator('main button[value="yes"]').first.click()
    expect(page.locator(".done")).to_be_visible()
    assert served.office.cases.case(served.code).enrolments["care"].tracks["care"].step == "living"


@EVERYWHERE
def test_an_intake_officer_s_day(open_page: Open, served: Served, language: str, size: dict[str, int]) -> None:
    """She opens a case, is told of a mistake beside its box, marks whom it is about, counts a night, goes."""
    page = open_page(INTAKE, size=size, language=language)
    page.locator('main a[href="/open"]').click()
    page.locator('a[href="/open/arrival"]').click()
    assert fits(page)
    page.locator('[name="f.who"]').fill("Srey Bq8")
    page.locator('[name="f.children"]').fill("many")
    page.locator("main form button.button").last.click()
    expect(page.locator("#summary")).to_be_visible()
    assert page.locator(".question.wrong .error").count() == 1
    assert page.locator('[name="f.who"]').input_value() == "Srey Bq8"
    page.locator('[name="f.children"]').fill("2")
    page.locator("main form details summary").click()
    page.locator('[name="mark.telephone"]').fill("0977 55 44 33")
    page.locator("main form button.button").last.click()
    page.wait_for_url("**/marks?done=handed")
    assert fits(page)
    page.goto("/open/night")
    page.locator("main form button.button").last.click()
    page.wait_for_selector("#next")
    night = page.locator("h1 .code").inner_text()
    page.locator('a[href$="/counted"]').click()
    page.locator('[name="f.persons_found"]').fill("3")
    page.locator("main form button.button").last.click()
    expect(page.locator(".done")).to_be_visible()
    worker_of(served.office).tick(served.office.time.now())
    page.goto(f"/case/{night}/people")
    assert page.locator("table.intake tbody tr").count() == 3
    assert fits(page)
    page.locator("table.intake tbody a.code").first.click()
    page.wait_for_selector("#next")
    page.locator('a[href$="/record"]').first.click()
    page.locator('[name="f.language_spoken"]').last.check()
    page.locator("main form button.button").last.click()
    expect(page.locator(".done")).to_be_visible()
    page.goto("/cases")
    assert night in page.inner_text("main")
    answer_elsewhere(page)
    page.locator("#exit").click()
    page.wait_for_url(f"{ELSEWHERE}**")


@pytest.mark.parametrize("language", ["en", "km"])
def test_an_escalation_is_handled_from_the_mail_in_two_taps(open_page: Open, served: Served, language: str) -> None:
    """Without logging in: one tap opens the link, one presses the button; the clock knows of the promise."""
    for minutes in (0, 1):
        worker_of(served.office).tick(served.office.time.now())
        assert minutes in (0, 1)
    letters = sorted((served.office.settings.folder / "mail").rglob("*.eml"))
    found = [re.search(rf"{served.base}(/handle/[\w-]+)", read_mail(letter)) for letter in letters]
    links = [one.group(1) for one in found if one is not None]
    if not links:
        pytest.fail("no escalation has the link")
    page = open_page(size=PHONE, language=language)
    page.goto(links[0])  # the first tap
    assert fits(page)
    assert served.code not in page.content()
    page.locator("main form button").first.click()  # the second
    expect(page.locator(".done")).to_be_visible()


def test_sixty_people_are_registered_by_typing(open_page: Open, served: Served) -> None:
    """With the keyboard, line after line: well within twenty minutes."""
    page = open_page("sok_phalla")
    page.goto(f"/case/{served.night}/people")
    begin = monotonic()
    rows = page.locator("table.intake tbody tr")
    assert rows.count() == PEOPLE
    page.locator("table.intake select").first.focus()
    for _ in range(PEOPLE):
        page.keyboard.type("K", delay=20)  # Khmer
        page.keyboard.press("Tab")
        page.keyboard.type("N", delay=20)  # not hurt
        page.keyboard.press("Tab")
        page.keyboard.type("06032026", delay=20)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab") if page.evaluate("document.activeElement.type") == "date" else None
        page.keyboard.type("1", delay=20)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
    page.locator("main form button").last.click()
    expect(page.locator(".done")).to_be_visible()
    assert monotonic() - begin < 20 * 60
    cases = served.office.cases.several(served.office.cases.cases()).values()
    told = [case for case in cases if "arrival" in case.enrolments and "language_spoken" in case.facts]
    assert len(told) == PEOPLE


def test_twenty_seven_cases_change_hands(open_page: Open, served: Served) -> None:
    """One page, one note, one press; the receiver accepts with another. Within five minutes."""
    begin = monotonic()
    page = open_page("sok_phalla")
    page.goto("/hand-over")
    page.select_option("#to", "kim_bunna")
    page.fill("#reason", "I leave the north; three of them wait for a call.")
    page.locator("main form button").last.click()
    expect(page.locator(".done")).to_be_visible()
    other = open_page("kim_bunna")
    other.goto("/transfers")
    other.locator('button[value="yes"]').click()
    expect(other.locator(".done")).to_be_visible()
    assert monotonic() - begin < 5 * 60
    cases = served.office.cases.several(served.office.cases.cases()).values()
    assert sum(case.holders.get("case_manager") == "kim_bunna" for case in cases if "care" in case.enrolments) == 27


@EVERYWHERE
def test_an_administrator_s_day(open_page: Open, served: Served, language: str, size: dict[str, int]) -> None:
    """Somebody new comes in by an invitation, gets a role, loses it, and is out when her account is closed."""
    page = open_page("meas_kolap", size=size, language=language)
    page.goto("/people")
    assert fits(page)
    page.fill("#id", "new_worker")
    page.fill("#name", "New Worker")
    page.select_option("#agency", "social_north")
    page.locator("main form button").last.click()
    page.wait_for_url("**/people/new_worker")
    assert fits(page)
    page.locator('form[action$="/invite"] button').click()
    link = page.inner_text("#invitation")
    new = open_page(size=size, language=language)
    new.goto(link)
    assert fits(new)
    factor = new.inner_text("code.key")
    new.fill("#password", "small boats at dawn")
    new.fill("#again", "small boats at dawn")
    new.fill("#code", code_at(factor, served.desk.entrance.time.now()))
    new.locator("main form button").click()
    assert new.locator(".codes li").count() == 10
    log_in(open_at_log_in(new), served, "new_worker", "small boats at dawn")
    assert new.locator(".band").count() == 3
    page.select_option("#role", "case_manager")
    page.locator('form[action$="/give"] button').click()
    page.wait_for_selector('form[action$="/take"]')
    new.goto("/open")
    assert new.locator("ul.actions a").count() > 0
    page.locator('form[action$="/take"] button').click()
    page.wait_for_selector('form[action$="/take"]', state="detached")
    new.goto("/open")
    assert new.locator("ul.actions a").count() == 0
    page.locator('form[action$="/close"] button').click()
    page.wait_for_selector('form[action$="/open"]')
    new.goto("/work")
    assert "/log-in" in new.url


def open_at_log_in(page: Page) -> Page:
    """Return a page that asks who it is."""
    page.goto("/log-in")
    return page


def test_a_day_by_the_keyboard_alone(open_page: Open, served: Served) -> None:
    """No mouse: from the log-in through the list to a step that is taken, with the focus always to be seen."""
    page = open_page()
    press_until(page, "name")
    page.keyboard.type("sok_phalla")
    press_until(page, "password")
    page.keyboard.type("four words in a row")
    page.keyboard.press("Enter")
    page.wait_for_selector("#code")
    press_until(page, "code")
    page.keyboard.type(served.code_for("sok_phalla"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/work")
    page.wait_for_selector(".band")
    press_until_href(page, "/cases")
    page.keyboard.press("Enter")
    page.wait_for_selector("tbody")
    press_until_href(page, f"/case/{served.code}")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("#next")
    press_until_href(page, "/settled")
    page.keyboard.press("Enter")
    page.wait_for_selector("main form button.button")
    press_until_button(page)
    page.keyboard.press("Enter")
    page.wait_for_selector(".done")


def press_until(page: Page, id_: str) -> None:
    """Press Tab until the box of this name has the focus."""
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == id_:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches {id_}")


def press_until_href(page: Page, part: str) -> None:
    """Press Tab until a link to such an address has the focus."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if part in (page.evaluate("document.activeElement.getAttribute('href') || ''") or ""):
            return
    pytest.fail(f"Tab never reaches a link to {part}")


def press_until_button(page: Page) -> None:
    """Press Tab until the button of the main form has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('main form button.button')"):
            return
    pytest.fail("Tab never reaches the button")
