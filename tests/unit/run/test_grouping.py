"""Rows come together case by case, in order, however they stand and however large the log is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.run.logs.event_log import LoggedEvent
from engine.run.logs.grouping import BYTES_A_PART, MOST_EVENTS_A_CASE, CaseTooLongError, by_case
from engine.run.logs.sorted_lines import LINES_IN_MEMORY, SortedLines

START = datetime(2026, 1, 1, tzinfo=UTC)


def event(case: str, order: int, hours: int, line: int) -> LoggedEvent:
    """Return a row of the log."""
    return LoggedEvent(case, order, START + timedelta(hours=hours), line, "seen", (("note", "x|\n"),))


@pytest.mark.parametrize("size", [0, 5 * BYTES_A_PART])
def test_events_of_a_case_come_together_by_seq_then_time_then_line(size: int) -> None:
    """In memory and through temporary files alike: seq first, then time, then the place in the file."""
    rows = [event("a", 2, 0, 1), event("b", 0, 0, 2), event("a", 1, 5, 3), event("a", 1, 4, 4), event("a", 1, 4, 5)]
    found = dict(by_case(iter(rows), size))
    assert found == {"a": [rows[3], rows[4], rows[2], rows[0]], "b": [rows[1]]}


def test_a_case_with_more_events_than_any_case_is_refused() -> None:
    """A log in which one case code stands everywhere is answered with its line, not with an endless run."""
    rows = (event("a", number, 0, number + 2) for number in range(MOST_EVENTS_A_CASE + 1))
    with pytest.raises(CaseTooLongError, match="Line 10002"):
        list(by_case(rows, 0))


def test_lines_leave_sorted_also_when_they_were_put_away() -> None:
    """More lines than are kept in memory come back in order, none lost, none twice."""
    with SortedLines() as lines:
        for number in range(LINES_IN_MEMORY + 10):
            lines.add(f"{(number * 7919) % (LINES_IN_MEMORY + 10):07}")
        assert list(lines) == [f"{number:07}" for number in range(LINES_IN_MEMORY + 10)]
