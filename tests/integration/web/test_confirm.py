"""What is grave asks once more who it is, loses nothing of what was written, and takes a code only once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from engine.core.people.directory import CASE_MANAGER
from engine.run.accounts.entrance import FRESH
from engine.store.sql import tables as t
from engine.store.sql.tables import micros
from tests.integration.web.test_pages import english
from tests.support.pages import PASSWORD, Pages, hidden

#: Everything that is grave: its address, and a form that would do it.
GRAVE = {
    "/account/recovery": {},
    "/account/keys": {"name": "a program", "scope": "read"},
    "/hand-over": {"case": "{code}", "to": "kim_bunna", "reason": "I leave the north", "key": "h"},
    "/emergency": {"code": "{code}", "reason": "she is in danger", "hours": "1", "key": "g"},
}
OF_PEOPLE = {
    "/people/kim_bunna/invite": {},
    "/people/kim_bunna/give": {"role": "counsellor", "agency": "social_north"},
}


def stale(pages: Pages, user: str) -> TestClient:
    """Return the browser of somebody who logged in some time ago, and has worked since."""
    browser = english(pages.log_in(user))
    long_ago = pages.entrance.time.now() - FRESH - timedelta(minutes=1)
    with pages.office.database.write() as connection:
        connection.execute(t.sessions.update().values(begun_at=micros(long_ago)))
    return browser


def fresh_code(pages: Pages, user: str) -> str:
    """Return a one-time code that was not used: what was used in this half minute is forgotten."""
    account = pages.entrance.accounts.account(user)
    assert account is not None
    with pages.office.database.write() as connection:
        connection.execute(t.accounts.update().values(factor_step=0))
    return pages.code_for(user)


@pytest.mark.parametrize(
    ("path", "user"), [*((one, "sok_phalla") for one in GRAVE), *((one, "meas_kolap") for one in OF_PEOPLE)]
)
def test_what_is_grave_asks_who_it_is(pages: Pages, path: str, user: str) -> None:
    """Some time after the log-in nothing is done before the code; what was sent stands in the form that asks."""
    browser = stale(pages, user)
    form = {name: value.format(code=pages.code) for name, value in (GRAVE | OF_PEOPLE)[path].items()}
    answer = browser.post(path, data=form)
    assert answer.status_code == 403
    assert "Is it still you?" in answer.text
    assert {name: hidden(answer.text, name) for name in form} == form
    done = browser.post(path, data=form | {"confirmation": fresh_code(pages, user)})
    assert done.status_code in {200, 303}, done.text


def test_nothing_is_done_without_the_code_and_all_of_it_with_it(pages: Pages) -> None:
    """The case is offered when she has shown who she is; for a while she is not asked again."""
    browser = stale(pages, "sok_phalla")
    form = {"case": pages.code, "to": "kim_bunna", "reason": "I leave the north", "key": "h"}
    browser.post("/hand-over", data=form)
    assert not pages.office.cases.case(pages.code).waiting
    wrong = browser.post("/hand-over", data=form | {"confirmation": "000000"})
    assert wrong.status_code == 403
    assert "The code is not right" in wrong.text
    assert not pages.office.cases.case(pages.code).waiting
    browser.post("/hand-over", data=form | {"confirmation": fresh_code(pages, "sok_phalla")})
    assert pages.office.cases.case(pages.code).waiting["w1"].asked == ("user:kim_bunna",)
    assert pages.office.cases.case(pages.code).holders[CASE_MANAGER] == "sok_phalla"
    assert browser.post("/account/recovery").status_code == 200


def test_a_code_confirms_once(pages: Pages) -> None:
    """Whoever saw her type it cannot use it after her."""
    browser = stale(pages, "sok_phalla")
    code = fresh_code(pages, "sok_phalla")
    assert browser.post("/account/recovery", data={"confirmation": code}).status_code == 200
    with pages.office.database.write() as connection:
        connection.execute(t.sessions.update().values(confirmed_at=None))
    assert browser.post("/account/recovery", data={"confirmation": code}).status_code == 403


def test_wrong_codes_let_the_account_rest(pages: Pages) -> None:
    """Six digits are guessed by trying; after some attempts also the right one is not looked at."""
    browser = stale(pages, "sok_phalla")
    for _ in range(6):
        browser.post("/account/recovery", data={"confirmation": "000000"})
    answer = browser.post("/account/recovery", data={"confirmation": fresh_code(pages, "sok_phalla")})
    assert answer.status_code == 403
    assert "Too many attempts" in answer.text


def test_a_password_is_changed_with_the_old_one_known(pages: Pages, worker: TestClient) -> None:
    """Wrong, or two that differ, and nothing changes; then the new one lets in, and other sessions are over."""
    english(worker)
    new = "small boats at dawn"
    wrong = worker.post("/account/password", data={"old": "not this one at all", "new": new, "again": new})
    assert (wrong.status_code, "is not the one you wrote" in wrong.text) == (422, True)
    differ = worker.post("/account/password", data={"old": PASSWORD, "new": new, "again": new + "!"})
    assert differ.status_code == 422
    easy = worker.post("/account/password", data={"old": PASSWORD, "new": "Password1234", "again": "Password1234"})
    assert (easy.status_code, "Password1234" in easy.text) == (422, False)
    done = worker.post("/account/password", data={"old": PASSWORD, "new": new, "again": new})
    assert done.status_code == 200
    assert "The new password holds." in done.text
    assert worker.get("/work").status_code == 200
    other = pages.browser()
    assert other.post("/log-in", data={"name": "sok_phalla", "password": PASSWORD}).status_code == 422
    assert other.post("/log-in", data={"name": "sok_phalla", "password": new}).status_code == 303


def test_new_recovery_codes_replace_the_old_ones(pages: Pages, worker: TestClient) -> None:
    """Ten are shown once; one of them works, none of those before."""
    text = worker.post("/account/recovery").text
    assert text.count("<li>") >= 10
    assert pages.entrance.recovery_left("sok_phalla") == 10


def test_nobody_gives_herself_a_role(pages: Pages) -> None:
    """The administrator neither gives herself a role nor names her own supervisor; another one has to."""
    browser = english(pages.log_in("meas_kolap"))
    before = pages.office.people.now().memberships
    for what, form in (("give", {"role": "data_protection_officer"}), ("supervise", {"supervisor": "kim_bunna"})):
        answer = browser.post(f"/people/meas_kolap/{what}", data=form)
        assert answer.status_code == 422
        assert "nobody gives herself a role" in answer.text
    assert pages.office.people.now().memberships == before
