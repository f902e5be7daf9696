"""Changes to a protocol: each is noticed by a story that passes its place, or is called a survivor."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from shutil import copytree

import pytest

from engine.run.scenarios.mutating import BY_SCENARIO, SURVIVED, NotYetError, Verdict, judged

STORIES = Path(__file__).parents[3] / "fixtures" / "stories"


@cache
def verdicts() -> dict[str, Verdict]:
    """Return the verdict on each change to the small protocol, by what was changed."""
    return {one.mutant.name: one for one in judged(str(STORIES))}


@pytest.mark.parametrize(
    "change",
    [
        "visit.visit.asked.agree: deleted",
        "visit.visit.asked.agree: limit 3 days",
        "visit.visit.asked.day_agreed: without field reached_at",
        "visit.visit.asked.day_agreed: without consent visits",
        "visit.visit.planned.visited: only if anything",
        "visit.advice: opens when anything",
        "visit.advice: anybody may know of it",
        "visit.visited_against_her_word: deleted",
        "ordinary.supervisor: at another time",
        "notes: hidden from adviser",
    ],
)
def test_change_is_noticed(change: str) -> None:
    """A change to what the stories speak of is noticed by one of them."""
    found = verdicts().get(change)
    if found is None:  # a lane opens on nothing only where something else is left to ask
        assert change == "visit.advice: opens when anything"
        return
    assert found.how == BY_SCENARIO, found


def test_what_no_story_speaks_of_survives() -> None:
    """Silence for a fortnight is in none of the stories, so nobody would notice another time for its rungs."""
    survivors = [name for name, one in verdicts().items() if one.how == SURVIVED]
    assert "no_news.supervisor: at another time" in survivors


def test_stories_that_do_not_hold_say_nothing_of_changes(tmp_path: Path) -> None:
    """As long as a story does not hold on the protocol as it is, nothing is said of changes."""
    copytree(STORIES, tmp_path / "stories")
    file = tmp_path / "stories" / "scenarios" / "a_visit.yaml"
    file.write_text(file.read_text("utf-8").replace("agree: 2027-03-03 08:00", "agree: 2027-03-04 08:00"), "utf-8")
    with pytest.raises(NotYetError):
        list(judged(str(tmp_path / "stories")))
