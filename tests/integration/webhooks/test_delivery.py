"""Calls over a real connection: tried again under one id, given up in the end, never led astray, never in the way."""

from __future__ import annotations

import socket
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from engine.core.case.commands import Act
from engine.run.mail import queue
from engine.run.setup.settings import FILE
from engine.run.ticks.bootstrap import worker_of
from engine.run.webhooks.courier import LEASE
from engine.run.webhooks.office import courier_of, register_of
from engine.run.webhooks.register import OVERLAP, WebhookError
from engine.store import points
from engine.store.incidents import IncidentKind
from engine.store.ports import Posted
from engine.store.webhooks import NewsKind
from notifiers.webhooks import post
from notifiers.webhooks.post import Poster, PostError
from notifiers.webhooks.schedule import WAITS
from notifiers.webhooks.target import TargetError
from tests.integration.webhooks.conftest import MANAGER, NOBODY, Desk
from tests.support.certificates import Authority
from tests.support.office import at, make_office
from tests.support.planting import Tokens, leaked, plant
from tests.support.receiver import Receiver

OPENED = (NewsKind.CASE_OPENED,)


class Died(BaseException):
    """The process died here."""


def test_a_call_that_is_not_taken_is_tried_again_under_the_same_id(desk: Desk, receiver: Receiver) -> None:
    """At the stated times, not before; the body is the same, the instant and with it the signature are new."""
    _, secret = desk.hook(receiver.url, kinds=OPENED)
    receiver.status = 503
    desk.open()
    assert desk.tick().calls.again == 1
    assert desk.tick().calls.again == 0
    assert desk.later(WAITS[0]).tick().calls.again == 1
    receiver.status = 200
    assert desk.later(WAITS[1] - timedelta(seconds=1)).tick().calls.sent == 0
    assert desk.later(timedelta(seconds=1)).tick().calls.sent == 1
    assert len({(one.id, one.body) for one in receiver.got}) == 1
    assert len({one.headers["webhook-timestamp"] for one in receiver.got}) == 3
    assert all(one.is_signed_with(secret) for one in receiver.got)
    assert desk.later(timedelta(days=1)).tick().calls.sent == 0


def test_after_ten_tries_it_is_given_up_told_and_sent_again_when_asked(desk: Desk, receiver: Receiver) -> None:
    """The administrators hear of it as of all that goes wrong; what is dead stays until somebody sends it."""
    made, _ = desk.hook(receiver.url, kinds=OPENED)
    receiver.status = 500
    desk.open()
    assert [desk.tick().calls.again, *(desk.later(wait).tick().calls.again for wait in WAITS)] == [1] * 9 + [0]
    assert len(receiver.got) == 10
    (call,) = desk.calls()
    assert (call.status, call.attempts, call.words) == (Posted.DEAD, 10, "answered 500")
    desk.later(timedelta(minutes=1)).tick()
    (incident,) = [one for one in desk.office.incidents.all() if one.kind is IncidentKind.WEBHOOK]
    assert (incident.subject, incident.is_open) == (made.id, True)
    assert "answered 500" in incident.words
    assert incident.told_at is not None
    receiver.status = 200
    assert desk.later(timedelta(days=2)).tick().calls.sent == 0
    assert "1 calls" in queue.retry_incident(desk.office, incident.number, "sok", desk.now)
    assert desk.tick().calls.sent == 1
    assert len({one.id for one in receiver.got}) == 1
    assert not [one for one in desk.office.incidents.all(open_only=True) if one.kind is IncidentKind.WEBHOOK]


def test_a_receiver_that_says_it_is_gone_is_asked_no_more_for_this_call(desk: Desk, receiver: Receiver) -> None:
    """410 ends the tries at once, and an incident says so."""
    desk.hook(receiver.url, kinds=OPENED)
    receiver.status = 410
    desk.open()
    assert desk.tick().calls.dead == 1
    assert desk.office.incidents.subjects(IncidentKind.WEBHOOK)


def test_a_redirect_is_not_followed(desk: Desk) -> None:
    """Wherever it leads; it counts as not taken."""
    with Receiver() as other, Receiver(status=307, location=other.url) as first:
        desk.hook(first.url, kinds=OPENED)
        desk.open()
        assert desk.tick().calls.again == 1
        assert other.got == []
    assert desk.calls()[0].words == "answered 307; redirects are not followed"


def test_an_action_that_is_rolled_back_sends_nothing(desk: Desk, receiver: Receiver) -> None:
    """A process that dies before its transaction ends has told nobody anything."""
    code = desk.open()
    desk.hook(receiver.url)

    def die(point: str) -> None:
        if point == "action: before commit":
            raise Died

    points.hook(die)
    try:
        with pytest.raises(Died):
            desk.do(code, Act(actor=NOBODY, enrolment="care", track="care", action="settled"))
    finally:
        points.hook(None)
    assert desk.calls() == []
    desk.tick()
    assert receiver.got == []


