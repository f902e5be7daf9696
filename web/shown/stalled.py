"""What stalls as it is shown: whom to call, how far the ladder was climbed, whether anybody has answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.core.people.standing import holders_of, on_duty, stand_ins
from engine.run.cases.ladder import Ladder, ladder_of, promise_of
from engine.run.cases.standing import view_of
from engine.run.cases.worklist import Due, doers
from web.desk import Desk, Visitor
from web.shown.work import Row
from web.titles import Titles

#: So many people stand in one row to be called; a role may have many members.
_MOST_CALLED = 2
_ONE = "user:"


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody who can move it. ``instead_of``: who is away and for whom she stands in."""

    name: str
    role: str
    email: str
    instead_of: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """One limit that has passed. ``roles``: whose it is; ``told``: who heard of it last, ``at`` when; ``by``: who
    promised to act.
    """

    due: Due
    row: Row
    calls: Sequence[Call]
    roles: str
    ladder: Ladder
    told: str
    at: str
    by: str

    @property
    def agency(self) -> str:
        """Whose case it is."""
        return self.due.view.case.agency or ""


def stuck(due: Due, row: Row, visitor: Visitor, desk: Desk) -> Stuck:
    """Return one row, with all that a supervisor needs to act."""
    titles, ladder = visitor.titles(due.view.case), ladder_of(due.clock, due.view.now)
    given = (
        promise_of(desk.office.cases.journal(due.view.case.id), due.clock) if ladder.promised is not None else None
    )
    rules = titles.rules(due.clock.enrolment)
    roles = doers(rules, due.view.case, due.clock)
    return Stuck(
        due=due,
        row=row,
        calls=list(_calls(due, roles, visitor, titles))[:_MOST_CALLED],
        roles=", ".join(dict.fromkeys(map(titles.role, roles))),
        ladder=ladder,
        told=", ".join(map(titles.role, ladder.told)),
        at=titles.when(ladder.at) if ladder.at is not None else "",
        by=titles.person(given.by) if given is not None else "",
    )


def _calls(due: Due, roles: Sequence[str], visitor: Visitor, titles: Titles) -> Iterator[Call]:
    """Yield who can move it, whoever does it before whoever records it; for somebody away her deputy."""
    directory, case, now = visitor.directory, view_of(due.view.case), due.view.now
    found: set[str] = set()
    for role in roles:
        if role.startswith(_ONE):
            holders = [role.removeprefix(_ONE)]
        else:
            shift = on_duty(directory, role, case, now) if role not in case.holders else []
            holders = shift or holders_of(directory, role, case, now)
        for holder in holders:
            user = stand_ins(directory, holder, case, now)[-1]
            if user not in found and user in directory.users:
                found.add(user)
                one = directory.users[user]
                away = titles.person(holder) if user != holder else ""
                yield Call(one.name, "" if role.startswith(_ONE) else titles.role(role), one.email, away)
