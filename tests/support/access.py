"""What the access matrix sends to each route, and how it reads the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from engine.core.case.events import AttemptRefused
from tests.support.pages import Pages
from tests.support.ring import PDF, Ring

#: A code that no case has.
ABSENT = "K7Q2-9M4X-3"
#: What stands in an address beside the code of a case.
FILLED = {
    "token": "nonsense", "protocol": "ring", "id_": "nonsense", "enrolment": "ring", "track": "ring",
    "waiting": "w1", "action": "settled", "consent": "exam", "what": "hold", "paper": "summary", "seq": "1",
    "user": "kim_bunna",
}  # fmt: skip
SPECIAL = {"/people/{user}/{what}": {"what": "give"}}
#: What each form is filled with, where its answer depends on it; "CODE" is the code of the case.
FORMS: Mapping[str, Mapping[str, str]] = {
    "/open/{protocol}": {"f.who": "Somebody Else", "key": "k"},
    "/stalled": {"case": "CODE", "to": "moul_sela", "reason": "she is ill", "key": "k"},
    "/approvals": {"item": "CODE w1", "agrees": "yes", "key": "k"},
    "/hand-over": {"case": "CODE", "to": "moul_sela", "reason": "she is ill", "key": "k"},
    "/transfers": {"case": "CODE w1", "agrees": "yes", "key": "k"},
    "/find": {"code": "CODE"},
    "/emergency": {"code": "CODE", "reason": "her worker is ill", "hours": "2"},
    "/likenesses": {"pair": "PAIR", "verdict": "same"},
    "/draft": {"draft-of": "/case/CODE/record", "f.reached_at": "at her aunt's"},
    "/draft/drop": {"draft-of": "/case/CODE/record", "next": "/work"},
    "/account/absence": {"since": "2026-03-10", "until": "2026-03-12", "deputy": "heng_theary"},
    "/account/keys": {"name": "a program", "scope": "read"},
    "/account/password": {"old": "x", "new": "y", "again": "z"},
    "/people": {"id": "new_one", "name": "New One", "agency": "social_north"},
    "/people/{user}/{what}": {"role": "case_manager", "agency": "social_north"},
    "/case/{code}/note": {"text": "a note", "key": "k"},
    "/case/{code}/withdraw/{enrolment}/{track}": {"reason": "a wrong click", "key": "k"},
    "/case/{code}/answer/{waiting}": {"agrees": "yes", "reason": "as planned", "key": "k"},
    "/case/{code}/record": {"f.reached_at": "at the pagoda", "key": "k"},
    "/case/{code}/act/{enrolment}/{track}/{action}": {"key": "k", "f.reached_at": ""},
    "/case/{code}/contact": {"outcome": "met", "key": "k"},
    "/case/{code}/consents/{consent}": {"given": "yes", "key": "k"},
    "/case/{code}/more/{what}": {"until": "2026-03-12", "reason": "she visits kin", "key": "k"},
    "/case/{code}/acknowledge": {"clock": "ring/ring.met.agree#1", "days": "1", "key": "k"},
    "/case/{code}/marks": {"mark.telephone": "012 345 678"},
    "/case/{code}/documents": {"field": "ring/letter"},
}
#: The forms that name a case otherwise than in the address; drafts only keep what was typed.
CODED = frozenset(path for path, form in FORMS.items() if any("CODE" in one for one in form.values())) - {
    "/draft",
    "/draft/drop",
}
#: What is sent to the API.
BODIES: Mapping[str, Mapping[str, Any]] = {
    "/cases": {"protocol": "ring", "facts": {"who": "Neang Api"}},
    "/cases/{code}/actions": {"enrolment": "ring", "track": "ring", "action": "settled"},
    "/cases/{code}/facts": {"contact": True},
    "/cases/{code}/consents": {"consent": "exam", "given": True},
    "/cases/{code}/promises": {"clock": "ring/ring.met.agree#1", "days": 2},
    "/cases/{code}/notes": {"text": "a note"},
    "/cases/{code}/holds": {"until": "2026-03-12T17:00:00+07:00", "reason": "she visits kin"},
    "/cases/{code}/withdrawals": {"enrolment": "ring", "track": "ring", "reason": "a wrong click"},
    "/cases/{code}/extensions": {"clock": "ring/ring.met.agree#1", "reason": "she is ill"},
    "/cases/{code}/tasks": {"enrolment": "ring", "task": "call"},
    "/cases/{code}/offers": {"role": "case_manager", "to": "moul_sela", "reason": "she is ill"},
    "/cases/{code}/marks": {"telephone": "012 345 678"},
    "/cases/{code}/replies": {"waiting": "w1", "agrees": True, "reason": "as planned"},
}
#: The letters of the matrix: she is in (a page is shown, or what was sent is done), she may look and is refused this
#: in words, it is taken and nothing comes of it in any case (one that is not hers and one that is not there look
#: alike in a list), it is not there for her.
IN, REFUSED, NOTHING, OUT = "+", "r", ".", "-"


def routes(found: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Yield verb and path of every route, also of those that are included."""
    for one in found:
        if isinstance(one, APIRoute):
            yield from ((verb, one.path) for verb in one.methods or ())
        else:
            included = getattr(one, "original_router", None) or getattr(one, "router", None)
            yield from routes(included.routes if included is not None else [])


def path_of(path: str, code: str, **filled: str) -> str:
    """Return an address of a route."""
    values = FILLED | SPECIAL.get(path, {}) | filled | {"code": code}
    return re.sub(r"\{(\w+)\}", lambda match: values[match.group(1)], path)


def sent(browser: TestClient, verb: str, path: str, code: str, **filled: str) -> tuple[int, str]:
    """Send a request about a case; return the status and the text, with the keys of forms taken out.

    ``filled``: what stands in the address instead of what always does.
    """
    files = {"file": ("a.pdf", PDF)} if (verb, path) == ("POST", "/case/{code}/documents") else None
    pair = filled.pop("pair", "")
    form = {name: text.replace("CODE", code).replace("PAIR", pair) for name, text in FORMS.get(path, {}).items()}
    address = path_of(path, code, **filled)
    answer = browser.request(verb, address, data=form if verb == "POST" else None, files=files)
    text = re.sub(r'(name="key" value=")[^"]*', r"\1", answer.text).replace(code, "CODE")
    return answer.status_code, text + answer.headers.get("location", "").replace(code, "CODE")


def filled_of(ring: Ring, code: str) -> dict[str, str]:
    """Return what stands in addresses and forms of a case: its document, and two cases that may be of one person."""
    return {"id_": ring.documents.get(code, "nonsense"), "pair": ring.pair}


def written(pages: Pages, code: str, before: int) -> bool:
    """Return whether anything but refused attempts was written in the journal since."""
    return any(not isinstance(one, AttemptRefused) for one in pages.office.cases.journal(code, before))


def letter(status: int, text: str, *, anything: bool, of_a_case: bool) -> str:
    """Return the letter of an answer. Raises AssertionError where it has none: it is broken, or says nothing.

    ``anything``: whether something was written in a case; ``of_a_case``: whether what was sent was to write in one.
    """
    if status in {404, 405, 409, 422}:
        assert not anything
        assert status in {404, 405} or 'role="alert"' in text or '"reasons"' in text, (status, text[:500])
        return OUT if status in {404, 405} else REFUSED
    assert status in {200, 201, 204, 303, 410}, (status, text[:500])
    return IN if anything or not of_a_case else NOTHING
