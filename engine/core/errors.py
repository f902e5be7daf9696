"""Every error Spean raises on purpose. The docstring of a class is its default message: what to do about it."""

from __future__ import annotations


class SpeanError(Exception):
    """Something went wrong; the message says what to do."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class CalendarError(SpeanError):
    """The calendar has no working day near this date; add opening hours to the calendar file."""


class VersionError(SpeanError):
    """One version label has two meanings; give the changed protocol a new version."""


class DateOutOfRangeError(SpeanError):
    """This date lies outside the years 1900 to 2200; check what was typed."""
