"""Figures and the trend, as they stand on the pages: titles in both languages, nothing small, nothing cut off."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine.core.case.commands import Act, Actor
from engine.core.people.commands import AddConflict
from engine.core.people.directory import ConflictKind
from engine.run.cases.casework import Opening
from engine.run.cases.standing import roles_in
from engine.run.cases.view import View
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import Office, open_office
from tests.integration.web.test_pages import english
from tests.support.office import FOUNDED, ROOT, at, make_office, small_protocols
from tests.support.pages import Pages
from tests.support.ring import enter
from web.desk import Desk
from web.shown.trend import ends_of

#: A protocol of which one lane is known only to who leads the case.
SEALED = ("    title: {en: Care, km: ការថែទាំ}\n", "    title: {en: Shut, km: បិទ}\n    seen_by: [case_manager]\n")
NOW = FOUNDED + timedelta(weeks=8)


def opened(office: Office, user: str, protocol: str = "care") -> str:
    """Open a case; return its code."""
    return Desk(office).casework.open(user, Opening(protocol, {"who": "Neang Zq7"})).id


def ended(office: Office, user: str, code: str) -> None:
    """End it."""
    for action in ("settled", "well"):
        command = Act(actor=Actor(), enrolment="care", track="care", action=action)
        Desk(office).casework.do(user, code, command)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an office eight weeks old: cases open and closed, elsewhere, sealed, kept from her."""
    room = tmp_path_factory.mktemp("figures")
    protocols = small_protocols(room / "protocols")
    care = (ROOT / "tests" / "fixtures" / "office" / "care.yaml").read_text(encoding="utf-8")
    (protocols / "care.yaml").write_text(care, encoding="utf-8")
    shut = care.replace("protocol: care", "protocol: shut").replace(*SEALED)
    (protocols / "shut.yaml").write_text(shut, encoding="utf-8")
    office = make_office(room / "office", protocols)
    closing = [opened(office, "sok_phalla") for _ in range(14)]
    for _ in range(12):
        opened(office, "lay_dalin")
    opened(office, "sok_phalla")
    opened(office, "sok_phalla", "shut")
    kept = opened(office, "sok_phalla")
    conflict = AddConflict(by="t", about=kept, kind=ConflictKind.PERSON, id="ouk_malis")
    office.people.change([conflict], office.time.now())
    office = at(office, FOUNDED + timedelta(weeks=6, days=1))
    for code in closing:
        ended(office, "sok_phalla", code)
    office.close()
    return room / "office"


@pytest.fixture
def weeks_later(founded: Path, tmp_path: Path) -> Iterator[Pages]:
    """Return the pages of a copy of it."""
    shutil.copytree(founded, tmp_path / "office")
    office = open_office(str(tmp_path / "office"), {}, FixedTime(NOW))
    yield Pages(office)
    office.close()


def reckoned(pages: Pages, user: str) -> list[int]:
    """Return what was overdue at the end of each week, case by case and clock by clock."""
    office, now = pages.office, pages.office.time.now()
    library, directory, counts = office.registry.library(), office.people.now(), [0] * 12
    for code in office.cases.cases():
        case = office.cases.case(code)
        roles = roles_in(directory, user, case, now, library)
        for one in View(case, Actor(user, roles), library, now).clocks(open_only=False):
            clock = one.item.clock
            for number, end in enumerate(ends_of(now)):
                late = clock.limit is not None and clock.limit < end
                counts[number] += late and (clock.ended is None or clock.ended > end)
    return counts


def table(text: str) -> list[int]:
    """Return the numbers of the table below the picture."""
    rows = text.partition("</details>")[0]
    return [int(one) for one in re.findall(r'<th scope="row">[^<]+</th><td>(\d+)</td>', rows)]


@pytest.mark.parametrize("user", ["ouk_malis", "sok_phalla", "kim_bunna", "nuon_sreymom", "suon_piseth"])
def test_the_trend_counts_what_was_overdue_then(weeks_later: Pages, user: str) -> None:
    """As whoever goes through all cases one by one finds it; what she may not know is not in it."""
    text = enter(weeks_later, user).get("/stalled/weeks").text
    assert table(text) == reckoned(weeks_later, user)


def test_a_closed_case_stays_in_the_weeks_in_which_it_was_late(weeks_later: Pages) -> None:
    """Fourteen were late for weeks and are closed now; one is open; the sealed and the forbidden one do not count."""
    counts = table(enter(weeks_later, "ouk_malis").get("/stalled/weeks").text)
    early, closing, after = [15] * 2, [17] * 4, [3] * 2  # later the open one and the sealed one have no news, too
    assert counts == [0] * 4 + early + closing + after


