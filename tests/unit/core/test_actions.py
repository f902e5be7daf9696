"""Actions: what may be taken, where it leads, what follows by itself (4, 6)."""

from __future__ import annotations

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.apply import fold
from engine.core.case.commands import AUDITOR, Actor
from engine.core.case.reasons import Why
from engine.core.case.state import Case, Place
from engine.core.conditions import ConsentGiven
from engine.core.model import Starts
from tests.builders.live import BOSS, DAY, HOUR, MEDIC, WORKER, Live
from tests.builders.protocols import (
    action,
    at,
    deadline,
    fact_is,
    final,
    known,
    needs,
    protocol,
    reached,
    step,
    track,
)


def one(*parts: object, **more: object) -> Live:
    """Return a case at the step ``one`` of a track with a step ``two``."""
    main = track("main", step("one", *parts), step("two", action("back", "previous"), deadline("limit")),  # type: ignore[arg-type]
                 final())  # fmt: skip
    return Live(protocol(main), **more)  # type: ignore[arg-type]


def test_a_steps_own_action_wins_over_at_any_step() -> None:
    """Where both are declared, the step's own action is the one taken."""
    main = track("main", step("one", action("leave", "two")), step("two"), final(),
                 any_step=[action("leave", "done")])  # fmt: skip
    live = Live(protocol(main))
    live.act("leave")
    assert live.track().step == "two"
    live.act("leave")
    assert not live.case.is_open


def test_previous_goes_back_one_visit_at_a_time() -> None:
    """``goes_to: previous`` unwinds the trail and is refused where nothing lies behind."""
    main = track("main", step("one", action("go", "two")), step("two", action("go", "three")), step("three"), final(),
                 any_step=[action("back", "previous"), action("stop", "done")])  # fmt: skip
    live = Live(protocol(main))
    live.act("go")
    live.act("go")
    live.act("back")
    assert live.track().step == "two"
    live.act("back")
    assert (live.track().step, live.track().visit) == ("one", 5)
    assert live.why(live.asked("back")) == [Why.NO_PREVIOUS]


def test_stays_here_keeps_the_visit_and_its_clocks() -> None:
    """An action that stays opens no new visit, and the clock goes on from the first entering."""
    live = one(action("note", "here"), deadline("limit"))
    before = live.clock("main.one.limit#1")
    live.wait(HOUR).act("note")
    assert live.track().visit == 1
    assert live.clock("main.one.limit#1") == before


def test_going_to_ones_own_step_is_a_new_visit_with_new_clocks() -> None:
    """``goes_to`` the same step ends the old clock as met and opens another one."""
    live = one(action("again", "one"), deadline("limit"))
    live.wait(HOUR).act("again")
    assert live.track().visit == 2
    assert live.outcome("main.one.limit#1") == "met"
    assert live.clock("main.one.limit#2").clock.opened == live.now


def test_closes_ends_other_tracks_without_an_outcome() -> None:
    """A closed track has no success; its clocks are void and its tasks cancelled."""
    side = track("side", step("open", action("end", "over"), deadline("limit", until=known("answer"), lasts="track")),
                 final("over"), opens_when=at("main", "one"))  # fmt: skip
    main = track(
        "main", step("one", action("stop", "two", closes=("side",))), step("two", action("end", "done")), final()
    )
    live = Live(protocol(main, side))
    live.act("stop")
    assert (live.track("side").place, live.track("side").outcome) == (Place.CLOSED, None)
    assert live.outcome("side.open.limit#1") == "void track closed"
    live.act("end")
    assert not live.case.is_open


def test_an_action_can_lead_another_track_to_a_step() -> None:
    """``goes_to: TRACK.STEP`` moves the other track and leaves the actor's own where it is."""
    side = track("side", step("open", action("end", "over")), step("later", action("end", "over")), final("over"),
                 opens_when=fact_is("answer", "a"))  # fmt: skip
    live = Live(protocol(track("main", step("one", action("send", "side.later")), final()), side))
    live.act("send")
    assert live.track("side").step == "later"
    assert (live.track().step, live.track().visit) == ("one", 1)


def test_who_may_not_is_refused() -> None:
    """Nobody may take an action whose roles she does not hold; the roles that may are named."""
    live = one(action("go", "two", who_may=("nurse",)))
    (reason,) = live.refuse(live.asked("go"))
    assert (reason.why, reason.who) == (Why.ROLE, ("nurse",))
    live.act("go", actor=MEDIC)


def test_automatic_actions_are_no_ones_to_take() -> None:
    """A person cannot take an automatic action."""
    live = one(action("go", "two", automatic=True, only_if=fact_is("answer", "a")))
    assert live.why(live.asked("go")) == [Why.ROLE]


def test_approval_is_another_persons() -> None:
    """The approver holds the role and is not the one who asks."""
    live = one(action("go", "two", approval="supervisor"))
    alone = Actor(WORKER.user, frozenset({"caseworker", "supervisor"}))
    assert live.why(live.asked("go")) == [Why.APPROVAL]
    assert live.why(live.asked("go", actor=alone, approved_by=alone)) == [Why.APPROVAL]
    live.act("go", approved_by=BOSS)
    (taken,) = live.of(happenings.ActionTaken)
    assert taken.approved_by == BOSS.user


