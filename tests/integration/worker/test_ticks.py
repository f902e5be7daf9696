"""One tick, and two workers at once: everything that is due is done, and once."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

from engine.core.case.commands import Actor, Erase
from engine.core.values import Erased
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import open_office
from engine.run.ticks.bootstrap import worker_of
from engine.run.ticks.worker import TickReport
from engine.store.sql.verify import verify
from notifiers.sink import HOST, Sink
from notifiers.smtp import Server, Smtp
from tests.support.office import FOUNDED
from tests.support.shift import (
    CASES,
    LATE,
    MORNING,
    PRIVATE,
    ids,
    mails,
    rows,
    tick,
)
from tests.support.victim import OFFICER, Day


def test_one_tick_does_everything_that_is_due(folder: Path, day: Day) -> None:
    """Linked cases are opened, persons erased, rungs go out, a checkpoint is made; the mails leave when they may."""
    with closing(open_office(str(folder), time=FixedTime(FOUNDED + timedelta(hours=1)))) as office:
        day.found(office)
        day.work(office).do(OFFICER, day.code(0), Erase(actor=Actor(), reason="asked for"))
    report = tick(folder, LATE)
    assert (report.errors, report.passes.failed, report.linked, report.erased) == ([], 0, 3, 1)
    assert report.passes.cases >= CASES
    before = len(mails(folder))
    later = tick(folder, MORNING)
    assert (later.errors, later.linked, later.erased) == ([], 0, 0)
    checkpoint_of_the_day = 1
    assert later.mails.sent == len(mails(folder)) - before - checkpoint_of_the_day > 0
    assert not [one for one in mails(folder) if PRIVATE.search(one)]
    with closing(open_office(str(folder), time=FixedTime(MORNING))) as office:
        assert isinstance(office.cases.case(day.code(0)).facts["who"].value, Erased)
        assert len(office.checkpoints.all()) == 2
        assert verify(office.database, office.vault, library=office.registry.library()).is_clean


def test_a_tick_with_nothing_to_do_is_idle(folder: Path) -> None:
    """What is done is not done again: the next tick at the same instant finds nothing, and is not logged."""
    tick(folder, LATE)
    tick(folder, MORNING)
    assert tick(folder, MORNING).is_idle


def work_at(folder: Path, port: int, now: datetime, start: Barrier, reports: list[TickReport]) -> None:
    """Tick together with another worker."""
    smtp = Smtp(Server(HOST, port, "none"))
    with (
        closing(open_office(str(folder), time=FixedTime(now))) as office,
        closing(worker_of(office, notifier=smtp, checkpoints=False)) as worker,
    ):
        office.registry.library()
        start.wait()
        reports.append(worker.tick(now))


def test_two_workers_on_one_file_send_every_mail_once(folder: Path, sink: Sink) -> None:
    """No rung goes out twice, no mail leaves twice, neither of them fails, and they do what one alone would do."""
    alone = shutil.copytree(folder, folder.with_name("alone"))
    for now in (LATE, MORNING):
        tick(alone, now)
        start, reports = Barrier(2), list[TickReport]()
        workers = [Thread(target=work_at, args=(folder, sink.port, now, start, reports)) for _ in range(2)]
        for one in workers:
            one.start()
        for one in workers:
            one.join()
        assert [report.errors for report in reports] == [[], []]
        assert [report.passes.failed for report in reports] == [0, 0]
    # Two workers may divide a morning's messages to one person into two digests; no message is in both of them.
    assert set(ids(sink).values()) == {1}
    assert rows(folder) == rows(alone)
    assert all(rows(folder).values())
