"""Passes over every case that is due: in batches, one broken case never stopping the others, with a brake.

A brake holds everything but urgent rungs back after a long outage or a jump of the clock, when far more falls due
than can be true, until somebody looks and says ``spean resume``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.core.case.commands import Pass
from engine.core.case.state import Case
from engine.core.deciding.library import Library
from engine.core.errors import SpeanError
from engine.run.cases.writing import deciding
from engine.store.incidents import IncidentKind
from engine.store.points import passed
from engine.store.ports import DoubleFiringError, Due, StoreError
from engine.store.sql.cases import SqlCases
from engine.store.sql.incidents import SqlIncidents
from engine.store.sql.meta import BRAKE, LAST_PASS, Meta

#: A clock that stands further behind the last pass than this is wrong (P22); less is the drift of two machines.
DRIFT = timedelta(minutes=10)
#: A pass that comes so soon after the last one cannot be late: much falls due at five o'clock, and should.
ON_TIME = timedelta(minutes=15)
#: What one case's rows can make a whole batch answer; everything else concerns the database.
_OF_ONE_CASE = (DoubleFiringError, StoreError)
#: So many cases due at once are no sign of anything.
FEW = 50


class ClockError(SpeanError):
    """The clock of this machine stands before the last pass; set it right."""


@dataclass(frozen=True, slots=True)
class Brake:
    """When a pass is held back: after so long without one, or with such a share of the cases due at once."""

    after: timedelta = timedelta(hours=24)
    share_percent: int = 5

    def reason(self, last: datetime | None, now: datetime, due: Callable[[], tuple[int, int]]) -> str:
        """Return why to brake, the empty text for not at all. ``due``: how many cases are due, of how many open."""
        if last is None or now - last <= ON_TIME:
            return ""
        if now - last > self.after:
            return f"The last pass was on {last:%Y-%m-%d %H:%M} UTC, more than {self.after // _HOUR} hours before."
        few, all_ = due()
        if few > FEW and few * 100 > all_ * self.share_percent:
            return f"{few} of {all_} open cases fell due at once."
        return ""


_HOUR = timedelta(hours=1)
NO_BRAKE = Brake(after=timedelta.max)


@dataclass(frozen=True, slots=True)
class PassReport:
    """What a pass did: cases looked at, cases that failed (an incident says so), why it was held back."""

    cases: int = 0
    failed: int = 0
    brake: str = ""


class Passes:
    """Runs passes over the cases of a database."""

    def __init__(
        self,
        cases: SqlCases,
        incidents: SqlIncidents,
        meta: Meta,
        library: Callable[[], Library],
        *,
        batch: int = 100,
        brake: Brake | None = None,
    ) -> None:
        """Use these stores. ``brake`` None: never brake (a simulation, where time jumps by design)."""
        self._cases = cases
        self._incidents = incidents
        self._meta = meta
        self._library = library
        self._batch = batch
        self._brake = brake

    def run(self, now: datetime, command: Pass = Pass()) -> PassReport:  # noqa: B008 - frozen
        """Let everything due by now (UTC) go out. Raises ClockError, and what the database raises."""
        last = self._meta.instant(LAST_PASS)
        if last is not None and now < last - DRIFT:
            raise self._behind(now, last)
        now = now if last is None else max(now, last)
        held = self._held(last, now)
        asked = replace(command, only_urgent=bool(held))
        work = deciding(asked, lambda: now, self._library(), with_repeats=command.with_repeats)
        looked = failed = 0
        resting = self._incidents.resting(IncidentKind.CASE, now)
        after: Due | None = None
        while due := self._cases.due(now, self._batch, after=after, urgent=bool(held)):
            after = due[-1]
            found = self._serve([one.case for one in due if one.case not in resting], work)
            looked += len(found)
            failed += self._note(found, now)
        self._meta.put(LAST_PASS, now.isoformat())
        passed("pass: heartbeat written")
        return PassReport(looked, failed, held)

    def resume(self, now: datetime, by: str) -> str:
        """Take the brake off; return why it was on, the empty text if it was not."""
        why = self._meta.get(BRAKE)
        self._meta.put(BRAKE, "")
        self._meta.put(LAST_PASS, now.isoformat())
        for kind in (IncidentKind.BRAKE, IncidentKind.CLOCK):
            self._incidents.end_for(kind, "", by=by, ended_as="resumed", now=now)
        return why

    def _behind(self, now: datetime, last: datetime) -> ClockError:
        words = (
            f"The clock of this machine says {now:%Y-%m-%d %H:%M} UTC,"
            f" but the last pass was at {last:%Y-%m-%d %H:%M} UTC."
            " No limit is looked at. Set the clock right; if it is right now, run `spean resume`."
        )
        self._incidents.open(IncidentKind.CLOCK, "", words, now)
        return ClockError(words)

    def _held(self, last: datetime | None, now: datetime) -> str:
        known = self._meta.get(BRAKE)
        if known or self._brake is None:
            return known
        why = self._brake.reason(last, now, lambda: self._cases.count_due(now))
        if why:
            self._meta.put(BRAKE, why)
            words = f"{why} Only urgent messages go out. Look at the machine's clock, then run `spean resume`."
            self._incidents.open(IncidentKind.BRAKE, "", words, now)
        return why

    def _serve(self, cases: Sequence[str], work: Callable[..., object]) -> Mapping[str, Case | Exception]:
        try:
            return self._cases.transact_many(cases, work)  # type: ignore[arg-type]
        except StoreError as error:
            if type(error) not in _OF_ONE_CASE:
                raise
            if len(cases) == 1:
                return {cases[0]: error}
            return {one: found for case in cases for one, found in self._serve([case], work).items()}

    def _note(self, found: Mapping[str, Case | Exception], now: datetime) -> int:
        """Open an incident for every case that failed, end the one of every case that is served again."""
        failed = {case: error for case, error in found.items() if isinstance(error, Exception)}
        for case, error in failed.items():
            words = f"A pass over the case failed ({type(error).__name__}); it is tried again by itself."
            self._incidents.open(IncidentKind.CASE, case, words, now)
        for case in self._incidents.subjects(IncidentKind.CASE) & found.keys() - failed.keys():
            self._incidents.end_for(IncidentKind.CASE, case, by="system", ended_as="served again", now=now)
        return len(failed)
