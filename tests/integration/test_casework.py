"""What people do with cases, through the database: asked, answered, taken back, handed over, erased, refused."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import Actor, AnyCommand
from engine.core.case.reasons import Refused, Why
from engine.core.case.state import Case, Place, WaitingStatus
from engine.core.deciding.answers import waits_for
from engine.core.people.commands import AddMembership, DisableUser
from engine.core.values import UNKNOWN, Erased
from engine.run.cases.casework import Casework, Opening, fingerprint
from engine.run.cli import run
from engine.run.setup.clock import FixedTime
from engine.run.setup.installing import install_folder
from engine.run.setup.office import Office, open_office
from engine.run.ticks.bootstrap import worker_of
from engine.run.ticks.erasing import finish_erasures
from engine.store.ports import KeyReusedError, Ticket, UnknownCaseError
from engine.store.sql.erasures import SqlErasures
from engine.store.sql.verify import verify
from tests.support.office import FOUNDED, ROOT, at, make_office, small_protocols
from tests.support.shift import read_mail

MANAGER, CHIEF, OTHER, OFFICER = "sok_phalla", "ouk_malis", "kim_bunna", "kong_vibol"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: What somebody said and nobody else may read.
NAME, PLACE, WORDS = "Neang Zq7", "Wat Violet, house 9", "her brother must not know"
NOBODY = Actor()
#: The deadline in working days of the small protocol.
AGREE = "care.met.agree"


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an office with the small protocols, made once."""
    room = tmp_path_factory.mktemp("casework")
    protocols = small_protocols(room / "protocols")
    shutil.copyfile(ROOT / "tests" / "fixtures" / "office" / "care.yaml", protocols / "care.yaml")
    make_office(room / "office", protocols).close()
    return room / "office"


@pytest.fixture
def desk(founded: Path, tmp_path: Path) -> Iterator[Desk]:
    """Return an office of its own, in which a case has been opened."""
    shutil.copytree(founded, tmp_path / "office")
    found = Desk(open_office(str(tmp_path / "office"), {}, FixedTime(FOUNDED)))
    yield found
    found.office.close()


