"""Referrals: somebody is asked to help in a role that nobody holds; it rests on her agreement and ends with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import Actor
from engine.core.case.effects import Topic
from engine.core.case.reasons import Why
from engine.core.case.state import WaitingStatus
from engine.core.deciding.referrals import lapsed_roles
from engine.core.model import Consent, Role
from tests.builders.live import BOSS, DAY, MEDIC, WORKER, Live
from tests.builders.protocols import action, deadline, final, lasting, protocol, step, track

#: A lawyer of another organisation, without a role in the case before she accepts.
LAWYER = Actor("Chea Vanna", frozenset())
ROLES = {name: Role(name) for name in ("caseworker", "supervisor", "nurse", "lawyer")}
CONSENTS = {
    "counsel": Consent("counsel", expires=lasting("30 days"), opens_to=("lawyer",)),
    "hidden": Consent("hidden", seen_by=("nurse",), opens_to=("lawyer",)),
    "picture": Consent("picture", opens_to=("nurse",)),
    "exam": Consent("exam"),
}


def one(**opening: Any) -> Live:
    """Return a case that the caseworker holds; nobody is her lawyer."""
    main = track("main", step("one", action("go", "done"), deadline("due", "90 days")), final())
    opening.setdefault("holders", {"caseworker": WORKER.user})
    return Live(protocol(main, roles=ROLES, consents=CONSENTS), **opening)


def agreeing(given: bool = True, consent: str = "counsel", actor: Actor = WORKER) -> commands.GiveConsent:
    """Return what is recorded of her agreement."""
    return commands.GiveConsent(actor=actor, consent=consent, given=given)


def referring(**more: Any) -> commands.HandOver:
    """Return the caseworker's question whether somebody will be her lawyer."""
    asked: dict[str, Any] = {
        "actor": WORKER,
        "role": "lawyer",
        "to_user": LAWYER.user,
        "reason": "a hearing is near",
        "consent": "counsel",
    }
    return commands.HandOver(**(asked | more))


def accepting(item: str = "w1") -> commands.Answer:
    """Return the lawyer's yes."""
    return commands.Answer(actor=LAWYER, waiting=item, agrees=True)


def test_who_holds_a_role_asks_somebody_to_help_in_another_one() -> None:
    """On her agreement: accepted, the role is held beside the one who asked; the agreement stands in the offer."""
    live = one()
    live.do(agreeing())
    live.do(referring())
    assert live.case.waiting["w1"].consent == "counsel"
    assert "lawyer" not in live.case.holders
    live.do(accepting())
    assert live.case.holders == {"caseworker": WORKER.user, "lawyer": LAWYER.user}


def test_without_her_agreement_nobody_is_asked() -> None:
    """None given, taken back, expired, or none named: the worker may not offer what is not hers."""
    live = one()
    assert live.why(referring()) == [Why.CONSENT_MISSING]
    assert live.why(referring(consent="")) == [Why.NOT_HOLDER]
    live.do(agreeing())
    live.do(agreeing(given=False))
    assert live.why(referring()) == [Why.CONSENT_MISSING]
    live.do(agreeing())
    live.wait(31 * DAY)
    assert live.why(referring()) == [Why.CONSENT_MISSING]


def test_an_agreement_that_the_worker_may_not_know_of_is_as_unknown_as_any() -> None:
    """Given or not, the answer is the one for an agreement that does not exist."""
    live = one()
    live.do(agreeing(consent="hidden", actor=MEDIC))
    assert live.why(referring(consent="hidden")) == live.why(referring(consent="nonsense")) == [Why.NO_SUCH]


def test_an_agreement_opens_no_role_that_somebody_holds_and_serves_no_stranger() -> None:
    """Not even with the agreement: neither a held role, nor by somebody who holds none."""
    live = one(holders={"caseworker": WORKER.user, "lawyer": "Ly Sophal"})
    live.do(agreeing())
    assert live.why(referring()) == [Why.NOT_HOLDER]
    free = one()
    free.do(agreeing())
    assert free.why(referring(actor=MEDIC)) == [Why.NOT_HOLDER]


