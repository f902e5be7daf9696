"""Nothing private of any case in what leaves the office or is read by whoever keeps it: mails, logs, errors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from engine.run.cli import run
from engine.run.ticks.bootstrap import worker_of
from notifiers.letter import build
from notifiers.mail import Mail, Outcome, Result
from tests.support.office import FOUNDED, at, make_office
from tests.support.planting import Tokens, end_hold, plant

CASES, MAILS = 1000, 10_000


class Letters:
    """A notifier that builds every mail, and keeps its bytes and what was encoded in them."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def send(self, mails: Iterable[Mail]) -> Iterator[Outcome]:
        for mail in mails:
            self.sent += [build(mail), f"{mail.subject}\n{mail.text}\n{mail.html}".encode()]
            yield Outcome(Result.SENT)

    def close(self) -> None:
        """Nothing is open."""


def test_no_token_of_a_thousand_cases_is_in_ten_thousand_mails_logs_or_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unique tokens of 16 characters in every private field of 1,000 cases: none leaves, in no mail, log or error."""
    office, letters = make_office(tmp_path / "office"), Letters()
    sown = [Tokens(f"case {number}") for number in range(CASES)]
    cases = [plant(office, tokens, all_ways=number % 50 == 0) for number, tokens in enumerate(sown)]
    logs = []
    for days in (3, 6, 10, 16, 24, 40, 60, 90, 120):
        office = at(office, FOUNDED + timedelta(days=days))
        if days == 3:
            for case in cases:
                end_hold(office, case)
        with closing(worker_of(office, notifier=letters)) as worker:
            for hours in (0, 4):
                report = worker.tick(office.time.now() + timedelta(hours=hours))
                assert report.errors == []
                logs.append(json.dumps(report.as_plain()))
    folder = str(office.settings.folder)
    office.close()
    for command in (["outbox", "list", "--all", "--limit", "100000"], ["incident", "list"], ["verify"], ["health"]):
        run([*command, "--office", folder])
    shown = capsys.readouterr()
    assert len(letters.sent) // 2 >= MAILS
    haystack = b"\n".join([*letters.sent, *(one.encode() for one in [*logs, shown.out, shown.err])])
    made = {token for tokens in sown for token in tokens.made}
    assert len(made) == sum(len(tokens.made) for tokens in sown) >= 40 * CASES
    runs = re.findall(r"[0-9a-f]{16,}", haystack.decode())
    assert {run[at : at + 16] for run in set(runs) for at in range(len(run) - 15)} & made == set()
    for tokens in sown:
        assert [token for token in tokens.values if token in str(tokens.errors)] == []
