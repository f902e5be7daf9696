"""Who calls the tick: APScheduler with one interval job. Nothing of ours lies in its job store; it only wakes us.

A tick that comes late is run at once, two never run together, and several that were missed are one.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from threading import Event
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler


def run_until_stopped(tick: Callable[[], None], seconds: int) -> None:
    """Call the tick now and every so many seconds, until the process is told to end; a running tick is finished."""
    stopped = Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, stop)
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(tick, "interval", seconds=seconds, max_instances=1, coalesce=True, misfire_grace_time=None)
    tick()
    scheduler.start()
    stopped.wait()
    scheduler.shutdown(wait=True)
