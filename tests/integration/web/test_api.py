"""The JSON API: keys with scopes, refusals as problems, requests that come twice, and nothing that breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from engine.core.people.commands import AddMembership, DisableUser
from engine.run.accounts.keys import READ, WRITE
from engine.run.cases.casework import Opening
from tests.support.pages import BASE, Pages
from tests.support.ring import PDF
from web.api.app import create_api
from web.desk import Desk

API = "/api/v1"
#: Every route, and which scope it takes; a new one without a row fails.
MATRIX = {
    ("GET", "/openapi.json"): READ,
    ("GET", "/work"): READ,
    ("GET", "/cases"): READ,
    ("POST", "/cases"): WRITE,
    ("GET", "/cases/{code}"): READ,
    ("GET", "/cases/{code}/options"): READ,
    ("POST", "/cases/{code}/actions"): WRITE,
    ("POST", "/cases/{code}/facts"): WRITE,
    ("POST", "/cases/{code}/consents"): WRITE,
    ("POST", "/cases/{code}/promises"): WRITE,
    ("GET", "/waiting"): READ,
    ("GET", "/cases/{code}/journal"): READ,
    ("GET", "/cases/{code}/documents"): READ,
    ("GET", "/cases/{code}/documents/{document}"): READ,
    ("POST", "/cases/{code}/documents"): WRITE,
    ("POST", "/cases/{code}/marks"): WRITE,
    ("POST", "/cases/{code}/notes"): WRITE,
    ("POST", "/cases/{code}/holds"): WRITE,
    ("POST", "/cases/{code}/withdrawals"): WRITE,
    ("POST", "/cases/{code}/extensions"): WRITE,
    ("POST", "/cases/{code}/tasks"): WRITE,
    ("POST", "/cases/{code}/offers"): WRITE,
    ("POST", "/cases/{code}/replies"): WRITE,
}
BODIES: dict[str, dict[str, Any]] = {
    "/cases": {"protocol": "care", "facts": {"who": "Neang Api"}},
    "/cases/{code}/actions": {"enrolment": "care", "track": "care", "action": "settled"},
    "/cases/{code}/facts": {"contact": True},
    "/cases/{code}/consents": {"consent": "exam", "given": True},
    "/cases/{code}/promises": {"clock": "care/care.met.agree", "days": 2},
    "/cases/{code}/notes": {"text": "a note"},
    "/cases/{code}/holds": {"until": "2026-03-12T17:00:00+07:00", "reason": "she visits kin"},
    "/cases/{code}/withdrawals": {"enrolment": "care", "track": "care", "reason": "a wrong click"},
    "/cases/{code}/extensions": {"clock": "care/care.met.agree", "reason": "she is ill"},
    "/cases/{code}/tasks": {"enrolment": "care", "task": "call"},
    "/cases/{code}/offers": {"role": "legal_counsel", "to": "kim_bunna", "reason": "a hearing", "consent": "exam"},
    "/cases/{code}/replies": {"waiting": "w1", "take_back": True},
    "/cases/{code}/marks": {"telephone": "012 345 678"},
}
ABSENT = "K7Q2-9M4X-3"
DOCUMENTS = "/cases/{code}/documents"


def address_of(path: str, code: str) -> str:
    """Return the address of a route."""
    return API + path.format(code=code, document="0" * 32)


def sending(verb: str, path: str) -> dict[str, Any]:
    """Return what is sent to a route: JSON, or a form with a file."""
    if (verb, path) == ("POST", DOCUMENTS):
        return {"data": {"enrolment": "care", "field": "letter"}, "files": {"file": ("her name.pdf", PDF)}}
    return {"json": BODIES.get(path)}


def program(pages: Pages, user: str = "sok_phalla", scope: str = WRITE) -> TestClient:
    """Return a program that works in somebody's name."""
    key = pages.desk.keys.make(user, "a program", scope)
    headers = {"authorization": f"Bearer {key}"}
    return TestClient(pages.app, base_url=BASE, headers=headers, follow_redirects=False)


def routes(pages: Pages) -> Iterator[tuple[str, str]]:
    """Yield verb and path of every route of the API."""
    for one in create_api(Desk(pages.office)).routes:
        if isinstance(one, APIRoute):
            yield from ((verb, one.path) for verb in one.methods or ())


