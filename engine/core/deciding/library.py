"""What is known before any case: the protocol versions that are in use, and the calendars. Frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.core.clocks.calendar import Calendar
from engine.core.deciding.rulebook import Rulebook
from engine.core.errors import VersionError
from engine.core.model import Protocol

_ALL_DAY = ((0, 24 * 3600),)


@dataclass(frozen=True, slots=True)
class Library:
    """Protocol versions by their meaning (an enrolment pins it), calendars by their id.

    ``changed``: when (UTC) a calendar became what it is. Running cases are counted anew with it (20).
    """

    rulebooks: Mapping[str, Rulebook] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    changed: Mapping[str, datetime] = field(default_factory=dict)

    def protocol(self, name: str) -> Protocol:
        """Return the protocol of this name; the last one, if several versions are in use."""
        return [rules.protocol for rules in self.rulebooks.values() if rules.protocol.id == name][-1]


def library_of(
    protocols: Iterable[Protocol],
    calendars: Iterable[Calendar] = (),
    changed: Mapping[str, datetime] | None = None,
) -> Library:
    """Return a library of protocols and calendars, ready to decide with.

    Raises VersionError where one version label stands for two meanings (2).
    """
    protocols = tuple(protocols)
    labels: dict[tuple[str, str], str] = {}
    for protocol in protocols:
        if labels.setdefault((protocol.id, protocol.version), protocol.meaning) != protocol.meaning:
            raise VersionError(
                f"{protocol.id} {protocol.version} has two meanings; give the changed one a new version."
            )
    return Library(
        {protocol.meaning: Rulebook(protocol) for protocol in protocols},
        {calendar.id: calendar for calendar in calendars},
        changed or {},
    )


_OPEN: dict[str, Calendar] = {}


def always_open(zone: str) -> Calendar:
    """Return the calendar of a protocol that names none: every hour of every day is an opening hour."""
    if zone not in _OPEN:
        _OPEN[zone] = Calendar("", zone, (_ALL_DAY,) * 7)
    return _OPEN[zone]
