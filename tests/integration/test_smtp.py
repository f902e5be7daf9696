"""Mail over SMTP against a server that follows a script: whatever it does, the outcome is right and comes in time.

The scenarios bear the names of the design's list. Each runs five times. After each one the same mail is sent again to
a friendly server, as whoever keeps the queue would do, and must come with the same Message-ID.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Thread

import pytest

import notifiers.connection
import notifiers.smtp
from notifiers.letter import build
from notifiers.mail import Mail, Outcome, Result
from notifiers.smtp import Smtp
from tests.builders.mails import AT, mail, parsed
from tests.support.scripted_smtp import (
    CLOSE,
    HANG,
    RESET,
    Say,
    ScriptedSmtp,
    free_port,
    nobody_accepts,
)
from tests.support.smtp_scenarios import CALM, GRACE, SENT, SHORT, Scenario, first, is_ours, timed

LATER = mail(at=AT + timedelta(minutes=7))


def _hang(point: str, *, result: Result = Result.TEMPORARY, waits: float = 1, whole: int = 0) -> Scenario:
    return Scenario(
        f"hang in {point}",
        {point: HANG},
        result,
        words="did not answer in time",
        timeout=SHORT,
        within=SHORT * waits,
        whole=whole,
    )


SCENARIOS = [
    _hang("banner"),
    _hang("EHLO"),
    _hang("MAIL"),
    _hang("RCPT"),
    _hang("DATA"),
    _hang(".", result=Result.AMBIGUOUS, waits=notifiers.connection.CONTENT_PATIENCE, whole=1),
    Scenario("421 at banner", {"banner": Say("421 4.3.2 closing", "close")}, code=421, words="421 to the connection"),
    Scenario("450 greylist", {"RCPT": Say("450 4.2.0 greylisted")}, code=450, words="450 to RCPT"),
    Scenario("451 greylist", {"RCPT": Say("451 4.7.1 try again later")}, code=451, words="451 to RCPT"),
    Scenario("452 full", {"RCPT": Say("452 4.2.2 mailbox full")}, code=452, words="452 to RCPT"),
    Scenario("550 at RCPT", {"RCPT": Say("550 5.1.1 no such user")}, Result.PERMANENT, 550, "550 to RCPT"),
    Scenario("553 at RCPT", {"RCPT": Say("553 5.1.3 no such name")}, Result.PERMANENT, 553, "553 to RCPT"),
    Scenario("554 after DATA", {".": Say("554 5.6.0 refused")}, Result.PERMANENT, 554, "554 to the mail", whole=1),
    Scenario("disconnect after DATA before 250", {".": CLOSE}, Result.AMBIGUOUS, words="may have arrived", whole=1),
    Scenario("reset after DATA before 250", {".": RESET}, Result.AMBIGUOUS, words="may have arrived", whole=1),
    Scenario("disconnect after 250", {".": Say("250 ok", "close")}, Result.SENT, 250, whole=1),
    Scenario("8BITMIME and SMTPUTF8 absent", {}, Result.SENT, 250, whole=1),
    Scenario("8BITMIME and SMTPUTF8 there", {}, Result.SENT, 250, whole=1, features=["8BITMIME", "SMTPUTF8"]),
    Scenario("disconnect in banner", {"banner": CLOSE}, words="cannot be reached: it hung up"),
    Scenario("disconnect in EHLO", {"EHLO": RESET}, words="cannot be reached: it hung up"),
    Scenario("disconnect in MAIL", {"MAIL": CLOSE}, words="has not taken the mail"),
    Scenario("disconnect in RCPT", {"RCPT": RESET}, words="has not taken the mail"),
    Scenario("disconnect in DATA", {"DATA": CLOSE}, words="has not taken the mail"),
    Scenario("554 at banner", {"banner": Say("554 go away")}, code=554, words="554 to the connection", alarm=True),
    Scenario("502 to EHLO", {"EHLO": Say("502 what")}, code=502, words="502 to EHLO", alarm=True),
    Scenario("550 at MAIL", {"MAIL": Say("550 5.7.1 not you")}, code=550, words="550 to MAIL", alarm=True),
    Scenario("530 at RCPT", {"RCPT": Say("530 5.7.0 log in")}, code=530, words="530 to RCPT", alarm=True),
    Scenario("554 relay denied", {"RCPT": Say("554 5.7.1 relaying")}, code=554, words="554 to RCPT", alarm=True),
    Scenario("552 full", {"RCPT": Say("552 5.2.2 mailbox full")}, code=552, words="552 to RCPT"),
    Scenario("503 at DATA", {"DATA": Say("503 5.5.1 sequence")}, code=503, words="503 to DATA", alarm=True),
    Scenario("250 at DATA", {"DATA": Say("250 ok")}, words="no answer of a mail server"),
    Scenario("452 after DATA", {".": Say("452 4.3.1 disk full")}, code=452, words="452 to the mail", whole=1),
    Scenario("354 after DATA", {".": Say("354 more")}, Result.AMBIGUOUS, words="may have arrived", whole=1),
    Scenario("200 after DATA", {".": Say("200 fine")}, Result.SENT, 250, whole=1),
    Scenario("251 at RCPT", {"RCPT": Say("251 will forward")}, Result.SENT, 250, whole=1),
    Scenario("no number at RCPT", {"RCPT": Say("hello")}, words="no answer of a mail server"),
    Scenario("half an answer", {"banner": Say("220-a", "close")}, words="cannot be reached: it hung up"),
    Scenario("long line", {"EHLO": Say("250 " + "x" * 9000)}, words="no answer of a mail server"),
    Scenario("flood", {"EHLO": Say("250-x\r\n" * 20_000 + "250 ok")}, words="no answer of a mail server"),
    Scenario("line without end", {"RCPT": Say("250 " + "x" * 100_000)}, words="no answer of a mail server"),
    Scenario("talks out of turn", {"MAIL": Say("250 ok\r\n250 ok")}, words="no answer of a mail server"),
    Scenario("answers the mail before it has it", {"DATA": Say("354 go\r\n250 ok")}, words="has not taken the mail"),
]
#: A slow server: the pauses between two bytes are within the timeout, their sum is not; or they are not.
SLOW = [
    Scenario("1 byte a second", {"banner": Say("220 mail.example.org", pause=1)}, timeout=SHORT, within=SHORT),
    Scenario("slow banner", {"banner": Say("220 " + "x" * 99, pause=0.05)}, timeout=SHORT, within=SHORT * 4),
    Scenario("slow RCPT", {"RCPT": Say("250 " + "x" * 99, pause=0.05)}, timeout=SHORT, within=SHORT * 4),
    Scenario(
        "slow after the dot",
        {".": Say("250 " + "x" * 99, pause=0.05)},
        Result.AMBIGUOUS,
        timeout=SHORT,
        within=SHORT * 6,
        whole=1,
    ),
]
#: Where nothing was said about the mail itself: it has not used up one of its tries.
NO_TRY = {
    *(
        "hang in banner",
        "hang in EHLO",
        "421 at banner",
        "disconnect in banner",
        "disconnect in EHLO",
        "half an answer",
    ),
    *("554 at banner", "502 to EHLO", "550 at MAIL", "503 at DATA", "long line", "flood"),
    *("1 byte a second", "slow banner"),
}
RUNS = pytest.mark.parametrize("run", range(5))


def is_same_mail(data: bytes, other: bytes) -> bool:
    """Whether two mails are one that was sent twice: all but the Date is equal, the Message-ID above all."""
    one, two = parsed(data), parsed(other)
    return (
        one["Message-ID"] == two["Message-ID"]
        and [one[name] == two[name] for name in ("From", "To", "Subject")] == [True] * 3
    )


@RUNS
@pytest.mark.parametrize("scenario", [*SCENARIOS, *SLOW], ids=str)
def test_scenario(scenario: Scenario, run: int, opened: Callable[..., Smtp]) -> None:
    """The outcome is that of the list, in time; the server got what the list says; a resend is the same mail."""
    with ScriptedSmtp(scenario.script, features=scenario.features) as server:
        notifier = opened(server.port, timeout=scenario.timeout)
        outcome, seconds = timed(notifier, mail())
        assert (outcome.result, outcome.code, outcome.alarm) == (scenario.result, scenario.code, scenario.alarm)
        assert outcome.tried == (scenario.name not in NO_TRY)
        assert scenario.words in outcome.words
        assert is_ours(outcome)
        assert seconds < scenario.within + GRACE
        assert server.mails == [build(mail())] * scenario.whole
        server.script.clear()
        if outcome.result is not Result.SENT:
            again = opened(server.port)
            assert first(again, LATER) == SENT
            assert server.mails[-1] == build(LATER)
            assert all(is_same_mail(one, server.mails[-1]) for one in server.mails)


@RUNS
def test_refused_connection(run: int, opened: Callable[..., Smtp]) -> None:
    """Where nobody listens, all mails of a round wait, and the server is tried once."""
    notifier = opened(free_port())
    start = time.monotonic()
    outcomes = list(notifier.send([mail(), mail(message_id="2@b"), mail(message_id="3@b")]))
    assert (
        outcomes
        == [Outcome(Result.TEMPORARY, words="The mail server cannot be reached: nobody listens there.", tried=False)]
        * 3
    )
    assert time.monotonic() - start < GRACE


@RUNS
def test_dns_failure(run: int, opened: Callable[..., Smtp]) -> None:
    """A host that no name server knows is told as such; it may be known at the next try."""
    notifier = opened(25, host="no-such-host.invalid", security="starttls")
    outcome, seconds = timed(notifier, mail())
    assert outcome.result is Result.TEMPORARY
    assert outcome.words in {
        "The mail server cannot be reached: its name cannot be found.",
        "The mail server cannot be reached: it did not answer in time.",
    }
    assert seconds < CALM + GRACE


def test_dns_that_never_answers(opened: Callable[..., Smtp], monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that does not answer costs one timeout, though the system's look-up takes longer."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(3))
    outcome, seconds = timed(opened(25, host="localhost", timeout=SHORT), mail())
    assert outcome.words == "The mail server cannot be reached: it did not answer in time."
    assert SHORT <= seconds < SHORT + GRACE


@RUNS
def test_hang_in_connect(run: int, opened: Callable[..., Smtp]) -> None:
    """A host that does not even say no costs one timeout."""
    with nobody_accepts() as port:
        outcome, seconds = timed(opened(port, timeout=SHORT), mail())
    assert outcome == Outcome(
        Result.TEMPORARY, words="The mail server cannot be reached: it did not answer in time.", tried=False
    )
    assert seconds < SHORT + GRACE


def test_second_address_of_a_host_is_tried(opened: Callable[..., Smtp], monkeypatch: pytest.MonkeyPatch) -> None:
    """A host with two addresses is reached by the one where somebody listens."""
    with ScriptedSmtp() as server:
        dead, alive = ("127.0.0.1", free_port()), ("127.0.0.1", server.port)
        places = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", place) for place in (dead, alive)]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: places)
        assert first(opened(server.port, host="localhost"), mail()) == SENT


@RUNS
def test_line_over_998(run: int, opened: Callable[..., Smtp]) -> None:
    """A body line of any length goes out in short lines and arrives whole."""
    long = mail(text="x" * 5000 + "\n", html="<p>" + "ស" * 5000 + "</p>")
    with ScriptedSmtp() as server:
        assert first(opened(server.port), long) == SENT
        assert server.mails == [build(long)]
        assert max(map(len, server.mails[0].split(b"\r\n"))) <= 76


@RUNS
def test_body_line_dot(run: int, opened: Callable[..., Smtp]) -> None:
    """A body line of one dot, or what looks like commands, ends nothing: one mail arrives, with its text whole."""
    evil = "a\r\n.\r\nMAIL FROM:<x@example.org>\r\nRCPT TO:<y@example.org>\n.\nDATA\n..\n"
    dotted = mail(text=evil, html=evil)
    with ScriptedSmtp() as server:
        assert first(opened(server.port), dotted) == SENT
        assert server.mails == [build(dotted)]
        assert sum("mail FROM" in line for line in server.asked) == 1


@RUNS
@pytest.mark.parametrize("goodbye", ["", "421 4.4.2 idle too long"])
def test_server_closes_while_idle(run: int, goodbye: str, opened: Callable[..., Smtp]) -> None:
    """A server that hung up between two mails, with or without a word, costs no mail: a new connection is opened."""
    with ScriptedSmtp({".": [Say(f"250 ok\r\n{goodbye}" if goodbye else "250 ok", "close")]}) as server:
        notifier = opened(server.port)
        assert first(notifier, mail()) == SENT
        server.wait_for_ends(1)
        assert first(notifier, mail(message_id="2@b")) == SENT
        assert [len(session.mails) for session in server.sessions] == [1, 1]


@pytest.mark.parametrize("answer", [CLOSE, RESET, Say("421 4.7.0 too many mails", "close")])
def test_server_that_ends_at_the_next_mail_gets_it_anew(answer: Say, opened: Callable[..., Smtp]) -> None:
    """A connection that ends when it should take one more mail is replaced at once, and the mail is sent once."""
    with ScriptedSmtp({"MAIL": [Say("250 ok"), answer]}) as server:
        two = [mail(), mail(message_id="2@b")]
        assert list(opened(server.port).send(two)) == [SENT, SENT]
        assert [len(session.mails) for session in server.sessions] == [1, 1]


def test_server_that_always_ends_is_tried_once_more_only(opened: Callable[..., Smtp]) -> None:
    """When the new connection ends as well, the mail waits."""
    with ScriptedSmtp({"MAIL": [Say("250 ok"), CLOSE, CLOSE]}) as server:
        outcomes = list(opened(server.port).send([mail(), mail(message_id="2@b"), mail(message_id="3@b")]))
        assert [one.result for one in outcomes] == [Result.SENT, Result.TEMPORARY, Result.SENT]
        assert len(server.sessions) == 3


def test_refused_mail_leaves_the_connection_usable(opened: Callable[..., Smtp]) -> None:
    """After a recipient was refused, the next mail goes over the same connection and to its own recipient only."""
    with ScriptedSmtp({"RCPT": [Say("550 5.1.1 no")]}) as server:
        others = [mail(to="gone@example.org"), mail(message_id="2@b")]
        assert [one.result for one in opened(server.port).send(others)] == [Result.PERMANENT, Result.SENT]
        (session,) = server.sessions
        asked = [line.split(":")[0] for line in session.clear]
        assert asked == ["ehlo office.example.org", "mail FROM", "rcpt TO", "RSET", "mail FROM", "rcpt TO", "DATA"]


@pytest.mark.parametrize("answer", [Say("500 what"), CLOSE, Say("421 bye", "close"), HANG])
def test_server_that_cannot_start_anew_is_left(answer: Say, opened: Callable[..., Smtp]) -> None:
    """When RSET fails, the next mail goes over a new connection."""
    with ScriptedSmtp({"RCPT": [Say("450 later")], "RSET": answer}) as server:
        two = [mail(), mail(message_id="2@b")]
        outcomes = list(opened(server.port, timeout=SHORT if answer is HANG else CALM).send(two))
        assert [one.result for one in outcomes] == [Result.TEMPORARY, Result.SENT]
        assert [len(session.mails) for session in server.sessions] == [0, 1]


def test_421_in_the_middle_is_believed(opened: Callable[..., Smtp]) -> None:
    """A server that says 421 to a recipient is about to hang up; it is not spoken to again."""
    with ScriptedSmtp({"RCPT": [Say("421 4.3.0 going down")]}) as server:
        two = [mail(), mail(message_id="2@b")]
        outcomes = list(opened(server.port).send(two))
        assert [(one.result, one.code) for one in outcomes] == [(Result.TEMPORARY, 421), (Result.SENT, 250)]
        assert "RSET" not in server.asked


@RUNS
@pytest.mark.parametrize("answer", [Say("221 bye"), HANG, CLOSE, RESET, Say("421 going down", "close")])
def test_quit_during_shutdown(run: int, answer: Say, opened: Callable[..., Smtp]) -> None:
    """Closing says QUIT, waits no longer than a moment whatever the server does, and may be done again."""
    with ScriptedSmtp({"QUIT": answer}) as server:
        notifier = opened(server.port, timeout=SHORT if answer is HANG else CALM)
        assert first(notifier, mail()) == SENT
        start = time.monotonic()
        notifier.close()
        notifier.close()
        assert time.monotonic() - start < SHORT + GRACE
        server.wait_for_ends(1)
        assert server.asked[-1] == "QUIT"
        assert first(notifier, mail(message_id="2@b")) == SENT


def test_round_that_is_broken_off_sends_no_more(opened: Callable[..., Smtp]) -> None:
    """Whoever stops taking outcomes, as a worker that is shut down, has sent the mails whose outcomes he took."""
    taken: list[str] = []

    def mails() -> Iterator[Mail]:
        for number in range(5):
            taken.append(f"{number}@b")
            yield mail(message_id=taken[-1])

    with ScriptedSmtp() as server:
        notifier = opened(server.port)
        outcomes = notifier.send(mails())
        assert [next(outcomes), next(outcomes)] == [SENT, SENT]
        notifier.close()
        assert taken == ["0@b", "1@b"]
        assert len(server.mails) == 2


@RUNS
def test_two_senders_at_once(run: int, opened: Callable[..., Smtp]) -> None:
    """Two notifiers over one server, each in its thread, send all their mails, each once and to its own recipient."""
    outcomes: list[Outcome] = []
    with ScriptedSmtp() as server:

        def send(name: str) -> None:
            mails = [mail(message_id=f"{number}@{name}", to=f"{name}@example.org") for number in range(20)]
            outcomes.extend(opened(server.port).send(mails))

        threads = [Thread(target=send, args=(name,)) for name in ("sok", "chan")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert outcomes == [SENT] * 40
        got = [(one["Message-ID"], one["To"]) for one in map(parsed, server.mails)]
        assert sorted(got) == sorted(
            (f"<{number}@{name}>", f"{name}@example.org") for name in ("sok", "chan") for number in range(20)
        )
        assert len(server.sessions) == 2


def test_mail_that_cannot_be_built_costs_no_connection(opened: Callable[..., Smtp]) -> None:
    """A mail to no address, or one that cannot be written, is told at once; the others go their way."""
    wrong = [mail(to="a@b.org, evil@x.org"), mail(subject="a\nBcc: evil@x.org"), mail(sender="me")]
    with ScriptedSmtp() as server:
        outcomes = list(opened(server.port).send([*wrong[:2], mail(), wrong[2]]))
        assert [one.result for one in outcomes] == [Result.PERMANENT] * 2 + [Result.SENT, Result.PERMANENT]
        assert "evil" not in "".join([*server.asked, *(one.words for one in outcomes)])
        assert [one.result for one in opened(free_port()).send(wrong)] == [Result.PERMANENT] * 3


def test_connection_is_changed_after_many_mails(opened: Callable[..., Smtp], monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection carries more mails than servers like."""
    monkeypatch.setattr(notifiers.connection, "MOST_MAILS", 3)
    with ScriptedSmtp() as server:
        mails = [mail(message_id=f"{number}@b") for number in range(7)]
        assert list(opened(server.port).send(mails)) == [SENT] * 7
        assert [len(session.mails) for session in server.sessions] == [3, 3, 1]


