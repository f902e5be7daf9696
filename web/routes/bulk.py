"""Many cases at once: handed over with one note, accepted with one press. Each is done and refused by itself."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from engine.core.case.commands import Actor, Answer, HandOver
from engine.core.case.state import WaitingKind
from engine.core.people.directory import CASE_MANAGER
from engine.run.cases.hands import serves
from engine.run.cases.view import View
from engine.store.ports import UnknownCaseError
from web.desk import Desk, Visitor
from web.guards.entry import Confirmed, Office, Sent, Somebody
from web.guards.pace import Costly
from web.page import page
from web.routes.case import words_of
from web.shown.offers import offer_of
from web.shown.work import risk_in_words
from web.taking import UNPRESSED, code_of, pressed, take, text_of
from web.words.catalog import N_, say

router = APIRouter()
#: So many cases of one worker are shown; nobody leads more.
_MOST = 300


@router.get("/hand-over")
def ask(request: Request, visitor: Somebody, desk: Office) -> Response:
    """Ask which cases, to whom, and what is important now."""
    return _show(request, visitor, desk)


@router.post("/hand-over", dependencies=[Costly])
def offer(request: Request, visitor: Confirmed, desk: Office, form: Sent) -> Response:
    """Offer the chosen cases; until each is accepted, who leads it now stays responsible."""
    to, reason = text_of(form, "to", 64), text_of(form, "reason")
    command = HandOver(actor=Actor(), role=CASE_MANAGER, to_user=to, reason=reason)
    done, problems = 0, []
    for code in _chosen(form):
        try:
            taken = take(desk, visitor, code_of(code, desk), command, _with_key(form, code))
        except UnknownCaseError:
            continue
        if taken.refused is None:
            done += 1
        else:
            titles = visitor.titles(desk.office.cases.case(code_of(code, desk)))
            problems.append(("", f"{code}: {' '.join(words_of(taken.refused, titles))}"))
    if not _chosen(form):
        problems = [("#c1", say(visitor.language, N_("Choose at least one case.")))]
    words = say(visitor.language, N_("Offered: {} cases. They go over when they are accepted.")).format(done)
    return _show(request, visitor, desk, words if done else "", problems, form if problems else None)


@router.get("/transfers")
def offered(request: Request, visitor: Somebody, desk: Office) -> Response:
    """Show what is offered to her."""
    return _show_offers(request, visitor, desk)


@router.post("/transfers")
def accept(request: Request, visitor: Somebody, desk: Office, form: Sent) -> Response:
    """Accept or refuse the chosen ones."""
    agrees, reason = pressed(form, "agrees"), text_of(form, "reason")
    if agrees is None:
        return _show_offers(request, visitor, desk, problems=[("", say(visitor.language, UNPRESSED))])
    done, problems = 0, []
    for chosen in _chosen(form):
        code, _, waiting = chosen.partition(" ")
        command = Answer(actor=Actor(), waiting=waiting, agrees=agrees, reason=reason)
        try:
            taken = take(desk, visitor, code_of(code, desk), command, _with_key(form, chosen))
        except UnknownCaseError:
            continue
        if taken.refused is None:
            done += 1
        else:
            titles = visitor.titles(desk.office.cases.case(code_of(code, desk)))
            problems.append(("", f"{code}: {' '.join(words_of(taken.refused, titles))}"))
    words = say(visitor.language, N_("Answered: {} cases.")).format(done)
    return _show_offers(request, visitor, desk, words if done else "", problems)


def _chosen(form: FormData) -> list[str]:
    return [value for value in form.getlist("case") if isinstance(value, str)][:_MOST]


def _with_key(form: FormData, code: str) -> FormData:
    return FormData([*form.multi_items(), ("key", f"{text_of(form, 'key', 40)} {code}")])


def _led(visitor: Visitor, desk: Desk) -> list[View]:
    """Return the open cases that she leads, or whose workers she supervises."""
    views, _ = desk.worklist.cases(visitor.id, most=_MOST)
    mine = {CASE_MANAGER, "supervisor"}
    return [one for one in views if one.actor.roles & mine and one.case.holders.get(CASE_MANAGER)]


def _show(
    request: Request, visitor: Visitor, desk: Desk, words: str = "", problems: list[tuple[str, str]] | None = None,
    typed: FormData | None = None,
) -> Response:  # fmt: skip
    """Show what she leads, and to whom it could go; ``typed``: what stands in the boxes after a refusal."""
    rows, chosen = [], _chosen(typed) if typed is not None else None
    for view in _led(visitor, desk):
        titles = visitor.titles(view.case)
        offered_already = any(one.kind is WaitingKind.TRANSFER and one.is_open for one in view.case.waiting.values())
        leader = view.case.holders[CASE_MANAGER]
        rows.append(
            {
                "case": view.case.id,
                "risk": titles.risk(),
                "risk_words": risk_in_words(titles.risk(), visitor.language),
                "leader": titles.person(leader),
                "chosen": leader == visitor.id if chosen is None else view.case.id in chosen,
                "offered": offered_already,
            }
        )
    people = sorted(
        (
            one
            for one in visitor.directory.users.values()
            if not one.disabled
            and one.id != visitor.id
            and serves(visitor.directory, one.id, CASE_MANAGER, visitor.now)
        ),
        key=lambda one: (one.agency != visitor.user.agency, one.name),
    )
    values = {
        "rows": rows,
        "people": people,
        "words": words,
        "problems": problems or [],
        "to": text_of(typed, "to", 64) if typed is not None else "",
        "reason": text_of(typed, "reason") if typed is not None else "",
        "key": secrets.token_urlsafe(9),
    }
    return page(request, "hand_over.html", values, visitor=visitor, status=409 if problems else 200)


def _show_offers(
    request: Request, visitor: Visitor, desk: Desk, words: str = "", problems: list[tuple[str, str]] | None = None
) -> Response:
    now = desk.office.time.now()
    work = desk.worklist.of(visitor.id, now, what="transfers")
    found = {(one.view.case.id, one.waiting.id): (one.view.case, one.waiting) for one in work.asked}
    found |= {(case.id, one.id): (case, one) for case, one in desk.worklist.invitations(visitor.id)}
    rows = [
        offer_of(case, one, visitor.titles(case), now)
        for case, one in found.values()
        if one.kind is WaitingKind.TRANSFER
    ]
    values = {"rows": rows, "words": words, "problems": problems or [], "key": secrets.token_urlsafe(9)}
    return page(request, "transfers.html", values, visitor=visitor, status=409 if problems else 200)
