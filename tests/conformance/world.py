"""What the contracts of stores are tried with: a protocol of two steps, and units of work that decide on it."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.core.case.commands import Act, Actor, AnyCommand, OpenCase, Pass
from engine.core.case.state import Case
from engine.core.deciding.decide import decided, wake
from engine.core.deciding.library import Library, library_of
from engine.core.duration import Duration, Unit
from engine.core.model import (
    Action,
    Basis,
    Deadline,
    Field,
    FieldType,
    Kind,
    Limit,
    NoNews,
    Protocol,
    Rung,
    RungAt,
    Step,
    Target,
    TargetKind,
    Track,
)
from engine.store.ports import Work, Written

START = datetime(2026, 3, 2, 3, tzinfo=UTC)
WORKER = Actor("sok", frozenset({"case_manager"}))


def library_of_two_steps() -> Library:
    """Return a protocol of two steps that go to each other, with one three-day clock each."""
    ladder = (
        Rung("half", RungAt.SHARE, ("case_manager",), share=50),
        Rung("due", RungAt.AT_LIMIT, ("case_manager", "supervisor")),
    )
    limit = Limit("three_days", Basis(Kind.PRACTICE, "made up"), Duration(3, Unit.DAYS))

    def step(name: str, other: str) -> Step:
        go = Action("go", Target(TargetKind.STEP, other), who_may=("case_manager",))
        return Step(name, deadlines={"limit": Deadline("limit", limit, rungs=ladder)}, actions={"go": go})

    track = Track("main", "one", {"one": step("one", "two"), "two": step("two", "one")})
    alarm = (Rung("silent", RungAt.AT_LIMIT, ("supervisor",)),)
    fields = {"note": Field("note", FieldType.TEXT)}
    return library_of(
        [Protocol("p", "1", {"main": track}, NoNews(alarm), fields=fields, zone="Asia/Phnom_Penh", meaning="m")]
    )


def doing(command: AnyCommand, library: Library, now: datetime) -> Work:
    def work(case: Case) -> Written:
        decision, after = decided(case, command, now, library)
        return Written(decision, after, wake(after, now, library))

    return work


def opening(library: Library, now: datetime = START) -> Work:
    return doing(OpenCase(actor=WORKER, enrolment="e", meaning="m"), library, now)


def going(library: Library, now: datetime) -> Work:
    return doing(Act(actor=WORKER, enrolment="e", track="main", action="go"), library, now)


def passing(library: Library, now: datetime) -> Work:
    return doing(Pass(), library, now)
