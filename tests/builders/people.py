"""An invented office for the tests: two agencies in two provinces, a ministry above them, an organisation outside.

The directory is made by commands, as a real one is; each test asks for what it changes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from engine.core.people import commands
from engine.core.people.apply import fold
from engine.core.people.commands import AnyPeopleCommand
from engine.core.people.decide import carry_out, decide_people
from engine.core.people.directory import Agency, Directory
from engine.core.people.events import PeopleEvent
from engine.core.people.reasons import Because, Objection, PeopleRefused
from tests.builders.protocols import ZONE

#: Monday 2 March 2026, 10:00 in Phnom Penh.
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Sunday 1 March 2026, 23:00 in Phnom Penh: everybody sleeps.
NIGHT = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
ADMIN = "admin"
OFFICE_ADDRESS = "duty@office.example.org"

AGENCIES = (
    Agency("north", {"en": "Office North"}, "mosvy", False, ZONE, "office", "hills", "duty@north.example.org"),
    Agency("south", {"en": "Office South"}, "mosvy", False, ZONE, "office", "river"),
    Agency("women", {"en": "Women's Office"}, "mowa", False, ZONE, "office"),
    Agency("harbour", {"en": "Harbour"}, "", True, ZONE, "office", "", "duty@harbour.example.org"),
)


def address(user: str) -> str:
    """Return the address of an invented person."""
    return f"{user}@example.org"


def person(user: str, agency: str = "north", **more: Any) -> list[AnyPeopleCommand]:
    """Return the commands that add somebody whose address is verified; ``email`` empty leaves that out."""
    asked: list[AnyPeopleCommand] = [
        commands.SetUser(by=ADMIN, **({"id": user, "name": user, "agency": agency, "email": address(user)} | more))
    ]
    if more.get("email", True):
        asked.append(commands.VerifyAddress(by=ADMIN, user=user, address=more.get("email", address(user))))
    return asked


def member(user: str, role: str, agency: str = "north", province: str = "", **more: Any) -> AnyPeopleCommand:
    """Return the command that gives somebody a role; ``*`` is everywhere."""
    everywhere = agency == "*"
    place = "" if everywhere else agency
    return commands.AddMembership(
        by=ADMIN, user=user, role=role, agency=place, province=province, everywhere=everywhere, **more
    )


def supervised(user: str, supervisor: str) -> AnyPeopleCommand:
    """Return the command that names a supervisor."""
    return commands.SetSupervisor(by=ADMIN, user=user, supervisor=supervisor)


STAFF = (
    (ADMIN, "women", (("administrator", "*"),)),
    ("dara", "north", (("case_manager", "north"),)),
    ("pisey", "north", (("case_manager", "north"), ("intake_officer", "north"))),
    ("thida", "north", (("supervisor", "north"),)),
    ("bopha", "south", (("case_manager", "south"), ("intake_officer", "south"))),
    ("sovann", "south", (("supervisor", "south"),)),
    ("maly", "women", (("provincial_focal", "*"),)),
    ("vuthy", "women", (("national_coordinator", "*"),)),
    ("anna", "harbour", (("external_protection", "*"),)),
)


@cache
def office() -> Directory:
    """Return the office as it is before a test changes it."""
    return made([])


def made(more: list[AnyPeopleCommand], now: datetime = NOW - DAY) -> Directory:
    """Return the office after these commands too. All of it was entered the day before."""
    asked: list[AnyPeopleCommand] = [commands.SetDutyAddress(by=ADMIN, address=OFFICE_ADDRESS)]
    asked += [commands.SetAgency(by=ADMIN, agency=agency) for agency in AGENCIES]
    for user, agency, roles in STAFF:
        asked += person(user, agency)
        asked += [member(user, role, place) for role, place in roles]
    asked += [supervised("dara", "thida"), supervised("thida", "vuthy")]
    return carry_out(Directory(), [*asked, *more], now)[1]


def done(directory: Directory, command: AnyPeopleCommand, now: datetime = NOW) -> Directory:
    """Return the directory after one command."""
    return fold(directory, decide_people(directory, command, now))


def events_of(directory: Directory, command: AnyPeopleCommand, now: datetime = NOW) -> tuple[PeopleEvent, ...]:
    """Return what one command leads to."""
    return decide_people(directory, command, now)


def objection(directory: Directory, command: AnyPeopleCommand, now: datetime = NOW) -> Objection:
    """Return why a command is refused."""
    with pytest.raises(PeopleRefused) as refused:
        decide_people(directory, command, now)
    assert str(refused.value) == str(refused.value.objection)
    return refused.value.objection


def why(directory: Directory, command: AnyPeopleCommand, now: datetime = NOW) -> tuple[Because, str]:
    """Return the kind of refusal and the column it is about."""
    found = objection(directory, command, now)
    return found.because, found.column