def test_every_route_has_a_row(pages: Pages) -> None:
    """Whoever adds one says first which scope it takes."""
    assert set(routes(pages)) == set(MATRIX)


@pytest.mark.parametrize(("verb", "path"), sorted(MATRIX))
def test_nothing_is_answered_without_a_key(pages: Pages, verb: str, path: str) -> None:
    """A missing key, a wrong one and one that was ended are told alike."""
    keys = pages.desk.keys
    ended = keys.make("sok_phalla", "ended", WRITE)
    keys.end("sok_phalla", keys.of("sok_phalla")[0].id)
    answers = [
        TestClient(pages.app, base_url=BASE, headers=headers).request(
            verb, address_of(path, pages.code), **sending(verb, path)
        )
        for headers in ({}, {"authorization": "Bearer nonsense"}, {"authorization": f"Bearer {ended}"})
    ]
    assert {one.status_code for one in answers} == {401}
    assert len({one.text for one in answers}) == 1


@pytest.mark.parametrize("path", sorted(path for verb, path in MATRIX if MATRIX[verb, path] == WRITE))
def test_a_key_that_reads_writes_nothing(pages: Pages, path: str) -> None:
    """It is told so, and nothing is written."""
    before = pages.office.cases.case(pages.code).seq
    answer = program(pages, scope=READ).post(address_of(path, pages.code), **sending("POST", path))
    assert answer.status_code == 403
    assert pages.office.cases.case(pages.code).seq == before
    log = pages.office.access.of_day(pages.office.time.now().date())
    assert ("sok_phalla", "refused", "a key that reads") in {(one.by, one.what, one.detail) for one in log}


@pytest.mark.parametrize("who", ["kim_bunna", "suon_piseth", "meas_kolap"])
def test_a_stranger_s_case_looks_like_none(pages: Pages, who: str) -> None:
    """Same answer for a case that is there and for one that is not, on every route."""
    stranger = program(pages, who)
    for verb, path in MATRIX:
        if "{code}" in path:
            there, none = (
                stranger.request(verb, address_of(path, code), **sending(verb, path)) for code in (pages.code, ABSENT)
            )
            assert (there.status_code, there.text) == (none.status_code, none.text) == (404, none.text), path
    assert pages.code not in stranger.get(f"{API}/cases").text + stranger.get(f"{API}/work").text


