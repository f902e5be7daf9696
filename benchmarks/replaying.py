"""Replay of the real log of fines, beside as many bare triggers of the state machine library."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks.floors import bare_trigger
from benchmarks.harness import Figure
from engine.run.logs.crew import processes_at_hand
from engine.run.logs.replay import Questions, Route
from engine.run.logs.replay_log import replay_file
from engine.run.protocols.files import load

ROUNDS = 3
PROTOCOL = Path(__file__).parents[1] / "examples" / "fines_observed.yaml"
DATA = Path(os.environ.get("SPEAN_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))


def figures() -> Iterator[Figure]:
    """Yield events a second of the replay over triggers a second, by the clock on the wall."""
    log = DATA / "fines" / "log.csv"
    if not log.exists():
        print(f"replaying: skipped, there is no {log.name} in the folder of real inputs")
        return
    yield _figure(log)


def _figure(log: Path) -> Figure:
    protocol, library = load(str(PROTOCOL))
    route = Route(protocol, library)
    trigger = bare_trigger()
    best: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        events = replay_file(log, route, Questions(until=date(2013, 6, 18))).events
        spent = (time.perf_counter() - start) / events
        start = time.perf_counter()
        for _ in range(events):
            trigger()
        best.append((spent, (time.perf_counter() - start) / events))
    subject, floor = sorted(best, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]
    return Figure(
        f"replay of the fines: events/s over bare triggers/s ({processes_at_hand()} cores)",
        "bare transitions trigger",
        subject,
        floor,
        floor / subject,
        "at least 0.08",
    )
