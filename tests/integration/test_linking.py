"""Linked cases in an office on a disk: one for each person that an operation found, whatever happens to others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.core.case import commands
from engine.core.case.commands import Actor
from engine.core.case.state import Case, WaitingStatus
from engine.run.cases.casework import Casework, Opening
from engine.run.setup.office import Office
from engine.run.ticks.linking import Linking
from engine.store.ports import FrozenError
from tests.support.office import make_office, small_protocols

LEADS = "sok_phalla"
NOBODY = Actor()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return an office with an operation's protocol and the one it asks for."""
    found = make_office(tmp_path / "office", small_protocols(tmp_path / "protocols"))
    yield found
    found.close()


def linking(office: Office, *, simulation: bool = True) -> Linking:
    """Return what opens linked cases."""
    return Linking(
        office.cases,
        office.incidents,
        office.registry.library,
        office.time.now,
        office.keyring.secret("link"),
        simulation=simulation,
    )


def work_of(office: Office) -> Casework:
    """Return the use cases of people."""
    return Casework(office.cases, office.people, office.registry, office.access, office.time, simulation=True)


def operation(office: Office, persons: int) -> str:
    """Return the code of an operation that found so many persons."""
    work = work_of(office)
    code = work.open(LEADS, Opening("raid", {})).id
    found = commands.Act(
        actor=NOBODY, enrolment="raid", track="raid", action="found", facts={"persons_found": persons}
    )
    work.do(LEADS, code, found)
    return code


def linked(office: Office) -> list[Case]:
    """Return the cases about persons."""
    cases = (office.cases.case(code) for code in office.cases.cases())
    return [case for case in cases if case.about == "person"]


def test_one_case_for_each_person_found(office: Office) -> None:
    """Each in the same agency and hands, each request answered with its code; the operation then closes."""
    code = operation(office, 3)
    assert office.cases.case(code).is_open
    assert linking(office).run() == 3
    opened = linked(office)
    case = office.cases.case(code)
    assert [item.status for item in case.waiting.values()] == [WaitingStatus.STARTED] * 3
    assert {item.case for item in case.waiting.values()} == {one.id for one in opened}
    assert {(one.agency, one.holders["case_manager"]) for one in opened} == {("social_north", LEADS)}
    assert {one.linked_from.case for one in opened if one.linked_from} == {code}
    assert not case.is_open
    assert linking(office).run() == 0


def test_an_operation_that_is_frozen_stops_no_other(office: Office) -> None:
    """The others get their cases; what was wrong is told after them, each time, until it is mended."""
    frozen, other = operation(office, 1), operation(office, 2)
    office.cases.freeze(frozen)
    for _ in range(2):
        with pytest.raises(FrozenError):
            linking(office).run()
        assert [item.status for item in office.cases.case(other).waiting.values()] == [WaitingStatus.STARTED] * 2
    office.cases.thaw(frozen)
    assert linking(office).run() == 1
    assert len(linked(office)) == 3


def test_a_draft_opens_no_case_of_a_real_person(office: Office) -> None:
    """The request waits, with its clock, until somebody answers it or the protocol is adopted."""
    code = operation(office, 2)
    assert linking(office, simulation=False).run() == 0
    assert linked(office) == []
    assert all(item.is_open for item in office.cases.case(code).waiting.values())


def test_a_request_that_somebody_answers_meanwhile_opens_nothing(office: Office) -> None:
    """Each request is looked at anew before its case is opened."""
    code = operation(office, 2)
    refuses = commands.Answer(actor=NOBODY, waiting="w2", agrees=False, reason="counted twice")
    work = work_of(office)
    first = linking(office)
    work.do(LEADS, code, refuses)
    assert first.run() == 1
    assert len(linked(office)) == 1
