"""Requests that another protocol be started: waited for, started here or in a linked case, or refused (1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.apply import fold
from engine.core.case.commands import AUDITOR, Actor, OpenCase
from engine.core.case.effects import Topic
from engine.core.case.reasons import Refused, Why
from engine.core.case.state import Case, Fact, Link, WaitingKind, WaitingStatus
from engine.core.deciding.decide import decided
from engine.core.deciding.library import library_of
from engine.core.deciding.options import Answer, options
from engine.core.deciding.requests import linked_opening
from engine.core.model import FieldType, Kind, Lasts, Opening, Per, Protocol, Starts
from tests.builders.live import BOSS, DAY, HOUR, MEDIC, WORKER, Live
from tests.builders.protocols import FIELDS, OFFICE, action, deadline, field, final, passed, protocol, step, track

ASKS = Starts("other", ("of_enrolment", "answer", "secret_of_one"))


def asker(to: str = "here", starts: Starts = ASKS, *parts: Any, **more: Any) -> Protocol:
    """Return a protocol whose action ``ask`` asks for the protocol ``other``."""
    own = field("secret_of_one", FieldType.TEXT, per=Per.ENROLMENT)
    fields = {item.id: item for item in (*FIELDS, own)}
    main = track("main", step("one", action("ask", to, starts=starts), action("stop", "done"), *parts,
                              recorded_by=("caseworker",)), final())  # fmt: skip
    return protocol(main, fields=fields, **more)


def other(**more: Any) -> Protocol:
    """Return the protocol that is asked for."""
    main = track("main", step("start", action("end", "done"), deadline("limit")), final())
    return protocol(main, name="other", **more)


def one(to: str = "here", starts: Starts = ASKS, *parts: Any, **more: Any) -> Live:
    """Return a case of the asking protocol, with the other one in use."""
    return Live(asker(to, starts, *parts, **more), other())


def enrolling(request: str = "w1", **more: Any) -> commands.Enrol:
    """Return the command that starts the other protocol in the same case."""
    more.setdefault("actor", WORKER)
    return commands.Enrol(enrolment="e2", meaning="other-meaning", request=request, **more)


def answering(agrees: bool = True, **more: Any) -> commands.Answer:
    """Return an answer to the first request."""
    more.setdefault("actor", WORKER)
    return commands.Answer(waiting="w1", agrees=agrees, **more)


def test_an_action_that_starts_something_makes_a_request_that_waits() -> None:
    """Who records at the step is asked; the request has a clock of 5 working days and its id in the journal."""
    live = one()
    live.act("ask")
    (requested,) = live.of(happenings.StartRequested)
    item = live.case.waiting["w1"]
    assert (requested.waiting, requested.protocol) == ("w1", "other")
    assert (item.kind, item.asked, item.protocol, item.carry) == (
        WaitingKind.REQUEST,
        ("caseworker",),
        "other",
        ASKS.carry,
    )
    assert item.status is WaitingStatus.WAITING
    clock = live.clock("waiting.w1")
    assert (clock.deadline, str(clock.duration)) == ("waiting.request", "5 working days")


def test_started_in_the_same_case() -> None:
    """Enrolling for the request starts it: the item says where, its clock is met, the enrolment says for what."""
    live = one()
    live.act("ask")
    live.wait(HOUR).do(enrolling())
    item = live.case.waiting["w1"]
    assert (item.status, item.case, item.answered_by) == (WaitingStatus.STARTED, "case-1", WORKER.user)
    (enrolled,) = live.of(happenings.Enrolled)
    assert enrolled.request == "w1"
    assert live.outcome("waiting.w1") == "met"
    assert live.told(Topic.ANSWERED) == []
    assert live.why(enrolling(happened=None)) == [Why.CASE_EXISTS]


def test_facts_of_the_enrolment_come_along() -> None:
    """What belongs to one enrolment is carried with its date; what is about the person is there already."""
    live = one()
    live.record({"of_enrolment": "b", "answer": "a", "secret_of_one": "x"}, happened=date(2026, 3, 1))
    live.wait(DAY).act("ask")
    live.do(enrolling())
    carried = live.case.enrolments["e2"].facts
    assert set(carried) == {"of_enrolment"}
    assert (carried["of_enrolment"].value, carried["of_enrolment"].happened) == ("b", date(2026, 3, 1))
    assert carried["of_enrolment"].recorded == live.now
    assert [event.field for event in live.of(happenings.FactRecorded)] == ["of_enrolment"]


def test_only_a_waiting_request_for_this_protocol_is_started() -> None:
    """An unknown item, an approval, an answered one, or one for another protocol is refused by name."""
    live = one()
    live.act("ask")
    assert live.why(enrolling("w9")) == [Why.NO_SUCH]
    again = commands.Enrol(actor=WORKER, enrolment="e2", meaning="test-meaning", request="w1")
    assert live.why(again) == [Why.OTHER_PROTOCOL]
    live.do(answering(agrees=False, reason="she changed her mind"))
    assert live.why(enrolling()) == [Why.ANSWERED]


def test_started_elsewhere() -> None:
    """Whoever starts it in another case says in which; who records, the supervisor and the system may."""
    for actor in (WORKER, BOSS, Actor()):
        live = one()
        live.act("ask")
        assert live.why(answering(actor=actor)) == [Why.NEEDS_CASE]
        live.do(answering(actor=actor, case="K7Q2-9M4X-3"))
        assert (live.case.waiting["w1"].status, live.case.waiting["w1"].case) == (
            WaitingStatus.STARTED,
            "K7Q2-9M4X-3",
        )
    live = one()
    live.act("ask")
    assert live.why(answering(actor=MEDIC, case="X")) == [Why.NOT_ASKED]


def test_refused() -> None:
    """A refused request says why, and who asked is told."""
    live = one()
    live.act("ask")
    assert live.why(answering(agrees=False)) == [Why.NEEDS_REASON]
    live.do(answering(agrees=False, reason="no place", actor=BOSS))
    assert live.case.waiting["w1"].status is WaitingStatus.REFUSED
    assert live.told(Topic.ANSWERED) == [f"user:{WORKER.user}"]


def test_a_step_nobody_records_at_asks_the_supervisor() -> None:
    """Somebody is always asked."""
    main = track("main", step("one", action("ask", "here", starts=ASKS)), final())
    live = Live(protocol(main), other())
    live.act("ask")
    assert live.case.waiting["w1"].asked == ("supervisor",)


def test_a_case_stays_open_for_its_request() -> None:
    """The last action ends the enrolment and asks for more: the case waits, and closes with a refusal."""
    live = one("done")
    live.act("ask")
    assert live.case.is_open
    assert not live.enrolment.is_open
    assert live.clock("no_news").clock.is_open
    assert options(live.case, WORKER, live.now, live.library) == ()
    live.run(30 * DAY)
    assert "no_news silent" in live.fired()
    live.do(answering(agrees=False, reason="no"))
    assert not live.case.is_open


def test_a_case_that_waits_goes_on_with_the_enrolment_it_asked_for() -> None:
    """Starting it here lets the case go on; its silence goes on, too, and ends with the case."""
    live = one("done")
    live.act("ask")
    live.wait(DAY).do(enrolling())
    assert live.case.is_open
    assert live.clock("no_news").clock.start == live.now
    live.wait(DAY).act("end", enrolment="e2")
    assert not live.case.is_open
    assert live.outcome("no_news") == "void case closed"


def test_a_replay_waits_for_nobody() -> None:
    """An auditor's case closes as the log says; the request is of record only."""
    live = Live(asker("done"), other(), actor=AUDITOR)
    live.act("ask", actor=AUDITOR)
    assert not live.case.is_open
    (requested,) = live.of(happenings.StartRequested)
    assert requested.waiting == ""
    assert live.case.waiting == {}


