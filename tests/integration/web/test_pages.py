"""The day of a worker and her supervisor on the pages: what is due, what next, why not, done once, nothing lost."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from starlette.testclient import TestClient

from engine.core.case.commands import Act, Actor, BeginHold, Erase
from engine.core.case.effects import Told
from engine.core.case.events import NoteAdded
from engine.core.case.state import WaitingStatus
from engine.run.cases.casework import Opening
from engine.run.ticks.bootstrap import worker_of
from engine.run.ticks.erasing import finish_erasures
from engine.store.sql.erasures import SqlErasures
from tests.support.office import at
from tests.support.pages import BASE, Pages, hidden
from tests.support.shift import read_mail
from web.shown.timeline import lines
from web.titles import Titles


def act(browser: TestClient, pages: Pages, action: str, **given: str) -> TestClient:
    """Fill in and send the form of an action; return the answer."""
    address = f"/case/{pages.code}/act/care/care/{action}"
    form = browser.get(address).text
    sent = {name: hidden(form, name) for name in ("key", "visit", "seen")} | given
    return browser.post(address, data=sent)  # type: ignore[return-value]


def english(browser: TestClient) -> TestClient:
    """Let a browser read English."""
    browser.post("/language", data={"language": "en", "next": "/work"})
    return browser


def test_the_worklist_says_what_is_due_and_why(pages: Pages, worker: TestClient) -> None:
    """Her overdue case stands first, with the time over in words and the source of the number."""
    text = english(worker).get("/work").text
    overdue = text[text.index("Overdue") : text.index("Today")]
    assert pages.code in overdue
    assert re.search(r"\d+ (hours|days?|minutes)[^<]* over", overdue)
    assert "not law" in overdue


def test_pages_speak_the_language_that_was_chosen(worker: TestClient) -> None:
    """Her account says Khmer; the switch in the head changes it for this browser."""
    assert '<html lang="km">' in worker.get("/work").text
    assert '<html lang="en">' in english(worker).get("/work").text


def test_a_case_says_what_is_possible_and_why_not(pages: Pages, worker: TestClient) -> None:
    """What she may do is a button; what she may not has its reason and who can help."""
    text = english(worker).get(f"/case/{pages.code}").text
    assert f'href="/case/{pages.code}/act/care/care/settled"' in text
    blocked = text[text.index("What is not possible now") :]
    assert "consent" in blocked
    assert "“An examination”" in blocked


def test_an_action_is_taken_once_however_often_it_is_sent(pages: Pages, worker: TestClient) -> None:
    """A double click, or a page that is sent again, does it once."""
    address = f"/case/{pages.code}/act/care/care/settled"
    form = worker.get(address).text
    sent = {name: hidden(form, name) for name in ("key", "visit", "seen")}
    assert worker.post(address, data=sent).status_code == 200
    after = pages.office.cases.case(pages.code)
    assert after.enrolments["care"].tracks["care"].step == "living"
    worker.post(address, data=sent)
    assert pages.office.cases.case(pages.code).seq == after.seq


def test_what_is_missing_is_said_beside_its_question_and_nothing_typed_is_lost(
    pages: Pages, worker: TestClient
) -> None:
    """The summary links to the question; the reason she typed is still there."""
    answer = act(english(worker), pages, "moved", reason="the bus came early")
    assert answer.status_code == 409  # type: ignore[attr-defined]
    text = answer.text  # type: ignore[attr-defined]
    assert 'href="#f.reached_at"' in text
    assert "the bus came early" in text


def test_an_approval_is_asked_for_and_given_by_another(pages: Pages, worker: TestClient) -> None:
    """The worker asks, the supervisor finds it in her list and agrees; then the case moves."""
    act(worker, pages, "moved", **{"f.reached_at": "Wat Violet"})
    waiting = next(iter(pages.office.cases.case(pages.code).waiting.values()))
    assert waiting.status is WaitingStatus.WAITING
    chief = english(pages.log_in("ouk_malis"))
    assert "An approval" in chief.get("/work").text
    page = chief.get(f"/case/{pages.code}").text
    assert f"/answer/{waiting.id}" in page
    chief.post(f"/case/{pages.code}/answer/{waiting.id}", data={"agrees": "yes", "key": "k"})
    assert pages.office.cases.case(pages.code).enrolments["care"].tracks["care"].step == "living"


def test_two_who_write_the_same_answer_both_hear_of_it(pages: Pages, worker: TestClient) -> None:
    """Whoever sends a form that was made before the other's answer is told, and what she typed stays."""
    address = f"/case/{pages.code}/record"
    form = english(worker).get(address).text
    seen = hidden(form, "seen")
    first = worker.post(address, data={"seen": seen, "f.reached_at": "the market"})
    assert first.status_code == 200
    second = worker.post(address, data={"seen": seen, "f.reached_at": "the temple"})
    assert second.status_code == 409
    assert "the temple" in second.text
    assert "recorded meanwhile: “the market”" in unescape(second.text)
    assert (
        worker.post(address, data={"seen": hidden(second.text, "seen"), "f.reached_at": "the temple"}).status_code
        == 200
    )


