"""Mails composed from templates, built and sent, beside the standard library sending bytes that stand ready.

Both go over one connection to the same server in another process, in the same round; by the clock on the wall, since
most of the time goes by in waiting for answers.
"""

from __future__ import annotations

import gc
import smtplib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from benchmarks.harness import ROUNDS, Figure
from notifiers.composer import LANGUAGES, Composer, MailKind
from notifiers.letter import build, link_to
from notifiers.mail import Mail, Result
from notifiers.smtp import Server, Smtp
from notifiers.words import instant_in_words, over_in_words

#: As many as go over one connection.
MAILS = 100
NOW = datetime(2027, 3, 4, 3, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Phnom_Penh")
LABELS = {"en": "Time-critical task", "km": "កិច្ចការបន្ទាន់បំផុត"}


def figures() -> Iterator[Figure]:
    """Yield mails a second of the notifier over mails a second of the bare client."""
    composer = Composer()
    ready = [build(one) for one in _mails(composer)]
    with _server() as port:
        yield _figure(partial(_whole, composer, port), partial(_bare, ready, port))


def _whole(composer: Composer, port: int) -> None:
    """Compose, build and send."""
    notifier = Smtp(Server("127.0.0.1", port, "none"))
    outcomes = list(notifier.send(_mails(composer)))
    notifier.close()
    if [one.result for one in outcomes] != [Result.SENT] * MAILS:
        raise RuntimeError("a mail was not taken")


def _bare(ready: Sequence[bytes], port: int) -> None:
    """Send bytes that stand ready."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="example.org") as client:
        for data in ready:
            client.sendmail("spean@example.org", ["dara@example.org"], data)


def _mails(composer: Composer) -> Iterator[Mail]:
    """Yield escalations, each about another case, in both languages by turns."""
    for number in range(MAILS):
        language, case = LANGUAGES[number % len(LANGUAGES)], f"RH-27-{number:03}"
        limit = NOW - timedelta(hours=number)
        words = composer.compose(
            MailKind.ESCALATION,
            language,
            {
                "case_code": case,
                "outside_label": LABELS[language],
                "due": instant_in_words(limit, ZONE, language),
                "over": over_in_words(limit, NOW, language),
                "reason_you": "you are the supervisor of this case",
            },
            link_to("https://spean.example.org", "case", case),
        )
        yield Mail(
            f"{number}@example.org",
            "spean@example.org",
            "dara@example.org",
            words.subject,
            words.text,
            words.html,
            NOW,
        )


def _figure(subject: Callable[[], object], floor: Callable[[], object]) -> Figure:
    subject(), floor()  # the first run pays for caches and imports
    pairs: list[tuple[float, float]] = []
    for number in range(ROUNDS):
        first, second = (subject, floor) if number % 2 else (floor, subject)
        spent = _wall(first), _wall(second)
        pairs.append(spent if number % 2 else (spent[1], spent[0]))
    return Figure(
        "mails composed, built and sent: mails/s over bare mails/s",
        "smtplib with bytes that stand ready",
        statistics.median(pair[0] for pair in pairs),
        statistics.median(pair[1] for pair in pairs),
        statistics.median(pair[1] / pair[0] for pair in pairs),
        "at least 0.35",
    )


def _wall(work: Callable[[], object]) -> float:
    """Return the seconds for one mail."""
    gc.collect()
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) / MAILS


@contextmanager
def _server() -> Iterator[int]:
    """Yield the port of a mail server in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.mail_server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the server has no pipes")
        yield int(process.stdout.readline())
        process.stdin.close()
