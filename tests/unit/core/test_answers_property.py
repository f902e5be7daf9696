"""What holds of everything somebody must answer, on random protocols and paths: approvals, reviews, requests, offers.

The machine takes all the steps of ``test_properties``, and those that ask, answer, withdraw and hand over.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import Actor
from engine.core.case.reasons import Why
from engine.core.case.state import Case, Enrolment, Place, WaitingKind
from engine.core.clocks.clock import Outcome
from engine.core.deciding.options import Answer, Option, options
from engine.core.deciding.rulebook import NO_NEWS
from engine.core.deciding.waiting import KEEP_OPEN
from engine.core.deciding.waits import WAIT_PATHS
from tests.unit.core.test_properties import AGO, ANYBODY, CHIEF, FACTS, SOMEBODY, SPANS, Lives

#: Runs of the protocol in one case, at most.
MOST_RUNS = 3
#: What a form says besides what it must.
FEW_FACTS: st.SearchStrategy[dict[str, Any]] = st.just({}) | st.just({}) | FACTS
PEOPLE = st.sampled_from([ANYBODY, SOMEBODY, CHIEF, Actor()])


class Answers(Lives):
    """One case in which people ask each other, and take back what they did."""

    def _some(self, data: st.DataObject, wanted: Callable[[Option], bool]) -> dict[str, Any] | None:
        """Return where an action of this sort stands, with answers for its form; None where there is none."""
        found = [one for one in options(self.case, ANYBODY, self.now, self.library) if wanted(one)]
        if not found:
            return None
        one = data.draw(st.sampled_from(found))
        form = {name: value for name, value in {"answer": "a", "amount": 2}.items() if name in one.asks}
        facts = form | data.draw(FEW_FACTS)
        facts.pop("adulthood", None)
        return {"enrolment": one.enrolment, "track": one.track, "action": one.action, "facts": facts, "reason": "so"}

    @rule(data=st.data(), ago=AGO)
    def act_on(self, data: st.DataObject, ago: timedelta | None) -> None:
        """Take an action that can be taken, in any run: cases are to move."""
        some = self._some(data, _may_be_taken)
        if some is not None:
            happened = None if ago is None else self.now - ago
            self.do(commands.Act(actor=ANYBODY, approved_by=CHIEF, happened=happened, **some))

    @rule(data=st.data())
    def act_by_exception(self, data: st.DataObject) -> None:
        """Take an action under the lawful exception it allows."""
        some = self._some(data, lambda one: bool(one.exception))
        if some is not None:
            self.do(commands.Act(actor=ANYBODY, approved_by=CHIEF, exception=True, **some))

    @rule(data=st.data())
    def ask_approval(self, data: st.DataObject) -> None:
        """Ask for an approval that some action needs."""
        some = self._some(data, _needs_approval)
        if some is not None:
            self.do(commands.AskApproval(actor=data.draw(st.sampled_from([ANYBODY, SOMEBODY])), **some))

    @rule(data=st.data(), agrees=st.booleans(), by=PEOPLE, case=st.sampled_from(["", "case-2"]))
    def answer(self, data: st.DataObject, agrees: bool, by: Actor, case: str) -> None:
        """Answer something, most often what still waits."""
        waiting = [item.id for item in self.case.waiting.values() if item.is_open]
        if self.case.waiting:
            name = data.draw(st.sampled_from(waiting or list(self.case.waiting)))
            self.do(commands.Answer(actor=by, waiting=name, agrees=agrees, reason="looked at it", case=case))

    @rule(data=st.data())
    def start_here(self, data: st.DataObject) -> None:
        """Begin what an action has asked for in the same case."""
        asked = [item.id for item in self.case.waiting.values() if item.kind is WaitingKind.REQUEST]
        runs = len(self.case.enrolments)
        if asked and runs < MOST_RUNS:
            request = data.draw(st.sampled_from(asked))
            meaning = self.book.protocol.meaning
            self.do(commands.Enrol(actor=ANYBODY, enrolment=f"e{runs}", meaning=meaning, request=request))

    @rule(data=st.data(), by=st.sampled_from([ANYBODY, CHIEF]), span=SPANS)
    def withdraw(self, data: st.DataObject, by: Actor, span: timedelta) -> None:
        """Take back the last click of some track."""
        self.now += span
        taken = [event for event in self.journal if isinstance(event, happenings.ActionTaken)]
        if taken:
            one = data.draw(st.sampled_from(taken[-3:]))
            self.do(commands.Withdraw(actor=by, enrolment=one.enrolment, track=one.track, reason="wrong case"))

    @rule(data=st.data(), exception=st.booleans())
    def click_and_take_it_back(self, data: st.DataObject, exception: bool) -> None:
        """Taken back at once, an action leaves everything as it was, apart from counters and records."""
        self.do(commands.Pass())
        before = self.case
        some = self._some(data, lambda one: bool(one.exception) if exception else _may_be_taken(one))
        if some is None:
            return
        asked = commands.Act(actor=ANYBODY, approved_by=CHIEF, exception=exception, **some)
        if self.do(asked) is None:
            return
        done = self.do(commands.Withdraw(
            actor=ANYBODY, enrolment=asked.enrolment, track=asked.track, reason="wrong case"
        ))  # fmt: skip
        assert done is not None
        assert _as_before(before, self.case) == _as_before(before, before)

    @rule(to=st.sampled_from([SOMEBODY, CHIEF]), by=st.sampled_from([ANYBODY, CHIEF]), gives=st.booleans())
    def hand_over(self, to: Actor, by: Actor, gives: bool) -> None:
        """Offer a role to somebody, or give it to her."""
        if gives:
            self.do(commands.AssignRole(actor=by, role="caseworker", user=to.user, reason="on leave"))
        else:
            self.do(
                commands.HandOver(actor=by, role="caseworker", to_user=to.user, reason="on leave", agency="south")
            )

    @rule(noted=st.booleans())
    def write_down(self, noted: bool) -> None:
        """Keep a note, or a refused attempt, on record."""
        before = self.case.version
        if noted:
            self.do(commands.Note(actor=SOMEBODY, text="the village chief called"))
        else:
            self.do(commands.NoteRefused(actor=SOMEBODY, attempted="act0", enrolment="e"))
            assert self.case.version == before

    @rule()
    def open_again(self) -> None:
        """Let a closed case go on."""
        runs = len(self.case.enrolments)
        if runs < MOST_RUNS:
            meaning = self.book.protocol.meaning
            self.do(commands.Reopen(actor=CHIEF, enrolment=f"e{runs}", meaning=meaning, reason="she came back"))

    @invariant()
    def nothing_waits_unseen(self) -> None:
        """Whatever waits has an open clock in an open case; whatever was answered has none."""
        if not hasattr(self, "case"):
            return
        assert list(self.case.waiting) == [f"w{number}" for number in range(1, len(self.case.waiting) + 1)]
        for item in self.case.waiting.values():
            clock = self.case.enrolments[item.enrolment].clocks[f"waiting.{item.id}"].clock
            assert clock.is_open is item.is_open
            assert self.case.is_open or not item.is_open, "no case closes over a question"

    @invariant()
    def a_case_goes_on_for_a_reason(self) -> None:
        """A case is open as long as a run of it goes on, or a request or a review waits; no longer."""
        if hasattr(self, "case"):
            runs = any(run.is_open for run in self.case.enrolments.values())
            waits = any(item.is_open and item.kind in KEEP_OPEN for item in self.case.waiting.values())
            assert self.case.is_open is (runs or waits)

    @invariant()
    def silence_is_watched_once(self) -> None:
        """An open case has one no-news clock, whoever's run it belongs to."""
        if hasattr(self, "case") and self.case.is_open:
            clocks = [item for run in self.case.enrolments.values() for item in run.open_clocks()]
            assert sum(item.deadline == NO_NEWS for item in clocks) == 1

    @invariant()
    def approvals_wait_for_what_can_still_be_taken(self) -> None:
        """An approval waits only at the visit for which it was asked, once for each action."""
        if not hasattr(self, "case"):
            return
        waiting = [item for item in self.case.waiting.values() if item.is_open and item.kind is WaitingKind.APPROVAL]
        places = [(item.enrolment, item.track, item.visit, item.action) for item in waiting]
        assert len(places) == len(set(places))
        for enrolment, name, visit, _ in places:
            track = self.case.enrolments[enrolment].tracks[name]
            assert (track.place, track.visit) == (Place.OPEN, visit)

    @invariant()
    def visits_are_never_used_twice(self) -> None:
        """Every visit of a track began once."""
        if hasattr(self, "case"):
            begun = [
                (event.enrolment, event.track, event.visit)
                for event in self.journal
                if isinstance(event, happenings.StepEntered)
            ]
            assert len(begun) == len(set(begun))


def _needs_approval(option: Option) -> bool:
    return any(reason.why is Why.APPROVAL for reason in option.reasons)


def _may_be_taken(option: Option) -> bool:
    return option.answer is not Answer.REFUSED or _needs_approval(option)


def _as_before(before: Case, now: Case) -> tuple[object, ...]:
    """Return what a withdrawal must leave alone: not the records, and of the clocks those that were there."""
    runs = tuple(_run_as_before(run, now.enrolments[name]) for name, run in before.enrolments.items())
    return now.facts, now.consents, now.holds, now.closed, runs, len(now.enrolments)


def _run_as_before(before: Enrolment, now: Enrolment) -> Enrolment:
    known = {key: now.clocks[key] for key, item in before.clocks.items() if item.deadline not in WAIT_PATHS}
    added = (item for key, item in now.clocks.items() if key not in before.clocks and item.deadline not in WAIT_PATHS)
    assert all(item.clock.outcome is not Outcome.OPEN for item in added)
    return replace(now, clocks=known, visits={})


TestAnswers = Answers.TestCase
TestAnswers.settings = settings(
    max_examples=int(os.environ.get("SPEAN_EXAMPLES", "300")),
    stateful_step_count=40,
    deadline=None,
    derandomize="SPEAN_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
