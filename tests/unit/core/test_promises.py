"""Promises to act: who gives them, when they are broken, and how broken ones climb (24)."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import AUDITOR, Actor
from engine.core.case.effects import Topic
from engine.core.case.reasons import Why
from engine.core.deciding.facts import LONGEST_TEXT
from engine.core.duration import Duration, Unit
from engine.core.model import Extend, Kind
from tests.builders.live import BOSS, DAY, HOUR, START, WORKER, Live
from tests.builders.protocols import (
    action,
    after_limit,
    at_limit,
    deadline,
    fact_is,
    final,
    half_way,
    known,
    lasting,
    protocol,
    step,
    track,
)

KEY = "main.one.limit#1"
LADDER = (
    half_way("half", "caseworker"),
    at_limit("due", "supervisor"),
    after_limit("3 days", "health", "health", unless_acknowledged=True),
    after_limit("6 days", "outside", "ombudsman", repeat=Duration(1, Unit.DAYS)),
)


def case(words: str = "10 days", **more: Any) -> Live:
    """Return a case with one clock of four rungs, half of whose limit has passed."""
    more.setdefault("rungs", LADDER)
    main = track("main", step("one", action("go", "done"), deadline("limit", words, until=known("answer"), **more)),
                 final())  # fmt: skip
    live = Live(protocol(main))
    live.run(5 * DAY)
    return live


def promise(live: Live, span: timedelta, **more: Any) -> commands.Acknowledge:
    more.setdefault("actor", WORKER)
    return commands.Acknowledge(enrolment="e1", clock=KEY, promised=live.now + span, **more)


def broken(live: Live, span: timedelta = DAY) -> list[tuple[str, datetime]]:
    """Promise, let the promise run out and the worker look; return which rungs went out, and as of when."""
    live.do(promise(live, span))
    live.run(span)
    return went_out(live)


def went_out(live: Live, key: str = KEY) -> list[tuple[str, datetime]]:
    found = (event for event in live.of(happenings.RungFired) if event.clock == key)
    return [(event.firing.rung, event.firing.scheduled) for event in found]


def test_the_first_broken_promise_is_only_noted() -> None:
    """The case wakes at the promised instant, the journal says that the promise was broken, and nothing goes out."""
    live = case()
    live.do(promise(live, DAY))
    assert live.wake() == START + 6 * DAY
    live.run(DAY)
    assert went_out(live) == []
    (noted,) = live.of(happenings.ClockSet)
    assert (noted.what, noted.clock.clock.broken, noted.clock.clock.promised) == ("promise broken", 1, None)
    assert live.said == ()


def test_the_second_broken_promise_sends_the_next_rung_at_once() -> None:
    """It goes out at the instant of the promise, though its own lies ahead; the limit stays where it was."""
    live = case()
    assert broken(live) == []
    limit = live.clock(KEY).clock.limit
    live.do(promise(live, 2 * HOUR))
    assert live.wake() == live.now + 2 * HOUR
    live.run(2 * HOUR)
    assert went_out(live) == [("due", live.now)]
    assert live.told(Topic.RUNG) == ["supervisor"]
    assert not live.said[0].late
    assert live.clock(KEY).clock.limit == limit


def test_what_climbed_does_not_go_out_again_at_its_own_instant() -> None:
    """The schedule stays as reckoned: the rungs behind it come when they are due."""
    live = case()
    broken(live)
    broken(live)
    live.run(START + 10 * DAY - live.now)
    assert went_out(live) == []
    live.run(3 * DAY)
    assert went_out(live) == [("health", live.now)]


def test_each_further_broken_promise_climbs_once_more_and_then_the_repeats_go_on() -> None:
    """Four broken promises reach the top; the last rung then repeats on the grid from its own instant."""
    live = case()
    climbed = [[rung for rung, _ in broken(live, HOUR)] for _ in range(5)]
    assert climbed == [[], ["due"], ["health"], ["outside"], []]
    assert live.clock(KEY).clock.broken == 5
    assert live.clock(KEY).clock.climbs == ()
    top = START + 16 * DAY
    live.run(top + DAY - live.now)
    assert went_out(live) == [("outside", top + DAY)]


@pytest.mark.parametrize("before", [HOUR, timedelta()])
def test_a_new_promise_in_time_replaces_the_old_one(before: timedelta) -> None:
    """Given before the old one ran out, or at the same instant, it breaks nothing."""
    live = case()
    broken(live)
    live.do(promise(live, DAY))
    live.wait(DAY - before).do(promise(live, DAY))
    assert live.run(before) == ()
    assert live.clock(KEY).clock.broken == 1
    live.run(DAY - before)
    assert went_out(live) == [("due", live.now)]


def test_a_promise_that_ran_out_in_an_outage_stays_broken() -> None:
    """A new promise given before the worker looked does not wash it away; the climb goes out in the next pass."""
    live = case()
    broken(live)
    live.do(promise(live, HOUR))
    ran_out = live.now + HOUR
    live.wait(3 * HOUR).do(promise(live, DAY))
    assert live.clock(KEY).clock.broken == 2
    assert live.wake() == ran_out
    live.run()
    assert went_out(live) == [("due", ran_out)]
    assert live.said[0].late
    assert live.run() == ()
    assert live.wake() == live.now + DAY


def test_two_promises_that_ran_out_unnoticed_climb_twice_in_one_pass() -> None:
    """Each takes the next rung; who gets both hears of the higher one."""
    live = case()
    broken(live)
    for _ in range(2):
        live.do(promise(live, HOUR))
        live.wait(2 * HOUR)
    live.do(promise(live, DAY))
    live.run()
    assert [rung for rung, _ in went_out(live)] == ["due", "health"]


def test_a_climb_in_an_outage_is_the_same_as_with_a_pass_each_hour() -> None:
    """Which rung climbed, and as of when, does not depend on when somebody looked."""

    def lived(passes: int) -> set[tuple[str, datetime]]:
        live = case()
        broken(live, 4 * DAY)
        live.do(promise(live, DAY - HOUR))  # runs out an hour before the rung at the limit
        found: set[tuple[str, datetime]] = set()
        for _ in range(passes):
            live.run(timedelta(hours=72 // passes))
            found.update(went_out(live))
        return found

    assert lived(1) == lived(72) == {("due", START + 10 * DAY - HOUR)}


def test_a_climb_is_not_left_out_because_of_a_promise() -> None:
    """A rung with `unless: acknowledged` climbs, also while the next promise runs already."""
    live = case()
    broken(live)
    broken(live)
    live.do(promise(live, HOUR))
    live.wait(2 * HOUR).do(promise(live, DAY))
    live.run()
    assert [rung for rung, _ in went_out(live)] == ["health"]


def test_a_promise_that_falls_into_a_hold_runs_out_with_it() -> None:
    """While the clock is stopped nobody has to keep a promise; at the hold's end it is broken."""
    live = case(kind=Kind.PRACTICE)
    broken(live)
    live.do(promise(live, DAY))
    live.do(commands.BeginHold(actor=BOSS, hold="h", until=live.now + 3 * DAY, reason="in hospital"))
    assert live.wake() == live.now + 3 * DAY
    assert live.run(2 * DAY) == ()
    assert live.clock(KEY).clock.broken == 1
    live.run(DAY)  # the limit has moved with the hold, so the first rung goes out anew
    assert went_out(live) == [("half", START + 5 * DAY), ("due", live.now)]
    assert [message.late for message in live.said if message.rung == "due"] == [False]


