"""Processes that are killed (kill -9) while they work in an office, at every named point and at any time."""

from __future__ import annotations

import multiprocessing
import re
import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.core.case.events import CaseErased, NoteAdded
from engine.run.setup.office import Office, open_office
from engine.run.webhooks.office import register_of
from engine.store import points
from engine.store.checkpoints import read_line
from engine.store.sql.meta import LAST_PASS
from engine.store.sql.tables import micros
from engine.store.sql.verify import verify
from engine.store.webhooks import NewsKind
from notifiers.sink import Sink
from tests.support import victim
from tests.support.memory import folder_in_memory
from tests.support.office import FOUNDED, ROOT, make_office, small_protocols
from tests.support.receiver import Receiver
from tests.support.victim import MANAGER, Day

#: The start of the day, a morning in Phnom Penh after the office was founded.
START = FOUNDED + timedelta(days=2)
#: The last tick of the day.
END = START + timedelta(hours=24 * 30 + 1)
#: At these points a mail may have left without anybody knowing it, so that it leaves again.
LEAVES_AGAIN = {"mail: after handing over", "mail: before marking"}
#: Calls to webhooks leave beside the mails: who dies there may die in the middle of a mail, too.
BESIDE_MAILS = {"access: written", *(point for point in points.POINTS if point.startswith("webhook: "))}
RANDOM_KILLS = 200
WORKERS = multiprocessing.get_context("forkserver")
WORKERS.set_forkserver_preload(["tests.support.victim"])