def test_what_is_required_is_named_all_at_once() -> None:
    """Facts, consents and tasks that are missing are reasons, each by itself; giving them lets the action pass."""
    from engine.core.model import Task

    live = one(action("go", "two", required=needs("field answer", "consent exam", "task visit")), Task("visit"))
    assert live.why(live.asked("go")) == [Why.FACT_MISSING, Why.CONSENT_MISSING, Why.TASK_OPEN]
    live.do(commands.GiveConsent(actor=WORKER, consent="exam"))
    live.do(commands.DoTask(actor=WORKER, enrolment="e1", task="visit"))
    live.act("go", facts={"answer": "a"})
    assert live.track().step == "two"


def test_an_unmet_condition_names_what_blocks() -> None:
    """Only true lets an action pass; unknown does not, and the leaf that must change is named."""
    live = one(action("go", "two", only_if=fact_is("answer", "a")))
    (reason,) = live.refuse(live.asked("go"))
    assert reason.why is Why.NOT_YET
    assert [leaf.value for leaf in reason.blocking] == [None]
    live.act("go", facts={"answer": "a"})


def test_an_auditor_is_not_asked_for_roles_facts_and_consents() -> None:
    """A replay takes what the log says, but conditions hold."""
    live = one(action("go", "two", required=needs("field answer"), only_if=ConsentGiven("exam")))
    live.act("go", actor=AUDITOR)
    assert live.track().step == "two"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ({"action": "no"}, Why.NO_SUCH_ACTION),
        ({"action": "go", "track": "no"}, Why.TRACK_NOT_OPEN),
        ({"action": "go", "enrolment": "no"}, Why.NO_ENROLMENT),
        ({"action": "go", "visit": 7}, Why.VISIT_LEFT),
        ({"action": "go", "facts": {"no": "a"}}, Why.UNKNOWN_FIELD),
        ({"action": "go", "facts": {"answer": "z"}}, Why.WRONG_VALUE),
    ],
)
def test_an_action_that_is_not_there_is_refused(command: dict[str, object], why: Why) -> None:
    """An unknown action, track, enrolment, visit, field or value is refused in words."""
    live = one(action("go", "two"))
    assert live.why(live.asked(**command)) == [why]  # type: ignore[arg-type]


def test_actions_set_facts_and_request_starts() -> None:
    """``set`` records a fact by the system, ``starts`` a request for another protocol."""
    live = one(action("go", "two", set={"answer": "b"}, starts=Starts("reintegration", ("answer",))))
    live.act("go")
    assert live.case.facts["answer"].by == "system"
    (request,) = live.of(happenings.StartRequested)
    assert (request.protocol, request.carry) == ("reintegration", ("answer",))


def test_the_first_automatic_action_of_the_file_is_taken_once_per_visit() -> None:
    """In file order of tracks the first whose condition is true; one for each visit, until none is left."""
    side = track("side", step("open", action("auto", "over", automatic=True, only_if=reached("main", "two"))),
                 final("over"), opens_when=at("main", "one"))  # fmt: skip
    main = track(
        "main",
        step("one", action("auto", "here", automatic=True, set={"other": "b"}, only_if=fact_is("answer", "a")),
             action("then", "two", automatic=True, only_if=fact_is("answer", "a")),
             action("go", "two")),
        step("two", action("end", "done"), action("on", "here", automatic=True, only_if=fact_is("answer", "a"))),
        final(),
    )  # fmt: skip
    live = Live(protocol(main, side))
    live.record({"answer": "a"})
    assert [event.action for event in live.of(happenings.ActionTaken)] == ["auto"]
    assert live.track().step == "one"
    live.act("go")
    assert [f"{event.track}.{event.action}" for event in live.of(happenings.ActionTaken)] == [
        "main.go", "main.on", "side.auto"
    ]  # fmt: skip


def test_endless_automatic_actions_refuse_the_whole_command() -> None:
    """More than 50 automatic actions after one change: nothing at all is changed."""
    yes = fact_is("answer", "a")
    main = track("main", step("one", action("on", "two", automatic=True, only_if=yes)),
                 step("two", action("on", "one", automatic=True, only_if=yes)), final())  # fmt: skip
    live = Live(protocol(main))
    before = fold(Case("case-1"), live.events)
    assert live.why(commands.Record(actor=WORKER, facts={"answer": "a"})) == [Why.ENDLESS]
    assert live.case == before


def test_fifty_automatic_actions_are_allowed() -> None:
    """A chain of exactly 50 automatic steps is taken in one decision."""
    steps = [step(f"s{i}", action("on", f"s{i + 1}", automatic=True, only_if=fact_is("answer", "a")))
             for i in range(50)]  # fmt: skip
    live = Live(protocol(track("main", *steps, step("s50", action("end", "done")), final())))
    live.record({"answer": "a"})
    assert live.track().step == "s50"


def test_a_deadlines_own_action_leaves_the_visit_its_automatic_one() -> None:
    """What a deadline takes is no automatic action of rule 6 and does not use it up."""
    live = one(
        action("remind", "here"),
        action("auto", "two", automatic=True, only_if=fact_is("answer", "a")),
        deadline("limit", then="remind"),
    )
    live.run(2 * DAY)
    assert [event.action for event in live.of(happenings.ActionTaken)] == ["remind"]
    live.record({"answer": "a"})
    assert live.track().step == "two"


def test_a_closed_case_takes_no_command() -> None:
    """After the end everything is refused, in words, also opening it again."""
    live = one(action("end", "done"))
    live.act("end")
    assert live.why(live.asked("end")) == [Why.CASE_CLOSED]
    assert live.why(commands.Pass()) == [Why.CASE_CLOSED]
    assert live.why(commands.OpenCase(actor=WORKER, enrolment="e1", meaning="test-meaning")) == [Why.CASE_EXISTS]
