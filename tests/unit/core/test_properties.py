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
from engine.core.case.reasons import Refused, Why
from engine.core.case.state import Case, Place
from engine.core.deciding.decide import decide, decided, wake, wakes
from engine.core.deciding.library import library_of
from engine.core.deciding.options import Answer, Option, options
from engine.core.deciding.rulebook import NO_NEWS, Rulebook
from engine.core.deciding.waiting import KEEP_OPEN
from engine.core.deciding.waits import WAITING
from engine.core.deciding.world import CaseWorld
from engine.core.judging.truth import evaluate
from engine.core.model import Lasts, Protocol
from engine.core.values import UNKNOWN, Approximate
from tests.builders.live import START
from tests.builders.protocols import OFFICE, ZONE
from tests.builders.random_protocols import random_protocols

ANYBODY = Actor("Sok Dara", frozenset({"caseworker", "supervisor"}))
BOSS = Actor("Chan Thida", frozenset({"supervisor"}))
SOMEBODY = Actor("Keo Pisey", frozenset({"caseworker"}))
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
FEW_FACTS: st.SearchStrategy[dict[str, Any]] = st.just({}) | st.just({}) | FACTS
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
        past = self.journal if isinstance(command, commands.Withdraw) else ()
        try:
            decision, after = decided(self.case, command, self.now, self.library, past)
        except Refused:
            return None
        assert decide(self.case, command, self.now, self.library, past) == decision, "equal inputs, equal outputs"
        assert fold(self.case, decision.events) == after
        self._check_moves(command, decision)
        self._check_keys(decision)
        if isinstance(command, commands.Act):
            self._check_withdrawal(command, decision, after)
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

    def _check_withdrawal(self, command: commands.Act, decision: Decision, after: Case) -> None:
        """A click taken back in the same moment has never been, but for numbers and what stands on record (4)."""
        now = max(self.now, after.recorded or self.now)
        back = commands.Withdraw(actor=ANYBODY, enrolment=command.enrolment, track=command.track, reason="wrong")
        again = decided(after, back, now, self.library, [*self.journal, *decision.events])[1]
        first = _click_of(decision.events)
        before = fold(self.case, decision.events[:first])
        assert (again.facts, again.consents, again.holds) == (before.facts, before.consents, before.holds)
        assert (again.closed, again.holders, again.agency) == (None, before.holders, before.agency)
        for name, run in before.enrolments.items():
            other = again.enrolments[name]
            assert (other.tracks, other.tasks, other.facts) == (run.tracks, run.tasks, run.facts)
            assert (other.ended, other.outcome, other.success) == (run.ended, run.outcome, run.success)
            assert {key: other.clocks[key] for key in run.clocks if not key.startswith(WAITING)} == {
                key: clock for key, clock in run.clocks.items() if not key.startswith(WAITING)
            }
            new = {
                item.deadline for key, item in other.clocks.items() if key not in run.clocks and item.clock.is_open
            }
            assert new <= {"waiting.review"}, "of what the click began nothing runs but the review of its exception"

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
        moved = [event.enrolment for event in events if isinstance(event, happenings.ActionTaken)]
        if set(moved) != {moved[0]}:
            return  # of two runs each is judged by what it moved itself
        for rule_ in self.book.protocol.forbidden.values():
            if evaluate(rule_.never, self._world(before, moved[0], at)) is False:
                assert evaluate(rule_.never, self._world(after, moved[0], at)) is False, (
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

    @rule(data=st.data(), facts=FEW_FACTS, ago=AGO)
    def act(self, data: st.DataObject, facts: dict[str, Any], ago: timedelta | None) -> None:
        """Take some action, most often one that may be taken."""
        self._act(data, facts, ago, exception=False)

    @rule(data=st.data(), facts=FEW_FACTS)
    def act_on(self, data: st.DataObject, facts: dict[str, Any]) -> None:
        """Take an action now: cases are to move."""
        self._act(data, facts, None, exception=False)

    @rule(data=st.data(), facts=FEW_FACTS, ago=AGO)
    def act_by_exception(self, data: st.DataObject, facts: dict[str, Any], ago: timedelta | None) -> None:
        """Take an action under the lawful exception it allows."""
        self._act(data, facts, ago, exception=True)

    def _act(self, data: st.DataObject, facts: dict[str, Any], ago: timedelta | None, *, exception: bool) -> None:
        wanted = [one for one in self._options() if bool(one.exception) is exception or not exception]
        likely = [one for one in wanted if _may_be_taken(one)] or wanted
        if likely:
            one = data.draw(st.sampled_from(likely))
            self.do(
                commands.Act(
                    actor=ANYBODY, enrolment=one.enrolment, track=one.track, action=one.action, reason="seen",
                    facts=_form(one, facts), happened=None if ago is None else self.now - ago,
                    approved_by=BOSS if _needs_approval(one) else None, exception=exception,
                )
            )  # fmt: skip

    @rule(data=st.data(), facts=FEW_FACTS, ago=AGO)
    def ask_approval(self, data: st.DataObject, facts: dict[str, Any], ago: timedelta | None) -> None:
        """Ask for an approval that an action needs."""
        needing = [one for one in self._options() if _needs_approval(one)]
        if needing:
            one = data.draw(st.sampled_from(needing))
            self.do(
                commands.AskApproval(
                    actor=ANYBODY, enrolment=one.enrolment, track=one.track, action=one.action, reason="seen",
                    facts=_form(one, facts), happened=None if ago is None else self.now - ago,
                )
            )  # fmt: skip

    def _options(self) -> tuple[Option, ...]:
        return options(self.case, ANYBODY, self.now, self.library)

    @rule(data=st.data(), by=st.sampled_from([BOSS, BOSS, ANYBODY, SOMEBODY]), agrees=st.booleans())
    def answer(self, data: st.DataObject, by: Actor, agrees: bool) -> None:
        """Answer what somebody asked, most often what waits."""
        waiting = [item.id for item in self.case.waiting.values() if item.is_open] or list(self.case.waiting)
        if waiting:
            item = data.draw(st.sampled_from(waiting))
            self.do(commands.Answer(actor=by, waiting=item, agrees=agrees, reason="so", case="case-2"))

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        """Take the last click of some track back, soon or late."""
        taken = [event for event in self.journal if isinstance(event, happenings.ActionTaken)]
        if taken:
            one = data.draw(st.sampled_from(taken[-3:]))
            self.do(commands.Withdraw(actor=ANYBODY, enrolment=one.enrolment, track=one.track, reason="wrong"))

    @rule(
        offers=st.booleans(), to=st.sampled_from([SOMEBODY, BOSS]), role=st.sampled_from(["caseworker", "supervisor"])
    )
    def hand_over(self, offers: bool, to: Actor, role: str) -> None:
        """Offer a role in the case, or give it."""
        if offers:
            self.do(commands.HandOver(actor=ANYBODY, role=role, to_user=to.user, reason="away"))
        else:
            self.do(commands.AssignRole(actor=ANYBODY, role=role, user=to.user, reason="away"))

    @rule(data=st.data())
    def begin_run(self, data: st.DataObject) -> None:
        """Begin another run of the protocol: of its own, for a request, or in a closed case."""
        name, meaning = f"e{len(self.case.enrolments) + 1}", self.book.protocol.meaning
        if not self.case.is_open:
            self.do(commands.Reopen(actor=ANYBODY, enrolment=name, meaning=meaning, reason="back"))
            return
        waiting = [item.id for item in self.case.waiting.values() if item.is_open]
        request = data.draw(st.sampled_from([*waiting, *([""] if len(self.case.enrolments) < 3 else ["w1"])]))
        self.do(commands.Enrol(actor=ANYBODY, enrolment=name, meaning=meaning, request=request))

    @rule(what=st.integers(0, 2))
    def note(self, what: int) -> None:
        """Write something down, refuse somebody, erase: of record only, so that nothing else has changed."""
        before = self.case
        known: list[AnyCommand] = [
            commands.Erase(actor=Actor(), reason="time is over"),
            commands.NoteRefused(actor=SOMEBODY, attempted="act0", enrolment="e"),
            commands.Note(actor=SOMEBODY, text="rang"),
        ]
        self.do(known[what])
        if what < 2:
            assert (self.case.version, self.case.enrolments) == (before.version, before.enrolments)

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
        name = data.draw(st.sampled_from(list(self.case.enrolments)))
        key = data.draw(st.sampled_from(sorted(self.case.enrolments[name].clocks) or ["none"]))
        if extends:
            self.do(commands.ExtendLimit(actor=ANYBODY, enrolment=name, clock=key, reason="flood"))
        else:
            promised = self.now + timedelta(days=data.draw(st.integers(1, 5)))
            self.do(commands.Acknowledge(actor=ANYBODY, enrolment=name, clock=key, promised=promised))

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
    def what_waits_has_a_clock(self) -> None:
        """Whatever somebody must answer has an armed clock that reaches somebody; a closed case waits for nothing."""
        if not hasattr(self, "case"):
            return
        for item in self.case.waiting.values():
            clock = self.case.enrolments[item.enrolment].clocks[WAITING + item.id].clock
            assert clock.is_armed is item.is_open, item
            assert self.case.is_open or not item.is_open, "no case closes while something waits"

    @invariant()
    def a_case_goes_on_for_a_reason(self) -> None:
        """A case is open as long as a run of it goes on, or a request or a review waits; no longer."""
        if hasattr(self, "case"):
            runs = any(run.is_open for run in self.case.enrolments.values())
            waits = any(item.is_open and item.kind in KEEP_OPEN for item in self.case.waiting.values())
            assert self.case.is_open is (runs or waits)

    @invariant()
    def silence_is_watched_once(self) -> None:
        """An open case has one no-news clock, whoever's run it belongs to."""
        if hasattr(self, "case") and self.case.is_open:
            clocks = [item for run in self.case.enrolments.values() for item in run.open_clocks()]
            assert sum(item.deadline == NO_NEWS for item in clocks) == 1

    @invariant()
    def open_cases_are_never_silent(self) -> None:
        """An open case has an armed clock, and somebody will look at it."""
        if hasattr(self, "case") and self.case.is_open:
            clocks = [item for run in self.case.enrolments.values() for item in run.open_clocks()]
            assert any(item.clock.is_armed for item in clocks)
            assert wake(self.case, self.now, self.library) is not None


def _needs_approval(option: Option) -> bool:
    return any(reason.why is Why.APPROVAL for reason in option.reasons)


def _may_be_taken(option: Option) -> bool:
    return option.answer is not Answer.REFUSED or _needs_approval(option) or bool(option.exception)


def _form(option: Option, facts: dict[str, Any]) -> dict[str, Any]:
    """Return answers for the form of an action: those that it asks for, and some more."""
    asked = {"answer": "a", "amount": 2}
    return {name: value for name, value in asked.items() if name in option.asks} | {
        name: value for name, value in facts.items() if name != "adulthood"
    }


def _click_of(events: tuple[Event, ...]) -> int:
    """Return where a click begins in its decision: with the answers given with it."""
    index = next(
        i for i, event in enumerate(events) if isinstance(event, happenings.ActionTaken) and event.by != "system"
    )
    while index and isinstance(known := events[index - 1], happenings.FactRecorded) and known.by != "system":
        index -= 1
    return index


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
