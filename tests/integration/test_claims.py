"""What nobody can claim, smuggle or repeat in an office: roles, approvers, hands, keys, versions, typed words."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import Actor, AnyCommand
from engine.core.case.effects import Topic
from engine.core.case.events import Event
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Case, WaitingStatus
from engine.core.people.commands import AddConflict, DisableUser
from engine.core.people.directory import ConflictKind
from engine.core.values import ERASED
from engine.run.cases.casework import Casework, Opening
from engine.run.setup.installing import install_file
from engine.run.setup.office import Office, open_office
from engine.run.ticks.erasing import finish_erasures
from engine.store.access import Accessed
from engine.store.ports import KeyReusedError, OutboxRow, Ticket, UnknownCaseError
from engine.store.sql.erasures import SqlErasures
from tests.support.office import ROOT, make_office, small_protocols

#: Tuesday 3 March 2026, 10:00 in Phnom Penh.
START = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: In the north: who opens and leads, another case manager, their supervisor. In the south: a case manager.
ROTHA, PHALLA, MALIS, BUNNA = "chhim_rotha", "sok_phalla", "ouk_malis", "kim_bunna"
OFFICER, ADMIN = "kong_vibol", "meas_kolap"
NOBODY = Actor()
#: What somebody typed, and nobody else may ever read outside the case.
SECRET = "Vanna of the blue house"


class Hand:
    """A clock that the test sets."""

    def __init__(self) -> None:
        """Begin at the start."""
        self.instant = START

    def now(self) -> datetime:
        """Return the instant that was set."""
        return self.instant


@dataclass
class Desk:
    """An office, and its people at work."""

    office: Office
    work: Casework
    time: Hand
    code: str = ""
    opening: dict[str, Any] = field(default_factory=lambda: {"agreed": "yes", "who": SECRET})

    def open(self, user: str = ROTHA, ticket: Ticket | None = None, **more: Any) -> Case:
        """Open a case of the protocol ``refuge``, and go on with it."""
        case = self.work.open(user, Opening(**({"protocol": "refuge", "facts": self.opening} | more)), ticket)
        self.code = case.id
        return case

    def do(self, command: AnyCommand, user: str = ROTHA, ticket: Ticket | None = None) -> Case:
        """Carry a command out in the case."""
        return self.work.do(user, self.code, command, ticket)

    def act(self, action: str, user: str = ROTHA, ticket: Ticket | None = None, **more: Any) -> Case:
        """Take an action."""
        return self.do(acting(action, **more), user, ticket)

    def why(self, command: AnyCommand, user: str = ROTHA) -> Reason:
        """Return the only reason for which a command is refused."""
        with pytest.raises(Refused) as refused:
            self.do(command, user)
        (reason,) = refused.value.reasons
        return reason

    def wait(self, span: timedelta = HOUR) -> Desk:
        """Let time pass."""
        self.time.instant += span
        return self

    @property
    def case(self) -> Case:
        """The case as stored."""
        return self.office.cases.case(self.code)

    @property
    def journal(self) -> Sequence[Event]:
        """The journal as stored."""
        return self.office.cases.journal(self.code)

    def of(self, kind: type[Event]) -> list[Any]:
        """Return the events of one kind."""
        return [event for event in self.journal if isinstance(event, kind)]

    def messages(self, topic: Topic) -> list[OutboxRow]:
        """Return the messages of one topic that wait to go out."""
        return [row for row in self.office.outbox.messages() if row.message.topic is topic]

    def logged(self) -> list[Accessed]:
        """Return the access log of the day."""
        return self.office.access.of_day(self.time.now().date())


def acting(action: str, **more: Any) -> commands.Act:
    """Return the command to take an action on the only track."""
    return commands.Act(actor=NOBODY, enrolment="refuge", track="refuge", action=action, **more)


def asking(action: str = "moves", **more: Any) -> commands.AskApproval:
    """Return the command to ask for the approval of an action."""
    more.setdefault("facts", {"agreed": "yes"})
    return commands.AskApproval(actor=NOBODY, enrolment="refuge", track="refuge", action=action, **more)


def answering(item: str = "w1", *, agrees: bool = True, **more: Any) -> commands.Answer:
    """Return the command to answer a waiting item."""
    return commands.Answer(actor=NOBODY, waiting=item, agrees=agrees, **more)


def withdrawing(**more: Any) -> commands.Withdraw:
    """Return the command to take the last action back."""
    more.setdefault("reason", "the wrong case")
    return commands.Withdraw(actor=NOBODY, enrolment="refuge", track="refuge", **more)


def offering(to: str = BUNNA, **more: Any) -> commands.HandOver:
    """Return the command to offer the case to somebody."""
    return commands.HandOver(actor=NOBODY, role="case_manager", to_user=to, reason="she lives there now", **more)


def giving(to: str) -> commands.AssignRole:
    """Return the supervisor's command to give the case to somebody."""
    return commands.AssignRole(actor=NOBODY, role="case_manager", user=to, reason="she is ill")


