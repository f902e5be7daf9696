"""What a limit says as cells, and back: nothing is lost, nothing is taken for a formula, no date is guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.run.protocols.limits.cells import CellError, guard, read, show, unguard
from engine.run.protocols.limits.days import Order, choose, settle

JUNE = date(2027, 6, 30)
ANY = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=30)
IDS = st.from_regex(r"[A-Za-z0-9_]{1,12}", fullmatch=True)
LIMITS = st.sampled_from(["72 hours", "5 working days", "same day", "1 hour"])


@given(st.lists(ANY, min_size=1, max_size=5).map(tuple))
def test_any_list_comes_back(items: tuple[str, ...]) -> None:
    """A list of any texts, also with commas, quotation marks, blanks and line breaks, is one cell and comes back."""
    assert read("ref", show(items)) == (items if show(items).strip() else None)


@given(IDS, st.dictionaries(IDS, LIMITS, min_size=1, max_size=4))
def test_any_dependent_limit_comes_back(field: str, cases: dict[str, str]) -> None:
    """A limit for each answer of a field is one readable cell and comes back, answers in their order."""
    content = read("depends_on", show({field: cases}))
    assert content == {field: cases}
    assert isinstance(content, dict)
    assert list(content[field]) == list(cases)


@given(ANY)
def test_guard_comes_off_again(text: str) -> None:
    """Any cell that is guarded is read back as it was, also one that begins with apostrophes itself."""
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("before", ["", "'", "''"])
def test_formula_is_guarded(sign: str, before: str) -> None:
    """A cell that begins like a formula gets an apostrophe, whatever apostrophes stood there."""
    assert guard(f"{before}{sign}cmd|' /C calc'!A0") == f"'{before}{sign}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["72 hours", "'quoted'", "D01", "", " = 1", "ក"])
def test_other_cells_are_left_alone(text: str) -> None:
    """A cell that begins no formula stays as it is."""
    assert guard(text) == text
    assert unguard(text) == text


@pytest.mark.parametrize(
    ("key", "text", "content"),
    [
        ("limit", "  72 hours ", "72 hours"),
        ("limit", "   ", None),
        ("ref", "D01,D02 ,  D03", ("D01", "D02", "D03")),
        ("ref", 'D01, "a, ""b""", ', ("D01", 'a, "b"')),
        ("ref", "D01,,D02", ("D01", "D02")),
        ("depends_on", "risk:high=1 hour;low = 3 hours ;", {"risk": {"high": "1 hour", "low": "3 hours"}}),
        ("depends_on", "risk: high: 1 hour\nlow: 3 hours", {"risk": {"high": "1 hour", "low": "3 hours"}}),
    ],
)
def test_cells_are_read_kindly(key: str, text: str, content: object) -> None:
    """Blanks and separators may differ from those that were written."""
    assert read(key, text) == content


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("ref", 'D01, "a', "quotation marks"),
        ("ref", 'D01 "a", b', "quotation marks"),
        ("depends_on", "72 hours", "a field and a limit for each"),
        ("depends_on", "risk: high 1 hour", "`high 1 hour` does not say which answer"),
        ("depends_on", "risk: high = 1 hour; high = 2 hours", "`high` stands here twice"),
    ],
)
def test_cell_that_cannot_be_read_says_how_to_write_it(key: str, text: str, said: str) -> None:
    """What cannot be read is told with an example or with what to do."""
    with pytest.raises(CellError, match=said) as raised:
        read(key, text)
    assert raised.value.hint


@pytest.mark.parametrize(
    "text",
    [
        *("2027-06-30", "2027/6/30", "2027.06.30", "30.06.2027", "30/06/2027", "6/30/2027", "30-Jun-2027"),
        *("30 June 2027", "June 30, 2027", "Jun 30 2027", "2027-06-30 00:00:00", "2027-06-30T00:00:00Z"),
        *("៣០/០៦/២០២៧", "30. 6. 2027"),
    ],
)  # fmt: skip
def test_date_of_a_spreadsheet_is_read(text: str) -> None:
    """However a spreadsheet writes a day, it is that day."""
    assert choose(text, None, None) == (JUNE,)


@pytest.mark.parametrize(
    "text", ["soon", "2027-02-30", "31/31/2027", "30-Foo-2027", "1/2/3/4", "2570-06-30", "46203", ""]
)
def test_what_is_no_date_is_none(text: str) -> None:
    """Words, days of no calendar and years out of reach are no dates."""
    assert choose(text, None, None) == ()


def test_ambiguous_date_is_settled_by_the_rest_of_the_table() -> None:
    """3/4 is a day in April or March; one date of the table that can be read in one way only settles it."""
    both = (date(2027, 4, 3), date(2027, 3, 4))
    assert choose("3/4/2027", None, None) == both
    assert settle([("3/4/2027", None)]) is None
    assert settle([("3/4/2027", None), ("30/6/2027", None)]) is Order.DAY
    assert settle([("3/4/2027", None), ("6/30/2027", None)]) is Order.MONTH
    assert settle([("30/6/2027", None), ("6/30/2027", None)]) is None
    assert choose("3/4/2027", Order.DAY, None) == both[:1]
    assert choose("3/4/2027", Order.MONTH, None) == both[1:]


def test_the_day_in_the_file_settles_a_table_too() -> None:
    """If every date of the table is ambiguous, those that are what the file says show how it is written."""
    assert settle([("3/4/2027", date(2027, 3, 4)), ("5/5/2027", date(2027, 5, 5))]) is Order.MONTH
    assert settle([("3/4/2027", date(2027, 3, 4)), ("5/6/2027", date(2027, 6, 5))]) is None


def test_year_of_two_digits_is_only_believed_where_the_file_says_it() -> None:
    """30-Jun-27 may lie in two centuries: it is the day in the file, or has to be written out."""
    assert choose("30-Jun-27", None, JUNE) == (JUNE,)
    assert choose("30-Jun-27", None, None) == (date(1927, 6, 30), JUNE)
    assert choose("30/06/27", Order.DAY, JUNE) == (JUNE,)
    assert choose("30/06/28", Order.DAY, JUNE) == (date(1928, 6, 30), date(2028, 6, 30))
