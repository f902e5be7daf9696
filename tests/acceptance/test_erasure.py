"""After an erasure nothing about the person is left anywhere, and the case can still be followed and checked."""

from __future__ import annotations

import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from engine.core.case.apply import fold
from engine.core.case.commands import Erase
from engine.core.case.state import Case
from engine.core.values import ERASED
from engine.run.cli import run
from engine.run.keeping.backup import back_up
from engine.run.setup.office import Office
from engine.run.ticks.bootstrap import worker_of
from engine.run.ticks.erasing import finish_erasures
from engine.store.checkpoints import read_line
from engine.store.sql.erasures import SqlErasures
from engine.store.sql.lookups import SqlLookups
from engine.store.sql.verify import verify
from tests.support.office import FOUNDED, at, make_office
from tests.support.planting import NOBODY, Tokens, casework, end_hold, leaked, plant

OFFICER = "kong_vibol"


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return everything that lies in a folder, however deep, by name."""
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def erase(office: Office, case: str) -> None:
    casework(office).do(OFFICER, case, Erase(actor=NOBODY, reason="asked for by the person"))
    assert finish_erasures(SqlErasures(office.database), office.keyring, office.time.now()) == 1


def test_nothing_of_an_erased_person_is_left_in_any_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tokens of every private field, note, reason and refused answer: 0 hits in any file, mail, output, backup."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    office, tokens, kept = make_office(tmp_path / "office"), Tokens("erased"), Tokens("another person")
    case, other = plant(office, tokens), plant(office, kept)
    SqlLookups(office.database, office.vault).put(case, {"passport": next(tokens)}, FOUNDED)
    for days in (1, 20, 90):
        office = at(office, FOUNDED + timedelta(days=days))
        end_hold(office, case)
        with closing(worker_of(office)) as worker:
            assert not worker.tick(office.time.now()).errors
    erase(office, case)
    back_up(office, tmp_path / "backup.zip", checkpoint="")
    folder = office.settings.folder
    office.close()
    for command in (["case", "show", case, "--as", "ouk_malis"], ["outbox", "list", "--all"], ["verify"]):
        run([*command, "--office", str(folder), "--format", "json"])
    said = capsys.readouterr()
    everything = {
        **bytes_of(tmp_path),
        "output": said.out.encode(),
        "errors": said.err.encode(),
    }
    assert len([name for name in everything if name.endswith(".eml")]) > 10
    assert {name: leaked(tokens, data) for name, data in everything.items() if leaked(tokens, data)} == {}
    assert [token for token in tokens.values if token in str(tokens.errors)] == []
    office = at(office, FOUNDED + timedelta(days=91))
    assert set(office.cases.case(other).facts) >= {"not_to_be_told"}
    assert office.cases.case(other).facts["not_to_be_told"].value in kept.made
    office.close()


def test_an_erased_case_still_replays_and_verifies(tmp_path: Path) -> None:
    """What happened when stays: the journal folds to the state, every chain is whole, the clocks go on."""
    office, tokens = make_office(tmp_path / "office"), Tokens("replayed")
    case = plant(office, tokens)
    with closing(worker_of(office)) as worker:
        worker.tick(office.time.now())
    before = office.cases.case(case)
    erase(office, case)
    after = office.cases.case(case)
    assert after.facts["not_to_be_told"].value is ERASED
    assert before.facts.keys() == after.facts.keys()
    assert before.enrolments["rescue"].tracks == after.enrolments["rescue"].tracks
    assert before.enrolments["rescue"].clocks.keys() == after.enrolments["rescue"].clocks.keys()
    assert fold(Case(case), office.cases.journal(case)) == after
    lines = (office.settings.folder / "checkpoints.txt").read_text().splitlines()
    report = verify(
        office.database, office.vault, against=[read_line(one) for one in lines], library=office.registry.library()
    )
    assert (report.findings, report.cases) == ([], 1)
    office = at(office, FOUNDED + timedelta(days=40))
    with closing(worker_of(office)) as worker:
        assert worker.tick(office.time.now()).passes.cases == 1
    office.close()


def test_an_erasure_that_was_cut_off_is_finished_by_the_next_tick(tmp_path: Path) -> None:
    """What was asked for is done, though nobody was there to do it: the worker destroys the key."""
    office, tokens = make_office(tmp_path / "office"), Tokens("cut off")
    case = plant(office, tokens)
    casework(office).do(OFFICER, case, Erase(actor=NOBODY, reason="asked for by the person"))
    assert len(office.keyring.keys()) == 1
    with closing(worker_of(office)) as worker:
        assert worker.tick(office.time.now()).erased == 1
    assert office.keyring.keys() == []
    assert office.cases.case(case).facts["not_to_be_told"].value is ERASED
    office.close()
