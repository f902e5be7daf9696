"""Calendar arithmetic against vectors on which three independent tools agree."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from engine.core.clocks.calendar import Calendar, local_date, resolve

pytestmark = pytest.mark.working_time
DAY = ((8 * 3600, 17 * 3600),)


@pytest.fixture
def cambodia(shared_data: Path) -> Calendar:
    """Mon-Fri 08:00-17:00 with the projected holidays the vectors were made with."""
    with (shared_data / "time" / "holidays_projected_2024_2027.csv").open(encoding="utf-8") as file:
        days = [date.fromisoformat(row["date"]) for row in csv.DictReader(file) if row["country"] == "KH"]
    return Calendar("kh", "Asia/Phnom_Penh", (*([DAY] * 5), (), ()), frozenset(days))


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "working_time_kh.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_working_hours_spans_and_days_equal_the_vectors(working_time_folder: Path, cambodia: Calendar) -> None:
    """Hours added, seconds between and the n-th working day equal every row."""
    wrong = []
    for row in rows(working_time_folder):
        start = resolve(datetime.fromisoformat(row["start_local"]), cambodia.tz)
        until = resolve(datetime.fromisoformat(row["until_local"]), cambodia.tz)
        due = resolve(datetime.fromisoformat(row["due_definition"]), cambodia.tz)
        day = cambodia.working_day(local_date(start, cambodia.tz), int(row["add_work_days"]))
        agrees = (
            cambodia.after_opening(start, timedelta(hours=int(row["add_work_hours"]))) == due
            and cambodia.opening_between(start, until) == timedelta(seconds=int(row["work_seconds_between"]))
            and str(day) == row["due_day_nth_workday_after(np roll=backward)"]
        )
        if not agrees:
            wrong.append(row["id"])
    assert not wrong


def test_counting_back_undoes_counting_forward(working_time_folder: Path, cambodia: Calendar) -> None:
    """The instant n working hours before the end of n working hours is the start, if the office was open then."""
    for row in rows(working_time_folder):
        start = resolve(datetime.fromisoformat(row["start_local"]), cambodia.tz)
        amount = timedelta(hours=int(row["add_work_hours"]))
        begun = cambodia.after_opening(start, timedelta(seconds=1)) - timedelta(seconds=1)
        assert cambodia.before_opening(cambodia.after_opening(start, amount), amount) == begun
