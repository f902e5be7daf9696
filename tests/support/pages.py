"""The pages of an office, and browsers of its people."""

from __future__ import annotations

import re
from functools import cached_property

from starlette.testclient import TestClient

from engine.run.accounts.codes import code_at
from engine.run.accounts.entrance import Entrance
from engine.run.setup.office import Office
from web.app import create_app
from web.desk import Desk

PASSWORD = "four words in a row"
#: Who has an account: the worker who leads the case, her supervisor, a worker and a supervisor elsewhere, the police,
#: who keeps the directory, who reads no case.
USERS = ("sok_phalla", "ouk_malis", "kim_bunna", "nuon_sreymom", "suon_piseth", "meas_kolap", "prak_sophy")
BASE = "https://localhost"


class Pages:
    """An office with its pages."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.app = create_app(office)
        self.code = office.cases.cases()[0]

    @property
    def desk(self) -> Desk:
        """What the pages are made with."""
        found: Desk = self.app.state.desk
        return found

    @cached_property
    def entrance(self) -> Entrance:
        """How people get in."""
        return self.desk.entrance

    def browser(self) -> TestClient:
        """Return a browser of nobody."""
        return TestClient(self.app, base_url=BASE, follow_redirects=False, headers={"sec-fetch-site": "same-origin"})

    def code_for(self, user: str) -> str:
        """Return the one-time code of a user now."""
        return code_at(self.entrance.factor(user), self.entrance.time.now())

    def log_in(self, user: str) -> TestClient:
        """Return a browser in which somebody is logged in."""
        browser = self.browser()
        first = browser.post("/log-in", data={"name": user, "password": PASSWORD, "next": "/work"})
        assert first.status_code == 303, first.text
        second = browser.post("/log-in/code", data={"code": self.code_for(user), "next": "/work"})
        assert second.status_code == 303, second.text
        return browser


def hidden(text: str, name: str) -> str:
    """Return the value of a hidden box of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found is not None, f"no box {name}"
    return found.group(1)
