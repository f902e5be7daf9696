"""Stored forms of the directory: every event of it is read again as it was written."""

from __future__ import annotations

from datetime import date, time

from hypothesis import given
from hypothesis import strategies as st

from engine.core.people import events as happenings
from engine.core.people.directory import Agency, User
from engine.core.people.events import PeopleEvent
from engine.core.people.rota import EveryWeek
from engine.store.codec.entries import events_of
from engine.store.codec.plain import read, write
from engine.store.codec.seals import OPEN
from engine.store.people import PEOPLE_EVENTS
from tests.builders.people import NOW
from tests.builders.random_people import ABSENCES, CONFLICTS, DUTIES, SUPERVISIONS, memberships

NOTE = {"at": st.just(NOW), "by": st.just("init")}
WORDS = st.text(max_size=5)
AGENCIES = st.builds(Agency, WORDS, st.dictionaries(WORDS, WORDS), WORDS, st.booleans(), WORDS, WORDS, WORDS, WORDS)
USERS = st.builds(User, WORDS, WORDS, WORDS, WORDS, WORDS, WORDS, WORDS, st.booleans(), st.booleans())
EVENTS: dict[type[PeopleEvent], st.SearchStrategy[PeopleEvent]] = {
    happenings.DutyAddressSet: st.builds(happenings.DutyAddressSet, **NOTE, address=WORDS, language=WORDS),
    happenings.AgencySet: st.builds(happenings.AgencySet, **NOTE, agency=AGENCIES),
    happenings.UserSet: st.builds(happenings.UserSet, **NOTE, user=USERS),
    happenings.AddressVerified: st.builds(happenings.AddressVerified, **NOTE, user=WORDS),
    happenings.UserDisabled: st.builds(happenings.UserDisabled, **NOTE, user=WORDS),
    happenings.UserEnabled: st.builds(happenings.UserEnabled, **NOTE, user=WORDS),
    happenings.MembershipSet: st.builds(happenings.MembershipSet, **NOTE, membership=memberships()),
    happenings.MembershipEnded: st.builds(
        happenings.MembershipEnded, **NOTE, user=WORDS, role=WORDS, agency=WORDS, province=WORDS
    ),
    happenings.SupervisionSet: st.builds(happenings.SupervisionSet, **NOTE, supervision=SUPERVISIONS),
    happenings.SupervisionEnded: st.builds(happenings.SupervisionEnded, **NOTE, user=WORDS),
    happenings.AbsenceSet: st.builds(happenings.AbsenceSet, **NOTE, absence=ABSENCES),
    happenings.AbsenceEnded: st.builds(happenings.AbsenceEnded, **NOTE, user=WORDS, since=st.just(date(2026, 3, 2))),
    happenings.DutySet: st.builds(happenings.DutySet, **NOTE, duty=DUTIES),
    happenings.DutyEnded: st.builds(happenings.DutyEnded, **NOTE, duty=DUTIES),
    happenings.ConflictSet: st.builds(happenings.ConflictSet, **NOTE, conflict=CONFLICTS),
    happenings.ConflictLifted: st.builds(happenings.ConflictLifted, **NOTE, conflict=CONFLICTS),
}  # fmt: skip


def test_every_event_has_its_turn() -> None:
    """No event of the directory is left out below."""
    assert {PeopleEvent, *EVENTS} == set(events_of(happenings, PeopleEvent))


@given(st.one_of(*EVENTS.values()))
def test_an_event_is_read_as_it_was_written(event: PeopleEvent) -> None:
    """Whatever happened to the directory, a shift of every week too, comes back from the journal unchanged."""
    assert PEOPLE_EVENTS.read(PEOPLE_EVENTS.write(event, OPEN), OPEN) == event


def test_a_week_keeps_its_times() -> None:
    """The times of a shift stay what they are, to the microsecond."""
    night = EveryWeek(4, time(23, 59, 59, 999999), 0, time(0))
    assert read(EveryWeek, write(night)) == night
