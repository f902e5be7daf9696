"""The demo: an office of invented people lives through some months; what was done and told stays on the disk.

Nothing here knows a step by its name. People have no names but codes; what they answer comes from chance with a fixed
seed, so every run tells the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from engine.core.case.commands import Actor
from engine.core.case.state import Case
from engine.core.errors import SpeanError
from engine.core.model import Protocol
from engine.core.people.directory import CASE_MANAGER
from engine.run.cases.view import View
from engine.run.setup.office import Office
from engine.run.story.days import Days, Progress
from engine.run.story.mails import Mailbag, open_mailbag
from engine.run.story.premises import LINK, MAIL, premises, stand_still
from engine.run.story.staff import Manager, Staff
from engine.run.story.stand_in import StandIn
from engine.run.story.virtual import VirtualTime
from engine.run.ticks.bootstrap import worker_of

PEOPLE = 6
START = datetime(2027, 1, 4, 1, tzinfo=UTC)
END = datetime(2027, 5, 3, 1, 30, tzinfo=UTC)
#: Somebody whose worker does nothing any more after so long: the engine must not overlook it.
_FORGOTTEN = {3, 5}
_FORGOTTEN_AFTER = timedelta(days=30)
#: Who sees what everybody with a role in the case sees, and nothing that is kept for some.
_SOMEBODY = Actor(roles=frozenset({"somebody"}))
#: Everybody who is not forgotten comes within so many hours.
_COMING = 60 * 24


class DemoError(SpeanError):
    """The demo cannot be told with these protocols; the message says why."""


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, and where to look: who leads which case, who sees most, one case, one clock of it."""

    folder: Path
    mail: Path
    start: datetime
    until: datetime
    protocols: Sequence[Protocol]
    cases: int
    closed: int
    manager: str
    overseer: str
    case: str
    clock_case: str
    clock_user: str
    clock: str
    mails: Mailbag


def tell_story(
    folder: Path,
    protocols: Path | None,
    progress: Progress,
    *,
    people: int = PEOPLE,
    start: datetime = START,
    until: datetime = END,
    link: str = LINK,
) -> Story:
    """Live through the months in an office of this folder, and say what happened. Equal each time.

    ``protocols``: a folder of protocol files; None: those of Spean. ``start`` and ``until`` are UTC;
    ``link``: what links in mails begin with. Raises DemoError, DaysError, PremisesError, and what founding an
    office raises.
    """
    time = VirtualTime(start)
    chance = Random("spean demo")  # noqa: S311 - a story is told here, nothing is kept secret
    with premises(folder, protocols, time, link) as office, closing(worker_of(office)) as worker:
        staff = Staff(office, chance)
        days = Days(office, worker, staff, time)
        for life in _lives(office, staff, days, people):
            forgotten = life.number in _FORGOTTEN
            life.begin(start + timedelta(hours=chance.randint(0, _COMING // 4 if forgotten else _COMING)))
        days.pass_until(until, progress)
        stand_still(folder, time.now(), link)
        return _story(folder, office, start, time.now())


def _lives(office: Office, staff: Staff, days: Days, people: int) -> Iterator[_Life]:
    protocols, managers = _protocols(office), staff.managers()
    if not managers:
        raise DemoError("Nobody in the lists of invented people leads cases with these protocols.")
    for number in range(1, people + 1):
        protocol = protocols[_begins_with(number) % len(protocols)]
        yield _Life(days, staff, protocol, managers[number % len(managers)], number)


def _protocols(office: Office) -> list[Protocol]:
    return in_order([one.protocol for one in office.registry.versions() if one.current])


def in_order(protocols: Iterable[Protocol]) -> list[Protocol]:
    """Return protocols so that the one that leads to most of the others comes first: there lives begin."""
    return sorted(protocols, key=lambda one: (-len(set(_starts(one)) - {one.id}), one.id))


def _starts(protocol: Protocol) -> Iterator[str]:
    for track in protocol.tracks.values():
        for actions in (track.at_any_step, *(step.actions for step in track.steps.values())):
            yield from (action.starts.protocol for action in actions.values() if action.starts)


def _begins_with(number: int) -> int:
    """Return which protocol a life begins with: mostly the first, some come from abroad or from another agency."""
    return 2 if number % 6 == 0 else int(number % 4 == 0)


class _Life:
    """One invented person: a case, who leads it, and a team that works on it or forgets it."""

    def __init__(self, days: Days, staff: Staff, protocol: Protocol, manager: Manager, number: int) -> None:
        self.number = number
        self._days = days
        self._staff = staff
        self._protocol = protocol
        self._manager = manager

    def begin(self, at: datetime) -> None:
        """Plan the opening of the case and its work."""
        self._days.plan(at, self._open)

    def _open(self) -> None:
        case = self._staff.open(self._protocol.id, self._manager)
        if case is None:
            raise DemoError(f"Nobody in the lists of invented people may open a case of {self._protocol.id}.")
        now = self._days.now()
        stops = now + _FORGOTTEN_AFTER if self.number in _FORGOTTEN else None

        def look() -> None:
            self._staff.answer(case.id)

        worker = StandIn(self._days, case.id, f"spean demo {self.number}", stops=stops, after=look)
        self._days.plan(now + timedelta(hours=1), worker.work)


def _story(folder: Path, office: Office, start: datetime, until: datetime) -> Story:
    cases = [office.cases.case(code) for code in office.cases.cases()]
    if not cases:
        raise DemoError("Nobody came in so short a time; live through more days.")
    stillest = min((case for case in cases if _stands(case)), key=_entered, default=cases[0])
    _, _, clock_case, clock = max(_clocks(office, cases, until), default=(False, 0, cases[0].id, ""))
    led_by = {case.id: case.holders.get(CASE_MANAGER, "") for case in cases}
    return Story(
        folder,
        folder / MAIL,
        start,
        until,
        _protocols(office),
        len(cases),
        sum(not case.is_open for case in cases),
        led_by[stillest.id],
        _top(office, led_by[stillest.id], until),
        stillest.id,
        clock_case,
        led_by[clock_case],
        clock,
        open_mailbag(office, folder / MAIL, stillest.id),
    )


def _top(office: Office, user: str, now: datetime) -> str:
    """Return who stands highest above somebody."""
    directory, seen = office.people.now(), {user}
    while (above := directory.supervisor(user, now)) is not None and above not in seen:
        seen.add(above)
        user = above
    return user


def _stands(case: Case) -> bool:
    """Return whether a protocol of the case goes on; open it may also be because one was asked for."""
    return any(one.is_open for one in case.enrolments.values())


def _entered(case: Case) -> datetime:
    """Return since when a case of which a protocol goes on stands at the step it entered last."""
    return max(state.entered for one in case.enrolments.values() if one.is_open for state in one.tracks.values())


def _clocks(office: Office, cases: Sequence[Case], until: datetime) -> Iterator[tuple[bool, int, str, str]]:
    """Yield each clock that all may know of: whether its protocol names a basis, its lines, its case and its name."""
    for case in cases:
        view = View(case, _SOMEBODY, office.registry.library(), until)
        for clock in view.clocks(open_only=False):
            yield clock.basis is not None, len(view.derivation(clock)), case.id, clock.name