def test_a_program_does_what_the_pages_do(pages: Pages) -> None:
    """A note, a hold that waits for the supervisor, a step taken back, help asked for and taken back."""
    one, chief = program(pages), program(pages, "ouk_malis")
    at = f"{API}/cases/{pages.code}"
    given = AddMembership(by="t", user="kim_bunna", role="legal_counsel", agency="social_river")
    pages.office.people.change([given], pages.office.time.now())

    def post(who: TestClient, path: str, **body: Any) -> dict[str, Any]:
        answer = who.post(f"{at}/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    post(one, "notes", text="she called")
    post(one, "holds", **BODIES["/cases/{code}/holds"], hold="h1")
    post(chief, "holds", hold="h1")
    assert pages.office.cases.case(pages.code).holds["h1"].confirmed
    post(one, "holds", hold="h1", end=True)
    post(one, "actions", **BODIES["/cases/{code}/actions"])
    taken_back = post(one, "withdrawals", **BODIES["/cases/{code}/withdrawals"])
    assert taken_back["tracks"][0]["step"] == "met"
    post(one, "consents", consent="exam", given=True)
    (asked,) = post(one, "offers", **BODIES["/cases/{code}/offers"])["waiting"]
    assert (asked["kind"], asked["asked"]) == ("transfer", ["user:kim_bunna"])
    assert post(one, "replies", waiting=asked["waiting"], take_back=True)["waiting"] == []
    words = [line["words"] for line in one.get(f"{at}/journal").json()["lines"]]
    assert {"a note", "contact"} & set(words)
    assert "she called" not in " ".join(words)


@pytest.mark.parametrize("agrees", [False, True])
def test_who_is_only_asked_gets_nothing_of_the_case_with_her_answer(pages: Pages, agrees: bool) -> None:
    """A no ends all she has to do with it; a yes gives her a role, and the case with it."""
    given = AddMembership(by="t", user="suon_piseth", role="legal_counsel", agency="social_north")
    pages.office.people.change([given], pages.office.time.now())
    owner = program(pages)
    at = f"{API}/cases/{pages.code}"
    owner.post(f"{at}/consents", json={"consent": "exam", "given": True})
    offer = BODIES["/cases/{code}/offers"] | {"to": "suon_piseth"}
    (asked,) = owner.post(f"{at}/offers", json=offer).json()["waiting"]
    other = program(pages, "suon_piseth")
    answer = other.post(f"{at}/replies", json={"waiting": asked["waiting"], "agrees": agrees, "reason": "r"})
    assert answer.status_code == (200 if agrees else 204)
    assert ("sok_phalla" in answer.text) is agrees
    assert bool(answer.content) is agrees


def test_every_answer_that_shows_a_case_is_logged(pages: Pages) -> None:
    """Also one to a request that comes a second time, which changes nothing."""
    one, at = program(pages), f"{API}/cases/{pages.code}/facts"
    counts = []
    for _ in range(3):
        assert one.post(at, json={"contact": True}, headers={"Idempotency-Key": "k"}).status_code == 200
        log = pages.office.access.of_day(pages.office.time.now().date())
        counts.append(sum(row.what == "show" and row.case == pages.code for row in log))
    assert counts == [1, 2, 3]


def test_a_program_works_a_case(pages: Pages) -> None:
    """It reads what is due, what can be done, does it, and reads what has become of it."""
    one = program(pages)
    assert pages.code in {item["case"] for item in one.get(f"{API}/work").json()["due"]}
    names = {item["action"] for item in one.get(f"{API}/cases/{pages.code}/options").json()}
    assert "settled" in names
    done = one.post(f"{API}/cases/{pages.code}/actions", json=BODIES["/cases/{code}/actions"])
    assert done.json()["tracks"][0]["step"] == "living"
    assert done.headers["content-type"] == "application/json"


def test_a_refusal_is_a_problem_with_its_reasons(pages: Pages) -> None:
    """Why not, as data; the status says that nothing was changed."""
    body = {"enrolment": "care", "track": "care", "action": "moved", "ask": True}
    answer = program(pages).post(f"{API}/cases/{pages.code}/actions", json=body)
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["reasons"] == ["reached_at has to be recorded first."]


def test_the_same_request_under_one_key_is_done_once(pages: Pages) -> None:
    """The second answer is the first; another request under the same key is refused."""
    one = program(pages)
    headers = {"Idempotency-Key": "k1"}
    first = one.post(f"{API}/cases", json=BODIES["/cases"], headers=headers).json()
    second = one.post(f"{API}/cases", json=BODIES["/cases"], headers=headers).json()
    assert first["case"] == second["case"]
    other = {"protocol": "care", "facts": {"who": "Somebody Else"}}
    assert one.post(f"{API}/cases", json=other, headers=headers).status_code == 409


def test_nothing_can_be_set_that_was_not_meant(pages: Pages) -> None:
    """Names that a body does not have are refused: no role, owner or state comes in that way."""
    extras: tuple[dict[str, Any], ...] = (
        {"actor": "x"},
        {"approved_by": "x"},
        {"holders": {}},
        {"happened": "2020-01-01"},
    )
    for extra in extras:
        body = BODIES["/cases/{code}/actions"] | extra
        assert program(pages).post(f"{API}/cases/{pages.code}/actions", json=body).status_code == 422


def test_pages_of_cases_go_on_behind_the_last(pages: Pages) -> None:
    """Every case is told once, also where there are more than fit on a page."""
    one = program(pages)
    for number in range(104):
        pages.desk.casework.open("sok_phalla", _opening(number))
    first = one.get(f"{API}/cases").json()
    second = one.get(f"{API}/cases", params={"after": first["next"]}).json()
    assert len(first["cases"]) == 100
    assert len(set(first["cases"]) | set(second["cases"])) == 105
    assert second["next"] == ""


def _opening(number: int) -> Opening:
    return Opening("care", {"who": f"Neang {number}"})


def test_a_key_of_a_disabled_person_is_dead(pages: Pages) -> None:
    """It works no more with the next request."""
    one = program(pages)
    pages.office.people.change([DisableUser(by="t", user="sok_phalla")], pages.office.time.now())
    assert one.get(f"{API}/work").status_code == 401


def test_the_description_is_whole(pages: Pages) -> None:
    """Every route that takes a key stands in it, with the problems it can answer."""
    schema = program(pages).get(f"{API}/openapi.json").json()
    told = {(verb.upper(), path) for path, verbs in schema["paths"].items() for verb in verbs}
    assert told == set(MATRIX) - {("GET", "/openapi.json")}
    assert all("409" in one["responses"] for verbs in schema["paths"].values() for one in verbs.values())


@pytest.mark.parametrize("until", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_an_instant_at_the_end_of_the_calendar_is_refused_in_words(pages: Pages, until: str) -> None:
    """It has no UTC."""
    answer = program(pages).post(f"{API}/cases/{pages.code}/holds", json={"until": until, "reason": "x"})
    assert answer.status_code == 422


def test_half_a_sign_is_refused_in_words(pages: Pages) -> None:
    """JSON can hold it, no store can; nor can the mark behind which a list goes on."""
    one = program(pages)
    headers = {"content-type": "application/json"}
    sent = one.post(f"{API}/cases/{pages.code}/facts", content='{"who": "\\ud800"}', headers=headers)
    assert sent.status_code == 422
    after = '["2026-01-01T00:00:00+00:00", "\\ud800", "a", "b", "c"]'
    assert one.get(f"{API}/work", params={"after": after}).status_code == 200


def test_what_is_sent_twice_under_a_key_happens_once_also_where_it_holds_a_time(pages: Pages) -> None:
    """A hold and a promise: the answer is the same, and there is one of them."""
    one, at = program(pages), f"{API}/cases/{pages.code}"
    until = (pages.office.time.now() + timedelta(days=3)).isoformat()
    for _ in range(2):
        answer = one.post(f"{at}/holds", json={"until": until, "reason": "x"}, headers={"Idempotency-Key": "h"})
        assert answer.status_code == 200, answer.text
    assert len(pages.office.cases.case(pages.code).holds) == 1


def test_the_journal_is_read_page_by_page(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line once, in order, with its number; a page ends where the next begins."""
    one, address = program(pages), f"{API}/cases/{pages.code}/journal"
    for number in range(5):
        one.post(f"{API}/cases/{pages.code}/notes", json={"text": f"note {number}"})
    whole = one.get(address).json()
    assert whole["next"] == 0
    monkeypatch.setattr("web.api.reading._MOST_LINES", 2)
    joined, after = [], 0
    while True:
        page = one.get(address, params={"after": after}).json()
        assert len(page["lines"]) <= 2
        joined += page["lines"]
        after = page["next"]
        if not after:
            break
    assert joined == whole["lines"]
    assert [line["seq"] for line in joined] == sorted({line["seq"] for line in joined})
    assert one.get(address, params={"after": 10**9}).json() == {"lines": [], "next": 0}


def test_what_waits_for_an_answer_is_found_across_cases(pages: Pages) -> None:
    """An approval is in her supervisor's list and not in hers; an offer is in the list of whom it was made to."""
    one, chief, other = program(pages), program(pages, "ouk_malis"), program(pages, "kim_bunna")
    moved = {"enrolment": "care", "track": "care", "action": "moved", "facts": {"reached_at": "x"}, "ask": True}
    assert one.post(f"{API}/cases/{pages.code}/actions", json=moved).status_code == 200
    one.post(f"{API}/cases/{pages.code}/offers", json={"role": "case_manager", "to": "kim_bunna", "reason": "leave"})
    found = {name: {(line["case"], line["kind"]) for line in program_.get(f"{API}/waiting").json()}
             for name, program_ in (("one", one), ("chief", chief), ("other", other))}  # fmt: skip
    assert (pages.code, "approval") in found["chief"] - found["one"]
    assert found["other"] == {(pages.code, "transfer")}


def test_a_document_is_attached_and_read_back(pages: Pages) -> None:
    """As it was sent, by who may read the answer; the name that the file had is kept nowhere."""
    one, address = program(pages), f"{API}/cases/{pages.code}/documents"
    sent = {"enrolment": "care", "field": "letter"}
    assert one.post(address, data=sent, files={"file": ("Neang Zq7.pdf", PDF)}).status_code == 200
    (kept,) = one.get(address).json()
    answer = one.get(f"{address}/{kept['document']}")
    assert (answer.content, answer.headers["content-type"], kept["field"]) == (PDF, "application/pdf", "letter")
    assert program(pages, "kim_bunna").get(f"{address}/{kept['document']}").status_code == 404
    refused = one.post(address, data=sent, files={"file": ("a.pdf", b"<script>")})
    assert (refused.status_code, "PDF" in refused.json()["title"]) == (422, True)


def test_marks_are_handed_over_and_tell_nothing(pages: Pages) -> None:
    """The same answer whether or not anybody is known by them; one that would fit too many is refused by its kind."""
    one = program(pages)
    other = one.post(f"{API}/cases", json=BODIES["/cases"]).json()["case"]
    answers = [
        one.post(f"{API}/cases/{code}/marks", json={"telephone": "012 345 678"}) for code in (pages.code, other)
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(204, "")}
    vague = one.post(f"{API}/cases/{pages.code}/marks", json={"telephone": "12"})
    assert (vague.status_code, vague.json()["reasons"]) == (422, ["telephone"])


def test_where_a_list_goes_on_names_no_case(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is sealed for whoever asked: a limit in a case that is none of hers may stand there."""
    one = program(pages)
    for number in range(3):
        one.post(f"{API}/cases", json={"protocol": "care", "facts": {"who": f"Neang {number}"}})
    whole = [line["clock"] + line["case"] for line in one.get(f"{API}/work").json()["due"]]
    monkeypatch.setattr("web.api.reading._MOST", 1)
    joined, after = list[str](), ""
    while True:
        page = one.get(f"{API}/work", params={"after": after}).json()
        joined += [line["clock"] + line["case"] for line in page["due"]]
        after = page["next"]
        if not after:
            break
        assert not any(code in after for code in pages.office.cases.cases())
    assert joined == whole
    first = one.get(f"{API}/work").json()["next"]
    assert program(pages, "kim_bunna").get(f"{API}/work", params={"after": first}).json()["due"] == []


def test_a_document_that_is_sent_twice_is_kept_once(pages: Pages) -> None:
    """The line was cut before the answer: the same key, the same bytes, one document; other bytes are refused."""
    one, address = program(pages), f"{API}/cases/{pages.code}/documents"
    sent, heads = {"enrolment": "care", "field": "letter"}, {"Idempotency-Key": "scan-1"}
    answers = [one.post(address, data=sent, files={"file": ("a.pdf", PDF)}, headers=heads) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    (kept,) = one.get(address).json()
    assert one.get(f"{address}/{kept['document']}").content == PDF
    with pages.office.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM documents").scalar() == 1
    other = one.post(address, data=sent, files={"file": ("a.pdf", PDF + b" ")}, headers=heads)
    assert other.status_code == 409


def test_a_list_of_cases_goes_on_where_the_search_stopped(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever serves everywhere and has to do with few cases finds each of them, page by page."""
    serving = AddMembership(by="t", user="kim_bunna", role="intake_officer", everywhere=True)
    pages.office.people.change([serving], pages.office.time.now())
    opened = [
        pages.desk.casework.open("sok_phalla", Opening(name, {"who": f"Neang {number}"})).id
        for number in range(6)
        for name in ("care", "arrival")
    ]
    hers = {code for code in opened if "arrival" in pages.office.cases.case(code).enrolments}
    monkeypatch.setattr("engine.run.cases.worklist.MOST_LOOKED_AT", 3)
    monkeypatch.setattr("web.api.reading._MOST", 2)
    found, after = list[str](), ""
    while True:
        page = program(pages, "kim_bunna").get(f"{API}/cases", params={"after": after}).json()
        found += page["cases"]
        after = page["next"]
        if not after:
            break
        assert not any(code in after for code in pages.office.cases.cases())
    assert sorted(found) == sorted(hers)
