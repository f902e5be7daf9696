"""The demo: a dozen invented people, the protocols of a folder, 24 virtual months; what was done and told.

Nothing here knows a step by its name. People are codes; their answers come from chance with a fixed seed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from engine.core.case import events as happenings
from engine.core.case.commands import Actor, Enrol, OpenCase
from engine.core.case.effects import Message, Topic
from engine.core.case.state import Case, CaseClock, Place
from engine.core.clocks import clock as clocks
from engine.core.clocks.calendar import local_date
from engine.core.deciding.draft import Draft
from engine.core.deciding.library import Library, library_of
from engine.core.deciding.timers import terms_for
from engine.core.model import Protocol
from engine.run.protocols.files import ProtocolError, compile_file, yaml_files
from engine.run.story.stand_in import StandIn, all_roles
from engine.run.story.virtual import Simulation

PEOPLE = 12
MONTHS = 24
START = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)
END = START + timedelta(days=730)
#: Who has stood at a step so many days is on the stalled list.
STALLED_DAYS = 30
#: Somebody whose worker does nothing any more: the engine must not overlook it.
_FORGOTTEN = {3, 8}
_FORGOTTEN_SINCE = END - timedelta(days=150)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    case: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """One message that went out."""

    at: datetime
    case: str
    message: Message


@dataclass(frozen=True, slots=True)
class Stalled:
    """Where a case stands still, for how many days, and how many limits have passed there."""

    case: str
    enrolment: str
    track: str
    step: str
    days: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Story:
    """What happened in the demo."""

    library: Library
    until: datetime
    timeline: tuple[Entry, ...]
    told: tuple[Told, ...]
    stalled: tuple[Stalled, ...]
    derivation: tuple[str, ...]
    closed: int
    counts: Counter[str] = field(default_factory=Counter)


def library_from(folder: str) -> tuple[list[Protocol], Library]:
    """Return every protocol of a folder about persons, the one where a life begins first, with the library of all."""
    compiled = [compile_file(name, warn=False) for name in sorted(yaml_files(folder))]
    for one in compiled:
        if one.protocol is None:
            raise ProtocolError(one.problems)
    protocols = [one.protocol for one in compiled if one.protocol is not None]
    calendars = {calendar.id: calendar for one in compiled for calendar in one.calendars.values()}
    # A life begins with the protocol that leads to most of the others.
    protocols.sort(key=lambda one: (-len(set(_starts(one)) - {one.id}), one.id))
    return protocols, library_of(protocols, calendars.values())


def _starts(protocol: Protocol) -> Iterator[str]:
    for track in protocol.tracks.values():
        for actions in (track.at_any_step, *(step.actions for step in track.steps.values())):
            yield from (action.starts.protocol for action in actions.values() if action.starts)


def tell_story(folder: str, *, people: int = PEOPLE, until: datetime = END) -> Story:
    """Live through the months and return what happened. Equal each time. Raises ProtocolError for a bad protocol."""
    protocols, library = library_from(folder)
    simulation = Simulation(library, START)

    chance = Random("spean demo")  # noqa: S311 - a story is told here, nothing is kept secret
    for number in range(1, people + 1):
        begins = _FORGOTTEN_SINCE if number in _FORGOTTEN else START
        _Life(simulation, protocols, number).begin(begins + timedelta(hours=chance.randint(0, 60 * 24)))
    simulation.run(until)
    told = [Told(row.message.at, row.case, row.message) for row in simulation.store.messages(limit=1_000_000)]
    return _story(simulation, told, until)


class _Life:
    """One invented person: a case code, first the protocol where a life begins, later what that one asks for."""

    def __init__(self, simulation: Simulation, protocols: list[Protocol], number: int) -> None:
        self.simulation = simulation
        self.first = protocols[_begins_with(number) % len(protocols)]
        self.by_id = {protocol.id: protocol for protocol in protocols}
        self.case = f"P{number:02}"
        self.number = number
        self.seen = 0

    def begin(self, at: datetime) -> None:
        """Plan the opening of the case and its work."""
        self.simulation.plan(at, self._open)

    def _open(self) -> None:
        actor = all_roles(self.first)
        self.simulation.do(self.case, OpenCase(actor=actor, enrolment=self.first.id, meaning=self.first.meaning))
        now = self.simulation.time.now()
        stops = now + timedelta(days=45) if self.number in _FORGOTTEN else None
        worker = StandIn(self.simulation, self.case, f"spean demo {self.number}", stops=stops, after=self._follow)
        self.simulation.plan(now + timedelta(hours=1), worker.work)

    def _follow(self) -> None:
        """Start what an action asked for: another protocol in the same case."""
        events = self.simulation.store.journal(self.case, self.seen)
        self.seen += len(events)
        for event in events:
            if isinstance(event, happenings.StartRequested) and event.protocol in self.by_id:
                self._enrol(self.by_id[event.protocol])

    def _enrol(self, protocol: Protocol) -> None:
        case = self.simulation.store.case(self.case)
        actor = all_roles(protocol)
        if case.is_open and protocol.id not in case.enrolments:
            self.simulation.do(self.case, Enrol(actor=actor, enrolment=protocol.id, meaning=protocol.meaning))
        elif not case.is_open:
            self.case = f"{self.case}-{protocol.id}"
            self.seen = 0
            self.simulation.do(self.case, OpenCase(actor=actor, enrolment=protocol.id, meaning=protocol.meaning))
            worker = StandIn(self.simulation, self.case, self.case, after=self._follow)
            self.simulation.plan(self.simulation.time.now() + timedelta(hours=1), worker.work)


def _begins_with(number: int) -> int:
    """Return which protocol a life begins with: mostly the first, some come from abroad or from another agency."""
    return 2 if number % 6 == 0 else int(number % 4 == 0)


def _story(simulation: Simulation, told: list[Told], until: datetime) -> Story:
    cases = [simulation.store.case(name) for name in simulation.store.cases()]
    timeline = [entry for case in cases for entry in _timeline(simulation, case)]
    timeline.sort(key=lambda one: (one.at, one.case))
    stalled = [one for case in cases for one in _stalled(simulation.library, case, until)]
    return Story(
        simulation.library,
        until,
        tuple(timeline),
        tuple(told),
        tuple(sorted(stalled, key=lambda one: (-one.days, one.case, one.track))),
        tuple(_derivation(simulation, cases)),
        sum(not case.is_open for case in cases),
        Counter(kind_of(one.message) for one in told),
    )


def kind_of(message: Message) -> str:
    """Return what a message is in the words of the language: a reminder, an escalation, a letter, or its topic.

    A repeat of the last rung, because nobody acted, is counted by itself.
    """
    if message.occurrence > 1:
        return "repeat"
    return message.sends.value if message.topic is Topic.RUNG else message.topic.value.replace("_", " ")


def _timeline(simulation: Simulation, case: Case) -> Iterator[Entry]:
    for event in simulation.store.journal(case.id):
        text = _words(event)
        if text:
            yield Entry(event.at, case.id, text)


def _words(event: happenings.Event) -> str:  # noqa: PLR0911 - one line for each kind of event
    match event:
        case happenings.Enrolled():
            return f"{event.protocol} begins"
        case happenings.ActionTaken():
            by_itself = " (by itself)" if event.automatic else ""
            return f"{event.enrolment}.{event.track} at {event.step}: {event.action}{by_itself}"
        case happenings.StepEntered():
            return f"{event.enrolment}.{event.track} is now at {event.step}"
        case happenings.TrackEnded():
            return f"{event.enrolment}.{event.track} ends: {event.outcome or 'closed'}"
        case happenings.EnrolmentEnded():
            success = ", a success" if event.success else ""
            return f"{event.enrolment} ends: {event.outcome or 'closed'}{success}"
        case happenings.RuleTurned(alarm=True):
            return f"alarm: the rule {event.rule} turned true"
        case happenings.CaseClosed():
            return "the case is closed"
        case _:
            return ""


def _stalled(library: Library, case: Case, until: datetime) -> Iterator[Stalled]:
    for enrolment in case.enrolments.values():
        rules = library.rulebooks[enrolment.meaning]
        zone = Draft(case, library, Actor(), until).zone(rules)
        for track, state in enrolment.tracks.items():
            days = (local_date(until, zone) - local_date(state.entered, zone)).days
            if enrolment.is_open and state.place is Place.OPEN and days >= STALLED_DAYS:
                late = [
                    item
                    for item in enrolment.open_clocks()
                    if item.track == track and item.clock.limit is not None and item.clock.limit < until
                ]
                yield Stalled(case.id, enrolment.id, track, state.step, days, len(late))


def _derivation(simulation: Simulation, cases: list[Case]) -> list[str]:
    """Return how one limit comes about: of all clocks, the one whose way is longest."""
    best: list[str] = []
    for case in cases:
        draft = Draft(case, simulation.library, Actor(), simulation.time.now())
        for enrolment in case.enrolments.values():
            for item in enrolment.clocks.values():
                lines = _derive(draft, enrolment.id, item)
                best = max(best, lines, key=len)
    return best


def _derive(draft: Draft, enrolment: str, item: CaseClock) -> list[str]:
    terms = terms_for(draft, draft.rules(enrolment), item)
    lines = clocks.derivation(item.clock, terms, draft.held, draft.now)
    placed = draft.rules(enrolment).deadlines.get(item.deadline)  # the no-news limit has no basis of its own
    status = f", {placed.deadline.limit.basis.status}" if placed is not None else ""  # never shown as law (30)
    basis = f"{terms.kind.value}{status}, {terms.calendar.id}"
    about = f"{draft.case.id}, {enrolment}: {item.deadline}, {item.duration} ({basis})"
    return [about, *lines] if lines else []
