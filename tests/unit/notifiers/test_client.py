"""The bounds of the SMTP client: on time, on what it listens to, on what it takes for an open connection."""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from collections.abc import Iterator

import pytest

from notifiers.client import LONGEST_ANSWER, Client, look_up
from notifiers.reply import NonsenseError, Refusal, opening, why_lost


@pytest.fixture
def pair() -> Iterator[tuple[Client, socket.socket]]:
    """Return a client whose connection is open, and the server's end of it."""
    ours, theirs = socket.socketpair()
    client = Client("localhost", "office.example.org", 5)
    client.sock = ours
    with ours, theirs:
        yield client, theirs


def test_time_that_is_over_is_over() -> None:
    """When all time of a start is used, no wait begins."""
    client = Client("localhost", "office.example.org", 5)
    client.start(0.01)
    time.sleep(0.02)
    with pytest.raises(TimeoutError):
        client.left()
    client.start(60)
    assert 4.9 < client.left() <= 5
    client.start(60, 20)
    assert 19 < client.left() <= 20


def test_closed_connection_sends_and_hears_nothing() -> None:
    """Without a connection there is no sending, no answer and no quiet."""
    client = Client("localhost", "office.example.org", 5)
    for work in (lambda: client.send(b"x"), client.getreply, lambda: client.secure(ssl.create_default_context())):
        with pytest.raises(smtplib.SMTPServerDisconnected):
            work()
    assert not client.is_quiet


def test_quiet_connection_is_usable(pair: tuple[Client, socket.socket]) -> None:
    """A connection on which nothing was said is quiet; one with a word, a rest of an answer or an end is not."""
    client, server = pair
    quiet = [client.is_quiet]
    server.sendall(b"250 ok\r\n250")
    assert client.getreply() == (250, b"ok")
    assert [*quiet, client.is_quiet] == [True, False]
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.putcmd("NOOP")


def test_word_out_of_turn_is_heard(pair: tuple[Client, socket.socket]) -> None:
    """Something said and not yet read ends the quiet."""
    client, server = pair
    server.sendall(b"421 idle\r\n")
    assert not client.is_quiet


def test_broken_connection_is_not_quiet(pair: tuple[Client, socket.socket]) -> None:
    """A connection that cannot be read, or that the server ended, is not usable."""
    client, server = pair
    server.close()
    assert not client.is_quiet
    client.sock.close()  # type: ignore[union-attr] # the pair has one
    assert not client.is_quiet


def test_answer_of_many_lines_is_one(pair: tuple[Client, socket.socket]) -> None:
    """Lines of an answer are put together, and each answer may be as long as the last."""
    client, server = pair
    for _ in range(3):
        server.sendall(b"250-a\r\n250-b\r\n250 c\r\n")
        assert client.getreply() == (250, b"a\nb\nc")


def test_answer_has_a_length(pair: tuple[Client, socket.socket]) -> None:
    """An answer longer than any real one ends the connection."""
    client, server = pair
    server.sendall(b"250-x\r\n" * (LONGEST_ANSWER // 6 + 2))
    with pytest.raises(smtplib.SMTPServerDisconnected) as ended:
        client.getreply()
    assert isinstance(ended.value.__context__, NonsenseError)
    assert why_lost(ended.value) == "what it says is no answer of a mail server"


def test_look_up_finds_this_machine_and_not_others() -> None:
    """A name is found as the system finds it; one that is not there is told by the system's error."""
    assert ("127.0.0.1", 25) in [place[-1] for place in look_up("127.0.0.1", 25, 5)]
    with pytest.raises(OSError, match=r".") as failed:
        look_up("no-such-host.invalid", 25, 5)
    assert why_lost(failed.value) in {"its name cannot be found", "it did not answer in time"}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ssl.SSLEOFError(), "The mail server cannot be reached: it hung up."),
        (ssl.SSLError("wrong version"), "No encryption can be agreed on"),
        (ConnectionResetError(), "The mail server cannot be reached: it hung up."),
        (smtplib.SMTPServerDisconnected(), "The mail server cannot be reached: it hung up."),
        (smtplib.SMTPNotSupportedError(), "The mail server offers no log-in"),
    ],
)
def test_error_while_opening_is_an_outcome(error: Exception, words: str) -> None:
    """Whatever goes wrong while a connection is opened is told in our words, and the error is kept as its cause."""
    with pytest.raises(Refusal) as refused, opening():
        raise error
    assert refused.value.outcome.words.startswith(words)
    assert refused.value.__cause__ is error
