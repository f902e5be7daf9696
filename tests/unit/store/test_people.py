"""Events of the directory as they stand in its journal: each is read again as it was written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.people import events as happenings
from engine.core.people.apply import fold
from engine.core.people.directory import (
    Absence,
    Agency,
    Conflict,
    ConflictKind,
    Directory,
    Duty,
    Membership,
    Supervision,
    User,
)
from engine.core.people.events import PeopleEvent
from engine.core.people.rehearsal import import_office
from engine.core.people.rota import Between, EveryWeek
from engine.store.codec.entries import EntryError, EventForms, events_of
from engine.store.codec.seals import OPEN
from tests.builders.people import ADMIN, DAY, HOUR, NOW, office
from tests.unit.core.people.test_roster import AGENCIES, PEOPLE

FORMS = EventForms(events_of(happenings, PeopleEvent))
WHO: dict[str, Any] = {"at": NOW, "by": ADMIN}
COAST = Agency(
    "coast",
    {"en": "Coast", "km": "ការិយាល័យឆ្នេរ"},
    "mosvy",
    False,
    "Asia/Phnom_Penh",
    "office",
    "coast",
    "duty@example.org",
)
FREE = Agency("free", {"en": "Free Help"}, outside_state=True)
RITH = User("sok_rith", "សុខ រិទ្ធ", "coast", "rith@example.org", "km", "intake", "coast", verified=True, disabled=True)
EVA = User("eva", "Eva O'Neil", "free")
NIGHTS = Duty("clinical_on_call", "", "", "eva", EveryWeek(4, time(17), 0, time(8, 30)))
STRETCH = Duty("case_manager", "coast", "coast", "sok_rith", Between(NOW, NOW + DAY))

EVENTS: tuple[PeopleEvent, ...] = (
    happenings.DutyAddressSet(**WHO, address="duty@example.org", language="km"),
    happenings.AgencySet(**WHO, agency=COAST),
    happenings.AgencySet(**WHO, agency=FREE),
    happenings.UserSet(**WHO, user=RITH),
    happenings.UserSet(**WHO, user=EVA),
    happenings.AddressVerified(**WHO, user="eva"),
    happenings.UserDisabled(**WHO, user="eva"),
    happenings.UserEnabled(**WHO, user="eva"),
    happenings.MembershipSet(**WHO, membership=Membership("eva", "escort", "coast", "coast", False, NOW, NOW + HOUR)),
    happenings.MembershipSet(**WHO, membership=Membership("eva", "legal_counsel", "", "", True, NOW)),
    happenings.RoleAsked(**WHO, membership=Membership("eva", "administrator", "", "", True, NOW)),
    happenings.RoleDeclined(**WHO, user="eva", role="administrator", agency="", province=""),
    happenings.MembershipEnded(**WHO, user="eva", role="escort", agency="coast", province="coast"),
    happenings.SupervisionSet(**WHO, supervision=Supervision("sok_rith", "eva", NOW, NOW + DAY)),
    happenings.SupervisionSet(**WHO, supervision=Supervision("sok_rith", "eva", NOW)),
    happenings.SupervisionEnded(**WHO, user="sok_rith"),
    happenings.AbsenceSet(**WHO, absence=Absence("eva", "sok_rith", date(2026, 4, 13), date(2026, 4, 16))),
    happenings.AbsenceSet(**WHO, absence=Absence("eva", "", date(2026, 5, 1), date(2026, 5, 1))),
    happenings.AbsenceEnded(**WHO, user="eva", since=date(2026, 4, 13)),
    happenings.DutySet(**WHO, duty=NIGHTS),
    happenings.DutySet(**WHO, duty=STRETCH),
    happenings.DutyEnded(**WHO, duty=NIGHTS),
    *(happenings.ConflictSet(**WHO, conflict=Conflict("AB-12", kind, "eva", NOW)) for kind in ConflictKind),
    happenings.ConflictLifted(**WHO, conflict=Conflict("AB-12", ConflictKind.CHAIN, "eva", NOW)),
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_each_event_is_read_as_it_was_written(event: PeopleEvent) -> None:
    """An event of the directory comes back equal, of the same class, and is written in the same bytes again."""
    body = FORMS.write(event, OPEN)
    again = FORMS.read(body, OPEN)
    assert (type(again), again) == (type(event), event)
    assert FORMS.write(again, OPEN) == body
    assert FORMS.read(body.decode(), OPEN) == event
    assert msgspec.json.decode(body)["is"] == type(event).__name__


def test_every_kind_of_event_is_tried() -> None:
    """No event class of the directory is left out above, so a new one must be added there."""
    assert {type(event) for event in EVENTS} == set(events_of(happenings, PeopleEvent)) - {PeopleEvent}


def test_a_journal_that_was_written_folds_to_the_same() -> None:
    """The directory that is folded from read events is the one that was folded from those that happened."""
    read = [FORMS.read(FORMS.write(event, OPEN), OPEN) for event in EVENTS]
    assert fold(Directory(), read) == fold(Directory(), EVENTS)
    imported = import_office(office(), NOW, agencies=AGENCIES, people=PEOPLE)
    assert len(imported.events) == 11
    again = [FORMS.read(FORMS.write(event, OPEN), OPEN) for event in imported.events]
    assert fold(office(), again) == imported.directory


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_name_is_read_as_it_was_written(name: str) -> None:
    """A name of any letters comes back letter by letter."""
    event = happenings.UserSet(**WHO, user=replace(EVA, name=name))
    assert FORMS.read(FORMS.write(event, OPEN), OPEN) == event


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"v":1}',
        b'{"is":"UserSet"}',
        b'{"is":"UserSet","v":1}',
        b'{"is":"Case","v":1}',
        b'{"is":"UserDisabled","v":2,"at":"2026-03-02T03:00:00Z","by":"admin","user":"eva"}',
        b'{"is":"UserDisabled","v":1,"at":"today","by":"admin","user":"eva"}',
        b'{"is":"ConflictSet","v":1,"at":"2026-03-02T03:00:00Z","by":"admin","conflict":{"kind":"village"}}',
    ],
)
def test_what_is_no_event_of_the_directory_is_told(body: bytes) -> None:
    """Damaged, unknown and newer entries are one clear error, never half an event."""
    with pytest.raises(EntryError):
        FORMS.read(body, OPEN)