def test_a_promise_that_ran_out_before_a_hold_is_broken() -> None:
    """What was due before the hold is due, also while the clock stands still."""
    live = case(kind=Kind.PRACTICE)
    broken(live)
    live.do(promise(live, HOUR))
    ran_out = live.now + HOUR
    live.wait(2 * HOUR)
    live.do(commands.BeginHold(actor=BOSS, hold="h", until=live.now + 3 * DAY, reason="in hospital"))
    assert live.wake() == ran_out
    live.run(HOUR)
    assert went_out(live) == [("due", ran_out)]


def test_a_moved_limit_begins_the_ladder_anew_and_keeps_the_count() -> None:
    """After an extension one more broken promise climbs, from the first rung that lies ahead of it."""
    live = case(extend=Extend(lasting("10 days"), 1, ("supervisor",)))
    broken(live)
    broken(live)
    live.do(commands.ExtendLimit(actor=BOSS, enrolment="e1", clock=KEY, reason="flood"))
    assert broken(live, HOUR) == [("half", live.now)]


def test_a_climb_that_no_pass_has_sent_yet_survives_a_moved_limit() -> None:
    """Two broken promises are never silent, even if the limit moves before the worker looks."""
    live = case(extend=Extend(lasting("10 days"), 1, ("supervisor",)))
    broken(live)
    live.do(promise(live, HOUR))
    ran_out = live.now + HOUR
    live.wait(2 * HOUR).do(commands.ExtendLimit(actor=BOSS, enrolment="e1", clock=KEY, reason="flood"))
    live.run()
    assert went_out(live) == [("half", ran_out)]