@pytest.mark.parametrize("where", ["webhook: before handing over", "webhook: after handing over"])
def test_whoever_dies_between_sending_and_noting_sends_the_same_id_again(
    desk: Desk, receiver: Receiver, where: str
) -> None:
    """Another worker takes the call when the lease of the dead one is over; the receiver can tell it is the same."""
    made, _ = desk.hook(receiver.url, kinds=OPENED)
    desk.open()

    def die(point: str) -> None:
        if point == where:
            raise Died

    points.hook(die)
    try:
        with pytest.raises(Died):
            courier_of(desk.office, "dies").serve(made.id, desk.now)
    finally:
        points.hook(None)
    assert desk.tick().calls.sent == 0
    assert desk.later(LEASE).tick().calls.sent == 1
    assert len(receiver.got) == (2 if where.startswith("webhook: after") else 1)
    assert len({one.id for one in receiver.got}) == 1


def test_a_slow_receiver_holds_up_neither_mails_nor_others(desk: Desk, receiver: Receiver) -> None:
    """The tick does not wait for it, and the call to another webhook has long been taken."""
    with Receiver(waits=60) as slow:
        desk.hook(slow.url, kinds=OPENED)
        desk.hook(receiver.url, kinds=OPENED)
        code = desk.open()
        desk.later(timedelta(days=9))
        with closing(worker_of(desk.office, checkpoints=False)) as worker:
            report = worker.tick(desk.now)
            assert report.mails.sent > 0
            while not receiver.got:
                time.sleep(0.01)
            assert report.calls.sent < 2
            slow.released.set()
            worker.settle(report)
        assert report.calls.sent == 2
    assert receiver.got[0].document["data"]["case"] == code


def test_a_broken_case_holds_up_no_other(desk: Desk, receiver: Receiver) -> None:
    """Its call waits; the next tick tells of the others."""
    broken = desk.open()
    desk.hook(receiver.url)
    desk.act(broken, "settled")
    whole = desk.open()
    with desk.office.database.write() as connection:
        connection.exec_driver_sql("UPDATE cases SET body = '{' WHERE code = ?", (broken,))
    assert desk.tick().calls.again == 1
    report = desk.tick()
    assert (report.calls.sent, report.errors) == (2, [])
    assert {one.document["data"]["case"] for one in receiver.got} == {whole}


def test_nothing_goes_out_about_a_frozen_case(desk: Desk, receiver: Receiver) -> None:
    """It waits until somebody has seen to it; that it left then stands in the access log."""
    code = desk.open()
    desk.hook(receiver.url)
    desk.act(code, "settled")
    desk.office.cases.freeze(code)
    assert desk.tick().calls.again == 1
    assert receiver.got == []
    assert left(desk) == []
    desk.office.cases.thaw(code)
    assert desk.later(WAITS[0]).tick().calls.sent == 1
    assert left(desk) == [code]


def left(desk: Desk) -> list[str]:
    """Return the cases of which something left, as the access log of the day has it."""
    return [one.case for one in desk.office.access.of_day(desk.now.date()) if one.what == "webhook"]


def test_while_a_secret_is_changed_both_sign(desk: Desk, receiver: Receiver) -> None:
    """For a day; then only the new one. Neither lies in the database as it is."""
    made, former = desk.hook(receiver.url, kinds=OPENED)
    secret, until = register_of(desk.office).rotate(made.id, by="init", now=desk.now)
    assert until == desk.now + OVERLAP
    desk.open()
    desk.tick()
    assert receiver.got[0].is_signed_with(secret)
    assert receiver.got[0].is_signed_with(former)
    desk.later(OVERLAP).open()
    desk.tick()
    assert receiver.got[1].is_signed_with(secret)
    assert not receiver.got[1].is_signed_with(former)
    kept = b"".join(path.read_bytes() for path in (desk.office.settings.folder / "data").iterdir())
    assert secret.encode() not in kept
    assert former.encode() not in kept


def test_a_removed_webhook_is_told_nothing(desk: Desk, receiver: Receiver) -> None:
    """Not even what waited for it."""
    made, _ = desk.hook(receiver.url)
    desk.open()
    register_of(desk.office).remove(made.id, by="init", now=desk.now)
    desk.tick()
    assert (receiver.got, desk.calls()) == ([], [])
    with pytest.raises(WebhookError):
        register_of(desk.office).remove(made.id, by="init", now=desk.now)


