"""Figures over all cases, counted where they lie: no case is opened for them, and none can be reached from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from engine.core.deciding.rulebook import NO_NEWS
from engine.store.sql.database import Database
from engine.store.sql.tables import instant

_RUNS = text(
    "SELECT cases.code, cases.agency, json_extract(run.value, '$.protocol'), json_extract(run.value, '$.opened'),"
    " json_extract(run.value, '$.ended'), json_extract(run.value, '$.outcome')"
    " FROM cases, json_each(cases.body, '$.enrolments') AS run"
)
_PROTOCOLS = text(
    "SELECT cases.code, run.key, json_extract(run.value, '$.protocol')"
    " FROM cases, json_each(cases.body, '$.enrolments') AS run"
)
_CLOCKS = text(
    "SELECT cases.code, clocks.enrolment, cases.agency, clocks.deadline, clocks.outcome, clocks.limit_at,"
    " json_extract(clocks.body, '$.clock.opened'), json_extract(clocks.body, '$.clock.ended')"
    " FROM clocks JOIN cases ON cases.code = clocks.code WHERE clocks.limit_at IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a protocol: of which case, whose, begun and ended when (UTC), how. ``ended`` None: it goes on."""

    case: str
    agency: str
    protocol: str
    opened: datetime
    ended: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: of which case, whose, of which step, what became of it, when (UTC) it was, how long the clock ran.

    ``step``: ``protocol.track.step``, or ``no_news``, or ``waiting.KIND``.
    """

    case: str
    agency: str
    step: str
    outcome: str
    limit: datetime
    opened: datetime
    ended: datetime | None


class SqlFigures:
    """Reads what is counted."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database

    def runs(self) -> Iterator[Run]:
        """Yield every run of every case."""
        with self.database.read() as connection:
            for case, agency, protocol, opened, ended, outcome in connection.execute(_RUNS):
                until = _read(ended) if ended else None
                yield Run(case, agency or "", protocol, _read(opened), until, outcome or "")

    def limits(self) -> Iterator[Limit]:
        """Yield every limit of every case."""
        with self.database.read() as connection:
            protocols = {(code, run): protocol for code, run, protocol in connection.execute(_PROTOCOLS)}
            for code, run, agency, deadline, outcome, at, opened, ended in connection.execute(_CLOCKS):
                step = _step(protocols.get((code, run), ""), deadline)
                until = _read(ended) if ended else None
                yield Limit(code, agency or "", step, outcome, instant(at), _read(opened), until)


def _step(protocol: str, deadline: str) -> str:
    """Return the step of a deadline; steps of two protocols may have one name."""
    if deadline == NO_NEWS or deadline.startswith("waiting."):
        return deadline
    return ".".join([protocol, *deadline.split(".")[:2]])


def _read(text_: str) -> datetime:
    return datetime.fromisoformat(text_)
