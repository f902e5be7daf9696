"""The present instant of a real office: the machine's clock, never running back within a process."""

from __future__ import annotations

from datetime import UTC, datetime


class MachineTime:
    """The machine's clock (UTC). If it is set back, the present stands still until it has caught up."""

    def __init__(self) -> None:
        """Begin now."""
        self._latest = datetime.now(UTC)

    def now(self) -> datetime:
        """Return the present instant."""
        self._latest = max(self._latest, datetime.now(UTC))
        return self._latest


class FixedTime:
    """An instant that was given: ``--now`` on a simulation."""

    def __init__(self, instant: datetime) -> None:
        """Stand at this instant (aware)."""
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant."""
        return self._instant
