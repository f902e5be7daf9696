"""A case as one page: its head, the Next box, lanes, clocks, consents, answers, what happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from engine.core.case.state import CaseClock, Place, TrackState
from engine.core.deciding.options import Answer, Option
from engine.protocol.prose.figures import nature
from engine.run.cases.view import SeenClock, View
from web.shown.reasons import in_words
from web.shown.reckoning import in_words as reckoned
from web.shown.times import Limit, limit_of
from web.shown.ways import Way, straight, way_of
from web.titles import Titles, pick
from web.words.catalog import N_, say

_RULE = N_("A rule of Spean itself.")


@dataclass(frozen=True, slots=True)
class Stop:
    """A step on a lane: ``now``, ``past`` or ``ahead``."""

    title: str
    when: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A track: where it stands, since when, what it passed, what lies straight ahead, what ``aside`` of it."""

    title: str
    protocol: str
    open: bool
    step: str
    since: str
    outcome: str
    stops: Sequence[Stop]
    aside: Sequence[str]
    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An action: what it is called, whether it can be taken, what stands in the way, where its form is."""

    title: str
    possible: bool
    reasons: Sequence[str]
    href: str
    approval: str
    asked: str
    way: Way


@dataclass(frozen=True, slots=True)
class Group:
    """The actions of one lane: those that can be taken, by where they lead, and the ``others``."""

    title: str
    step: str
    possible: Sequence[Choice]
    others: Sequence[Choice]

    @property
    def on(self) -> list[Choice]:
        """What leads on from the step."""
        return [one for one in self.possible if one.way is Way.ON]

    @property
    def aside(self) -> list[Choice]:
        """What can be done at any time."""
        return [one for one in self.possible if one.way is Way.ASIDE]

    @property
    def endings(self) -> list[Choice]:
        """What ends it beside the straight way."""
        return [one for one in self.possible if one.way is Way.ENDING]


@dataclass(frozen=True, slots=True)
class Timer:
    """A clock: what is due, until when, how it comes about."""

    name: str
    anchor: str
    what: str
    lane: str
    limit: Limit | None
    share: int
    basis: str
    lines: Sequence[str]
    promised: str
    standing: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """A consent: whether she gave it, to whom, what for; as what somebody may be asked to help on it."""

    id: str
    title: str
    recipient: str
    purpose: str
    given: bool | None
    since: str
    until: str
    opens_to: tuple[str, ...] = ()


def lanes(view: View, titles: Titles) -> list[Lane]:
    """Return the lanes, open ones first."""
    found = [_lane(view, titles, one.enrolment, one.track) for one in view.tracks()]
    return sorted(found, key=lambda one: not one.open)


def _lane(view: View, titles: Titles, enrolment: str, track: str) -> Lane:
    state = view.case.enrolments[enrolment].tracks[track]
    is_open = state.place is Place.OPEN
    return Lane(
        title=titles.track(enrolment, track),
        protocol=titles.protocol(view.case.enrolments[enrolment]),
        open=is_open,
        step=titles.step(enrolment, track, state.step) if state.step else "",
        since=titles.when(state.entered_on),
        outcome=(state.outcome or "").replace("_", " "),
        stops=tuple(_stops(titles, enrolment, track, state)),
        aside=tuple(_aside(titles, enrolment, track, state)) if is_open else (),
        name=f"{enrolment}.{track}",
    )


def _stops(titles: Titles, enrolment: str, track: str, state: TrackState) -> Iterator[Stop]:
    """Yield where it was, where it is, and what lies straight ahead."""
    ahead = list(straight(titles.rules(enrolment).protocol.tracks[track], state.step))[1:]
    for step in state.reached:
        if step != state.step and step not in ahead:
            yield Stop(titles.step(enrolment, track, step), "past")
    yield Stop(titles.step(enrolment, track, state.step), "now")
    for step in ahead:
        yield Stop(titles.step(enrolment, track, step), "ahead")


def _aside(titles: Titles, enrolment: str, track: str, state: TrackState) -> Iterator[str]:
    """Yield the steps that lie beside the straight way, detours before endings."""
    known = titles.rules(enrolment).protocol.tracks[track]
    line = {*state.reached, state.step, *straight(known, state.step)}
    for one in sorted(known.steps.values(), key=lambda step: step.final is not None):
        if one.id not in line:
            yield titles.step(enrolment, track, one.id)


def groups(options: Sequence[Option], titles: Titles) -> list[Group]:
    """Return the actions by lane: those that can be taken, then the others with what stands in the way.

    What leads on along the straight way of the lane stands first.
    """
    by_lane: dict[tuple[str, str], list[Option]] = {}
    for one in options:
        by_lane.setdefault((one.enrolment, one.track), []).append(one)
    found = []
    for (enrolment, track), some in by_lane.items():
        leading = straight(titles.rules(enrolment).protocol.tracks[track], some[0].step).get(some[0].step)
        made = [_choice(one, titles) for one in sorted(some, key=lambda one: one.action != leading)]
        found.append(
            Group(
                titles.track(enrolment, track),
                titles.step(enrolment, track, some[0].step),
                [one for one in made if one.possible],
                [one for one in made if not one.possible],
            )
        )
    return sorted(found, key=lambda one: not one.possible)


def _choice(option: Option, titles: Titles) -> Choice:
    rules = titles.rules(option.enrolment)
    action = rules.moves[option.track].at(option.step)[option.action]
    needs = titles.role(action.approval) if action.approval else ""
    return Choice(
        title=pick(option.title, titles.language, option.action),
        possible=option.answer is not Answer.REFUSED or _waits_for_approval(option),
        reasons=[in_words(one, titles, option.enrolment) for one in option.reasons],
        href=f"/case/{titles.case.id}/act/{option.enrolment}/{option.track}/{option.action}",
        approval=needs,
        asked=option.asked,
        way=way_of(rules.protocol, option.track, option.step, action),
    )


def _waits_for_approval(option: Option) -> bool:
    """Whether only the approval of another person is missing, which the form asks for."""
    return bool(option.reasons) and all(one.why.name in {"APPROVAL", "FACT_MISSING"} for one in option.reasons)


def timers(view: View, titles: Titles, now: datetime) -> list[Timer]:
    """Return the open clocks, the first to run out first."""
    found = list(view.clocks())
    ordered = sorted(found, key=lambda one: (one.item.clock.limit is None, one.item.clock.limit or now))
    return [timer(view, one, titles, now) for one in ordered]


def timer(view: View, clock: SeenClock, titles: Titles, now: datetime) -> Timer:
    """Return one clock."""
    limit, language = clock.item.clock.limit, titles.language
    promised = clock.item.clock.promised
    return Timer(
        name=clock.name,
        anchor=anchor_of(clock.enrolment, clock.item),
        what=titles.deadline(clock.enrolment, clock.item.deadline),
        lane=titles.track(clock.enrolment, clock.item.track) if clock.item.track else "",
        limit=limit_of(limit, now, titles.zone, language) if limit is not None else None,
        share=_share(clock, now),
        basis=nature(clock.basis, titles.names(clock.enrolment)) if clock.basis is not None else say(language, _RULE),
        lines=[reckoned(one, titles) for one in view.reckoning(clock)],
        promised=titles.when(promised) if promised is not None and promised > now else "",
        standing=clock.standing,
    )


def anchor_of(enrolment: str, item: CaseClock) -> str:
    """Return by which name a page is opened at this clock. It tells nothing: a mail may hold it."""
    return "limit-" + sha256(f"{enrolment}/{item.key}".encode()).hexdigest()[:10]


def _share(clock: SeenClock, now: datetime) -> int:
    """Return how much of the time is used up, in percent."""
    limit, opened = clock.item.clock.limit, clock.item.clock.opened
    if limit is None or limit <= opened:
        return 100
    return max(0, min(100, round(100 * (now - opened) / (limit - opened))))


def agreements(view: View, titles: Titles) -> list[Agreement]:
    """Return the consents that were asked for, then all others that can be asked for."""
    asked = {name: (given, known) for name, given, known in view.consents()}
    found = []
    for name, (given, known) in asked.items():
        record = view.case.consents[name]
        found.append(
            Agreement(
                name,
                titles.consent(name),
                pick(known.recipient, titles.language) if known is not None else "",
                pick(known.purpose, titles.language) if known is not None else "",
                given,
                titles.when(record.happened),
                titles.when(record.until) if record.until is not None else "",
                known.opens_to if known is not None else (),
            )
        )
    for enrolment in view.case.enrolments:
        for name, known in titles.rules(enrolment).protocol.consents.items():
            hidden = known.seen_by and not (view.actor.roles & set(known.seen_by))
            if name not in asked and not hidden:
                asked[name] = (False, known)
                words = (pick(known.recipient, titles.language), pick(known.purpose, titles.language))
                found.append(Agreement(name, titles.consent(name), *words, None, "", ""))
    return found
