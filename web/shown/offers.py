"""What is offered to somebody: all she sees of a case before she says yes.

Neither a fact nor a step of it: who asks, as what, how dangerous, on which agreement, until when an
answer is awaited, and what has been written to her.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.core.case.state import Case, Waiting
from engine.core.deciding.waits import WAITING
from web.shown.times import Limit, limit_of
from web.shown.work import risk_in_words
from web.titles import Titles, pick


@dataclass(frozen=True, slots=True)
class Offer:
    """A role in a case that waits for somebody's yes. ``agreement``: on which it rests, of a referral."""

    case: str
    id: str
    role: str
    protocol: str
    by: str
    agency: str
    reason: str
    risk: str
    risk_words: str
    agreement: str
    limit: Limit | None


def offer_of(case: Case, waiting: Waiting, titles: Titles, now: datetime) -> Offer:
    """Return the limited preview of an offer, as of an instant (UTC)."""
    run = case.enrolments[waiting.enrolment]
    clock = run.clocks.get(WAITING + waiting.id)
    limit = clock.clock.limit if clock is not None else None
    risk = titles.risk()
    return Offer(
        case=case.id,
        id=waiting.id,
        role=titles.role(waiting.role),
        protocol=titles.protocol(run),
        by=titles.person(waiting.by),
        agency=_agency(case.agency or "", titles),
        reason=waiting.reason,
        risk=risk,
        risk_words=risk_in_words(risk, titles.language),
        agreement=titles.consent(waiting.consent) if waiting.consent else "",
        limit=limit_of(limit, now, titles.zone, titles.language) if limit is not None else None,
    )


def _agency(agency: str, titles: Titles) -> str:
    known = titles.directory.agencies.get(agency)
    return pick(known.title, titles.language, agency) if known is not None else ""
