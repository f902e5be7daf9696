"""The access matrix: every role, route and verb, on her own case, another's and none. Written before it ran.

The expectation stands in ``MATRIX``; a route, a verb or a role without a letter fails. "Not yours" and "not there"
look alike. The letters are told in ``tests/support/access.py``, the people in ``tests/support/ring.py``.
"""

from __future__ import annotations

import re
from time import perf_counter

import pytest

from tests.support.access import ABSENT, CODED, OUT, filled_of, letter, path_of, routes, sent, written
from tests.support.pages import Pages
from tests.support.ring import PEOPLE, Ring, enter

#: Whoever has the address; whoever is logged in.
PUBLIC, INSIDE = "+" * len(PEOPLE), "+" * len(PEOPLE)
#: A row has a letter for each: who leads the case, the caseworker beside her, one elsewhere, provincial focal, nurse,
#: shelter, lawyer, intake; police, commune; counsellor; officers of data protection and of statistics, administrator;
#: supervisor, one elsewhere, national coordinator. Whoever takes part in a case reads it, and so does who answers for
#: the data of all.
CASE = "+--+++++ +- + +-- +--"
#: Only the supervisor may (to take back after a day, to approve, to give away); the others hear so in words.
CHIEF = "r--rrrrr r- r r-- +--"
#: Who answers questions of the open step: her worker and intake; the others are told that nothing changed.
RECORDERS = "+--....+ .- . .-- .--"
#: Types what a person may be known by: her worker, intake, her supervisor; never police, commune or shelter.
MARKERS = "+------+ -- - --- +--"
#: An operation is known to who leads it, who takes people in, the data protection officer, the supervisor.
OPERATION = "+------+ -- - +-- +--"
#: A list in which a case is answered: for who knows it not, nothing comes of it.
IN_LIST, OFFERED = "r..rrrrr r. r r.. +..", "+..rrrrr r. r r.. +.."
OPENERS = "+++----+ -- - --- ---"
REVIEWER = "-------- -- - +-- ---"
FIGURES = "-------- -- - -++ --+"
ADMINISTRATOR = "-------- -- - --+ ---"
MATRIX = {
    ("GET", "/"): PUBLIC,
    ("GET", "/healthz"): PUBLIC,
    ("GET", "/log-in"): PUBLIC,
    ("POST", "/log-in"): "r" * len(PEOPLE),
    ("GET", "/log-in/code"): PUBLIC,
    ("POST", "/log-in/code"): "r" * len(PEOPLE),
    ("POST", "/log-out"): PUBLIC,
    ("POST", "/exit"): PUBLIC,
    ("POST", "/language"): PUBLIC,
    ("GET", "/welcome/{token}"): PUBLIC,
    ("POST", "/welcome/{token}"): PUBLIC,
    ("GET", "/handle/{token}"): PUBLIC,
    ("POST", "/handle/{token}"): PUBLIC,
    ("GET", "/work"): INSIDE,
    ("GET", "/cases"): INSIDE,
    ("GET", "/open"): INSIDE,
    ("GET", "/open/{protocol}"): OPENERS,
    ("POST", "/open/{protocol}"): OPENERS,
    ("GET", "/stalled"): INSIDE,
    ("POST", "/stalled"): CHIEF,
    ("GET", "/approvals"): INSIDE,
    ("POST", "/approvals"): IN_LIST,
    ("GET", "/stalled/weeks"): INSIDE,
    ("GET", "/account"): INSIDE,
    ("POST", "/account/sessions/{id_}/end"): INSIDE,
    ("POST", "/account/sessions/end"): INSIDE,
    ("POST", "/account/password"): "r" * len(PEOPLE),
    ("POST", "/account/recovery"): INSIDE,
    ("POST", "/account/keys"): INSIDE,
    ("POST", "/account/keys/{id_}/end"): INSIDE,
    ("POST", "/account/absence"): INSIDE,
    ("POST", "/account/absence/cancel"): "r" * len(PEOPLE),
    ("GET", "/case/{code}"): CASE,
    ("GET", "/case/{code}/timeline"): CASE,
    ("POST", "/case/{code}/note"): CASE,
    ("POST", "/case/{code}/withdraw/{enrolment}/{track}"): CHIEF,
    ("POST", "/case/{code}/answer/{waiting}"): CHIEF,
    ("GET", "/case/{code}/record"): CASE,
    ("POST", "/case/{code}/record"): RECORDERS,
    ("GET", "/case/{code}/act/{enrolment}/{track}/{action}"): CASE,
    ("POST", "/case/{code}/act/{enrolment}/{track}/{action}"): "+--rrrr+ r- r r-- r--",
    ("GET", "/case/{code}/contact"): CASE,
    ("POST", "/case/{code}/contact"): CASE,
    ("GET", "/case/{code}/consents"): CASE,
    ("POST", "/case/{code}/consents/{consent}"): CASE,
    ("GET", "/case/{code}/more"): CASE,
    ("POST", "/case/{code}/more/{what}"): CASE,
    ("GET", "/case/{code}/print"): CASE,
    ("GET", "/case/{code}/print/{paper}"): CASE,
    ("GET", "/case/{code}/message/{seq}"): CASE,
    ("POST", "/case/{code}/acknowledge"): CASE,
    ("GET", "/case/{code}/marks"): MARKERS,
    ("POST", "/case/{code}/marks"): MARKERS,
    ("POST", "/case/{code}/marks/remove"): MARKERS,
    ("GET", "/case/{code}/documents"): CASE,
    ("POST", "/case/{code}/documents"): CASE,
    ("GET", "/case/{code}/documents/{id_}"): CASE,
    ("GET", "/case/{code}/people"): OPERATION,
    ("POST", "/case/{code}/people"): OPERATION,
    ("POST", "/draft"): INSIDE,
    ("POST", "/draft/drop"): INSIDE,
    ("GET", "/emergency"): INSIDE,
    ("POST", "/emergency"): ".+-..... .- . .-- .--",
    ("GET", "/hand-over"): INSIDE,
    ("POST", "/hand-over"): OFFERED,
    ("GET", "/transfers"): INSIDE,
    ("POST", "/transfers"): IN_LIST,
    ("POST", "/find"): CASE,
    ("GET", "/likenesses"): REVIEWER,
    ("POST", "/likenesses"): REVIEWER,
    ("GET", "/statistics"): FIGURES,
    ("GET", "/people"): ADMINISTRATOR,
    ("POST", "/people"): ADMINISTRATOR,
    ("GET", "/people/{user}"): ADMINISTRATOR,
    ("POST", "/people/{user}/invite"): ADMINISTRATOR,
    ("POST", "/people/{user}/{what}"): ADMINISTRATOR,
}
#: What asks nobody who she is.
OPEN_TO_ALL = frozenset(
    {
        "/",
        "/healthz",
        "/log-in",
        "/log-in/code",
        "/log-out",
        "/exit",
        "/language",
        "/welcome/{token}",
        "/handle/{token}",
    }
)
#: The step that is each helper's own.
OWN_STEPS = {
    "provincial focal": "of_province",
    "nurse": "of_health",
    "shelter manager": "of_shelter",
    "lawyer": "of_law",
    "counsellor": "of_counsel",
    "police": "of_police",
}
#: What is about a case, in the address or in the form.
OF_CASES = sorted(key for key in MATRIX if "{code}" in key[1] or (key[0] == "POST" and key[1] in CODED))
GETS = sorted(path for verb, path in MATRIX if verb == "GET")
POSTS = sorted(path for verb, path in MATRIX if verb == "POST")
#: What writes nothing into the journal of a case.
UNWRITTEN = {"/find", "/case/{code}/marks", "/case/{code}/marks/remove", "/case/{code}/people"}
#: Who has no role in the case: workers and supervisors elsewhere, the police, the administrator.
STRANGERS = ("kim_bunna", "nuon_sreymom", "suon_piseth", "meas_kolap")
WHO = list(PEOPLE)


