"""What was typed survives: a line that is cut, a page that is lost, a log-in that is over. In a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from engine.store.sql.sessions import SqlSessions
from tests.browser.conftest import PHONE, Open, Served, log_in

pytestmark = pytest.mark.xdist_group("browser")
#: A form, one of its boxes, and what is typed there.
FORMS = (
    ("/case/{code}/act/care/care/moved", '[name="f.reached_at"]', "behind the blue temple"),
    ("/case/{code}/record", '[name="f.reached_at"]', "behind the blue temple"),
    ("/case/{code}/contact", '[name="note"]', "her aunt answered"),
    ("/case/{code}", '[name="text"]', "the bus came early"),
    ("/case/{code}/more", "#hreason", "I leave the north"),
    ("/case/{night}/people", "table.intake select >> nth=0", "khmer"),
    ("/open/care", '[name="f.who"]', "Neang Zq9"),
    ("/hand-over", '[name="reason"]', "three wait for a call"),
)


def type_into(page: Page, box: str, text: str) -> None:
    """Type, or choose from a list."""
    if "select" in box:
        page.select_option(box, text)
    else:
        page.fill(box, text)


@pytest.mark.parametrize(("path", "box", "text"), FORMS)
def test_a_form_is_there_again_after_its_page_was_lost(
    open_page: Open, served: Served, path: str, box: str, text: str
) -> None:
    """She types, the page is gone; the same form begins where she stopped, and says so, until it is thrown away."""
    page = open_page("sok_phalla", size=PHONE)
    address = path.format(code=served.code, night=served.night)
    page.goto(address)
    with page.expect_response("**/draft"):
        type_into(page, box, text)
    page.goto("/work")
    page.goto(address)
    expect(page.locator(box)).to_have_value(text)
    expect(page.locator("form[data-texts]")).to_be_visible()
    page.locator("form[data-texts] button").click()
    expect(page.locator("form[data-texts]")).to_have_count(0)
    expect(page.locator(box)).not_to_have_value(text)


@pytest.mark.parametrize("language", ["en", "km"])
def test_a_form_that_was_sent_while_the_line_was_cut_stays(open_page: Open, served: Served, language: str) -> None:
    """The page says that it was not sent; when the line is back the same button sends it, once."""
    page = open_page("sok_phalla", size=PHONE, language=language)
    page.goto(f"/case/{served.code}/record")
    page.context.set_offline(True)
    page.fill('[name="f.reached_at"]', "behind the blue temple")
    page.locator("main form .button").click()
    expect(page.locator(".sending[role=alert]")).to_be_visible()
    assert page.input_value('[name="f.reached_at"]') == "behind the blue temple"
    page.context.set_offline(False)
    page.locator("main form .button").click()
    expect(page.locator(".done")).to_be_visible()
    case = served.office.cases.case(served.code)
    assert case.facts["reached_at"].value == "behind the blue temple"
    page.goto(f"/case/{served.code}/record")
    expect(page.locator("form[data-texts]")).to_have_count(0)


def test_a_contact_is_logged_when_the_line_is_back(open_page: Open, served: Served) -> None:
    """Two taps; the second is pressed again after the line was cut, and one contact stands in the journal."""
    page = open_page("sok_phalla", size=PHONE)
    page.goto(f"/case/{served.code}/contact")
    before = served.office.cases.case(served.code).seq
    page.context.set_offline(True)
    page.locator('button[value="no_answer"]').click()
    expect(page.locator(".sending[role=alert]")).to_be_visible()
    page.context.set_offline(False)
    page.locator('button[value="no_answer"]').click()
    expect(page.locator(".done")).to_be_visible()
    assert served.office.cases.case(served.code).seq == before + 1


def test_sixty_lines_survive_a_cut_line(open_page: Open, served: Served) -> None:
    """The page of a night is not lost with what stands on it."""
    page = open_page("sok_phalla")
    page.goto(f"/case/{served.night}/people")
    boxes = page.locator("table.intake tbody tr select:first-of-type")
    page.context.set_offline(True)
    for number in range(0, boxes.count(), 10):
        boxes.nth(number).select_option(index=1)
    chosen = [boxes.nth(number).input_value() for number in range(0, boxes.count(), 10)]
    page.locator("main form .button").last.click()
    expect(page.locator(".sending[role=alert]")).to_be_visible()
    assert [boxes.nth(number).input_value() for number in range(0, boxes.count(), 10)] == chosen
    page.context.set_offline(False)
    page.locator("main form .button").last.click()
    expect(page.locator(".done")).to_be_visible()


def test_who_is_logged_out_meanwhile_loses_nothing(open_page: Open, served: Served) -> None:
    """The page stays, and says what to do: log in again in another window, then send it again."""
    page = open_page("sok_phalla")
    page.goto(f"/case/{served.code}")
    page.fill('[name="text"]', "the bus came early")
    SqlSessions(served.office.database).end_all("sok_phalla", served.office.time.now())
    page.locator("main form .button.plain").last.click()
    expect(page.locator(".sending[role=alert] a")).to_be_visible()
    other = page.context.new_page()
    other.goto("/log-in")
    log_in(other, served, "sok_phalla")
    other.close()
    page.locator("main form .button.plain").last.click()
    expect(page.locator(".done")).to_be_visible()


def test_an_idle_page_is_locked_and_comes_back_after_the_log_in(open_page: Open, served: Served) -> None:
    """Fifteen quiet minutes end at the log-in; what was typed stands in the form to which it leads back."""
    page = open_page("sok_phalla")
    page.clock.install()
    page.goto(f"/case/{served.code}/record")
    with page.expect_response("**/draft"):
        page.fill('[name="f.reached_at"]', "behind the blue temple")
        page.clock.run_for(2_000)
    page.clock.run_for(16 * 60 * 1000)
    page.wait_for_url("**/log-in?next=**")
    page.fill("#name", "sok_phalla")
    assert page.input_value('main [name="next"]') == f"/case/{served.code}/record"
    page.goto(f"/case/{served.code}/record")
    expect(page.locator('[name="f.reached_at"]')).to_have_value("behind the blue temple")


def test_a_form_that_had_to_be_confirmed_leaves_no_draft(open_page: Open, served: Served) -> None:
    """The code is asked for in between; when it is done, nothing stands there again."""
    page = open_page("sok_phalla")
    long_ago = served.desk.entrance.time.now() - timedelta(minutes=11)
    for session in SqlSessions(served.office.database).of("sok_phalla"):
        SqlSessions(served.office.database).confirm(session.id, long_ago)
    page.goto("/hand-over")
    page.select_option("#to", "kim_bunna")
    with page.expect_response("**/draft"):
        page.fill("#reason", "three wait for a call")
    page.locator("main form .button").last.click()
    page.fill("#confirmation", served.code_for("sok_phalla"))
    page.locator("main form .button").last.click()
    expect(page.locator(".done")).to_be_visible()
    page.goto("/hand-over")
    expect(page.locator("form[data-texts]")).to_have_count(0)


def test_after_a_mistake_the_whole_form_is_still_kept(open_page: Open, served: Served) -> None:
    """One more sign is typed into the page that answered, and the page is lost: nothing of the first is."""
    page = open_page("sok_phalla")
    address = f"/case/{served.code}/act/care/care/moved"
    page.goto(address)
    with page.expect_response("**/draft"):
        page.fill("#reason", "the bus came early")
    page.locator("main form .button").last.click()
    expect(page.locator("#summary")).to_be_visible()
    with page.expect_response("**/draft"):
        page.fill('[name="f.reached_at"]', "behind the blue temple")
    page.goto("/work")
    page.goto(address)
    expect(page.locator("#reason")).to_have_value("the bus came early")
    expect(page.locator('[name="f.reached_at"]')).to_have_value("behind the blue temple")


def test_a_refused_form_takes_nothing_from_another_one(open_page: Open, served: Served) -> None:
    """Two forms on one page: what was begun in the one stands there after the other was refused."""
    page = open_page("sok_phalla")
    page.goto(f"/case/{served.code}/more")
    page.fill("#hreason", "I leave the north")
    page.fill("#oreason", "she visits kin")
    page.locator('form[action$="/more/hold"] .button').click()
    expect(page.locator("#summary")).to_be_visible()
    expect(page.locator("#hreason")).to_have_value("I leave the north")
    expect(page.locator("#oreason")).to_have_value("she visits kin")
