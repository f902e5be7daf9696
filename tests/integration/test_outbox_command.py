"""`spean outbox`: what waits, what was given up and to whom it climbs, tried again or dropped as it is typed."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.run.cli import run
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import open_office
from engine.run.ticks.bootstrap import worker_of
from engine.run.ticks.worker import TickReport
from notifiers.sink import HOST
from notifiers.smtp import Server, Smtp
from tests.builders.mails import parsed
from tests.support.office import FOUNDED, make_office, small_protocols
from tests.support.scripted_smtp import Say, Script, ScriptedSmtp
from tests.support.typed import Typed, refused
from tests.support.victim import Day

CASES = 2
#: It is evening and the limit is over; what was written to owner, supervisor and province leaves in the morning.
LATE = FOUNDED + timedelta(days=8, hours=11)
MORNING = LATE + timedelta(hours=14)
#: Nobody has this mailbox.
UNKNOWN = Say("550 5.1.1 no such user")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an office in which messages about two forgotten cases wait for the morning."""
    room = tmp_path_factory.mktemp("template")
    office = make_office(room / "office", small_protocols(room / "protocols"))
    folder = office.settings.folder
    for number in range(CASES):
        Day(folder, 0, FOUNDED).open(office, number)
    office.close()
    assert tick(folder, LATE, {}).errors == []
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    """Return a copy of that office."""
    return shutil.copytree(template, tmp_path / "office")


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    """Return what types a command. No answer ever holds a traceback or calls bad input a mistake in Spean."""

    def type_(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert "mistake in Spean" not in said.err
        return code, said.out, said.err

    return type_


def tick(folder: Path, now: datetime, script: Script, got: list[str] | None = None) -> TickReport:
    """Let the worker look once; its mails go to a server that answers by a script. ``got``: who got one."""
    with (
        ScriptedSmtp(script) as server,
        closing(open_office(str(folder), time=FixedTime(now))) as office,
        closing(worker_of(office, notifier=Smtp(Server(HOST, server.port, "none")), checkpoints=False)) as worker,
    ):
        report = worker.tick(now)
    if got is not None:
        got += [str(parsed(one)["To"]) for one in server.mails]
    return report


def listed(folder: Path, typed: Typed, *words: str) -> list[dict[str, Any]]:
    """Return the messages that a list tells."""
    code, out, _ = typed("outbox", "list", *words, "--format", "json", "--office", folder)
    assert code == 0
    found: list[dict[str, Any]] = json.loads(out)["messages"]
    return found


def test_the_list_says_what_waits_and_names_nobody(folder: Path, typed: Typed) -> None:
    """Number, case, role, when: in words and as JSON, at most as many as asked for, and nothing of a person."""
    found = listed(folder, typed)
    assert {one["to"] for one in found} == {"owner", "supervisor", "provincial_focal"}
    assert {one["status"] for one in found} == {"waiting"}
    assert [one["number"] for one in listed(folder, typed, "--limit", "2")] == [1, 2]
    code, out, _ = typed("outbox", "list", "--office", folder)
    assert code == 0
    assert len(out.splitlines()) == len(found) + 1
    assert "Person" not in out
    assert listed(folder, typed, "--dead") == []
    assert "No message was given up." in typed("outbox", "list", "--dead", "--office", folder)[1]


def test_what_was_sent_waits_no_more(folder: Path, typed: Typed) -> None:
    """After the morning's mails only --all shows the messages; one that was sent is neither retried nor dropped."""
    assert tick(folder, MORNING, {}).mails.sent == 3
    assert listed(folder, typed) == []
    assert {one["status"] for one in listed(folder, typed, "--all")} == {"sent"}
    refused(typed("outbox", "retry", "1", "--office", folder), "Message 1 is sent already")
    refused(typed("outbox", "drop", "1", "--reason", "x", "--office", folder), "Message 1 is sent already")


def test_a_dead_letter_climbs_and_is_told(folder: Path, typed: Typed) -> None:
    """Where nobody has the mailbox the message goes to whoever comes next, and whoever keeps the office is told."""
    got: list[str] = []
    report = tick(folder, MORNING, {"RCPT": [UNKNOWN]}, got)
    assert (report.errors, report.mails.dead) == ([], 1)
    incident = json.loads(typed("incident", "list", "--format", "json", "--office", folder)[1])["incidents"]
    assert [one["kind"] for one in incident] == ["mail"]
    assert "answered 550" in incident[0]["words"]
    assert "@" not in incident[0]["subject"] + incident[0]["words"]
    report = tick(folder, MORNING + timedelta(minutes=1), {}, got)
    assert (report.errors, report.mails.dead) == ([], 0)
    assert "keeper@example.org" in got
    assert listed(folder, typed) == []
    assert {one["status"] for one in listed(folder, typed, "--all")} == {"sent"}


def test_a_message_that_reaches_nobody_at_all_is_dead_and_stays_in_the_list(folder: Path, typed: Typed) -> None:
    """When even the duty address is refused it is given up, is told of, can be tried again, and then leaves."""
    nobody: Script = {"RCPT": UNKNOWN}
    for minutes in range(12):
        assert tick(folder, MORNING + timedelta(minutes=minutes), nobody).errors == []
    dead = listed(folder, typed, "--dead")
    assert len(dead) == len(listed(folder, typed, "--all"))
    assert all("answered 550" in one["why"] for one in dead)
    assert typed("health", "--office", folder)[0] == 1
    got: list[str] = []
    tick(folder, MORNING + timedelta(hours=1), {}, got)
    assert set(got) == {"keeper@example.org"}  # incidents only: what is dead waits for somebody
    for one in dead:
        code, out, _ = typed("outbox", "retry", one["number"], "--office", folder)
        assert code == 0
        assert "at the next tick" in out
    # Commands live by the machine's clock, so that the messages are due from now on.
    report = tick(folder, datetime.now(MORNING.tzinfo) + timedelta(minutes=1), {}, got)
    assert report.errors == []
    assert listed(folder, typed, "--dead") == []


def test_a_dropped_message_does_not_leave(folder: Path, typed: Typed) -> None:
    """Why stays with it; no other message is dropped with it."""
    code, out, _ = typed("outbox", "drop", "1", "--reason", "told by telephone", "--by", "sok", "--office", folder)
    assert code == 0
    assert "does not go out any more" in out
    assert tick(folder, MORNING, {}).errors == []
    found = {one["number"]: one for one in listed(folder, typed, "--all")}
    assert (found[1]["status"], found[1]["why"]) == ("dropped", "told by telephone (dropped by sok)")
    assert {one["status"] for number, one in found.items() if number != 1} == {"sent"}
    refused(typed("outbox", "drop", "1", "--reason", "x", "--office", folder), "Message 1 is dropped already")


def test_the_mails_of_an_address_are_skipped_with_its_incident(folder: Path, typed: Typed) -> None:
    """`spean incident skip` drops what hangs on a dead address, says how much, and ends the incident."""
    for minutes in range(12):
        tick(folder, MORNING + timedelta(minutes=minutes), {"RCPT": UNKNOWN})
    assert len(listed(folder, typed, "--dead")) > 0
    first = json.loads(typed("incident", "list", "--format", "json", "--office", folder)[1])["incidents"][0]
    code, out, _ = typed("incident", "skip", first["number"], "--office", folder)
    assert code == 0
    dropped = [one for one in listed(folder, typed, "--all") if one["status"] == "dropped"]
    assert f"{len(dropped)} messages are dropped" in out
    assert len(dropped) > 0
    assert {one["why"] for one in dropped} == {f"incident {first['number']} skipped"}


def test_greylisting_costs_patience_and_nothing_else(folder: Path, typed: Typed) -> None:
    """A server that says later gets the same mails later; the list says why they wait, and nothing is an incident."""
    report = tick(folder, MORNING, {"RCPT": Say("450 4.7.1 try again later")})
    assert (report.errors, report.mails.again, report.mails.sent) == ([], 3, 0)
    found = listed(folder, typed)
    assert all("answered 450" in one["why"] and one["attempts"] == 1 for one in found)
    assert "There is no open incident." in typed("incident", "list", "--office", folder)[1]
    assert tick(folder, MORNING + timedelta(minutes=1), {}).mails.sent == 0
    assert tick(folder, MORNING + timedelta(minutes=11), {}).mails.sent == 3
    assert listed(folder, typed) == []


@pytest.mark.parametrize("number", ["7777", "1000000"])
def test_a_message_that_is_not_there_is_told(number: str, folder: Path, typed: Typed) -> None:
    """One sentence that says where the list is."""
    for words in (("retry", number), ("drop", number, "--reason", "x")):
        refused(
            typed("outbox", *words, "--office", folder), f"There is no message {number}; `spean outbox list --all`"
        )


@pytest.mark.parametrize("number", ["0", "-1", "one", "", "9" * 30])
def test_what_is_no_number_is_a_mistyped_command(number: str, folder: Path, typed: Typed) -> None:
    """Exit code 2, as for every mistyped command; nothing is changed."""
    for words in (("outbox", "retry"), ("incident", "skip")):
        code, out, errors = typed(*words, "--office", folder, "--", number)
        assert (code, out) == (2, "")
        assert "NUMBER" in errors
    assert typed("outbox", "list", "--limit", number, "--office", folder)[0] == 2
