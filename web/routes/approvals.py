"""Approvals: what waits for my yes? Answered in the row; each is done and refused by itself."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from types import MappingProxyType

from fastapi import APIRouter, Request
from starlette.responses import Response

from engine.core.case.commands import Actor, Answer
from engine.core.case.state import WaitingKind
from engine.store.ports import UnknownCaseError
from web.desk import Desk, Visitor
from web.guards.entry import Office, Sent, Somebody
from web.page import page
from web.routes.case import words_of
from web.shown.approvals import approval_of
from web.taking import UNPRESSED, code_of, pressed, take, text_of
from web.words.catalog import N_, say

router = APIRouter()


@router.get("/approvals")
def show(request: Request, visitor: Somebody, desk: Office) -> Response:
    """Show what waits, the longest waiting first."""
    return _show(request, visitor, desk)


@router.post("/approvals")
def answer(request: Request, visitor: Somebody, desk: Office, form: Sent) -> Response:
    """Answer one of them."""
    code, _, waiting = text_of(form, "item", 60).partition(" ")
    known = code_of(code, desk)
    agrees = pressed(form, "agrees")
    if agrees is None:
        return _show(request, visitor, desk, problems=[("", say(visitor.language, UNPRESSED))])
    command = Answer(actor=Actor(), waiting=waiting, agrees=agrees, reason=text_of(form, "reason"))
    try:
        taken = take(desk, visitor, known, command, form)
    except UnknownCaseError:
        return _show(request, visitor, desk)  # it was never hers, or is no more: the list as it is
    if taken.refused is None:
        return _show(request, visitor, desk, f"{known}: {say(visitor.language, N_('It is answered.'))}")
    titles = visitor.titles(desk.office.cases.case(known))
    problems = [(f"#item-{waiting}-{known}", f"{known}: {' '.join(words_of(taken.refused, titles))}")]
    return _show(request, visitor, desk, problems=problems, typed={f"{known} {waiting}": command.reason})


def _show(
    request: Request, visitor: Visitor, desk: Desk, words: str = "", problems: list[tuple[str, str]] | None = None,
    typed: Mapping[str, str] = MappingProxyType({}),
) -> Response:  # fmt: skip
    now = desk.office.time.now()
    asked = desk.worklist.of(visitor.id, now, what="approvals").asked
    rows = [
        approval_of(one, visitor.titles(one.view.case), now)
        for one in sorted(asked, key=lambda one: one.waiting.at)
        if one.waiting.kind is not WaitingKind.TRANSFER
    ]
    values = {
        "rows": rows,
        "words": words,
        "problems": problems or [],
        "typed": typed,
        "key": secrets.token_urlsafe(9),
    }
    return page(request, "approvals.html", values, visitor=visitor, status=409 if problems else 200)
