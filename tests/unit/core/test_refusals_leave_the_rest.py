"""To refuse one thing never costs another: wherever she says no, every other lane goes on as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from engine.core.case.commands import Act, Actor, GiveConsent, OpenCase
from engine.core.case.reasons import Refused
from engine.core.case.state import Case, Enrolment, Place
from engine.core.deciding.decide import decided
from engine.core.deciding.draft import Draft
from engine.core.deciding.moves import enter, follow_up
from engine.core.model import Protocol
from tests.builders.lives import shipped

NOW = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
#: An auditor's words are taken as they are, so that a refusal is tried at every step.
AUDITOR = Actor("auditor", auditor=True)
#: The actions by which somebody says no, or not now.
REFUSALS = frozenset(
    [
        "declines",
        "she_stops",
        "not_now",
        "never",
        "not_able_now",
        "without_examination",
        "stopped_by_her",
        "stays_declined",
        "no_lawyer_wanted",
        "not_wanted",
        "no_file_wanted",
        "wants_to_stay",
        "withdraws",
        "changes_her_mind",
        "refuses",
        "no_place_wanted",
        "leaves_on_her_own",
    ]
)
#: Lanes that are parts of one service: they end with it, and nothing else does.
PARTS = {
    "journey": {"legal_interlock", "medical_continuity"},
    "support": {"follow_up", "closer_follow_up"},
}
PEOPLE = [one for one in shipped()[0] if one.about == "person"]


def opened(protocol: Protocol) -> Case:
    """Return a new case in which every lane is open, each at its first step."""
    command = OpenCase(
        actor=Actor(),
        enrolment=protocol.id,
        meaning=protocol.meaning,
        calendar="cambodia",
        facts={"adulthood": "established"},  # what an adult may refuse, a child may not always
    )
    draft = Draft(decided(Case("C1"), command, NOW, shipped()[1])[1], shipped()[1], Actor(), NOW)
    for track in protocol.tracks.values():
        if track.id not in draft.case.enrolments[protocol.id].tracks:
            enter(draft, protocol.id, track.id, track.first_step)
    follow_up(draft)  # lanes that do not concern her end by themselves, before she says anything
    return draft.case


def standing(protocol: Protocol, track: str, step: str) -> Case:
    """Return the case with one lane at a step."""
    case = opened(protocol)
    if case.enrolments[protocol.id].tracks[track].step == step:
        return case
    draft = Draft(case, shipped()[1], Actor(), NOW)
    enter(draft, protocol.id, track, step)
    follow_up(draft)
    return draft.case


def refusals(protocol: Protocol) -> Iterator[tuple[str, str, str]]:
    """Yield every place at which she can say no: track, step, action."""
    for track in protocol.tracks.values():
        for step in track.steps.values():
            if step.final is None:
                names = dict.fromkeys((*step.actions, *track.at_any_step))
                yield from ((track.id, step.id, name) for name in names if name in REFUSALS)


def rest(run: Enrolment, but: str) -> dict[str, object]:
    """Return how the lanes of all other services stand, with their clocks and tasks."""
    left = {but, *PARTS.get(but, ())}
    return {
        "lanes": {name: (one.place, one.step, one.visit) for name, one in run.tracks.items() if name not in left},
        "clocks": {
            key: (one.clock.limit, one.clock.outcome)
            for key, one in run.clocks.items()
            if one.track not in left and one.deadline != "no_news"
        },
        "tasks": {key: one for key, one in run.tasks.items() if one.track not in left},
    }


@pytest.mark.parametrize("protocol", PEOPLE, ids=lambda one: one.id)
def test_saying_no_in_one_lane_leaves_the_others(protocol: Protocol) -> None:
    """At every step at which she can say no, no other lane moves, ends, or loses a clock or a task."""
    tried = set()
    for track, step, action in refusals(protocol):
        case = standing(protocol, track, step)
        run = case.enrolments[protocol.id]
        if run.tracks[track].place is not Place.OPEN:
            continue
        command = Act(actor=AUDITOR, enrolment=protocol.id, track=track, action=action)
        try:
            after = decided(case, command, LATER, shipped()[1])[1]
        except Refused:
            continue
        tried.add(track)
        still = rest(after.enrolments[protocol.id], track)
        assert {**still, "clocks": _kept(still, run, track)} == rest(run, track), f"{track}.{step}.{action}"
    assert tried == {track for track, _, _ in refusals(protocol)}


def _kept(still: dict[str, object], run: Enrolment, but: str) -> dict[str, object]:
    """Return the clocks that were there before; a refusal may open new ones, but ends none."""
    before, now = rest(run, but)["clocks"], still["clocks"]
    assert isinstance(before, dict)
    assert isinstance(now, dict)
    return {key: now.get(key) for key in before}


@pytest.mark.parametrize("protocol", PEOPLE, ids=lambda one: one.id)
def test_refusing_a_consent_moves_nothing(protocol: Protocol) -> None:
    """Whichever consent she refuses or takes back, every lane stays where it is."""
    case = opened(protocol)
    for consent in protocol.consents:
        for given in (True, False):
            command = GiveConsent(actor=AUDITOR, consent=consent, given=given)
            case = decided(case, command, LATER, shipped()[1])[1]
        lanes = {name: one.step for name, one in case.enrolments[protocol.id].tracks.items()}
        assert lanes == {name: one.step for name, one in opened(protocol).enrolments[protocol.id].tracks.items()}