def test_nobody_asks_herself() -> None:
    """Her own yes would show her what another profession alone may see."""
    live = one()
    live.do(agreeing())
    assert live.why(referring(to_user=WORKER.user)) == [Why.NOT_HOLDER]


def test_an_offer_lapses_with_the_agreement() -> None:
    """Taken back before the answer: the offer is over, who made it is told, and the answer comes too late."""
    live = one()
    live.do(agreeing())
    live.do(referring())
    live.do(agreeing(given=False))
    assert live.case.waiting["w1"].status is WaitingStatus.LAPSED
    assert live.told(Topic.LAPSED) == [f"user:{WORKER.user}"]
    assert live.why(accepting()) == [Why.LAPSED]


def test_a_role_ends_with_the_agreement() -> None:
    """Taken back afterwards: nobody holds the role, and another agreement does not bring it back."""
    live = one()
    live.do(agreeing())
    live.do(referring())
    live.do(accepting())
    live.do(agreeing(given=False))
    assert live.case.holders == {"caseworker": WORKER.user}
    (left,) = live.of(happenings.HolderLeft)
    assert (left.role, left.user, left.by) == ("lawyer", LAWYER.user, WORKER.user)
    assert live.told(Topic.LAPSED) == [f"user:{WORKER.user}"]
    live.do(agreeing())
    live.do(agreeing(given=False))
    assert not live.of(happenings.HolderLeft)


def test_a_role_ends_when_its_agreement_expires() -> None:
    """By itself, in the pass that the case wants at that instant."""
    live = one()
    live.do(agreeing())
    live.do(referring())
    live.do(accepting())
    until = live.case.consents["counsel"].until
    assert until is not None
    live.run(until - live.now - timedelta(seconds=1))
    assert "lawyer" in live.case.holders
    assert live.wake() == until
    live.run(timedelta(seconds=1))
    assert "lawyer" not in live.case.holders


def test_who_became_her_lawyer_otherwise_stays() -> None:
    """Whom the supervisor gave the role does not lose it with an agreement on which somebody else was asked."""
    live = one()
    live.do(agreeing())
    live.do(referring())
    live.do(accepting())
    live.do(commands.AssignRole(actor=BOSS, role="lawyer", user="Ly Sophal", reason="she moved"))
    live.do(agreeing(given=False))
    assert live.case.holders["lawyer"] == "Ly Sophal"


def test_an_offer_is_taken_back_by_who_made_it_or_the_supervisor() -> None:
    """By nobody else, and only until it is answered."""
    live = one()
    live.do(agreeing())
    live.do(referring())
    taken_back = commands.TakeBack(actor=WORKER, waiting="w1")
    assert live.why(commands.TakeBack(actor=MEDIC, waiting="w1")) == [Why.MAY_NOT]
    assert live.why(commands.TakeBack(actor=WORKER, waiting="w9")) == [Why.NO_SUCH]
    live.do(taken_back)
    assert live.case.waiting["w1"].status is WaitingStatus.LAPSED
    assert live.why(taken_back) == [Why.ANSWERED]
    live.do(referring())
    live.do(commands.TakeBack(actor=BOSS, waiting="w2"))
    assert live.why(accepting("w2")) == [Why.LAPSED]


@pytest.mark.parametrize("who", [WORKER, BOSS, LAWYER])
def test_help_on_an_agreement_is_ended_at_once(who: Actor) -> None:
    """By who asked for it, the supervisor, or the helper herself; by nobody else, and the agreement stays."""
    live = one()
    live.do(agreeing())
    live.do(referring())
    live.do(accepting())
    assert live.why(commands.TakeBack(actor=MEDIC, waiting="w1")) == [Why.MAY_NOT]
    live.do(commands.TakeBack(actor=who, waiting="w1"))
    assert "lawyer" not in live.case.holders
    assert live.case.consents["counsel"].given
    assert live.why(commands.TakeBack(actor=WORKER, waiting="w1")) == [Why.ANSWERED]


