"""Whose work stands in a list: her own is there, however much of others' lies before it in the index."""

from __future__ import annotations

from datetime import timedelta

from engine.core.case.commands import Actor, AskApproval
from engine.core.people.commands import AddMembership
from engine.run.cases.casework import Opening
from engine.store.sql.worklist import DueClock
from tests.support.pages import Pages

#: Shorter than what lies before.
MOST = 3


def test_who_serves_everywhere_finds_the_one_case_that_needs_her(pages: Pages) -> None:
    """Many limits run out before, in cases that are none of hers; the first page of her list still holds her own."""
    serving = AddMembership(by="t", user="kim_bunna", role="intake_officer", everywhere=True)
    pages.office.people.change([serving], pages.office.time.now())
    cases = pages.desk.casework
    for number in range(3 * MOST):
        cases.open("sok_phalla", Opening("care", {"who": f"Neang {number}"}))
    hers = cases.open("sok_phalla", Opening("arrival", {"who": "Neang Last"})).id
    far = pages.office.time.now() + timedelta(days=60)
    found = pages.desk.worklist.of("kim_bunna", far, most=MOST)
    assert {one.view.case.id for one in found.due} == {hers}


def test_pages_of_a_list_join_without_a_gap(pages: Pages) -> None:
    """Read page by page, each limit comes once, in the order of the whole list."""
    for number in range(3 * MOST):
        pages.desk.casework.open("sok_phalla", Opening("care", {"who": f"Neang {number}"}))
    far = pages.office.time.now() + timedelta(days=60)
    whole = pages.desk.worklist.of("sok_phalla", far)
    after: DueClock | None = None
    joined: list[tuple[str, str]] = []
    while True:
        part = pages.desk.worklist.of("sok_phalla", far, after, MOST)
        assert len(part.due) <= MOST
        joined += [(one.view.case.id, one.clock.name) for one in part.due]
        after = part.more
        if after is None:
            break
    assert joined == [(one.view.case.id, one.clock.name) for one in whole.due]
    assert len(joined) > 3 * MOST


def test_what_the_country_asks_of_supervisors_hides_nothing_from_one(pages: Pages) -> None:
    """Approvals that others have waited for longer do not push hers out of her list."""
    cases = pages.desk.casework
    asked = AskApproval(
        actor=Actor(), enrolment="care", track="care", action="moved", facts={"reached_at": "by her aunt"}, reason="r"
    )
    for number in range(2 * MOST):
        elsewhere = cases.open("kim_bunna", Opening("care", {"who": f"Neang {number}"})).id
        cases.do("kim_bunna", elsewhere, asked)
    cases.do("sok_phalla", pages.code, asked)
    found = pages.desk.worklist.of("ouk_malis", pages.office.time.now(), most=MOST)
    assert [one.view.case.id for one in found.asked] == [pages.code]
