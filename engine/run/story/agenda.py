"""What is planned for later instants of a story, in order."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime

#: What is to be done at an instant; called with nothing.
Plan = Callable[[], None]


class Agenda:
    """Deeds with their instants (UTC); those of one instant stand in the order in which they were planned."""

    def __init__(self) -> None:
        """Begin with nothing planned."""
        self._plans: list[tuple[datetime, int, Plan]] = []
        self._planned = 0

    def plan(self, instant: datetime, deed: Plan) -> None:
        """Let something be done at an instant."""
        self._planned += 1
        heapq.heappush(self._plans, (instant, self._planned, deed))

    def first(self) -> datetime | None:
        """Return the instant of the next deed; None where nothing is planned."""
        return self._plans[0][0] if self._plans else None

    def is_due(self, now: datetime) -> bool:
        """Return whether something is to be done by now."""
        return bool(self._plans) and self._plans[0][0] <= now

    def take(self) -> Plan:
        """Return the next deed and cross it out. Raises IndexError where nothing is planned."""
        return heapq.heappop(self._plans)[2]
