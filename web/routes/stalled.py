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
from engine.core.people.directory import CASE_MANAGER, Directory, User
from engine.run.cases.worklist import Due
from engine.store.ports import UnknownCaseError
from web.desk import Desk, Visitor
from web.guards.entry import Office, Sent, Somebody
from web.page import page
from web.routes.case import after, words_of
from web.shown.trend import MOST_CASES, loads, weeks
from web.shown.work import row
from web.taking import code_of, take, text_of
from web.titles import pick
from web.words.catalog import N_, say

router = APIRouter()
#: Until when somebody may promise to act, in days.
PROMISES = (1, 2, 3, 5)
#: So many cases are counted week by week; nine workers with 25 cases each are fewer.
MOST_COUNTED = 300


@router.get("/stalled")
def show(request: Request, visitor: Somebody, desk: Office) -> Response:
    """Show what is overdue in all cases she has to do with, the most dangerous and longest overdue first."""
    return _show(request, visitor, desk)


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
    titles = visitor.titles(desk.office.cases.case(known))
    problems = [("", f"{known}: {' '.join(words_of(taken.refused, titles))}")]
    typed = {"case": known, "to": command.user, "reason": command.reason}
    return _show(request, visitor, desk, problems=problems, typed=typed)


def _show(
    request: Request, visitor: Visitor, desk: Desk, words: str = "", problems: list[tuple[str, str]] | None = None,
    typed: Mapping[str, str] = MappingProxyType({}),
) -> Response:  # fmt: skip
    now = desk.office.time.now()
    work = desk.worklist.of(visitor.id, now, what="stalled")
    late = list(work.due)
    agencies = Counter(one.view.case.agency or "" for one in late)
    known = visitor.directory.agencies
    bars = [
        (pick(known[name].title, visitor.language, name) if name in known else name, number)
        for name, number in agencies.most_common(12)
    ]
    rows = [(one, row(one, visitor), _owner(one, visitor)) for one in late]
    causes = Counter(line.what for _, line, _ in rows).most_common(8)
    teams = {name: leaders(visitor.directory, name, now) for name in agencies}
    values = {
        "rows": sorted(rows, key=lambda item: (bool(item[1].promised), not item[1].urgent, item[0].limit)),
        "bars": bars,
        "causes": causes,
        "most": max((number for _, number in (*bars, *causes)), default=1),
        "more": work.more is not None,
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


def _owner(due: Due, visitor: Visitor) -> str:
    titles = visitor.titles(due.view.case)
    placed = titles.rules(due.clock.enrolment).deadlines.get(due.clock.item.deadline)
    if placed is None:
        return titles.person(due.view.case.holders.get("case_manager", ""))
    step = titles.rules(due.clock.enrolment).step(placed.track, placed.step)
    roles = step.done_by or step.recorded_by
    held = [due.view.case.holders[role] for role in roles if role in due.view.case.holders]
    return titles.person(held[0]) if held else ", ".join(map(titles.role, roles))


@router.get("/stalled/weeks")
def show_weeks(request: Request, visitor: Somebody, desk: Office) -> Response:
    """Show whether it gets better or worse, and who leads how many cases."""
    views, more = desk.worklist.cases(visitor.id, most=MOST_COUNTED)
    values = {
        "weeks": weeks(views, desk.office.time.now(), visitor),
        "loads": loads(views, visitor),
        "most": MOST_CASES,
        "counted": MOST_COUNTED,
        "more": bool(more),
    }
    return page(request, "trend.html", values, visitor=visitor)


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
    return after(request, known, taken, visitor, desk)
