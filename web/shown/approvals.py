"""What waits for somebody's yes, with all she needs to decide: what would be done, who asks, why, since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.core.deciding.waits import WAITING as CLOCK
from engine.run.cases.worklist import Asked
from web.shown.times import Limit, limit_of
from web.shown.work import about, risk_in_words
from web.titles import WAITING, Titles
from web.words.catalog import say


@dataclass(frozen=True, slots=True)
class Approval:
    """One question. ``answers``: what is recorded with a yes, by question; only what the reader may see."""

    case: str
    id: str
    what: str
    about: str
    by: str
    since: str
    reason: str
    risk: str
    risk_words: str
    answers: Sequence[tuple[str, str]]
    limit: Limit | None


def approval_of(asked: Asked, titles: Titles, now: datetime) -> Approval:
    """Return a question as of an instant (UTC)."""
    waiting, language = asked.waiting, titles.language
    clock = titles.case.enrolments[waiting.enrolment].clocks.get(CLOCK + waiting.id)
    limit = clock.clock.limit if clock is not None else None
    return Approval(
        case=titles.case.id,
        id=waiting.id,
        what=say(language, WAITING[waiting.kind.value]),
        about=about(waiting, titles),
        by=titles.person(waiting.by),
        since=titles.when(waiting.at),
        reason=waiting.reason,
        risk=titles.risk(),
        risk_words=risk_in_words(titles.risk(), language),
        answers=[(titles.label(name), titles.value(name, value)) for name, value in asked.view.brought_by(waiting)],
        limit=limit_of(limit, now, titles.zone, language) if limit is not None else None,
    )
