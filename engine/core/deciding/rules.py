"""Forbidden rules: what they refuse, when they raise the alarm (13)."""

from __future__ import annotations

from engine.core.case import events as happenings
from engine.core.case.effects import Message, Topic
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.deciding.draft import Draft
from engine.core.deciding.suppliers import suppliers
from engine.core.deciding.world import CaseWorld
from engine.core.judging.blocking import blocking
from engine.core.judging.forbidden import judge
from engine.core.judging.truth import evaluate
from engine.core.model import ERASING, Forbidden


def refuse_forbidden(draft: Draft, enrolment: str, before: CaseWorld, path: str) -> None:
    """Refuse a move that would make a rule true or unknown; ``path`` is ``track.step.action``.

    A rule that blocks nothing but erasing keeps a file, and no case from going on.
    """
    book = draft.rules(enrolment)
    rules = book.protocol.forbidden
    if not rules:
        return
    after = draft.world(enrolment)
    track, step, _ = path.split(".")
    reasons = []
    for rule in rules.values():
        if rule.blocks == (ERASING,):
            continue
        verdict = judge(rule, before, after, recording=False, name=_named(rule, path))
        if not verdict.passes:
            who = suppliers(book, track, step, verdict.blocking)
            reasons.append(Reason(Why.FORBIDDEN, rule.id, blocking=verdict.blocking, who=who))
    if reasons:
        raise Refused(*reasons)


def _named(rule: Forbidden, path: str) -> str:
    """Return the move as the rule's ``blocks`` names it: in full, or by its action alone."""
    return path if path in rule.blocks else path.rpartition(".")[2]


def refuse_erasing(draft: Draft) -> None:
    """Refuse to erase the person while a rule that blocks it is not certainly false in any run of the case."""
    reasons = []
    for name, enrolment in draft.case.enrolments.items():
        book, world = draft.rules(name), draft.world(name)
        main = book.protocol.main.id
        for rule in book.protocol.forbidden.values():
            if ERASING in rule.blocks and evaluate(rule.never, world) is not False:
                missing = blocking(rule.never, world, needed=False)
                who = suppliers(book, main, enrolment.tracks[main].step, missing)
                reasons.append(Reason(Why.FORBIDDEN, rule.id, blocking=missing, who=who, enrolment=name))
    if reasons:
        raise Refused(*reasons)


def note_rules(draft: Draft) -> None:
    """Write down the truth of every rule that turned, and raise the alarm where one turned true."""
    for name in draft.open_enrolments():
        if not draft.rules(name).protocol.forbidden:
            continue
        world = draft.world(name)
        known = draft.case.enrolments[name].rules
        for rule in draft.rules(name).protocol.forbidden.values():
            truth = evaluate(rule.never, world)
            if rule.id not in known or known[rule.id] is not truth:
                _turn(draft, name, rule, truth)


def _turn(draft: Draft, enrolment: str, rule: Forbidden, truth: bool | None) -> None:
    alarm = truth is True
    draft.emit(
        happenings.RuleTurned(
            at=draft.now, by=draft.by, enrolment=enrolment, rule=rule.id, truth=truth, alarm=alarm
        )
    )  # fmt: skip
    if alarm:
        for role in rule.alarm:
            draft.send(Message(topic=Topic.ALARM, to=role, at=draft.now, enrolment=enrolment, subject=rule.id))
