"""What can be done next, and why not (14)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.core import conditions
from engine.core.case.commands import Actor
from engine.core.case.reasons import Why
from engine.core.conditions import And, ConsentGiven, FactTest
from engine.core.deciding.options import Answer, Option, options
from engine.core.model import Consent
from engine.core.values import UNKNOWN, Value
from tests.builders.live import BOSS, WORKER, Live
from tests.builders.protocols import action, fact_is, final, needs, protocol, step, track


def asked(*parts: Any, by: Actor = WORKER, facts: dict[str, Any] | None = None) -> dict[str, Option]:
    """Return what can be done at a step with these actions."""
    main = track("main", step("one", *parts, collect=("answer", "rating"), recorded_by=("clerk",)), final(),
                 any_step=[action("stop", "done")])  # fmt: skip
    live = Live(protocol(main))
    if facts:
        live.record(facts, actor=Actor("all", frozenset({"nurse"})))
    return {option.action: option for option in options(live.case, by, live.now, live.library)}


def test_every_action_for_people_is_listed_own_ones_first() -> None:
    """A step's own actions come before those at any step; automatic ones are not offered."""
    found = asked(action("go", "done"), action("auto", "done", automatic=True, only_if=fact_is("answer", "a")))
    assert list(found) == ["go", "stop"]
    assert found["go"].answer is Answer.ALLOWED


def test_what_a_form_asks_for_is_not_a_refusal() -> None:
    """An action that only lacks the answers of its own form needs facts."""
    found = asked(action("go", "done", required=needs("field answer")))
    assert found["go"].answer is Answer.NEEDS_FACTS
    assert found["go"].asks == ("answer",)
    assert found["go"].reasons[0].who == ("clerk",)


def test_a_condition_on_an_answer_of_the_form_waits_for_the_form() -> None:
    """A condition that is unknown only for want of a required answer can come true by the form."""
    found = asked(action("go", "done", required=needs("field answer"), only_if=fact_is("answer", "a")))
    assert found["go"].answer is Answer.NEEDS_FACTS


def test_a_false_condition_is_a_refusal_with_its_supplier() -> None:
    """What the form cannot change is refused; the roles that can supply the fact are named."""
    found = asked(action("go", "done", only_if=fact_is("answer", "a")), facts={"answer": "b"})
    assert found["go"].answer is Answer.REFUSED
    (reason,) = found["go"].reasons
    assert (reason.why, reason.who) == (Why.NOT_YET, ("clerk",))


@pytest.mark.parametrize(("known", "form", "answer"), [
    ({"rating": 3}, "amount", Answer.NEEDS_FACTS),
    ({"amount": 3}, "rating", Answer.NEEDS_FACTS),
    ({}, "amount", Answer.REFUSED),
    ({"rating": UNKNOWN}, "amount", Answer.REFUSED),
    ({"amount": 2, "rating": 3}, "answer", Answer.REFUSED),
])  # fmt: skip
def test_a_question_about_two_answers_waits_for_the_form_that_asks_for_the_missing_one(
    known: dict[str, Value], form: str, answer: Answer
) -> None:
    """The form helps if it asks for all that nobody has said; who can give either answer is named."""
    same = FactTest("amount", conditions.Test.SAME, "rating")
    go = action("go", "done", required=needs(f"field {form}"), only_if=same)
    found = asked(go, facts=known)["go"]
    assert found.answer is answer
    reason = next(one for one in found.reasons if one.why is Why.NOT_YET)
    assert ([one.leaf for one in reason.blocking], reason.who) == ([same], ("clerk",))


def test_roles_and_approvals_are_reasons() -> None:
    """An option says who may, and that an approval is needed."""
    found = asked(action("go", "done", who_may=("nurse",)), action("big", "done", approval="supervisor"))
    assert [reason.why for reason in found["go"].reasons] == [Why.ROLE]
    assert [reason.why for reason in found["big"].reasons] == [Why.APPROVAL]
    assert asked(action("go", "done"), by=BOSS)["go"].answer is Answer.REFUSED


def test_a_hidden_fact_is_not_shown() -> None:
    """Who may not see a fact learns that there is one, not which or what; who may sees it."""
    hidden = And((fact_is("secret", "a"), FactTest("day", conditions.Test.BEFORE, "secret"), ConsentGiven("exam")))
    (reason,) = asked(action("go", "done", only_if=hidden), facts={"secret": "b"})["go"].reasons
    assert reason.detail == "a fact you may not see"
    assert [leaf.leaf for leaf in reason.blocking] == [ConsentGiven("exam")]
    nurse = Actor("Keo Pisey", frozenset({"nurse", "caseworker"}))
    (reason,) = asked(action("go", "done", only_if=hidden), by=nurse, facts={"secret": "b"})["go"].reasons
    assert len(reason.blocking) == 3


HIDDEN = Consent("exam", seen_by=("nurse",))


@pytest.mark.parametrize("more", [{"required": needs("consent exam")}, {"only_if": ConsentGiven("exam")}])
def test_a_hidden_consent_is_not_named(more: dict[str, Any]) -> None:
    """Whoever may not know whether a consent was given hears only that something is in the way."""
    main = track("main", step("one", action("go", "done", **more)), final())
    live = Live(protocol(main, consents={"exam": HIDDEN}))
    told = {}
    for actor in (WORKER, Actor("Keo Pisey", frozenset({"nurse", "caseworker"}))):
        (option,) = options(live.case, actor, live.now, live.library)
        told[actor] = [(str(one), one.blocking) for one in option.reasons]
    assert "exam" not in str(told[WORKER])
    assert "exam" in str(told.popitem())


def test_tracks_that_are_not_open_offer_nothing() -> None:
    """A closed case offers nothing; a track that never opened neither."""
    side = track("side", step("open", action("end", "over")), final("over"), opens_when=fact_is("answer", "a"))
    live = Live(protocol(track("main", step("one", action("end", "done")), final()), side))
    assert [option.track for option in options(live.case, WORKER, live.now, live.library)] == ["main"]
    live.act("end")
    assert options(live.case, WORKER, live.now, live.library) == ()
