"""How the pages behave in a browser: light, quiet, without scripts, readable for everybody, gone at three presses."""

from __future__ import annotations

import re
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, ELSEWHERE, PHONE, Open, Served, answer_elsewhere

pytestmark = pytest.mark.xdist_group("browser")
AXE = Path(".tools/node_modules/axe-core/axe.min.js")
#: Every kind of page that somebody who is logged in sees.
PATHS = (
    *("/work", "/cases", "/stalled", "/stalled/weeks", "/open", "/open/care", "/account", "/hand-over", "/transfers"),
    *("/approvals", "/emergency", "/case/{code}/marks", "/case/{code}/documents"),
    *(
        "/case/{code}",
        "/case/{code}/timeline",
        "/case/{code}/record",
        "/case/{code}/contact",
        "/case/{code}/consents",
    ),
    *("/case/{code}/more", "/case/{code}/print", "/case/{code}/print/summary", "/case/{code}/act/care/care/moved"),
    "/case/{night}/people",
)


def failures(page: Page) -> list[str]:
    """Return what axe finds that is serious or critical."""
    assert AXE.is_file(), "axe-core is not here; `make test` installs it"
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("language", "size"), [("en", DESKTOP), ("km", PHONE)])
def test_axe_finds_nothing_serious(open_page: Open, served: Served, language: str, size: dict[str, int]) -> None:
    """On every kind of page, in both languages."""
    page = open_page("sok_phalla", size=size, language=language)
    page.context.route("**/*", lambda route: route.continue_())
    found = {}
    for path in PATHS:
        page.goto(path.format(code=served.code, night=served.night))
        wrong = failures_without_policy(page)
        if wrong:
            found[path] = wrong
    assert found == {}


def failures_without_policy(page: Page) -> list[str]:
    """Run axe from outside: the pages' own policy lets no script in that is not theirs."""
    client = page.context.new_cdp_session(page)
    client.send("Page.setBypassCSP", {"enabled": True})
    page.reload()
    return failures(page)


def test_the_first_visit_is_light_and_the_next_ones_lighter(open_page: Open) -> None:
    """At most 100 kB for the first page with all it needs, 20 kB for each further one."""
    page = open_page("sok_phalla", size=PHONE, language="km")
    for most, path in ((100_000, "/log-in"), (20_000, "/cases"), (20_000, "/account")):
        sizes: list[int] = []
        client = page.context.new_cdp_session(page)
        client.send("Network.enable")
        client.on("Network.loadingFinished", lambda event, found=sizes: found.append(int(event["encodedDataLength"])))
        page.goto(path, wait_until="networkidle")
        assert sum(sizes) <= most, (path, sizes)
        client.detach()


def test_the_next_overdue_case_is_open_within_ten_seconds_on_a_slow_line(open_page: Open) -> None:
    """400 ms of delay, 50 kB a second: from the list to the case."""
    page = open_page("sok_phalla", size=PHONE)
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    slow = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 20_000}
    client.send("Network.emulateNetworkConditions", slow)
    begin = monotonic()
    page.goto("/work")
    page.locator(".band.overdue .row-what a").first.click()
    page.wait_for_selector("#next")
    assert monotonic() - begin < 10


def test_everything_works_without_scripts(open_page: Open, served: Served) -> None:
    """A worker takes a step and logs a contact in a browser that runs none."""
    page = open_page("sok_phalla", scripts=False)
    page.goto(f"/case/{served.code}/contact")
    page.locator('button[value="met"]').click()
    expect(page.locator(".done")).to_be_visible()
    page.goto(f"/case/{served.code}/act/care/care/settled")
    page.locator("main form button").click()
    assert served.office.cases.case(served.code).enrolments["care"].tracks["care"].step == "living"


def test_nothing_stays_in_the_browser(open_page: Open, served: Served) -> None:
    """No storage, no cache of pages, no cookie that a script can read; titles say nothing."""
    page = open_page("sok_phalla")
    page.goto(f"/case/{served.code}")
    assert page.title() == "Spean"
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("document.cookie") == ""
    assert page.evaluate("caches.keys().then((keys) => keys.length)") == 0
    page.goto("/work")
    page.locator('form[action="/log-out"] button').click()
    page.go_back()
    assert served.code not in page.content()


