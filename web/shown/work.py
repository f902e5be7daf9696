"""The worklist as it is shown: three bands by danger, what waits for an answer, what others have to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.core.case.state import Waiting
from engine.core.model import ARMED_UNLESS_FALSE
from engine.protocol.prose.figures import nature
from engine.run.cases.worklist import Asked, Due, Work
from web.desk import Visitor
from web.shown.times import Band, Limit, limit_of
from web.titles import WAITING, Titles
from web.words.catalog import N_, say

#: The most dangerous first.
_RISKS = {"high": 0, "medium": 1, "": 1, "unknown": 1, "low": 2}
TITLES = {
    Band.OVERDUE: N_("Overdue"),
    Band.TODAY: N_("Today"),
    Band.WEEK: N_("This week"),
}
_EMPTY = {
    Band.OVERDUE: N_("Nothing is overdue."),
    Band.TODAY: N_("Nothing more is due today."),
    Band.WEEK: N_("Nothing more is due this week."),
}
_RULE = N_("A rule of Spean itself.")


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a case, what is due, until when, how dangerous, and where the number comes from."""

    case: str
    risk: str
    risk_words: str
    step: str
    what: str
    limit: Limit
    basis: str
    urgent: bool
    promised: str
    clock: str


@dataclass(frozen=True, slots=True)
class Section:
    """One band with its lines."""

    band: Band
    title: str
    empty: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Question:
    """Something that waits for an answer of hers."""

    case: str
    id: str
    what: str
    about: str
    by: str
    since: str


def sections(work: Work, visitor: Visitor) -> list[Section]:
    """Return the bands of what is hers to do; within a band the most dangerous first, then the longest overdue."""
    rows = [(one, row(one, visitor)) for one in work.due if one.mine]
    ordered = sorted(rows, key=lambda pair: (not pair[1].urgent, _RISKS.get(pair[1].risk, 1), pair[0].limit))
    return [
        Section(
            band,
            say(visitor.language, title),
            say(visitor.language, _EMPTY[band]),
            [one for _, one in ordered if one.limit.band is band],
        )
        for band, title in TITLES.items()
    ]


def others(work: Work, visitor: Visitor) -> list[Row]:
    """Return what others have to do in her cases, the longest overdue first."""
    return [row(one, visitor) for one in work.due if not one.mine]


def questions(asked: Iterable[Asked], visitor: Visitor) -> list[Question]:
    """Return what waits for her answer."""
    return [_question(one, visitor.titles(one.view.case)) for one in asked]


def row(due: Due, visitor: Visitor) -> Row:
    """Return one line."""
    titles, clock = visitor.titles(due.view.case), due.clock
    risk, language = titles.risk(), visitor.language
    kind, promised = clock.basis.kind if clock.basis is not None else None, clock.item.clock.promised
    return Row(
        case=due.view.case.id,
        risk=risk,
        risk_words=risk_in_words(risk, language),
        step=_step(due, titles),
        what=titles.deadline(clock.enrolment, clock.item.deadline),
        limit=limit_of(due.limit, due.view.now, visitor.zone, language),
        basis=nature(clock.basis, titles.names(clock.enrolment)) if clock.basis is not None else say(language, _RULE),
        urgent=kind in ARMED_UNLESS_FALSE,
        promised=titles.when(promised) if promised is not None and promised > due.view.now else "",
        clock=clock.name,
    )


def risk_in_words(risk: str, language: str) -> str:
    """Return a risk as a mark says it; the empty text for one that is not known."""
    words = {"high": N_("High risk"), "medium": N_("Medium risk"), "low": N_("Low risk")}
    return say(language, words[risk]) if risk in words else ""


def _step(due: Due, titles: Titles) -> str:
    track = due.clock.item.track
    state = due.view.case.enrolments[due.clock.enrolment].tracks.get(track)
    return titles.step(due.clock.enrolment, track, state.step) if state is not None else ""


def _question(one: Asked, titles: Titles) -> Question:
    waiting = one.waiting
    what = say(titles.language, WAITING.get(waiting.kind.value, waiting.kind.value))
    by, since = titles.person(waiting.by), titles.when(waiting.at)
    return Question(one.view.case.id, waiting.id, what, about(waiting, titles), by, since)


def about(waiting: Waiting, titles: Titles) -> str:
    """Return which action somebody is asked about, or the empty text."""
    rules = titles.rules(waiting.enrolment)
    if not waiting.action or waiting.track not in rules.moves:
        return ""
    action = rules.moves[waiting.track].at(waiting.step).get(waiting.action)
    return titles.action(action) if action is not None else ""