def test_slow_server_does_not_hold_a_round_for_ever(
    opened: Callable[..., Smtp], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a round has taken its time, the mails that are left wait, and are not begun."""
    monkeypatch.setattr(notifiers.smtp, "LONGEST_ROUND", 0.05)
    with ScriptedSmtp({".": Say("250 ok", pause=0.02)}) as server:
        mails = [mail(message_id=f"{number}@b") for number in range(4)]
        outcomes = list(opened(server.port).send(mails))
        assert outcomes[0] == SENT
        assert outcomes[-1] == Outcome(
            Result.TEMPORARY, words="The mail server is too slow; this mail waits.", tried=False
        )
        assert len(server.mails) == sum(one == SENT for one in outcomes)


def test_large_mail_to_a_reader_that_stops_is_bounded(opened: Callable[..., Smtp]) -> None:
    """A server that takes no more bytes in the middle of a mail costs a bounded time, and has nothing whole."""
    with ScriptedSmtp({"DATA": Say("354 go", "stop")}, narrow=True) as server:
        notifier = opened(server.port, timeout=SHORT)
        outcome, seconds = timed(notifier, mail(text="x" * 1_000_000, html="y" * 1_000_000))
        assert outcome.result is Result.TEMPORARY
        assert outcome.words == "The mail server was lost (it did not answer in time); it has not taken the mail."
        assert seconds < SHORT * 4 + GRACE
        assert server.mails == []


def test_name_of_this_machine_is_not_told(opened: Callable[..., Smtp]) -> None:
    """The server hears the domain of the sender, not how this machine is called."""
    with ScriptedSmtp() as server:
        assert first(opened(server.port), mail(sender="spean@office.example.org")) == SENT
        assert server.asked[0] == "ehlo office.example.org"
