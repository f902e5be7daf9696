"""The worker of an office on a disk: one tick, broken cases and their incidents, two workers, a real process."""

from __future__ import annotations

import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from engine.core.case.commands import Actor, Erase
from engine.core.people.commands import DisableUser
from engine.core.values import Erased
from engine.run.cli import run
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import open_office
from engine.run.ticks.bootstrap import worker_of
from engine.run.ticks.worker import TickReport
from engine.store.sql.verify import verify
from notifiers.sink import HOST, Sink
from notifiers.smtp import Server, Smtp
from tests.builders.mails import parsed
from tests.support.office import FOUNDED, make_office, small_protocols
from tests.support.scripted_smtp import free_port
from tests.support.victim import OFFICER, Day

CASES = 6
#: Eight days after the opening the first limit is over by far. It is evening; what is ordinary leaves in the morning.
LATE = FOUNDED + timedelta(days=8, hours=11)
MORNING = LATE + timedelta(hours=14)
#: Written into every answer of every case; may stand nowhere outside.
PRIVATE = re.compile("Person \\d|by the river")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an office in which some persons' cases and one operation were opened and then forgotten."""
    room = tmp_path_factory.mktemp("template")
    office = make_office(room / "office", small_protocols(room / "protocols"))
    day = Day(office.settings.folder, 0, FOUNDED)
    for number in range(CASES):
        day.open(office, number)
    day.open_raid(office)
    office.close()
    return office.settings.folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    """Return a copy of that office."""
    return shutil.copytree(template, tmp_path / "office")


@pytest.fixture
def day(folder: Path) -> Day:
    """Return what people do in it."""
    return Day(folder, 0, FOUNDED)


def tick(folder: Path, now: datetime) -> TickReport:
    """Let the worker look once."""
    with closing(open_office(str(folder), time=FixedTime(now))) as office, closing(worker_of(office)) as worker:
        return worker.tick(now)


def change(folder: Path, statement: str, *values: object) -> None:
    """Change rows of the database beside the program."""
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        assert database.execute(statement, values).rowcount > 0
        database.commit()


def mails(folder: Path) -> list[str]:
    """Return the mails that lie in the office's folder as they are read: to whom, about what, and every word."""
    return [read_mail(path) for path in sorted((folder / "mail").glob("*.eml"))]


def read_mail(path: Path) -> str:
    """Return a mail as it is read."""
    found = parsed(path.read_bytes())
    parts = [str(part.get_content()) for part in found.walk() if not part.is_multipart()]
    return "\n".join([f"To: {found['To']}", f"Subject: {found['Subject']}", *parts])


def listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str, int]]:
    """Return the open incidents as `spean incident list` tells them: kind, subject, times."""
    capsys.readouterr()
    assert run(["incident", "list", "--format", "json", "--office", str(folder)]) == 0
    found = json.loads(capsys.readouterr().out)["incidents"]
    return [(one["kind"], one["subject"], one["attempts"]) for one in found]


def fired(folder: Path, case: str) -> int:
    """Return how many rungs of a case went out."""
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        found: int = database.execute("SELECT count(*) FROM firings WHERE code = ?", (case,)).fetchone()[0]
        return found


# ---- one tick ----------------------------------------------------------------------------------------------------


def test_one_tick_does_everything_that_is_due(folder: Path, day: Day) -> None:
    """Linked cases are opened, persons erased, rungs go out, a checkpoint is made; the mails leave when they may."""
    with closing(open_office(str(folder), time=FixedTime(FOUNDED + timedelta(hours=1)))) as office:
        day.found(office)
        day.work(office).do(OFFICER, day.code(0), Erase(actor=Actor(), reason="asked for"))
    report = tick(folder, LATE)
    assert (report.errors, report.passes.failed, report.linked, report.erased) == ([], 0, 3, 1)
    assert report.passes.cases >= CASES
    before = len(mails(folder))
    later = tick(folder, MORNING)
    assert (later.errors, later.linked, later.erased) == ([], 0, 0)
    checkpoint_of_the_day = 1
    assert later.mails.sent == len(mails(folder)) - before - checkpoint_of_the_day > 0
    assert not [one for one in mails(folder) if PRIVATE.search(one)]
    with closing(open_office(str(folder), time=FixedTime(MORNING))) as office:
        assert isinstance(office.cases.case(day.code(0)).facts["who"].value, Erased)
        assert len(office.checkpoints.all()) == 2
        assert verify(office.database, office.vault, library=office.registry.library()).is_clean


