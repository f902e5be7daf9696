"""One action of the rescue protocol, the one that arms the most rungs under all forbidden rules.

``decide`` and ``apply`` beside a bare trigger of the state machine library, and beside the transaction that would
write the decision's rows on SQLite.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.floors import bare_trigger, raw_transaction, rows_of
from benchmarks.harness import Figure, compare
from engine.core.case.commands import Act, Actor, OpenCase
from engine.core.case.state import Case
from engine.core.deciding.decide import decided
from engine.core.deciding.library import Library
from engine.core.deciding.options import options
from engine.run.protocols.files import load

PROTOCOL = Path(__file__).parents[1] / "protocols" / "rescue.yaml"
START = datetime(2026, 3, 2, 3, tzinfo=UTC)


def figures() -> Iterator[Figure]:
    """Yield the figures of the action."""
    library, case, command = heaviest_action()
    now = START + timedelta(hours=1)
    decision, after = decided(case, command, now, library)
    clocks = list(after.enrolments["e"].open_clocks())
    rungs = sum(len(item.clock.now.schedule) for item in clocks if item.clock.generations)
    rules = len(library.protocol("rescue").forbidden)
    words = f"{len(clocks)} clocks, {rungs} rungs, {rules} rules, {len(decision.events)} events"

    def subject() -> object:
        return decided(case, command, now, library)

    yield compare(
        f"decide + apply ({words})",
        subject,
        bare_trigger(),
        floor_name="bare transitions trigger",
        aim="for context",
        repeat=20,
    )
    with tempfile.TemporaryDirectory() as folder:
        write = raw_transaction(Path(folder), rows_of(decision, after))
        yield compare(
            "decide + apply, client CPU",
            subject,
            write,
            floor_name="raw sqlite3 transaction of its rows",
            aim="at most 3",
            repeat=20,
        )


def heaviest_action() -> tuple[Library, Case, Act]:
    """Return a case and the action of the main track that arms the most rungs, among those a case can begin with."""
    _, library = load(str(PROTOCOL))
    protocol = library.protocol("rescue")
    everybody = Actor("bench", frozenset(protocol.roles))
    opening = OpenCase(actor=everybody, enrolment="e", meaning=protocol.meaning)
    case = decided(Case("case"), opening, START, library)[1]
    facts = {"agreed_to_leave": "yes"}
    found = []
    for option in options(case, everybody, START, library):
        known = {name: value for name, value in facts.items() if name in option.asks}
        command = Act(actor=everybody, enrolment="e", track=option.track, action=option.action, facts=known)
        if set(option.asks) <= set(known):
            found.append((_rungs(case, command, library), command))
    return library, case, max(found, key=lambda pair: pair[0])[1]


def _rungs(case: Case, command: Act, library: Library) -> int:
    from engine.core.case.reasons import Refused

    try:
        after = decided(case, command, START, library)[1]
    except Refused:
        return -1
    open_clocks = after.enrolments["e"].open_clocks()
    return sum(len(item.clock.now.schedule) for item in open_clocks if item.clock.generations)
