"""Facts and consents: what is recorded, what is refused, what a late record may do (7, 9, 10, 20, 27)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.reasons import Reason, Why
from engine.core.deciding.facts import read_value, why_not
from engine.core.model import Side
from engine.core.values import UNKNOWN, Approximate, Value
from tests.builders.live import BOSS, DAY, HOUR, MEDIC, START, WORKER, Live
from tests.builders.protocols import FIELDS, action, deadline, fact_is, final, known, needs, protocol, step, track

NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001 - what must be refused
FIELD = {item.id: item for item in FIELDS}


def case(*parts: Any, **more: Any) -> Live:
    """Return a case at a step with these parts, which can go to a second one and back."""
    main = track("main", step("one", action("go", "two"), *parts, collect=("of_visit",)),
                 step("two", action("back", "one"), action("end", "done", required=needs("field of_visit")),
                      collect=("of_visit",)), final())  # fmt: skip
    return Live(protocol(main), **more)


def test_a_late_record_never_hides_a_newer_answer() -> None:
    """What happened earlier is written into the journal, and the newer answer stands."""
    live = case()
    live.wait(3 * DAY).record({"answer": "a"})
    live.record({"answer": "b"}, happened=START + DAY)
    assert live.case.facts["answer"].value == "a"
    (late,) = live.of(happenings.FactRecorded)
    assert (late.fact.value, late.older) == ("b", True)


def test_a_correction_replaces_the_newer_answer() -> None:
    """A correction says that the answer was wrong, whenever it happened."""
    live = case()
    live.wait(3 * DAY).record({"answer": "a"})
    live.record({"answer": "b"}, happened=START + DAY, correction=True)
    assert live.case.facts["answer"].value == "b"


def test_an_answer_of_the_same_day_is_not_older() -> None:
    """Of two answers of one day, one without a time, the one recorded last stands."""
    live = case()
    live.wait(HOUR).record({"answer": "a"})
    live.wait(HOUR).record({"answer": "b"}, happened=date(2026, 3, 2))
    assert live.case.facts["answer"].value == "b"


def test_answers_of_a_visit_do_not_reach_the_next_one() -> None:
    """A field per visit is absent again at the next visit; ``last F`` still reads it."""
    live = case()
    live.record({"of_visit": "a"})
    live.act("go")
    assert live.why(live.asked("end")) == [Why.FACT_MISSING]
    live.act("end", facts={"of_visit": "b"})


def test_last_reads_the_newest_of_any_visit() -> None:
    """``last F`` lets a condition read the answer of an earlier visit."""
    live = case(action("on", "two", only_if=fact_is("last of_visit", "a")),
                action("off", "two", only_if=fact_is("of_visit", "a")))  # fmt: skip
    live.record({"of_visit": "a"})
    live.act("go")
    live.act("back")
    assert live.why(live.asked("off")) == [Why.NOT_YET]
    live.act("on")


def test_a_fact_of_an_enrolment_stays_in_it() -> None:
    """Two enrolments have their own answers to a field per enrolment, and share those about the person."""
    main = track("main", step("one", action("end", "done")), final())
    live = Live(protocol(main))
    live.do(commands.Enrol(actor=WORKER, enrolment="e2", meaning="test-meaning"))
    live.record({"of_enrolment": "a", "answer": "b"}, enrolment="e2")
    assert live.enrolment.facts == {}
    assert live.case.enrolments["e2"].facts["of_enrolment"].value == "a"
    assert live.case.facts["answer"].value == "b"


def test_what_happened_is_recordable_after_the_enrolment_ended() -> None:
    """As long as the case is open, a fact of an ended enrolment can be given; an unknown enrolment is refused."""
    main = track("main", step("one", action("end", "done")), final())
    live = Live(protocol(main))
    live.do(commands.Enrol(actor=WORKER, enrolment="e2", meaning="test-meaning"))
    live.act("end")
    live.record({"of_enrolment": "a"}, enrolment="e1")
    assert live.enrolment.facts["of_enrolment"].value == "a"
    assert live.why(commands.Record(actor=WORKER, enrolment="no")) == [Why.NO_ENROLMENT]


def test_only_the_roles_of_a_field_write_it() -> None:
    """``written_by`` keeps everybody else out, and says who can."""
    live = case()
    (reason,) = live.refuse(commands.Record(actor=WORKER, facts={"clinical": "a"}))
    assert (reason.why, reason.who) == (Why.MAY_NOT_WRITE, ("nurse",))
    live.record({"clinical": "a"}, actor=MEDIC)


def test_nothing_happens_in_the_future() -> None:
    """What is said to have happened later than now is refused, also where only the date is known."""
    live = case()
    for later in (START + HOUR, date(2026, 3, 3)):
        assert live.why(commands.Record(actor=WORKER, happened=later)) == [Why.IN_THE_FUTURE]
    live.record(happened=date(2026, 3, 2), contact=True)


@pytest.mark.parametrize("happened", [datetime(2026, 3, 1), date(1899, 12, 31), datetime(2201, 1, 1, tzinfo=UTC)])  # noqa: DTZ001
def test_impossible_instants_are_refused_in_words(happened: date) -> None:
    """A time without its zone, or a year Spean does not know, is a wrong value and never an error of Python."""
    live = case()
    assert live.why(commands.Record(actor=WORKER, happened=happened)) == [Why.WRONG_VALUE]
    assert live.why(live.asked("go", happened=happened)) == [Why.WRONG_VALUE]


def test_raising_a_risk_is_free_and_lowering_needs_reason_and_supervisor() -> None:
    """Anybody raises; lowering, also by way of unknown, needs both."""
    live = case()
    live.record({"risk": "low"})
    live.record({"risk": "high"})
    for lower in ("medium", UNKNOWN):
        assert live.why(commands.Record(actor=WORKER, facts={"risk": lower})) == [Why.NEEDS_REASON]
        assert live.why(commands.Record(actor=WORKER, facts={"risk": lower}, reason="calm")) == [Why.NEEDS_SUPERVISOR]
    live.record({"risk": "medium"}, reason="calm", approved_by=BOSS)
    live.record({"risk": "low"}, reason="calm", actor=BOSS)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("note", ["", "ភាសាខ្មែរ\u200b", "x" * 10_000, UNKNOWN], [3, "x" * 10_001]),
        ("amount", [0, -3, Decimal("1.5"), 10**39], [True, "3", 10**40, Decimal("NaN"), Decimal("sNaN"),
                                                    Decimal("Infinity"), Decimal("1E+999999"), Decimal("1E-999999")]),
        ("rating", [1, 5, Decimal("1.0"), Decimal("4.9"), UNKNOWN], [0, 6, Decimal("0.9"), Decimal("5.1"), 10**40]),
        ("day", [date(1900, 1, 1), date(2200, 12, 31), Approximate(date(2026, 1, 1), date(2026, 2, 1))],
         [date(1899, 12, 31), date.max, START, "2026-01-01", Approximate(date(2026, 2, 1), date(2026, 1, 1)),
          Approximate(date(2026, 2, 1), START)]),
        ("moment", [START, date(2026, 1, 1), Approximate(START, START)],
         [NAIVE, datetime.max.replace(tzinfo=UTC), "now", Approximate(START, NAIVE),
          Approximate(date(2026, 1, 1), START)]),
        ("sure", ["yes", "no", UNKNOWN], ["YES", "maybe", Decimal("sNaN"), 1]),
        ("answer", ["a", UNKNOWN], ["A", "", 1, ("a",), Decimal("sNaN")]),
        ("several", [("a", "b"), "a", ()], [("a", "z"), 3, (Decimal("sNaN"),)]),
    ],
)  # fmt: skip
def test_a_value_has_the_type_of_its_field(name: str, good: list[Value], bad: list[Value]) -> None:
    """Each type of field takes its values, at the bounds too, and refuses everything else in words."""
    live = case()
    for value in good:
        assert name in [
            event.field for event in live.record({name: value}) if isinstance(event, happenings.FactRecorded)
        ]
    for value in bad:
        (reason,) = live.refuse(commands.Record(actor=WORKER, facts={name: value}))
        assert reason.why is Why.WRONG_VALUE
        assert str(reason)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (Decimal(1), Decimal("5.5"), "rating: write a number from 1 to 5.5"),
        (Decimal(1), None, "rating: write a number of at least 1"),
        (None, Decimal(-1), "rating: write a number of at most -1"),
    ],
)
def test_a_number_outside_its_bounds_is_refused_in_one_sentence(
    low: Decimal | None, high: Decimal | None, said: str
) -> None:
    """The refusal names the field and the numbers that are answers."""
    one = replace(FIELD["rating"], lowest=low, highest=high)
    assert why_not(one, 0 if high is None or high > 0 else 1) == said.partition(": ")[2]
    assert str(Reason(Why.WRONG_VALUE, "rating", why_not(one, 0) or "")) == said


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("amount", "12", 12), ("amount", "-3", -3), ("amount", "1.50", Decimal("1.50")),
        ("amount", "1e3", Decimal("1e3")),
        ("amount", "NaN", "NaN"), ("amount", "twelve", "twelve"),
        ("amount", "9" * 41, "9" * 41), ("amount", "១២", Decimal(12)),
        ("day", "2026-03-31", date(2026, 3, 31)), ("day", "2026-02-30", "2026-02-30"),
        ("moment", "2026-03-02T10:00:00+07:00", START), ("moment", "2026-03-02", date(2026, 3, 2)),
        ("moment", "2026-03-02T10:00:00", datetime(2026, 3, 2, 10)), ("moment", "soon", "soon"),  # noqa: DTZ001
        ("several", "a, b", ("a", "b")), ("answer", "a", "a"), ("amount", UNKNOWN, UNKNOWN),
    ],
)  # fmt: skip
def test_text_is_read_as_the_fields_type(name: str, text: str, value: Value) -> None:
    """What was written as text becomes a value of the type, or stays the text where it is none."""
    assert read_value(FIELD[name], text) == value


def test_protective_clocks_take_the_earliest_date_and_follow_up_the_latest() -> None:
    """An approximate date counts from its earlier end for protection, from its later one for follow-up."""
    live = case(deadline("early", "3 days", counts_from="day"),
                deadline("late", "3 days", counts_from="day", side=Side.FOLLOW_UP))  # fmt: skip
    live.record({"day": Approximate(date(2026, 3, 2), date(2026, 3, 4))})
    early, late = live.clock("main.one.early#1").clock.limit, live.clock("main.one.late#1").clock.limit
    assert early is not None
    assert late == early + 2 * DAY


def test_a_late_consent_never_revives_a_revoked_one() -> None:
    """A consent given before its revocation, recorded after it, stays revoked."""
    live = case(action("examine", "here", required=needs("consent exam")))
    live.wait(2 * DAY).do(commands.GiveConsent(actor=WORKER, consent="exam", given=False))
    live.do(commands.GiveConsent(actor=WORKER, consent="exam", happened=START + DAY))
    assert live.why(live.asked("examine")) == [Why.CONSENT_MISSING]
    live.do(commands.GiveConsent(actor=WORKER, consent="exam"))
    live.act("examine")


def test_a_consent_expires() -> None:
    """A consent that expires is live until its last day has ended, and the case wakes then."""
    live = case(action("house", "here", required=needs("consent stay")))
    live.do(commands.GiveConsent(actor=WORKER, consent="stay"))
    until = live.case.consents["stay"].until
    assert until == START + 30 * DAY
    live.wait(30 * DAY - HOUR).act("house")
    live.wait(HOUR)
    assert live.why(live.asked("house")) == [Why.CONSENT_MISSING]


def test_an_unknown_consent_is_refused() -> None:
    """Consents are declared; another word is refused."""
    assert case().why(commands.GiveConsent(actor=WORKER, consent="no")) == [Why.NO_SUCH]


def test_recording_never_asserts_consent() -> None:
    """Whatever is recorded, no consent is live by it."""
    live = case()
    live.record({"answer": "a", "sure": "yes"}, contact=True)
    assert live.case.consents == {}


def test_recording_nothing_changes_nothing() -> None:
    """An empty record leaves no trace."""
    live = case()
    assert live.record() == ()


def test_a_clock_waits_for_an_answer_other_than_unknown() -> None:
    """``is known`` is not satisfied by the answer unknown."""
    live = case(deadline("limit", until=known("answer")))
    live.record({"answer": UNKNOWN})
    assert live.outcome("main.one.limit#1") == "open"
    live.record({"answer": "a"})
    assert live.outcome("main.one.limit#1") == "met"


@pytest.mark.parametrize("text", ["", "\x00", "{subject}", "a#b.c~1", "\ud800", "' OR 1=1 --", "ក" * 5000])
def test_naughty_ids_are_refused_in_words(text: str) -> None:
    """Any text in the place of an id is refused, never an error of Python."""
    live = case()
    asked: list[commands.AnyCommand] = [
        live.asked(text),
        live.asked("go", track=text),
        live.asked("go", enrolment=text),
        commands.Record(actor=WORKER, facts={text: text}),
        commands.DoTask(actor=WORKER, enrolment="e1", task=text),
        commands.GiveConsent(actor=WORKER, consent=text),
        commands.Acknowledge(actor=WORKER, enrolment="e1", clock=text, promised=START + HOUR),
        commands.ExtendLimit(actor=WORKER, enrolment=text, clock=text, reason=text),
        commands.EndHold(actor=WORKER, hold=text),
        commands.Enrol(actor=WORKER, enrolment=text, meaning=text),
    ]
    for command in asked:
        assert all(str(reason) for reason in live.refuse(command))


@pytest.mark.parametrize(
    "opening",
    [
        {"meaning": "no"}, {"at_step": "no"}, {"calendar": "no"}, {"happened": START + DAY},
        {"quiet_until": datetime(2026, 4, 1)},  # noqa: DTZ001
    ],
)  # fmt: skip
def test_a_case_is_opened_with_what_exists(opening: dict[str, Any]) -> None:
    """An unknown protocol, step or calendar, or an impossible time, refuses the opening in words."""
    live = Live(protocol(track("main", step("one"), final())), opened=False)
    command = {"actor": WORKER, "enrolment": "e1", "meaning": "test-meaning", **opening}
    assert live.refuse(commands.OpenCase(**command))
