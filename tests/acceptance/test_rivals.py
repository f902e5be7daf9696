"""People and workers who want the same case at the same moment, in real processes on one file."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine.core.case.commands import Act, Actor
from engine.run.cases.casework import Casework, Opening
from engine.run.setup.office import Office
from engine.run.ticks.bootstrap import worker_of
from engine.store.sql.verify import verify
from tests.support import rivals
from tests.support.memory import folder_in_memory
from tests.support.office import FOUNDED, at, make_office, small_protocols
from tests.support.rivals import ROUNDS_A_CASE
from tests.support.victim import MANAGER

ROUNDS, RIVALS = 1000, 16
WORKERS = multiprocessing.get_context("forkserver")
WORKERS.set_forkserver_preload(["tests.support.rivals"])


@pytest.fixture
def office() -> Iterator[Office]:
    """Return an office in memory, where there is such a folder: nothing here is about a disk."""
    with folder_in_memory() as made:
        found = make_office(made / "office", small_protocols(made / "protocols"))
        yield found
        found.close()


def casework(office: Office) -> Casework:
    return Casework(office.cases, office.people, office.registry, office.access, office.time, simulation=True)


def opened(office: Office) -> str:
    return casework(office).open(MANAGER, Opening("visit", {"who": "Somebody"})).id


def test_of_sixteen_who_want_one_visit_one_gets_it_a_thousand_times(office: Office) -> None:
    """1,000 rounds: one winner each, and every loser hears that the step was left; the journal stays whole."""
    cases, folder = [opened(office) for _ in range(ROUNDS // ROUNDS_A_CASE)], office.settings.folder
    start, answers = WORKERS.Barrier(RIVALS), WORKERS.Queue()
    processes = [WORKERS.Process(target=rivals.compete, args=(folder, cases, start, answers)) for _ in range(RIVALS)]
    for one in processes:
        one.start()
    found: Counter[str] = Counter()
    for _ in processes:
        found += answers.get(timeout=900)
    for one in processes:
        one.join(60)
    won = {name for name in found if name.startswith("won")}
    assert {name: number for name, number in found.items() if name not in won} == {
        "refused VISIT_LEFT": ROUNDS * (RIVALS - 1)
    }
    assert won == {f"won {number}" for number in range(ROUNDS)}
    assert all(found[name] == 1 for name in won)
    visits = {office.cases.case(one).enrolments["visit"].tracks["visit"].visit for one in cases}
    assert visits == {ROUNDS_A_CASE + 1}
    assert verify(office.database, office.vault, library=office.registry.library()).findings == []


def test_a_reminder_or_a_read_is_never_a_conflict(office: Office) -> None:
    """Between the look and the action reminders go out, others read, and a note is written; the action is taken."""
    case = opened(office)
    seen, _ = casework(office).look(MANAGER, case)
    office = at(office, FOUNDED + timedelta(days=4))
    assert worker_of(office).tick(office.time.now()).passes.cases == 1
    casework(office).look("ouk_malis", case)
    assert office.cases.case(case).seq > seen.seq
    act = Act(
        actor=Actor(),
        enrolment="visit",
        track="visit",
        action="day_agreed",
        facts={"reached_at": "by the river"},
        visit=1,
        seen=seen.seq,
    )
    assert casework(office).do(MANAGER, case, act).enrolments["visit"].tracks["visit"].step == "planned"
    office.close()