def test_a_tick_with_nothing_to_do_is_idle(folder: Path) -> None:
    """What is done is not done again: the next tick at the same instant finds nothing, and is not logged."""
    tick(folder, LATE)
    tick(folder, MORNING)
    assert tick(folder, MORNING).is_idle


# ---- two workers -------------------------------------------------------------------------------------------------


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    """Return a real mail server, which keeps what comes twice twice."""
    server = Sink(tmp_path / "sink")
    server.start()
    yield server
    server.stop()


def ids(sink: Sink) -> Counter[str]:
    """Return how often each mail came."""
    return Counter(str(parsed(path.read_bytes())["Message-ID"]) for path in sink.folder.glob("*.eml"))


def rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return which rungs went out, which messages there are, and to whom each of them was sent."""
    queries = {
        "firings": "SELECT code, enrolment, clock, generation, rung, occurrence FROM firings",
        "outbox": "SELECT code, seq, recipient, status FROM outbox",
        "deliveries": "SELECT code, seq, deliveries.user, deliveries.status FROM deliveries"
        " JOIN outbox ON number = outbox",
    }
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        return {name: sorted(database.execute(query).fetchall()) for name, query in queries.items()}


def work_at(folder: Path, port: int, now: datetime, start: Barrier, reports: list[TickReport]) -> None:
    """Tick together with another worker."""
    smtp = Smtp(Server(HOST, port, "none"))
    with (
        closing(open_office(str(folder), time=FixedTime(now))) as office,
        closing(worker_of(office, notifier=smtp, checkpoints=False)) as worker,
    ):
        office.registry.library()
        start.wait()
        reports.append(worker.tick(now))


def test_two_workers_on_one_file_send_every_mail_once(folder: Path, sink: Sink) -> None:
    """No rung goes out twice, no mail leaves twice, neither of them fails, and they do what one alone would do."""
    alone = shutil.copytree(folder, folder.with_name("alone"))
    for now in (LATE, MORNING):
        tick(alone, now)
        start, reports = Barrier(2), list[TickReport]()
        workers = [Thread(target=work_at, args=(folder, sink.port, now, start, reports)) for _ in range(2)]
        for one in workers:
            one.start()
        for one in workers:
            one.join()
        assert [report.errors for report in reports] == [[], []]
        assert [report.passes.failed for report in reports] == [0, 0]
    # Two workers may divide a morning's messages to one person into two digests; no message is in both of them.
    assert set(ids(sink).values()) == {1}
    assert rows(folder) == rows(alone)
    assert all(rows(folder).values())


# ---- broken cases ------------------------------------------------------------------------------------------------

DAMAGES = {
    "state is no JSON": ("UPDATE cases SET body = '{' WHERE code = ?", "UnreadableError"),
    "state of another form": ("UPDATE cases SET body = '{\"id\": 7}' WHERE code = ?", "UnreadableError"),
    "clock is no JSON": ("UPDATE clocks SET body = '{' WHERE code = ?", "UnreadableError"),
    "journal runs ahead": ("UPDATE cases SET seq = seq - 1 WHERE code = ?", "StoreError"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_broken_case_stops_no_other(
    damage: str, folder: Path, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others are served and their mails leave; the broken one is an incident, tried again after a rest, told."""
    statement, error = DAMAGES[damage]
    broken, others = day.code(0), [day.code(number) for number in range(1, CASES)]
    change(folder, statement, broken)
    report = tick(folder, LATE)
    assert (report.errors, report.passes.failed) == ([], 1)
    assert fired(folder, broken) == 0 < min(fired(folder, one) for one in others)
    assert listed(folder, capsys) == [("case", broken, 1)]
    assert report.incidents_told == 1
    assert told(folder) == ["keeper@example.org"]
    assert [one for one in mails(folder) if error in one]
    assert tick(folder, LATE + timedelta(minutes=4)).passes.failed == 0  # it rests
    assert listed(folder, capsys) == [("case", broken, 1)]
    assert tick(folder, LATE + timedelta(minutes=6)).passes.failed == 1
    assert listed(folder, capsys) == [("case", broken, 2)]
    assert tick(folder, MORNING).mails.sent > 0


