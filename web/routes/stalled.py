"""What stalls: what is stuck, and who moves it? By agency and cause first; bars by worker would read as blame."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from fastapi import APIRouter, Request
from starlette.responses import Response

from engine.core.case.commands import Acknowledge, Actor, AssignRole
from engine.core.case.reasons import Refused
from engine.core.case.state import WaitingKind
from engine.core.people.directory import CASE_MANAGER, Directory, User
from engine.run.cases.ladder import ladder_of
from engine.store.ports import UnknownCaseError
from web.desk import Desk, Visitor
from web.guards.entry import Office, Sent, Somebody
from web.page import page
from web.routes.case import after, words_of
from web.shown.stalled import stuck
from web.shown.work import row
from web.taking import code_of, take, text_of
from web.titles import pick
from web.words.catalog import N_, say

router = APIRouter()
#: Until when somebody may promise to act, in days.
PROMISES = (1, 2, 3, 5)
#: So many rows stand on the page, and what shows only those that nobody has answered.
MOST_SHOWN, UNANSWERED = 100, "unanswered"


@router.get("/stalled")
def show(request: Request, visitor: Somebody, desk: Office, only: str = "") -> Response:
    """Show what is overdue in all cases she has to do with, the most dangerous and longest overdue first.

    ``only``: ``unanswered``: those of which somebody was told, and nobody says that he will act.
    """
    return _show(request, visitor, desk, only=only)


@router.post("/stalled")
def reassign(request: Request, visitor: Somebody, desk: Office, form: Sent) -> Response:
    """Give a case to somebody else to lead, from its row; only the supervisor may."""
    known = code_of(text_of(form, "case", 40), desk)
    command = AssignRole(
        actor=Actor(), role=CASE_MANAGER, user=text_of(form, "to", 64), reason=text_of(form, "reason")
    )
    taken = take(desk, visitor, known, command, form)
    if taken.refused is None:
        return _show(request, visitor, desk, f"{known}: {say(visitor.language, N_('It is given to somebody else.'))}")
    typed = {"case": known, "to": command.user, "reason": command.reason}
    return _show(request, visitor, desk, problems=_problems(known, taken.refused, visitor, desk), typed=typed)


def _problems(code: str, refused: Refused, visitor: Visitor, desk: Desk) -> list[tuple[str, str]]:
    titles = visitor.titles(desk.office.cases.case(code))
    return [("", f"{code}: {' '.join(words_of(refused, titles))}")]


def _show(
    request: Request, visitor: Visitor, desk: Desk, words: str = "", problems: list[tuple[str, str]] | None = None,
    typed: Mapping[str, str] = MappingProxyType({}), only: str = "",
) -> Response:  # fmt: skip
    now = desk.office.time.now()
    work = desk.worklist.of(visitor.id, now, what="stalled")
    late = [(one, row(one, visitor)) for one in work.due]
    unanswered = [pair for pair in late if ladder_of(pair[0].clock, now).unanswered]
    agencies = Counter(one.view.case.agency or "" for one, _ in late)
    known = visitor.directory.agencies
    bars = [
        (pick(known[name].title, visitor.language, name) if name in known else name, number)
        for name, number in agencies.most_common(12)
    ]
    causes = Counter(line.what for _, line in late).most_common(8)
    teams = {name: leaders(visitor.directory, name, now) for name in agencies}
    chosen = unanswered if only == UNANSWERED else late
    chosen.sort(key=lambda pair: (bool(pair[1].promised), not pair[1].urgent, pair[0].limit))
    values = {
        "rows": [stuck(one, line, visitor, desk) for one, line in chosen[:MOST_SHOWN]],
        "overdue": len(late),
        "unanswered": len(unanswered),
        "only": only == UNANSWERED,
        "approvals": sum(one.waiting.kind is not WaitingKind.TRANSFER for one in work.asked),
        "bars": bars,
        "causes": causes,
        "most": max((number for _, number in (*bars, *causes)), default=1),
        "more": len(chosen) > MOST_SHOWN,
        "cut": work.more is not None,
        "promises": PROMISES,
        "teams": teams,
        "words": words,
        "problems": problems or [],
        "typed": typed,
        "key": secrets.token_urlsafe(12),
    }
    return page(request, "stalled.html", values, visitor=visitor, status=409 if problems else 200)


def leaders(directory: Directory, agency: str, now: datetime) -> list[User]:
    """Return who leads cases in an agency at an instant (UTC), by name; conflicts are looked at later."""
    given = {
        one.user
        for one in directory.memberships.values()
        if one.role == CASE_MANAGER and one.agency == agency and one.holds(now)
    }
    known = (directory.users[user] for user in given if user in directory.users)
    return sorted((one for one in known if not one.disabled), key=lambda one: one.name)


@router.post("/case/{code}/acknowledge")
def acknowledge(
    request: Request,
    code: str,
    form: Sent,
    visitor: Somebody,
    desk: Office,
) -> Response:
    """Promise to act: repeats of the last message stop until then, the climb does not."""
    known = code_of(code, desk)
    enrolment, _, clock = text_of(form, "clock", 300).partition("/")
    days = text_of(form, "days", 2)
    if not clock or days not in {str(one) for one in PROMISES}:
        raise UnknownCaseError
    promised = desk.office.time.now() + timedelta(days=int(days))
    command = Acknowledge(
        actor=Actor(), enrolment=enrolment, clock=clock, promised=promised, doing=text_of(form, "doing", 500)
    )
    taken = take(desk, visitor, known, command, form, f"{enrolment} {clock} {days} {command.doing}")
    if text_of(form, "back", 10) == "stalled":
        if taken.refused is None:
            return _show(request, visitor, desk, f"{known}: {taken.words}")
        return _show(request, visitor, desk, problems=_problems(known, taken.refused, visitor, desk))
    return after(request, known, taken, visitor, desk)