def test_a_failed_call_is_logged_in_two_taps(pages: Pages, worker: TestClient) -> None:
    """One tap opens it from the list, one says what came of it; it is no contact."""
    listed = english(worker).get("/work").text
    address = f"/case/{pages.code}/contact"
    assert f'href="{address}"' in listed
    form = worker.get(address).text
    answer = worker.post(address, data={"key": hidden(form, "key"), "outcome": "no_answer"})
    assert answer.status_code == 200
    assert "Nobody answered" in worker.get(f"/case/{pages.code}/timeline").text
    assert "Contact with her" not in worker.get(f"/case/{pages.code}/timeline").text


def test_a_contact_is_one(pages: Pages, worker: TestClient) -> None:
    """That she was met ends the silence."""
    address = f"/case/{pages.code}/contact"
    english(worker).post(address, data={"key": "one", "outcome": "met"})
    assert "Contact with her" in worker.get(f"/case/{pages.code}/timeline").text


def test_an_agreement_is_given_and_taken_back(pages: Pages, worker: TestClient) -> None:
    """Each with one press; her own copy says both."""
    address = f"/case/{pages.code}/consents"
    english(worker).post(f"{address}/exam", data={"given": "yes", "key": "a"})
    assert pages.office.cases.case(pages.code).consents["exam"].given
    assert "An examination" in worker.get(f"/case/{pages.code}/print/consents").text
    worker.post(f"{address}/exam", data={"given": "no", "key": "b"})
    assert not pages.office.cases.case(pages.code).consents["exam"].given


def test_a_wrong_click_is_taken_back(pages: Pages, worker: TestClient) -> None:
    """The lane stands where it stood, with the reason on record."""
    act(worker, pages, "settled")
    worker.post(f"/case/{pages.code}/withdraw/care/care", data={"reason": "wrong case", "key": "w"})
    assert pages.office.cases.case(pages.code).enrolments["care"].tracks["care"].step == "met"


def test_a_case_is_handed_over_and_accepted(pages: Pages, worker: TestClient) -> None:
    """Until somebody else accepts, the worker stays responsible."""
    form = {"role": "case_manager", "to": "chhim_rotha", "reason": "she moves north", "key": "h"}
    worker.post(f"/case/{pages.code}/more/hand-over", data=form)
    case = pages.office.cases.case(pages.code)
    assert case.holders["case_manager"] == "sok_phalla"
    assert [one.kind.value for one in case.waiting.values() if one.is_open] == ["transfer"]


def test_a_hold_waits_for_the_supervisor(pages: Pages, worker: TestClient) -> None:
    """The worker asks for it, the supervisor confirms it on her page."""
    until = (pages.office.time.now() + timedelta(days=7)).date().isoformat()
    worker.post(f"/case/{pages.code}/more/hold", data={"until": until, "reason": "she visits kin", "key": "o"})
    hold = next(iter(pages.office.cases.case(pages.code).holds.values()))
    assert hold.confirmed is None
    chief = pages.log_in("ouk_malis")
    assert hold.id in chief.get(f"/case/{pages.code}/more").text
    chief.post(f"/case/{pages.code}/more/confirm", data={"hold": hold.id})
    assert next(iter(pages.office.cases.case(pages.code).holds.values())).confirmed is not None


