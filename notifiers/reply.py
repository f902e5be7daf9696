"""What an answer of a mail server means for a mail, in our words. Of the server's own words nothing is told."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from notifiers.mail import Outcome, Result

#: Answers to a recipient that say he will never be there; all others may be about us.
_NO_SUCH_RECIPIENT = frozenset((521, 550, 551, 553, 554, 556))
#: A full mailbox: permanent by its number, temporary by its nature (RFC 5321, 4.5.3.1.10).
_FULL = 552
#: The finer code of an answer that is about policy, not about the recipient (RFC 3463).
_POLICY = re.compile(rb"5\.7\.\d")
#: Why a certificate is refused (numbers of OpenSSL's verification).
_CERTIFICATE = {
    9: "is not valid yet",
    10: "has expired",
    18: "comes from an authority this machine does not know; name it in ca_file",
    19: "comes from an authority this machine does not know; name it in ca_file",
    20: "comes from an authority this machine does not know; name it in ca_file",
    62: "is for another name than the host of our settings",
    64: "is for another address than the host of our settings",
}


class NonsenseError(OSError):
    """The server says what no mail server would say now."""


_WHY = {
    NonsenseError: "what it says is no answer of a mail server",
    TimeoutError: "it did not answer in time",
    socket.gaierror: "its name cannot be found",
    ConnectionRefusedError: "nobody listens there",
}


class Stage(StrEnum):
    """What the server was asked, or told."""

    GREETING = "the connection"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    CONTENT = "the mail"


#: Where a no for good may be about one mail. A no to the sender is about all that we send.
_ABOUT_A_MAIL = frozenset((Stage.RCPT, Stage.CONTENT))
_WANTED = {Stage.GREETING: 220, Stage.STARTTLS: 220, Stage.DATA: 354}


class Refusal(Exception):  # noqa: N818 - an answer of the server, not an error of ours
    """The server answered otherwise than hoped for."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.words)
        self.outcome = outcome


def expect(stage: Stage, reply: tuple[int, bytes]) -> None:
    """Pass over the answer that was hoped for.

    Raises Refusal for one that says no, SMTPServerDisconnected for one that says nothing.
    """
    code, text = reply
    if code == _WANTED.get(stage) or (stage not in _WANTED and 200 <= code < 300):
        return
    if not 400 <= code < 600:
        raise smtplib.SMTPServerDisconnected from NonsenseError()
    result = Result.PERMANENT if _is_final(stage, code, text) else Result.TEMPORARY
    alarm = code >= 500 and result is Result.TEMPORARY and not (stage is Stage.RCPT and code == _FULL)
    words = f"The mail server answered {code} to {stage}."
    raise Refusal(Outcome(result, code, words, alarm, tried=stage in _ABOUT_A_MAIL or code < 500))


def _is_final(stage: Stage, code: int, text: bytes) -> bool:
    """Whether trying again is in vain: the recipient or this one mail is refused, not all that we send."""
    if stage is Stage.CONTENT:
        return code >= 500
    return stage is Stage.RCPT and code in _NO_SUCH_RECIPIENT and not _POLICY.match(text)


@contextmanager
def opening() -> Iterator[None]:
    """Turn whatever goes wrong while a connection is opened into a Refusal: nothing was sent, all is tried again."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise Refusal(_log_in(error.smtp_code)) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Refusal(
            _seen_to("The mail server offers no log-in; leave user empty, or take another port.")
        ) from error
    except ssl.SSLCertVerificationError as error:
        why = _CERTIFICATE.get(error.verify_code, "is not right")
        raise Refusal(_seen_to(f"The mail server's certificate {why}. Nothing is sent.")) from error
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
        raise Refusal(_again("The mail server cannot be reached: it hung up.")) from error
    except ssl.SSLError as error:
        words = "No encryption can be agreed on with the mail server; look at port and security. Nothing is sent."
        raise Refusal(_seen_to(words)) from error
    except smtplib.SMTPServerDisconnected as error:
        raise Refusal(_again(f"The mail server cannot be reached: {why_lost(error)}.")) from error
    except (smtplib.SMTPException, ValueError) as error:
        raise Refusal(_seen_to("The mail server offers no way to log in that we know.")) from error
    except OSError as error:
        raise Refusal(_again(f"The mail server cannot be reached: {why_lost(error)}.")) from error


def why_lost(error: BaseException) -> str:
    """Return why a connection ended, in the middle of a sentence."""
    first = (error.__cause__ or error.__context__) if isinstance(error, smtplib.SMTPServerDisconnected) else error
    return next((words for kind, words in _WHY.items() if isinstance(first, kind)), "it hung up")


def no_encryption() -> Refusal:
    """Return what it means that a server offers no STARTTLS."""
    return Refusal(_seen_to("The mail server offers no encryption (STARTTLS). Nothing is sent in clear text."))


def _log_in(code: int) -> Outcome:
    if code >= 500:
        return _seen_to("The mail server refuses our log-in; check user and password.", code)
    return _again("The mail server cannot look at our log-in now.", code)


def _again(words: str, code: int = 0) -> Outcome:
    return Outcome(Result.TEMPORARY, code, words)


def _seen_to(words: str, code: int = 0) -> Outcome:
    return Outcome(Result.TEMPORARY, code, words, alarm=True)
