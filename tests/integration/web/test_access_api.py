"""The access matrix of the JSON API: every role, route, verb and scope, on her own case, another's and none.

Written before it ran; the letters are those of ``test_access.py``. A route, a verb or a role without one fails.
"""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from engine.run.accounts.keys import READ, WRITE
from tests.integration.web.test_access import CASE, CHIEF, MARKERS
from tests.support.access import ABSENT, BODIES, letter, path_of, routes, written
from tests.support.pages import BASE, Pages
from tests.support.ring import PDF, PEOPLE, Ring
from web.api.app import create_api

API = "/api/v1"
ANYBODY = "+" * len(PEOPLE)
#: Nobody: the limit cannot be extended, the step has no such task; who takes part hears so in words.
NOBODY = "r--rrrrr r- r r-- r--"
MATRIX = {
    ("GET", "/openapi.json"): ANYBODY,
    ("GET", "/work"): ANYBODY,
    ("GET", "/waiting"): ANYBODY,
    ("GET", "/cases"): ANYBODY,
    ("POST", "/cases"): "+++rrrr+ rr r rrr rrr",
    ("GET", "/cases/{code}"): CASE,
    ("GET", "/cases/{code}/options"): CASE,
    ("GET", "/cases/{code}/journal"): CASE,
    ("GET", "/cases/{code}/documents"): CASE,
    ("GET", "/cases/{code}/documents/{document}"): CASE,
    ("POST", "/cases/{code}/documents"): CASE,
    ("POST", "/cases/{code}/marks"): MARKERS,
    ("POST", "/cases/{code}/actions"): "+--rrrr+ r- r r-- r--",
    ("POST", "/cases/{code}/facts"): CASE,
    ("POST", "/cases/{code}/consents"): CASE,
    ("POST", "/cases/{code}/promises"): CASE,
    ("POST", "/cases/{code}/notes"): CASE,
    ("POST", "/cases/{code}/holds"): CASE,
    ("POST", "/cases/{code}/withdrawals"): CHIEF,
    ("POST", "/cases/{code}/extensions"): NOBODY,
    ("POST", "/cases/{code}/tasks"): NOBODY,
    ("POST", "/cases/{code}/offers"): "+--rrrrr r- r r-- +--",
    ("POST", "/cases/{code}/replies"): CHIEF,
}
ROWS = sorted(MATRIX)
#: Hands over what somebody may be known by, of which nothing stands in the journal of the case.
UNWRITTEN = {"/cases/{code}/marks"}


def program(office: Pages, who: str, scope: str) -> TestClient:
    """Return a program that works in somebody's name."""
    key = office.desk.keys.make(PEOPLE[who], "a program", scope)
    headers = {"authorization": f"Bearer {key}"}
    return TestClient(office.app, base_url=BASE, headers=headers, follow_redirects=False)


def asked(program: TestClient, verb: str, path: str, code: str, document: str = "0" * 32) -> tuple[int, str]:
    """Return status and text of an answer about a case; ``document``: the id of one of its documents."""
    address = API + path_of(path, code, document=document)
    if (verb, path) == ("POST", "/cases/{code}/documents"):
        form = {"enrolment": "ring", "field": "letter"}
        answer = program.request(verb, address, data=form, files={"file": ("a.pdf", PDF)})
    else:
        answer = program.request(verb, address, json=BODIES.get(path))
    return answer.status_code, answer.text.replace(code, "CODE")


def tried(office: Pages, ring: Ring, who: str, verb: str, path: str) -> str:
    """Send a request about her own case with a key that writes; return the letter of the answer."""
    code = ring.own[who]
    before = office.office.cases.case(code).seq
    status, text = asked(program(office, who, WRITE), verb, path, code, ring.documents.get(code, "0" * 32))
    of_a_case = verb == "POST" and "{code}" in path and path not in UNWRITTEN
    return letter(status, text, anything=written(office, code, before), of_a_case=of_a_case)


def test_every_route_has_a_row_and_a_letter_for_each(ring_pages: Pages) -> None:
    """Whoever adds a route says first who may use it."""
    assert set(routes(create_api(ring_pages.desk).routes)) == set(MATRIX)
    assert {len(row.replace(" ", "")) for row in MATRIX.values()} == {len(PEOPLE)}


@pytest.mark.parametrize(("verb", "path"), ROWS)
def test_each_does_what_her_roles_may(ring_copy: Pages, ring: Ring, verb: str, path: str) -> None:
    """With a key that writes: done, or refused with its reasons and nothing written, or not there."""
    found = {who: tried(ring_copy, ring, who, verb, path) for who in PEOPLE}
    assert found == dict(zip(PEOPLE, MATRIX[verb, path].replace(" ", ""), strict=True))


@pytest.mark.parametrize("who", PEOPLE)
def test_a_key_that_reads_only_reads(ring_pages: Pages, ring: Ring, who: str) -> None:
    """What it may read is the same; whatever it would write is refused alike, on each case and on none."""
    reader, writer = (program(ring_pages, who, scope) for scope in (READ, WRITE))
    for verb, path in ROWS:
        if verb == "GET":
            assert asked(reader, verb, path, ring.own[who])[0] == asked(writer, verb, path, ring.own[who])[0]
        else:
            codes = (ring.own[who], ring.other(who), ABSENT)
            assert len({asked(reader, verb, path, code) for code in codes}) == 1
            assert asked(reader, verb, path, ABSENT)[0] == 403


@pytest.mark.parametrize("who", [one for one in PEOPLE if one != "data protection officer"])
def test_somebody_elses_case_looks_like_none(ring_pages: Pages, ring: Ring, who: str) -> None:
    """Same answer on every route, and nothing is written."""
    one, code = program(ring_pages, who, WRITE), ring.other(who)
    before = ring_pages.office.cases.case(code).seq
    for verb, path in ROWS:
        if "{code}" in path:
            theirs, none = (asked(one, verb, path, asked_for) for asked_for in (code, ABSENT))
            assert theirs == none, (verb, path)
            assert theirs[0] == 404, (verb, path)
    assert ring_pages.office.cases.case(code).seq == before