def ticket(key: str = "k1", content: str = "a", user: str = ROTHA) -> Ticket:
    """Return the mark by which a request is known again."""
    return Ticket(user, key, content)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an office that nobody has worked in, with ``refuge`` beside the small protocols."""
    folder = tmp_path_factory.mktemp("founded")
    protocols = small_protocols(folder / "protocols")
    shutil.copyfile(ROOT / "tests" / "fixtures" / "office" / "refuge.yaml", protocols / "refuge.yaml")
    make_office(folder / "office", protocols).close()
    return folder / "office"


@pytest.fixture
def desk(founded: Path, tmp_path: Path) -> Iterator[Desk]:
    """Return an office of its own for each test."""
    shutil.copytree(founded, tmp_path / "office")
    time = Hand()
    office = open_office(str(tmp_path / "office"), {}, time)
    work = Casework(office.cases, office.people, office.registry, office.access, time, simulation=True)
    yield Desk(office, work, time)
    office.close()


def test_an_opening_is_refused_in_sentences(desk: Desk) -> None:
    """Somebody without the role, an unknown protocol, a required answer left out: nothing is opened."""
    for user, more, why in (
        (MALIS, {}, Why.ROLE),
        ("nobody_at_all", {}, Why.ROLE),
        (ROTHA, {"protocol": "unknown"}, Why.NO_SUCH),
        (ROTHA, {"facts": {"who": SECRET}}, Why.FACT_MISSING),
        (ROTHA, {"agency": "social_river"}, Why.ROLE),
    ):
        with pytest.raises(Refused) as refused:
            desk.open(user, **more)
        assert [reason.why for reason in refused.value.reasons] == [why]
        assert SECRET not in str(refused.value)
    assert list(desk.office.cases.cases()) == []


def test_an_actor_is_never_what_the_command_says(desk: Desk) -> None:
    """Neither a role nor an approver can be claimed: both come from the directory."""
    desk.open()
    boss = Actor(MALIS, frozenset({"supervisor"}))
    claimed = commands.ConfirmHold(actor=boss, hold="h1")
    desk.do(commands.BeginHold(actor=NOBODY, hold="h1", until=START + DAY, reason="a flood"))
    assert desk.why(claimed).why is Why.NEEDS_SUPERVISOR
    assert desk.why(acting("moves", facts={"agreed": "yes"}, approved_by=boss)).why is Why.APPROVAL


def test_what_a_rule_prevents_the_supervisor_hears_of(desk: Desk) -> None:
    """The message names the rule; it goes out, and is written with the refused attempt."""
    desk.open()
    reason = desk.why(asking(facts={"agreed": "no"}))
    assert (reason.why, reason.subject) == (Why.FORBIDDEN, "moved_unwilling")
    (row,) = desk.messages(Topic.PREVENTED)
    assert (row.message.to, row.message.subject, row.message.enrolment) == ("supervisor", "moved_unwilling", "refuge")
    (attempt,) = desk.of(happenings.AttemptRefused)
    assert (attempt.by, attempt.attempted, attempt.step) == (ROTHA, "moves", "met")


def test_a_refused_answer_to_an_approval_is_kept_with_its_place(desk: Desk) -> None:
    """A late answer, a wrong person: the attempt is of the enrolment that the item belongs to."""
    desk.open()
    desk.do(asking())
    desk.act("plan_made")
    assert desk.why(answering(), MALIS).why is Why.LAPSED
    (attempt,) = desk.of(happenings.AttemptRefused)
    assert (attempt.attempted, attempt.enrolment, attempt.by) == ("Answer", "refuge", MALIS)


def test_an_exception_is_told_at_once(desk: Desk) -> None:
    """The supervisor's mail waits for no morning; an approval's may (domain paper 0.4, rule 2)."""
    desk.open()
    desk.time.instant = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)  # one o'clock at night there
    desk.act("examined", exception=True, reason=f"{SECRET} was bleeding")
    (row,) = desk.messages(Topic.EXCEPTION)
    assert (row.message.to, row.urgent, row.due) == ("supervisor", True, desk.time.now())
    assert desk.why(answering()).why is Why.ANOTHER_PERSON
    desk.do(answering(), MALIS)
    assert desk.case.waiting["w1"].status is WaitingStatus.AGREED


def test_an_agency_brings_its_own_calendar(desk: Desk) -> None:
    """What the command says of it counts for nothing; one without a calendar follows the protocol's."""
    desk.open()
    desk.do(offering(agency="far_shore", calendar="cambodia"))
    assert desk.do(answering(), BUNNA).calendar is None
    desk.do(commands.HandOver(actor=NOBODY, role="case_manager", to_user=ROTHA, reason="back", calendar="x"), BUNNA)
    assert desk.case.waiting["w2"].calendar is None