def test_the_table_says_what_the_picture_draws(weeks_later: Pages) -> None:
    """Point by point: the highest is at the top, nothing lies on the line below."""
    text = enter(weeks_later, "ouk_malis").get("/stalled/weeks").text
    found = re.search(r'<polyline points="([^"]+)"', text)
    assert found is not None
    heights = [120 - float(one.partition(",")[2]) for one in found[1].split()]
    counts = table(text)
    assert len(counts) == len(heights) == 12
    assert heights == pytest.approx([120 * one / max(counts) for one in counts], abs=0.1)
    labels = re.findall(r"<text[^>]*>(\d+)</text>", text)
    assert labels == [str(counts[0]), str(counts[-1])]


def words(browser: TestClient, address: str) -> str:
    """Return the words of a page, without its marks."""
    text = browser.get(address).text
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text[text.index("<main") :])))


@pytest.fixture
def quarter_later(founded: Path, tmp_path: Path) -> Iterator[Pages]:
    """Return the pages of a copy of it when the second quarter of its year is over."""
    shutil.copytree(founded, tmp_path / "later")
    office = open_office(str(tmp_path / "later"), {}, FixedTime(FOUNDED + timedelta(weeks=18)))
    yield Pages(office)
    office.close()


def test_figures_stand_in_titles_of_the_protocols(quarter_later: Pages) -> None:
    """Outcomes, steps, quarters and provinces, each in the reader's language and none as its id."""
    reader = enter(quarter_later, "meas_kolap")
    reader.post("/language", data={"language": "km", "next": "/statistics"})
    khmer = words(reader, "/statistics")
    for title in ("បញ្ចប់", "កំពុងបន្ត", "ការថែទាំ: រៀបផែនការ", "ខេត្តជើង", "ខេត្តទន្លេ", "ត្រីមាសទី1 ឆ្នាំ2026"):
        assert title in khmer
    text = words(english(reader), "/statistics")
    for title in ("Ended", "Goes on", "Care: Plan", "North", "River", "2026 Q1 – 2026 Q2"):
        assert title in text
    assert "_" not in text
    assert "care.met" not in text


def test_no_small_number_and_no_case_stand_there_whatever_is_chosen(quarter_later: Pages) -> None:
    """In every view that the form offers; nobody is led to a case, and what was never offered shows everything."""
    reader = english(enter(quarter_later, "meas_kolap"))
    page = reader.get("/statistics").text
    boxes = [re.findall(r'<option value="([^"]*)"', part) for part in page.split("<select")[1:3]]
    views = [reader.get("/statistics", params={"quarter": q, "province": p}) for q in boxes[0] for p in boxes[1]]
    assert len(views) >= 4
    for view in views:
        main = view.text[view.text.index("<main") :]
        assert view.status_code == 200
        assert "/case/" not in main
        assert not any(code in main for code in quarter_later.office.cases.cases())
        counts = main.partition("Limits that passed")[0]
        assert not re.search(r"</svg> ([1-9]|10)</td>|<td>([1-9]|10)</td>", counts)
    assert reader.get("/statistics", params={"quarter": "2031 Q1", "province": "x"}).status_code == 200
    none = reader.get("/statistics", params={"quarter": "none"}).text
    assert none[none.index("<main") :] == page[page.index("<main") :]


def test_nothing_of_the_running_quarter_is_counted(quarter_later: Pages) -> None:
    """Who looks before and after somebody's case ends reads the same page, with the day up to which it counts."""
    reader = english(enter(quarter_later, "meas_kolap"))
    before = words(reader, "/statistics")
    assert "2026-06-30" in before
    for _ in range(12):
        opened(quarter_later.office, "sok_phalla")
    cases = quarter_later.office.cases.several(quarter_later.office.cases.cases()).values()
    case = next(one for one in cases if one.is_open and "care" in one.enrolments)
    ended(quarter_later.office, case.holders["case_manager"], case.id)
    quarter_later.desk.figures = None
    assert words(reader, "/statistics") == before


def test_too_few_say_so(pages: Pages) -> None:
    """An office with one case shows that there is nothing to show, and no form."""
    reader = english(enter(pages, "meas_kolap"))
    assert "There are too few cases to show anything." in words(reader, "/statistics")
    assert 'name="quarter"' not in reader.get("/statistics").text