def test_a_private_address_is_refused_when_the_call_leaves(
    desk: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads inside the network: no connection is made, unless the settings allow the name."""
    monkeypatch.setattr(
        post, "look_up", lambda *_: [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", receiver.port))]
    )
    with pytest.raises(TargetError, match="not public"):
        Poster().post("https://primero.example.org/", b"{}", {})
    desk.hook("https://primero.example.org/", kinds=OPENED)
    desk.open()
    assert desk.tick().calls.again == 1
    assert "not public" in desk.calls()[0].words
    assert receiver.got == []


def test_a_name_that_the_settings_allow_is_reached_by_https(desk: Desk, tmp_path: Path) -> None:
    """With the office's own authority; its certificate must be that of the name."""
    authority = Authority(tmp_path)
    with Receiver(tls=authority.server("localhost")) as receiver:
        settings = desk.office.settings.folder / FILE
        with settings.open("a", encoding="utf-8") as file:
            file.write(f'\n[webhooks]\nallowed_hosts = "localhost other"\nca_file = "{authority.ca_file}"\n')
        desk.office = at(desk.office, desk.now)
        desk.hook(receiver.url, kinds=OPENED)
        desk.open()
        assert desk.tick().calls.sent == 1
        with pytest.raises(PostError, match="not trusted"):
            Poster().post(receiver.url, b"{}", {})
        with pytest.raises(PostError, match="not trusted"):
            Poster(["127.0.0.1"], str(authority.ca_file)).post(
                receiver.url.replace("localhost", "127.0.0.1"), b"{}", {}
            )


def test_wrong_settings_are_told_by_the_tick_and_stop_nothing(desk: Desk, receiver: Receiver) -> None:
    """A file that is no certificate: one sentence, and mails go on; with it put right the call leaves."""
    (desk.office.settings.folder / "no.pem").write_text("no")
    settings = desk.office.settings.folder / FILE
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text + '\n[webhooks]\nca_file = "no.pem"\n', encoding="utf-8")
    desk.office = at(desk.office, desk.now)
    desk.hook(receiver.url, kinds=OPENED)
    desk.open()
    (error,) = desk.later(timedelta(days=9)).tick().errors
    assert "no.pem: the certificates cannot be read" in error
    settings.write_text(text, encoding="utf-8")
    assert desk.later(timedelta(minutes=1)).tick().calls.sent == 1


@pytest.mark.parametrize("how", ["waits", "drips"])
def test_a_call_ends_when_its_time_is_over(how: str) -> None:
    """A receiver that says nothing, or a sign now and then for ever, is left."""
    with Receiver(waits=60 if how == "waits" else 0, drips=how == "drips") as receiver:
        began = time.monotonic()
        with pytest.raises(PostError, match="no answer in time"):
            Poster(seconds=0.5).post(receiver.url, b"{}", {})
        assert time.monotonic() - began < 30
        receiver.released.set()


def test_no_receiver_and_no_http_are_told_in_words() -> None:
    """What fails says so in a few words, of which none is the receiver's."""
    with closing(socket.socket()) as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(PostError, match="no connection"):
            Poster().post(f"http://127.0.0.1:{closed.getsockname()[1]}/", b"{}", {})


def test_the_proxy_of_the_machine_is_not_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call goes where it was registered, whatever the environment says."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert Poster().post(receiver.url, b"{}", {}) == 204


def test_515_private_strings_are_in_no_call(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> None:
    """Unique tokens in every private field, reason and refused attempt of cases that live for months: none leaves."""
    desk = Desk(make_office(tmp_path_factory.mktemp("planted") / "office"))
    settings = desk.office.settings.folder / FILE
    settings.write_text(settings.read_text().replace('link = ""', 'link = "https://spean.example.org"'))
    desk.office = at(desk.office, desk.now)
    for owner in ("chhim_rotha", "ouk_malis", "sok_phalla"):
        desk.hook(receiver.url, owner=owner)
    sown = [Tokens(f"webhook {number}") for number in range(5)]
    for tokens in sown:
        plant(desk.office, tokens)
    for days in (0, 3, 10, 40):
        desk.later(timedelta(days=days))
        for _ in range(3):
            assert desk.tick().errors == []
    assert sum(len(tokens.made) for tokens in sown) >= 515
    assert len(receiver.got) > 100
    said = b"\n".join(one.body + repr((one.path, one.headers)).encode() for one in receiver.got)
    assert [leaked(tokens, said) for tokens in sown] == [[]] * len(sown)
    assert {frozenset(one.document["data"]) for one in receiver.got} == {frozenset(("case", "protocol", "url"))}
    desk.office.close()


def test_the_owner_is_somebody_with_an_account(desk: Desk, receiver: Receiver) -> None:
    """And there are at most twenty webhooks, each told of something."""
    for owner in ("nobody", ""):
        with pytest.raises(WebhookError, match="no account"):
            desk.hook(receiver.url, owner=owner)
    with pytest.raises(WebhookError, match="--events"):
        desk.hook(receiver.url, kinds=())
    with pytest.raises(WebhookError, match="https only"):
        desk.hook("http://primero.example.org/")
    for _ in range(20):
        desk.hook(receiver.url, owner=MANAGER)
    with pytest.raises(WebhookError, match="20 webhooks"):
        desk.hook(receiver.url)
