"""What costs much is done so often in a minute and no more; one stranger shuts nobody else out."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from engine.run.accounts.throttle import FREE_FOR_ADDRESS
from tests.integration.web.test_pages import english
from tests.support.pages import BASE, PASSWORD, Pages
from web.guards.pace import ASKED_BY_PROGRAM, COSTLY, MINUTE, Pace
from web.serving import settings_of


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        """Return them."""
        return self.seconds


def test_a_minute_later_it_goes_on() -> None:
    """The wait that is told is long enough, and what was refused makes it no longer."""
    clock = Clock()
    pace = Pace(clock)
    assert [pace.wait("a", "page", 3) for _ in range(3)] == [0, 0, 0]
    clock.seconds += 20.5
    assert pace.wait("a", "page", 3) == 40
    assert pace.wait("a", "page", 3) == 40
    clock.seconds += 40
    assert pace.wait("a", "page", 3) == 0


def test_each_person_and_kind_counts_for_itself() -> None:
    """Whoever is too fast stops nobody else, nor her own program."""
    pace = Pace(Clock())
    assert pace.wait("a", "page", 1) == 0
    assert pace.wait("a", "page", 1) == MINUTE
    assert pace.wait("b", "page", 1) == pace.wait("a", "program", 1) == 0


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "/case/{code}/print/summary"),
        ("POST", "/case/{code}/documents"),
        ("GET", "/case/{code}/documents/none"),
        ("POST", "/open/care"),
        ("POST", "/hand-over"),
        ("POST", "/case/{code}/people"),
    ],
)
def test_what_costs_much_rests(pages: Pages, worker: TestClient, verb: str, path: str) -> None:
    """It says so in one sentence, and when to come again; everyday pages still open."""
    english(worker)
    for _ in range(COSTLY):
        pages.app.state.pace.wait("sok_phalla", "page", COSTLY)
    answer = worker.request(verb, path.format(code=pages.code))
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= MINUTE
    assert "very often in a short time" in answer.text
    assert worker.get(f"/case/{pages.code}").status_code == 200


def test_a_program_rests(pages: Pages) -> None:
    """As a problem, with the seconds to wait; a wrong key is refused as ever."""
    key = pages.desk.keys.make("sok_phalla", "a program", "read")
    for _ in range(ASKED_BY_PROGRAM):
        pages.app.state.pace.wait("sok_phalla", "program", ASKED_BY_PROGRAM)
    browser = pages.browser()
    answer = browser.get("/api/v1/work", headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["status"]) == (429, 429)
    assert int(answer.headers["retry-after"]) > 0
    assert browser.get("/api/v1/work", headers={"Authorization": "Bearer none"}).status_code == 401


def stranger(app: Any, host: str) -> TestClient:
    """Return a browser of nobody at an address."""
    own = {"sec-fetch-site": "same-origin"}
    return TestClient(app, base_url=BASE, client=(host, 1), follow_redirects=False, headers=own)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_stranger_shuts_nobody_out(pages: Pages, host: str) -> None:
    """Where the server in front does not say from where somebody comes, all seem to be this machine."""
    browser = stranger(pages.app, host)
    for number in range(FREE_FOR_ADDRESS):
        browser.post("/log-in", data={"name": f"nobody_{number}", "password": "a guess"})
    answer = browser.post("/log-in", data={"name": "sok_phalla", "password": PASSWORD})
    assert answer.status_code == 303


def test_the_address_that_the_server_in_front_says_is_counted(pages: Pages) -> None:
    """As it is served: who guesses from one address rests, who comes from another logs in, though both come by it."""
    settings = settings_of(pages.app, 0)
    settings.load()
    browser = stranger(settings.loaded_app, "127.0.0.1")
    for number in range(FREE_FOR_ADDRESS):
        guess = {"name": f"nobody_{number}", "password": "a guess"}
        browser.post("/log-in", data=guess, headers={"x-forwarded-for": "203.0.113.9"})
    mine = {"name": "sok_phalla", "password": PASSWORD}
    there, elsewhere = (
        browser.post("/log-in", data=mine, headers={"x-forwarded-for": one}).status_code
        for one in ("203.0.113.9", "198.51.100.7")
    )
    assert (there, elsewhere) == (422, 303)


def test_a_stranger_behind_no_proxy_cannot_choose_an_address(pages: Pages) -> None:
    """The header counts only where it comes from this machine."""
    settings = settings_of(pages.app, 0)
    settings.load()
    browser = stranger(settings.loaded_app, "203.0.113.9")
    for number in range(FREE_FOR_ADDRESS):
        guess = {"name": f"nobody_{number}", "password": "a guess"}
        browser.post("/log-in", data=guess, headers={"x-forwarded-for": f"198.51.100.{number}"})
    answer = browser.post("/log-in", data={"name": "sok_phalla", "password": PASSWORD})
    assert answer.status_code == 422