def test_the_supervisor_sees_what_stalls_and_promises_to_act(pages: Pages, worker: TestClient) -> None:
    """The table names the case, what is due and who; after her promise it says so."""
    chief = english(pages.log_in("ouk_malis"))
    text = chief.get("/stalled").text
    assert pages.code in text
    clock = re.search(r'name="clock" value="([^"]+)"', text)
    assert clock is not None
    answer = chief.post(f"/case/{pages.code}/acknowledge", data={"clock": clock.group(1), "days": "2", "key": "p"})
    assert answer.status_code == 200
    assert "will handle it by" in chief.get("/stalled").text


def test_an_escalation_is_answered_from_the_mail_without_logging_in(pages: Pages) -> None:
    """The link in the mail opens a page that says nothing of the case; one press promises, a second finds it used."""
    monday = pages.office.time.now() + timedelta(
        days=3
    )  # what is not urgent goes out in the morning of a working day
    with closing(at(pages.office, monday)) as office:
        later = Pages(office)
        for minutes in (0, 30):
            worker_of(office).tick(monday + timedelta(minutes=minutes))
        letters = sorted((office.settings.folder / "mail").rglob("*.eml"))
        found = (re.search(rf"{BASE}(/handle/[\w-]+)", read_mail(letter)) for letter in letters)
        links = [one.group(1) for one in found if one is not None]
        assert links, "no escalation has the link"
        browser = later.browser()
        asked = browser.get(links[0])
        assert asked.status_code == 200
        assert pages.code not in asked.text
        assert "Care" not in asked.text
        assert browser.get(links[0]).status_code == 200  # a scanner of mails that opens links presses nothing
        assert browser.post(links[0], data={"days": "2"}).status_code == 200
        clocks = office.cases.case(pages.code).enrolments["care"].clocks.values()
        assert any(one.clock.promised is not None for one in clocks)
        assert browser.post(links[0], data={"days": "2"}).status_code == 410
        assert browser.get(links[0]).status_code == 410


@pytest.mark.parametrize("token", ["nonsense", "AAAA" * 40, "%00", "%2e%2e", "x" * 4000])
def test_a_forged_link_promises_nothing(pages: Pages, token: str) -> None:
    """Whatever is typed there, the page says that it has done its work."""
    assert pages.browser().get(f"/handle/{token}").status_code in {404, 410}


def test_a_mail_leads_to_the_exact_thing(pages: Pages, worker: TestClient) -> None:
    """Its link names a case and a message, no more, and lands on the limit it is about."""
    worker_of(pages.office).tick(pages.office.time.now())
    events = pages.office.cases.journal(pages.code)
    seq = next(number for number, one in enumerate(events, 1) if isinstance(one, Told) and one.message.deadline)
    where = worker.get(f"/case/{pages.code}/message/{seq}").headers["location"]
    page, _, place = where.partition("#")
    assert f'id="{place}"' in worker.get(page).text


def test_a_case_is_opened_on_a_page_once(pages: Pages, worker: TestClient) -> None:
    """Sent twice it opens one case, and its worker is led to it."""
    form = worker.get("/open/care").text
    sent = {"key": hidden(form, "key"), "f.who": "Neang Vb3"}
    first = worker.post("/open/care", data=sent)
    second = worker.post("/open/care", data=sent)
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert len(pages.office.cases.cases()) == 2


@pytest.mark.parametrize("paper", ["visit", "help", "consents", "summary"])
def test_papers_hold_the_code_and_neutral_titles(pages: Pages, worker: TestClient, paper: str) -> None:
    """What is printed carries the code; the title of the page says nothing."""
    text = worker.get(f"/case/{pages.code}/print/{paper}").text
    assert pages.code in text
    assert "<title>Spean</title>" in text


def test_an_absence_is_entered_and_struck(pages: Pages, worker: TestClient) -> None:
    """She says when she is away and who stands in; wrong dates come back with a sentence."""
    form = {"since": "2026-04-01", "until": "2026-04-05", "deputy": "chhim_rotha"}
    assert worker.post("/account/absence", data=form).status_code == 303
    assert "2026-04-01" in worker.get("/account").text
    assert worker.post("/account/absence", data={"since": "soon", "until": ""}).status_code == 422
    worker.post("/account/absence/cancel", data={"since": "2026-04-01"})
    assert "2026-04-01" not in worker.get("/account").text


