"""The server of the pages, with the worker beside it in one process: SQLite has one writer."""

from __future__ import annotations

import signal
from contextlib import closing

import uvicorn
from fastapi import FastAPI

from engine.run.setup.office import Office
from engine.run.ticks.bootstrap import worker_of
from engine.run.ticks.scheduler import ticking
from web.app import create_app

#: Only this machine: what stands before it speaks HTTPS to the others.
HOST = "127.0.0.1"


def serve(office: Office, port: int) -> None:
    """Serve the pages of an office until Ctrl-C or SIGTERM, its worker beside them."""
    settings = settings_of(create_app(office), port)
    for one in (signal.SIGTERM, signal.SIGINT):  # the server raises them once more when it has ended in good order
        signal.signal(one, lambda *_: None)
    seconds = office.settings.worker.tick_seconds
    with closing(worker_of(office)) as worker, ticking(lambda: worker.tick(office.time.now()), seconds):
        uvicorn.Server(settings).run()


def settings_of(app: FastAPI, port: int) -> uvicorn.Config:
    """Return how the application is served."""
    return uvicorn.Config(
        app,
        host=HOST,
        port=port,
        log_level="warning",
        access_log=False,  # addresses hold codes of cases; who read what stands in the access log of the office
        server_header=False,
        proxy_headers=True,  # whoever stands in front on this machine says from where somebody comes: X-Forwarded-For
        forwarded_allow_ips=HOST,
        timeout_graceful_shutdown=5,
    )