class Desk:
    """An office in which the test says what time it is, and one case."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.code = self.work.open(MANAGER, Opening("care", {"who": NAME})).id

    @property
    def work(self) -> Casework:
        """The use cases, at the present instant."""
        office = self.office
        return Casework(office.cases, office.people, office.registry, office.access, office.time, simulation=True)

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.office.time.now()

    def wait(self, span: timedelta) -> Desk:
        """Let time pass."""
        self.office.time = FixedTime(self.now + span)
        return self

    def do(self, user: str, command: AnyCommand, ticket: Ticket | None = None) -> Case:
        """Carry a command out as a person."""
        return self.work.do(user, self.code, command, ticket)

    def act(self, action: str, user: str = MANAGER, **more: Any) -> Case:
        """Take an action of the care."""
        return self.do(user, commands.Act(actor=NOBODY, enrolment="care", track="care", action=action, **more))

    def why(self, user: str, command: AnyCommand) -> list[Why]:
        """Return the reasons for which a person is refused."""
        with pytest.raises(Refused) as refused:
            self.do(user, command)
        return [reason.why for reason in refused.value.reasons]

    @property
    def case(self) -> Case:
        """The case as it is stored."""
        return self.office.cases.case(self.code)

    def step(self) -> str:
        """Return where the care stands."""
        return self.case.enrolments["care"].tracks["care"].step

    def journal(self, kind: type[happenings.Event]) -> list[Any]:
        """Return the events of one kind from the journal."""
        return [event for event in self.office.cases.journal(self.code) if isinstance(event, kind)]

    def is_clean(self) -> bool:
        """Return whether the database is what its journal says."""
        return verify(self.office.database, self.office.vault, library=self.office.registry.library()).is_clean


def asking(**more: Any) -> commands.AskApproval:
    """Return the command to ask for the approval of her move."""
    more.setdefault("facts", {"reached_at": PLACE})
    return commands.AskApproval(actor=NOBODY, enrolment="care", track="care", action="moved", **more)


def answering(item: str = "w1", agrees: bool = True, **more: Any) -> commands.Answer:
    """Return an answer to a waiting item."""
    return commands.Answer(actor=NOBODY, waiting=item, agrees=agrees, **more)


def withdrawing() -> commands.Withdraw:
    """Return the command to withdraw the last click of the care."""
    return commands.Withdraw(actor=NOBODY, enrolment="care", track="care", reason=WORDS)


def test_an_approval_is_asked_and_given(desk: Desk) -> None:
    """Her manager asks, the supervisor sees it and agrees; the private answer given with it is hers and sealed."""
    desk.do(MANAGER, asking(reason=WORDS))
    case, chief = desk.work.look(CHIEF, desk.code)
    assert [item.id for item in waits_for(case, chief)] == ["w1"]
    assert waits_for(case, Actor(MANAGER, frozenset({"case_manager"}))) == ()
    desk.wait(HOUR).do(CHIEF, answering())
    assert desk.step() == "living"
    assert (desk.case.facts["reached_at"].value, desk.case.facts["reached_at"].by) == (PLACE, MANAGER)
    assert desk.case.waiting["w1"].status is WaitingStatus.AGREED
    assert desk.is_clean()
    for file in (desk.office.settings.folder / "data").iterdir():
        assert PLACE.encode() not in file.read_bytes(), file.name
        assert WORDS.encode() not in file.read_bytes(), file.name


def test_an_exception_is_taken_and_reviewed(desk: Desk) -> None:
    """Without her consent, with a reason; the supervisor reviews it."""
    assert desk.why(MANAGER, commands.Act(actor=NOBODY, enrolment="care", track="care", action="examined")) == [
        Why.NOT_YET
    ]
    desk.act("examined", exception=True, reason=WORDS)
    assert desk.why(MANAGER, answering()) == [Why.ANOTHER_PERSON]
    desk.do(CHIEF, answering())
    assert desk.case.waiting["w1"].status is WaitingStatus.AGREED
    assert desk.is_clean()


def test_a_wrong_click_is_taken_back(desk: Desk) -> None:
    """What the database has is as before the click, private answers too; both stand in the journal."""
    desk.do(MANAGER, commands.Record(actor=NOBODY, facts={"reached_at": PLACE}))
    before = desk.case.enrolments["care"]
    desk.act("settled", facts={"reached_at": "elsewhere"})
    desk.wait(HOUR).do(MANAGER, withdrawing())
    again = desk.case.enrolments["care"]
    assert (again.tracks, again.tasks, again.facts) == (before.tracks, before.tasks, before.facts)
    assert again.clocks["care.met.agree#1"] == before.clocks["care.met.agree#1"]
    assert desk.case.facts["reached_at"].value == PLACE
    assert len(desk.journal(happenings.ActionWithdrawn)) == len(desk.journal(happenings.ActionTaken)) == 1
    assert desk.is_clean()
    desk.act("settled")
    assert desk.case.enrolments["care"].tracks["care"].visit == 3
    assert desk.is_clean()


def test_a_click_that_closed_the_case_is_taken_back(desk: Desk) -> None:
    """The case is woken again."""
    desk.act("settled")
    desk.act("well")
    assert desk.case.closed == desk.now
    assert desk.office.cases.next_wake() is None
    desk.do(MANAGER, withdrawing())
    assert desk.case.is_open
    assert desk.office.cases.next_wake() is not None
    assert desk.is_clean()


def test_a_role_is_handed_over_to_another_agency(desk: Desk) -> None:
    """Whoever is asked sees nothing of the case before she accepts; then it is hers, and no longer the other's."""
    with pytest.raises(UnknownCaseError):
        desk.work.look(OTHER, desk.code)
    desk.do(MANAGER, commands.HandOver(
        actor=NOBODY, role="case_manager", to_user=OTHER, agency="social_river", reason=WORDS
    ))  # fmt: skip
    for command in (answering("w2"), withdrawing(), commands.Note(actor=NOBODY, text="hello")):
        with pytest.raises((UnknownCaseError, Refused)):
            desk.do(OTHER, command)
    with pytest.raises(UnknownCaseError):
        desk.work.look(OTHER, desk.code)
    assert desk.case.holders == {"case_manager": MANAGER}
    desk.do(OTHER, answering())
    assert (desk.case.holders, desk.case.agency) == ({"case_manager": OTHER}, "social_river")
    desk.work.look(OTHER, desk.code)
    with pytest.raises(UnknownCaseError):
        desk.act("settled")
    desk.act("settled", OTHER)
    assert desk.is_clean()