def test_the_administrator_adds_somebody_and_invites_her(pages: Pages) -> None:
    """From a new name to a link that works once."""
    keeper = english(pages.log_in("meas_kolap"))
    form = {"id": "new_worker", "name": "New Worker", "agency": "social_north", "language": "en"}
    assert keeper.post("/people", data=form).headers["location"] == "/people/new_worker"
    keeper.post("/people/new_worker/give", data={"role": "case_manager", "agency": "social_north"})
    text = keeper.post("/people/new_worker/invite").text
    link = re.search(r'id="invitation">([^<]+)<', text)
    assert link is not None
    assert pages.browser().get(link.group(1).partition("localhost")[2] or link.group(1)).status_code == 200
    assert keeper.post("/people", data=form).status_code == 404


def test_nobody_reads_a_hold_of_a_case_that_is_not_hers(pages: Pages) -> None:
    """The reason of a hold is on no page of a stranger."""
    until = pages.office.time.now() + timedelta(days=3)
    pages.desk.casework.do(
        "sok_phalla", pages.code, BeginHold(actor=Actor(), hold="h1", until=until, reason="her sister is ill")
    )
    stranger = pages.log_in("kim_bunna")
    found = "".join(stranger.get(path).text for path in ("/work", "/cases", "/stalled", f"/case/{pages.code}/more"))
    assert "sister" not in found


def test_a_note_is_read_by_those_for_whom_it_is(pages: Pages, worker: TestClient) -> None:
    """Managers and supervisors read what a manager wrote; a clinician of the case sees that there is a note."""
    english(worker).post(f"/case/{pages.code}/note", data={"text": "her brother must not know", "key": "n"})
    view = pages.desk.casework.view("ouk_malis", pages.office.cases.case(pages.code))
    events = pages.office.cases.journal(pages.code)
    titles = Titles(view.case, view.library, pages.office.people.now(), "en", pages.office.people.now().zone("x"))
    for roles, reads in ((view.actor.roles, True), (frozenset({"medical_officer"}), False)):
        seen = replace(view, actor=Actor("somebody", roles))
        said = " ".join(line.what for line in lines(events, seen, titles, 200)[0])
        assert ("her brother" in said) is reads
        assert "Note" in said


def test_what_was_typed_survives_a_lost_line(pages: Pages, worker: TestClient) -> None:
    """It is kept sealed for her alone, shown again with the time, and forgotten when it was sent or thrown away."""
    address = f"/case/{pages.code}/act/care/care/moved"
    typed = {"draft-of": address, "f.reached_at": "behind the blue temple", "reason": "the line went dead"}
    assert english(worker).post("/draft", data=typed).status_code == 204
    text = worker.get(address).text
    assert "behind the blue temple" in text
    assert "the line went dead" in text
    assert "behind the blue temple" not in pages.log_in("ouk_malis").get(address).text
    raw = b"".join(path.read_bytes() for path in (pages.office.settings.folder / "data").iterdir())
    assert b"behind the blue temple" not in raw
    worker.headers["spean-form"] = address
    act(worker, pages, "moved", **{"f.reached_at": "behind the blue temple"})
    del worker.headers["spean-form"]
    assert "What you typed was kept" not in worker.get(address).text
    worker.post("/draft", data=typed)
    dropped = worker.post("/draft/drop", data={"draft-of": address, "next": f"/case/{pages.code}/more"})
    assert dropped.headers["location"] == f"/case/{pages.code}/more"
    assert "the line went dead" not in worker.get(address).text