COUNTED = Starts("other", (), "amount")


@pytest.mark.parametrize("number", [0, 1, 3, 60])
def test_one_request_for_each_person_found(number: int) -> None:
    """``one_per`` makes as many requests as the field says, each with an id and a clock of its own."""
    live = one("here", COUNTED)
    live.act("ask", facts={"amount": number})
    assert list(live.case.waiting) == [f"w{index}" for index in range(1, number + 1)]
    assert sum(item.deadline == "waiting.request" for item in live.enrolment.open_clocks()) == number
    live.run(3 * DAY)


@pytest.mark.parametrize("number", [-1, 501, Decimal("2.5"), "unknown"])
def test_a_number_that_cannot_be_meant_is_refused(number: Any) -> None:
    """Less than none, more than 500, a part of a person, or unknown: the field is named and nothing happens."""
    live = one("here", COUNTED)
    (reason,) = live.refuse(live.asked("ask", facts={"amount": number}))
    assert reason.subject == "amount"
    assert reason.why is (Why.WRONG_VALUE if isinstance(number, int) else Why.FACT_MISSING)


def test_the_form_asks_how_many() -> None:
    """The number is among the fields of the form, and while it is missing that is all that is in the way."""
    live = one("here", COUNTED)
    (option, _) = options(live.case, WORKER, live.now, live.library)
    assert (option.asks, option.answer) == (("amount",), Answer.NEEDS_FACTS)


def test_a_limit_that_moves_the_case_asks_once_where_nobody_has_counted() -> None:
    """A deadline's action needs no facts: one request says that somebody must look."""
    here = step("one", action("ask", "two", starts=COUNTED, who_may=("nobody",)), deadline("limit", then="ask"))
    main = track("main", here, step("two", action("end", "done")), final())
    live = Live(protocol(main), other())
    live.run(25 * HOUR)
    assert list(live.case.waiting) == ["w1"]
    assert live.case.waiting["w1"].by == "system"
    live.do(answering(actor=BOSS, agrees=False, reason="nobody was found"))
    assert live.told(Topic.ANSWERED) == []