def test_who_is_kept_out_of_the_case_takes_nothing_over(desk: Desk) -> None:
    """An account that was closed after the offer answers it no more; the holder stays responsible."""
    desk.do(MANAGER, commands.HandOver(actor=NOBODY, role="case_manager", to_user=OTHER, reason="moved"))
    desk.office.people.change([DisableUser(by="meas_kolap", user=OTHER)], desk.now)
    with pytest.raises(UnknownCaseError):
        desk.do(OTHER, answering())
    assert desk.case.holders == {"case_manager": MANAGER}


def test_the_supervisor_gives_a_role(desk: Desk) -> None:
    """A colleague holds the case at once."""
    desk.do(CHIEF, commands.AssignRole(actor=NOBODY, role="case_manager", user="chhim_rotha", reason="on leave"))
    desk.act("settled", "chhim_rotha")
    assert desk.is_clean()


def test_a_request_is_started_here(desk: Desk) -> None:
    """Her manager begins the visit that she asked for; private answers stay in the case and are known there."""
    desk.act("visit_asked")
    meaning = desk.work.protocol("visit").meaning
    desk.do(MANAGER, commands.Enrol(actor=NOBODY, enrolment="visit", meaning=meaning, request="w1"))
    assert desk.case.waiting["w1"].status is WaitingStatus.STARTED
    assert desk.case.enrolments["visit"].tracks["visit"].place is Place.OPEN
    assert desk.is_clean()
    assert desk.why(MANAGER, withdrawing()) == [Why.STARTED]


def test_a_request_is_refused(desk: Desk) -> None:
    """With a reason, by the supervisor."""
    desk.act("visit_asked")
    assert desk.why(CHIEF, answering(agrees=False)) == [Why.NEEDS_REASON]
    desk.do(CHIEF, answering(agrees=False, reason=WORDS))
    assert desk.case.waiting["w1"].status is WaitingStatus.REFUSED
    assert desk.is_clean()


def test_a_case_is_opened_again(desk: Desk) -> None:
    """The supervisor lets a closed case go on with a new run."""
    desk.act("settled")
    desk.act("well")
    meaning = desk.work.protocol("care").meaning
    again = commands.Reopen(actor=NOBODY, enrolment="care2", meaning=meaning, reason=WORDS)
    desk.do(CHIEF, again)
    assert desk.case.enrolments["care2"].is_open
    assert desk.is_clean()


def test_everything_about_her_is_erased(desk: Desk) -> None:
    """With her key all private words are gone, also those that were taken back; case, clocks and chain go on."""
    desk.do(MANAGER, commands.Record(actor=NOBODY, facts={"reached_at": PLACE}))
    desk.act("settled", facts={"reached_at": "elsewhere", "how_it_went": WORDS}, reason=WORDS)
    desk.do(MANAGER, withdrawing())
    desk.do(MANAGER, asking(reason=WORDS))
    desk.do(MANAGER, commands.Note(actor=NOBODY, text=WORDS))
    assert desk.why(CHIEF, commands.Erase(actor=NOBODY, reason="asked in writing")) == [Why.MAY_NOT]
    desk.do(OFFICER, commands.Erase(actor=NOBODY, reason="asked in writing"))
    assert finish_erasures(SqlErasures(desk.office.database), desk.office.keyring, desk.now) == 1
    facts = desk.case.facts
    assert {type(facts[name].value) for name in ("who", "reached_at")} == {Erased}
    assert desk.case.waiting["w1"].facts == {}
    assert desk.journal(happenings.NoteAdded)[0].text == UNKNOWN
    assert desk.journal(happenings.CaseErased)[0].reason == "asked in writing"
    assert desk.is_clean()
    desk.wait(HOUR).act("settled")
    assert desk.step() == "living"
    assert desk.is_clean()


