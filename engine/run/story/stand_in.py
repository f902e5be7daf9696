"""Somebody who works on invented cases so that a protocol can be watched: does what the protocol lets him do.

Knows no protocol: takes an allowed action, gives plausible answers to what is asked, and where nothing is allowed
does what the refusals say is missing. Chance comes from a seed, so two runs are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Protocol as Interface

from engine.core.case.commands import Acknowledge, Act, Actor, AnyCommand, DoTask, GiveConsent, Record
from engine.core.case.events import RuleTurned
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Case, Enrolment, Place, TaskState, TaskStatus
from engine.core.clocks.promise import LONGEST_PROMISE_WORKING_DAYS
from engine.core.conditions import DATE_OF_BIRTH, Blocking, ConsentGiven, FactTest, TaskIs, Test
from engine.core.deciding.decide import decide
from engine.core.deciding.library import Library
from engine.core.deciding.options import Answer, Option, options
from engine.core.deciding.rulebook import Rulebook
from engine.core.deciding.world import task_of
from engine.core.model import Field, FieldType, Protocol, TargetKind
from engine.core.values import UNKNOWN, Value
from engine.run.story.agenda import Plan

#: How likely an action is taken: one that leads on, one that leads to where the case was, one that stays, an end.
_ONWARD, _BACK, _STAYS, _END = 20, 2, 1, 2
#: The first action of a step is the usual one: so many times likelier than what the file lists behind it.
_USUAL = 4
#: How many answers are thought of before a question is left open, because each would break a rule.
_SECOND_THOUGHTS = 6
#: How often in one sitting what is missing is supplied and the next action tried again.
_TRIES = 4
#: How often something happens that may happen at any step, and how often an end that is offered is taken.
_ANY_STEP, _TAKES_AN_END = 0.006, 0.05


class World(Interface):
    """Where somebody stands in: cases in memory, or an office with a database and people of its own."""

    @property
    def library(self) -> Library:
        """The protocols in use."""

    def now(self) -> datetime:
        """Return the present instant (UTC)."""

    def case(self, case: str) -> Case:
        """Return a case as it is."""

    def do(self, case: str, command: AnyCommand) -> Case:
        """Carry out a command now. Raises Refused; then nothing has changed."""

    def plan(self, instant: datetime, deed: Plan) -> None:
        """Let something be done at an instant (UTC)."""


class StandIn:
    """One pretended team working on one case."""

    def __init__(
        self,
        world: World,
        case: str,
        seed: str,
        *,
        stops: datetime | None = None,
        after: Callable[[], None] | None = None,
    ) -> None:
        """Work on a case with chance from the seed; forget it at ``stops``; call ``after`` after each sitting."""
        self.world = world
        self.case = case
        self.stops = stops
        self.after = after
        self.chance = Random(seed)  # noqa: S311 - a story is told here, nothing is kept secret

    def work(self) -> None:
        """Do one thing for the case and plan the next; stop when the case is closed."""
        case = self.world.case(self.case)
        if not case.is_open:
            return
        if self.stops is not None and self.world.now() >= self.stops:
            return
        self._acknowledge(case)
        self._answer(case)
        for _ in range(_TRIES):
            if self._move():
                break
            self._unblock()
        if self.after is not None:
            self.after()
        self.world.plan(self.world.now() + self._pause(), self.work)

    def _pause(self) -> timedelta:
        """Mostly some days, sometimes weeks, now and then a month or two: that is what reminders are for."""
        kind = self.chance.random()
        if kind < 0.75:
            return timedelta(hours=self.chance.randint(6, 168))
        if kind < 0.96:
            return timedelta(hours=self.chance.randint(5 * 24, 14 * 24))
        return timedelta(hours=self.chance.randint(20 * 24, 60 * 24))

    def _team(self, case: Case) -> tuple[Actor, Actor]:
        roles = frozenset(role for one in case.enrolments.values() for role in self._rules(one).protocol.roles)
        return Actor("worker", roles), Actor("colleague", roles)

    def _rules(self, enrolment: Enrolment) -> Rulebook:
        return self.world.library.rulebooks[enrolment.meaning]

    def _try(self, command: Act | Acknowledge | Record | GiveConsent | DoTask) -> bool:
        try:
            self.world.do(self.case, command)
        except Refused:
            return False
        return True

    def _acknowledge(self, case: Case) -> None:
        """Promise to see to what is overdue, as late as one may: repeats rest until then."""
        actor, _ = self._team(case)
        now = self.world.now()
        for enrolment in case.enrolments.values():
            for item in list(enrolment.open_clocks()):
                if item.clock.limit is not None and item.clock.limit < now:
                    promised = now + timedelta(days=LONGEST_PROMISE_WORKING_DAYS)
                    self._try(Acknowledge(actor=actor, enrolment=enrolment.id, clock=item.key, promised=promised))

    def _answer(self, case: Case) -> None:
        """Record what the present steps collect, and do a task that waits."""
        actor, _ = self._team(case)
        for enrolment in case.enrolments.values():
            if enrolment.is_open:
                self._record(enrolment, actor, self._asked(case, enrolment))
                for task in self._waiting(enrolment):
                    self._try(DoTask(actor=actor, enrolment=enrolment.id, task=task))

    def _asked(self, case: Case, enrolment: Enrolment) -> list[str]:
        rules = self._rules(enrolment)
        known = {**case.facts, **enrolment.facts}
        return [
            name
            for track, state in enrolment.tracks.items()
            if state.place is Place.OPEN
            for name in rules.step(track, state.step).collect
            if name not in known and self.chance.random() < 0.8
        ]

    def _waiting(self, enrolment: Enrolment) -> list[str]:
        open_tasks = (task_of(key) for key, state in enrolment.tasks.items() if _waits(state))
        return [task for task in dict.fromkeys(open_tasks) if self.chance.random() < 0.6]

    def _record(self, enrolment: Enrolment, actor: Actor, names: Iterable[str]) -> None:
        fields = self._rules(enrolment).protocol.fields
        for name in names:
            if name not in fields:
                continue
            for _ in range(_SECOND_THOUGHTS):
                facts = {name: self._value(fields[name])}
                command = Record(actor=actor, enrolment=enrolment.id, facts=facts, reason="seen together")
                if self._breaks_no_rule(command) and self._try(command):
                    break

    def _breaks_no_rule(self, command: Record) -> bool:
        """Whether recording this would raise no alarm: a careful team does not do what it would have to record."""
        case = self.world.case(self.case)
        try:
            decision = decide(case, command, self.world.now(), self.world.library)
        except Refused:
            return False
        return not any(isinstance(event, RuleTurned) and event.alarm for event in decision.events)

    def _move(self) -> bool:
        """Take one action that is allowed; return whether there was one."""
        case = self.world.case(self.case)
        actor, colleague = self._team(case)
        if not case.is_open:
            return False
        found = [
            one
            for one in options(case, actor, self.world.now(), self.world.library)
            if (one.answer is not Answer.REFUSED or _only_needs_a_colleague(one)) and self._is_likely(case, one)
        ]
        weights = [self._weight(case, one) for one in found]
        while found:
            index = self.chance.choices(range(len(found)), weights)[0]
            one = found.pop(index)
            weights.pop(index)
            if self._take(case, one, actor, colleague):
                return True
        return False

    def _is_likely(self, case: Case, option: Option) -> bool:
        rules = self._rules(case.enrolments[option.enrolment])
        if option.action not in rules.step(option.track, option.step).actions:
            return self.chance.random() < _ANY_STEP
        return not self._ends(case, option) or self.chance.random() < _TAKES_AN_END

    def _ends(self, case: Case, option: Option) -> bool:
        rules = self._rules(case.enrolments[option.enrolment])
        target = rules.moves[option.track].at(option.step)[option.action].target
        step = rules.step(target.track or option.track, target.step) if target.kind is TargetKind.STEP else None
        return step is not None and step.final is not None

    def _weight(self, case: Case, option: Option) -> int:
        enrolment = case.enrolments[option.enrolment]
        action = self._rules(enrolment).moves[option.track].at(option.step)[option.action]
        target = action.target
        if action.starts is not None and action.starts.protocol not in case.enrolments:
            return _ONWARD
        if self._ends(case, option):
            return _END
        if target.kind is not TargetKind.STEP:
            return _STAYS
        state = enrolment.tracks.get(target.track or option.track)
        if state is not None and target.step in state.reached:
            return _BACK
        usual = next(iter(self._rules(enrolment).step(option.track, option.step).actions), "")
        return _ONWARD * _USUAL if option.action == usual else _ONWARD

    def _take(self, case: Case, option: Option, actor: Actor, colleague: Actor) -> bool:
        protocol = self._rules(case.enrolments[option.enrolment]).protocol
        facts = {name: self._value(protocol.fields[name]) for name in option.asks}
        return self._try(
            Act(
                actor=actor,
                enrolment=option.enrolment,
                track=option.track,
                action=option.action,
                facts=facts,
                reason="agreed in the team",
                approved_by=colleague,
            )
        )

    def _unblock(self) -> None:
        """Nothing was allowed: supply what the refusals name."""
        case = self.world.case(self.case)
        actor, _ = self._team(case)
        if not case.is_open:
            return
        now, library = self.world.now(), self.world.library
        refused = [(one, reason) for one in options(case, actor, now, library) for reason in one.reasons]
        for one, reason in self.chance.sample(refused, min(3, len(refused))):
            self._supply(case.enrolments[one.enrolment], actor, reason)

    def _supply(self, enrolment: Enrolment, actor: Actor, reason: Reason) -> None:
        if reason.why is Why.FACT_MISSING:
            self._record(enrolment, actor, [reason.subject])
        elif reason.why is Why.TASK_OPEN:
            self._try(DoTask(actor=actor, enrolment=enrolment.id, task=reason.subject))
        for blocking in reason.blocking:
            self._settle(enrolment, actor, blocking)

    def _settle(self, enrolment: Enrolment, actor: Actor, blocking: Blocking) -> None:
        leaf = blocking.leaf
        if isinstance(leaf, ConsentGiven) and blocking.needed:
            if self.chance.random() < 0.7:  # refusing is a right, too
                self._try(GiveConsent(actor=actor, consent=leaf.consent))
        elif isinstance(leaf, TaskIs):
            self._try(DoTask(actor=actor, enrolment=enrolment.id, task=leaf.task))
        elif isinstance(leaf, FactTest):
            name = leaf.field.removeprefix("last ")
            wanted = _wanted(leaf) if blocking.needed else None
            protocol = self._rules(enrolment).protocol
            if wanted is None:
                self._record(enrolment, actor, [name])
            elif name in protocol.fields:
                self._try(Record(actor=actor, enrolment=enrolment.id, facts={name: wanted}, reason="put right"))

    def _value(self, field: Field) -> Value:  # noqa: PLR0911 - one line for each type
        """Return a plausible answer to a question of this type."""
        now = self.world.now()
        match field.type:
            case FieldType.YES_NO_UNKNOWN:
                return self.chance.choice(("yes", "yes", "no"))
            case FieldType.CHOICE:
                return self.chance.choice(field.codes or (UNKNOWN,))
            case FieldType.CHOICES:
                return (self.chance.choice(field.codes),) if field.codes else UNKNOWN
            case FieldType.NUMBER:
                return _number(field, self.chance.randint(1, 9))
            case FieldType.DATE:
                return self._day(field, now)
            case FieldType.MOMENT:
                return now - timedelta(minutes=self.chance.randint(10, 600))
            case _:
                return "invented"

    def _day(self, field: Field, now: datetime) -> Value:
        if field.id == DATE_OF_BIRTH:
            years = self.chance.choice((16, 19, 22, 24, 27, 31, 34, 38))
            return (now - timedelta(days=years * 365 + self.chance.randint(0, 364))).date()
        return (now - timedelta(days=self.chance.randint(1, 5))).date()


def _number(field: Field, wish: int) -> Value:
    """Return a number as near to the wish as the field allows."""
    low = wish if field.lowest is None else max(Decimal(wish), field.lowest)
    number = low if field.highest is None else min(Decimal(low), field.highest)
    return int(number) if number == int(number) else number


def _waits(state: TaskState) -> bool:
    return any(item.status is TaskStatus.OPEN for item in state.occurrences)


def _only_needs_a_colleague(option: Option) -> bool:
    return all(reason.why is Why.APPROVAL for reason in option.reasons)


def _wanted(leaf: FactTest) -> Value | None:
    """Return an answer that makes the test true; None where any answer may do."""
    if leaf.test is Test.IS and isinstance(leaf.value, str):
        return leaf.value
    if leaf.test is Test.IS_ONE_OF and isinstance(leaf.value, tuple) and leaf.value:
        return leaf.value[0]
    return None


def all_roles(protocol: Protocol) -> Actor:
    """Return somebody who may do everything in a protocol: only for invented cases."""
    return Actor("worker", frozenset(protocol.roles))
