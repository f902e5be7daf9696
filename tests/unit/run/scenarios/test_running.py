"""Scenarios: what holds passes, what does not is told with its line, and what they cover is counted."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from engine.run.scenarios.running import NoScenarioError, Report, run

STORIES = Path(__file__).parents[3] / "fixtures" / "stories"
TOMORROW = "`tomorrow` is no time; write one like 2027-03-01 09:00, `now`, or `3 days ago`."
BEGINS = "begins: 2027-03-01 08:00"
HEAD = f"spean: 1\nscenario: tried\ntitle: Tried\n{BEGINS}\nstory:\n  - open: visit\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the small protocol, whose scenarios a test may change."""
    copytree(STORIES, tmp_path / "stories")
    return tmp_path / "stories"


def tried(folder: Path, text: str) -> list[str]:
    """Return what is wrong in one scenario, each as ``line: message``."""
    file = folder / "scenarios" / "tried.yaml"
    file.write_text(text, encoding="utf-8")
    (told,) = run([str(file)]).told
    return [
        *(f"{one.line}: {one.message}" for one in told.faults),
        *(f"{one.place.line}: {one.message}" for one in told.problems),
    ]


def wrong(folder: Path, item: str) -> str:
    """Return the one thing that is wrong in a story whose second item this is."""
    (found,) = tried(folder, f"{HEAD}{item}")
    return found


def whole() -> Report:
    """Return the report on the stories as they are."""
    return run([str(STORIES)])


def test_stories_hold() -> None:
    """The stories that the small protocol tells hold, also one that goes on from another."""
    report = whole()
    assert [one.name for one in report.told] == ["a_visit", "advice_too"]
    assert report.failed == ()


def test_coverage_counts_what_was_lived_through() -> None:
    """Everything but leaving at any step and silence was lived through, and only that is called missing."""
    coverage = whole().coverage
    assert (coverage.percent("steps"), coverage.percent("deadlines"), coverage.percent("forbidden")) == (
        100,
        100,
        100,
    )
    assert coverage.missing("actions") == ["visit.visit.moves_away"]
    assert coverage.percent("actions") == 83.3
    assert coverage.missing("rungs") == [
        "no_news.reminder",
        "no_news.supervisor",
        "no_news.outside",
    ]


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("at: {visit: planned}", "visit is at asked, not at planned."),
        ("at: {advice: talk}", "advice is not open, not at talk."),
        ("unopened: [visit]", "visit was opened; it is at asked."),
        ("ended: {visit: visited}", "visit has not ended; it is at asked."),
        ("closed: [visit]", "visit was not closed."),
        ("case: closed", "The case is open."),
        ("outcome: visited", "The outcome is none yet, not visited."),
        ("facts: {how_it_went: well}", "how_it_went is not known; it should be well."),
        ("clocks: {agree: 2027-03-04 08:00}", "The limit of agree is 2027-03-03 08:00, not 2027-03-04 08:00."),
        ("clocks: {}", "A clock is open that is not expected: visit.asked.agree: 2027-03-03 08:00."),
        ("due: {visit: 2027-03-04 08:00}", "No clock of visit is open; it should be 2027-03-04 08:00."),
        ("no_clock: [agree]", "A clock of agree is open: 2027-03-03 08:00."),
        ("met: [agree]", "agree is open, not met."),
        ("void: [visit]", "visit is never armed, not void."),
        ("told: {agree.reminder: [owner]}", "Nobody was told agree.reminder."),
        ("sent: {agree.reminder: 2027-03-02 08:00}", "agree.reminder was sent never, not 2027-03-02 08:00."),
        (
            "offers: {day_agreed: allowed}",
            "In the way of day_agreed stands consent to visits, reached_at, not nothing.",
        ),
        ("asked_for: [visit]", "Asked for is nothing, not visit."),
        ("tasks: {prepare: open}", "The task prepare is none, not open."),
        ("readers: {notes: [adviser, worker]}", "notes is hidden from worker."),
        ("readers: {advice: [adviser]}", "advice is also known to supervisor."),
        ("readers: {how_it_want: [adviser]}", "There is no field, no track and no consent `how_it_want`."),
        ("at: {visits: asked}", "There is no track `visits`."),
    ],
)
def test_difference_is_told(folder: Path, expected: str, said: str) -> None:
    """Each expectation that is not so is told in one sentence, with its line."""
    assert wrong(folder, f"  - then: {{{expected}}}\n") == f"7: {said}"


