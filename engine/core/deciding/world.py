"""What conditions read of a case, at one instant, seen from one enrolment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.core.case.state import Case, Enrolment, Fact, Place, TaskState
from engine.core.conditions import LAST
from engine.core.deciding.rulebook import Rulebook
from engine.core.model import Per
from engine.core.values import Value


@dataclass(frozen=True, slots=True)
class CaseWorld:
    """The case as a condition sees it.

    ``visit`` (``track#number``): whose per-visit answers are read; empty: the newest. ``blind_to``: a clock; what
    a miss of its deadline set is no answer to it (18). For an auditor every consent is given.
    """

    case: Case
    enrolment: Enrolment
    rules: Rulebook
    now: datetime
    zone: ZoneInfo
    visit: str = ""
    blind_to: str = ""
    auditor: bool = False

    def record(self, field: str) -> Fact | None:
        """Return the fact with its dates; None where it is absent (or not of this visit)."""
        newest = field.startswith(LAST)
        name = field.removeprefix(LAST)
        facts = self.case.facts if self.rules.is_of_person(name) else self.enrolment.facts
        fact = facts.get(name)
        if fact is None or (fact.clock and self._is_own_miss(fact)):
            return None
        return None if not newest and self._is_of_another_visit(name, fact) else fact

    def fact(self, field: str) -> Value | None:
        """Return the fact's value, None where it is absent."""
        fact = self.record(field)
        return None if fact is None else fact.value

    def consent(self, consent: str) -> bool:
        """Return whether a live record exists: given, not revoked, not expired."""
        record = self.case.consents.get(consent)
        if self.auditor:
            return True
        return record is not None and record.given and (record.until is None or self.now < record.until)

    def step(self, track: str) -> str | None:
        """Return where the track stands: its step, also a final one; None if it never opened or was closed."""
        state = self.enrolment.tracks.get(track)
        return state.step if state is not None and state.place is not Place.CLOSED else None

    def reached(self, track: str) -> Collection[str]:
        """Return every step the track has stood at in this enrolment."""
        state = self.enrolment.tracks.get(track)
        return state.reached if state else ()

    def outcome(self, track: str) -> str | None:
        """Return the outcome of an ended track; the empty word for one closed from elsewhere; None while open."""
        state = self.enrolment.tracks.get(track)
        if state is None or state.place is Place.OPEN:
            return None
        return state.outcome or ""

    def task_done(self, task: str) -> bool:
        """Return whether the newest closed occurrence of the task was done."""
        state = self._task(task)
        return state is not None and state.is_done

    def task_missed(self, task: str) -> int:
        """Return how many occurrences were missed in a row."""
        state = self._task(task)
        return state.missed_in_a_row if state else 0

    def _task(self, task: str) -> TaskState | None:
        named = [state for key, state in self.enrolment.tasks.items() if task_of(key) == task]
        return named[-1] if named else None

    def _is_own_miss(self, fact: Fact) -> bool:
        """Whether the deadline asking is the one whose miss set the fact, in this visit or an earlier one."""
        return fact.clock.partition("#")[0] == self.blind_to.partition("#")[0]

    def _is_of_another_visit(self, name: str, fact: Fact) -> bool:
        field = self.rules.field(name)
        per_visit = field is not None and field.per in {Per.VISIT, Per.OCCURRENCE}
        return bool(per_visit and self.visit and fact.visit != self.visit)


def task_of(key: str) -> str:
    """Return the task's id from its key ``track.step.task#visit``."""
    return key.partition("#")[0].rpartition(".")[2]
