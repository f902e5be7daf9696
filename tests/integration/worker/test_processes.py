"""`spean worker` as a real process, and a mail server that is away."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.run.cli import run
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import open_office
from engine.run.ticks.bootstrap import worker_of
from engine.run.ticks.worker import TickReport
from notifiers.sink import HOST, Sink
from notifiers.smtp import Server, Smtp
from tests.support.scripted_smtp import free_port
from tests.support.shift import (
    CASES,
    LATE,
    MORNING,
    PRIVATE,
    ids,
    listed,
    read_mail,
    rows,
    tick,
)

#: A process that is told to end has ended after so many seconds, also on a busy machine.
LATEST = 20


@pytest.fixture
def real(folder: Path) -> Path:
    """Return the office with a tick each second. A process lives by the machine's clock, months after FOUNDED."""
    settings = folder / "spean.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("tick_seconds = 15", "tick_seconds = 1"))
    return folder


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start `spean worker` as a process."""
    command = [sys.executable, "-m", "engine.run.cli", "worker", "--office", str(folder), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def lines(out: str) -> list[dict[str, object]]:
    """Return a log: one JSON document a line."""
    return [json.loads(line) for line in out.splitlines()]


def test_the_worker_ends_after_so_many_ticks(real: Path) -> None:
    """`--ticks 1` does one tick, logs one line of JSON for it, holds nothing private, and leaves with 0."""
    with started(real, "--ticks", "1") as process:
        out, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    first, *busy, last = lines(out)
    assert (first["worker"], last["worker"]) == ("started", "stopped")
    assert len(busy) == 1
    assert busy[0]["failed"] == 0
    assert busy[0]["errors"] == []
    assert busy[0]["cases"] == CASES + 1
    assert not PRIVATE.search(out)


def test_the_worker_ends_in_order_when_it_is_told_to(real: Path) -> None:
    """SIGTERM ends it soon, with 0, after the running tick; nothing is left claimed, nothing stands on stderr."""
    with started(real) as process:
        assert process.stdout is not None
        out = process.stdout.readline() + process.stdout.readline()  # it started, and did a first tick
        process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        rest, errors = process.communicate(timeout=30)
    assert time.monotonic() - begun < LATEST
    assert (process.returncode, errors) == (0, "")
    assert lines(out + rest)[-1]["worker"] == "stopped"
    with closing(sqlite3.connect(real / "data" / "spean.db")) as database:
        assert database.execute("SELECT count(*) FROM outbox WHERE leased_by IS NOT NULL").fetchone() == (0,)


def test_two_worker_processes_send_every_mail_once(real: Path, sink: Sink) -> None:
    """Two processes on one file, over real SMTP: both end with 0, and no mail comes twice."""
    settings = real / "spean.toml"
    mail = f'kind = "smtp"\nhost = "{HOST}"\nport = {sink.port}\nsecurity = "none"'
    settings.write_text(settings.read_text(encoding="utf-8").replace('kind = "file"', mail, 1))
    workers = [started(real, "--ticks", "2") for _ in range(2)]
    for one in workers:
        out, errors = one.communicate(timeout=60)
        assert (one.returncode, errors) == (0, "")
        assert [line["errors"] for line in lines(out)[1:-1]] == [[]] * len(lines(out)[1:-1])
    assert set(ids(sink).values()) == {1}
    assert not [one for one in map(read_mail, sink.folder.glob("*.eml")) if PRIVATE.search(one)]


@pytest.mark.parametrize("missing", ["spean.toml", "data/spean.db", "keys/master.key"])
def test_a_worker_that_cannot_start_says_why(missing: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence on standard error, exit code 1, no traceback, nothing on standard output."""
    (folder / missing).unlink()
    assert run(["worker", "--office", str(folder)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("spean: ")
    assert said.err.count("\n") == 1
    assert Path(missing).name in said.err


def sending(folder: Path, port: int, now: datetime) -> TickReport:
    """Let the worker look once; mails go to this port."""
    with (
        closing(open_office(str(folder), time=FixedTime(now))) as office,
        closing(worker_of(office, notifier=Smtp(Server(HOST, port, "none", timeout=1)))) as worker,
    ):
        return worker.tick(now)


def test_mails_wait_as_long_as_the_server_is_away(
    folder: Path, sink: Sink, capsys: pytest.CaptureFixture[str]
) -> None:
    """Away for weeks, it costs no mail: that is an incident and no failed try; when it is back everything leaves."""
    tick(folder, LATE)
    nobody = free_port()
    for hours in range(0, 24 * 14, 12):
        report = sending(folder, nobody, MORNING + timedelta(hours=hours))
        assert (report.errors, report.mails.sent, report.mails.dead) == ([], 0, 0)
    assert ("server", "") in [one[:2] for one in listed(folder, capsys)]
    assert run(["health", "--office", str(folder)]) == 1
    for minutes in (0, 20):
        report = sending(folder, sink.port, MORNING + timedelta(days=14, minutes=minutes))
    assert report.errors == []
    assert set(ids(sink).values()) == {1}
    assert "server" not in [one[0] for one in listed(folder, capsys)]
    states = Counter(row[-1] for row in rows(folder)["deliveries"])
    assert set(states) == {"sent"}