def test_the_code_of_another_case_is_no_place_for_words(desk: Desk) -> None:
    """Where a request was started is a code; in a real office anything else is refused."""
    desk.open()
    desk.act("asks_visit")
    office = desk.office
    real = Casework(office.cases, office.people, office.registry, office.access, desk.time)
    with pytest.raises(Refused, match="code of the other case"):
        real.do(ROTHA, desk.code, answering(case=SECRET))
    assert SECRET not in str(desk.journal[-1])
    assert real.do(ROTHA, desk.code, answering(case="8NM0-XN24-5")).waiting["w1"].status is WaitingStatus.STARTED


def test_whoever_is_offered_a_case_may_only_answer_for_herself(desk: Desk) -> None:
    """Another item of the case is none of hers, and after her no she is a stranger again."""
    desk.open()
    desk.do(asking())
    desk.do(offering())
    with pytest.raises(UnknownCaseError):  # she does not even learn that something else waits
        desk.do(answering("w1"), BUNNA)
    desk.do(answering("w2", agrees=False, reason="I have 40 cases"), BUNNA)
    with pytest.raises(UnknownCaseError):
        desk.do(answering("w2"), BUNNA)
    assert desk.case.holders == {"case_manager": ROTHA}


@pytest.mark.parametrize("to", ["nobody_at_all", "em_samnang_", ""])
def test_a_case_is_handed_to_somebody_who_is_there(desk: Desk, to: str) -> None:
    """An unknown name, or one without an account, is refused in a sentence; nothing waits for nobody."""
    desk.open()
    assert desk.why(offering(to)).why is Why.NO_SUCH_USER
    assert desk.why(giving(to), MALIS).why is Why.NO_SUCH_USER
    assert dict(desk.case.waiting) == {}


def test_a_case_is_handed_to_nobody_who_is_kept_out_of_it(desk: Desk) -> None:
    """A closed account, or a conflict, which the words do not tell; nor an agency that is not there."""
    desk.open()
    office, now = desk.office, desk.time.now()
    office.people.change([DisableUser(by=ADMIN, user="lay_dalin")], now)
    office.people.change([AddConflict(by=ADMIN, about=desk.code, kind=ConflictKind.PERSON, id=BUNNA)], now)
    told = {desk.why(offering(to)) for to in (BUNNA, "lay_dalin", "nobody_at_all")}
    assert told == {Reason(Why.NO_SUCH_USER, "case_manager")}
    assert desk.why(giving(BUNNA), MALIS).why is Why.NO_SUCH_USER
    assert desk.why(offering("em_samnang", agency="nowhere")).why is Why.NO_SUCH_AGENCY


def test_only_the_version_in_force_begins(desk: Desk) -> None:
    """An older version that cases still run by begins nowhere any more, in an open case or a closed one."""
    desk.open()
    old = desk.work.protocol("visit").meaning
    newer(desk, "visit")
    begins = commands.Enrol(actor=NOBODY, enrolment="visit", meaning=old)
    assert desk.why(begins).why is Why.OLD_VERSION
    again = commands.Reopen(actor=NOBODY, enrolment="visit", meaning=old, reason="she is back")
    assert desk.why(again, MALIS).why is Why.OLD_VERSION
    case = desk.do(commands.Enrol(actor=NOBODY, enrolment="visit", meaning=desk.work.protocol("visit").meaning))
    assert case.enrolments["visit"].version == "2026.2"
    assert desk.why(commands.Enrol(actor=NOBODY, enrolment="x", meaning="no meaning")).why is Why.NO_SUCH


def newer(desk: Desk, name: str) -> None:
    """Bring another version of a protocol into use."""
    file = Path(desk.office.settings.folder) / "protocols" / f"{name}.yaml"
    text = file.read_text(encoding="utf-8").replace("version: 2026.1", "version: 2026.2")
    file.write_text(text.replace("otherwise: 15 days", "otherwise: 14 days"), encoding="utf-8")
    install_file(desk.office, file, by=ADMIN)