def expected(verb: str, path: str) -> dict[str, str]:
    """Return the letter that each person has for a route."""
    return dict(zip(PEOPLE, MATRIX[verb, path].replace(" ", ""), strict=True))


def tried(office: Pages, ring: Ring, who: str, verb: str, path: str) -> str:
    """Send a request about her own case; return the letter of the answer."""
    code = ring.code(who, path)
    before = office.office.cases.case(code).seq
    status, text = sent(enter(office, PEOPLE[who]), verb, path, code, **filled_of(ring, code))
    of_a_case = verb == "POST" and (verb, path) in OF_CASES and path not in UNWRITTEN
    return letter(status, text, anything=written(office, code, before), of_a_case=of_a_case)


def test_every_route_has_a_row_and_every_row_a_route(ring_pages: Pages) -> None:
    """Whoever adds a route says first who may use it; whoever adds a role, what it may."""
    assert set(routes(ring_pages.app.routes)) == set(MATRIX)
    assert {key for key in MATRIX if len(expected(*key)) != len(PEOPLE)} == set()


def test_nobody_gets_in_without_a_session(ring_pages: Pages, ring: Ring) -> None:
    """Each asks to log in, on a case that exists and on one that does not."""
    browser = ring_pages.browser()
    for verb, path in sorted(MATRIX):
        if path in OPEN_TO_ALL:
            continue
        for code in (ring.own["leads the case"], ABSENT):
            answer = browser.request(verb, path_of(path, code), data={"text": "x"} if verb == "POST" else None)
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/log-in"), path


@pytest.mark.parametrize("who", WHO)
def test_each_sees_the_pages_of_her_roles(ring_pages: Pages, ring: Ring, who: str) -> None:
    """Every page, on a case in which she takes part where her role can have one."""
    found = {path: tried(ring_pages, ring, who, "GET", path) for path in GETS}
    assert found == {path: expected("GET", path)[who] for path in GETS}


