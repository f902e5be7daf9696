"""What holds for every protocol and every path through it, on random ones."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.apply import fold
from engine.core.case.commands import Actor, AnyCommand
from engine.core.case.effects import Decision
from engine.core.case.events import Event
from engine.core.case.reasons import Refused
from engine.core.case.state import Case, Place
from engine.core.deciding.decide import decide, decided, wake, wakes
from engine.core.deciding.library import library_of
from engine.core.deciding.options import Answer, options
from engine.core.deciding.rulebook import Rulebook
from engine.core.deciding.world import CaseWorld
from engine.core.judging.truth import evaluate
from engine.core.model import Lasts, Protocol
from engine.core.values import UNKNOWN, Approximate
from tests.builders.live import START
from tests.builders.protocols import OFFICE, ZONE
from tests.builders.random_protocols import random_protocols

ANYBODY = Actor("Sok Dara", frozenset({"caseworker", "supervisor"}))
SOMEBODY = Actor("Keo Pisey", frozenset({"caseworker"}))
CHIEF = Actor("Chan Thida", frozenset({"supervisor"}))
DATES = st.dates(date(2026, 2, 1), date(2026, 6, 1))
MOMENTS = st.datetimes(datetime(2026, 2, 1), datetime(2026, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.sampled_from([timedelta(hours=hours) for hours in (0, 0, 0, 1, 5, 24, 72, 200, 1000)])
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "answer": st.sampled_from(["a", "b", "c", UNKNOWN]),
        "other": st.sampled_from(["a", "b"]),
        "of_visit": st.sampled_from(["a", "b"]),
        "amount": st.integers(0, 6),
        "day": DATES | st.tuples(DATES, DATES).map(lambda pair: Approximate(min(pair), max(pair))),
        "moment": MOMENTS,
        "date_of_birth": st.sampled_from([date(1990, 1, 1), date(2008, 3, 20), date(2015, 1, 1)]),
        "risk": st.sampled_from(["low", "medium", "high"]),
        "outcome": st.just("helped"),
        "adulthood": st.just("established"),
    },
)
AGO = st.sampled_from([None, None, None, timedelta(), timedelta(hours=3), timedelta(days=2), timedelta(days=30)])


class Lives(RuleBasedStateMachine):
    """One case under a random protocol, and everything that must hold after each command."""

    @initialize(protocol=random_protocols(), facts=FACTS)
    def open(self, protocol: Protocol, facts: dict[str, Any]) -> None:
        """Open a case."""
        self.library = library_of([protocol], [OFFICE])
        self.book = Rulebook(protocol)
        self.case = Case("case-1")
        self.now = START
        self.journal: list[Event] = []
        self.keys: set[tuple[object, ...]] = set()
        facts.pop("adulthood", None)
        self.do(commands.OpenCase(actor=ANYBODY, enrolment="e", meaning=protocol.meaning, facts=facts))

    def do(self, command: AnyCommand) -> Decision | None:
        """Decide twice, keep what came out, and look at how it came about. None: refused."""
        journal = tuple(self.journal) if isinstance(command, commands.Withdraw) else ()
        try:
            decision, after = decided(self.case, command, self.now, self.library, journal)
        except Refused:
            return None
        assert decide(self.case, command, self.now, self.library, journal) == decision, "equal inputs, equal outputs"
        assert fold(self.case, decision.events) == after
        self._check_moves(command, decision)
        self._check_keys(decision)
        self.case = after
        self.journal += decision.events
        return decision

    def _check_keys(self, decision: Decision) -> None:
        for event in decision.events:
            if isinstance(event, happenings.RungFired):
                firing = event.firing
                key = (event.enrolment, event.clock, firing.generation, firing.rung, firing.occurrence)
                assert key not in self.keys, "a rung fires once"
                self.keys.add(key)

    def _world(self, case: Case, enrolment: str, now: datetime, visit: str = "") -> CaseWorld:
        return CaseWorld(case, case.enrolments[enrolment], self.book, now, ZoneInfo(ZONE), visit)

    def _check_moves(self, command: AnyCommand, decision: Decision) -> None:
        """Unknown lets neither an action nor a forbidden rule through."""
        for index, event in enumerate(decision.events):
            if isinstance(event, happenings.ActionTaken):
                just_before = fold(self.case, decision.events[:index])
                self._check_guard(just_before, event)
        first = next((i for i, e in enumerate(decision.events) if isinstance(e, happenings.ActionTaken)), None)
        if first is not None:
            self._check_rules(command, decision.events, first)

    def _check_guard(self, case: Case, event: happenings.ActionTaken) -> None:
        taken = self.book.moves[event.track].at(event.step)[event.action]
        if taken.only_if is not None and not event.exception:
            world = self._world(case, event.enrolment, event.at, f"{event.track}#{event.visit}")
            assert evaluate(taken.only_if, world) is True, "only what is certainly true lets an action pass"

    def _check_rules(self, command: AnyCommand, events: tuple[Event, ...], first: int) -> None:
        """The facts of an action belong to its move; what is merely recorded is never refused (13)."""
        of_the_move = isinstance(command, commands.Act | commands.Answer)
        while (
            of_the_move
            and first
            and isinstance(known := events[first - 1], happenings.FactRecorded)
            and known.by != "system"
        ):
            first -= 1
        if any(_is_no_move(event) for event in events[first:]):
            return
        before, after = fold(self.case, events[:first]), fold(self.case, events)
        at = events[-1].at
        name = next(event.enrolment for event in events if isinstance(event, happenings.ActionTaken))
        for rule_ in self.book.protocol.forbidden.values():
            if evaluate(rule_.never, self._world(before, name, at)) is False:
                assert evaluate(rule_.never, self._world(after, name, at)) is False, (
                    "a move never leads into a forbidden state"
                )

    @rule(span=SPANS)
    def wait(self, span: timedelta) -> None:
        """Let time pass without anybody looking."""
        self.now += span

    @rule()
    def jump_back(self) -> None:
        """Let the machine's clock run back an hour."""
        self.now -= timedelta(hours=1)

    @rule(data=st.data(), facts=FACTS, ago=AGO, exception=st.sampled_from([False, False, True]))
    def act(self, data: st.DataObject, facts: dict[str, Any], ago: timedelta | None, exception: bool) -> None:
        """Take some action, most often one of the present steps."""
        state = self.case.enrolments["e"].tracks
        places = [(name, track.step) for name, track in state.items() if track.place is Place.OPEN]
        track, step = data.draw(st.sampled_from(places or [("main", "one")]))
        names = sorted(self.book.moves[track].at(step)) or ["act0"]
        facts.pop("adulthood", None)
        self.do(
            commands.Act(
                actor=ANYBODY, enrolment="e", track=track, action=data.draw(st.sampled_from(names)), facts=facts,
                happened=None if ago is None else self.now - ago, reason="seen", exception=exception,
                approved_by=data.draw(st.sampled_from([None, CHIEF])),
            )
        )  # fmt: skip

    @rule(facts=FACTS, ago=AGO, correction=st.booleans(), contact=st.booleans(), whole_day=st.booleans())
    def record(
        self, facts: dict[str, Any], ago: timedelta | None, correction: bool, contact: bool, whole_day: bool
    ) -> None:
        """Record what happened, now or late, or correct it."""
        facts.pop("adulthood", None)
        happened: date | datetime | None = None if ago is None else self.now - ago
        if isinstance(happened, datetime) and whole_day:
            happened = happened.date()
        self.do(
            commands.Record(actor=ANYBODY, facts=facts, happened=happened, contact=contact, correction=correction,
                            reason="told")
        )  # fmt: skip

    @rule(consent=st.sampled_from(["exam", "stay"]), given=st.booleans(), ago=AGO)
    def consent(self, consent: str, given: bool, ago: timedelta | None) -> None:
        """Give or revoke a consent."""
        happened = None if ago is None else self.now - ago
        self.do(commands.GiveConsent(actor=ANYBODY, consent=consent, given=given, happened=happened))

    @rule(task=st.sampled_from(["visit", "calls", "explain"]), ago=AGO)
    def do_task(self, task: str, ago: timedelta | None) -> None:
        """Do a task."""
        happened = None if ago is None else self.now - ago
        self.do(commands.DoTask(actor=ANYBODY, enrolment="e", task=task, happened=happened))

    @rule(name=st.sampled_from(["h1", "h2", "h3"]), days=st.integers(1, 14), by=st.sampled_from([ANYBODY, SOMEBODY]))
    def begin_hold(self, name: str, days: int, by: Actor) -> None:
        """Begin a hold."""
        until = self.now + timedelta(days=days)
        self.do(commands.BeginHold(actor=by, hold=name, until=until, reason="in hospital"))

    @rule(name=st.sampled_from(["h1", "h2", "h3"]), what=st.integers(0, 2), hours=st.integers(1, 300))
    def change_hold(self, name: str, what: int, hours: int) -> None:
        """Confirm, renew or end a hold."""
        until = self.now + timedelta(hours=hours)
        change: list[AnyCommand] = [
            commands.ConfirmHold(actor=ANYBODY, hold=name),
            commands.RenewHold(actor=ANYBODY, hold=name, until=until, reason="still there"),
            commands.EndHold(actor=ANYBODY, hold=name),
        ]
        self.do(change[what])

    @rule(data=st.data(), extends=st.booleans())
    def touch_clock(self, data: st.DataObject, extends: bool) -> None:
        """Acknowledge or extend some clock."""
        key = data.draw(st.sampled_from(sorted(self.case.enrolments["e"].clocks) or ["none"]))
        if extends:
            self.do(commands.ExtendLimit(actor=ANYBODY, enrolment="e", clock=key, reason="flood"))
        else:
            promised = self.now + timedelta(days=data.draw(st.integers(1, 5)))
            self.do(commands.Acknowledge(actor=ANYBODY, enrolment="e", clock=key, promised=promised))

    @rule(span=SPANS)
    def worker(self, span: timedelta) -> None:
        """Let time pass and the worker look: it leaves nothing due, and a second look finds nothing."""
        self.now += span
        self.do(commands.Pass())
        if not self.case.is_open:
            return
        now = max(self.now, self.case.recorded or self.now)
        again = decide(self.case, commands.Pass(), now, self.library)
        assert again.events == (), "a second pass at the same instant finds nothing"
        coming = wake(self.case, now, self.library)
        assert coming is not None
        assert coming > now, "a pass leaves nothing due"

    @rule(span=SPANS)
    def urgent_worker(self, span: timedelta) -> None:
        """Let time pass and the worker serve urgent clocks alone: none of them is left due."""
        self.now += span
        self.do(commands.Pass(only_urgent=True))
        now = max(self.now, self.case.recorded or self.now)
        coming = wakes(self.case, now, self.library)
        assert coming.urgent is None or coming.urgent > now
        assert coming.any == wake(self.case, now, self.library)

    @rule()
    def look(self) -> None:
        """Look at what can be done: what is offered is what decide lets pass."""
        for option in options(self.case, SOMEBODY, self.now, self.library):
            asked = commands.Act(actor=SOMEBODY, enrolment=option.enrolment, track=option.track, action=option.action)
            try:
                decide(self.case, asked, self.now, self.library)
                allowed = True
            except Refused:
                allowed = False
            assert allowed is (option.answer is Answer.ALLOWED)

    @invariant()
    def journal_tells_the_state(self) -> None:
        """The state folded from the journal is the live state."""
        if hasattr(self, "case"):
            assert fold(Case("case-1"), self.journal) == self.case
            times = [event.at for event in self.journal]
            assert times == sorted(times), "time in a case never runs back"

    @invariant()
    def clocks_live_as_long_as_what_they_belong_to(self) -> None:
        """No clock of an ended visit is open unless it lasts longer; none of a closed case is."""
        if not hasattr(self, "case"):
            return
        for enrolment in self.case.enrolments.values():
            for item in enrolment.open_clocks():
                assert self.case.is_open, item.key
                track = enrolment.tracks.get(item.track)
                if item.lasts is Lasts.TRACK:
                    assert track is not None
                    assert track.place is Place.OPEN, item.key
                elif item.lasts is Lasts.STEP:
                    assert track is not None
                    assert (track.place, track.visit) == (Place.OPEN, item.visit), item.key

    @invariant()
    def open_cases_are_never_silent(self) -> None:
        """An open case has an armed clock, and somebody will look at it."""
        if hasattr(self, "case") and self.case.is_open:
            runs = self.case.enrolments.values()
            assert any(item.clock.is_armed for run in runs for item in run.open_clocks())
            assert wake(self.case, self.now, self.library) is not None


def _is_no_move(event: Event) -> bool:
    """Whether the world changed otherwise than by a move: a miss was recorded, or a window closed."""
    missed = isinstance(event, happenings.FactRecorded) and bool(event.fact.clock)
    return missed or (isinstance(event, happenings.TaskSet) and event.what in {"missed", "done"})


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=int(os.environ.get("SPEAN_EXAMPLES", "600")),
    stateful_step_count=30,
    deadline=None,
    derandomize="SPEAN_EXAMPLES" not in os.environ,  # who asks for more examples wants new ones
    suppress_health_check=list(HealthCheck),
)
