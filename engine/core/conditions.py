"""Conditions: typed trees, and what they may read of one case.

Built by engine/protocol/sentences from one-line sentences, never from code. A condition never reads another case.
None stands for *unknown*; only True lets an action pass (11, 12). In ``judging``, ``truth.py`` reads a condition,
``blocking.py`` says what must change, ``wording.py`` puts it back into words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol as Interface
from zoneinfo import ZoneInfo

from engine.core.duration import Duration
from engine.core.values import Value

#: The word before a field that reads the newest of its answers, whichever visit gave it (9).
LAST = "last "
#: What `the person is a child` reads: the date of birth, and whether adulthood was established otherwise.
DATE_OF_BIRTH, ADULTHOOD, ESTABLISHED = "date_of_birth", "adulthood", "established"
#: The age from which a person is adult, in years.
ADULT_AGE = 18

#: True, False, or None for unknown.
Truth = bool | None


class Test(StrEnum):
    """What a sentence asks of one fact."""

    IS = "is"
    IS_NOT = "is not"
    IS_ONE_OF = "is one of"
    IS_KNOWN = "is known"
    AT_LEAST = "is at least"
    AT_MOST = "is at most"
    MORE_THAN = "is more than"
    LESS_THAN = "is less than"
    BEFORE = "is before"
    AFTER = "is after"
    SAME = "is the same as"
    PASSED = "have passed since"


#: Tests that compare a fact with another one; ``value`` then names its field.
OF_TWO = frozenset({Test.BEFORE, Test.AFTER, Test.SAME})


@dataclass(frozen=True, slots=True)
class FactTest:
    """A question about one fact. ``value``: the text, number, tuple of codes, other field or duration asked for.

    A field is named by its id, or as ``last ID`` for the newest of its answers in any visit (9).
    """

    field: str
    test: Test
    value: Value | Duration | None = None


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """``consent to C is given``. Two-valued: no live record is false."""

    consent: str


@dataclass(frozen=True, slots=True)
class IsChild:
    """``the person is a child``. Two-valued: true until adulthood is established."""


class TrackTest(StrEnum):
    """What a sentence asks of a track."""

    AT = "is at"
    REACHED = "has reached"
    ENDED = "has ended"
    ENDED_AS = "ended as"


@dataclass(frozen=True, slots=True)
class TrackIs:
    """``T is at S``, ``T has reached S``, ``T has ended``, ``T ended as O``. Two-valued. ``word``: S or O."""

    track: str
    test: TrackTest
    word: str = ""


@dataclass(frozen=True, slots=True)
class TaskIs:
    """``TASK is done`` (``times`` 0) or ``TASK was missed N times in a row``. Two-valued."""

    task: str
    missed_times: int = 0


Leaf = FactTest | ConsentGiven | IsChild | TrackIs | TaskIs


@dataclass(frozen=True, slots=True)
class And:
    """All parts."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of its part."""

    part: Condition


Condition = Leaf | And | Or | Not


class World(Interface):
    """What a condition may read of one case: facts, live consents, one enrolment's tracks and tasks, the time."""

    @property
    def now(self) -> datetime:
        """The instant for which the condition is read (aware, UTC)."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which dates begin and end."""

    def fact(self, field: str) -> Value | None:
        """Return the fact's value, ``"unknown"`` for that answer, None where it is absent.

        ``last ID`` asks for the newest answer of the field, whichever visit gave it.
        """

    def consent(self, consent: str) -> bool:
        """Return whether a live record of this consent exists."""

    def step(self, track: str) -> str | None:
        """Return the step at which the open track stands; None when it is not open."""

    def reached(self, track: str) -> Collection[str]:
        """Return every step the track has ever stood at in this enrolment."""

    def outcome(self, track: str) -> str | None:
        """Return the outcome as which the track ended; None while it is open or was never opened."""

    def task_done(self, task: str) -> bool:
        """Return whether the task (its latest occurrence) was done."""

    def task_missed(self, task: str) -> int:
        """Return how many occurrences of the task were missed in a row, counted back from the latest closed one."""


@dataclass(frozen=True, slots=True)
class Blocking:
    """A leaf that must change: its present value and the value needed (14)."""

    leaf: Leaf
    value: Truth
    needed: bool


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Yield the leaves in the order of the text; one that is written twice comes twice."""
    if isinstance(condition, And | Or):
        for part in condition.parts:
            yield from leaves(part)
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    else:
        yield condition


def fields_of(condition: Condition) -> frozenset[str]:
    """Return the ids of all fields the condition reads, also those that ``the person is a child`` reads."""
    return frozenset(name.removeprefix(LAST) for leaf in leaves(condition) for name in names_in(leaf))


def names_in(leaf: Leaf) -> tuple[str, ...]:
    """Return the facts a question reads, as it names them: ``F`` or ``last F``."""
    if isinstance(leaf, IsChild):
        return DATE_OF_BIRTH, ADULTHOOD
    if not isinstance(leaf, FactTest):
        return ()
    if leaf.test in OF_TWO:
        return leaf.field, str(leaf.value)
    return (leaf.field,)
