"""Tracks and enrolments: when they open, what they reached, when they end (3)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.state import Place
from engine.core.conditions import And, Not
from engine.core.model import Track
from tests.builders.live import DAY, WORKER, Live
from tests.builders.protocols import action, at, ended, fact_is, final, protocol, reached, step, track


def main() -> Track:
    return track("main", step("first", action("go", "second"), action("stop", "done")),
                 step("second", action("back", "previous"), action("stop", "done")), final())  # fmt: skip


def side(**more: Any) -> Track:
    return track("side", step("open", action("end", "over")), final("over", "helped"), **more)


def test_first_track_opens_at_the_start_and_others_wait() -> None:
    """The first track stands at its first step at once; one whose condition is untrue has no state."""
    live = Live(protocol(main(), side(opens_when=fact_is("answer", "a"))))
    assert live.track().step == "first"
    assert "side" not in live.enrolment.tracks


def test_track_opens_when_a_fact_turns_its_condition_true() -> None:
    """A recorded fact opens the track in the same decision."""
    live = Live(protocol(main(), side(opens_when=fact_is("answer", "a"))))
    live.record({"answer": "b"})
    assert "side" not in live.enrolment.tracks
    live.record({"answer": "a"})
    assert live.track("side").step == "open"


def test_track_opens_only_once() -> None:
    """A track that ended stays ended though its condition turns true anew."""
    live = Live(protocol(main(), side(opens_when=fact_is("answer", "a"))), facts={"answer": "a"})
    live.act("end", "side")
    live.record({"answer": "b"})
    live.record({"answer": "a"})
    assert live.track("side").place is Place.ENDED
    assert live.track("side").outcome == "helped"


def test_track_that_may_open_again_waits_until_its_condition_was_untrue() -> None:
    """``again`` opens a second visit, but only after the condition was untrue in between."""
    live = Live(protocol(main(), side(opens_when=fact_is("answer", "a"), again=True)), facts={"answer": "a"})
    live.act("end", "side")
    live.record({"answer": "a"})
    assert live.track("side").place is Place.ENDED
    live.record({"answer": "b"})
    assert live.track("side").primed
    live.record({"answer": "a"})
    assert (live.track("side").place, live.track("side").visit) == (Place.OPEN, 3)


def test_a_track_opened_again_has_no_way_back_into_its_former_run() -> None:
    """``goes_to: previous`` never leads to a step of an earlier opening."""
    again = track("side", step("open", action("on", "next"), action("back", "previous")),
                  step("next", action("end", "over")), final("over"), opens_when=fact_is("answer", "a"),
                  again=True)  # fmt: skip
    live = Live(protocol(main(), again), facts={"answer": "a"})
    live.act("on", "side")
    live.act("end", "side")
    live.record({"answer": "b"})
    live.record({"answer": "a"})
    assert live.track("side").trail == ()


def test_has_reached_stays_true() -> None:
    """What a track has reached is kept after it moved on."""
    live = Live(protocol(main(), side(opens_when=And((reached("main", "first"), at("main", "second"))))))
    live.act("go")
    assert live.track("side").step == "open"
    assert live.track().reached == ("first", "second")


def test_tracks_that_open_each_other_open_in_one_decision() -> None:
    """A track whose condition another, later track's opening makes true opens in the same decision."""
    early = track("early", step("e", action("end", "over")), final("over"), opens_when=at("late", "l"))
    late = track("late", step("l", action("end", "over")), final("over"), opens_when=at("main", "second"))
    live = Live(protocol(main(), early, late))
    live.act("go")
    assert set(live.enrolment.tracks) == {"main", "early", "late"}


def test_enrolment_ends_with_its_main_track_and_every_opened_track() -> None:
    """The case goes on while an opened track is open, and closes with the last one."""
    live = Live(protocol(main(), side(opens_when=fact_is("answer", "a"))), facts={"answer": "a"})
    live.act("stop")
    assert live.case.closed is None
    live.act("end", "side")
    assert live.case.closed == live.now
    assert live.enrolment.outcome == "completed"
    assert live.wake() is None


def test_a_track_that_opens_with_the_end_of_the_main_one_keeps_the_enrolment_open() -> None:
    """``T has ended`` opens a track before the enrolment is looked at for its end."""
    live = Live(protocol(main(), side(opens_when=ended("main"))))
    live.act("stop")
    assert live.track("side").step == "open"
    assert live.enrolment.is_open


def test_an_enrolment_ends_when_a_recorded_fact_opens_a_track_that_is_final_at_once() -> None:
    """A track that ends by itself ends the enrolment too, whatever change brought it."""
    short = track("short", final("over"), opens_when=And((ended("main"), fact_is("answer", "a"))))
    live = Live(protocol(main(), side(opens_when=fact_is("answer", "b")), short), facts={"answer": "b"})
    live.act("stop")
    live.record({"answer": "a"})
    assert live.enrolment.is_open
    live.act("end", "side")
    assert not live.case.is_open


def test_an_import_that_starts_at_a_final_step_closes_the_case() -> None:
    """A case opened where nothing is left to do is closed in the same decision."""
    live = Live(protocol(main()), at_step="done")
    assert not live.case.is_open


def test_the_case_closes_with_its_last_enrolment() -> None:
    """A second enrolment keeps the case open; its no-news limit counts on from the last contact."""
    live = Live(protocol(main()), protocol(main(), name="second"))
    live.wait(DAY)
    live.do(commands.Enrol(actor=WORKER, enrolment="e2", meaning="second-meaning"))
    live.wait(DAY).act("stop")
    assert live.case.is_open
    silence = live.case.enrolments["e2"].clocks["no_news"].clock
    assert silence.is_open
    assert silence.start == live.now
    live.act("stop", enrolment="e2")
    assert live.of(happenings.CaseClosed)
    assert not any(item.clock.is_open for e in live.case.enrolments.values() for item in e.clocks.values())


def test_untrue_condition_under_not_opens_at_the_start() -> None:
    """A condition that is true from the first moment opens its track with the case."""
    live = Live(protocol(main(), side(opens_when=Not(at("main", "second")))))
    assert live.track("side").place is Place.OPEN


def endings(*more: Track) -> Live:
    """Return a case that can end well or otherwise."""
    acts = (action("helped", "good"), action("given_up", "bad"))
    ends = (final("good", "helped", success=True), final("bad", "given_up"))
    return Live(protocol(track("main", step("one", *acts), *ends), *more))


@pytest.mark.parametrize(("act", "success"), [("helped", True), ("given_up", False)])
def test_an_ending_is_a_success_only_where_it_is_written(act: str, success: bool) -> None:
    """The journal and the case say so at the end of the enrolment, and not before."""
    live = endings()
    assert not live.enrolment.success
    live.act(act)
    (ended_as,) = live.of(happenings.EnrolmentEnded)
    assert (ended_as.outcome, ended_as.success) == (act, success)
    assert (live.enrolment.outcome, live.enrolment.success) == (act, success)


def test_another_tracks_success_is_not_the_enrolments() -> None:
    """The main track decides: one that was closed from elsewhere is no success, wherever it stood."""
    other = track("side", step("open", action("end", "over", closes=("main",))), final("over", success=True),
                  opens_when=at("main", "one"))  # fmt: skip
    live = endings(other)
    live.act("end", "side")
    assert (live.enrolment.outcome, live.enrolment.success, live.case.is_open) == (None, False, False)
