"""One day in an office, done by a process that may be killed anywhere and begun again by another.

Every job writes its name into a file when it is done: what stands there was acknowledged, and must never be lost.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from engine.core.case.code import BYTES, code_of
from engine.core.case.commands import Act, Actor, Erase, Note, Record
from engine.run.cases.casework import Casework, Opening
from engine.run.keeping.backup import back_up
from engine.run.keeping.importing import Importing, Plan, read_table
from engine.run.keeping.restoring import replace_database, restore_office
from engine.run.setup.clock import FixedTime
from engine.run.setup.installing import install_file
from engine.run.setup.office import Office, open_office
from engine.run.ticks.bootstrap import notices_of, worker_of
from engine.run.ticks.erasing import finish_erasures
from engine.store import points
from engine.store.ports import Ticket
from engine.store.sql import schema
from engine.store.sql.database import Database
from engine.store.sql.erasures import SqlErasures
from engine.store.sql.meta import LAST_PASS
from notifiers.smtp import Server, Smtp

NOBODY = Actor()
MANAGER, OFFICER = "sok_phalla", "kong_vibol"
#: Leases of mails that a killed worker held are over then.
LEASE = timedelta(minutes=11)


class Day:
    """The jobs of a day, in the order in which they are done."""

    def __init__(self, folder: Path, port: int, start: datetime) -> None:
        """Work in an office; mails go to this port of this machine."""
        self.folder = folder
        self.start = start
        self.port = port
        self.acknowledged = folder / "acknowledged"

    def live(self) -> None:
        """Do every job that was not acknowledged."""
        done = set(self.acknowledged.read_text().split("\n")) if self.acknowledged.exists() else set()
        with self.acknowledged.open("a") as file:
            for name, hours, job in self.jobs():
                if name in done:
                    continue
                office = open_office(str(self.folder), time=FixedTime(self.start + timedelta(hours=hours)))
                try:
                    job(office)
                finally:
                    office.close()
                file.write(f"{name}\n")
                file.flush()

    def jobs(self) -> Iterator[tuple[str, int, Callable[[Office], None]]]:
        """Yield each job: its name, after how many hours, what is done."""
        yield (
            "install",
            0,
            lambda office: _ignore(install_file(office, self.folder / "protocols" / "later.yaml", by="x")),
        )
        yield from ((f"open {n}", 1, lambda office, n=n: self.open(office, n)) for n in range(3))
        yield "open raid", 1, self.open_raid
        yield "found", 2, self.found
        yield "linked", 3, self.tick
        yield "import", 4, self.bring_in
        yield "agree 0", 5, lambda office: self.act(office, 0, "day_agreed", {"reached_at": "the temple"})
        yield "look 0", 5, lambda office: _ignore(self.work(office).look(MANAGER, self.code(0)))
        yield "note 1", 5, lambda office: self.do(office, 1, "note", Note(actor=NOBODY, text="she slept well"))
        yield "record 1", 6, lambda office: self.record(office)
        yield "checkpoint", 7, lambda office: _ignore(notices_of(office).make_checkpoint(office.time.now()))
        yield "erase 2", 8, self.erase
        yield "backup", 9, self.back_up
        yield from ((f"tick {n}", 24 * n, self.tick) for n in range(1, 6))
        yield "visited 0", 121, lambda office: self.act(office, 0, "visited", {"how_it_went": "well"})
        yield "late tick", 24 * 30, self.tick
        yield "last tick", 24 * 30 + 1, self.tick
        yield "upgrade", 24 * 31, self.upgrade
        yield "replace", 24 * 31, self.replace
        yield "restore", 24 * 31, self.restore

    def code(self, number: int) -> str:
        """Return the code of a case, the same at every try."""
        return code_of(_bytes(number)(BYTES))

    def work(self, office: Office, chance: Callable[[int], bytes] = os.urandom) -> Casework:
        """Return the use cases."""
        return Casework(
            office.cases, office.people, office.registry, office.access, office.time, simulation=True, chance=chance
        )

    def open(self, office: Office, number: int) -> None:
        """Open a case under a key."""
        opening = Opening("visit", {"who": f"Person {number}", "reached_at": "by the river"})
        self.work(office, _bytes(number)).open(MANAGER, opening, Ticket(MANAGER, f"open {number}", "same"))

    def open_raid(self, office: Office) -> None:
        """Open an operation."""
        self.work(office, _bytes(50)).open(MANAGER, Opening("raid", {}), Ticket(MANAGER, "open raid", "same"))

    def found(self, office: Office) -> None:
        """Record that an operation found persons."""
        act = Act(actor=NOBODY, enrolment="raid", track="raid", action="found", facts={"persons_found": 3})
        self.work(office).do(MANAGER, self.code(50), act, Ticket(MANAGER, "found", "same"))

    def act(self, office: Office, number: int, action: str, facts: dict[str, str]) -> None:
        """Take an action under a key."""
        self.do(
            office, number, action, Act(actor=NOBODY, enrolment="visit", track="visit", action=action, facts=facts)
        )

    def do(self, office: Office, number: int, key: str, command: Act | Note | Record | Erase) -> None:
        """Carry out a command under a key."""
        user = OFFICER if isinstance(command, Erase) else MANAGER
        self.work(office).do(user, self.code(number), command, Ticket(user, f"{key} {number}", "same"))

    def record(self, office: Office) -> None:
        """Record an answer."""
        facts = {"reached_at": "the market"}
        self.do(office, 1, "record", Record(actor=NOBODY, enrolment="visit", facts=facts, contact=True))

    def erase(self, office: Office) -> None:
        """Erase a person."""
        self.do(office, 2, "erase", Erase(actor=NOBODY, reason="asked for"))
        finish_erasures(SqlErasures(office.database), office.keyring, office.time.now())

    def bring_in(self, office: Office) -> None:
        """Import a table."""
        columns, rows = read_table(self.folder / "table.csv")
        plan = Plan("meas_kolap", office.time.now() + timedelta(days=2), "visit", "social_north")
        importing = Importing(office, plan, self.work(office).protocol)
        assert not importing.run(columns, rows, lambda *_: None).rejected

    def tick(self, office: Office) -> None:
        """Run the worker, as it runs after a death: again when the leases of the dead one are over."""
        smtp = Smtp(Server("127.0.0.1", self.port, "none"))
        with closing(worker_of(office, notifier=smtp)) as worker:
            begin = max(office.time.now(), office.meta.instant(LAST_PASS) or office.time.now())
            for now in (begin, begin + LEASE):
                report = worker.tick(now)
                worker.settle(report)
                assert not report.errors, report.errors

    def back_up(self, office: Office) -> None:
        """Write a backup under a name that no other try has."""
        target = self.folder / f"backup-{os.getpid()}.zip"
        target.unlink(missing_ok=True)
        back_up(office, target, checkpoint="")

    def replace(self, office: Office) -> None:
        """Put the database of a backup of now in place of the database: nothing changes, wherever it is cut off."""
        target = self.folder / f"last-{os.getpid()}.zip"
        target.unlink(missing_ok=True)
        back_up(office, target, checkpoint="")
        replace_database(office, target)

    def restore(self, office: Office) -> None:
        """Make another office from a backup."""
        target = self.folder / f"moved-{os.getpid()}.zip"
        target.unlink(missing_ok=True)
        back_up(office, target, checkpoint="")
        restore_office(target, self.folder / f"moved-{os.getpid()}")

    def upgrade(self, _office: Office) -> None:
        """Make the schema of an empty database."""
        database = Database(f"sqlite:///{self.folder / 'fresh.db'}", create=True)
        try:
            schema.upgrade(database)
        finally:
            database.close()


def live(folder: Path, port: int, start: datetime, point: str = "", times: int = 0) -> None:
    """Live through the day; die the given time a point is passed. Leaves with 0 only when everything was done."""
    left = times

    def die(passed: str) -> None:
        nonlocal left
        if passed == point:
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    points.hook(die if point else None)
    Day(folder, port, start).live()


def _bytes(number: int) -> Callable[[int], bytes]:
    return lambda size: Random(number).randbytes(size)


def _ignore(_result: object) -> None:
    """Drop what a job returns."""
