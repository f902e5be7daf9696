"""The ways in which somebody inside tries to learn whether a person is known, by what they try it through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

#: What the person who may be known gave when she came.
NAME, BORN, TELEPHONE, PAPER = "Chantrea Vq9", "1999", "097 765 4321", "KH-778812"


@dataclass(frozen=True, slots=True)
class Insider:
    """Somebody inside, in one of two worlds. ``code``: of the case there may be; ``own``: one that is hers."""

    browser: TestClient
    program: TestClient
    code: str
    own: str

    def get(self, path: str) -> Response:
        """Open a page."""
        return self.browser.get(self._filled(path))

    def post(self, path: str, **form: str) -> Response:
        """Send a form."""
        return self.browser.post(self._filled(path), data={name: self._filled(one) for name, one in form.items()})

    def by(self, verb: str, path: str) -> Response:
        """Send a request of another kind."""
        return self.browser.request(verb, self._filled(path))

    def ask(self, path: str) -> Response:
        """Ask as a program."""
        return self.program.get(f"/api/v1{self._filled(path)}")

    def tell(self, path: str, body: Mapping[str, Any], **headers: str) -> Response:
        """Send something as a program."""
        filled = {name: self._filled(one) if isinstance(one, str) else one for name, one in body.items()}
        return self.program.post(f"/api/v1{self._filled(path)}", json=filled, headers=headers)

    def _filled(self, text: str) -> str:
        for name, value in (("CODE", self.code), ("PLAIN", self.code.replace("-", "")), ("OWN", self.own)):
            text = text.replace(name, value)
        return text


Way = Callable[[Insider], Response]


def _get(path: str) -> Way:
    return lambda one: one.get(path)


def _post(path: str, **form: str) -> Way:
    return lambda one: one.post(path, **form)


def _by(verb: str, path: str) -> Way:
    return lambda one: one.by(verb, path)


def _ask(path: str) -> Way:
    return lambda one: one.ask(path)


def _tell(path: str, **body: Any) -> Way:
    return lambda one: one.tell(path, body)


def _low(path: str) -> Way:
    return lambda one: one.browser.get(path.replace("CODE", one.code.lower()))


#: By what it is tried through: its name, and the ways.
WAYS: Mapping[str, Mapping[str, Way]] = {
    "the pages of a case": {
        "opens it": _get("/case/CODE"),
        "types the code in small letters": _low("/case/CODE"),
        "types the code without signs": _get("/case/PLAIN"),
        "reads what happened": _get("/case/CODE/timeline"),
        "reads older lines": _get("/case/CODE/timeline?skip=100"),
        "asks for her agreements": _get("/case/CODE/consents"),
        "asks what can be recorded": _get("/case/CODE/record"),
        "asks for a contact": _get("/case/CODE/contact"),
        "asks what more can be done": _get("/case/CODE/more"),
        "asks for an action": _get("/case/CODE/act/care/care/settled"),
        "asks for an action that nobody knows": _get("/case/CODE/act/x/y/z"),
    },
    "what is done with a case": {
        "writes a note": _post("/case/CODE/note", text="who is she?"),
        "writes an empty note": _post("/case/CODE/note", text=""),
        "writes too long a note": _post("/case/CODE/note", text="x" * 20_000),
        "records a contact": _post("/case/CODE/contact", outcome="met"),
        "records no contact": _post("/case/CODE/contact", outcome="nonsense"),
        "records an answer": _post("/case/CODE/record", **{"f.reached_at": "x"}),
        "takes an action": _post("/case/CODE/act/care/care/settled"),
        "takes an action back": _post("/case/CODE/withdraw/care/care", reason="x"),
        "answers an approval": _post("/case/CODE/answer/w1", agrees="yes"),
        "answers what nobody asks": _post("/case/CODE/answer/w99", agrees="no"),
        "gives an agreement": _post("/case/CODE/consents/exam", given="yes"),
        "gives an agreement that nobody knows": _post("/case/CODE/consents/nonsense", given="yes"),
        "promises to act": _post("/case/CODE/acknowledge", clock="care/care.met.agree#1", days="1"),
        "promises to act from the list": _post("/case/CODE/acknowledge", clock="care/x", days="1", back="stalled"),
        "holds it": _post("/case/CODE/more/hold", until="2026-03-12", reason="x"),
        "extends a limit": _post("/case/CODE/more/extend", clock="care/care.met.agree#1", reason="x"),
    },
    "search": {
        "types its number": _post("/find", code="CODE"),
        "types its number without signs": _post("/find", code="PLAIN"),
        "types its number with blanks": _post("/find", code="  CODE  "),
        "types her name": _post("/find", code=NAME),
        "types her telephone": _post("/find", code=TELEPHONE),
        "types the number of her paper": _post("/find", code=PAPER),
        "lists cases behind it": _get("/cases?after=CODE"),
        "lists cases just before it": _get("/cases?after=0"),
        "asks a program for cases behind it": _ask("/cases?after=CODE"),
        "asks for her name in the address": _get(f"/cases?after={NAME}"),
    },
    "duplicates": {
        "marks it with her telephone": _post("/case/CODE/marks", **{"mark.telephone": TELEPHONE}),
        "marks it with her paper": _post("/case/CODE/marks", **{"mark.paper": PAPER}),
        "asks for its marks": _get("/case/CODE/marks"),
        "removes its marks": _post("/case/CODE/marks/remove"),
        "marks her own case with her telephone": _post("/case/OWN/marks", **{"mark.telephone": TELEPHONE}),
        "marks her own case with her paper": _post("/case/OWN/marks", **{"mark.paper": PAPER}),
        "marks her own case with her name": _post("/case/OWN/marks", **{"mark.name": f"{NAME} {BORN}"}),
        "looks at her own marks": _get("/case/OWN/marks"),
        "asks which cases are alike": _get("/likenesses"),
        "calls two cases one person": _post("/likenesses", pair="CODE OWN", verdict="same"),
        "calls two cases two persons": _post("/likenesses", pair="OWN CODE", verdict="other"),
    },
    "opening": {
        "opens a case for her name": _post("/open/care", **{"f.who": NAME}, key="o1"),
        "opens one with her telephone": _post(
            "/open/care", **{"f.who": "Nobody"}, **{"mark.telephone": TELEPHONE}, key="o2"
        ),
        "opens one with her paper and name": _post(
            "/open/care", **{"f.who": NAME}, **{"mark.paper": PAPER}, **{"mark.name": f"{NAME} {BORN}"}, key="o3"
        ),
        "opens one by another protocol": _post("/open/ring", **{"f.who": NAME}, key="o4"),
        "opens one as a program": _tell("/cases", protocol="care", facts={"who": NAME}),
        "looks for its form": _get("/open/care"),
        "looks what can be opened": _get("/open"),
    },
    "counts": {
        "counts her work": _get("/work"),
        "counts her cases": _get("/cases"),
        "counts what stalls": _get("/stalled"),
        "counts what nobody answers": _get("/stalled?only=unanswered"),
        "counts the weeks and who leads how many": _get("/stalled/weeks"),
        "counts approvals": _get("/approvals"),
        "counts offers": _get("/transfers"),
        "counts who could take a case": _get("/hand-over"),
        "counts people": _get("/people"),
        "counts work as a program": _ask("/work"),
        "counts cases as a program": _ask("/cases"),
    },
    "statistics": {
        "reads the figures": _get("/statistics"),
        "reads the figures of a day": _get("/statistics?day=2026-03-02"),
    },
    "mail": {
        "follows the link of a mail": _get("/case/CODE/message/2"),
        "follows a link to no message": _get("/case/CODE/message/9999"),
        "presses a promise": _post("/handle/nonsense", days="1"),
        "opens a promise": _get("/handle/CODE"),
    },
    "hand-over, offers and their preview": {
        "hands it over": _post("/hand-over", case="CODE", to="moul_sela", reason="x"),
        "hands it to nobody": _post("/hand-over", case="CODE", to="", reason=""),
        "gives it away": _post("/stalled", case="CODE", to="moul_sela", reason="x"),
        "accepts what is offered": _post("/transfers", case="CODE w1", agrees="yes"),
        "refuses what is offered": _post("/transfers", case="CODE w2", agrees="no", reason="x"),
        "approves something": _post("/approvals", item="CODE w1", agrees="yes"),
        "asks somebody to help": _post(
            "/case/CODE/more/refer", helper="counsellor amara_osei", consent="exam", reason="x"
        ),
        "hands it over from its page": _post("/case/CODE/more/hand-over", role="case_manager", to="kim_bunna"),
        "takes an offer back": _post("/case/CODE/more/take-back", offer="w1"),
    },
    "emergency": {
        "breaks the glass": _post("/emergency", code="CODE", reason="she calls", hours="2"),
        "breaks it without a reason": _post("/emergency", code="CODE", reason="", hours="2"),
        "breaks it for a day": _post("/emergency", code="CODE", reason="x", hours="24"),
        "breaks it for a name": _post("/emergency", code=NAME, reason="x", hours="1"),
        "looks whether it is broken": _get("/case/CODE"),
    },
    "drafts": {
        "leaves a draft at it": lambda one: one.browser.post(
            "/draft", data={"draft-of": f"/case/{one.code}/record", "f.who": NAME}
        ),
        "opens the form of the draft": _get("/case/CODE/record"),
        "throws the draft away": lambda one: one.browser.post(
            "/draft/drop", data={"draft-of": f"/case/{one.code}/record", "next": f"/case/{one.code}"}
        ),
    },
    "documents and paper": {
        "asks for its documents": _get("/case/CODE/documents"),
        "asks for a document": _get(f"/case/CODE/documents/{'0' * 32}"),
        "attaches one": lambda one: one.browser.post(
            f"/case/{one.code}/documents",
            data={"field": "care/letter"},
            files={"file": ("a.pdf", b"%PDF-1.4\ntrailer<</Root 1 0 R>>")},
        ),
        "attaches none": _post("/case/CODE/documents", field="care/letter"),
        "prints it": _get("/case/CODE/print/summary"),
        "prints a list": _get("/case/CODE/print"),
        "prints nonsense": _get("/case/CODE/print/nonsense"),
    },
    "households and operations": {
        "asks for the people of it": _get("/case/CODE/people"),
        "keeps the people of it": _post("/case/CODE/people"),
        "looks for links of her own case": _get("/case/OWN"),
        "reads what happened in her own case": _get("/case/OWN/timeline"),
        "names it in an answer of her own case": _post("/case/OWN/answer/w9", agrees="yes", case="CODE"),
        "names it in a note of her own case": _post("/case/OWN/note", text="see CODE", key="n1"),
    },
    "errors": {
        "asks for heads only": _by("HEAD", "/case/CODE"),
        "asks what is allowed": _by("OPTIONS", "/case/CODE"),
        "deletes it": _by("DELETE", "/case/CODE"),
        "puts it": _by("PUT", "/case/CODE"),
        "patches it": _by("PATCH", "/case/CODE/record"),
        "gets what is only sent": _get("/case/CODE/note"),
        "sends what is only got": _post("/case/CODE/timeline"),
        "sends a form that is none": lambda one: one.browser.post(
            f"/case/{one.code}/note", content=b"\xff", headers={"content-type": "multipart/form-data; boundary=x"}
        ),
        "sends far too much": lambda one: one.browser.post(
            f"/case/{one.code}/note", content=b"x", headers={"content-length": "99999999999"}
        ),
        "sends the same twice": _post("/case/CODE/note", text="twice", key="same"),
        "sends another under the same key": _post("/case/CODE/note", text="other", key="same"),
        "sends from elsewhere": lambda one: one.browser.post(
            f"/case/{one.code}/note", data={"text": "x"}, headers={"sec-fetch-site": "cross-site"}
        ),
    },
    "programs": {
        "reads it": _ask("/cases/CODE"),
        "reads its journal": _ask("/cases/CODE/journal"),
        "reads its options": _ask("/cases/CODE/options"),
        "goes on behind its clock": lambda one: one.program.get(
            "/api/v1/work",
            params={"after": f'["2026-03-05T00:00:00+00:00", "{one.code}", "care", "care.met.agree#1", "agree"]'},
        ),
        "records": _tell("/cases/CODE/facts", contact=True),
        "records nonsense": _tell("/cases/CODE/facts", nonsense=True),
        "records an answer that nobody asks": _tell("/cases/CODE/facts", facts={"nonsense": "x"}),
        "acts": _tell("/cases/CODE/actions", enrolment="care", track="care", action="settled"),
        "writes": _tell("/cases/CODE/notes", text="x"),
        "replies": _tell("/cases/CODE/replies", waiting="w1", agrees=True),
        "offers": _tell("/cases/CODE/offers", role="case_manager", to="kim_bunna", reason="x"),
        "does so under a key": lambda one: one.tell("/cases/CODE/notes", {"text": "x"}, **{"Idempotency-Key": "k"}),
        "does another thing under it": lambda one: one.tell(
            "/cases/CODE/notes", {"text": "y"}, **{"Idempotency-Key": "k"}
        ),
        "deletes": lambda one: one.program.delete(f"/api/v1/cases/{one.code}"),
        "asks for heads": lambda one: one.program.head(f"/api/v1/cases/{one.code}"),
        "asks what may be done": lambda one: one.program.options(f"/api/v1/cases/{one.code}"),
        "asks for webhooks": _ask("/webhooks"),
        "makes a key of its name": _post("/account/keys", name="CODE", scope="read"),
        "looks at her account": _get("/account"),
    },
    "other people": {
        "names it as an invitation": _get("/welcome/CODE"),
        "asks for the lead of it as a person": _get("/people/sok_phalla"),
        "goes on to it after a log-in": _get("/log-in?next=/case/CODE"),
        "changes the language beside it": _post("/language", language="en", next="/case/CODE"),
    },
}
