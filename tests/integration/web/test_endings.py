"""What leads on stands first, endings apart; what closes something is shown once more before it is done."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine.run.accounts.codes import new_factor
from engine.run.cases.casework import Opening
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import open_office
from tests.integration.web.test_pages import english
from tests.support.office import FOUNDED, ROOT, make_office, small_protocols
from tests.support.pages import BASE, PASSWORD, Pages, hidden
from web.desk import Desk


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an office with a stay that has begun."""
    room = tmp_path_factory.mktemp("stay")
    protocols = small_protocols(room / "protocols")
    shutil.copyfile(ROOT / "tests" / "fixtures" / "office" / "stay.yaml", protocols / "stay.yaml")
    office = make_office(room / "office", protocols)
    desk = Desk(office)
    desk.entrance.establish("sok_phalla", PASSWORD, new_factor())
    desk.casework.open("sok_phalla", Opening("stay", {"who": "Neang Zq7"}))
    office.close()
    settings = room / "office" / "spean.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('link = ""', f'link = "{BASE}"'), "utf-8")
    return room / "office"


@pytest.fixture
def stay(founded: Path, tmp_path: Path) -> Iterator[Pages]:
    """Return the pages of an office of its own, a day later."""
    shutil.copytree(founded, tmp_path / "office")
    office = open_office(str(tmp_path / "office"), {}, FixedTime(FOUNDED + timedelta(days=1)))
    yield Pages(office)
    office.close()


@pytest.fixture
def browser(stay: Pages) -> TestClient:
    """Return the browser of the worker who leads the case."""
    return english(stay.log_in("sok_phalla"))


def sent(browser: TestClient, address: str, **given: str) -> dict[str, str]:
    """Return what the form of an action sends."""
    form = browser.get(address).text
    return {name: hidden(form, name) for name in ("key", "visit", "seen")} | given


def test_what_leads_on_stands_first_and_endings_apart(stay: Pages, browser: TestClient) -> None:
    """The straight way is the first button; what is possible at any time is plain; endings are folded away."""
    text = browser.get(f"/case/{stay.code}").text
    box = text[text.index('id="next"') : text.index('id="limits"')]
    order = re.findall(r'<a class="(button[^"]*)" href="[^"]*/stay/stay/(\w+)"|(<details>)', box)
    found = [(kind, name or "folded") for kind, name, folded in order]
    assert found == [
        ("button", "settles"),
        ("button", "rests"),
        ("button plain", "calls"),
        ("", "folded"),
        ("button plain", "elsewhere"),
        ("button plain", "died"),
    ]
    assert "Other endings: 2" in box


def test_a_lane_is_drawn_as_its_straight_way(stay: Pages, browser: TestClient) -> None:
    """Behind where she stands come the steps to the good end; detours and other endings stand beside it."""
    text = browser.get(f"/case/{stay.code}").text
    lane = text[text.index('id="lanes"') :]
    lane = lane[: lane.index("</details>")]
    assert re.findall(r'<li class="(\w+)"[^>]*>([^<]+)</li>', lane) == [
        ("now", "Arrived"),
        ("ahead", "Settled"),
        ("ahead", "Over"),
    ]
    assert "Resting · Elsewhere · Died" in lane


def test_an_ending_is_shown_once_more_before_it_is_done(stay: Pages, browser: TestClient) -> None:
    """First what was typed and what will follow; only the second press does it, whatever is sent twice."""
    address = f"/case/{stay.code}/act/stay/stay/elsewhere"
    form = sent(browser, address, **{"f.reached_at": "at her aunt’s", "reason": "she asked"})
    before = stay.office.cases.case(stay.code).seq
    answer = browser.post(address, data=form)
    assert answer.status_code == 202
    text = unescape(answer.text)
    assert "Check before you do it: She went elsewhere" in text
    assert "at her aunt’s" in text
    assert "It ends: The stay With it the case is closed, unless something else goes on." in text
    assert stay.office.cases.case(stay.code).seq == before
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text[text.index("<main") :]))
    assert again["f.reached_at"] == "at her aunt’s"
    changed = browser.post(address, data=again | {"checked": "change"})
    assert 'name="f.reached_at" rows="2" autocomplete="off">at her aunt’s<' in unescape(changed.text)
    assert ">she asked</textarea>" in changed.text
    assert browser.post(address, data=again | {"checked": "yes"}).status_code == 200
    case = stay.office.cases.case(stay.code)
    assert case.enrolments["stay"].tracks["stay"].outcome == "elsewhere"
    assert case.facts["reached_at"].value == "at her aunt’s"
    browser.post(address, data=again | {"checked": "yes"})
    assert stay.office.cases.case(stay.code).seq == case.seq


def test_what_closes_others_names_them(stay: Pages, browser: TestClient) -> None:
    """She reads which parts of the case it closes with it."""
    address = f"/case/{stay.code}/act/stay/stay/died"
    text = browser.post(address, data=sent(browser, address)).text
    assert "It closes, too: Company" in text


def test_what_would_be_refused_is_said_before_it_is_shown_once_more(stay: Pages, browser: TestClient) -> None:
    """Nobody checks an answer that is not there: the form comes back with what is missing."""
    address = f"/case/{stay.code}/act/stay/stay/elsewhere"
    answer = browser.post(address, data=sent(browser, address))
    assert answer.status_code == 409
    assert 'href="#f.reached_at"' in answer.text


def test_a_step_that_goes_on_is_taken_at_once(stay: Pages, browser: TestClient) -> None:
    """What closes nothing needs no second press."""
    address = f"/case/{stay.code}/act/stay/stay/settles"
    assert browser.post(address, data=sent(browser, address)).status_code == 200
    assert stay.office.cases.case(stay.code).enrolments["stay"].tracks["stay"].step == "settled"


def test_how_a_limit_comes_about_is_told_in_the_reader_s_words(stay: Pages, browser: TestClient) -> None:
    """From which day, how long, to which instant: in her language, with local days and no time of machines."""
    text = browser.get(f"/case/{stay.code}").text
    told = re.findall(r'<p class="derivation">([^<]+)</p>', text)
    assert any(re.fullmatch(r"Counted from \w+ \d+ \w+ 20\d\d, \d\d:\d\d, .+ on: .+", unescape(one)) for one in told)
    browser.post("/language", data={"language": "km", "next": "/work"})
    khmer = re.findall(r'<p class="derivation">([^<]+)</p>', browser.get(f"/case/{stay.code}").text)
    assert len(khmer) == len(told)
    assert not any(re.search(r"[A-Za-z]|\d{4}-\d\d", unescape(one)) for one in khmer)
