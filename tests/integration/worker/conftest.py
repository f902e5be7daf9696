"""An office of forgotten cases, made once and copied for each test, and a real mail server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from notifiers.sink import Sink
from tests.support.office import FOUNDED, make_office, small_protocols
from tests.support.shift import (
    CASES,
)
from tests.support.victim import Day


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an office in which some persons' cases and one operation were opened and then forgotten."""
    room = tmp_path_factory.mktemp("template")
    office = make_office(room / "office", small_protocols(room / "protocols"))
    day = Day(office.settings.folder, 0, FOUNDED)
    for number in range(CASES):
        day.open(office, number)
    day.open_raid(office)
    office.close()
    return office.settings.folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    """Return a copy of that office."""
    return shutil.copytree(template, tmp_path / "office")


@pytest.fixture
def day(folder: Path) -> Day:
    """Return what people do in it."""
    return Day(folder, 0, FOUNDED)


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    """Return a real mail server, which keeps what comes twice twice."""
    server = Sink(tmp_path / "sink")
    server.start()
    yield server
    server.stop()