def test_three_presses_of_shift_leave(open_page: Open, served: Served) -> None:
    """The session ends, and what is left on the screen is something else."""
    page = open_page("sok_phalla")
    page.goto(f"/case/{served.code}")
    answer_elsewhere(page)
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(f"{ELSEWHERE}**")
    page.goto(f"/case/{served.code}")
    assert "/log-in" in page.url


def test_what_was_typed_survives_a_mistake(open_page: Open, served: Served) -> None:
    """The summary of mistakes has the focus, leads to the question, and the remark is still there."""
    page = open_page("sok_phalla")
    page.goto(f"/case/{served.code}/act/care/care/moved")
    page.fill("#reason", "the bus came early")
    page.locator("main form button").click()
    page.wait_for_selector("#summary:focus")
    assert page.input_value("#reason") == "the bus came early"
    page.locator("#summary a").first.click()
    assert page.evaluate("location.hash") == "#f.reached_at"


@pytest.mark.parametrize("path", ["/work", "/account", "/case/{code}", "/stalled"])
def test_khmer_is_drawn_in_its_own_font(open_page: Open, served: Served, path: str) -> None:
    """Also on a machine without any Khmer font: no word stays a row of empty boxes once ours has come."""
    page = open_page("ouk_malis", size=PHONE, language="km")
    page.goto(path.format(code=served.code), wait_until="networkidle")
    client = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        client.send(f"{domain}.enable")
    root = client.send("DOM.getDocument", {"depth": -1})["root"]["nodeId"]
    found = client.send("DOM.querySelectorAll", {"nodeId": root, "selector": "h1, h2, nav a, .exit-button, label"})
    drawn: dict[str, set[str]] = {}
    for node in found["nodeIds"]:
        text = re.sub("<[^>]+>", "", client.send("DOM.getOuterHTML", {"nodeId": node})["outerHTML"])
        if re.search("[\u1780-\u17ff]", text) and not re.search("[A-Za-z0-9]", text):
            fonts = client.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
            if fonts:  # what is folded away is not drawn
                drawn[text.strip()] = {one["familyName"] for one in fonts}
    assert len(drawn) > 3
    assert {text: fonts for text, fonts in drawn.items() if "Noto Sans Khmer" not in fonts} == {}


def test_a_table_is_read_on_a_telephone(open_page: Open, served: Served) -> None:
    """What stalls is a list there: no column is squeezed until its words stand letter below letter."""
    page = open_page("ouk_malis", size=PHONE)
    page.goto("/stalled")
    narrow = page.evaluate("[...document.querySelectorAll('.stack td')].filter(one => one.offsetWidth < 200).length")
    assert narrow == 0
    assert page.locator(".stack [role=cell]").count() > 0


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_way_out_covers_nothing_on_a_telephone(open_page: Open, served: Served, language: str) -> None:
    """It stands in a line of its own across the screen, wherever the page is, and nothing lies over it."""
    page = open_page("sok_phalla", size=PHONE, language=language)
    for path in ("/work", f"/case/{served.code}/record", f"/case/{served.code}"):
        page.goto(path)
        for down in (0, 400):
            page.evaluate(f"window.scrollTo({{top: {down}, behavior: 'instant'}})")
            found = page.evaluate(
                """() => {
                    const bar = document.querySelector('.exit').getBoundingClientRect();
                    const button = document.getElementById('exit').getBoundingClientRect();
                    const [x, y] = [button.left + button.width / 2, button.top + button.height / 2];
                    const hit = document.elementFromPoint(x, y);
                    return [bar.top, bar.width, button.top >= 0 && button.bottom <= bar.bottom, hit.id];
                }"""
            )
            assert found == [0, PHONE["width"], True, "exit"], (path, down)


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_worst_is_on_the_first_screen_of_a_telephone(open_page: Open, language: str) -> None:
    """Of what stalls: what it is and whom to call, and only then how much there is by agency and by cause."""
    page = open_page("ouk_malis", size=PHONE, language=language)
    page.goto("/stalled")
    row, bars = page.locator("table.stack tbody tr").first, page.locator("table.bars").first
    assert row.locator("a.mail").first.bounding_box()["y"] < PHONE["height"]  # type: ignore[index]
    assert row.bounding_box()["y"] < bars.bounding_box()["y"]  # type: ignore[index]
