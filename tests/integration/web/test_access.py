"""The access matrix: every route and verb, for everybody, on her own case, another's and none. Written before it ran.

The expectation stands in ``MATRIX``; a route without a row fails. "Not yours" and "not there" look alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from time import perf_counter

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from tests.support.pages import Pages

#: Who may: anybody with the address, whoever is logged in, whoever has a role in the case, the administrator,
#: who reads figures, who decides about cases that may be of one person.
PUBLIC, INSIDE, CASE, ADMINISTRATOR, FIGURES = "public", "inside", "case", "administrator", "figures"
REVIEWER = "reviewer"
MATRIX = {
    ("GET", "/"): PUBLIC,
    ("GET", "/healthz"): PUBLIC,
    ("GET", "/log-in"): PUBLIC,
    ("POST", "/log-in"): PUBLIC,
    ("GET", "/log-in/code"): PUBLIC,
    ("POST", "/log-in/code"): PUBLIC,
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
    ("GET", "/open/{protocol}"): INSIDE,
    ("POST", "/open/{protocol}"): INSIDE,
    ("GET", "/stalled"): INSIDE,
    ("POST", "/stalled"): INSIDE,
    ("GET", "/approvals"): INSIDE,
    ("POST", "/approvals"): INSIDE,
    ("GET", "/stalled/weeks"): INSIDE,
    ("GET", "/account"): INSIDE,
    ("POST", "/account/sessions/{id_}/end"): INSIDE,
    ("POST", "/account/sessions/end"): INSIDE,
    ("POST", "/account/password"): INSIDE,
    ("POST", "/account/recovery"): INSIDE,
    ("POST", "/account/keys"): INSIDE,
    ("POST", "/account/keys/{id_}/end"): INSIDE,
    ("POST", "/account/absence"): INSIDE,
    ("POST", "/account/absence/cancel"): INSIDE,
    ("GET", "/case/{code}"): CASE,
    ("GET", "/case/{code}/timeline"): CASE,
    ("POST", "/case/{code}/note"): CASE,
    ("POST", "/case/{code}/withdraw/{enrolment}/{track}"): CASE,
    ("POST", "/case/{code}/answer/{waiting}"): CASE,
    ("GET", "/case/{code}/record"): CASE,
    ("POST", "/case/{code}/record"): CASE,
    ("GET", "/case/{code}/act/{enrolment}/{track}/{action}"): CASE,
    ("POST", "/case/{code}/act/{enrolment}/{track}/{action}"): CASE,
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
    ("GET", "/case/{code}/marks"): CASE,
    ("POST", "/case/{code}/marks"): CASE,
    ("POST", "/case/{code}/marks/remove"): CASE,
    ("GET", "/case/{code}/documents"): CASE,
    ("POST", "/case/{code}/documents"): CASE,
    ("GET", "/case/{code}/documents/{id_}"): CASE,
    ("GET", "/case/{code}/people"): CASE,
    ("POST", "/case/{code}/people"): CASE,
    ("POST", "/draft"): INSIDE,
    ("POST", "/draft/drop"): INSIDE,
    ("GET", "/emergency"): INSIDE,
    ("POST", "/emergency"): INSIDE,
    ("GET", "/hand-over"): INSIDE,
    ("POST", "/hand-over"): INSIDE,
    ("GET", "/transfers"): INSIDE,
    ("POST", "/transfers"): INSIDE,
    ("POST", "/find"): INSIDE,
    ("GET", "/likenesses"): REVIEWER,
    ("POST", "/likenesses"): REVIEWER,
    ("GET", "/statistics"): FIGURES,
    ("GET", "/people"): ADMINISTRATOR,
    ("POST", "/people"): ADMINISTRATOR,
    ("GET", "/people/{user}"): ADMINISTRATOR,
    ("POST", "/people/{user}/invite"): ADMINISTRATOR,
    ("POST", "/people/{user}/{what}"): ADMINISTRATOR,
}
#: A code that no case has.
ABSENT = "K7Q2-9M4X-3"
FILLED = {
    "token": "nonsense", "protocol": "care", "id_": "nonsense", "enrolment": "care", "track": "care",
    "waiting": "w1", "action": "settled", "consent": "exam", "what": "end", "paper": "summary", "seq": "1",
    "user": "kim_bunna",
}  # fmt: skip
FORM = {
    "text": "a note", "outcome": "met", "given": "yes", "reason": "because", "hold": "none", "agrees": "yes",
    "clock": "care/care.met.agree", "days": "1", "f.reached_at": "somewhere",
}  # fmt: skip
OF_CASES = sorted(key for key, who in MATRIX.items() if who == CASE)
#: Who has no role in the case: workers and supervisors elsewhere, the police, the administrator.
STRANGERS = ("kim_bunna", "nuon_sreymom", "suon_piseth", "meas_kolap")


def routes(found: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Yield verb and path of every route, also of those that are included."""
    for one in found:
        if isinstance(one, APIRoute):
            yield from ((verb, one.path) for verb in one.methods or ())
        else:
            included = getattr(one, "original_router", None) or getattr(one, "router", None)
            yield from routes(included.routes if included is not None else [])


