"""Who calls the tick: APScheduler with one interval job. Nothing of ours lies in its job store; it only wakes us.

A tick that comes late is run at once, two never run together, and several that were missed are one.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler


def run_until_stopped(tick: Callable[[], bool], seconds: int) -> None:
    """Call the tick now and every so many seconds, until it answers that it was the last or the process is to end.

    A running tick is finished in either case.
    """
    stopped = Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    def run() -> None:
        if not stopped.is_set() and tick():
            stopped.set()

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, stop)
    run()
    with ticking(run, seconds):
        stopped.wait()


@contextmanager
def ticking(tick: Callable[[], object], seconds: int) -> Iterator[None]:
    """Call the tick every so many seconds meanwhile, beside what else the process does; finish a running one."""
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(tick, "interval", seconds=seconds, max_instances=1, coalesce=True, misfire_grace_time=None)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)
