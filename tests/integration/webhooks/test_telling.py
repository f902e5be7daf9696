"""Of what a program outside is told, and of what not: as far as its owner may see, and never of a closed lane."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from engine.core.case import commands
from engine.core.case.commands import Erase, HandOver, Pass, Withdraw
from engine.core.people.commands import DisableUser
from engine.run.accounts.keys import READ
from engine.run.cases.lanes import lane_of
from engine.run.cases.writing import deciding
from engine.run.setup.installing import install_file
from engine.store.ports import Posted
from engine.store.webhooks import NewsKind
from tests.integration.webhooks.conftest import CHIEF, LINK, MANAGER, NOBODY, OTHER, Desk
from tests.support.receiver import Receiver
from web.app import create_app

DAY = timedelta(days=1)


def test_a_call_says_that_something_happened_and_no_more(desk: Desk, receiver: Receiver) -> None:
    """Id, kind, instant, protocol, code and the address of the API: exactly that; the signature is right."""
    _, secret = desk.hook(receiver.url)
    code = desk.open()
    assert desk.tick().errors == []
    assert receiver.kinds == ["case.opened", "step.entered"]
    for one in receiver.got:
        assert one.is_signed_with(secret)
        assert one.path == "/spean"
        assert one.headers["content-type"] == "application/json"
        assert one.headers["webhook-timestamp"] == str(int(desk.now.timestamp()))
        assert one.document == {
            "id": one.id,
            "type": one.document["type"],
            "timestamp": desk.now.isoformat().replace("+00:00", "Z"),
            "data": {"case": code, "protocol": "care", "url": f"{LINK}/api/v1/cases/{code}"},
        }
    assert len({one.id for one in receiver.got}) == 2


def test_the_address_in_a_call_is_one_of_the_api(desk: Desk, receiver: Receiver) -> None:
    """Whoever is told asks there with a key of the owner, and gets the case."""
    desk.hook(receiver.url)
    code = desk.open()
    desk.tick()
    app = create_app(desk.office)
    key = app.state.desk.keys.make(MANAGER, "receiver", READ)
    asking = TestClient(app, base_url=LINK)
    answer = asking.get(receiver.got[0].document["data"]["url"], headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["case"]) == (200, code)


def test_every_kind_of_news_is_told(desk: Desk, receiver: Receiver) -> None:
    """A case with a wrong click, a hand-over, a missed limit that escalates, and an end."""
    desk.hook(receiver.url)
    code = desk.open()
    desk.act(code, "settled")
    desk.do(code, Withdraw(actor=NOBODY, enrolment="care", track="care", reason="A wrong click."))
    desk.do(code, HandOver(actor=NOBODY, role="case_manager", to_user="chhim_rotha", reason="She is away."))
    (waiting,) = [one for one in desk.office.cases.case(code).waiting.values() if one.is_open]
    desk.do(code, commands.Answer(actor=NOBODY, waiting=waiting.id, agrees=False, reason="No room."), "chhim_rotha")
    desk.later(9 * DAY).tick()
    desk.later(timedelta(minutes=1)).tick()
    desk.act(code, "settled")
    desk.act(code, "well")
    desk.tick()
    assert {*receiver.kinds} == {one.value for one in NewsKind} - {"case.reopened"}
    assert receiver.kinds.count("deadline.missed") == 1
    assert receiver.kinds[-1] == "case.closed"


def test_only_what_was_asked_for_is_told(desk: Desk, receiver: Receiver) -> None:
    """A webhook for closed cases hears of nothing else, and no row is written for it."""
    desk.hook(receiver.url, kinds=(NewsKind.CASE_CLOSED,))
    code = desk.open()
    desk.act(code, "settled")
    desk.act(code, "well")
    assert [one.kind.value for one in desk.calls()] == ["case.closed"]
    desk.tick()
    assert receiver.kinds == ["case.closed"]


def test_without_a_webhook_nothing_is_written_and_nothing_leaves(desk: Desk, receiver: Receiver) -> None:
    """What happened before it was registered is not told afterwards."""
    desk.open()
    assert desk.calls() == []
    desk.hook(receiver.url)
    desk.tick()
    assert receiver.got == []


def test_who_may_not_see_the_case_is_told_nothing(desk: Desk, receiver: Receiver) -> None:
    """The owner is of another agency: nothing leaves, and the call says why."""
    desk.hook(receiver.url, owner=OTHER)
    desk.open()
    report = desk.tick()
    assert (report.errors, report.calls.dropped, report.calls.sent) == ([], 2, 0)
    assert receiver.got == []
    assert {(one.status, one.words) for one in desk.calls()} == {
        (Posted.DROPPED, "not for this owner, or not for outside")
    }


def test_what_counts_is_what_the_owner_may_see_when_the_call_leaves(desk: Desk, receiver: Receiver) -> None:
    """Disabled between the action and the call: nothing leaves."""
    desk.hook(receiver.url, owner=MANAGER)
    desk.open()
    desk.office.people.change([DisableUser(by="init", user=MANAGER)], desk.now)
    desk.tick()
    assert receiver.got == []


def test_the_supervisor_is_told_of_the_cases_of_her_people(desk: Desk, receiver: Receiver) -> None:
    """An owner sees by her roles, as on the pages."""
    desk.hook(receiver.url, owner=CHIEF)
    desk.open()
    desk.tick()
    assert receiver.kinds == ["case.opened", "step.entered"]


@pytest.mark.parametrize("owner", [MANAGER, CHIEF, "keo_vannary", "nora_lindqvist"])
def test_a_sealed_complaint_gives_nothing(desk: Desk, receiver: Receiver, owner: str) -> None:
    """Neither its steps, nor its limits, missed and escalated, nor its end: whoever the owner is, reader or not."""
    code = desk.open()
    desk.hook(receiver.url, owner=owner)
    desk.do(code, commands.Record(actor=NOBODY, enrolment="care", facts={"complained": "yes"}))
    assert "complaint" in desk.office.cases.case(code).enrolments["care"].tracks
    desk.later(timedelta(days=12))
    desk.office.cases.transact(code, deciding(Pass(), lambda: desk.now, desk.office.registry.library()))
    desk.act(code, "answered", "complaint")
    written = [one.kind for one in desk.calls()]
    assert NewsKind.STEP_ENTERED in written
    assert NewsKind.DEADLINE_MISSED in written
    assert NewsKind.DEADLINE_ESCALATED in written
    sealed = _in_complaint(desk, code)
    assert len(sealed) >= 4
    desk.tick()
    status = {one.seq: one.status for one in desk.calls()}
    assert {status[seq] for seq in sealed} == {Posted.DROPPED}
    told = sorted(one.document["type"] for one in receiver.got)
    others = sorted(one.kind.value for one in desk.calls() if one.status is Posted.SENT)
    assert told == others
    assert b"complaint" not in b"".join(one.body for one in receiver.got)


def test_an_erased_person_is_told_of_no_more(desk: Desk, receiver: Receiver) -> None:
    """What waited when she was erased does not leave."""
    code = desk.open()
    desk.hook(receiver.url)
    desk.act(code, "settled")
    desk.do(code, Erase(actor=NOBODY, reason="asked for"), "kong_vibol")
    desk.tick()
    assert receiver.got == []


def test_a_protocol_that_is_closed_as_a_whole_gives_nothing(desk: Desk, receiver: Receiver) -> None:
    """Where the main lane names its readers, not even that a case was opened is told."""
    folder = desk.office.settings.folder / "protocols"
    text = (folder / "care.yaml").read_text(encoding="utf-8").replace("protocol: care", "protocol: secret_care")
    main = "  care:\n    title: {en: Care, km: ការថែទាំ}\n"
    assert text.count(main) == 1
    (folder / "secret_care.yaml").write_text(text.replace(main, main + "    seen_by: [case_manager, supervisor]\n"))
    install_file(desk.office, folder / "secret_care.yaml", by="init")
    desk.hook(receiver.url)
    desk.open(protocol="secret_care")
    assert len(desk.calls()) == 2
    desk.tick()
    assert receiver.got == []


def test_a_look_that_leaves_is_in_the_access_log(desk: Desk, receiver: Receiver) -> None:
    """Each time that a call leaves, in the name of its owner, before it does; and who made the webhook."""
    made, _ = desk.hook(receiver.url)
    code = desk.open()
    receiver.status = 500
    desk.tick()
    desk.later(timedelta(minutes=2)).tick()
    logged = [one for one in desk.office.access.of_day(desk.now.date()) if one.what.startswith("webhook")]
    assert [(one.by, one.what, one.case) for one in logged] == [
        ("init", "webhook added", ""),
        (MANAGER, "webhook", code),
        (MANAGER, "webhook", code),
    ]
    assert {one.detail for one in logged[1:]} == {f"case.opened {made.id}", f"step.entered {made.id}"}


def _in_complaint(desk: Desk, code: str) -> list[int]:
    """Return the numbers of the news that belong to the complaint."""
    case, journal = desk.office.cases.case(code), desk.office.cases.journal(code)
    return [one.seq for one in desk.calls() if lane_of(case, journal[one.seq - 1])[1] == "complaint"]


def test_news_is_json_that_fits_into_one_line(desk: Desk, receiver: Receiver) -> None:
    """Plain ASCII, no spaces to lose on the way: what is signed is what comes."""
    desk.hook(receiver.url)
    desk.open()
    desk.tick()
    for one in receiver.got:
        assert one.body == json.dumps(one.document, separators=(",", ":")).encode("ascii")
