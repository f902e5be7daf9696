"""``spean serve`` as a process: it answers on this machine alone, its worker works, and Ctrl-C ends it cleanly."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from engine.run.cases.casework import Opening
from tests.support.office import make_office, small_protocols
from web.desk import Desk


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def answer(port: int, path: str) -> tuple[int, bytes]:
    """Return status and body of a page, as soon as the server is there."""
    for _ in range(300):
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
                connection.request("GET", path)
                found = connection.getresponse()
                return found.status, found.read()
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("the server never answered")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_pages_are_served_until_somebody_ends_them(tmp_path: Path, how: signal.Signals) -> None:
    """It says where it is, /healthz answers, the log-in is shown, the worker has sent mail, and it ends with 0."""
    office = make_office(tmp_path / "office", small_protocols(tmp_path / "protocols"))
    Desk(office).casework.open("sok_phalla", Opening("visit", {}))
    office.close()
    settings = tmp_path / "office" / "spean.toml"
    settings.write_text(settings.read_text().replace("tick_seconds = 15", "tick_seconds = 1"), encoding="utf-8")
    port = free_port()
    words = ["-m", "engine.run.cli", "serve", "--office", str(tmp_path / "office"), "--port", str(port)]
    with subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as made:
        try:
            assert answer(port, "/healthz") == (200, b"ok")
            assert answer(port, "/")[0] == 303
            assert b'id="password"' in answer(port, "/log-in")[1]
            for _ in range(200):
                if list((tmp_path / "office" / "mail").rglob("*.eml")):
                    break
                time.sleep(0.1)
            made.send_signal(how)
            out, err = made.communicate(timeout=30)
        finally:
            made.kill()
    assert made.returncode == 0, err
    assert f"http://127.0.0.1:{port}/" in out
    assert err == ""
    assert list((tmp_path / "office" / "mail").rglob("*.eml"))
