"""Taking an action: what stands in its way, the moves it makes, and what follows by itself (3, 4, 6, 13)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.core.case import events as happenings
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Place, WaitingKind
from engine.core.conditions import Blocking, ConsentGiven
from engine.core.deciding.draft import Draft
from engine.core.deciding.facts import record_facts, set_facts
from engine.core.deciding.misses import bring_about_unnoticed
from engine.core.deciding.requests import request_starts, why_not_so_many
from engine.core.deciding.rules import refuse_forbidden
from engine.core.deciding.suppliers import suppliers, task_suppliers
from engine.core.deciding.tasks import cancel_tasks, is_done, open_required, open_tasks, refresh_tasks
from engine.core.deciding.timers import arm_no_news, arm_step, close_enrolment, close_track, leave_step, refresh
from engine.core.deciding.waiting import ask_review, keeps_open, lapse, open_items
from engine.core.judging.blocking import blocking
from engine.core.judging.truth import evaluate
from engine.core.model import Action, Needs, Requirement, TargetKind
from engine.core.values import Value

#: At most so many automatic actions follow one change; more are refused as endless (6).
MOST_AUTOMATIC_ACTIONS = 50


def take(
    draft: Draft,
    enrolment: str,
    track: str,
    name: str,
    facts: Mapping[str, Value],
    *,
    automatic: bool = False,
    by_deadline: bool = False,
    approved_by: str = "",
    exception: bool = False,
) -> None:
    """Take an action that the step of an open track declares, with the facts given for it.

    ``exception``: under the lawful exception that it names, which somebody then reviews (4). Raises Refused and
    leaves the draft as it was.
    """
    state = draft.track(enrolment, track)
    action = draft.rules(enrolment).moves[track].at(state.step)[name]
    before = draft.world(enrolment)
    with draft.all_or_nothing():
        visit = f"{track}#{state.visit}"
        record_facts(draft, enrolment, facts, visit=visit)
        found: list[Reason] = []

        def is_free(declared: Action) -> bool:
            found.extend(obstacles(draft, enrolment, track, declared, by_deadline=by_deadline, exception=exception))
            return not found

        target = draft.rules(enrolment).moves[track].move(state.step, name, is_free)
        if target is None:
            raise Refused(*found)
        draft.emit(
            happenings.ActionTaken(
                at=draft.now,
                by=draft.by if not automatic else "system",
                enrolment=enrolment,
                track=track,
                step=state.step,
                visit=state.visit,
                action=name,
                happened=draft.happened,
                automatic=automatic and not by_deadline,  # a deadline's own action is none of rule 6
                reason="" if automatic else draft.reason,
                approved_by=approved_by,
                exception=(action.exception or "") if exception else "",
            )
        )
        set_facts(draft, enrolment, action.set, visit=visit)
        if exception:
            ask_review(draft, enrolment, track, action)
        _go(draft, enrolment, track, action)
        open_tracks(draft, enrolment)
        end_enrolment(draft, enrolment)
        refuse_forbidden(draft, enrolment, before, f"{track}.{state.step}.{name}")


def obstacles(
    draft: Draft, enrolment: str, track: str, action: Action, *, by_deadline: bool = False, exception: bool = False
) -> list[Reason]:
    """Return everything that keeps an action from being taken now, but for roles and forbidden rules.

    A deadline takes an action without required facts (21); an exception without condition and consents (4).
    """
    state = draft.track(enrolment, track)
    found: list[Reason] = []
    if not draft.actor.auditor and not by_deadline:
        found.extend(_missing(draft, enrolment, track, action, exception=exception))
    if action.only_if is not None and not exception:
        world = draft.world(enrolment, visit=f"{track}#{state.visit}")
        if evaluate(action.only_if, world) is not True:
            leaves = blocking(action.only_if, world)
            who = suppliers(draft.rules(enrolment), track, state.step, leaves)
            found.append(Reason(Why.NOT_YET, action.id, blocking=leaves, who=who))
    if action.target.kind is TargetKind.PREVIOUS and not state.trail:
        found.append(Reason(Why.NO_PREVIOUS))
    return found


def _missing(draft: Draft, enrolment: str, track: str, action: Action, *, exception: bool) -> list[Reason]:
    state, rules = draft.track(enrolment, track), draft.rules(enrolment)
    asked = (item for item in action.required if not (exception and item.needs is Needs.CONSENT))
    needed = [_unmet(draft, enrolment, track, item) for item in asked]
    if action.starts is not None:
        needed.append(why_not_so_many(draft, enrolment, f"{track}#{state.visit}", action.starts))
    found = list(dict.fromkeys(reason for reason in needed if reason is not None))
    leaves_by_own_action = (
        action.target.kind is not TargetKind.STAYS and action.id in rules.step(track, state.step).actions
    )
    if leaves_by_own_action:
        named = {reason.subject for reason in found}
        waiting = (task for task in open_required(draft, enrolment, track) if task not in named)
        found += [Reason(Why.TASK_OPEN, task, who=task_suppliers(rules, track, state.step, task)) for task in waiting]
    return found


def _unmet(draft: Draft, enrolment: str, track: str, item: Requirement) -> Reason | None:
    state = draft.track(enrolment, track)
    rules = draft.rules(enrolment)
    world = draft.world(enrolment, visit=f"{track}#{state.visit}")
    match item.needs:
        case Needs.FIELD if world.fact(item.id) is None:
            return Reason(Why.FACT_MISSING, item.id, who=rules.suppliers(item.id, track))
        case Needs.CONSENT if not world.consent(item.id):
            missing = (Blocking(ConsentGiven(item.id), False, True),)
            who = suppliers(rules, track, state.step, missing)
            return Reason(Why.CONSENT_MISSING, item.id, blocking=missing, who=who)
        case Needs.TASK if not is_done(draft, enrolment, track, item.id):
            return Reason(Why.TASK_OPEN, item.id, who=task_suppliers(rules, track, state.step, item.id))
        case _:
            return None


def _go(draft: Draft, enrolment: str, track: str, action: Action) -> None:
    target, before = action.target, draft.track(enrolment, track)
    if target.kind is TargetKind.PREVIOUS:
        enter(draft, enrolment, track, draft.track(enrolment, track).trail[-1], back=True)
    elif target.kind is TargetKind.STEP:
        enter(draft, enrolment, target.track or track, target.step)
    for other in action.closes:
        _close(draft, enrolment, other)
    if action.starts is not None:
        request_starts(draft, enrolment, track, before, action.id, action.starts)


def enter(draft: Draft, enrolment: str, track: str, step: str, *, back: bool = False) -> None:
    """Begin a visit, ending the present one if the track is open; a final step ends the track."""
    known = draft.case.enrolments[enrolment]
    former = known.tracks.get(track)
    visit = max(former.visit if former else 0, known.visits.get(track, 0)) + 1
    if former is not None and former.place is Place.OPEN:
        _leave(draft, enrolment, track, back=back)
    draft.emit(
        happenings.StepEntered(
            at=draft.now,
            by=draft.by,
            enrolment=enrolment,
            track=track,
            step=step,
            visit=visit,
            happened=draft.happened,
        )
    )
    outcome = draft.rules(enrolment).step(track, step).final
    if outcome is None:
        arm_step(draft, enrolment, track)
        open_tasks(draft, enrolment, track)
        return
    draft.emit(
        happenings.TrackEnded(at=draft.now, by=draft.by, enrolment=enrolment, track=track, outcome=outcome)
    )  # fmt: skip
    close_track(draft, enrolment, track)


def _leave(draft: Draft, enrolment: str, track: str, *, back: bool) -> None:
    state = draft.track(enrolment, track)
    draft.emit(
        happenings.StepLeft(
            at=draft.now,
            by=draft.by,
            enrolment=enrolment,
            track=track,
            step=state.step,
            visit=state.visit,
            happened=draft.happened,
            back=back,
        )
    )
    leave_step(draft, enrolment, track, state.visit)
    cancel_tasks(draft, enrolment, track, state.visit)


def _close(draft: Draft, enrolment: str, track: str) -> None:
    state = draft.case.enrolments[enrolment].tracks.get(track)
    if state is None or state.place is not Place.OPEN:
        return
    cancel_tasks(draft, enrolment, track, state.visit)
    draft.emit(
        happenings.TrackEnded(at=draft.now, by=draft.by, enrolment=enrolment, track=track, outcome=None)
    )  # fmt: skip
    close_track(draft, enrolment, track)


def end_enrolment(draft: Draft, enrolment: str) -> None:
    """End an enrolment whose main track and every opened track are final; the last one ends the case (3).

    Asked after the tracks were opened that the same change opens: they keep the enrolment going.
    """
    found = draft.case.enrolments[enrolment]
    main = found.tracks.get(draft.rules(enrolment).protocol.main.id)
    if not found.is_open or main is None or any(state.place is Place.OPEN for state in found.tracks.values()):
        return
    success = main.place is Place.ENDED and draft.rules(enrolment).protocol.main.steps[main.step].success
    draft.emit(
        happenings.EnrolmentEnded(
            at=draft.now, by=draft.by, enrolment=enrolment, outcome=main.outcome, success=success
        )
    )  # fmt: skip
    goes_on = bool(draft.open_enrolments())
    if not goes_on and not keeps_open(draft):
        close_case(draft)
        return
    close_enrolment(draft, enrolment, whole_case=False, leaves_silence=goes_on)
    if goes_on and not draft.actor.auditor:
        arm_no_news(draft)


def close_case(draft: Draft) -> None:
    """Close a case of which nothing goes on and for which nothing must wait; what else was asked lapses."""
    for item in open_items(draft, WaitingKind.APPROVAL, WaitingKind.TRANSFER):
        lapse(draft, item)
    for enrolment in draft.case.enrolments:
        close_enrolment(draft, enrolment, whole_case=True)
    draft.emit(happenings.CaseClosed(at=draft.now, by=draft.by))


def open_tracks(draft: Draft, enrolment: str) -> None:
    """Open every track whose condition has turned true; one that may open again, only after it was untrue (3)."""
    while draft.case.enrolments[enrolment].is_open and _open_some(draft, enrolment):
        pass  # a track that opened can make another one's condition true


def _open_some(draft: Draft, enrolment: str) -> bool:
    opened = False
    for track in draft.rules(enrolment).protocol.tracks.values():
        state = draft.case.enrolments[enrolment].tracks.get(track.id)
        if track.opens_when is None or (state is not None and (not track.again or state.place is Place.OPEN)):
            continue
        truth = evaluate(track.opens_when, draft.world(enrolment))
        if state is not None and truth is not True and not state.primed:
            draft.emit(happenings.TrackPrimed(at=draft.now, by=draft.by, enrolment=enrolment, track=track.id))
        elif truth is True and (state is None or state.primed):
            enter(draft, enrolment, track.id, track.first_step)
            opened = True
    return opened


def follow_up(draft: Draft) -> None:
    """Let everything follow that a change brings: tracks open, clocks keep true, automatic actions are taken."""
    taken = 0
    settle_all(draft)
    while _take_one_automatic(draft):
        taken += 1
        if taken > MOST_AUTOMATIC_ACTIONS:
            raise Refused(Reason(Why.ENDLESS))
        settle_all(draft)


def settle_all(draft: Draft) -> None:
    """Open tracks and keep the clocks of every enrolment true, until nothing more changes."""
    _settle_once(draft)
    while bring_about_unnoticed(draft):
        _settle_once(draft)


def _settle_once(draft: Draft) -> None:
    for name in draft.open_enrolments():
        open_tracks(draft, name)
        while refresh_tasks(draft, name):
            open_tracks(draft, name)
        end_enrolment(draft, name)
    for name in list(draft.case.enrolments):
        refresh(draft, name)


def _take_one_automatic(draft: Draft) -> bool:
    for name in draft.open_enrolments():
        rules = draft.rules(name)
        if not rules.has_automatic_actions:
            continue
        for track in rules.protocol.tracks:
            if _take_automatic_of(draft, name, track):
                return True
    return False


def _take_automatic_of(draft: Draft, enrolment: str, track: str) -> bool:
    state = draft.case.enrolments[enrolment].tracks.get(track)
    if state is None or state.place is not Place.OPEN or state.automatic_taken:
        return False
    for action in draft.rules(enrolment).moves[track].at(state.step).values():
        if action.automatic and not obstacles(draft, enrolment, track, action):
            try:
                take(draft, enrolment, track, action.id, {}, automatic=True)
            except Refused:
                continue  # a forbidden rule stands in the way; the case stays where it is
            return True
    return False