def path_of(path: str, code: str) -> str:
    """Return an address of a route."""
    return re.sub(r"\{(\w+)\}", lambda match: {**FILLED, "code": code}[match.group(1)], path)


def test_every_route_has_a_row_and_every_row_a_route(pages: Pages) -> None:
    """Whoever adds a route says first who may use it."""
    assert set(routes(pages.app.routes)) == set(MATRIX)


@pytest.mark.parametrize(("verb", "path"), sorted(key for key, who in MATRIX.items() if who != PUBLIC))
def test_nobody_gets_in_without_a_session(pages: Pages, verb: str, path: str) -> None:
    """Each asks to log in, on a case that exists and on one that does not."""
    for code in (pages.code, ABSENT):
        answer = pages.browser().request(verb, path_of(path, code), data=FORM if verb == "POST" else None)
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/log-in")


@pytest.mark.parametrize("who", STRANGERS)
def test_a_strangers_case_looks_like_none(pages: Pages, who: str) -> None:
    """Same status, same page, for every route and verb of cases; the attempt is logged and nothing is written."""
    browser = pages.log_in(who)
    before = pages.office.cases.case(pages.code).seq
    for verb, path in OF_CASES:
        form = FORM if verb == "POST" else None
        theirs, none = (browser.request(verb, path_of(path, code), data=form) for code in (pages.code, ABSENT))
        assert theirs.status_code == none.status_code == 404, (verb, path, theirs.status_code, none.status_code)
        assert theirs.text.replace(pages.code, ABSENT) == none.text, (verb, path)
    assert pages.office.cases.case(pages.code).seq == before
    log = pages.office.access.of_day(pages.office.time.now().date())
    assert sum(one.by == who and one.what == "refused" and one.case == pages.code for one in log) >= len(OF_CASES) - 1


def test_the_worker_and_her_supervisor_get_in(pages: Pages) -> None:
    """Each page of the case opens for them, and reading it is logged before the answer leaves."""
    for who in ("sok_phalla", "ouk_malis"):
        browser = pages.log_in(who)
        for verb, path in OF_CASES:
            if verb == "GET" and not path.endswith(
                ("/people", "/{id_}")
            ):  # this case is about a person, not an operation
                answer = browser.get(path_of(path, pages.code))
                assert answer.status_code in {200, 303}, (who, path, answer.status_code)
        log = pages.office.access.of_day(pages.office.time.now().date())
        assert {"show", "journal", "record", "contact", "consents"} <= {one.what for one in log if one.by == who}


@pytest.mark.parametrize("who", ["sok_phalla", "ouk_malis", "kim_bunna", "suon_piseth"])
def test_only_the_administrator_sees_people(pages: Pages, who: str) -> None:
    """For everybody else the pages are not there."""
    browser = pages.log_in(who)
    for (verb, path), may in MATRIX.items():
        if may in {ADMINISTRATOR, FIGURES, REVIEWER}:
            assert browser.request(verb, path_of(path, ""), data=FORM).status_code == 404, (verb, path)


def test_the_administrator_sees_people_and_no_case(pages: Pages) -> None:
    """Keeping the directory opens no case."""
    browser = pages.log_in("meas_kolap")
    assert browser.get("/people").status_code == 200
    assert pages.code not in browser.get("/work").text + browser.get("/cases").text + browser.get("/stalled").text


def test_lists_hold_only_ones_own_cases(pages: Pages) -> None:
    """The worker finds her case in each list, strangers in none."""
    mine = pages.log_in("sok_phalla")
    assert pages.code in mine.get("/work").text
    assert pages.code in mine.get("/cases").text
    for who in STRANGERS:
        browser = pages.log_in(who)
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
