"""The contracts of the store, held against every implementation."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.core.case.apply import fold
from engine.core.case.commands import Act, OpenCase, Pass, Record
from engine.core.case.effects import Decision
from engine.core.case.reasons import Refused
from engine.core.case.state import Case
from engine.core.deciding.decide import decided
from engine.core.deciding.library import Library
from engine.store.ports import (
    CaseExistsError,
    DoubleFiringError,
    Due,
    KeyReusedError,
    Outbox,
    Store,
    Ticket,
    UnknownCaseError,
    Written,
)
from tests.conformance.world import START, WORKER, doing, going, opening, passing


def codes(due: Sequence[Due]) -> list[str]:
    """Return the cases of what is due."""
    return [one.case for one in due]


def test_a_stored_case_is_the_fold_of_its_journal(store: Store, library: Library) -> None:
    """Folding all events over an empty case gives the stored case."""
    store.open("c1", opening(library))
    store.transact("c1", passing(library, START + timedelta(days=2)))
    store.transact("c1", going(library, START + timedelta(days=4)))
    assert fold(Case("c1"), store.journal("c1")) == store.case("c1")
    assert store.case("c1").seq == len(store.journal("c1"))


def test_the_journal_can_be_read_from_a_place_on(store: Store, library: Library) -> None:
    """``after`` leaves out that many events."""
    store.open("c1", opening(library))
    everything = store.journal("c1")
    assert list(store.journal("c1", after=2)) == list(everything[2:])
    assert list(store.journal("c1", after=len(everything))) == []


def test_a_case_is_opened_once(store: Store, library: Library) -> None:
    """A second opening under the same code is refused and writes nothing."""
    first = store.open("c1", opening(library))
    with pytest.raises(CaseExistsError):
        store.open("c1", opening(library))
    assert store.case("c1") == first


@pytest.mark.parametrize("name", ["", "c2", "'; drop table cases;--", "៣"])
def test_an_unknown_case_is_named_as_such(store: Store, library: Library, name: str) -> None:
    """Reading or working on a case that is not there raises one clear error, whatever the code."""
    store.open("c1", opening(library))
    for call in (store.case, store.journal, lambda case: store.transact(case, passing(library, START))):
        with pytest.raises(UnknownCaseError):
            call(name)


def test_work_that_fails_writes_nothing(store: Store, outbox: Outbox, library: Library) -> None:
    """State, journal, outbox and wake-up are as before when the work raises."""
    store.open("c1", opening(library))
    before = (store.case("c1"), list(store.journal("c1")), list(outbox.messages()), store.next_wake())
    with pytest.raises(Refused):
        store.transact("c1", doing(Record(actor=WORKER, facts={"nothing": "x"}), library, START))
    assert (store.case("c1"), list(store.journal("c1")), list(outbox.messages()), store.next_wake()) == before


def test_an_opening_that_fails_leaves_no_case(store: Store, library: Library) -> None:
    """A refused opening can be repeated under the same code."""
    wrong = doing(OpenCase(actor=WORKER, enrolment="e", meaning="m", facts={"nothing": "x"}), library, START)
    with pytest.raises(Refused):
        store.open("c1", wrong)
    assert list(store.cases()) == []
    assert store.open("c1", opening(library)).is_open


def test_due_cases_come_the_longest_waiting_first(store: Store, library: Library) -> None:
    """``due`` returns cases at or past their wake-up, in order, at most as many as asked for."""
    for number in range(3):
        store.open(f"c{number}", opening(library, START + timedelta(hours=2 - number)))
    first = store.next_wake()
    assert first is not None
    assert list(store.due(first - timedelta(seconds=1))) == []
    assert codes(store.due(first)) == ["c2"]
    assert codes(store.due(first + timedelta(hours=2))) == ["c2", "c1", "c0"]
    assert codes(store.due(first + timedelta(hours=2), limit=2)) == ["c2", "c1"]


def test_a_pass_leaves_nothing_due(store: Store, outbox: Outbox, library: Library) -> None:
    """After the pass the case waits for a later instant, and a second pass writes no message."""
    store.open("c1", opening(library))
    now = START + timedelta(days=3)
    store.transact("c1", passing(library, now))
    sent = list(outbox.messages())
    store.transact("c1", passing(library, now))
    assert list(store.due(now)) == []
    assert list(outbox.messages()) == sent


def test_a_rung_never_goes_out_twice(store: Store, outbox: Outbox, library: Library) -> None:
    """The same firing key written again is refused, whatever the work claims."""
    store.open("c1", opening(library))
    now = START + timedelta(days=3)
    stored = store.case("c1")
    store.transact("c1", passing(library, now))
    again = decided(stored, Pass(), now, library)[0]
    before = list(outbox.messages())
    with pytest.raises(DoubleFiringError):
        store.transact("c1", lambda case: Written(again, replace(case, seq=case.seq + 1), None))
    assert list(outbox.messages()) == before


def test_a_request_that_comes_twice_is_done_once(store: Store, library: Library) -> None:
    """The same ticket runs nothing again and answers with the case."""
    ticket = Ticket("sok", "k1", "open")
    store.open("c1", opening(library), ticket)
    assert store.open("c1", opening(library), ticket) == store.case("c1")
    assert store.open("c2", opening(library), ticket) == store.case("c1"), "whoever asks again draws another code"
    assert list(store.cases()) == ["c1"]
    move = Ticket("sok", "k2", "go")
    after = store.transact("c1", going(library, START), move)
    assert store.transact("c1", going(library, START), move) == after
    assert store.case("c1").enrolments["e"].tracks["main"].step == "two"


def test_a_key_with_another_request_is_refused(store: Store, library: Library) -> None:
    """The same key with another fingerprint is no repetition."""
    store.open("c1", opening(library))
    store.transact("c1", going(library, START), Ticket("sok", "k", "a"))
    with pytest.raises(KeyReusedError):
        store.transact("c1", going(library, START), Ticket("sok", "k", "b"))
    assert store.transact("c1", going(library, START), Ticket("dara", "k", "b")).is_open


def test_a_refused_request_may_be_sent_again_under_its_key(store: Store, library: Library) -> None:
    """A ticket is written with the transaction only."""
    store.open("c1", opening(library))
    ticket = Ticket("sok", "k", "a")
    with pytest.raises(Refused):
        store.transact("c1", doing(Record(actor=WORKER, facts={"nothing": "x"}), library, START), ticket)
    assert store.transact("c1", going(library, START), ticket).enrolments["e"].tracks["main"].step == "two"


def test_a_closed_case_waits_for_nothing(store: Store, library: Library) -> None:
    """A case without a wake-up is never due."""
    store.open("c1", opening(library))
    store.transact("c1", lambda case: Written(Decision((), ()), case, None))
    assert store.next_wake() is None
    assert list(store.due(START + timedelta(days=9000))) == []


def test_two_at_once_never_work_on_the_same_state(store: Store, library: Library) -> None:
    """Of many that act on one visit at the same time, one wins and the others see that it was left."""
    store.open("c1", opening(library))

    def act(_: int) -> bool:
        command = Act(actor=WORKER, enrolment="e", track="main", action="go", visit=1)
        try:
            store.transact("c1", doing(command, library, START))
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(act, range(32))) == 1
    assert store.case("c1").enrolments["e"].tracks["main"].visit == 2
