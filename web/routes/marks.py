"""Is this person known already? Marks are typed and learn nothing; a reviewer decides about cases that share one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from engine.run.accounts.throttle import Throttle, TooManyError
from engine.run.cases.casework import ErasedError
from engine.run.cases.likenesses import OTHER, SAME, NotReviewerError
from engine.run.cases.marks import KINDS, NAME, PAPER, TELEPHONE, is_mark
from engine.store.ports import UnknownCaseError
from engine.store.sql.attempts import SqlAttempts
from web.desk import Desk, Visitor
from web.guards.entry import NotYoursError, Office, Sent, Somebody
from web.page import page
from web.routes.case import view_of
from web.taking import code_of, text_of
from web.words.catalog import N_, say

router = APIRouter()
_KINDS = {PAPER: N_("a paper"), TELEPHONE: N_("a telephone"), NAME: N_("name and year of birth")}
_VERDICTS = {"same": SAME, "other": OTHER}
_NO_MARK = {
    PAPER: N_("Write the whole number of the paper: at least five letters and digits."),
    TELEPHONE: N_("Write the whole number: at least six digits."),
    NAME: N_("Write her name and her year of birth, for example 2001 or 2544."),
}
_DONE = {
    "handed": N_("It is handed to the reviewer."),
    "removed": N_("What was handed to the reviewer for this case counts no more."),
}


@router.get("/case/{code}/marks")
def ask(request: Request, code: str, visitor: Somebody, desk: Office, done: str = "") -> Response:
    """Ask what she may be known by; ``done``: what was done before."""
    return _ask(request, code_of(code, desk), visitor, desk, words=_DONE.get(done, ""))


@router.post("/case/{code}/marks")
def note(request: Request, code: str, visitor: Somebody, desk: Office, form: Sent) -> Response:
    """Take it; the answer is the same whatever is known."""
    known, given = code_of(code, desk), given_in(form)
    wrong = wrong_marks(given, visitor)
    if wrong:
        return _ask(request, known, visitor, desk, given, wrong, status=422)
    try:
        desk.marks.note(visitor.id, known, given)
    except ErasedError as error:
        return _ask(
            request, known, visitor, desk, given, problems=[("", say(visitor.language, str(error)))], status=409
        )
    return RedirectResponse(f"/case/{known}/marks?done=handed", 303)


@router.post("/case/{code}/marks/remove")
def remove(code: str, visitor: Somebody, desk: Office) -> Response:
    """Take back all that was typed; the same whether or not there was anything."""
    known = code_of(code, desk)
    desk.marks.remove(visitor.id, known)
    return RedirectResponse(f"/case/{known}/marks?done=removed", 303)


def given_in(form: FormData) -> dict[str, str]:
    """Return the marks of a form, by kind; none for a box that was left empty."""
    texts = {kind: text_of(form, f"mark.{kind}", 200).strip() for kind in KINDS}
    return {kind: text for kind, text in texts.items() if text}


def wrong_marks(given: Mapping[str, str], visitor: Visitor) -> dict[str, str]:
    """Return what is wrong with marks, by kind, in words: each would fit too many people."""
    return {kind: say(visitor.language, _NO_MARK[kind]) for kind, text in given.items() if not is_mark(kind, text)}


def _ask(
    request: Request, code: str, visitor: Visitor, desk: Desk, typed: Mapping[str, str] = MappingProxyType({}),
    wrong: Mapping[str, str] = MappingProxyType({}), *, words: str = "",
    problems: Sequence[tuple[str, str]] = (), status: int = 200,
) -> Response:  # fmt: skip
    view, _ = view_of(code, visitor, desk, "marks")
    if not desk.marks.may_mark(view.case, view.actor):
        raise UnknownCaseError
    values = {
        "case": view.case,
        "typed": typed,
        "wrong": wrong,
        "words": say(visitor.language, words) if words else "",
        "problems": problems or [(f"#mark.{kind}", one) for kind, one in wrong.items()],
    }
    return page(request, "marks.html", values, visitor=visitor, status=status)


@router.get("/likenesses")
def waiting(request: Request, visitor: Somebody, desk: Office) -> Response:
    """Show what waits for a reviewer."""
    return _show(request, visitor, desk)


@router.post("/likenesses")
def decide(request: Request, visitor: Somebody, desk: Office, form: Sent) -> Response:
    """Take a decision."""
    first, _, second = text_of(form, "pair", 100).partition(" ")
    verdict = _VERDICTS.get(text_of(form, "verdict", 5))
    if verdict is None:
        raise NotYoursError
    try:
        untold = desk.likenesses.decide(visitor.id, first, second, verdict)
    except NotReviewerError as error:
        raise NotYoursError from error
    return _show(request, visitor, desk, say(visitor.language, N_("It is decided.")), untold)


def _show(request: Request, visitor: Visitor, desk: Desk, words: str = "", untold: Sequence[str] = ()) -> Response:
    try:
        found = desk.likenesses.waiting(visitor.id)
    except NotReviewerError as error:
        raise NotYoursError from error
    rows = [
        {
            "first": one.first,
            "second": one.second,
            "kinds": ", ".join(say(visitor.language, _KINDS.get(kind, kind)) for kind in one.kinds),
            "since": one.since.astimezone(visitor.zone).strftime("%Y-%m-%d") if one.since is not None else "",
        }
        for one in found
    ]
    values = {"rows": rows, "words": words, "untold": untold, "key": secrets.token_urlsafe(9)}
    return page(request, "likenesses.html", values, visitor=visitor)


@router.post("/find")
def find(request: Request, visitor: Somebody, desk: Office, form: Sent) -> Response:
    """Open a case by its number. One that is not hers and one that is not there are told alike."""
    throttle = Throttle(SqlAttempts(desk.entrance.accounts.database))
    try:
        attempt = throttle.begin_search(visitor.id, desk.entrance.time.now())
    except TooManyError as error:
        values = {"words": say(visitor.language, str(error))}
        return page(request, "resting.html", values, visitor=visitor, status=429)
    code = code_of(text_of(form, "code", 40), desk)
    desk.casework.look(visitor.id, code, "find")  # what is not hers stays counted
    attempt.succeeded()
    return RedirectResponse(f"/case/{code}", 303)
