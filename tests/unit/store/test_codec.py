"""Stored forms: what is written is read again as it was, and what is private is written sealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.case.apply import fold
from engine.core.case.events import FactRecorded, HoldSet
from engine.core.case.state import Case, Fact
from engine.core.clocks.hold import Hold
from engine.core.values import ERASED, UNKNOWN, Approximate
from engine.run.files import compile_file, yaml_files
from engine.store.codec.cases import read_case, write_case, write_clock
from engine.store.codec.entries import CASE_EVENTS, EntryError
from engine.store.codec.plain import form_of, read, write
from engine.store.codec.protocols import CompiledError, read_calendar, read_protocol, write_calendar, write_protocol
from engine.store.codec.seals import OPEN
from engine.store.keyring import MemoryKeyring
from engine.store.vault import CaseSeals, Vault
from tests.builders.lives import life

AT = datetime(2026, 3, 2, 3, tzinfo=UTC)
SECRET = "Zq7-violet-harbour"


def seals(keyring: MemoryKeyring | None = None, key: str = "", private: frozenset[str] = frozenset()) -> CaseSeals:
    """Return seals with a key of their own."""
    ring = keyring or MemoryKeyring()
    return Vault(ring, lambda: private).of_case("case-1", key or ring.create())


_moments = st.datetimes(timezones=st.just(UTC)).filter(lambda at: 1900 < at.year < 2200)
_days = st.dates(date(1901, 1, 1), date(2199, 1, 1))
_values = st.one_of(
    st.text(max_size=50),
    st.integers(-(10**18), 10**18),
    st.decimals(allow_nan=False, allow_infinity=False),
    _days,
    _moments,
    st.lists(st.sampled_from(["a", "b"]), max_size=3).map(tuple),
    st.tuples(_days, _days).map(lambda pair: Approximate(min(pair), max(pair))),
    st.tuples(_moments, _moments).map(lambda pair: Approximate(min(pair), max(pair))),
)


@given(value=_values, happened=st.one_of(_days, _moments), private=st.booleans())
def test_an_answer_is_read_as_it_was_written(value: object, happened: date, private: bool) -> None:
    """Text, numbers, dates, moments, codes and approximate dates keep their type and value, sealed or not."""
    event = FactRecorded(at=AT, field="f", fact=Fact(value, happened, AT, "sok"), enrolment="e")  # type: ignore[arg-type]
    ring = MemoryKeyring()
    key = ring.create()
    body = CASE_EVENTS.write(event, seals(ring, key, frozenset({"f"} if private else ())))
    again = CASE_EVENTS.read(body, seals(ring, key))
    assert again == event
    assert type(again.fact.value) is type(value)


def test_a_private_answer_stands_nowhere_in_the_entry() -> None:
    """An answer to a private field and a private reason are written as ciphertext."""
    fact = FactRecorded(at=AT, field="f", fact=Fact(SECRET, AT, AT))
    hold = HoldSet(at=AT, what="begun", hold=Hold("h", AT, AT + timedelta(days=1), SECRET))
    for event in (fact, hold):
        assert SECRET.encode() not in CASE_EVENTS.write(event, seals(private=frozenset({"f"})))


def test_a_sealed_answer_is_written_in_the_same_bytes_again() -> None:
    """State and journal hold one ciphertext: reading and writing again changes no byte."""
    ring = MemoryKeyring()
    key = ring.create()
    event = FactRecorded(at=AT, field="f", fact=Fact(SECRET, AT, AT))
    body = CASE_EVENTS.write(event, seals(ring, key, frozenset({"f"})))
    later = seals(ring, key)  # the field is private no more; what was sealed stays so
    assert CASE_EVENTS.write(CASE_EVENTS.read(body, later), later) == body


def test_a_destroyed_key_reads_as_erased_and_is_kept_as_it_was() -> None:
    """Nothing raises; the answer is unknown, and its ciphertext is written again unchanged."""
    ring = MemoryKeyring()
    key = ring.create()
    event = FactRecorded(at=AT, field="f", fact=Fact(date(2001, 2, 3), AT, AT))
    body = CASE_EVENTS.write(event, seals(ring, key, frozenset({"f"})))
    ring.destroy(key)
    later = seals(ring, key)
    again = CASE_EVENTS.read(body, later)
    assert again.fact.value is ERASED
    assert again.fact.value == UNKNOWN
    assert CASE_EVENTS.write(again, later) == body


def test_what_is_said_of_an_erased_person_is_not_kept_either() -> None:
    """With the key gone a new private value is dropped, not written in clear."""
    ring = MemoryKeyring()
    body = CASE_EVENTS.write(
        FactRecorded(at=AT, field="f", fact=Fact(SECRET, AT, AT)), seals(ring, "gone", frozenset({"f"}))
    )
    assert SECRET.encode() not in body
    assert CASE_EVENTS.read(body, seals(ring, "gone")).fact.value is ERASED


def test_a_value_of_another_case_does_not_open() -> None:
    """The ciphertext is bound to its case, so that copying it into another one shows nothing."""
    ring = MemoryKeyring()
    key = ring.create()
    event = FactRecorded(at=AT, field="f", fact=Fact(SECRET, AT, AT))
    body = CASE_EVENTS.write(event, Vault(ring, lambda: {"f"}).of_case("case-1", key))
    assert CASE_EVENTS.read(body, Vault(ring).of_case("case-2", key)).fact.value is ERASED


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("protocol", range(3))
def test_every_event_and_state_of_a_life_survives_storing(protocol: int, seed: int) -> None:
    """Events and case of a life are read again as they were; folding what was read gives the same bytes."""
    lived = life(protocol, seed)
    ours = seals(private=frozenset(lived.case.facts))
    again = tuple(CASE_EVENTS.read(CASE_EVENTS.write(event, ours), ours) for event in lived.events)
    assert again == lived.events
    case = fold(Case(lived.case.id), again)
    assert case == lived.case
    body, counters = write_case(case, ours), (case.seq, case.version, case.recorded)
    items = [(name, item) for name, one in case.enrolments.items() for item in one.clocks.values()]
    clocks = [(name, item.key, write_clock(item, ours)) for name, item in items]
    stored = read_case(body, counters, clocks, ours)
    assert stored == lived.case
    assert write_case(stored, ours) == body


@pytest.mark.parametrize("file", sorted(yaml_files("protocols")))
def test_a_compiled_protocol_is_the_same_after_storing(file: str) -> None:
    """The registry gives back exactly the model that was compiled, and its calendars."""
    compiled = compile_file(file, warn=False)
    assert compiled.protocol is not None
    assert read_protocol(write_protocol(compiled.protocol)) == compiled.protocol
    for calendar in compiled.calendars.values():
        again = read_calendar(write_calendar(calendar))
        for name in ("id", "zone", "hours", "holidays", "years"):
            assert getattr(again, name) == getattr(calendar, name)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"id": 1}', '{"id": "x", "nothing": 1}', "\x00"])
def test_what_is_no_compiled_protocol_is_told_in_a_sentence(text: str) -> None:
    """Damaged rows of the registry raise one error with what to do."""
    for reader in (read_protocol, read_calendar):
        with pytest.raises(CompiledError, match="install the protocol again"):
            reader(text)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b'{"is":"Nothing","v":1}',
        b'{"is":"HoldSet","v":1}',
        b'{"is":"HoldSet","v":99}',
        b'{"is":"CaseClosed","v":1,"at":"yesterday"}',
        b'{"is":"CaseClosed","v":1,"at":"2026-03-02T03:00:00Z","more":1}',
        b"\xff\xfe",
    ],
)
def test_an_entry_that_cannot_be_read_is_told_in_a_sentence(body: bytes) -> None:
    """Damaged entries, unknown events and newer forms raise one error."""
    with pytest.raises(EntryError, match="cannot be read"):
        CASE_EVENTS.read(body, OPEN)


def test_a_type_nobody_described_is_refused() -> None:
    """A field whose type has no form fails when the form is made, not when a case is written."""

    @dataclass(frozen=True)
    class Odd:
        where: Path = field(default_factory=Path)

    for kind in (Odd, Path, tuple[Path, int], str | Path):
        with pytest.raises(TypeError, match="no plain form"):
            form_of(kind)


def test_defaults_are_left_out_and_come_back() -> None:
    """A field that holds its default is not written, so new fields change no old entry."""
    plain = write(Hold("h", AT, AT, "why"))
    assert "ended" not in plain
    assert read(Hold, msgspec.json.decode(msgspec.json.encode(plain))) == Hold("h", AT, AT, "why")


def test_numbers_keep_every_digit() -> None:
    """A decimal of forty digits is stored as it is."""
    number = Decimal("1234567890.123456789012345678901234567890")
    assert read(Fact, msgspec.json.decode(msgspec.json.encode(write(Fact(number, AT, AT))))).value == number
