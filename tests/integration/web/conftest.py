"""An office with pages, made once and copied for each test; browsers that are logged in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine.run.accounts.codes import new_factor
from engine.run.cases.casework import Opening
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import open_office
from tests.support.office import FOUNDED, ROOT, make_office, small_protocols
from tests.support.pages import BASE, PASSWORD, USERS, Pages
from tests.support.ring import Ring, copied, found_ring
from web.desk import Desk


@pytest.fixture(scope="session")
def founded_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an office in which some people have accounts and one case is open."""
    room = tmp_path_factory.mktemp("pages")
    protocols = small_protocols(room / "protocols")
    for name in ("care.yaml", "night.yaml", "arrival.yaml"):
        shutil.copyfile(ROOT / "tests" / "fixtures" / "office" / name, protocols / name)
    office = make_office(room / "office", protocols)
    desk = Desk(office)
    for user in USERS:
        desk.entrance.establish(user, PASSWORD, new_factor())
    desk.casework.open("sok_phalla", Opening("care", {"who": "Neang Zq7"}))
    office.close()
    settings = room / "office" / "spean.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('link = ""', f'link = "{BASE}"'), encoding="utf-8")
    return room / "office"


@pytest.fixture
def pages(founded_pages: Path, tmp_path: Path) -> Iterator[Pages]:
    """Return the pages of an office of its own, five days after its case was opened."""
    shutil.copytree(founded_pages, tmp_path / "office")
    office = open_office(str(tmp_path / "office"), {}, FixedTime(FOUNDED + timedelta(days=5)))
    made = Pages(office)
    yield made
    office.close()


@pytest.fixture
def worker(pages: Pages) -> TestClient:
    """Return the browser of the worker who leads the case."""
    return pages.log_in("sok_phalla")


@pytest.fixture(scope="session")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Ring:
    """Return the office of the access matrix, as it is on its disk."""
    return found_ring(tmp_path_factory.mktemp("ring"))


@pytest.fixture(scope="module")
def ring_pages(ring: Ring, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """Return its pages, for what changes nothing."""
    office = copied(ring.folder, tmp_path_factory.mktemp("seen") / "office")
    yield Pages(office)
    office.close()


@pytest.fixture
def ring_copy(ring: Ring, tmp_path: Path) -> Iterator[Pages]:
    """Return the pages of a copy of its own."""
    office = copied(ring.folder, tmp_path / "ring")
    yield Pages(office)
    office.close()


@pytest.fixture(scope="session")
def strings(shared_data: Path) -> list[str]:
    """Return the hostile strings."""
    found: list[str] = json.loads((shared_data / "strings" / "blns.json").read_text(encoding="utf-8"))
    assert len(found) == 515
    return found