def test_a_form_that_the_page_sends_is_told_where_to_go_on(pages: Pages, worker: TestClient) -> None:
    """No redirect that would load the next page twice; a draft stays while it was not done."""
    address = f"/case/{pages.code}/record"
    worker.headers["spean-form"] = address
    worker.post("/draft", data={"draft-of": address, "f.reached_at": "the mill"})
    refused = worker.post(f"/case/{pages.code}/more/hand-over", data={"reason": "the mill"})
    assert refused.status_code == 409
    assert pages.desk.drafts.find("sok_phalla", address) is not None
    empty = worker.post(f"/case/{pages.code}/note", data={"text": " "})
    assert (empty.status_code, empty.headers["spean-go"]) == (204, f"/case/{pages.code}")
    assert "location" not in empty.headers
    assert pages.desk.drafts.find("sok_phalla", address) is None
    nobody = pages.browser().post(address, headers={"spean-form": address})
    assert (nobody.status_code, nobody.headers["spean-go"].partition("?")[0]) == (204, "/log-in")


def test_an_emptied_form_has_no_draft_and_what_is_hashed_has_none(pages: Pages, worker: TestClient) -> None:
    """Where nothing differs from what stood there, nothing is kept; numbers of papers are kept nowhere."""
    worker.post("/draft", data={"draft-of": "/open/care", "f.who": "Neang Q", "mark.paper": "N 123456"})
    kept = pages.desk.drafts.find("sok_phalla", "/open/care")
    assert kept is not None
    assert kept.texts == {"f.who": "Neang Q"}
    worker.post("/draft", data={"draft-of": "/open/care"})
    assert pages.desk.drafts.find("sok_phalla", "/open/care") is None


def test_what_was_written_and_refused_is_shown_again(pages: Pages, worker: TestClient) -> None:
    """Where the form does not come back, her words stand under the refusal; too long ones are not cut unsaid."""
    wrong = english(worker).post(f"/case/{pages.code}/withdraw/care/care", data={"reason": "it was the other case"})
    assert wrong.status_code == 409
    assert "it was the other case" in wrong.text
    long = "She said: " + "word " * 2_000
    answer = worker.post(f"/case/{pages.code}/note", data={"text": long})
    assert answer.status_code == 409
    assert "write at most 10000 characters" in answer.text
    assert answer.text.count("word ") >= 2_000


def test_what_was_typed_about_an_erased_person_is_forgotten(pages: Pages, worker: TestClient) -> None:
    """No begun form outlives her file, nor one of a night or a hand-over, which may speak of her."""
    address = f"/case/{pages.code}/act/care/care/moved"
    forms = (address, "/case/ZZZZ-ZZZZ-Z/people", "/hand-over")
    for form in forms:
        worker.post("/draft", data={"draft-of": form, "f.reached_at": "behind the blue temple"})
    pages.desk.casework.do("kong_vibol", pages.code, Erase(actor=Actor(), reason="she asked for it"))
    finish_erasures(SqlErasures(pages.office.database), pages.office.keyring, pages.office.time.now())
    assert [pages.desk.drafts.kept.find("sok_phalla", form) for form in forms] == [None] * 3


def test_twelve_weeks_and_the_load_of_each_worker(pages: Pages) -> None:
    """The overdue limit counts in the newest week and in none before it; a worker with 26 cases is warned of."""
    for number in range(25):
        pages.desk.casework.open("sok_phalla", Opening("care", {"who": f"Neang {number}"}))
    text = english(pages.log_in("ouk_malis")).get("/stalled/weeks").text
    rows = re.findall(r'<th scope="row">[^<]*</th><td>(\d+)</td>', text)[:12]
    assert rows == ["0"] * 11 + ["1"]
    assert re.search(r"<td>26 <strong[^>]*>too many", text)


def test_a_remark_about_a_contact_is_kept(pages: Pages, worker: TestClient) -> None:
    """Also of one that came about; pressed twice it is there once."""
    form = {"outcome": "met", "note": "she is at her aunt's", "key": "c"}
    for _ in range(2):
        assert worker.post(f"/case/{pages.code}/contact", data=form).status_code == 200
    found = [one.text for one in pages.office.cases.journal(pages.code) if isinstance(one, NoteAdded)]
    assert found == ["We spoke or met: she is at her aunt's"]


