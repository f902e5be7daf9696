"""From a case to what programs get of it, as whoever asks may see it."""

from __future__ import annotations

from typing import Any

from engine.core.case.state import Waiting
from engine.core.values import Value
from engine.run.cases.view import SeenClock, View
from engine.run.cases.worklist import is_for
from web.api import bodies


def case_body(view: View) -> bodies.Case:
    """Return a case."""
    case = view.case
    return bodies.Case(
        case=case.id,
        open=case.is_open,
        seq=case.seq,
        holders=dict(case.holders),
        tracks=[
            bodies.Track(
                enrolment=one.enrolment,
                track=one.track,
                step=one.state.step,
                visit=one.state.visit,
                place=one.state.place.value,
                outcome=one.state.outcome,
                since=one.state.entered.isoformat(),
            )
            for one in view.tracks()
        ],
        clocks=[
            clock_body(
                view,
                one,
                mine=is_for(view.actor, view.library.rulebooks[case.enrolments[one.enrolment].meaning], case, one),
            )
            for one in view.clocks()
        ],
        waiting=[bodies.Waiting(**_waiting(one)) for one in view.waiting()],
        consents={name: given for name, given, _ in view.consents()},
        facts={name: _plain(fact.value) for name, _, fact in view.facts()},
    )


def asked_body(code: str, one: Waiting) -> bodies.Asked:
    """Return something that waits for an answer in a case."""
    return bodies.Asked(case=code, **_waiting(one))


def _waiting(one: Waiting) -> dict[str, Any]:
    return {
        "waiting": one.id,
        "kind": one.kind.value,
        "asked": list(one.asked),
        "by": one.by,
        "since": one.at.isoformat(),
    }


def clock_body(view: View, one: SeenClock, *, mine: bool) -> bodies.Clock:
    """Return a limit."""
    limit, basis = one.item.clock.limit, one.basis
    whence = f"{basis.kind.value}, {basis.status}: {basis.source}" if basis is not None else "a rule of the language"
    return bodies.Clock(
        case=view.case.id,
        clock=one.name,
        deadline=one.item.deadline,
        limit=limit.isoformat() if limit is not None else None,
        standing=one.standing,
        basis=whence,
        mine=mine,
    )


def _plain(value: Value) -> str | list[str]:
    return list(value) if isinstance(value, tuple) else str(value)