def test_unexpected_message_is_told(folder: Path) -> None:
    """`told` names all messages: one that it does not name is a difference, and with `heard` none."""
    item = "  - wait: 1 day\n    then: {%s: {}}\n"
    said = "There was a message that is not expected: visit.asked.agree.reminder to owner."
    assert wrong(folder, item % "told") == f"8: {said}"
    assert tried(folder, HEAD + item % "heard") == []


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("do: day_agree", "No open track offers the action `day_agree` (visit at asked). Did you mean `day_agreed`?"),
        ("do: day_agreed", "`day_agreed` was refused: reached_at, consent to visits."),
        ("record: {reached: now}", "No protocol has the field `reached`. Did you mean `reached_at`?"),
        ("record: {how_it_went: good}", "how_it_went: choose one of: well, badly, unknown."),
        ("record: {reached_at: tomorrow}", TOMORROW),
        ("open: visit", "The case `case` is open already; give this one another name behind `case`."),
        ("until: 2027-02-01", "It is 2027-03-01 08:00 already; time does not run back."),
        ("task: prepare", "No task `prepare` is open."),
        ("agree: visited", "Nothing waits for an answer about `visited`."),
        ("start: visit", "Nobody has asked for `visit`."),
        ("promise: visit", "No clock of `visit` is open."),
        ("{do: moves_away, approved_by: supervisor}", "`moves_away` asks for no approval; take `approved_by` out."),
        ("enrol: visits", "There is no protocol `visits`; there are: visit."),
        ("end_hold: yes", "The case is not on hold."),
        ("{case: sister, do: day_agreed}", "There is no case `sister` in this story; there is: case."),
    ],
)  # fmt: skip
def test_deed_that_cannot_be_done_ends_the_story(folder: Path, item: str, said: str) -> None:
    """What cannot be done is told with its line, and nothing after it is tried."""
    rest = "\n  - then: {case: closed}\n"
    assert wrong(folder, f"  - {item}{rest}") == f"7: {said}"


def test_refusal_must_be_as_told(folder: Path) -> None:
    """An attempt that succeeds, or is refused for other reasons, is a difference."""
    allowed = "  - consent: visits\n  - {try: day_agreed, facts: {reached_at: now}, because: [reached_at]}\n"
    assert wrong(folder, allowed) == "8: `day_agreed` was allowed; it should be refused."
    other = wrong(folder, "  - {try: day_agreed, because: [reached_at]}\n")
    assert other == "7: `day_agreed` was refused because of consent to visits, reached_at; expected was reached_at."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD.replace("tried", "told", 1), "2: The file is called `tried`."),
        (HEAD.replace(f"{BEGINS}\n", ""), "1: A scenario either `begins` at a time or `continues` another one."),
        (HEAD + "  - {do: day_agreed, wait: 1 day}\n", "7: One item does `do` and `wait`; each item does one thing."),
        (HEAD + "  - {does: day_agreed}\n", "7: The key `does` is not known in `1`."),
        (HEAD.replace(BEGINS, "continues: nobody"), "4: There is no scenario `nobody` beside this one."),
        (HEAD.replace(BEGINS, "continues: {scenario: a_visit, until: ever}"), "4: a_visit has no mark `ever`."),
    ],
)  # fmt: skip
def test_file_that_cannot_be_read_says_why(folder: Path, text: str, said: str) -> None:
    """Mistakes in a scenario file are told with their lines, like those in a protocol."""
    assert tried(folder, text)[0] == said


def test_folder_without_scenarios_is_refused(tmp_path: Path) -> None:
    """A folder in which there is no scenario is no success."""
    with pytest.raises(NoScenarioError):
        run([str(tmp_path)])


def test_second_run_of_a_protocol_has_its_own_name(folder: Path) -> None:
    """A story names the second run `visit2`; what it does and looks at there leaves the first alone."""
    story = f"""{HEAD}
  - consent: visits
  - enrol: visit
  - do: day_agreed
    protocol: visit2
    facts: {{reached_at: now}}
  - protocol: visit
    then: {{at: {{visit: asked}}}}
  - protocol: visit2
    then: {{at: {{visit: planned}}}}
"""
    assert tried(folder, story) == []
