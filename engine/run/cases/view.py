"""A case as one person may see it: lanes, answers and clocks that are hers to know, and nothing of the others.

The same for the command line and for pages. A field names who sees it; a privileged one is not the supervisor's; a
lane that names who may know of it is not even counted for others. What is hidden is left out, without a trace.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.core.case.commands import GLASS, SUPERVISOR, Actor
from engine.core.case.effects import Topic
from engine.core.case.events import ConsentRecorded, Event, RuleTurned
from engine.core.case.state import Case, CaseClock, Enrolment, Fact, TrackState, Waiting
from engine.core.clocks.clock import derivation, standing
from engine.core.clocks.limit import Line
from engine.core.conditions import Condition, ConsentGiven, TrackIs, leaves
from engine.core.deciding.draft import Draft
from engine.core.deciding.forecast import Coming, Entry
from engine.core.deciding.library import Library
from engine.core.deciding.options import may_see
from engine.core.deciding.rulebook import Rulebook
from engine.core.deciding.timers import terms_for
from engine.core.model import Basis, Consent, Field, Rung
from engine.core.values import Value
from engine.run.cases.lanes import lane_of, track_of


@dataclass(frozen=True, slots=True)
class SeenTrack:
    """A lane: where it stands, since when."""

    enrolment: str
    track: str
    state: TrackState


@dataclass(frozen=True, slots=True)
class SeenClock:
    """A clock: what it is now (``standing``), where its number comes from, who is told when (``rungs``)."""

    enrolment: str
    item: CaseClock
    standing: str
    basis: Basis | None
    rungs: tuple[Rung, ...] = ()

    @property
    def name(self) -> str:
        """The name by which people call it: unique within the case."""
        return f"{self.enrolment}/{self.item.key}"


@dataclass(frozen=True, slots=True)
class View:
    """What one person may see of a case at an instant (UTC)."""

    case: Case
    actor: Actor
    library: Library
    now: datetime

    def tracks(self) -> Iterator[SeenTrack]:
        """Yield the lanes, those of one enrolment after those of another."""
        for name, enrolment in self.case.enrolments.items():
            for track, state in enrolment.tracks.items():
                if self._may_know(enrolment, track):
                    yield SeenTrack(name, track, state)

    def facts(self) -> Iterator[tuple[str, Field | None, Fact]]:
        """Yield the answers with their fields."""
        rules = [self._rules(one) for one in self.case.enrolments.values()]
        for name, fact in self.case.facts.items():
            field = next((found for one in rules if (found := one.field(name)) is not None), None)
            if self._may_see(field):
                yield name, field, fact
        for enrolment, one in zip(self.case.enrolments.values(), rules, strict=True):
            for name, fact in enrolment.facts.items():
                if self._may_see(one.field(name)):
                    yield name, one.field(name), fact

    def consents(self) -> Iterator[tuple[str, bool, Consent | None]]:
        """Yield the consents that were given or not, with what each is about."""
        rules = [self._rules(one) for one in self.case.enrolments.values()]
        for name, record in self.case.consents.items():
            if self._may_know_of(ConsentGiven(name)):
                known = (one.protocol.consents.get(name) for one in rules)
                yield name, record.given, next((found for found in known if found is not None), None)

    def clocks(self, *, open_only: bool = True) -> Iterator[SeenClock]:
        """Yield the clocks in the order of their opening."""
        draft = Draft(self.case, self.library, self.actor, self.now)
        for name, enrolment in self.case.enrolments.items():
            rules = self._rules(enrolment)
            for item in enrolment.clocks.values():
                if (open_only and not item.clock.is_open) or not self._may_know(enrolment, item.track):
                    continue
                terms = terms_for(draft, rules, item)
                placed = rules.deadlines.get(item.deadline)
                basis = placed.deadline.limit.basis if placed is not None else None
                yield SeenClock(name, item, standing(item.clock, terms, draft.held, self.now), basis, terms.rungs)

    def waiting(self) -> Iterator[Waiting]:
        """Yield what somebody must answer."""
        for item in self.case.waiting.values():
            enrolment = self.case.enrolments[item.enrolment]
            if item.is_open and self._may_know(enrolment, item.track):
                yield item

    def brought_by(self, item: Waiting) -> Iterator[tuple[str, Value]]:
        """Yield the answers that are recorded with a yes to a question."""
        rules = self._rules(self.case.enrolments[item.enrolment])
        for name, value in item.facts.items():
            if self._may_see(rules.field(name)):
                yield name, value

    def knows(self, enrolment: str, track: str) -> bool:
        """Return whether this person may know of a lane; what belongs to no lane is for everybody with a role."""
        found = self.case.enrolments.get(enrolment)
        return bool(self.actor.roles) if found is None else self._may_know(found, track)

    def hears_of(self, event: Event) -> bool:
        """Return whether this person may know that something happened, by the lane and by what it was."""
        match event:
            case ConsentRecorded():
                return self._may_know_of(ConsentGiven(event.consent))
            case RuleTurned():
                return self._hears_of_rule(event.enrolment, event.rule)
            case _:
                return self.knows(*lane_of(self.case, event))

    def foresees(self, entry: Entry) -> bool:
        """Return whether this person may know what will come about by itself."""
        enrolment = self.case.enrolments.get(entry.enrolment)
        if entry.what is Coming.CONSENT_ENDS:
            return self._may_know_of(ConsentGiven(entry.subject))
        if entry.topic is Topic.ALARM:
            return self._hears_of_rule(entry.enrolment, entry.subject)
        if entry.what is not Coming.SET or enrolment is None:
            return self.knows(entry.enrolment, track_of(self.case, entry.enrolment, entry.subject))
        return self._may_see(self._rules(enrolment).field(entry.subject))

    def derivation(self, clock: SeenClock) -> list[str]:
        """Return how the limit of a clock comes about, line by line, in local time and English."""
        return [str(one) for one in self.reckoning(clock)]

    def reckoning(self, clock: SeenClock) -> list[Line]:
        """Return how the limit of a clock comes about, line by line."""
        draft = Draft(self.case, self.library, self.actor, self.now)
        terms = terms_for(draft, self._rules(self.case.enrolments[clock.enrolment]), clock.item)
        return derivation(clock.item.clock, terms, draft.held, self.now)

    def zone(self, enrolment: str) -> str:
        """Return the name of the zone in which the dates of an enrolment begin and end."""
        draft = Draft(self.case, self.library, self.actor, self.now)
        return draft.zone(self._rules(self.case.enrolments[enrolment])).key

    def _rules(self, enrolment: Enrolment) -> Rulebook:
        return self.library.rulebooks[enrolment.meaning]

    def _may_know(self, enrolment: Enrolment, track: str) -> bool:
        if not self.actor.roles:
            return False
        known = self._rules(enrolment).protocol.tracks.get(track)
        return known is None or not known.seen_by or bool(self.actor.roles & set(known.seen_by))

    def _may_know_of(self, condition: Condition) -> bool:
        """Whether every run of a protocol in this case lets this person see what a condition reads."""
        return bool(self.actor.roles) and all(
            may_see(self.actor, self._rules(one), condition) for one in self.case.enrolments.values()
        )

    def _hears_of_rule(self, enrolment: str, rule: str) -> bool:
        """Whether a rule is one whose alarm comes to this person, or that tells nothing she may not see."""
        known = self.case.enrolments.get(enrolment)
        found = self._rules(known).protocol.forbidden.get(rule) if known is not None else None
        if known is None or found is None:
            return True
        lanes = (one.track for one in leaves(found.never) if isinstance(one, TrackIs))
        open_to_her = all(self._may_know(known, track) for track in lanes)
        return bool(self.actor.roles & set(found.alarm)) or (open_to_her and self._may_know_of(found.never))

    def _may_see(self, field: Field | None) -> bool:
        if field is None:
            return False
        roles = self.actor.roles - {SUPERVISOR, GLASS} if field.privileged else self.actor.roles
        return bool(roles & set(field.seen_by)) if field.seen_by else bool(roles)