@pytest.mark.parametrize("path", POSTS)
def test_each_does_what_her_roles_may(ring_copy: Pages, ring: Ring, path: str) -> None:
    """Every form, for everybody: done, or refused in words with nothing written, or not there."""
    assert {who: tried(ring_copy, ring, who, "POST", path) for who in PEOPLE} == expected("POST", path)


@pytest.mark.parametrize("who", [one for one in WHO if one != "data protection officer"])
def test_somebody_elses_case_looks_like_none(ring_pages: Pages, ring: Ring, who: str) -> None:
    """Same status, same page, for every route and verb of cases; the attempt is logged and nothing is written.

    The data protection officer answers for every case, so that none is somebody else's.
    """
    browser, code = enter(ring_pages, PEOPLE[who]), ring.other(who)
    before = ring_pages.office.cases.case(code).seq
    for verb, path in OF_CASES:
        theirs, none = (sent(browser, verb, path, one) for one in (code, ABSENT))
        assert theirs == none, (verb, path)
        assert theirs[0] == 404 or (path in CODED and expected(verb, path)[who] != OUT), (verb, path, theirs[0])
    assert ring_pages.office.cases.case(code).seq == before
    log = ring_pages.office.access.of_day(ring_pages.office.time.now().date())
    refused = [one for one in log if one.by == PEOPLE[who] and one.what == "refused" and one.case == code]
    assert len(refused) >= sum("{code}" in path for _, path in OF_CASES) - 1


def test_each_helper_takes_her_own_step(ring_copy: Pages, ring: Ring) -> None:
    """Who is refused what the worker decides does what is hers."""
    for who, action in OWN_STEPS.items():
        code, browser = ring.own[who], enter(ring_copy, PEOPLE[who])
        before = ring_copy.office.cases.case(code).seq
        assert browser.post(f"/case/{code}/act/ring/ring/{action}", data={"key": "k"}).status_code == 200, who
        assert written(ring_copy, code, before), who


@pytest.mark.parametrize("who", ["police", "commune", "shelter manager", "statistics officer", "administrator"])
def test_lists_hold_no_case_of_somebody_else(ring_pages: Pages, ring: Ring, who: str) -> None:
    """Neither work, nor cases, nor what stalls: only those in which she takes part."""
    browser = enter(ring_pages, PEOPLE[who])
    text = "".join(browser.get(path).text for path in ("/work", "/cases", "/stalled", "/hand-over", "/transfers"))
    assert ring.north not in text
    assert ring.river not in text
    assert (ring.own[who] in text) == (expected("GET", "/case/{code}")[who] != OUT)


def test_lists_hold_only_ones_own_cases(pages: Pages) -> None:
    """The worker finds her case in each list, strangers in none."""
    mine = pages.log_in("sok_phalla")
    assert pages.code in mine.get("/work").text
    assert pages.code in mine.get("/cases").text
    for who in STRANGERS:
        browser = enter(pages, who)
        assert pages.code not in browser.get("/work").text + browser.get("/cases").text + browser.get("/stalled").text


def test_guessing_codes_takes_as_long_for_a_case_that_is_there(pages: Pages) -> None:
    """The time for a stranger's case and for none differs by less than a fifth, taken in turns.

    Of each the quicker quarter counts: what the machine did meanwhile only ever makes an answer slower.
    """
    browser = pages.log_in("kim_bunna")
    times: dict[str, list[float]] = {pages.code: [], ABSENT: []}
    for _ in range(100):
        for code, found in times.items():
            begin = perf_counter()
            browser.get(f"/case/{code}")
            found.append(perf_counter() - begin)
    there, none = (sorted(found)[len(found) // 4] for found in times.values())
    assert abs(there - none) / max(there, none) < 0.2, (there, none)


def test_figures_are_for_whoever_counts_and_lead_to_no_case(pages: Pages) -> None:
    """The administrator reads them; no code of a case, no name and no small number stands there."""
    text = pages.log_in("meas_kolap").get("/statistics").text
    assert pages.code not in text
    assert "Neang" not in text
    assert not re.search(r"<td>([1-9]|10)</td>", text)
    assert pages.log_in("sok_phalla").get("/statistics").status_code == 404


def test_a_page_of_the_office_that_is_refused_stands_in_the_log(pages: Pages) -> None:
    """Who asked for which page; nothing of what stood in the address."""
    police = pages.log_in("suon_piseth")
    for path in ("/statistics", "/people", "/people/sok_phalla", "/open/care"):
        assert police.get(path).status_code == 404
    log = pages.office.access.of_day(pages.office.time.now().date())
    refused = [one.detail for one in log if one.by == "suon_piseth" and one.what == "refused"]
    assert refused == ["GET /statistics", "GET /people", "GET /people/{user}", "GET /open/{protocol}"]