def test_a_deadline_that_moves_the_case_does_so_before_later_promises_are_broken() -> None:
    """A promise beyond the limit breaks only if the move is refused; then it is counted in the same pass."""
    main = track("main", step("one", action("go", "done", only_if=fact_is("answer", "a")),
                              deadline("limit", "10 days", then="go", until=known("other"), rungs=LADDER)),
                 final())  # fmt: skip
    live = Live(protocol(main))
    live.run(9 * DAY)
    broken(live, HOUR)
    live.do(promise(live, 2 * DAY))
    ran_out = live.now + 2 * DAY
    live.wait(3 * DAY).do(promise(live, DAY))
    live.run()
    assert went_out(live) == [("due", START + 10 * DAY), ("health", ran_out)]
    assert live.of(happenings.NotTaken)


def test_contact_keeps_a_promise_about_the_silence() -> None:
    """The no-news limit begins anew at a contact, and so do its promises; without one they climb as any other's."""
    main = track("main", step("one", action("go", "done"), deadline("limit", until=known("answer"))), final())
    live = Live(protocol(main), facts={"risk": "high"})

    def about_silence(span: timedelta) -> commands.Acknowledge:
        return commands.Acknowledge(actor=WORKER, enrolment="e1", clock="no_news", promised=live.now + span)

    live.do(about_silence(DAY))
    live.run(DAY)
    live.do(about_silence(DAY))
    live.wait(HOUR).record(contact=True)
    silence = live.clock("no_news").clock
    assert (silence.promised, silence.broken) == (None, 0)
    for _ in range(2):
        live.do(about_silence(DAY))
        live.run(DAY)
    assert went_out(live, "no_news") == [("silent", live.now)]


def test_during_the_quiet_time_a_climb_is_recorded_and_summed_up() -> None:
    """Nobody gets a message before the day; then one summary lists the rung that climbed."""
    limit = deadline("limit", "10 days", until=known("answer"), rungs=LADDER)
    main = track("main", step("one", action("go", "done"), limit), final())
    live = Live(protocol(main), quiet_until=START + 4 * DAY)
    broken(live)
    assert broken(live) == [("half", live.now)]
    assert live.said == ()
    live.run(2 * DAY)
    assert live.told(Topic.SUMMARY) == ["caseworker"]


def test_who_promised_what_and_until_when_stands_in_the_journal() -> None:
    """The words are marked private, and the version of the case stays: no open form collides with a promise."""
    live = case()
    version, seq = live.case.version, live.case.seq
    live.do(promise(live, DAY, doing="Visit her aunt and ask"))
    (said,) = live.new
    assert isinstance(said, happenings.Acknowledged)
    assert (said.by, said.promised, said.doing) == (WORKER.user, live.now + DAY, "Visit her aunt and ask")
    assert said.clock.clock == live.clock(KEY).clock
    private = [field.name for field in fields(happenings.Acknowledged) if field.metadata.get("private")]
    assert private == ["doing"]
    assert (live.case.version, live.case.seq) == (version, seq + 1)


@pytest.mark.parametrize(
    ("actor", "sentence"),
    [
        (AUDITOR, "Only somebody with a role in the case can promise to act; a replay promises nothing."),
        (Actor("stranger"), "Only somebody with a role in the case can promise to act; you have none here."),
    ],
)
def test_only_who_works_on_the_case_promises(actor: Actor, sentence: str) -> None:
    """A replay and a user without a role in the case are refused, each with a sentence of its own."""
    live = case()
    (reason,) = live.refuse(promise(live, DAY, actor=actor))
    assert reason.why is Why.MAY_NOT_PROMISE
    assert str(reason) == sentence


def test_a_promise_is_about_an_open_clock_in_a_few_words_and_a_real_time() -> None:
    """A clock that has ended, a closed case, a time without its zone and a whole book are refused."""
    live = case()
    wrong = datetime(2026, 3, 9)  # noqa: DTZ001
    assert live.why(commands.Acknowledge(actor=WORKER, enrolment="e1", clock=KEY, promised=wrong)) == [
        Why.WRONG_VALUE
    ]
    (reason,) = live.refuse(promise(live, DAY, doing="x" * (LONGEST_TEXT + 1)))
    assert str(reason) == f"What is promised: write at most {LONGEST_TEXT} characters"
    live.record({"answer": "a"})
    (reason,) = live.refuse(promise(live, DAY))
    assert str(reason) == f"There is no open clock {KEY} in this case."
    live.act("go")
    assert live.why(promise(live, DAY)) == [Why.CASE_CLOSED]
