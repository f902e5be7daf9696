"""All that the page can show, taken together: nothing small of it can be reckoned back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count
from statistics import median
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.people.directory import Agency, Directory
from engine.run.figures.crowd import LEAST_SHOWN, Crowd
from engine.run.figures.grid import grid_of
from engine.run.figures.overview import ALL, GOES_ON, Overview, overview, quarter_of
from engine.store.sql.figures import Limit, Run

_CODES = count()
NOW = datetime(2027, 1, 5, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Phnom_Penh")
PROVINCES = ("north", "river", "south")
PEOPLE = Directory(agencies={f"social_{one}": Agency(f"social_{one}", province=one) for one in PROVINCES})
OUTCOMES = ("moved_on", "left", "handed_over")
Fine = tuple[str, str, str]
#: So many of each: days ago, province, outcome.
HEAPS = st.lists(
    st.tuples(
        st.sampled_from((10, 100, 190, 280)),
        st.sampled_from(PROVINCES),
        st.sampled_from(OUTCOMES),
        st.integers(1, 30),
    ),
    max_size=24,
)


def at(days: int) -> datetime:
    """Return an instant so many days ago."""
    return NOW - timedelta(days=days)


def is_small(number: int) -> bool:
    """Return whether a number of people is small."""
    return 0 < number < LEAST_SHOWN


def somebody() -> str:
    """Return the code of a case that no other thing is counted of."""
    return f"case {next(_CODES)}"


def run(days: int, province: str, outcome: str = "") -> Run:
    """Return a run that ended so many days ago, or was begun then and goes on."""
    return Run(somebody(), f"social_{province}", "care", at(days), at(days) if outcome else None, outcome)


def limit(
    days: int, province: str, *, over: bool = False, step: str = "care.plan", ran: int = 3, case: str = ""
) -> Limit:
    """Return a limit that ran out so many days ago: missed or met."""
    outcome = "missed" if over else "met"
    return Limit(case or somebody(), f"social_{province}", step, outcome, at(days), at(days + ran), at(days))


def crowd(number: int) -> Crowd:
    """Return so many things, each of another person."""
    return Crowd(number, frozenset(somebody() for _ in range(min(number, LEAST_SHOWN))))


def counted(runs: Sequence[Run] = (), limits: Sequence[Limit] = ()) -> Overview:
    """Count them."""
    return overview(runs, limits, PEOPLE, ZONE, NOW)


def told(found: Overview, cells: Sequence[Fine]) -> Iterator[tuple[set[Fine], int]]:
    """Yield every number that is shown, or follows at once, with the single cells of which it is the sum."""
    for (span, group), row in found.outcomes.items():
        here = {one for one in cells if (not span or one[0] in span) and (not group or one[1] in group)}
        yield here, row.together
        yield {one for one in here if row.kinds.get(one[2]) is None}, row.others
        for kind, number in row.kinds.items():
            if number is not None:
                yield {one for one in here if one[2] == kind}, number


def solved(equations: Sequence[set[Fine]], cells: Sequence[Fine]) -> list[list[Fraction]]:
    """Return the equations as rows that begin with a one in a column in which no other has anything."""
    rows: list[list[Fraction]] = []
    for one in equations:
        row = reduced([Fraction(cell in one) for cell in cells], rows)
        first = next((number for number, value in enumerate(row) if value), None)
        if first is not None:
            row = [value / row[first] for value in row]
            rows = [[a - old[first] * b for a, b in zip(old, row, strict=True)] for old in rows]
            rows.append(row)
    return rows


def reduced(row: list[Fraction], rows: Sequence[list[Fraction]]) -> list[Fraction]:
    """Return what is left of a row when the others are taken from it as often as they go in."""
    for other in rows:
        first = other.index(Fraction(1))
        if row[first]:
            row = [a - row[first] * b for a, b in zip(row, other, strict=True)]
    return row


@settings(max_examples=60)
@given(HEAPS)
def test_nothing_small_is_a_combination_of_what_is_shown(heaps: list[tuple[int, str, str, int]]) -> None:
    """Neither a single cell nor one of the grid: whatever is added and taken away, no small number comes out."""
    runs = [run(days, where, outcome) for days, where, outcome, number in heaps for _ in range(number)]
    found = counted(runs)
    fine = Counter(
        (quarter_of(at(days), ZONE), where, outcome) for days, where, outcome, n in heaps for _ in range(n)
    )
    cells = [(q, p, o) for q in sorted({one[0] for one in fine}) for p in PROVINCES for o in OUTCOMES]
    shown = list(told(found, cells))
    for one, number in shown:
        assert sum(fine[cell] for cell in one) == number
        assert not is_small(number)
    empty = {cell for one, number in shown if not number for cell in one}
    cells = [cell for cell in cells if cell not in empty]
    rows = solved([one - empty for one, _ in shown], cells)
    wanted = [{cell} for cell in cells]
    wanted += [
        {(q, p, o) for q, p, o in cells if q in span and p in group and o == outcome}
        for span in found.grid.spans
        for group in found.grid.groups
        for outcome in OUTCOMES
    ]
    wanted += [{(q, p, o) for q, p, o in cells if (q, p) == (quarter, where)} for quarter, where, _ in cells]
    wanted += [{(q, p, o) for q, p, o in cells if (q, o) == (quarter, outcome)} for quarter, _, outcome in cells]
    wanted += [{(q, p, o) for q, p, o in cells if (p, o) == (where, outcome)} for _, where, outcome in cells]
    for one in wanted:
        if is_small(sum(fine[cell] for cell in one)):
            assert any(reduced([Fraction(cell in one) for cell in cells], rows)), one


@given(HEAPS)
def test_everybody_is_counted(heaps: list[tuple[int, str, str, int]]) -> None:
    """The sums are whole, by quarter and by province; only where all together are few, nothing is shown."""
    number = sum(one for *_, one in heaps)
    found = counted([run(days, where, outcome) for days, where, outcome, n in heaps for _ in range(n)])
    if number < LEAST_SHOWN:
        assert not found.outcomes
        return
    assert found.outcomes[ALL].together == number
    assert sum(found.outcomes[span, ()].together for span in found.grid.spans) == number
    assert sum(found.outcomes[(), group].together for group in found.grid.groups) == number


@given(st.lists(st.tuples(st.integers(1, 400), st.sampled_from(PROVINCES), st.booleans()), min_size=30, max_size=200))
def test_no_share_tells_of_a_few(places: list[tuple[int, str, bool]]) -> None:
    """Where few passed, or few did not, in a quarter and a province, no share of them stands there."""
    found = counted(limits=[limit(days, where, over=over) for days, where, over in places])
    for (span, group), share in found.shares.items():
        if not span:
            continue
        here = [
            over
            for days, where, over in places
            if quarter_of(at(days), ZONE) in span and (not group or where in group)
        ]
        over = sum(here)
        assert share.limits == len(here)
        assert share.overdue is None or not (is_small(over) or is_small(len(here) - over))
        assert share.overdue in {None, round(100 * over / len(here)) if here else 0}


def test_each_figure_stands_by_quarter_and_province() -> None:
    """With enough of everything: outcome, share and days of a step, in one quarter and one province."""
    runs = [run(days, where, "left") for days in (10, 100) for where in ("north", "river") for _ in range(12)]
    runs += [run(100, "river") for _ in range(15)]
    limits = [
        limit(days, where, over=number < 12, ran=4 if where == "north" else 6)
        for days in (10, 100)
        for where in ("north", "river")
        for number in range(48)
    ]
    found = counted(runs, limits)
    assert found.grid.groups == [("north",), ("river",)]
    assert found.grid.spans == [("2026 Q3",), ("2026 Q4",)]
    here = (("2026 Q3",), ("river",))
    assert found.outcomes[here].kinds == {"left": 12, GOES_ON: 15}
    assert (found.shares[here].limits, found.shares[here].overdue) == (48, 25)
    assert found.stays["care.plan"][here] == 6
    assert found.stays["care.plan"][ALL] == median([4, 6])


def test_a_small_province_stands_with_others_and_a_small_quarter_with_its_neighbour() -> None:
    """As few are put together as can be."""
    numbers = {("2026 Q1", "north"): 40, ("2026 Q2", "north"): 40, ("2026 Q3", "north"): 3, ("2026 Q1", "river"): 5}
    counts = {place: crowd(number) for place, number in numbers.items()}
    found = grid_of([counts])
    assert found.groups == [("north", "river")]
    assert found.spans == [("2026 Q1",), ("2026 Q2", "2026 Q3")]
    numbers = {("2026 Q2", "south"): 80, ("2026 Q1", "south"): 70, ("2026 Q2", "river"): 6}
    more = {place: crowd(number) for place, number in numbers.items()}
    assert grid_of([counts | more]).groups == [("north", "river"), ("south",)]
    assert grid_of([counts | more]).spans == [("2026 Q1",), ("2026 Q2", "2026 Q3")]
    assert grid_of([]).groups == ()


def test_forty_limits_of_two_people_are_no_figure() -> None:
    """Neither a share nor a median of theirs stands there, nor what would give them away beside others."""
    few = [limit(10, "north", over=number % 2 == 0, case=f"her {number % 2}") for number in range(40)]
    assert not counted(limits=few).shares
    others = [limit(10, "river", over=number % 2 == 0) for number in range(60)]
    found = counted(limits=[*few, *others])
    assert found.grid.groups == [("north", "river")]
    assert {share.limits for share in found.shares.values()} == {100}
    step = [limit(10, "north", step="care.rare", ran=9, case=f"her {number % 2}") for number in range(40)]
    assert "care.rare" not in {name for name, places in counted(limits=[*step, *others]).stays.items() if places}


def test_the_running_quarter_does_not_count() -> None:
    """Figures that grew with every day would tell what became of one person to whoever looks twice."""
    runs = [run(100, "north", "left") for _ in range(15)] + [run(200, "north") for _ in range(15)]
    limits = [limit(100, "north", over=number % 2 == 0) for number in range(40)]
    before = counted(runs, limits)
    late = Run(somebody(), "social_north", "care", at(200), at(1), "left")
    goes_on = Run(late.case, "social_north", "care", at(200), None, "")
    new = [run(2, "north"), run(1, "north", "left")]
    assert counted([*runs, late, *new], [*limits, limit(1, "north")]) == counted([*runs, goes_on], limits)
    assert before.made == datetime(2026, 12, 31, 17, tzinfo=UTC)