def test_a_case_that_is_mended_goes_on_and_its_incident_ends(
    folder: Path, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    """As soon as it can be read again the next try serves it: its rungs go out, and nobody has to end anything."""
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        (body,) = database.execute("SELECT body FROM cases WHERE code = ?", (day.code(0),)).fetchone()
    change(folder, "UPDATE cases SET body = '{' WHERE code = ?", day.code(0))
    tick(folder, LATE)
    change(folder, "UPDATE cases SET body = ? WHERE code = ?", body, day.code(0))
    tick(folder, LATE + timedelta(minutes=6))
    assert fired(folder, day.code(0)) == fired(folder, day.code(1)) > 0
    assert listed(folder, capsys) == []


def test_a_message_of_a_damaged_case_holds_back_no_other(
    folder: Path, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    """Damaged between pass and mail, a case keeps its own messages only; an incident says so; then they leave."""
    tick(folder, LATE)
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        (body,) = database.execute("SELECT body FROM cases WHERE code = ?", (day.code(0),)).fetchone()
    change(folder, "UPDATE cases SET body = '{' WHERE code = ?", day.code(0))
    report = tick(folder, MORNING)
    assert report.errors == []
    assert report.mails.sent > 0
    assert ("mail", day.code(0)) in [one[:2] for one in listed(folder, capsys)]
    left = len(mails(folder))
    change(folder, "UPDATE cases SET body = ? WHERE code = ?", body, day.code(0))
    tick(folder, MORNING + timedelta(days=2))
    assert len(mails(folder)) > left
    assert waiting(folder) == []


def waiting(folder: Path) -> list[str]:
    """Return the cases of which a message waits that is due."""
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        due = int((MORNING + timedelta(days=2)).timestamp() * 1_000_000)
        rows = database.execute("SELECT code FROM outbox WHERE status = 'waiting' AND due_at <= ?", (due,))
        return [row[0] for row in rows]


@pytest.mark.parametrize(
    "statement", ["UPDATE journal SET body = '{' WHERE stream = ?", "DELETE FROM journal WHERE stream = ?"]
)
def test_a_message_that_is_damaged_itself_holds_back_no_other(
    statement: str, folder: Path, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a message says stands in the journal; where that is damaged or gone the others leave, and it is told."""
    tick(folder, LATE)
    change(folder, statement, f"case:{day.code(0)}")
    report = tick(folder, MORNING)
    assert report.errors == []
    assert report.mails.sent > 0
    assert ("mail", day.code(0)) in [one[:2] for one in listed(folder, capsys)]
    assert run(["outbox", "list", "--office", str(folder)]) == 0
    assert run(["verify", "--office", str(folder)]) == 1
    assert day.code(0) in capsys.readouterr().out


def test_an_operation_that_is_damaged_stops_nothing(
    folder: Path, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it asked for waits, an incident says so, and is tried again after a rest; all else in the tick is done."""
    with closing(open_office(str(folder), time=FixedTime(FOUNDED + timedelta(hours=1)))) as office:
        day.found(office)
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        (body,) = database.execute("SELECT body FROM cases WHERE code = ?", (day.code(50),)).fetchone()
    change(folder, "UPDATE cases SET body = replace(body, 'raid', 'dair') WHERE code = ?", day.code(50))
    report = tick(folder, LATE)
    assert (report.errors, report.linked) == ([], 0)
    assert min(fired(folder, day.code(number)) for number in range(CASES)) > 0
    assert ("link", day.code(50), 1) in listed(folder, capsys)
    change(folder, "UPDATE cases SET body = ? WHERE code = ?", body, day.code(50))
    assert tick(folder, LATE + timedelta(minutes=4)).linked == 0
    assert tick(folder, LATE + timedelta(minutes=6)).linked == 3
    assert "link" not in [one[0] for one in listed(folder, capsys)]


def test_people_still_see_their_other_cases(folder: Path, day: Day, capsys: pytest.CaptureFixture[str]) -> None:
    """One damaged case takes nobody's worklist away; who opens it hears a sentence, without a traceback."""
    change(folder, "UPDATE cases SET body = '{' WHERE code = ?", day.code(0))
    asked = ["--office", str(folder), "--as", "sok_phalla"]
    assert run(["case", "list", *asked]) == 0
    shown = capsys.readouterr().out
    assert day.code(0) not in shown
    assert day.code(1) in shown
    assert run(["case", "show", day.code(0), *asked]) == 1
    assert "`spean verify` names what is damaged" in capsys.readouterr().err


# ---- incidents ---------------------------------------------------------------------------------------------------


@pytest.fixture
def broken(folder: Path, day: Day) -> tuple[Path, str]:
    """Return an office with one broken case that a tick has met, and the case."""
    change(folder, "UPDATE cases SET body = '{' WHERE code = ?", day.code(0))
    tick(folder, LATE)
    return folder, day.code(0)


def incident(folder: Path, *words: str) -> int:
    """Type an incident command; return its exit code."""
    return run(["incident", *words, "--office", str(folder)])


def open_one(folder: Path) -> tuple[int, datetime]:
    """Return the number of the first open incident, and when it is tried again."""
    with closing(open_office(str(folder))) as office:
        found = office.incidents.all(open_only=True)[0]
        assert found.retry_at is not None
        return found.number, found.retry_at


def test_an_incident_is_tried_again_at_once_when_somebody_says_so(
    broken: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """`spean incident retry` ends its rest; the next tick tries, and counts the attempt."""
    folder, case = broken
    change(folder, "UPDATE incidents SET retry_at = ?", int((LATE + timedelta(days=300)).timestamp() * 1e6))
    assert tick(folder, LATE + timedelta(minutes=6)).passes.failed == 0
    assert incident(folder, "retry", "1") == 0
    assert "tried again at the next tick" in capsys.readouterr().out
    assert tick(folder, datetime.now(UTC) + timedelta(minutes=1)).passes.failed == 1
    assert listed(folder, capsys) == [("case", case, 2)]


def test_a_skipped_case_is_left_alone_for_a_day(broken: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    """`spean incident skip` lets the passes leave it; its incident stays open and is told again."""
    folder, case = broken
    before = datetime.now(UTC)
    assert incident(folder, "skip", "1") == 0
    assert "leave the case alone for a day" in capsys.readouterr().out
    _, again = open_one(folder)
    assert timedelta(hours=23) < again - before < timedelta(hours=25)
    assert listed(folder, capsys) == [("case", case, 1)]


def test_an_incident_that_is_ended_by_hand_opens_anew_while_the_case_is_broken(
    broken: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Ending it hides nothing: the next pass that fails opens another one."""
    folder, case = broken
    assert incident(folder, "end", "1", "--reason", "seen", "--by", "somebody") == 0
    assert listed(folder, capsys) == []
    assert tick(folder, LATE + timedelta(minutes=6)).passes.failed == 1
    assert listed(folder, capsys) == [("case", case, 1)]
    assert incident(folder, "end", "1", "--reason", "again") == 1
    assert "Incident 1 is ended already." in capsys.readouterr().err


def test_an_incident_climbs_to_the_duty_address(broken: tuple[Path, str]) -> None:
    """Told once a day, to whoever keeps the office; after a day without an end the duty address is told, too."""
    folder, _ = broken
    assert told(folder) == ["keeper@example.org"]
    tick(folder, LATE + timedelta(hours=23))
    assert told(folder) == ["keeper@example.org"]
    tick(folder, LATE + timedelta(hours=25))
    assert told(folder) == ["duty@example.org", "keeper@example.org", "keeper@example.org"]


def told(folder: Path) -> list[str]:
    """Return to whom incidents were told."""
    found = (one.split("\n")[0].removeprefix("To: ") for one in mails(folder) if "Spean needs somebody" in one)
    return sorted(found)


@pytest.mark.parametrize("command", [("retry", "7"), ("skip", "7"), ("end", "7", "--reason", "x")])
def test_an_incident_that_is_not_there_is_told(
    command: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, which says where the list is."""
    assert incident(folder, *command) == 1
    assert capsys.readouterr().err == "spean: There is no incident 7; `spean incident list` shows them.\n"


def test_a_frozen_case_is_not_made_silent(folder: Path, day: Day, capsys: pytest.CaptureFixture[str]) -> None:
    """The incident of a frozen case cannot be ended while it is frozen: nothing else would remind anybody of it."""
    change(
        folder, "UPDATE cases SET body = replace(body, 'social_north', 'social_south') WHERE code = ?", day.code(0)
    )
    assert run(["verify", "--freeze", "--office", str(folder)]) == 1
    assert listed(folder, capsys) == [("differs", day.code(0), 1)]
    number, _ = open_one(folder)
    assert incident(folder, "end", str(number), "--reason", "seen") == 1
    assert "is frozen" in capsys.readouterr().err
    assert incident(folder, "retry", str(number)) == 1
    assert "still differs" in capsys.readouterr().err
    change(
        folder, "UPDATE cases SET body = replace(body, 'social_south', 'social_north') WHERE code = ?", day.code(0)
    )
    assert incident(folder, "retry", str(number)) == 0
    assert "the case goes on" in capsys.readouterr().out
    assert listed(folder, capsys) == []


def test_a_message_that_reaches_only_the_duty_address_is_an_incident(
    folder: Path, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where everybody who should hear of a case has left, whoever keeps the office is told; nobody is named."""
    with closing(open_office(str(folder), time=FixedTime(LATE))) as office:
        staff = sorted(set(office.people.now().users) - {"meas_kolap"})
        office.people.change([DisableUser(by="meas_kolap", user=one) for one in staff], LATE)
    tick(folder, LATE)
    tick(folder, MORNING)
    assert ("unreached", day.code(0)) in [one[:2] for one in listed(folder, capsys)]
    told = [one for one in mails(folder) if one.startswith("To: duty.social.north@")]
    assert any(day.code(0) in one for one in told)
    assert not any(name in one for one in mails(folder) for name in staff)


# ---- a process ---------------------------------------------------------------------------------------------------

#: A process that is told to end has ended after so many seconds, also on a busy machine.
LATEST = 20


@pytest.fixture
def real(folder: Path) -> Path:
    """Return the office with a tick each second. A process lives by the machine's clock, months after FOUNDED."""
    settings = folder / "spean.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("tick_seconds = 15", "tick_seconds = 1"))
    return folder


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start `spean worker` as a process."""
    command = [sys.executable, "-m", "engine.run.cli", "worker", "--office", str(folder), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def lines(out: str) -> list[dict[str, object]]:
    """Return a log: one JSON document a line."""
    return [json.loads(line) for line in out.splitlines()]


def test_the_worker_ends_after_so_many_ticks(real: Path) -> None:
    """`--ticks 1` does one tick, logs one line of JSON for it, holds nothing private, and leaves with 0."""
    with started(real, "--ticks", "1") as process:
        out, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    first, *busy, last = lines(out)
    assert (first["worker"], last["worker"]) == ("started", "stopped")
    assert len(busy) == 1
    assert busy[0]["failed"] == 0
    assert busy[0]["errors"] == []
    assert busy[0]["cases"] == CASES + 1
    assert not PRIVATE.search(out)


def test_the_worker_ends_in_order_when_it_is_told_to(real: Path) -> None:
    """SIGTERM ends it soon, with 0, after the running tick; nothing is left claimed, nothing stands on stderr."""
    with started(real) as process:
        assert process.stdout is not None
        out = process.stdout.readline() + process.stdout.readline()  # it started, and did a first tick
        process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        rest, errors = process.communicate(timeout=30)
    assert time.monotonic() - begun < LATEST
    assert (process.returncode, errors) == (0, "")
    assert lines(out + rest)[-1]["worker"] == "stopped"
    with closing(sqlite3.connect(real / "data" / "spean.db")) as database:
        assert database.execute("SELECT count(*) FROM outbox WHERE leased_by IS NOT NULL").fetchone() == (0,)


def test_two_worker_processes_send_every_mail_once(real: Path, sink: Sink) -> None:
    """Two processes on one file, over real SMTP: both end with 0, and no mail comes twice."""
    settings = real / "spean.toml"
    mail = f'kind = "smtp"\nhost = "{HOST}"\nport = {sink.port}\nsecurity = "none"'
    settings.write_text(settings.read_text(encoding="utf-8").replace('kind = "file"', mail, 1))
    workers = [started(real, "--ticks", "2") for _ in range(2)]
    for one in workers:
        out, errors = one.communicate(timeout=60)
        assert (one.returncode, errors) == (0, "")
        assert [line["errors"] for line in lines(out)[1:-1]] == [[]] * len(lines(out)[1:-1])
    assert set(ids(sink).values()) == {1}
    assert not [one for one in map(read_mail, sink.folder.glob("*.eml")) if PRIVATE.search(one)]


@pytest.mark.parametrize("missing", ["spean.toml", "data/spean.db", "keys/master.key"])
def test_a_worker_that_cannot_start_says_why(missing: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence on standard error, exit code 1, no traceback, nothing on standard output."""
    (folder / missing).unlink()
    assert run(["worker", "--office", str(folder)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("spean: ")
    assert said.err.count("\n") == 1
    assert Path(missing).name in said.err


# ---- a mail server that is not there -----------------------------------------------------------------------------


def sending(folder: Path, port: int, now: datetime) -> TickReport:
    """Let the worker look once; mails go to this port."""
    with (
        closing(open_office(str(folder), time=FixedTime(now))) as office,
        closing(worker_of(office, notifier=Smtp(Server(HOST, port, "none", timeout=1)))) as worker,
    ):
        return worker.tick(now)


def test_mails_wait_as_long_as_the_server_is_away(
    folder: Path, sink: Sink, capsys: pytest.CaptureFixture[str]
) -> None:
    """Away for weeks, it costs no mail: that is an incident and no failed try; when it is back everything leaves."""
    tick(folder, LATE)
    nobody = free_port()
    for hours in range(0, 24 * 14, 12):
        report = sending(folder, nobody, MORNING + timedelta(hours=hours))
        assert (report.errors, report.mails.sent, report.mails.dead) == ([], 0, 0)
    assert ("server", "") in [one[:2] for one in listed(folder, capsys)]
    assert run(["health", "--office", str(folder)]) == 1
    for minutes in (0, 20):
        report = sending(folder, sink.port, MORNING + timedelta(days=14, minutes=minutes))
    assert report.errors == []
    assert set(ids(sink).values()) == {1}
    assert "server" not in [one[0] for one in listed(folder, capsys)]
    states = Counter(row[-1] for row in rows(folder)["deliveries"])
    assert set(states) == {"sent"}
