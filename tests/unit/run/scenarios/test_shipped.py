"""The shipped protocols live through all their stories; nothing of them is in no story, and their sheets are true."""

from __future__ import annotations

import re
from functools import cache

import pytest

from engine.run.scenarios.coverage import KINDS
from engine.run.scenarios.mutating import SURVIVED, judged
from engine.run.scenarios.running import Report, run
from engine.run.scenarios.sheets.folder import differing, sheets
from tests.documents import page

PROTOCOLS = "protocols"
#: So many of the changes are tried here; `spean scenario mutate` tries all.
EVERY = 97
#: So much of all changes must be noticed.
NOTICED = 0.9
#: How much of each kind the scenarios must have been through, in percent.
COVERED = {"steps": 100, "actions": 100, "deadlines": 100, "rungs": 95, "forbidden": 100}

pytestmark = pytest.mark.xdist_group("scenarios")


@cache
def report() -> Report:
    """Return the report on all scenarios and sheets."""
    return run([PROTOCOLS])


def test_every_scenario_holds() -> None:
    """Each story and each sheet is as it is told."""
    assert [f"{one.file}:{fault.line}: {fault.message}" for one in report().failed for fault in one.faults] == []
    assert [one.problems for one in report().failed if one.problems] == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_in_no_scenario(kind: str) -> None:
    """All steps, actions, deadlines and forbidden rules are lived through, and nearly all rungs."""
    assert report().coverage.percent(kind) >= COVERED[kind], report().coverage.missing(kind)


def test_sheets_are_true() -> None:
    """The sheets on disk are what the protocols do now; `spean scenario sheets --write` writes them anew."""
    assert differing(PROTOCOLS, sheets(PROTOCOLS)) == []


def listed() -> dict[str, str]:
    """Return the changes that the page says nobody notices, each with its reason."""
    return dict(re.findall(r"^\| `([^`]+)` \| ((?:same|near|gap): .+) \|$", page("docs/mutation.md"), re.MULTILINE))


def test_changes_are_noticed() -> None:
    """Of changes to the protocols, spread over all of them, each is noticed, or the page says why it is not."""
    survivors = [one.mutant.name for one in judged(PROTOCOLS, every=EVERY) if one.how == SURVIVED]
    assert [name for name in survivors if name not in listed()] == []


def test_page_of_what_nobody_notices_adds_up() -> None:
    """Nine in ten changes are noticed, and all that are not stand on the page."""
    tried, noticed = (
        int(found.replace(",", ""))
        for found in re.findall(r"Of ([\d,]+) changes ([\d,]+) are noticed", page("docs/mutation.md"))[0]
    )
    assert tried - noticed == len(listed())
    assert noticed >= NOTICED * tried