def test_what_must_be_kept_is_not_erased(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A rule that blocks erasing holds at the command line, too; the attempt is kept, the supervisor gets a mail."""
    protocols = small_protocols(tmp_path / "protocols")
    text = (ROOT / "tests" / "fixtures" / "office" / "care.yaml").read_text(encoding="utf-8")
    rule = "forbidden:\n  wanted_in_court: {never: wanted is yes, blocks: erasing}\n"
    text = text.replace("fields: {", "fields: {wanted: {label: {en: Wanted?, km: ត្រូវការ?}, type: yes/no/unknown}, ")
    (protocols / "care.yaml").write_text(f"{text}{rule}", encoding="utf-8")
    desk = Desk(make_office(tmp_path / "office", protocols))
    assert desk.why(OFFICER, commands.Erase(actor=NOBODY, reason="asked in writing")) == [Why.FORBIDDEN]
    (attempt,) = desk.journal(happenings.AttemptRefused)
    assert (attempt.attempted, [one.enrolment for one in attempt.reasons]) == ("Erase", ["care"])
    assert {type(one.value) for one in desk.case.facts.values()} == {str}
    folder = desk.office.settings.folder
    for hours in (1, 24):
        desk.office = at(desk.office, FOUNDED + hours * HOUR)
        with closing(worker_of(desk.office)) as worker:
            assert not worker.tick(desk.now).errors
    mails = [read_mail(one) for one in folder.rglob("*.eml")]
    assert any(one.startswith("To: malis.ouk@") and f"វិធានបានបញ្ឈប់អ្វីមួយ - {desk.code}" in one for one in mails)
    asked = ["erase", desk.code, "--reason", "asked in writing", "--yes", "--office", str(folder), "--as", OFFICER]
    assert run(asked) == 1
    assert "The rule wanted_in_court forbids it. It needs: not (wanted is yes)." in capsys.readouterr().err
    desk.do(MANAGER, commands.Record(actor=NOBODY, facts={"wanted": "no"}))
    desk.do(OFFICER, commands.Erase(actor=NOBODY, reason="asked in writing"))
    assert finish_erasures(SqlErasures(desk.office.database), desk.office.keyring, desk.now) == 1
    assert desk.is_clean()
    desk.office.close()


def test_a_refusal_is_a_sentence_and_keeps_nothing_that_was_typed(desk: Desk) -> None:
    """What was refused stands in the journal and in the access log, without a word of what was typed."""
    secret = "Zq7-must-not-be-kept"
    refused: list[AnyCommand] = [
        commands.Act(actor=NOBODY, enrolment="care", track="care", action="settled", facts={secret: secret}),
        commands.Act(actor=NOBODY, enrolment="care", track="care", action=secret),
        commands.Act(actor=NOBODY, enrolment=secret, track=secret, action="settled"),
        commands.Record(actor=NOBODY, facts={"persons_found": secret}),
        commands.GiveConsent(actor=NOBODY, consent=secret),
        commands.HandOver(actor=NOBODY, role=secret, to_user=secret, reason=secret),
        commands.Note(actor=NOBODY, text=secret * 1000),
        answering(secret),
        replace(asking(), action="settled"),
    ]
    for command in refused:
        with pytest.raises(Refused) as told:
            desk.do(MANAGER, command)
        assert str(told.value)
        assert "\n" not in str(told.value)
    kept = desk.journal(happenings.AttemptRefused)
    assert len(kept) == len(refused)
    assert secret not in str(kept)
    assert all(event.by == MANAGER for event in kept)
    logged = desk.office.access.of_day(desk.now.date())
    assert [one.what for one in logged].count("refused") == len(refused)
    assert secret not in str(logged)
    assert desk.is_clean()


def test_a_refusal_tells_nothing_of_an_answer_that_is_not_hers(tmp_path: Path) -> None:
    """Whoever tries an action hears as little of what a clinician found as whoever looks at what she can do.

    Nor does the trace of the attempt tell it, which stands in the journal in the open.
    """
    protocols = small_protocols(tmp_path / "protocols")
    care = (ROOT / "tests" / "fixtures" / "office" / "care.yaml").read_text(encoding="utf-8")
    care = care.replace(
        "km: បានតាំងលំនៅ}, goes_to: living}", "km: បានតាំងលំនៅ}, goes_to: living, only_if: not (found is ill)}"
    )
    care = care.replace("collect: [reached_at, letter]", "collect: [reached_at, found]")
    care = care.replace("fields: {", f"fields: {{{_FOUND}, ")
    (protocols / "care.yaml").write_text(care, encoding="utf-8")
    desk = Desk(make_office(tmp_path / "office", protocols))
    desk.do("var_sokunthy", commands.Record(actor=NOBODY, facts={"found": "ill"}))
    with pytest.raises(Refused) as told:
        desk.act("settled")
    (offered,) = (one for one in desk.work.options(MANAGER, desk.code) if one.action == "settled")
    assert told.value.reasons == offered.reasons
    assert [reason.blocking for reason in told.value.reasons] == [()]
    assert "found" not in str(told.value)
    (kept,) = desk.journal(happenings.AttemptRefused)
    assert [reason.blocking for reason in kept.reasons] == [()]
    desk.office.close()


#: A field that only clinicians see and write.
_FOUND = (
    "found: {label: {en: What was found, km: អ្វីដែលបានរកឃើញ}, type: choice, codes: [well, ill], private: yes, "
    "seen_by: [medical_officer], written_by: [medical_officer]}"
)


def test_who_has_no_role_hears_of_no_case(desk: Desk) -> None:
    """The same for a case that is there and one that is not; both are in the access log, nothing in the journal."""
    for code in (desk.code, "K7Q2-9M4X-3"):
        with pytest.raises(UnknownCaseError) as told:
            desk.work.look(OTHER, code)
        assert str(told.value) == "There is no case with this code; check what was typed."
        with pytest.raises(UnknownCaseError):
            desk.work.do(OTHER, code, answering())
    assert desk.journal(happenings.AttemptRefused) == []
    logged = desk.office.access.of_day(desk.now.date())
    assert [(one.by, one.what) for one in logged].count((OTHER, "refused")) == 4


def test_a_conflict_is_told_with_who_changed_it(desk: Desk) -> None:
    """Two forms are open; the second one hears that the field was changed meanwhile, and by whom."""
    seen = desk.case.seq
    desk.do(CHIEF, commands.Record(actor=NOBODY, facts={"reached_at": PLACE}))
    with pytest.raises(Refused) as told:
        desk.act("settled", facts={"reached_at": "elsewhere"}, seen=seen)
    assert str(told.value) == f"reached_at was changed meanwhile by {CHIEF}; look at the case again."
    assert desk.step() == "met"


def test_a_request_that_comes_twice_is_carried_out_once(desk: Desk) -> None:
    """The same key with the same content gives the same case; with another content it is refused."""
    ticket = Ticket(MANAGER, "form-1", fingerprint(desk.office.keyring, "settled"))
    act = commands.Act(actor=NOBODY, enrolment="care", track="care", action="settled")
    first = desk.do(MANAGER, act, ticket)
    assert desk.wait(HOUR).do(MANAGER, act, ticket) == first
    assert len(desk.journal(happenings.ActionTaken)) == 1
    other = replace(ticket, fingerprint=fingerprint(desk.office.keyring, "well"))
    with pytest.raises(KeyReusedError):
        desk.do(MANAGER, replace(act, action="well"), other)
    opened = Ticket(MANAGER, "open-1", fingerprint(desk.office.keyring, "open"))
    asked = Opening("care", {"who": NAME})
    assert desk.work.open(MANAGER, asked, opened) == desk.work.open(MANAGER, asked, opened)
    assert len(desk.office.cases.cases()) == 2


def test_opening_asks_what_the_protocol_requires(desk: Desk) -> None:
    """An answer that is missing is named; a role that may not open hears which may; nothing is opened."""
    with pytest.raises(Refused) as told:
        desk.work.open(MANAGER, Opening("care", {}))
    assert str(told.value) == "who has to be recorded first."
    with pytest.raises(Refused) as told:
        desk.work.open(OFFICER, Opening("care", {"who": NAME}))
    assert [reason.why for reason in told.value.reasons] == [Why.ROLE]
    with pytest.raises(Refused) as told:
        desk.work.open(MANAGER, Opening("nothing", {}))
    assert [reason.why for reason in told.value.reasons] == [Why.NO_SUCH]
    assert list(desk.office.cases.cases()) == [desk.code]


@pytest.mark.parametrize("manager", ["nobody_here", "Neang Zq7, who came\nyesterday", OTHER])
def test_a_case_is_led_by_somebody_who_is_there(desk: Desk, manager: str) -> None:
    """Whoever leads a case from the start has an open account; a mistyped name would leave the case with nobody."""
    desk.office.people.change([DisableUser(by="init", user=OTHER)], desk.now)
    with pytest.raises(Refused) as told:
        desk.work.open(MANAGER, Opening("care", {"who": NAME}, manager=manager))
    assert [reason.why for reason in told.value.reasons] == [Why.NO_SUCH_USER]
    assert manager not in str(told.value)
    assert list(desk.office.cases.cases()) == [desk.code]


def test_a_case_belongs_to_an_agency_that_is_there(desk: Desk) -> None:
    """Whoever may open cases everywhere opens none for an agency that nobody knows: its roles would be nobody's."""
    everywhere = AddMembership(by="init", user=MANAGER, role="case_manager", everywhere=True)
    desk.office.people.change([everywhere], desk.now)
    with pytest.raises(Refused) as told:
        desk.work.open(MANAGER, Opening("care", {"who": NAME}, agency="social_nroth"))
    assert [reason.why for reason in told.value.reasons] == [Why.NO_SUCH_AGENCY]
    assert list(desk.office.cases.cases()) == [desk.code]


def test_a_draft_is_opened_on_invented_people_only(desk: Desk) -> None:
    """The same office for real people refuses a protocol that nobody has adopted."""
    real = replace(desk.work, simulation=False)
    with pytest.raises(Refused) as told:
        real.open(MANAGER, Opening("care", {"who": NAME}))
    assert [reason.why for reason in told.value.reasons] == [Why.DRAFT]


def test_what_can_be_read_of_a_case(desk: Desk) -> None:
    """Options, forecast, journal and the list of one's cases; each reading is in the access log."""
    found = {option.action for option in desk.work.options(MANAGER, desk.code)}
    assert found == {"moved", "examined", "visit_asked", "settled"}
    assert desk.work.forecast(MANAGER, desk.code, desk.now + 3 * DAY).entries
    events, actor = desk.work.journal(MANAGER, desk.code)
    assert (len(events), actor.user) == (desk.case.seq, MANAGER)
    assert [case.id for case, _ in desk.work.mine(MANAGER)] == [desk.code]
    assert desk.work.mine(OTHER) == []
    logged = [one.what for one in desk.office.access.of_day(desk.now.date())]
    assert logged == ["options", "forecast", "journal", "list", "list"]


def test_a_withdrawal_reads_the_journal_anew_if_the_case_goes_on_meanwhile(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading and locking somebody records something: the withdrawal looks again, and both stand."""
    desk.act("settled")
    read, between = desk.office.cases.journal, iter([True])

    def journal(case: str, after: int = 0) -> Any:
        found = read(case, after)
        if next(between, False):
            desk.do(CHIEF, commands.Note(actor=NOBODY, text=WORDS))
        return found

    monkeypatch.setattr(desk.office.cases, "journal", journal)
    desk.do(MANAGER, withdrawing())
    assert desk.step() == "met"
    assert len(desk.journal(happenings.NoteAdded)) == 1


def test_a_new_holiday_reaches_the_running_cases(desk: Desk, founded: Path) -> None:
    """An installed calendar moves open limits at the next pass, once and on record."""
    room = desk.office.settings.folder.with_name("edited")
    protocols = Path(shutil.copytree(founded.with_name("protocols"), room))
    page = protocols / "calendars" / "cambodia.yaml"
    declared = (
        '  2026:\n    status: projected\n    source: "XX"\n    holidays:\n      2026-03-04: {en: A day, km: ថ្ងៃ}\n'
    )
    text = page.read_text(encoding="utf-8")
    source = re.search(r"  2026:\n    status: projected\n    source: (.*)\n    holidays:\n", text)
    assert source
    page.write_text(text.replace(source[0], declared.replace('"XX"', source[1])), encoding="utf-8")
    (before,) = (one.clock.limit for one in desk.case.enrolments["care"].clocks.values() if one.deadline == AGREE)
    desk.wait(HOUR)
    install_folder(desk.office, protocols, by=OFFICER)
    assert desk.is_clean()
    desk.wait(HOUR)
    with closing(worker_of(desk.office)) as worker:
        assert not worker.tick(desk.now).errors
    (after,) = (one.clock.limit for one in desk.case.enrolments["care"].clocks.values() if one.deadline == AGREE)
    assert before is not None
    assert after == before + DAY
    assert [one.changed for one in desk.journal(happenings.CalendarRead)] == [desk.now - HOUR]
    assert desk.is_clean()
    with closing(worker_of(desk.office)) as worker:
        assert worker.tick(desk.now).passes.cases == 0
