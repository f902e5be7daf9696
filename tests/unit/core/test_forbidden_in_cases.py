"""Forbidden rules at work in a case: refused moves, alarms by what is recorded and by time (13)."""

from __future__ import annotations

from datetime import date

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.effects import Topic
from engine.core.case.reasons import Why
from engine.core.conditions import And, ConsentGiven, IsChild, Not
from engine.core.model import Forbidden
from tests.builders.live import DAY, WORKER, Live
from tests.builders.protocols import action, at, deadline, fact_is, final, passed, protocol, step, track


def journey(*rules: Forbidden) -> Live:
    """Return a case that can leave for transit."""
    main = track("main", step("camp", action("depart", "transit"), action("pack", "here"), deadline("limit")),
                 step("transit", action("arrive", "done"), action("rest", "here"), action("back", "camp")),
                 final())  # fmt: skip
    return Live(protocol(main, forbidden=rules))


NO_ADULT_WITHOUT_CONSENT = Forbidden(
    "adult_leaves", And((at("main", "transit"), Not(ConsentGiven("exam")), Not(IsChild()))), (), ("director", "boss")
)
NOT_WITH_A = Forbidden("not_with_a", And((at("main", "transit"), fact_is("answer", "a"))), ("pack",), ("director",))


def test_a_move_that_would_make_a_rule_true_is_refused() -> None:
    """The rule is named with what must change, and nothing is moved."""
    live = journey(NO_ADULT_WITHOUT_CONSENT)
    live.record({"date_of_birth": date(1990, 1, 1)})
    (reason,) = live.refuse(live.asked("depart"))
    assert (reason.why, reason.subject) == (Why.FORBIDDEN, "adult_leaves")
    assert [leaf.leaf for leaf in reason.blocking] == [ConsentGiven("exam")]
    live.do(commands.GiveConsent(actor=WORKER, consent="exam"))
    live.act("depart")


def test_unknown_blocks_too() -> None:
    """A move that would make a rule unknown is refused and names the missing fact."""
    live = journey(NOT_WITH_A)
    (reason,) = live.refuse(live.asked("depart"))
    assert [(leaf.leaf, leaf.value, leaf.needed) for leaf in reason.blocking] == [
        (fact_is("answer", "a"), None, False)
    ]
    live.act("depart", facts={"answer": "b"})


def test_facts_given_with_the_move_are_part_of_it() -> None:
    """An answer that comes with the action can make the rule true and the move refused."""
    live = journey(NOT_WITH_A)
    live.record({"answer": "b"})
    assert live.why(live.asked("depart", facts={"answer": "a"})) == [Why.FORBIDDEN]


def test_a_recording_passes_and_raises_the_alarm_once() -> None:
    """The world is not refused: the fact is recorded, everybody named is told, once for each turning."""
    live = journey(NOT_WITH_A)
    live.act("depart", facts={"answer": "b"})
    live.record({"answer": "a"})
    assert live.told(Topic.ALARM) == ["director"]
    (turned,) = live.of(happenings.RuleTurned)
    assert (turned.truth, turned.alarm) == (True, True)
    live.record({"answer": "a"})
    assert live.told(Topic.ALARM) == []
    live.record({"answer": "b"})
    live.record({"answer": "a"})
    assert live.told(Topic.ALARM) == ["director"]


def test_a_rule_that_is_true_blocks_only_what_it_lists() -> None:
    """Where things are bad already, the way out stays open; what the rule lists does not."""
    rule = Forbidden("never_a", fact_is("answer", "a"), ("pack", "main.transit.rest"))
    live = journey(rule)
    live.record({"answer": "a"})
    assert live.why(live.asked("pack")) == [Why.FORBIDDEN]
    live.act("depart")
    assert live.why(live.asked("rest")) == [Why.FORBIDDEN]
    live.act("arrive")


def test_time_alone_raises_the_alarm() -> None:
    """The case wakes when a rule turns by time, and the pass raises the alarm though nothing else is due."""
    rule = Forbidden("too_long", And((at("main", "transit"), passed("moment", "3 days"))), (), ("director",))
    live = journey(rule)
    live.record({"moment": live.now})
    live.act("depart")
    live.do(commands.Pass())
    assert live.wake() == live.now + 3 * DAY
    live.run(3 * DAY)
    assert live.told(Topic.ALARM) == ["director"]
    assert live.run() == ()


def test_a_revoked_consent_raises_the_alarm() -> None:
    """Taking back a consent under way is recorded and raises the alarm."""
    live = journey(NO_ADULT_WITHOUT_CONSENT)
    live.record({"date_of_birth": date(1990, 1, 1)})
    live.do(commands.GiveConsent(actor=WORKER, consent="exam"))
    live.act("depart")
    live.do(commands.GiveConsent(actor=WORKER, consent="exam", given=False))
    assert live.told(Topic.ALARM) == ["director", "boss"]


def test_an_automatic_action_stops_before_a_rule() -> None:
    """A forbidden rule keeps an automatic action back without refusing the record that called for it."""
    main = track("main", step("camp", action("depart", "transit", automatic=True, only_if=fact_is("answer", "a"))),
                 step("transit", action("arrive", "done")), final())  # fmt: skip
    live = Live(protocol(main, forbidden=[NOT_WITH_A]))
    live.record({"answer": "a"})
    assert live.track().step == "camp"


def test_opening_a_track_counts_as_part_of_the_move() -> None:
    """A move whose opened track would make a rule true is refused."""
    side = track("side", step("open", action("end", "over")), final("over"), opens_when=at("main", "transit"))
    main = track(
        "main", step("camp", action("depart", "transit")), step("transit", action("arrive", "done")), final()
    )
    live = Live(protocol(main, side, forbidden=[Forbidden("no_side", at("side", "open"))]))
    assert live.why(live.asked("depart")) == [Why.FORBIDDEN]
