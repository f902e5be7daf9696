"""The directory of people in a database: what a list led to stands there when another process opens it."""

from __future__ import annotations

from datetime import time

import pytest

from engine.core.people import commands
from engine.core.people.directory import Directory, Duty
from engine.core.people.reasons import PeopleRefused
from engine.core.people.rehearsal import import_office
from engine.core.people.rota import EveryWeek
from engine.store.sql.people import SqlDirectory
from tests.builders.people import ADMIN, DAY, NOW
from tests.integration.conftest import Shelf
from tests.support.office import LISTS

FOUNDED = commands.SetDutyAddress(by=ADMIN, address="duty@example.org")
AGENCIES, PEOPLE = ((LISTS / name).read_text(encoding="utf-8") for name in ("agencies.csv", "people.csv"))


def filled(shelf: Shelf) -> Directory:
    """Read the example's lists into the database and return the directory that they led to."""
    people = SqlDirectory(shelf.database)
    founded = people.change([FOUNDED], NOW)
    read = import_office(founded, NOW, agencies=AGENCIES, people=PEOPLE, by=ADMIN)
    assert people.change(read.commands, NOW) == read.directory
    return read.directory


def test_another_process_finds_what_was_read_in(shelf: Shelf) -> None:
    """Whoever opens the database later finds the directory that the lists were shown to lead to."""
    directory = filled(shelf)
    assert SqlDirectory(shelf.database).now() == directory
    assert len(directory.users) == len(PEOPLE.splitlines()) - 1
    again = import_office(directory, NOW + DAY, agencies=AGENCIES, people=PEOPLE)
    assert (again.commands, again.of_agencies, again.of_people) == ((), (), ())


def test_weekly_shifts_are_kept(shelf: Shelf) -> None:
    """A shift of every week stands in the rota when the database is opened again, and can be taken off."""
    filled(shelf)
    duty = Duty("clinical_on_call", "social_north", "", "var_sokunthy", EveryWeek(4, time(17), 0, time(8, 30)))
    SqlDirectory(shelf.database).change([commands.AddDuty(by=ADMIN, duty=duty)], NOW)
    assert SqlDirectory(shelf.database).now().duties == (duty,)
    SqlDirectory(shelf.database).change([commands.EndDuty(by=ADMIN, duty=duty)], NOW)
    assert SqlDirectory(shelf.database).now().duties == ()


def test_refused_change_leaves_nothing(shelf: Shelf) -> None:
    """If one of several commands is refused, none of them is in the database."""
    directory = filled(shelf)
    people = SqlDirectory(shelf.database)
    asked = [commands.DisableUser(by=ADMIN, user="sok_phalla"), commands.DisableUser(by=ADMIN, user="nobody")]
    with pytest.raises(PeopleRefused):
        people.change(asked, NOW)
    assert people.now() == SqlDirectory(shelf.database).now() == directory


def test_two_processes_do_not_overwrite_each_other(shelf: Shelf) -> None:
    """Each change is decided on what the other has written, though both opened the database before."""
    filled(shelf)
    one, other = SqlDirectory(shelf.database), SqlDirectory(shelf.database)
    assert one.now() == other.now()
    one.change([commands.DisableUser(by=ADMIN, user="sok_phalla")], NOW)
    with pytest.raises(PeopleRefused):
        other.change([commands.SetSupervisor(by=ADMIN, user="kim_bunna", supervisor="sok_phalla")], NOW)
    assert other.now().users["sok_phalla"].disabled