def test_an_automatic_action_can_ask() -> None:
    """What time brings about can ask for a start as well."""
    auto = action("auto", "two", automatic=True, only_if=passed("day", "3 days"), starts=Starts("other"))
    live = Live(protocol(track("main", step("one", auto), step("two", action("end", "done")), final())), other())
    live.record({"day": date(2026, 3, 2)})
    live.run(4 * DAY)
    assert live.case.waiting["w1"].status is WaitingStatus.WAITING


def operation(starts: Starts) -> Live:
    """Return the file of an operation in an agency, held by somebody, that asks for a person's case."""
    return Live(asker("here", starts, about="operation"), other(),
                agency="north", holders={"caseworker": "Sok Dara"}, calendar="office")  # fmt: skip


def test_the_linked_case_is_opened_by_the_system() -> None:
    """It begins when the persons were found, with facts and their dates, and says where it comes from."""
    live = operation(Starts("other", ("of_enrolment", "answer")))
    live.record({"of_enrolment": "b", "answer": "a"}, happened=date(2026, 3, 1))
    found = live.wait(HOUR).now
    live.wait(HOUR).act("ask", happened=found)
    command = linked_opening(live.case, "w1", live.library)
    assert (command.actor, command.meaning, command.happened) == (Actor(), "other-meaning", found)
    linked = live.wait(HOUR)
    decision, case = decided(Case("case-2"), command, linked.now, linked.library)
    assert fold(Case("case-2"), decision.events) == case
    assert (case.linked_from, case.agency, case.holders) == (
        Link("case-1", "w1"),
        "north",
        {"caseworker": "Sok Dara"},
    )
    enrolment = case.enrolments["other"]
    assert {name: (fact.value, fact.happened) for name, fact in {**case.facts, **enrolment.facts}.items()} == {
        "answer": ("a", date(2026, 3, 1)),
        "of_enrolment": ("b", date(2026, 3, 1)),
    }
    assert enrolment.clocks["main.start.limit#1"].clock.start == found
    live.do(answering(actor=Actor(), case="case-2"))
    assert live.case.waiting["w1"].case == "case-2"
    with pytest.raises(Refused, match="open request w1"):
        linked_opening(live.case, "w1", live.library)


def test_a_linked_case_needs_its_request_and_its_protocol() -> None:
    """No request, another item, or a protocol that is not in use: the reason says which."""
    live = operation(Starts("elsewhere"))
    live.act("ask")
    for name in ("w1", "w2"):
        with pytest.raises(Refused, match="protocol elsewhere" if name == "w1" else "open request w2"):
            linked_opening(live.case, name, live.library)


def test_facts_without_a_field_in_the_other_protocol_stay_behind() -> None:
    """What the other protocol does not ask, or would not take as an answer, is not carried."""
    numbers = tuple(item for item in FIELDS if item.id not in {"answer", "other"})
    small = other(fields={item.id: item for item in (*numbers, field("answer", FieldType.NUMBER))})
    live = Live(asker("here", Starts("other", ("answer", "other", "note"))), small)
    live.record({"answer": "a", "other": "b", "note": "met"})
    live.act("ask")
    command = linked_opening(live.case, "w1", live.library)
    case = decided(Case("case-2"), command, live.now, live.library)[1]
    assert set(case.facts) == {"note"}


def test_what_an_opening_requires_is_asked_of_people() -> None:
    """A person answers it; imports, replays and the system open without; a carried fact counts as given."""
    small = other(opening=Opening(required=("answer", "risk"), collect=("other",)))
    library = library_of([small], [OFFICE])
    live = Live(small, opened=False)

    def opening(**more: Any) -> OpenCase:
        return OpenCase(enrolment="e1", meaning="other-meaning", **more)

    asked = live.refuse(opening(actor=WORKER, facts={"other": "a"}))
    assert [(reason.why, reason.subject) for reason in asked] == [
        (Why.FACT_MISSING, "answer"),
        (Why.FACT_MISSING, "risk"),
    ]
    fact = Fact("low", live.now, live.now)
    live.do(opening(actor=WORKER, facts={"answer": "a"}, carried={"risk": fact}))
    for more in ({"actor": AUDITOR}, {"actor": Actor()}, {"actor": WORKER, "at_step": "start"}):
        assert decided(Case("c"), opening(**more), live.now, library)[1].is_open


def test_a_clinical_deadline_goes_on_while_the_case_waits() -> None:
    """A clock that lasts the case is void only when the case closes, not when its last enrolment ends."""
    from tests.builders.protocols import known

    window = deadline("window", "30 days", kind=Kind.CLINICAL, until=known("other"), lasts=Lasts.CASE)
    live = one("done", ASKS, window)
    live.act("ask")
    assert live.clock("main.one.window#1").clock.is_open
    live.do(answering(case="case-2"))
    assert live.outcome("main.one.window#1") == "void case closed"
