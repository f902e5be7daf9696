"""Lawful exceptions: taken without condition and consents, with a reason, and reviewed by a second person (4)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import Actor
from engine.core.case.effects import Topic
from engine.core.case.reasons import Why
from engine.core.case.state import WaitingKind, WaitingStatus
from engine.core.deciding.options import options
from engine.core.model import Forbidden, MessageKind, Task
from tests.builders.live import BOSS, DAY, HOUR, MEDIC, WORKER, Live
from tests.builders.protocols import (
    action,
    after_limit,
    at,
    at_limit,
    fact_is,
    final,
    half_way,
    lasting,
    needs,
    no_news,
    protocol,
    step,
    track,
)

OTHER_BOSS = Actor("Meas Sopheap", frozenset({"supervisor"}))


def one(to: str = "two", *parts: Any, words: tuple[str, ...] = ("consent exam",), **more: Any) -> Live:
    """Return a case whose action ``save`` needs a consent and a condition, but for a lawful exception."""
    save = action("save", to, required=needs(*words), only_if=fact_is("other", "a"), exception="life")
    main = track(
        "main", step("one", save, action("plain", "here"), *parts), step("two", action("end", "done")), final()
    )
    return Live(protocol(main, **more))


def saving(**more: Any) -> commands.Act:
    """Return the command to take ``save`` under its exception."""
    more.setdefault("actor", WORKER)
    more.setdefault("reason", "she was bleeding")
    return commands.Act(enrolment="e1", track="main", action=more.pop("action", "save"), exception=True, **more)


def reviewing(agrees: bool = True, **more: Any) -> commands.Answer:
    """Return a supervisor's review."""
    more.setdefault("actor", BOSS)
    return commands.Answer(waiting="w1", agrees=agrees, **more)


def test_an_exception_passes_over_condition_and_consents() -> None:
    """With a reason the action is taken, the exception recorded, and the supervisor told at once."""
    live = one()
    assert live.why(live.asked("save")) == [Why.CONSENT_MISSING, Why.NOT_YET]
    live.do(saving())
    (taken,) = live.of(happenings.ActionTaken)
    assert (taken.exception, taken.reason) == ("life", "she was bleeding")
    assert live.track().step == "two"
    assert live.told(Topic.EXCEPTION) == ["supervisor"]
    item = live.case.waiting["w1"]
    assert (item.kind, item.asked, item.exception, item.by) == (
        WaitingKind.REVIEW,
        ("supervisor",),
        "life",
        WORKER.user,
    )


def test_an_exception_is_never_silent_or_invented() -> None:
    """It needs a reason, and an action that declares it."""
    live = one()
    assert live.why(saving(reason=" ")) == [Why.NEEDS_REASON]
    assert live.why(saving(action="plain")) == [Why.NO_EXCEPTION]


def test_an_exception_passes_over_nothing_else() -> None:
    """Required facts, tasks, the role and forbidden rules are asked as ever."""
    live = one("two", Task("visit"), words=("field answer", "consent exam", "task visit"))
    assert live.why(saving()) == [Why.FACT_MISSING, Why.TASK_OPEN]
    assert live.why(saving(actor=MEDIC)) == [Why.ROLE]
    assert one(forbidden=[Forbidden("never", at("main", "two"))]).why(saving()) == [Why.FORBIDDEN]


def test_options_say_where_an_exception_exists() -> None:
    """An option names the exception its action allows."""
    live = one()
    found = {item.action: item.exception for item in options(live.case, WORKER, live.now, live.library)}
    assert found == {"save": "life", "plain": ""}


def test_a_second_person_reviews() -> None:
    """The actor cannot review herself; another supervisor agrees, and the actor is told."""
    live = one()
    both = Actor(BOSS.user, frozenset({"caseworker", "supervisor"}))
    live.do(saving(actor=both))
    assert live.why(reviewing(actor=both)) == [Why.ANOTHER_PERSON]
    live.do(reviewing(actor=OTHER_BOSS))
    assert live.case.waiting["w1"].status is WaitingStatus.AGREED
    assert live.told(Topic.ANSWERED) == [f"user:{BOSS.user}"]


def test_a_review_may_say_that_it_was_not_right() -> None:
    """A refusal needs a reason; nothing is undone by it, and who acted is told."""
    live = one()
    live.do(saving())
    assert live.why(reviewing(agrees=False)) == [Why.NEEDS_REASON]
    live.do(reviewing(agrees=False, reason="she could have been asked"))
    assert live.case.waiting["w1"].status is WaitingStatus.REFUSED
    assert live.track().step == "two"


def test_the_clock_of_a_review_runs_24_hours_from_the_act() -> None:
    """It counts from the act, reminds at once, runs through holds, and climbs from the first escalation on."""
    rungs = (
        half_way("quiet"),
        at_limit("loud", sends=MessageKind.ESCALATION),
        after_limit("1 day", "director", "director"),
    )
    live = one(no_news=no_news(rungs=rungs))
    live.do(commands.BeginHold(actor=BOSS, hold="h", until=live.now + 10 * DAY, reason="flood"))
    happened = live.now
    live.wait(2 * HOUR).do(saving(happened=happened))
    clock = live.clock("waiting.w1").clock
    assert clock.limit == happened + 24 * HOUR
    live.run()
    assert live.fired() == ["waiting.w1 waiting.reminder"]
    live.run(22 * HOUR)
    assert live.fired() == ["waiting.w1 loud"]
    live.run(24 * HOUR)
    assert live.told(Topic.RUNG) == ["supervisor", "director"]


def test_a_protocol_may_say_how_long_a_review_takes() -> None:
    """The limit under ``waits`` holds instead of the usual one."""
    live = one(waits={"review": lasting("4 hours")})
    live.do(saving())
    assert live.clock("waiting.w1").clock.limit == live.now + 4 * HOUR


def test_a_case_does_not_close_with_an_open_review() -> None:
    """The last enrolment ends, but the silence and the review's clock go on; with the answer the case closes."""
    live = one("done")
    live.do(saving())
    assert not live.enrolment.is_open
    assert live.case.is_open
    assert live.clock("no_news").clock.is_open
    assert live.wake() is not None
    live.run(DAY)
    assert live.told(Topic.RUNG) == ["supervisor"]
    live.record({"note": "well"}, contact=True)
    live.do(commands.GiveConsent(actor=WORKER, consent="exam"))
    live.do(reviewing())
    assert not live.case.is_open
    assert isinstance(live.new[-1], happenings.CaseClosed)
    assert live.outcome("no_news") == "void case closed"
    assert live.wake() is None


@pytest.mark.parametrize("actor", [WORKER, MEDIC])
def test_a_refused_review_closes_a_case_that_waits_only_for_it(actor: Actor) -> None:
    """Any answer ends the waiting, by a supervisor only."""
    live = one("done")
    live.do(saving())
    assert live.why(reviewing(actor=actor))[0] in {Why.ANOTHER_PERSON, Why.NOT_ASKED}
    live.do(reviewing(agrees=False, reason="no"))
    assert not live.case.is_open
