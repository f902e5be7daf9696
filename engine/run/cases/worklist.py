"""The work of one person across her cases: what is hers to do, what others have to do, what waits for her answer.

Candidates come from an index; whether she has a role in a case, and may know of a lane, is decided case by case as
everywhere. Looking is logged before the answer leaves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.core.case.commands import Actor
from engine.core.case.state import Case, Waiting
from engine.core.deciding.rulebook import NO_NEWS, Rulebook
from engine.core.people.directory import CASE_MANAGER, SUPERVISOR, Directory
from engine.core.people.standing import is_invited
from engine.run.cases.casework import Casework
from engine.run.cases.standing import roles_in, view_of
from engine.run.cases.view import SeenClock, View
from engine.store.access import Accessed
from engine.store.sql.worklist import DueClock, Reach, SqlWorklist

#: So many clocks are looked at for one list; a longer one is read page by page.
MOST = 400
#: Whoever serves a large place and has to do with few of its cases: so many are looked at for one page.
MOST_LOOKED_AT = 4000
#: And so many clocks, at the pages that are asked for most.
MOST_CLOCKS = 2000
#: Roles that follow from who leads a case; by membership they reach only the cases that nobody leads.
_BY_HOLDING = frozenset({CASE_MANAGER, SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Due:
    """Something with a limit. ``mine``: it is for a role that the person has in the case."""

    view: View
    clock: SeenClock
    limit: datetime
    mine: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that waits for the person's answer."""

    view: View
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class Work:
    """What one person sees of her work. ``more``: where the list goes on; None at its end."""

    due: Sequence[Due]
    asked: Sequence[Asked]
    more: DueClock | None


@dataclass(frozen=True, slots=True)
class Worklist:
    """Finds work."""

    casework: Casework
    index: SqlWorklist

    def of(
        self, user: str, until: datetime, after: DueClock | None = None, most: int = MOST, what: str = "list"
    ) -> Work:
        """Return what is due by an instant (UTC) in the cases of a person, the longest overdue first; log it."""
        work, now = self.casework, self.casework.time.now()
        directory = work.people.now()
        reach = reach_of(directory, user, now)
        waits = self.index.asked(f"user:{user}", most, sorted(directory.roles_given(user)), reach)
        views, looked = self.views(user, waits, now, directory), 0
        due: list[tuple[DueClock, Due]] = []
        while True:
            found = self.index.due(reach, until, most + 1, after)
            views |= self.views(user, {one.case for one in found[:most]} - set(views), now, directory)
            due += _seen(found[:most], views)
            looked, after = looked + most, found[most - 1] if len(found) > most else None
            if after is None or len(due) >= most or looked >= MOST_CLOCKS:
                break
        if len(due) > most:
            due, after = due[:most], due[most - 1][0]
        asked = tuple(one for code in dict.fromkeys(waits) if code in views for one in _asked(views[code]))
        # A list names steps and limits; of what waits for an answer it shows what was written, so each case is named.
        opened = dict.fromkeys(one.view.case.id for one in asked)
        work.access.write(
            [
                Accessed(at=now, by=user, what=what, detail=f"{len(views)} cases"),
                *(Accessed(at=now, by=user, what=what, case=code) for code in opened),
            ]
        )
        return Work(tuple(one for _, one in due), asked, after)

    def invitations(self, user: str, most: int = MOST) -> Sequence[tuple[Case, Waiting]]:
        """Return what somebody is asked herself, also in cases in which she has no role; each code is logged.

        Nothing of a case from which a conflict keeps her out.
        """
        work, now = self.casework, self.casework.time.now()
        directory = work.people.now()
        cases = work.cases.several(self.index.asked(f"user:{user}", most)).values()
        allowed = [case for case in cases if is_invited(directory, user, view_of(case), now)]
        if allowed:
            work.access.write([Accessed(at=now, by=user, what="offers", case=case.id) for case in allowed])
        return [
            (case, one)
            for case in allowed
            for one in case.waiting.values()
            if one.is_open and f"user:{user}" in one.asked
        ]

    def cases(self, user: str, after: str = "", most: int = MOST) -> tuple[Sequence[View], str]:
        """Return the open cases of a person by code, and behind which code the list goes on; log it.

        That code may be of a case in which she has no role, so it is told to nobody as it is.
        """
        work, now = self.casework, self.casework.time.now()
        directory = work.people.now()
        reach, found, looked = reach_of(directory, user, now), list[View](), 0
        while looked < MOST_LOOKED_AT and len(found) <= most:
            codes = self.index.cases(reach, most + 1, after)
            found += self.views(user, codes, now, directory).values()
            looked += len(codes)
            after = codes[-1] if len(codes) > most else ""
            if not after:
                break
        work.access.write([Accessed(at=now, by=user, what="list", detail=f"{len(found)} cases")])
        return found[:most], found[most - 1].case.id if len(found) > most else after

    def views(
        self, user: str, codes: Collection[str], now: datetime, directory: Directory | None = None
    ) -> dict[str, View]:
        """Return those of these cases in which the person has a role, as she may see them."""
        if not codes:
            return {}
        people = directory if directory is not None else self.casework.people.now()
        library = self.casework.registry.library()
        cases = self.casework.cases.several(list(dict.fromkeys(codes)))
        found: dict[str, View] = {}
        for code, case in cases.items():
            roles = roles_in(people, user, case, now, library)
            if roles:
                found[code] = View(case, Actor(user, roles), library, now)
        return found


