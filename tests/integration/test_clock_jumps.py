"""A clock that stands still, jumps ahead or goes back: nothing is sent that a wrong clock alone makes due."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.run.cli import run
from engine.run.keeping.health import health
from engine.run.setup.clock import FixedTime, MachineTime
from engine.run.setup.office import Office, open_office
from engine.run.ticks.bootstrap import passes_of, worker_of
from engine.run.ticks.worker import TickReport
from engine.store.sql.verify import verify
from tests.support.office import FOUNDED, make_office, small_protocols
from tests.support.victim import Day

#: The first tick; when it came, the case with the safety clock and the two with ordinary clocks had been opened.
FIRST = FOUNDED + timedelta(hours=2)
#: Four days later every clock has run out; the urgent one is the safety clock of the first case.
GAP = FIRST + timedelta(days=4)
URGENT, ORDINARY = 0, (1, 2)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an office of real people, as far as the brake is concerned, after its first tick."""
    room = tmp_path_factory.mktemp("template")
    office = make_office(room / "office", small_protocols(room / "protocols"))
    folder = office.settings.folder
    day = Day(folder, 0, FOUNDED)
    for number in (URGENT, *ORDINARY):
        day.open(office, number)
    office.close()
    with closing(at(folder, FOUNDED + timedelta(hours=1))) as later:
        day.act(later, URGENT, "day_agreed", {"reached_at": "the temple"})
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        database.execute("UPDATE meta SET value = 'no' WHERE key = 'simulation'")
        database.commit()
    assert tick(folder, FIRST).passes.brake == ""
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    """Return a copy of that office."""
    return shutil.copytree(template, tmp_path / "office")


def at(folder: Path, now: datetime) -> Office:
    """Open the office at a time."""
    return open_office(str(folder), time=FixedTime(now))


def tick(folder: Path, now: datetime) -> TickReport:
    """Let the worker look once."""
    with closing(at(folder, now)) as office, closing(worker_of(office)) as worker:
        return worker.tick(now)


def resume(folder: Path, now: datetime) -> str:
    """Take the brake off."""
    with closing(at(folder, now)) as office:
        return passes_of(office).resume(now, "somebody")


def fired(folder: Path) -> Counter[int]:
    """Return how many rungs went out, by the number of the case."""
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        found = dict(database.execute("SELECT code, count(*) FROM firings GROUP BY code").fetchall())
    return Counter({number: found.get(code(number), 0) for number in (URGENT, *ORDINARY)})


def code(number: int) -> str:
    """Return the code of a case."""
    return Day(Path(), 0, FOUNDED).code(number)


def incidents(folder: Path) -> list[tuple[str, int]]:
    """Return the open incidents: what, and how often."""
    with closing(at(folder, FOUNDED)) as office:
        return [(one.kind.value, one.attempts) for one in office.incidents.all(open_only=True)]


def notices(folder: Path) -> int:
    """Return how many mails there are to whoever keeps the office, but for those about checkpoints."""
    found = [path.read_text(encoding="utf-8") for path in (folder / "mail").glob("*.eml")]
    return sum("Spean needs somebody" in one for one in found)


def messages(folder: Path, number: int) -> list[tuple[str, str, bool]]:
    """Return the messages about a case: of which clock, to whom, and whether they say that they come late."""
    with closing(at(folder, FOUNDED)) as office:
        rows = office.outbox.messages(1000, status=None)
        return [(row.message.subject, row.message.to, row.message.late) for row in rows if row.case == code(number)]


def assert_one_each(found: list[tuple[str, str, bool]]) -> None:
    """Check that each person hears once of each clock, and that it is late."""
    assert found
    assert max(Counter((clock, to) for clock, to, _ in found).values()) == 1
    assert all(is_late for *_, is_late in found)


# ---- ahead -------------------------------------------------------------------------------------------------------


def test_after_a_long_gap_only_what_is_urgent_goes_out(folder: Path) -> None:
    """The safety clock fires, everything else waits, tick after tick; whoever keeps the office is told once a day."""
    for minutes in (0, 5, 10):
        report = tick(folder, GAP + timedelta(minutes=minutes))
        assert report.errors == []
        assert "more than 24 hours before" in report.passes.brake
    assert fired(folder)[URGENT] > 0
    assert [fired(folder)[number] for number in ORDINARY] == [0, 0]
    assert incidents(folder) == [("brake", 1)]
    assert notices(folder) == 1
    tick(folder, GAP + timedelta(days=1, minutes=1))
    assert notices(folder) == 3  # the second time to the duty address, too


def test_resume_lets_everything_go_out_late(folder: Path) -> None:
    """Each limit leads to one message a person, which says that it is late; then all is as ever."""
    tick(folder, GAP)
    assert "more than 24 hours" in resume(folder, GAP + timedelta(minutes=1))
    report = tick(folder, GAP + timedelta(minutes=2))
    assert (report.errors, report.passes.brake) == ([], "")
    assert min(fired(folder).values()) > 0
    for number in ORDINARY:
        assert_one_each(messages(folder, number))
    assert incidents(folder) == []
    assert resume(folder, GAP + timedelta(minutes=3)) == ""


def test_a_short_gap_needs_nobody(folder: Path) -> None:
    """A night without the worker is made good by itself: what fell due goes out at the next tick."""
    for days in (1, 2, 3, 4):
        report = tick(folder, FIRST + timedelta(days=days))
        assert (report.errors, report.passes.brake) == ([], "")
    assert min(fired(folder).values()) > 0
    assert incidents(folder) == []


def test_a_hundred_days_without_a_worker_are_one_message_a_limit_and_person(folder: Path) -> None:
    """However many rungs fell due meanwhile, nobody gets a hundred mails when it is back."""
    back = FIRST + timedelta(days=100)
    tick(folder, back)
    resume(folder, back)
    tick(folder, back + timedelta(minutes=1))
    for number in ORDINARY:
        assert_one_each(messages(folder, number))


