"""A lane that names who may know of it: no command tells anybody else that it is there, nor what happens in it."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from engine.run.cli import run
from engine.run.setup.office import open_office
from engine.run.ticks.bootstrap import worker_of
from tests.support.office import ROOT, make_office

#: Who leads the case, who treats her, and who may not know of care at all.
LEADS, TREATS, POLICE = "chhim_rotha", "var_sokunthy", "suon_piseth"
#: Commands that say something of a case, each as text and as JSON.
TELLING = (
    *(("show",), ("show", "--journal"), ("options",), ("forecast", "--days", "3"), ("explain",)),
    *(("note", "seen"), ("record", "--contact")),
)
#: Words that stand in the medical lane only, and whom its clocks tell.
MEDICAL = ("medical", "triage", "hiv", "contraception", "suicide", "clinic")
#: Words of what happens in care: whoever leads the case knows that there are clinicians, and no more.
INSIDE = ("rescue.medical", "triage", "hiv", "contraception", "suicide", "psychosocial")


@dataclass(frozen=True)
class InCare:
    """An office, and a case with a medical lane of whose clocks clinicians were told."""

    office: Path
    code: str

    def told(self, capsys: pytest.CaptureFixture[str], user: str, command: str, *options: str) -> str:
        """Return what a command says of the case to a user."""
        capsys.readouterr()
        run(["case", command, self.code, *options, "--office", str(self.office), "--as", user])
        shown = capsys.readouterr()
        return (shown.out + shown.err).lower()


@pytest.fixture(scope="module")
def in_care(tmp_path_factory: pytest.TempPathFactory) -> InCare:
    """Bring a person into care."""
    folder = tmp_path_factory.mktemp("lanes") / "office"
    make_office(folder).close()
    asked = ["--office", str(folder), "--as", LEADS]
    assert run(["case", "open", "rescue", "--set", "report_channel=hotline", *asked]) == 0
    with closing(open_office(str(folder))) as office:
        (code,) = office.cases.cases()
    assert run(["case", "act", code, "walk_in", "--set", "agreed_to_leave=yes", *asked]) == 0
    with closing(open_office(str(folder))) as office, closing(worker_of(office)) as worker:
        assert worker.tick(office.time.now() + timedelta(seconds=1)).errors == []
    return InCare(folder, code)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("command", TELLING, ids=" ".join)
def test_who_may_not_know_of_a_lane_hears_nothing_of_it(
    in_care: InCare, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], form: str
) -> None:
    """Police read the case and act in it, and no word of its medical lane comes with the answer."""
    told = in_care.told(capsys, POLICE, *command, "--format", form)
    assert told
    assert [word for word in MEDICAL if word in told] == []


@pytest.mark.parametrize("command", [one for one in TELLING if one != ("explain",)], ids=" ".join)
def test_who_may_know_of_a_lane_hears_of_it(
    in_care: InCare, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    """The clinician knows of the medical lane, and every command tells her of it."""
    told = in_care.told(capsys, TREATS, *command)
    assert [word for word in MEDICAL if word in told] != []


@pytest.fixture(scope="module")
def in_care_of_clinicians(in_care: InCare, tmp_path_factory: pytest.TempPathFactory) -> InCare:
    """Hide a consent and a rule from police, let her give the consent, and the rule turn true."""
    folder = tmp_path_factory.mktemp("consents") / "office"
    protocols = tmp_path_factory.mktemp("texts") / "protocols"
    shutil.copytree(ROOT / "protocols", protocols)
    consents = protocols / "shared" / "consents.yaml"
    text = consents.read_text(encoding="utf-8")
    assert text.count("  hiv_test:\n") == 1
    hidden = text.replace("  hiv_test:\n", "  hiv_test:\n    seen_by: [case_manager]\n")
    consents.write_text(hidden, encoding="utf-8")
    rescue = protocols / "rescue.yaml"
    planted = "forbidden:\n  planted_rule:\n    never: consent to hiv_test is given\n    alarm: [supervisor]\n"
    changed = rescue.read_text(encoding="utf-8").replace("forbidden:\n", planted)
    rescue.write_text(changed, encoding="utf-8")
    make_office(folder, protocols).close()
    asked = ["--office", str(folder), "--as", LEADS]
    assert run(["case", "open", "rescue", "--set", "report_channel=hotline", *asked]) == 0
    with closing(open_office(str(folder))) as office:
        (code,) = office.cases.cases()
    assert run(["case", "record", code, "--consent", "hiv_test", *asked]) == 0
    return InCare(folder, code)


@pytest.mark.parametrize("command", [("show",), ("show", "--journal"), ("forecast", "--days", "400")], ids=" ".join)
def test_who_may_not_know_of_a_consent_hears_nothing_of_it(
    in_care_of_clinicians: InCare, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    """Nor of an alarm that would tell of it; whoever leads the case hears of both."""
    for form in ("text", "json"):
        told = in_care_of_clinicians.told(capsys, POLICE, *command, "--format", form)
        assert told
        assert [word for word in ("hiv", "planted_rule") if word in told] == []
    if command[-1] == "--journal":
        told = in_care_of_clinicians.told(capsys, LEADS, *command)
        assert ("consent to hiv_test: given" in told, "the rule planted_rule turned true" in told) == (True, True)


@pytest.mark.parametrize("command", TELLING, ids=" ".join)
def test_who_leads_the_case_knows_that_care_goes_on_and_no_more(
    in_care: InCare, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    """The case manager sees the lane that says care is at hand, and nothing of what happens in it."""
    assert "care_continuity" in in_care.told(capsys, LEADS, "show")
    told = in_care.told(capsys, LEADS, *command)
    assert [word for word in INSIDE if word in told] == []


def test_an_action_of_a_hidden_lane_is_not_known(in_care: InCare, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever guesses an action of a hidden lane hears the same as of an action that is not there."""
    guessed = in_care.told(capsys, POLICE, "act", "triaged", "--format", "json")
    invented = in_care.told(capsys, POLICE, "act", "invented", "--format", "json")
    assert guessed.replace("triaged", "invented") == invented
    assert "options" in json.dumps(invented)
