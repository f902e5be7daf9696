"""A real browser (the distribution's Chromium) before a real server; everything it asks for is written down."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from engine.core.case.commands import Act, Actor
from engine.core.people.commands import AddMembership, AnyPeopleCommand, SetUser
from engine.run.accounts.codes import code_at, new_factor
from engine.run.cases.casework import Opening
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import Office, open_office
from engine.run.ticks.bootstrap import worker_of
from tests.support.office import FOUNDED, ROOT, make_office, small_protocols
from tests.support.pages import PASSWORD, USERS
from web.app import create_app
from web.desk import Desk

#: Where the distribution has it.
CHROMIUM = os.environ.get("SPEAN_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
PEOPLE = 60
#: Who takes people in, and leads nobody's case.
INTAKE = "tep_sovann"
#: Where somebody is led who leaves in a hurry; nothing else outside is ever asked for.
ELSEWHERE = "https://www.google.com/"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return a browser. Without one these tests fail: `make test` installs it."""
    assert CHROMIUM, "no Chromium here; `make test` installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Served:
    """An office behind a real server on this machine."""

    office: Office
    base: str
    code: str
    night: str
    asked: list[str] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        """The use cases, apart from the server's own."""
        return Desk(self.office)

    def code_for(self, user: str) -> str:
        """Return a fresh one-time code of a user: what was used in this half minute is forgotten."""
        entrance = self.desk.entrance
        account = entrance.accounts.account(user)
        assert account is not None
        entrance.accounts.put(user, account.password, account.factor, (), entrance.time.now())
        return code_at(entrance.factor(user), entrance.time.now())


@pytest.fixture(scope="session")
def founded_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an office with accounts, twenty-seven cases of one worker, and a night of sixty people."""
    room = tmp_path_factory.mktemp("browser")
    protocols = small_protocols(room / "protocols")
    for name in ("care.yaml", "night.yaml", "arrival.yaml"):
        shutil.copyfile(ROOT / "tests" / "fixtures" / "office" / name, protocols / name)
    office = make_office(room / "office", protocols)
    desk = Desk(office)
    takes_in: list[AnyPeopleCommand] = [
        SetUser(by="t", id=INTAKE, name="Tep Sovann", agency="social_north", language="km"),
        AddMembership(by="t", user=INTAKE, role="intake_officer", agency="social_north"),
    ]
    office.people.change(takes_in, office.time.now())
    for user in (*USERS, INTAKE):
        desk.entrance.establish(user, PASSWORD, new_factor())
    for number in range(27):
        desk.casework.open("sok_phalla", Opening("care", {"who": f"Neang {number}"}))
    night = desk.casework.open("sok_phalla", Opening("night", {})).id
    counted = Act(actor=Actor(), enrolment="night", track="night", action="counted", facts={"persons_found": PEOPLE})
    desk.casework.do("sok_phalla", night, counted)
    worker_of(office).tick(office.time.now())
    office.close()
    return room / "office"


@pytest.fixture
def served(founded_office: Path, tmp_path: Path) -> Iterator[Served]:
    """Return an office of its own behind a server, five days later."""
    shutil.copytree(founded_office, tmp_path / "office")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    settings = tmp_path / "office" / "spean.toml"
    settings.write_text(settings.read_text().replace('link = ""', f'link = "{base}"'), encoding="utf-8")
    now = FOUNDED + timedelta(days=7, minutes=30)
    office = open_office(str(tmp_path / "office"), {}, FixedTime(now))
    server = uvicorn.Server(
        uvicorn.Config(create_app(office), host="127.0.0.1", port=port, log_level="error", access_log=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    cases = office.cases.several(office.cases.cases())
    night = next(code for code, case in cases.items() if case.about == "operation")
    code = next(code for code, case in cases.items() if "care" in case.enrolments)
    yield Served(office, base, code, night)
    server.should_exit = True
    thread.join(10)
    office.close()


Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, served: Served) -> Iterator[Open]:
    """Return what opens a page of the office in a browser of its own, logged in as somebody or not at all."""
    contexts: list[BrowserContext] = []

    def open_(user: str = "", *, size: dict[str, int] = DESKTOP, language: str = "en", scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport=size,  # type: ignore[arg-type]
            locale="km-KH" if language == "km" else "en-GB",
            java_script_enabled=scripts,
            base_url=served.base,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: served.asked.append(request.url))
        page.goto("/log-in")
        if user:
            log_in(page, served, user)
        if page.locator(f'button[value="{language}"]').count():
            page.locator(f'button[value="{language}"]').click()
            page.wait_for_selector(f'html[lang="{language}"]', state="attached")
        return page

    yield open_
    for context in contexts:
        context.close()
    outside = [url for url in served.asked if not url.startswith((served.base, "data:", ELSEWHERE))]
    assert outside == []


def answer_elsewhere(page: Page) -> None:
    """Stand in for the world outside. Only for a page that is left: whatever is routed is no longer cached."""
    page.context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body="weather"))


def log_in(page: Page, served: Served, user: str, password: str = PASSWORD) -> None:
    """Log somebody in by typing."""
    page.fill("#name", user)
    page.fill("#password", password)
    page.locator("main form button").click()
    page.fill("#code", served.code_for(user))
    page.locator("main form button").click()
    page.wait_for_url(re.compile(r"/(work|stalled)$"))  # where her day begins