def test_what_happened_is_read_to_its_beginning(
    pages: Pages, worker: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page; the first one says that there is more."""
    monkeypatch.setattr("web.shown.timeline.MOST", 2)
    english(worker)
    address, shown = f"/case/{pages.code}/timeline", ""
    while address:
        text = worker.get(address).text
        shown += text
        found = re.search(r'href="([^"]+skip=[0-9]+)"', text)
        address = unescape(found.group(1)) if found else ""
    whole = worker.get(f"/case/{pages.code}/timeline?skip=x").text
    assert "What happened before" in whole
    assert "Opened" in shown or "opened" in shown


def test_a_reason_that_is_too_long_is_not_cut_unsaid(pages: Pages, worker: TestClient) -> None:
    """Neither beside an answer nor at a hand-over: nothing is done, and it is said why."""
    long = "word " * 2_001
    before = pages.office.cases.case(pages.code).seq
    record = english(worker).post(f"/case/{pages.code}/record", data={"f.reached_at": "the mill", "reason": long})
    over = worker.post("/hand-over", data={"case": [pages.code], "to": "kim_bunna", "reason": long})
    for answer in (record, over):
        assert answer.status_code == 409
        assert "write at most 10000 characters" in answer.text
    assert pages.office.cases.case(pages.code).seq == before


def test_a_step_that_was_left_meanwhile_takes_nothing_typed_away(pages: Pages, worker: TestClient) -> None:
    """Somebody else was first: it is said, what she wrote is shown, and her draft stays."""
    address = f"/case/{pages.code}/act/care/care/moved"
    form = english(worker).get(address).text
    typed = {"f.reached_at": "behind the blue temple", "reason": "the bus came early"}
    worker.post("/draft", data=typed | {"draft-of": address})
    settled = Act(actor=Actor(), enrolment="care", track="care", action="settled")
    pages.desk.casework.do("sok_phalla", pages.code, settled)
    sent = {name: hidden(form, name) for name in ("key", "visit", "seen")} | typed
    answer = worker.post(address, data=sent, headers={"spean-form": address})
    assert answer.status_code == 409
    assert "The step was left meanwhile" in answer.text
    for text in typed.values():
        assert text in answer.text
    assert pages.desk.drafts.find("sok_phalla", address) is not None


def test_an_action_that_is_sent_again_after_its_answer_was_lost_is_told_as_done(
    pages: Pages, worker: TestClient
) -> None:
    """It left the step itself: neither a refusal, nor done twice."""
    address = f"/case/{pages.code}/act/care/care/settled"
    form = english(worker).get(address).text
    sent = {name: hidden(form, name) for name in ("key", "visit", "seen")} | {"checked": "yes"}
    assert worker.post(address, data=sent).status_code == 200
    before = pages.office.cases.case(pages.code).seq
    again = worker.post(address, data=sent)
    assert (again.status_code, "It is done." in again.text) == (200, True)
    assert pages.office.cases.case(pages.code).seq == before


def test_what_is_typed_after_a_refusal_is_kept_beside_the_rest(pages: Pages, worker: TestClient) -> None:
    """The page that answers a form sends only what was changed since: the draft holds both."""
    address = f"/case/{pages.code}/record"
    worker.post("/draft", data={"draft-of": address, "f.reached_at": "the mill", "f.letter": "at the court"})
    worker.post("/draft", data={"draft-of": address, "draft-also": "yes", "f.letter": "in the safe"})
    kept = pages.desk.drafts.find("sok_phalla", address)
    assert kept is not None
    assert kept.texts == {"f.reached_at": "the mill", "f.letter": "in the safe"}
    worker.post("/draft", data={"draft-of": address, "draft-also": "yes"})
    still = pages.desk.drafts.find("sok_phalla", address)
    assert still is not None
    assert still.texts == kept.texts


def test_a_page_that_refuses_one_form_puts_the_others_back(pages: Pages, worker: TestClient) -> None:
    """What was begun in another form of the page stands there again, with its note; not the one that was sent."""
    other, sent = (f"/case/{pages.code}/more/{what}" for what in ("hand-over", "hold"))
    for address in (other, sent):
        worker.post("/draft", data={"draft-of": address, "reason": f"about {address}"})
    text = worker.post(sent, data={"until": "2020-01-01"}, headers={"spean-form": sent}).text
    assert f'data-of="{other}"' in text
    assert f'data-of="{sent}"' not in text
