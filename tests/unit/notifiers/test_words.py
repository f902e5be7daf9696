"""Times and lengths of time read well in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.words import instant_in_words, over_in_words, span_in_words

PHNOM_PENH, BERLIN = ZoneInfo("Asia/Phnom_Penh"), ZoneInfo("Europe/Berlin")
LIMIT = datetime(2027, 3, 4, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "english", "khmer"),
    [
        (timedelta(), "less than a minute", "តិចជាងមួយនាទី"),
        (timedelta(seconds=59, microseconds=999999), "less than a minute", "តិចជាងមួយនាទី"),
        (timedelta(minutes=1), "1 minute", "1 នាទី"),
        (timedelta(minutes=59, seconds=59), "59 minutes", "59 នាទី"),
        (timedelta(hours=1), "1 hour", "1 ម៉ោង"),
        (timedelta(hours=1, minutes=1), "1 hour 1 minute", "1 ម៉ោង 1 នាទី"),
        (timedelta(hours=23, minutes=59), "23 hours 59 minutes", "23 ម៉ោង 59 នាទី"),
        (timedelta(days=1), "1 day", "1 ថ្ងៃ"),
        (timedelta(days=3, hours=4, minutes=59), "3 days 4 hours", "3 ថ្ងៃ 4 ម៉ោង"),
        (timedelta(days=2, minutes=5), "2 days", "2 ថ្ងៃ"),
        (timedelta(days=400, hours=1), "400 days 1 hour", "400 ថ្ងៃ 1 ម៉ោង"),
        (timedelta(days=-1, hours=-2), "1 day 2 hours", "1 ថ្ងៃ 2 ម៉ោង"),
    ],
)
def test_span_is_told_in_its_largest_unit_and_the_next(span: timedelta, english: str, khmer: str) -> None:
    """A length of time is told in two units, singular and plural right; a negative one is as long."""
    assert span_in_words(span, "en") == english
    assert span_in_words(span, "km") == khmer


@pytest.mark.parametrize(
    ("now", "english", "khmer"),
    [
        (LIMIT - timedelta(hours=2), "2 hours left", "នៅសល់ 2 ម៉ោង"),
        (LIMIT - timedelta(seconds=1), "less than a minute left", "នៅសល់ តិចជាងមួយនាទី"),
        (LIMIT, "just now", "ទើបតែដល់ពេល"),
        (LIMIT + timedelta(seconds=59), "just now", "ទើបតែដល់ពេល"),
        (LIMIT + timedelta(seconds=60), "1 minute over", "ហួស 1 នាទី"),
        (LIMIT + timedelta(days=1, hours=1), "1 day 1 hour over", "ហួស 1 ថ្ងៃ 1 ម៉ោង"),
        ((LIMIT - timedelta(hours=2)).astimezone(BERLIN), "2 hours left", "នៅសល់ 2 ម៉ោង"),
    ],
)
def test_time_is_left_until_the_limit_and_over_from_it(now: datetime, english: str, khmer: str) -> None:
    """At the limit itself time is over; zones of the two instants may differ."""
    assert over_in_words(LIMIT, now, "en") == english
    assert over_in_words(LIMIT, now, "km") == khmer


@pytest.mark.parametrize(
    ("instant", "zone", "english", "khmer"),
    [
        (LIMIT, PHNOM_PENH, "Thu 4 March 2027, 10:00", "ថ្ងៃព្រហស្បតិ៍ ទី4 ខែមីនា ឆ្នាំ2027 ម៉ោង 10:00"),
        (
            datetime(2026, 12, 31, 17, 5, tzinfo=UTC),
            PHNOM_PENH,
            "Fri 1 January 2027, 00:05",
            "ថ្ងៃសុក្រ ទី1 ខែមករា ឆ្នាំ2027 ម៉ោង 00:05",
        ),
        (
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            BERLIN,
            "Sun 25 October 2026, 02:30",
            "ថ្ងៃអាទិត្យ ទី25 ខែតុលា ឆ្នាំ2026 ម៉ោង 02:30",
        ),
        (
            datetime(2026, 6, 30, 23, 59, tzinfo=timezone(timedelta(hours=-3))),
            PHNOM_PENH,
            "Wed 1 July 2026, 09:59",
            "ថ្ងៃពុធ ទី1 ខែកក្កដា ឆ្នាំ2026 ម៉ោង 09:59",
        ),
    ],
)
def test_instant_is_told_in_local_time(instant: datetime, zone: ZoneInfo, english: str, khmer: str) -> None:
    """An instant is told with its day of the week and month in the zone's own time, whatever zone it came in."""
    assert instant_in_words(instant, zone, "en") == english
    assert instant_in_words(instant, zone, "km") == khmer


@given(st.integers(-50 * 525_600, 150 * 525_600), st.sampled_from(["en", "km"]))
def test_every_minute_has_words(minutes: int, language: str) -> None:
    """Every instant has words in each language: one line, with its year and its time to the minute."""
    instant = LIMIT + timedelta(minutes=minutes)
    told = instant_in_words(instant, PHNOM_PENH, language)
    local = instant.astimezone(PHNOM_PENH)
    assert "\n" not in told
    assert str(local.year) in told
    assert told.endswith(f"{local:%H:%M}")


@pytest.mark.parametrize("language", ["en", "km"])
def test_days_and_months_are_all_different(language: str) -> None:
    """No two days of a week and no two months of a year have the same word."""
    days = [instant_in_words(LIMIT + timedelta(days=at), PHNOM_PENH, language) for at in range(7)]
    months = [instant_in_words(datetime(2027, at, 9, tzinfo=UTC), PHNOM_PENH, language) for at in range(1, 13)]
    assert len({one.split(" ")[0] for one in days}) == 7
    assert len({one.split(" ")[2] for one in months}) == 12