def test_a_protocol_is_begun_unasked_by_whoever_could_open_a_case_with_it(desk: Desk) -> None:
    """Another role in the case begins nothing; the supervisor may."""
    desk.open()
    begins = commands.Enrol(actor=NOBODY, enrolment="visit", meaning=desk.work.protocol("visit").meaning)
    reason = desk.why(begins, OFFICER)
    assert (reason.why, reason.who) == (Why.ROLE, ("case_manager",))
    desk.do(begins, MALIS)


def test_an_erased_click_can_still_be_withdrawn(desk: Desk) -> None:
    """The journal folds without her answers: what was erased comes back as erased, and nothing raises."""
    desk.open()
    desk.act("plan_made", facts={"who": "somebody else"})
    desk.do(commands.Erase(actor=NOBODY, reason="her own wish"), OFFICER)
    finish_erasures(SqlErasures(desk.office.database), desk.office.keyring, desk.time.now())
    case = desk.wait().do(withdrawing())
    assert case.enrolments["refuge"].tracks["refuge"].step == "met"
    assert case.facts["who"].value == ERASED


def test_a_key_is_of_one_case(desk: Desk) -> None:
    """The same request under its key for another case is another request: it is never taken for done."""
    desk.open()
    desk.act("note_talk", ticket=ticket())
    desk.open()
    with pytest.raises(KeyReusedError):
        desk.act("note_talk", ticket=ticket())
    assert desk.of(happenings.ActionTaken) == []


def test_a_repeated_request_opens_no_door(desk: Desk) -> None:
    """Whoever has lost her role hears of no case, also under a key that was answered before."""
    desk.open(PHALLA)
    desk.act("note_talk", PHALLA, ticket(user=PHALLA))
    desk.do(giving(ROTHA), MALIS)
    with pytest.raises(UnknownCaseError):
        desk.act("note_talk", PHALLA, ticket(user=PHALLA))


def test_a_refused_request_may_come_again(desk: Desk) -> None:
    """A refusal uses no key up: once nothing is in the way, the same request is carried out."""
    desk.open()
    with pytest.raises(Refused):
        desk.act("examined", ticket=ticket())
    desk.do(commands.GiveConsent(actor=NOBODY, consent="examination"))
    desk.act("examined", ticket=ticket())
    assert [event.action for event in desk.of(happenings.ActionTaken)] == ["examined"]


def test_nothing_typed_is_kept_of_a_refused_attempt(desk: Desk) -> None:
    """Answers, reasons, names of things that are not there: none of them is anywhere on the disk, sealed or not."""
    desk.opening = {"agreed": "yes"}
    desk.open()
    for command in (
        acting("note_talk", facts={"agreed": SECRET}),
        acting("note_talk", facts={SECRET: "yes"}),
        acting("examined", facts={"who": SECRET}, reason=SECRET),
        acting(SECRET),
        commands.Act(actor=NOBODY, enrolment=SECRET, track=SECRET, action="note_talk"),
        commands.GiveConsent(actor=NOBODY, consent=SECRET),
        commands.DoTask(actor=NOBODY, enrolment="refuge", task=SECRET, facts={"who": SECRET}),
        commands.Note(actor=NOBODY, text=SECRET * 1000),
        asking(facts={"agreed": "no", "who": SECRET}, reason=SECRET),
        answering(SECRET, agrees=False, reason=SECRET),
        withdrawing(reason=SECRET),
        offering(SECRET),
        commands.ExtendLimit(actor=NOBODY, enrolment="refuge", clock=SECRET, reason=SECRET),
    ):
        desk.why(command)
    kept = desk.of(happenings.AttemptRefused)
    assert len(kept) == 13
    assert SECRET not in str(kept)
    assert SECRET not in str(desk.logged())
    folder = desk.office.settings.folder
    desk.office.close()
    for file in Path(folder).rglob("*"):
        if file.is_file():
            assert SECRET.encode() not in file.read_bytes(), file.name


def test_an_account_that_was_closed_opens_nothing(desk: Desk) -> None:
    """The directory is read for each command: who may not come in any more does nothing from this moment on."""
    desk.open(PHALLA)
    desk.office.people.change([DisableUser(by=ADMIN, user=PHALLA)], desk.time.now())
    with pytest.raises(UnknownCaseError):
        desk.do(commands.Note(actor=NOBODY, text="still mine"), PHALLA)
