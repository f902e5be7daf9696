"""Nothing leaves in clear text, and no password goes to anybody else: TLS and log-in against a scripted server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from notifiers.letter import build
from notifiers.mail import Result
from notifiers.smtp import Smtp
from tests.builders.mails import mail
from tests.support.certificates import DAY, NOW, Authority
from tests.support.scripted_smtp import CLOSE, HANG, Say, Script, ScriptedSmtp
from tests.support.smtp_scenarios import CALM, GRACE, SENT, SHORT, Scenario, first, is_ours, timed

RUNS = pytest.mark.parametrize("run", range(5))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return an authority that signs the certificates of this module's servers."""
    return Authority(tmp_path_factory.mktemp("certificates"))


def secured(authority: Authority, **settings: object) -> dict[str, object]:
    """Return settings for TLS with what the authority signs."""
    return {"host": "localhost", "security": "starttls", "ca_file": str(authority.ca_file)} | settings


@RUNS
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_under_tls(run: int, security: str, authority: Authority, opened: Callable[..., Smtp]) -> None:
    """Under TLS the mail arrives; of STARTTLS nothing but EHLO and STARTTLS was said in clear text."""
    with ScriptedSmtp(tls=authority.server(), at_once=security == "tls", features=["AUTH PLAIN"]) as server:
        notifier = opened(server.port, **secured(authority, security=security, user="spean", password="secret"))
        assert list(notifier.send([mail(), mail(message_id="2@b")])) == [SENT, SENT]
        assert server.mails == [build(mail()), build(mail(message_id="2@b"))]
        (session,) = server.sessions
        assert [line.split(" ")[0] for line in session.clear] == ["ehlo", "STARTTLS"] * (security == "starttls")
        assert [line.split(" ")[0] for line in session.secret][:3] == ["ehlo", "AUTH", "mail"]


@RUNS
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("absent", "The mail server offers no encryption (STARTTLS). Nothing is sent in clear text."),
        ("expired", "The mail server's certificate has expired. Nothing is sent."),
        ("wrong name", "The mail server's certificate is for another name than the host of our settings."),
        ("wrong address", "The mail server's certificate is for another address than the host of our settings."),
        ("unknown", "The mail server's certificate comes from an authority this machine does not know;"),
    ],
)
def test_starttls(
    run: int, name: str, words: str, authority: Authority, opened: Callable[..., Smtp], tmp_path: Path
) -> None:
    """Without the right TLS nothing goes out, not even the addresses or the password; the administrator is told."""
    contexts = {
        "absent": None,
        "expired": authority.server(ends=NOW - DAY),
        "wrong name": authority.server("other.example.org"),
        "wrong address": authority.server(),
        "unknown": Authority(tmp_path, "Somebody").server(),
    }
    with ScriptedSmtp(tls=contexts[name], features=["AUTH PLAIN LOGIN"]) as server:
        host = "127.0.0.1" if name == "wrong address" else "localhost"
        notifier = opened(server.port, **secured(authority, host=host, user="spean", password="secret"))
        outcome, seconds = timed(notifier, mail())
        assert outcome.result is Result.TEMPORARY
        assert outcome.alarm
        assert outcome.words.startswith(words)
        assert seconds < CALM + GRACE
        server.wait_for_ends(1)
        assert {line.split(" ")[0] for line in server.asked} <= {"ehlo", "STARTTLS"}
        assert server.mails == []


@pytest.mark.parametrize(
    ("script", "security", "words", "alarm"),
    [
        ({"STARTTLS": Say("454 4.7.0 not now")}, "starttls", "The mail server answered 454 to STARTTLS.", False),
        ({"STARTTLS": Say("502 5.5.1 no")}, "starttls", "The mail server answered 502 to STARTTLS.", True),
        ({"STARTTLS": CLOSE}, "starttls", "The mail server cannot be reached: it hung up.", False),
        (
            {"STARTTLS": Say("220 go\r\n250 injected")},
            "starttls",
            "The mail server cannot be reached: what it says is no answer of a mail server.",
            False,
        ),
        (
            {},
            "tls",
            "No encryption can be agreed on with the mail server; look at port and security. Nothing is sent.",
            True,
        ),
    ],
)
def test_tls_that_fails(
    script: Script, security: str, words: str, alarm: bool, authority: Authority, opened: Callable[..., Smtp]
) -> None:
    """A refused, broken or poisoned begin of TLS ends the connection; nothing is sent in clear text."""
    with ScriptedSmtp(script, tls=authority.server()) as server:
        outcome = first(opened(server.port, **secured(authority, security=security)), mail())
        assert (outcome.result, outcome.words, outcome.alarm) == (Result.TEMPORARY, words, alarm)
        assert {line.split(" ")[0] for line in server.asked} <= {"ehlo", "STARTTLS"}


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_hang_in_the_handshake(security: str, authority: Authority, opened: Callable[..., Smtp]) -> None:
    """A server that begins TLS and then says nothing costs one timeout."""
    script = {"STARTTLS": Say("220 go", "hang"), "banner": HANG if security == "tls" else Say("220 hello")}
    with ScriptedSmtp(script, tls=authority.server(), at_once=False) as server:
        notifier = opened(server.port, **secured(authority, security=security, timeout=SHORT))
        outcome, seconds = timed(notifier, mail())
        assert outcome.words == "The mail server cannot be reached: it did not answer in time."
        assert seconds < SHORT * 2 + GRACE


LOG_INS = [
    Scenario("refused", {"AUTH": Say("535 5.7.8 no")}, code=535, words="refuses our log-in", alarm=True),
    Scenario("not now", {"AUTH": Say("454 4.7.0 no")}, code=454, words="cannot look at our log-in now"),
    Scenario("garbage", {"AUTH": Say("334 abcde")}, words="no way to log in", alarm=True, features=["AUTH CRAM-MD5"]),
    Scenario("unknown", {}, words="no way to log in", alarm=True, features=["AUTH GSSAPI"]),
    Scenario("absent", {}, words="offers no log-in", alarm=True, features=["SIZE"]),
    Scenario("hang", {"AUTH": HANG}, words="did not answer in time", timeout=SHORT, within=SHORT),
]


@RUNS
@pytest.mark.parametrize("scenario", LOG_INS, ids=str)
def test_auth_refused(scenario: Scenario, run: int, opened: Callable[..., Smtp]) -> None:
    """A log-in that is refused or impossible is an alarm; no word tells user or password, and nothing is sent."""
    with ScriptedSmtp(scenario.script, features=scenario.features or ["AUTH PLAIN LOGIN"]) as server:
        notifier = opened(server.port, user="spean@b.org", password="secret", timeout=scenario.timeout)
        outcome, seconds = timed(notifier, mail())
        assert (outcome.result, outcome.code, outcome.alarm) == (Result.TEMPORARY, scenario.code, scenario.alarm)
        assert scenario.words in outcome.words
        assert is_ours(outcome)
        assert "secret" not in outcome.words
        assert seconds < scenario.within + GRACE
        assert server.mails == []
