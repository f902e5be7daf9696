"""An office of invented people on a disk, as `spean init` and the lists of the examples make it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from engine.core.people.commands import VerifyAddress
from engine.core.people.rehearsal import import_office
from engine.run.clock import FixedTime
from engine.run.founding import found_office
from engine.run.office import Office, open_office

ROOT = Path(__file__).parents[2]
LISTS = ROOT / "examples" / "office"


#: When the offices of tests are founded.
FOUNDED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def make_office(folder: Path, protocols: Path | None = None, *, simulation: bool = True) -> Office:
    """Make an office with everybody of the examples; its present is the day on which it was founded."""
    office = found_office(
        folder,
        protocols or ROOT / "protocols",
        duty_address="duty@example.org",
        administrator="keeper@example.org",
        simulation=simulation,
        time=FixedTime(FOUNDED),
    )
    fill(office)
    return office


def fill(office: Office) -> None:
    """Let everybody of the examples work in the office, with addresses that mail reaches."""
    agencies = (LISTS / "agencies.csv").read_text(encoding="utf-8")
    people = (LISTS / "people.csv").read_text(encoding="utf-8")
    now = office.time.now()
    found = import_office(office.people.now(), now, agencies=agencies, people=people)
    assert not found.of_agencies, found.of_agencies
    assert not found.of_people, found.of_people
    vouched = [VerifyAddress(by="init", user=one.id, address=one.email) for one in found.directory.users.values()]
    office.people.change([*found.commands, *vouched], now)


def small_protocols(folder: Path) -> Path:
    """Write the small protocols of the tests into a folder, with the roles and ladders of the shipped ones."""
    shipped, own = ROOT / "protocols", ROOT / "tests" / "fixtures" / "office"
    (folder / "shared").mkdir(parents=True)
    shutil.copytree(shipped / "calendars", folder / "calendars")
    for name in ("roles.yaml", "escalations.yaml"):
        shutil.copyfile(shipped / "shared" / name, folder / "shared" / name)
    shutil.copyfile(own / "small.yaml", folder / "shared" / "small.yaml")
    for name in ("visit.yaml", "raid.yaml"):
        shutil.copyfile(own / name, folder / name)
    return folder


def at(office: Office, instant: datetime) -> Office:
    """Return the same office, at another time."""
    folder = office.settings.folder
    office.close()
    return open_office(str(folder), time=FixedTime(instant))