def test_resume_as_it_is_typed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`spean tick` says why it holds back, `spean resume` lets go, the next tick sends; months have gone by."""
    office = ["--office", str(folder)]
    assert run(["tick", *office]) == 0
    assert "Only urgent messages go out: The last pass was on 2026-03-02 03:00 UTC" in capsys.readouterr().out
    assert run(["resume", "--by", "somebody", *office]) == 0
    assert "Everything goes out again. It was held back: The last pass" in capsys.readouterr().out
    assert run(["tick", "--format", "json", *office]) == 0
    assert json.loads(capsys.readouterr().out)["brake"] == ""
    assert min(fired(folder).values()) > 0
    assert run(["resume", *office]) == 0
    assert "Nothing was held back." in capsys.readouterr().out


def test_the_incident_of_the_brake_cannot_be_ended_while_it_holds(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the incident nobody would be told any more that messages wait."""
    tick(folder, GAP)
    assert run(["incident", "end", "1", "--reason", "seen", "--office", str(folder)]) == 1
    assert "run `spean resume`" in capsys.readouterr().err
    assert incidents(folder) == [("brake", 1)]


# ---- back --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("back", [timedelta(minutes=11), timedelta(days=1), timedelta(days=3650)])
def test_a_clock_that_went_back_lets_nothing_fire(back: timedelta, folder: Path) -> None:
    """The tick says so in a sentence, an incident tells whoever keeps the office, and nothing fires in any case."""
    tick(folder, GAP)
    resume(folder, GAP)
    before = fired(folder)
    report = tick(folder, GAP - back)
    assert len(report.errors) == 1
    assert "No limit is looked at. Set the clock right" in report.errors[0]
    assert fired(folder) == before
    assert incidents(folder) == [("clock", 1)]
    assert notices(folder) == 2
    report = tick(folder, GAP + timedelta(minutes=1))
    assert report.errors == []
    assert min(fired(folder).values()) > 0


def test_a_clock_that_is_a_little_behind_does_no_harm(folder: Path) -> None:
    """Two machines may differ by ten minutes: the pass counts from the later one, and nobody is troubled."""
    tick(folder, FIRST + timedelta(hours=20))
    report = tick(folder, FIRST + timedelta(hours=20) - timedelta(minutes=10))
    assert (report.errors, report.passes.brake) == ([], "")
    assert incidents(folder) == []
    with closing(at(folder, FIRST)) as office:
        assert office.meta.get("last_pass") == (FIRST + timedelta(hours=20)).isoformat()


def test_a_clock_that_was_ahead_and_is_right_now_is_told_to_the_worker(folder: Path) -> None:
    """`spean resume` ends it: passes go on from now; cases that lie ahead are counted by health, none is silent."""
    ahead = FIRST + timedelta(days=365)
    assert tick(folder, ahead).passes.brake
    now = FIRST + timedelta(hours=1)
    assert len(tick(folder, now).errors) == 1
    with closing(at(folder, now)) as office:
        found = next(one for one in health(office, now) if one.name == "clock")
    assert not found.is_well
    assert "restore a backup of before" in found.words
    resume(folder, now)
    report = tick(folder, now + timedelta(minutes=1))
    assert (report.errors, report.passes.brake) == ([], "")
    assert incidents(folder) == []
    with closing(at(folder, now)) as office:
        assert verify(office.database, office.vault, library=office.registry.library()).is_clean


def test_time_never_runs_back_within_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine's clock is set to meanwhile, the present stands still until it has caught up."""
    shown = [FIRST, FIRST + timedelta(hours=1), FIRST - timedelta(days=1), FIRST + timedelta(hours=2)]

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            assert tz is UTC
            return shown.pop(0)

    monkeypatch.setattr("engine.run.setup.clock.datetime", Clock)
    time = MachineTime()
    hours = [(time.now() - FIRST) / timedelta(hours=1) for _ in range(3)]
    assert hours == [1, 1, 2]


# ---- a time that is typed ----------------------------------------------------------------------------------------


def test_only_in_a_simulation_the_time_is_given(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In an office of real people `--now` is refused, and nothing is done."""
    assert run(["tick", "--now", "2026-03-20", "--office", str(folder)]) == 1
    assert "Only in a simulation the time may be given" in capsys.readouterr().err
    assert sum(fired(folder).values()) == 0


@pytest.fixture
def simulation(folder: Path) -> Path:
    """Return the same office of invented people."""
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        database.execute("UPDATE meta SET value = 'yes' WHERE key = 'simulation'")
        database.commit()
    return folder


def test_in_a_simulation_time_jumps_without_a_brake(simulation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A month later everything goes out at once; an earlier time than the last one is refused there, too."""
    office = ["--office", str(simulation)]
    assert run(["tick", "--now", "2026-04-02T08:00", *office]) == 0
    assert "Only urgent" not in capsys.readouterr().out
    assert min(fired(simulation).values()) > 0
    assert run(["tick", "--now", "2026-03-20", *office]) == 1
    assert "No limit is looked at. Set the clock right" in capsys.readouterr().err


@pytest.mark.parametrize("typed", ["tomorrow", "2026-13-01", "2026-03-20T25:00", "", " ", "0001-01-01"])
def test_a_time_that_is_none_is_told(typed: str, simulation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, whatever is typed; the first day there is, too."""
    code_ = run(["tick", f"--now={typed}", "--office", str(simulation)])
    said = capsys.readouterr()
    assert "mistake in Spean" not in said.out + said.err
    assert code_ == (0 if typed == "" else 1)
    assert said.err.count("\n") == code_