class Mails(Sink):
    """A real SMTP server that counts the ids of mails."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.ids: Counter[str] = Counter()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        found = re.search(rb"^Message-ID: <([^>]+)>", envelope.original_content, re.MULTILINE | re.IGNORECASE)
        self.ids[found[1].decode() if found else ""] += 1
        return "250 kept"


@dataclass
class World:
    """An office as it was before the day, and what a whole day leads to."""

    template: Path
    passed: Counter[str] = field(default_factory=Counter)
    firings: set[tuple[object, ...]] = field(default_factory=set)
    told: Counter[str] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def mails(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mails]:
    server = Mails(tmp_path_factory.mktemp("mails"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, mails: Mails, receiver: Receiver) -> World:
    """Found an office, and live through the day once without any death."""
    room = tmp_path_factory.mktemp("world")
    protocols = small_protocols(room / "protocols")
    office = make_office(room / "office", protocols)
    hear = {"by": "init", "directory": office.people.now(), "now": FOUNDED}
    register_of(office).add(receiver.url, MANAGER, NewsKind, **hear)  # type: ignore[arg-type]
    office.close()
    text = (protocols / "visit.yaml").read_text(encoding="utf-8")
    (room / "office" / "protocols" / "later.yaml").write_text(text.replace("protocol: visit", "protocol: later"))
    rows = [f"f{number},asked,2026-03-0{number},sok_phalla,Someone {number}" for number in range(1, 4)]
    (room / "office" / "table.csv").write_text("\n".join(["id,step,since,manager,who", *rows]) + "\n")
    found = World(room / "office")
    whole = shutil.copytree(found.template, room / "whole")
    points.hook(lambda point: found.passed.update([point]))
    try:
        Day(whole, mails.port, START).live()
    finally:
        points.hook(None)
    check(whole, mails)
    found.firings, found.told = recorded(whole)
    assert max(mails.ids.values()) == 1
    return found


def recorded(folder: Path) -> tuple[set[tuple[object, ...]], Counter[str]]:
    """Return every rung that fired, and how many messages each case led to."""
    with sqlite3.connect(folder / "data" / "spean.db") as database:
        fired = database.execute("SELECT * FROM firings").fetchall()
        told = Counter(code for (code,) in database.execute("SELECT code FROM outbox"))
    database.close()
    assert len(set(fired)) == len(fired)
    return set(fired), told


def check(folder: Path, mails: Mails) -> None:
    """Hold what must be true of an office at any time: nothing acknowledged lost, nothing half done."""
    office = open_office(str(folder))
    try:
        lines = folder / "checkpoints.txt"
        against = [read_line(line) for line in lines.read_text().splitlines()] if lines.exists() else []
        report = verify(office.database, office.vault, against=against, library=office.registry.library())
        assert report.findings == []
        day = Day(folder, 0, START)
        done = day.acknowledged.read_text().split("\n")[:-1] if day.acknowledged.exists() else []
        for name in done:
            assert took_effect(office, day, name), f"{name} was acknowledged and is lost"
    finally:
        office.close()


def took_effect(office: Office, day: Day, name: str) -> bool:
    """Return whether what a job did can be seen in the office."""
    what, _, number = name.partition(" ")
    if "tick" in name or name == "linked":
        last = office.meta.instant(LAST_PASS)
        return last is not None and last >= START
    if name.endswith("raid") or what in {"found", "linked"}:
        case = office.cases.case(day.code(50))
        return what == "open" or len(case.waiting) == 3
    if what in {"install", "checkpoint", "backup", "upgrade", "replace", "import", "restore"}:
        return {
            "install": lambda: office.registry.current("later") is not None,
            "checkpoint": lambda: bool(office.checkpoints.all()),
            "import": lambda: len(office.cases.cases()) >= 3 + 1 + 3,
            "upgrade": lambda: (day.folder / "fresh.db").exists(),
        }.get(what, lambda: True)()
    case = office.cases.case(day.code(int(number)))
    events = office.cases.journal(case.id)
    reached = case.enrolments["visit"].tracks["visit"].reached
    return {
        "look": lambda: any(one.case == case.id for one in office.access.of_day(START.date())),
        "open": lambda: case.opened is not None,
        "agree": lambda: "planned" in reached,
        "visited": lambda: "visited" in reached,
        "note": lambda: sum(isinstance(one, NoteAdded) for one in events) == 1,
        "record": lambda: "reached_at" in case.facts,
        "erase": lambda: sum(isinstance(one, CaseErased) for one in events) == 1,
    }[what]()


def outlive(world: World, folder: Path, mails: Mails, *, again: bool) -> None:
    """Let another process do the rest of the day; then everything is as after a whole day."""
    check(folder, mails)
    Day(folder, mails.port, START).live()
    check(folder, mails)
    assert recorded(folder) == (world.firings, world.told)
    with sqlite3.connect(folder / "data" / "spean.db") as database:
        rows = database.execute("SELECT outbox, user, message_id, status FROM deliveries").fetchall()
        waiting = database.execute(
            "SELECT count(*) FROM outbox WHERE status NOT IN ('sent', 'dropped') AND due_at <= ?", (micros(END),)
        ).fetchone()[0]
        called = {status for (status,) in database.execute("SELECT DISTINCT status FROM calls")}
    database.close()
    assert waiting == 0
    assert called == {"sent", "dropped"}
    assert {status for *_, status in rows} == {"sent"}
    assert len({(outbox, user) for outbox, user, *_ in rows}) == len(rows)
    assert {id_ for _, _, id_, _ in rows} <= mails.ids.keys()
    if not again:
        assert max(mails.ids.values()) == 1


@pytest.fixture
def room() -> Iterator[Path]:
    """Return a folder in memory, where there is one: a kill takes nothing that a disk would have kept."""
    with folder_in_memory() as made:
        yield made


@pytest.fixture
def folder(world: World, room: Path, mails: Mails) -> Path:
    mails.ids.clear()
    return shutil.copytree(world.template, room / "office")


def test_every_named_point_is_passed_on_such_a_day(world: World) -> None:
    """There are at least 28 named points, each stands in the program, and a day comes by each of them."""
    source = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "engine").rglob("*.py") if path.name != "points.py"
    )
    said = set(re.findall(r'passed\("([^"]+)"\)', source))
    said |= {
        f"{name}: {when} commit" for name in re.findall(r'point="(\w+)"', source) for when in ("before", "after")
    }
    assert len(points.POINTS) >= 28
    assert set(points.POINTS) == said == world.passed.keys()


@pytest.mark.parametrize("which", ["first", "middle", "last"])
@pytest.mark.parametrize("point", points.POINTS)
def test_a_process_killed_at_a_named_point_loses_nothing(
    world: World, folder: Path, mails: Mails, point: str, which: str
) -> None:
    """Killed the first, a middle and the last time it passes: nothing lost, nothing half done, nothing doubled."""
    number = world.passed[point]
    times = {"first": 1, "middle": (number + 1) // 2, "last": number}[which]
    process = WORKERS.Process(target=victim.live, args=(folder, mails.port, START, point, times))
    process.start()
    process.join(300)
    assert process.exitcode == -signal.SIGKILL
    outlive(world, folder, mails, again=point in LEAVES_AGAIN | BESIDE_MAILS)


@pytest.mark.parametrize("part", range(8))
def test_processes_killed_at_any_time_lose_nothing(world: World, room: Path, mails: Mails, part: int) -> None:
    """200 processes killed at random, some twice in one day: nothing lost, half done or doubled."""
    chance = Random(f"kill {part}")
    kills = day = 0
    while kills < RANDOM_KILLS // 8:
        mails.ids.clear()
        day += 1
        folder = shutil.copytree(world.template, room / f"office{day}")
        for _ in range(4):
            process = WORKERS.Process(target=victim.live, args=(folder, mails.port, START))
            process.start()
            time.sleep(chance.uniform(0.01, 0.7))
            process.kill()
            process.join(300)
            kills += process.exitcode == -signal.SIGKILL
            check(folder, mails)
        outlive(world, folder, mails, again=True)
        shutil.rmtree(folder)
