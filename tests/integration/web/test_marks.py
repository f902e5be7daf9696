"""Known twice? Whoever types a mark learns nothing; a reviewer sees two codes; the mark itself is kept nowhere."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from engine.core.case.commands import Actor, Erase
from engine.core.case.events import NoteAdded
from engine.core.people.commands import AddConflict, AddMembership, SetUser, VerifyAddress
from engine.core.people.directory import ConflictKind
from engine.run.cases.casework import Opening
from engine.run.cases.marks import normal
from engine.run.ticks.bootstrap import worker_of
from engine.run.ticks.erasing import finish_erasures
from engine.store.access import Accessed
from engine.store.incidents import IncidentKind
from engine.store.sql import tables as t
from engine.store.sql.erasures import SqlErasures
from tests.integration.web.test_pages import english
from tests.support.pages import Pages, hidden
from tests.support.shift import read_mail

#: A telephone of nobody's.
TELEPHONE = "0977 55 44 33"
REVIEWER = "prak_sophy"


def mark(browser: TestClient, code: str, **marks: str) -> TestClient:
    """Type marks for a case; return the page that follows."""
    answer = browser.post(f"/case/{code}/marks", data={f"mark.{kind}": text for kind, text in marks.items()})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/case/{code}/marks?done=handed")
    return browser.get(answer.headers["location"])  # type: ignore[return-value]


def seen_by(pages: Pages, user: str) -> list[Accessed]:
    """Return what stands in the log of today of somebody."""
    return [one for one in pages.office.access.of_day(pages.office.time.now().date()) if one.by == user]


@pytest.fixture
def other(pages: Pages) -> str:
    """Return the code of another case of the worker."""
    return pages.desk.casework.open("sok_phalla", Opening("care", {"who": "Srey Wq3"})).id


@pytest.fixture
def reviewer(pages: Pages) -> TestClient:
    """Return the browser of somebody who reviews for the whole country."""
    given = AddMembership(by="t", user=REVIEWER, role="data_protection_officer", agency="", everywhere=True)
    pages.office.people.change([given], pages.office.time.now() - timedelta(days=1))
    return english(pages.log_in(REVIEWER))


def test_the_answer_is_the_same_whether_or_not_she_is_known(pages: Pages, worker: TestClient, other: str) -> None:
    """Status, length and words; the page never says what it found."""
    first = mark(worker, pages.code, telephone=TELEPHONE).text  # type: ignore[attr-defined]
    second = mark(worker, other, telephone=TELEPHONE).text  # type: ignore[attr-defined]
    unknown = mark(worker, other, telephone="0977 11 11 11").text  # type: ignore[attr-defined]
    assert first.replace(pages.code, other) == second == unknown


def test_a_reviewer_sees_two_codes_and_decides(
    pages: Pages, worker: TestClient, other: str, reviewer: TestClient
) -> None:
    """Which kind of mark, never the mark; who leads is asked to speak with her, and no note names the other case."""
    mark(worker, pages.code, telephone=TELEPHONE, name="Neang Zq7 2001")
    mark(worker, other, telephone="+855 977 554 433", name="Neang Zq7 2002")
    text = reviewer.get("/likenesses").text
    assert pages.code in text
    assert other in text
    assert "a telephone" in text
    assert "name and year" not in text
    assert "554433" not in text.replace(" ", "")
    answer = reviewer.post("/likenesses", data={"pair": hidden(text, "pair"), "verdict": "same"})
    assert "It is decided." in answer.text
    assert pages.code not in reviewer.get("/likenesses").text
    for code, not_named in ((pages.code, other), (other, pages.code)):
        (note,) = [one for one in pages.office.cases.journal(code) if isinstance(one, NoteAdded)]
        assert REVIEWER in note.text
        assert not_named not in note.text


def test_a_pair_that_is_not_the_same_comes_back_with_later_proof_only(
    pages: Pages, worker: TestClient, other: str, reviewer: TestClient
) -> None:
    """What she had seen is decided; another mark that turns out to be shared is not. Nobody is told anything."""
    mark(worker, pages.code, telephone=TELEPHONE)
    mark(worker, other, telephone=TELEPHONE)
    pair = hidden(reviewer.get("/likenesses").text, "pair")
    reviewer.post("/likenesses", data={"pair": pair, "verdict": "other"})
    mark(worker, other, telephone=TELEPHONE)  # nothing new
    assert "Nothing waits for you." in reviewer.get("/likenesses").text
    for code in (pages.code, other):
        later = pages.office.time.now() + timedelta(hours=1)
        assert pages.desk.marks.lookups.put(code, {"paper": normal("paper", "N 123 456")}, later)
    text = reviewer.get("/likenesses").text
    assert "a paper" in text
    assert "a telephone" not in text
    assert not [one for one in pages.office.cases.journal(other) if isinstance(one, NoteAdded)]
    assert (
        reviewer.post("/likenesses", data={"pair": "AAAA-AAAA-A BBBB-BBBB-B", "verdict": "same"}).status_code == 404
    )


def test_who_is_kept_out_of_one_case_does_not_learn_of_the_pair(
    pages: Pages, worker: TestClient, other: str, reviewer: TestClient
) -> None:
    """And each code that she does see, or decides about, stands in the log with her name."""
    mark(worker, pages.code, telephone=TELEPHONE)
    mark(worker, other, telephone=TELEPHONE)
    pair = hidden(reviewer.get("/likenesses").text, "pair")
    assert {one.case for one in seen_by(pages, REVIEWER) if one.what == "likenesses"} == {pages.code, other}
    kept = AddConflict(by="t", about=other, kind=ConflictKind.PERSON, id=REVIEWER)
    pages.office.people.change([kept], pages.office.time.now())
    text = reviewer.get("/likenesses").text
    assert "Nothing waits for you." in text
    assert reviewer.post("/likenesses", data={"pair": pair, "verdict": "same"}).status_code == 404


def test_the_reviewer_is_told_whom_no_note_reached(
    pages: Pages, worker: TestClient, other: str, reviewer: TestClient
) -> None:
    """A closed case takes no note: it is hers to speak with who led it, and the page says so."""
    mark(worker, pages.code, telephone=TELEPHONE)
    mark(worker, other, telephone=TELEPHONE)
    for action in ("settled", "well"):
        done = worker.post(f"/case/{other}/act/care/care/{action}", data={"key": action, "checked": "yes"})
        assert done.status_code == 200, done.text
    assert not pages.office.cases.case(other).is_open
    text = reviewer.get("/likenesses").text
    answer = reviewer.post("/likenesses", data={"pair": hidden(text, "pair"), "verdict": "same"})
    assert "Nobody could be told" in answer.text
    assert other in answer.text
    assert pages.code not in answer.text


def test_nobody_reviews_who_could_tell_nobody(pages: Pages, worker: TestClient, other: str) -> None:
    """A national coordinator has no role in the cases, so that her note would reach no one."""
    given = AddMembership(by="t", user=REVIEWER, role="national_coordinator", agency="", everywhere=True)
    pages.office.people.change([given], pages.office.time.now() - timedelta(days=1))
    assert pages.log_in(REVIEWER).get("/likenesses").status_code == 404


@pytest.mark.parametrize(
    ("kind", "text"), [("paper", "N 12"), ("telephone", "0977"), ("name", "Neang Zq7"), ("name", "2001")]
)
def test_a_mark_that_fits_half_the_country_is_refused_in_words(
    worker: TestClient, pages: Pages, kind: str, text: str
) -> None:
    """Beside its box, with what was typed; at the opening of a case nothing is opened, and nothing typed is lost."""
    before = pages.office.cases.cases()
    for address, more in ((f"/case/{pages.code}/marks", {}), ("/open/care", {"f.who": "Srey Wq5", "key": "m"})):
        answer = worker.post(address, data={f"mark.{kind}": text, **more})
        assert answer.status_code == 422
        assert f'value="{text}"' in answer.text
        assert f'id="mark.{kind}-error"' in answer.text
        assert "<details>" in answer.text or "<details open>" in answer.text
    assert pages.office.cases.cases() == before


def test_marks_survive_another_mistake_of_the_opening(worker: TestClient) -> None:
    """They stand in their boxes, which are open."""
    form = {"f.who": "Srey Wq6", "f.children": "many", "mark.telephone": TELEPHONE}
    answer = worker.post("/open/arrival", data=form)
    assert answer.status_code == 422
    assert f'value="{TELEPHONE}"' in answer.text
    assert "<details open>" in answer.text


def test_no_mark_is_written_for_who_was_erased(pages: Pages, worker: TestClient) -> None:
    """Not between the asking and the end of her key either; who types it is told."""
    officer = Actor(REVIEWER, frozenset({"data_protection_officer"}))
    given = AddMembership(by="t", user=REVIEWER, role="data_protection_officer", agency="", everywhere=True)
    pages.office.people.change([given], pages.office.time.now() - timedelta(days=1))
    pages.desk.casework.do(REVIEWER, pages.code, Erase(actor=officer, reason="asked for by her"))
    answer = worker.post(f"/case/{pages.code}/marks", data={"mark.telephone": TELEPHONE})
    assert answer.status_code == 409
    assert pages.desk.marks.lookups.find("telephone", "77554433") == []


def test_a_wrong_mark_is_taken_back(pages: Pages, worker: TestClient, other: str, reviewer: TestClient) -> None:
    """The pair is gone; who wrote and who took back stands in the log, what was written nowhere."""
    mark(worker, pages.code, telephone=TELEPHONE)
    mark(worker, other, telephone=TELEPHONE)
    assert pages.code in reviewer.get("/likenesses").text
    answer = worker.post(f"/case/{other}/marks/remove")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/case/{other}/marks?done=removed")
    assert "Nothing waits for you." in reviewer.get("/likenesses").text
    details = [one.detail for one in seen_by(pages, "sok_phalla") if one.case == other and one.what == "marks"]
    assert "marks written: telephone" in details
    assert "marks removed" in details


@pytest.mark.parametrize("typed", ["Zq7 Neang 2544", "neang zq7  2001", "Neang Zq7 ២០០១", "Neang, Zq7, ២៥៤៤"])
def test_a_year_of_the_buddhist_era_is_the_same_year(typed: str) -> None:
    """Cambodian papers carry both."""
    assert normal("name", typed) == normal("name", "Neang Zq7 2001")


def test_a_typed_mark_stands_nowhere(pages: Pages, worker: TestClient) -> None:
    """Neither in the database with its write-ahead log, nor in keys, logs or mails; as typed, and as digits.

    Long ones: three letters stand by chance in whatever is sealed.
    """
    mark(worker, pages.code, telephone=TELEPHONE, paper="ZX 99887 76655", name="Qwyzlorbt Neang 2001")
    with closing(worker_of(pages.office)) as ticking:
        ticking.tick(pages.office.time.now())
    files = [one for one in pages.office.settings.folder.rglob("*") if one.is_file()]
    raw = b"".join(one.read_bytes() for one in files).lower()
    for text in (TELEPHONE, "0977554433", "77554433", "zx9988776655", "9988776655", "qwyzlorbt"):
        assert text.lower().encode() not in raw, text


def test_an_erased_person_is_like_nobody(pages: Pages, worker: TestClient, other: str, reviewer: TestClient) -> None:
    """Her marks are gone with her key, and what waited about her, too."""
    mark(worker, pages.code, telephone=TELEPHONE)
    mark(worker, other, telephone=TELEPHONE)
    assert pages.code in reviewer.get("/likenesses").text
    officer = Actor(REVIEWER, frozenset({"data_protection_officer"}))
    pages.desk.casework.do(REVIEWER, pages.code, Erase(actor=officer, reason="asked for by her"))
    finish_erasures(SqlErasures(pages.office.database), pages.office.keyring, pages.office.time.now())
    assert "Nothing waits for you." in reviewer.get("/likenesses").text


def test_marks_that_an_old_backup_brings_back_are_nobody_s(
    pages: Pages, worker: TestClient, other: str, reviewer: TestClient
) -> None:
    """Her key is gone for good; that her marks lie in the database again shows nothing."""
    mark(worker, pages.code, telephone=TELEPHONE)
    mark(worker, other, telephone=TELEPHONE)
    with pages.office.database.read() as connection:
        key = connection.execute(select(t.cases.c.key).where(t.cases.c.code == pages.code)).scalar_one()
    pages.office.keyring.destroy(key)  # as it is after the erasure, with a database from before it
    assert pages.code not in reviewer.get("/likenesses").text


def test_marks_go_with_the_opening_of_a_case(pages: Pages, worker: TestClient, reviewer: TestClient) -> None:
    """Typed on the same page; the case is opened and the reviewer finds the two."""
    mark(worker, pages.code, telephone=TELEPHONE)
    form = {"f.who": "Srey Wq4", "mark.telephone": TELEPHONE, "key": "o"}
    answer = worker.post("/open/arrival", data=form)
    assert (answer.status_code, answer.headers["location"].endswith("/marks?done=handed")) == (303, True)
    assert pages.code in reviewer.get("/likenesses").text


@pytest.mark.parametrize("who", ["suon_piseth", "kim_bunna", "ouk_malis", "sok_phalla", "meas_kolap"])
def test_nobody_else_sees_what_is_like(pages: Pages, who: str) -> None:
    """Neither police, nor workers and supervisors, nor the administrator; it is as if there were no such page."""
    assert pages.log_in(who).get("/likenesses").status_code == 404


def test_a_case_is_opened_by_its_number(pages: Pages, worker: TestClient) -> None:
    """Small letters and missing hyphens are as good."""
    answer = worker.post("/find", data={"code": pages.code.replace("-", " ").lower()})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/case/{pages.code}")


def let_officer_have(pages: Pages, address: str, *, verified: bool) -> None:
    """Give the reviewer an address."""
    user = pages.office.people.now().users[REVIEWER]
    now = pages.office.time.now()
    named = SetUser(by="t", id=user.id, name=user.name, agency=user.agency, email=address, language="en")
    pages.office.people.change([named], now)
    if verified:
        pages.office.people.change([VerifyAddress(by="t", user=REVIEWER, address=address)], now)


def mails_after_many_doors(pages: Pages, by: str) -> list[str]:
    """Let somebody try ten doors; return the mails of the next hour in which her account stands."""
    now = pages.office.time.now()
    tried = [
        Accessed(at=now, by=by, what="refused", case=f"CASE-{number}", detail="no role, show") for number in range(10)
    ]
    pages.office.access.write(tried)
    with closing(worker_of(pages.office)) as ticking:
        for minutes in (0, 1, 20, 40):
            ticking.tick(now + timedelta(minutes=minutes))
    mails = [read_mail(one) for one in sorted((pages.office.settings.folder / "mail").rglob("*.eml"))]
    return [one for one in mails if by in one]


def test_searching_rests_after_some_misses(pages: Pages) -> None:
    """A stranger guesses: at first it is not there, then she has to wait."""
    stranger = pages.log_in("kim_bunna")
    answers = [stranger.post("/find", data={"code": pages.code}).status_code for _ in range(11)]
    assert answers == [*[404] * 10, 429]


@pytest.mark.parametrize(
    ("by", "verified", "heard"),
    [
        ("kim_bunna", True, ["officer@example.org", "vibol.kong@example.org"]),
        ("kim_bunna", False, ["vibol.kong@example.org"]),
        (REVIEWER, True, ["vibol.kong@example.org"]),
        ("kong_vibol", True, ["officer@example.org"]),
        ("kong_vibol", False, ["duty@example.org", "keeper@example.org"]),
    ],
)
def test_the_officers_hear_of_many_doors_tried(
    pages: Pages, reviewer: TestClient, by: str, verified: bool, heard: list[str]
) -> None:
    """One mail a day, without any case in it; never about herself, never to an address that nobody proved."""
    assert reviewer is not None
    let_officer_have(pages, "officer@example.org", verified=verified)
    told = mails_after_many_doors(pages, by)
    assert sorted(re.findall(r"^To: (\S+)", "\n".join(told), re.MULTILINE)) == heard
    assert not [one for one in told if re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]\b|CASE-", one)]
    assert not [one for one in pages.office.incidents.all(open_only=True) if one.kind is IncidentKind.ACCESS]
