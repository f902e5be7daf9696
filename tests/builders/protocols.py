"""Small protocols for the tests, built as the compiler would build them from a file."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from engine.core.clocks.calendar import Calendar
from engine.core.conditions import Condition, FactTest, Test, TrackIs, TrackTest
from engine.core.duration import Duration, Unit
from engine.core.model import (
    RUN_THROUGH_HOLDS,
    Action,
    Basis,
    Consent,
    CountsFrom,
    Deadline,
    Entering,
    Field,
    FieldType,
    Forbidden,
    FromDeadline,
    FromField,
    Kind,
    Limit,
    Needs,
    NoNews,
    Per,
    Protocol,
    Requirement,
    Rung,
    RungAt,
    Step,
    Target,
    TargetKind,
    Task,
    Track,
)

ZONE = "Asia/Phnom_Penh"
_OFFICE = ((8 * 3600, 17 * 3600),)
#: Monday to Friday, 8 to 17, no holidays.
OFFICE = Calendar("office", ZONE, (_OFFICE,) * 5 + ((), ()))

CASEWORKER, SUPERVISOR, NURSE = "caseworker", "supervisor", "nurse"


def lasting(words: str) -> Duration:
    """Return the duration: ``24 hours``, ``5 working days``, ``same day``."""
    if words == "same day":
        return Duration(0, Unit.SAME_DAY)
    amount, _, unit = words.partition(" ")
    return Duration(int(amount), Unit(unit if unit.endswith("s") else unit + "s"))


def at_limit(rung: str = "due", *to: str, **more: Any) -> Rung:
    """Return a rung at the limit."""
    return Rung(rung, RungAt.AT_LIMIT, to or (SUPERVISOR,), **more)


def half_way(rung: str = "half", *to: str, **more: Any) -> Rung:
    """Return a rung at 50 % of the limit."""
    return Rung(rung, RungAt.SHARE, to or (CASEWORKER,), share=50, **more)


def after_limit(words: str, rung: str = "later", *to: str, **more: Any) -> Rung:
    """Return a rung so long after the limit."""
    return Rung(rung, RungAt.AFTER_LIMIT, to or (SUPERVISOR,), by=lasting(words), **more)


def counting(words: str) -> CountsFrom:
    """Return what a clock counts from: ``entering``, a field, or ``DEADLINE met`` and ``DEADLINE limit``."""
    if words == "entering":
        return Entering()
    name, _, which = words.partition(" ")
    return FromDeadline(name, which) if which else FromField(name)


def deadline(
    name: str, words: str = "24 hours", *, kind: Kind = Kind.PRACTICE, counts_from: str = "entering", **more: Any
) -> Deadline:
    """Return a deadline; its limit stands inline. ``limit`` may be given whole."""
    more.setdefault("limit", Limit(name, Basis(kind), duration=lasting(words)))
    more.setdefault("rungs", (half_way(), at_limit()))
    more.setdefault("stops_on_hold", more["limit"].basis.kind not in RUN_THROUGH_HOLDS)
    return Deadline(name, counts_from=counting(counts_from), **more)


def action(name: str, to: str = "here", **more: Any) -> Action:
    """Return an action: ``to`` is a step, ``TRACK.STEP``, ``previous`` or ``here``. A caseworker may take it."""
    if to in {"here", "previous"}:
        target = Target(TargetKind.STAYS if to == "here" else TargetKind.PREVIOUS)
    else:
        track, _, step = to.rpartition(".")
        target = Target(TargetKind.STEP, step, track or None)
    if not more.get("automatic"):
        more.setdefault("who_may", (CASEWORKER,))
    return Action(name, target, **more)


def step(name: str, *parts: Action | Deadline | Task, **more: Any) -> Step:
    """Return a step with its actions, deadlines and tasks."""
    return Step(
        name,
        actions={part.id: part for part in parts if isinstance(part, Action)},
        deadlines={part.id: part for part in parts if isinstance(part, Deadline)},
        tasks={part.id: part for part in parts if isinstance(part, Task)},
        **more,
    )


def final(name: str = "done", outcome: str = "completed", **more: Any) -> Step:
    """Return a final step."""
    return Step(name, final=outcome, **more)


def track(name: str, *steps: Step, any_step: Iterable[Action] = (), **more: Any) -> Track:
    """Return a track that begins at its first step."""
    known = {item.id: item for item in steps}
    return Track(name, steps[0].id, known, at_any_step={act.id: act for act in any_step}, **more)


def field(name: str, kind: FieldType = FieldType.CHOICE, *codes: str, **more: Any) -> Field:
    """Return a field; a choice without codes may be ``a``, ``b`` or ``c``."""
    if kind in {FieldType.CHOICE, FieldType.CHOICES} and not codes:
        codes = ("a", "b", "c")
    return Field(name, kind, codes=codes, **more)


def no_news(**more: Any) -> NoNews:
    """Return the no-news limits of high, medium and low risk."""
    limits = {"high": lasting("7 days"), "medium": lasting("14 days"), "low": lasting("35 days")}
    more.setdefault("rungs", (at_limit("silent"),))
    return NoNews(risk_field="risk", limits=limits, **more)


FIELDS = (
    field("answer"),
    field("other"),
    field("amount", FieldType.NUMBER),
    field("rating", FieldType.NUMBER, lowest=Decimal(1), highest=Decimal(5)),
    field("born", FieldType.DATE),
    field("date_of_birth", FieldType.DATE),
    field("day", FieldType.DATE),
    field("moment", FieldType.MOMENT),
    field("note", FieldType.TEXT),
    field("sure", FieldType.YES_NO_UNKNOWN),
    field("several", FieldType.CHOICES),
    field("of_visit", per=Per.VISIT),
    field("of_enrolment", per=Per.ENROLMENT),
    field("secret", seen_by=("nurse",)),
    field("clinical", written_by=("nurse",)),
    field("risk", FieldType.CHOICE, "low", "medium", "high", rises=("low", "medium", "high")),
)


def protocol(*tracks: Track, forbidden: Iterable[Forbidden] = (), **more: Any) -> Protocol:
    """Return a protocol in the office calendar, with the usual fields and consents."""
    more.setdefault("fields", {item.id: item for item in FIELDS})
    more.setdefault("consents", {"exam": Consent("exam"), "stay": Consent("stay", expires=lasting("30 days"))})
    more.setdefault("calendar", "office")
    more.setdefault("no_news", no_news())
    name = more.pop("name", "test")
    return Protocol(
        name,
        "2026.1",
        {item.id: item for item in tracks},
        meaning=more.pop("meaning", f"{name}-meaning"),
        forbidden={rule.id: rule for rule in forbidden},
        **more,
    )


def fact_is(name: str, value: str) -> Condition:
    """Return ``F is V``."""
    return FactTest(name, Test.IS, value)


def known(name: str) -> Condition:
    """Return ``F is known``."""
    return FactTest(name, Test.IS_KNOWN)


def passed(name: str, words: str) -> Condition:
    """Return ``at least N have passed since F``."""
    return FactTest(name, Test.PASSED, lasting(words))


def at(name: str, where: str) -> Condition:
    """Return ``T is at S``."""
    return TrackIs(name, TrackTest.AT, where)


def reached(name: str, where: str) -> Condition:
    """Return ``T has reached S``."""
    return TrackIs(name, TrackTest.REACHED, where)


def ended(name: str) -> Condition:
    """Return ``T has ended``."""
    return TrackIs(name, TrackTest.ENDED)


def needs(*words: str) -> tuple[Requirement, ...]:
    """Return requirements: ``field answer``, ``consent exam``, ``task visit``."""
    return tuple(Requirement(Needs(kind), name) for kind, name in (word.split() for word in words))