def reach_of(directory: Directory, user: str, now: datetime) -> Reach:
    """Return in which cases somebody may have a role: her own and those she stands in for, supervises, or serves."""
    selves = {user, *directory.represented(user)}
    below = [one for one in directory.users if not selves.isdisjoint({directory.supervisor(one, now)})]
    given = [one for one in directory.memberships.values() if one.user in selves and one.holds(now)]
    shifts = [one for one in directory.duties if one.user in selves]
    serving = [one for one in given if one.role not in _BY_HOLDING]
    agencies = {one.agency for one in serving if one.agency} | {one.agency for one in shifts if one.agency}
    unled = {one.agency for one in given if one.role in _BY_HOLDING and one.agency}
    everywhere = any(one.everywhere for one in serving) or any(not one.agency for one in shifts)
    return Reach({*selves, *below}, agencies, unled - agencies, everywhere)


def _seen(found: Sequence[DueClock], views: Mapping[str, View]) -> Iterator[tuple[DueClock, Due]]:
    """Yield those of the clocks that stand in one of these views and that its reader may know of."""
    codes = {one.case for one in found} & set(views)
    clocks = {code: {(one.enrolment, one.item.key): one for one in views[code].clocks()} for code in codes}
    for one in found:
        clock = clocks.get(one.case, {}).get((one.enrolment, one.clock))
        if clock is not None:
            yield one, _due(one, clock, views[one.case])


def _due(found: DueClock, clock: SeenClock, view: View) -> Due:
    rules = view.library.rulebooks[view.case.enrolments[found.enrolment].meaning]
    return Due(view, clock, found.limit, is_for(view.actor, rules, view.case, clock))


def is_for(actor: Actor, rules: Rulebook, case: Case, clock: SeenClock) -> bool:
    """Return whether a clock runs for one of the roles that somebody has in the case."""
    return bool({f"user:{actor.user}", *actor.roles} & set(doers(rules, case, clock)))


def doers(rules: Rulebook, case: Case, clock: SeenClock) -> tuple[str, ...]:
    """Return for whom a clock runs: roles, or ``user:ID`` for one person."""
    path = clock.item.deadline
    if path == NO_NEWS:
        return (CASE_MANAGER,)
    asked = case.waiting.get(clock.item.key.removeprefix("waiting."))
    if asked is not None:
        return asked.asked
    placed = rules.deadlines.get(path)
    if placed is None:
        return ()
    if placed.task is not None and placed.task.done_by:
        return placed.task.done_by
    step = rules.step(placed.track, placed.step)
    return (*step.done_by, *step.recorded_by)


def _asked(view: View) -> Iterator[Asked]:
    mine = {f"user:{view.actor.user}", *view.actor.roles}
    for one in view.waiting():
        if mine & set(one.asked) and one.by != view.actor.user:
            yield Asked(view, one)
