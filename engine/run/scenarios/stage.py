"""Where a story happens: cases in memory, and time that stands still until the story lets it pass.

Everything goes through the same core as in an office; what came out is kept for the checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from engine.core.case.commands import Actor, AnyCommand, NoteRefused, OpenCase, Pass, Withdraw
from engine.core.case.effects import Message
from engine.core.case.events import Event
from engine.core.case.reasons import Refused, Why
from engine.core.case.state import Case
from engine.core.deciding.decide import decided, wake
from engine.core.deciding.draft import Draft
from engine.core.deciding.library import Library
from engine.core.deciding.moves import enter, follow_up
from engine.core.deciding.rules import note_rules
from engine.run.scenarios.faults import StoryError

#: Between two passes over one case at least so much time goes by, so that a story always comes to its end.
TICK = timedelta(minutes=1)
#: No story has more passes between two of its items.
MOST_PASSES = 20_000


@dataclass(frozen=True, slots=True)
class Life:
    """One case of a story. ``told``: how many of its messages were looked at; ``wakes``: when time next acts (UTC).

    ``rules``: those that prevented something or turned true in it, each as (protocol, rule).
    """

    case: Case
    events: tuple[Event, ...] = ()
    messages: tuple[Message, ...] = ()
    told: int = 0
    wakes: datetime | None = None
    rules: frozenset[tuple[str, str]] = frozenset()


@dataclass(slots=True)
class Stage:
    """The cases of one story by name, and the present instant (UTC)."""

    library: Library
    now: datetime
    lives: dict[str, Life] = field(default_factory=dict)

    def copy(self) -> Stage:
        """Return a stage that goes on from here without changing this one."""
        return Stage(self.library, self.now, dict(self.lives))

    def life(self, name: str) -> Life:
        """Return a case of the story. Raises StoryError where there is none of this name."""
        found = self.lives.get(name)
        if found is None:
            known = ", ".join(self.lives) or "none"
            raise StoryError(f"There is no case `{name}` in this story; there is: {known}.")
        return found

    def do(self, name: str, command: AnyCommand) -> None:
        """Carry out a command now. Raises Refused; then the attempt is kept on record, as in an office."""
        life = self.lives.get(name) or Life(Case(name))
        if isinstance(command, OpenCase) and name in self.lives:
            raise StoryError(f"The case `{name}` is open already; give this one another name behind `case`.")
        try:
            self._write(name, life, command)
        except Refused as refused:
            if name in self.lives:
                self._note(name, command, refused)
            raise

    def put(self, name: str, enrolment: str, track: str, step: str) -> None:
        """Put a track at a step, as if it had come there, and let follow what follows."""
        draft = Draft(self.life(name).case, self.library, Actor(), self.now)
        enter(draft, enrolment, track, step)
        follow_up(draft)
        note_rules(draft)
        life = self.life(name)
        self._keep(name, life, draft.case, tuple(draft.events), tuple(draft.effects))

    def pass_until(self, until: datetime) -> None:
        """Let time pass; clocks that fall due by then fire at their instants."""
        for _ in range(MOST_PASSES):
            due = [(life.wakes, name) for name, life in self.lives.items() if life.wakes is not None]
            if not due or min(due)[0] > until:
                break
            instant, name = min(due)
            self.now = max(self.now, instant)
            self._write(name, self.lives[name], Pass())
            following = self.lives[name].wakes
            if following is not None and following <= self.now:
                self.lives[name] = replace(self.lives[name], wakes=self.now + TICK)
        else:
            raise StoryError("Time does not come to an end here: something happens again and again.")
        self.now = max(self.now, until)

    def seen(self, name: str) -> None:
        """Count all messages of a case as looked at."""
        self.lives[name] = replace(self.life(name), told=len(self.life(name).messages))

    def _note(self, name: str, command: AnyCommand, refused: Refused) -> None:
        enrolment, track = getattr(command, "enrolment", ""), getattr(command, "track", "")
        life = self.lives[name]
        runs = life.case.enrolments
        run = runs.get(enrolment)
        if run is None and not any(one.enrolment for one in refused.reasons):
            return
        state = run.tracks.get(track) if run is not None else None
        note = NoteRefused(
            actor=command.actor,
            attempted=getattr(command, "action", "") or type(command).__name__,
            enrolment=enrolment,
            track=track if state else "",
            step=state.step if state else "",
            reasons=refused.reasons,
        )
        self._write(name, life, note)
        forbidden = [one for one in refused.reasons if one.why is Why.FORBIDDEN]
        rules = {(runs[one.enrolment or enrolment].protocol, one.subject) for one in forbidden}
        self.lives[name] = replace(self.lives[name], rules=self.lives[name].rules | rules)

    def _write(self, name: str, life: Life, command: AnyCommand) -> None:
        journal = life.events if isinstance(command, Withdraw) else ()
        decision, after = decided(life.case, command, self.now, self.library, journal)
        self._keep(name, life, after, decision.events, decision.effects)

    def _keep(
        self, name: str, life: Life, after: Case, events: tuple[Event, ...], messages: tuple[Message, ...]
    ) -> None:
        self.lives[name] = replace(
            life,
            case=after,
            events=(*life.events, *events),
            messages=(*life.messages, *messages),
            wakes=wake(after, self.now, self.library),
        )


def every_role(library: Library) -> Mapping[str, None]:
    """Return the roles of all protocols, in file order."""
    return {role: None for rules in library.rulebooks.values() for role in rules.protocol.roles}


def somebody(*roles: str, called: str = "") -> Actor:
    """Return an invented person with these roles."""
    return Actor(called or " ".join(roles), frozenset(roles))