def test_a_role_that_rests_on_an_agreement_is_handed_on_with_it() -> None:
    """Whoever takes it from the first one loses it with the agreement as she would have."""
    live = one()
    live.do(agreeing())
    live.do(referring())
    live.do(accepting())
    live.do(
        commands.HandOver(
            actor=Actor(LAWYER.user, frozenset({"lawyer"})), role="lawyer", to_user="Ly Sophal", reason="I leave"
        )
    )
    assert live.case.waiting["w2"].consent == "counsel"
    live.do(commands.Answer(actor=Actor("Ly Sophal"), waiting="w2", agrees=True))
    assert live.case.holders["lawyer"] == "Ly Sophal"
    live.do(agreeing(given=False))
    assert "lawyer" not in live.case.holders


def test_she_takes_an_agreement_back_also_after_the_case_is_closed() -> None:
    """And who was asked on it holds her role no more; a closed case takes no new agreement."""
    live = one()
    live.do(agreeing())
    live.do(referring())
    live.do(accepting())
    live.act("go")
    assert not live.is_open()
    live.do(agreeing(given=False))
    assert "lawyer" not in live.case.holders
    assert not live.is_open()
    assert live.why(agreeing()) == [Why.CASE_CLOSED]


def test_a_role_counts_no_more_from_the_instant_its_agreement_expires() -> None:
    """Whether or not a pass has come by, also in a closed case that no pass looks at."""
    live = one()
    live.do(agreeing())
    live.do(referring())
    live.do(accepting())
    live.act("go")
    until = live.case.consents["counsel"].until
    assert until is not None
    assert lapsed_roles(live.case, until - timedelta(seconds=1)) == frozenset()
    assert lapsed_roles(live.case, until) == {"lawyer"}


def test_an_agreement_lets_nobody_in_whom_it_is_not_about() -> None:
    """Whoever may be photographed has not asked for a lawyer."""
    live = one()
    live.do(agreeing(consent="picture"))
    assert live.why(referring(consent="picture")) == [Why.CONSENT_NOT_FOR]
    assert live.why(referring()) == [Why.CONSENT_MISSING]


def test_the_supervisor_hands_on_a_role_with_its_agreement() -> None:
    """Asked and accepted, it rests on the same one; given outright, it would be on the supervisor's own word."""
    live = one()
    live.do(agreeing())
    live.do(referring())
    live.do(accepting())
    live.do(commands.HandOver(actor=BOSS, role="lawyer", to_user="Ly Sophal", reason="she is ill"))
    assert live.case.waiting["w2"].consent == "counsel"


def test_who_came_by_an_agreement_records_none_that_lets_anybody_in() -> None:
    """She would renew what her own access rests on, or let in others; what she asks as a professional she records."""
    live = one()
    live.do(agreeing())
    live.do(referring())
    live.do(accepting())
    inside = Actor(LAWYER.user, frozenset({"lawyer"}))
    assert live.why(agreeing(actor=inside)) == [Why.MAY_NOT]
    assert live.why(agreeing(actor=inside, given=False)) == [Why.MAY_NOT]
    live.do(agreeing(actor=inside, consent="exam"))
    assert live.why(agreeing(actor=inside, consent="hidden")) == [Why.NO_SUCH]


def test_nobody_offers_a_role_to_herself() -> None:
    """Not the supervisor either: a yes of her own would show her what another profession alone may see."""
    live = one()
    offered = commands.HandOver(actor=BOSS, role="nurse", to_user=BOSS.user, reason="quick")
    assert live.why(offered) == [Why.NOT_HOLDER]
