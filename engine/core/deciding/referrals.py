"""Referrals: somebody is asked to help in a role that nobody holds yet. It rests on her agreement, and ends with it.

Nothing but the offer shows which agreement that is: it stands in the waiting item, also after it was accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from engine.core.case import events as happenings
from engine.core.case.effects import Topic
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Case, Waiting, WaitingKind, WaitingStatus
from engine.core.deciding.draft import Draft
from engine.core.deciding.waiting import lapse, tell_asker
from engine.core.evolve import evolve


def is_agreed(draft: Draft, consent: str) -> bool:
    """Return whether a consent is in force: given, not taken back, not expired."""
    return draft.world(draft.leading_enrolment()).consent(consent)


def rests_on(case: Case, role: str) -> str:
    """Return the consent on which somebody holds a role in the case; the empty text where it rests on none."""
    return next((item.consent for item in held_by_agreement(case) if item.role == role), "")


def came_by_agreement(draft: Draft) -> bool:
    """Return whether the actor has all her roles in the case by agreements: she records none that lets anybody in."""
    rests = {item.role for item in held_by_agreement(draft.case) if item.answered_by == draft.by}
    return bool(rests) and draft.actor.roles <= rests


def lapsed_roles(case: Case, now: datetime) -> frozenset[str]:
    """Return the roles whose agreement is not in force at an instant (UTC): nobody sees the case by them.

    The next pass ends them; a closed case has none, and whoever reads in between must see nothing either.
    """
    return frozenset(item.role for item in held_by_agreement(case) if not _in_force(case, item.consent, now))


def _in_force(case: Case, consent: str, now: datetime) -> bool:
    record = case.consents.get(consent)
    return record is not None and record.given and (record.until is None or now < record.until)


def held_by_agreement(case: Case) -> Iterator[Waiting]:
    """Yield the accepted offers that rest on an agreement, of roles that are still held by it."""
    for item in case.waiting.values():
        accepted = item.kind is WaitingKind.TRANSFER and item.consent and item.status is WaitingStatus.AGREED
        if accepted and case.holders.get(item.role) == item.answered_by:
            yield item


def check_agreement(draft: Draft, consent: str, role: str) -> None:
    """Refuse an offer that rests on no agreement, or on one that is about something else.

    One that the actor may not know of is as unknown as any other.
    """
    asking = draft.open_enrolments() or [draft.leading_enrolment()]
    known = [draft.rules(name).protocol.consents.get(consent) for name in asking]
    declared = next(filter(None, known), None)
    if declared is None or (declared.seen_by and not draft.actor.roles & set(declared.seen_by)):
        raise Refused(Reason(Why.NO_SUCH, f"consent {consent}"))
    if role not in declared.opens_to:
        raise Refused(Reason(Why.CONSENT_NOT_FOR, consent, role))
    if not is_agreed(draft, consent):
        raise Refused(Reason(Why.CONSENT_MISSING, consent))


def end_without_agreement(draft: Draft) -> None:
    """Let every offer lapse, and every role end, whose agreement is no longer in force."""
    for item in list(_resting(draft)):
        if is_agreed(draft, item.consent):
            continue
        if item.is_open:
            lapse(draft, item)
        else:
            end_role(draft, item)


def _resting(draft: Draft) -> Iterator[Waiting]:
    """Yield the offers that rest on an agreement: those that wait, and those whose receiver holds the role still."""
    yield from (one for one in draft.case.waiting.values() if one.is_open and one.consent)
    yield from held_by_agreement(draft.case)


def end_role(draft: Draft, item: Waiting) -> None:
    """End the role that somebody holds by an offer; who had asked her hears of it."""
    ended = evolve(item, status=WaitingStatus.LAPSED)
    draft.emit(happenings.WaitingSet(at=draft.now, by=draft.by, what="lapsed", waiting=ended))
    draft.emit(happenings.HolderLeft(at=draft.now, by=draft.by, role=item.role, user=item.answered_by))
    tell_asker(draft, ended, Topic.LAPSED)
