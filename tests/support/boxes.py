"""Every form as somebody fills it in who may use it: the address, and what stands rightly in each box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Form:
    """A form. ``who``: who fills it in, nobody where it is empty; ``path``: with CODE for her case.

    ``gates``: boxes with which everything ends where they are wrong; ``free``: those that hide no other one.
    """

    who: str
    path: str
    gates: Mapping[str, str]
    free: Mapping[str, str] = field(default_factory=dict)

    def turns(self) -> list[list[str]]:
        """Return which boxes are filled with hostile strings in one request, the others rightly: each in a turn."""
        return [*([list(self.free)] if self.free else []), *([one] for one in self.gates)]


WORKER, CHIEF, KEEPER, REVIEWER = "sok_phalla", "ouk_malis", "meas_kolap", "kong_vibol"
#: By route, and what is pressed where one route takes several forms.
FORMS: Mapping[str, Form] = {
    "/log-in": Form("", "/log-in", {"name": "sok_phalla", "password": "x"}, {"next": "/work"}),
    "/log-in/code": Form("", "/log-in/code", {"code": "000000"}, {"next": "/work"}),
    "/language": Form("", "/language", {"language": "km"}, {"next": "/log-in"}),
    "/welcome/{token}": Form(
        "", "/welcome/nonsense", {}, {"password": "x", "again": "x", "factor": "JBSWY3DPEHPK3PXP", "code": "000000"}
    ),
    "/handle/{token}": Form("", "/handle/nonsense", {"days": "1"}, {}),
    "/open/{protocol}": Form(
        WORKER,
        "/open/care",
        {},
        {
            "mark.paper": "",
            "mark.telephone": "",
            "mark.name": "",
            "draft-of": "/open/care",
            "key": "k",
            "f.who": "",
            "f.reached_at": "",
        },
    ),
    "/stalled": Form(CHIEF, "/stalled", {"case": "CODE"}, {"to": "nobody", "reason": "she is ill", "key": "k"}),
    "/approvals": Form(CHIEF, "/approvals", {"item": "CODE w9", "agrees": "yes"}, {"reason": "x", "key": "k"}),
    "/account/password": Form(WORKER, "/account/password", {"new": "y"}, {"old": "x", "again": "z"}),
    "/account/recovery": Form(WORKER, "/account/recovery", {"confirmation": "000000"}, {}),
    "/account/keys": Form(
        WORKER, "/account/keys", {"confirmation": "000000"}, {"name": "a program", "scope": "read"}
    ),
    "/account/absence": Form(
        WORKER, "/account/absence", {"since": "2026-03-10"}, {"until": "2026-03-12", "deputy": "nobody"}
    ),
    "/account/absence/cancel": Form(WORKER, "/account/absence/cancel", {"since": "2026-03-10"}, {}),
    "/case/{code}/note": Form(WORKER, "/case/CODE/note", {}, {"text": "", "key": "k", "draft-of": "/case/CODE"}),
    "/case/{code}/withdraw/{enrolment}/{track}": Form(
        WORKER, "/case/CODE/withdraw/care/care", {}, {"reason": "a wrong click", "key": "k"}
    ),
    "/case/{code}/answer/{waiting}": Form(
        CHIEF, "/case/CODE/answer/w9", {"agrees": "yes"}, {"reason": "x", "key": "k"}
    ),
    "/case/{code}/record": Form(
        WORKER,
        "/case/CODE/record",
        {},
        {
            "f.reached_at": "",
            "f.letter": "",
            "reason": "",
            "key": "k",
            "seen": "3",
            "shown": "",
            "draft-of": "/case/CODE/record",
        },
    ),
    "/case/{code}/act/{enrolment}/{track}/{action}": Form(
        WORKER,
        "/case/CODE/act/care/care/moved",
        {},
        {
            "f.reached_at": "",
            "f.letter": "",
            "reason": "",
            "visit": "9",
            "exception": "",
            "checked": "",
            "key": "k",
            "seen": "3",
            "shown": "",
            "draft-of": "/case/CODE/record",
        },
    ),
    "/case/{code}/contact": Form(WORKER, "/case/CODE/contact", {"outcome": "no_answer"}, {"note": "", "key": "k"}),
    "/case/{code}/consents/{consent}": Form(WORKER, "/case/CODE/consents/exam", {"given": "yes"}, {"key": "k"}),
    "/case/{code}/more/{what}": Form(
        WORKER,
        "/case/CODE/more/hand-over",
        {"to": "nobody"},
        {"role": "case_manager", "agency": "", "reason": "she is ill", "key": "k"},
    ),
    "/case/{code}/more/{what} refer": Form(
        WORKER,
        "/case/CODE/more/refer",
        {"helper": "legal_counsel it_romdoh"},
        {"consent": "x", "reason": "x", "key": "k"},
    ),
    "/case/{code}/more/{what} hold": Form(
        WORKER,
        "/case/CODE/more/renew",
        {"until": "2026-03-12"},
        {"hold": "h1", "reason": "she visits kin", "key": "k"},
    ),
    "/case/{code}/more/{what} extend": Form(
        WORKER, "/case/CODE/more/extend", {}, {"clock": "care/care.met.agree#1", "reason": "x", "key": "k"}
    ),
    "/case/{code}/more/{what} take-back": Form(WORKER, "/case/CODE/more/take-back", {}, {"offer": "w9", "key": "k"}),
    "/case/{code}/acknowledge": Form(
        WORKER,
        "/case/CODE/acknowledge",
        {"clock": "care/x", "days": "1"},
        {"doing": "I call", "back": "", "key": "k"},
    ),
    "/case/{code}/marks": Form(
        WORKER, "/case/CODE/marks", {}, {"mark.paper": "", "mark.telephone": "", "mark.name": ""}
    ),
    "/case/{code}/documents": Form(WORKER, "/case/CODE/documents", {"field": "care/letter"}, {"file": ""}),
    "/case/{code}/people": Form(
        WORKER,
        "/case/NIGHT/people",
        {},
        {
            "f.PERSON~hurt": "yes",
            "f.PERSON~children": "1",
            "f.PERSON~arrived_on.day": "2026-03-02",
            "shown~PERSON": "",
            "seen~PERSON": "1",
        },
    ),
    "/draft": Form(WORKER, "/draft", {}, {"draft-of": "/case/CODE/record", "f.reached_at": "x"}),
    "/draft/drop": Form(WORKER, "/draft/drop", {}, {"draft-of": "/case/CODE/record", "next": "/work"}),
    "/emergency": Form(WORKER, "/emergency", {"code": "CODE", "hours": "2"}, {"reason": "she calls"}),
    "/hand-over": Form(WORKER, "/hand-over", {"case": "CODE"}, {"to": "nobody", "reason": "x", "key": "k"}),
    "/transfers": Form(WORKER, "/transfers", {"case": "CODE w9", "agrees": "yes"}, {"reason": "x", "key": "k"}),
    "/find": Form(WORKER, "/find", {"code": "CODE"}, {}),
    "/likenesses": Form(REVIEWER, "/likenesses", {"verdict": "same"}, {"pair": "x y", "key": "k"}),
    "/people": Form(
        KEEPER, "/people", {"id": ""}, {"name": "New One", "agency": "social_north", "email": "", "language": "en"}
    ),
    "/people/{user}/invite": Form(KEEPER, "/people/kim_bunna/invite", {"confirmation": "000000"}, {}),
    "/people/{user}/{what}": Form(
        KEEPER, "/people/kim_bunna/give", {"role": "case_manager"}, {"agency": "social_north", "province": ""}
    ),
    "/people/{user}/{what} take": Form(
        KEEPER, "/people/kim_bunna/take", {}, {"role": "x", "agency": "x", "province": "x"}
    ),
    "/people/{user}/{what} supervise": Form(KEEPER, "/people/kim_bunna/supervise", {}, {"supervisor": "nobody"}),
}
