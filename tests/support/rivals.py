"""Processes that want the same visit of one case at the same moment."""

from __future__ import annotations

from collections import Counter
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from engine.core.case.commands import Act, Actor
from engine.core.case.reasons import Refused
from engine.run.cases.casework import Casework
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import open_office
from tests.support.office import FOUNDED
from tests.support.victim import MANAGER

#: So many rounds are fought about one case; then comes the next one, so that no case grows to a thousand visits.
ROUNDS_A_CASE = 50
#: Round by round the case goes to and fro between two steps.
ACTIONS = ("day_agreed", "nobody_home")


def compete(folder: Path, cases: list[str], start: Barrier, answers: Queue[Counter[str]]) -> None:
    """Take the action of each round at the visit of that round, with the others; count what was answered."""
    office = open_office(str(folder), time=FixedTime(FOUNDED))
    work = Casework(office.cases, office.people, office.registry, office.access, office.time, simulation=True)
    found: Counter[str] = Counter()
    for number in range(len(cases) * ROUNDS_A_CASE):
        command = Act(
            actor=Actor(),
            enrolment="visit",
            track="visit",
            action=ACTIONS[number % 2],
            facts={"reached_at": "the temple"} if number % 2 == 0 else {},
            visit=number % ROUNDS_A_CASE + 1,
        )
        start.wait(300)  # a rival that died holds nobody up for ever
        try:
            work.do(MANAGER, cases[number // ROUNDS_A_CASE], command)
            found[f"won {number}"] += 1
        except Refused as refused:
            found[f"refused {refused.reasons[0].why.name}"] += 1
        except Exception as error:
            found[f"error {type(error).__name__}"] += 1
    answers.put(found)
    office.close()
