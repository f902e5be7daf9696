"""Small worlds and random conditions for the tests of conditions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from engine.core.conditions import (
    And,
    Condition,
    ConsentGiven,
    FactTest,
    IsChild,
    Leaf,
    Not,
    Or,
    TaskIs,
    TrackIs,
    TrackTest,
)
from engine.core.conditions import (
    Test as Asks,
)
from engine.core.duration import Duration, Unit
from engine.core.model import Field, FieldType
from engine.core.values import UNKNOWN, Approximate, Value
from engine.protocol.sentences.names import Names, TrackNames

PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")
NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)  # 10:00 in Phnom Penh


@dataclass(frozen=True)
class SmallWorld:
    """A case written down by hand. ``at``, ``reached`` and ``outcomes`` go by track, ``missed`` by task."""

    facts: Mapping[str, Value] = field(default_factory=dict)
    consents: frozenset[str] = frozenset()
    at: Mapping[str, str] = field(default_factory=dict)
    been: Mapping[str, frozenset[str]] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    done: frozenset[str] = frozenset()
    missed: Mapping[str, int] = field(default_factory=dict)
    now: datetime = NOW
    zone: ZoneInfo = PHNOM_PENH

    def fact(self, field: str) -> Value | None:
        return self.facts.get(field)

    def consent(self, consent: str) -> bool:
        return consent in self.consents

    def step(self, track: str) -> str | None:
        return self.at.get(track)

    def reached(self, track: str) -> Collection[str]:
        return self.been.get(track, frozenset())

    def outcome(self, track: str) -> str | None:
        return self.outcomes.get(track)

    def task_done(self, task: str) -> bool:
        return task in self.done

    def task_missed(self, task: str) -> int:
        return self.missed.get(task, 0)


CODES = ("low", "high", "known", "done", "not")
TYPES = {
    "safe": FieldType.YES_NO_UNKNOWN,
    "willing": FieldType.YES_NO_UNKNOWN,
    "risk": FieldType.CHOICE,
    "needs": FieldType.CHOICES,
    "children": FieldType.NUMBER,
    "adults": FieldType.NUMBER,
    "city": FieldType.TEXT,
    "exam": FieldType.DATE,
    "hearing": FieldType.DATE,
    "arrived_at": FieldType.MOMENT,
    "called_at": FieldType.MOMENT,
    "passport": FieldType.DOCUMENT,
}
NAMES = Names(
    fields={
        id_: Field(id_, type_, codes=CODES if type_ in {FieldType.CHOICE, FieldType.CHOICES} else ())
        for id_, type_ in TYPES.items()
    },
    consents=("assistance", "medical_exam"),
    tracks={
        "response": TrackNames(("triage", "shelter"), ("handed_over",)),
        "medical": TrackNames(("exam_room", "care"), ("recovered", "lost")),
    },
    tasks=("visit", "call_back"),
    limits={"validity": Duration(90, Unit.DAYS)},
)
DATED = ("exam", "hearing", "arrived_at", "called_at")
YES_NO = st.sampled_from(("yes", "no", UNKNOWN))
CODE = st.sampled_from((*CODES, UNKNOWN))
NUMBERS = st.one_of(st.integers(-5, 5), st.decimals(-5, 5, places=1))
DURATIONS = st.builds(
    Duration,
    st.integers(1, 90),
    st.sampled_from((Unit.SECONDS, Unit.MINUTES, Unit.HOURS, Unit.DAYS, Unit.WEEKS)),
)
CALENDAR = st.builds(Duration, st.integers(1, 30), st.sampled_from((Unit.MONTHS, Unit.YEARS)))
EQUAL = st.sampled_from((Asks.IS, Asks.IS_NOT))


def _facts(names: tuple[str, ...], asked: st.SearchStrategy[Value]) -> st.SearchStrategy[FactTest]:
    name = st.sampled_from((*names, *(f"last {name}" for name in names)))
    one_of = st.lists(asked, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(FactTest, name, EQUAL, asked),
        st.builds(FactTest, name, st.just(Asks.IS_ONE_OF), one_of),
        st.builds(FactTest, name, st.just(Asks.IS_KNOWN)),
    )


def _ordered() -> st.SearchStrategy[FactTest]:
    pairs = st.permutations(DATED).map(lambda names: (names[0], names[1]))
    return st.tuples(pairs, st.sampled_from((Asks.BEFORE, Asks.AFTER))).map(
        lambda x: FactTest(x[0][0], x[1], x[0][1])
    )


def _same() -> st.SearchStrategy[FactTest]:
    pairs = st.one_of(st.permutations(DATED), st.permutations(("children", "adults", "last children")))
    return pairs.map(lambda names: FactTest(names[0], Asks.SAME, names[1]))


def leaves_with(durations: st.SearchStrategy[Duration]) -> st.SearchStrategy[Leaf]:
    """Return every kind of leaf over the small protocol, with these durations."""
    bounds = st.sampled_from((Asks.AT_LEAST, Asks.AT_MOST, Asks.MORE_THAN, Asks.LESS_THAN))
    return st.one_of(
        _facts(("safe", "willing"), YES_NO),
        _facts(("risk", "needs"), CODE),
        _facts(("children",), NUMBERS),
        _facts(("city",), st.sampled_from(("Poipet", "Phnom Penh", "or", "ភ្នំពេញ", "it's", UNKNOWN))),
        st.builds(FactTest, st.just("children"), bounds, NUMBERS),
        _ordered(),
        _same(),
        st.builds(FactTest, st.sampled_from(DATED), st.just(Asks.PASSED), durations),
        st.builds(FactTest, st.just("passport"), st.just(Asks.IS_KNOWN)),
        st.builds(ConsentGiven, st.sampled_from(("assistance", "medical_exam"))),
        st.just(IsChild()),
        st.builds(
            TrackIs, st.just("response"), st.sampled_from((TrackTest.AT, TrackTest.REACHED)), st.just("shelter")
        ),
        st.builds(TrackIs, st.just("medical"), st.just(TrackTest.ENDED_AS), st.sampled_from(("recovered", "lost"))),
        st.builds(TrackIs, st.sampled_from(("response", "medical")), st.just(TrackTest.ENDED)),
        st.builds(TaskIs, st.sampled_from(("visit", "call_back")), st.integers(0, 3)),
    )


def trees_of(leaves: st.SearchStrategy[Leaf], size: int = 8) -> st.SearchStrategy[Condition]:
    """Return conditions joined from such leaves."""

    def extend(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(parts, min_size=2, max_size=3).map(tuple)
        return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, parts))

    return st.recursive(leaves, extend, max_leaves=size)


CONDITIONS = trees_of(leaves_with(st.one_of(DURATIONS, CALENDAR)))

_DAY = st.dates(date(2026, 2, 20), date(2026, 6, 10))
_MOMENT = st.integers(0, 110 * 24).map(lambda hours: NOW - timedelta(hours=hours - 48))


def _maybe_approximate(days: st.SearchStrategy[date]) -> st.SearchStrategy[Value]:
    spans = st.tuples(days, days).map(lambda pair: Approximate(min(pair), max(pair)))
    return st.one_of(days, spans, st.just(UNKNOWN))


_GIVEN: Mapping[str, st.SearchStrategy[Value]] = {
    "safe": YES_NO,
    "willing": YES_NO,
    "risk": CODE,
    "needs": st.one_of(st.lists(st.sampled_from(CODES), max_size=3).map(tuple), st.just(UNKNOWN)),
    "children": st.one_of(NUMBERS, st.just(UNKNOWN)),
    "adults": st.one_of(NUMBERS, st.just(UNKNOWN)),
    "city": st.sampled_from(("Poipet", "Phnom Penh", UNKNOWN)),
    "exam": _maybe_approximate(_DAY),
    "hearing": _maybe_approximate(_DAY),
    "arrived_at": _maybe_approximate(_MOMENT),
    "called_at": _maybe_approximate(_MOMENT),
    "passport": st.just("passport.pdf"),
    "date_of_birth": _maybe_approximate(
        st.dates(date(2007, 1, 1), date(2009, 12, 31)).filter(lambda day: day.day < 29)
    ),
    "adulthood": st.sampled_from(("established", "not_established", UNKNOWN)),
}


def _with_last(facts: Mapping[str, Value]) -> Mapping[str, Value]:
    return {**facts, **{f"last {name}": value for name, value in facts.items()}}


WORLDS = st.builds(
    SmallWorld,
    facts=st.fixed_dictionaries({}, optional=dict(_GIVEN)).map(_with_last),
    consents=st.frozensets(st.sampled_from(("assistance", "medical_exam"))),
    at=st.fixed_dictionaries({}, optional={"response": st.sampled_from(("triage", "shelter"))}),
    been=st.fixed_dictionaries({}, optional={"response": st.frozensets(st.sampled_from(("triage", "shelter")))}),
    outcomes=st.fixed_dictionaries({}, optional={"medical": st.sampled_from(("recovered", "lost", ""))}),
    done=st.frozensets(st.sampled_from(("visit", "call_back"))),
    missed=st.fixed_dictionaries({}, optional={"visit": st.integers(0, 4)}),
)
