"""The demo lives in a real office: what it tells is what the database, the mails and the commands say."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from engine.core.case.events import ActionTaken, AttemptRefused
from engine.core.errors import SpeanError
from engine.run.cases.timeline import line_of
from engine.run.cli import run
from engine.run.cli.demo import parts, show_story
from engine.run.mail.queue import messages
from engine.run.setup.founding import FoundingError
from engine.run.setup.office import Office, open_office
from engine.run.setup.settings import FILE, SettingsError
from engine.run.story.demo import START, Story, tell_story
from engine.run.story.mails import NOTICE
from engine.run.story.premises import MARK
from engine.store.ports import Posted
from engine.store.sql.meta import SIMULATION

pytestmark = pytest.mark.xdist_group("demo")
#: One of these is forgotten after a month.
PEOPLE, UNTIL = 4, START + timedelta(days=100, minutes=30)


def told(folder: Path, people: int = PEOPLE) -> Story:
    """Return a smaller story, lived in this folder."""
    return tell_story(folder, None, lambda _done, _total: None, people=people, until=UNTIL)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """One story for all tests of this file, which only look at it."""
    return told(tmp_path_factory.mktemp("demo") / "office")


@pytest.fixture
def office(story: Story) -> Iterator[Office]:
    """The office of the story, opened as any command opens it."""
    found = open_office(str(story.folder))
    yield found
    found.close()


def mails(story: Story) -> list[EmailMessage]:
    """Return every mail, read from its file."""
    paths = sorted(story.mail.glob("*.eml"))
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]


def words(mail: EmailMessage) -> str:
    """Return everything that somebody can read of a mail."""
    bodies = (mail.get_body((kind,)) for kind in ("plain", "html"))
    return "\n".join([str(mail["Subject"]), *(body.get_content() for body in bodies if body is not None)])


def test_every_mail_is_a_whole_one_to_somebody_of_the_office(story: Story, office: Office) -> None:
    """Each file holds one mail without defects, under an id of its own, to an address that the office knows."""
    found = mails(story)
    known = {user.email for user in office.people.now().users.values()}
    known |= {agency.duty_address for agency in office.people.now().agencies.values()}
    known |= {office.people.now().duty_address, office.settings.office.administrator}
    assert len(found) == story.mails.count > 100
    assert len({str(mail["Message-ID"]) for mail in found}) == len(found)
    assert all(str(mail["To"]) in known and str(mail["Subject"]) for mail in found)
    assert not any(part.defects for mail in found for part in mail.walk())
    assert {"escalation", "reminder", "digest"} <= set(story.mails.kinds)


def test_no_mail_tells_anything_private(story: Story, office: Office) -> None:
    """No answer in somebody's words, no name of anybody and no step stands in a mail."""
    cases = [office.cases.case(code) for code in office.cases.cases()]
    runs = [one for case in cases for one in case.enrolments.values()]
    facts = [*(case.facts for case in cases), *(one.facts for one in runs)]
    answers = [fact.value for one in facts for fact in one.values()]
    steps = {step for one in runs for state in one.tracks.values() for step in state.reached if "_" in step}
    names = {user.name for user in office.people.now().users.values()}
    assert "invented" in answers
    assert {step for step in steps if len(step) > 10}
    for mail in mails(story):
        assert [text for text in {"invented", *names, *steps} if text in words(mail)] == []


def test_nothing_that_is_due_is_left_unsent(office: Office) -> None:
    """At the end no message is due, none was given up, and no incident is open."""
    waiting = office.outbox.oldest()
    assert waiting is None or waiting > office.time.now()
    assert not list(messages(office.outbox, Posted.DEAD))
    assert not office.incidents.all(open_only=True)


def test_people_do_only_what_the_office_lets_them_do(office: Office) -> None:
    """Each action was taken by somebody of the directory, or by itself; nobody tried what is not hers."""
    users = set(office.people.now().users)
    events = [event for code in office.cases.cases() for event in office.cases.journal(code)]
    actions = [event for event in events if isinstance(event, ActionTaken)]
    assert len({event.by for event in actions if not event.automatic}) > 1
    assert {event.by for event in actions if not event.automatic} <= users
    assert not [event for event in events if isinstance(event, AttemptRefused)]


def test_shown_commands_answer_what_was_shown(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command that the demo prints works afterwards, and answers the same."""
    for part in parts(story):
        program, *typed = shlex.split(part.command)
        assert program == "spean"
        assert run([*typed, "--format", "json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert answer == {name: part.document[name] for name in answer}, part.name
        assert answer.values()


def test_a_forgotten_case_is_overlooked_by_nobody(story: Story) -> None:
    """It is on the list of whoever is above, with limits passed and somebody told within the last days."""
    stalled = next(part.document["stalled"] for part in parts(story) if part.name == "stalled")
    forgotten = [one for one in stalled if one["case"] == story.case]
    assert forgotten
    assert max(one["limits_passed"] for one in forgotten) > 0
    assert max(one["at"] or "" for one in forgotten) > (story.until - timedelta(days=2)).isoformat()


def test_stalled_counts_whole_days_of_what_one_may_see(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    """`spean case stalled` begins with the day that is asked for; who has no role in a case does not see it."""

    def stalled(user: str, days: int) -> list[tuple[str, str, int]]:
        typed = ("case", "stalled", "--days", str(days), "--office", str(story.folder), "--as", user)
        assert run([*typed, "--format", "json"]) == 0
        found = json.loads(capsys.readouterr().out)["stalled"]
        return [(one["case"], one["track"], one["days"]) for one in found]

    first = stalled(story.overseer, 0)[0]
    assert first in stalled(story.overseer, first[2])
    assert first not in stalled(story.overseer, first[2] + 1)
    assert stalled("meas_kolap", 0) == []


def test_nothing_was_changed_beside_the_program(story: Story) -> None:
    """`verify` finds nothing, against the published checkpoints, of which the keeper got each by mail."""
    found = next(part.document for part in parts(story) if part.name == "verify")
    assert found["is_clean"]
    assert found["cases"] == story.cases == PEOPLE
    assert found["published_checkpoints"] == found["checkpoints"] == story.mails.kinds[NOTICE] > 30


def test_text_and_document_say_the_same(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    """The text shows every command of the document, the English escalation whole and the Khmer one in part."""
    assert show_story(story, as_json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert show_story(story, as_json=False) == 0
    text = capsys.readouterr().out
    for name in ("worklist", "stalled", "timeline", "limit", "verify"):
        assert f"$ {document[name]['command']}\n" in text
    letters = document["mails"]["escalations"]
    assert [line for line in letters["en"]["text"].splitlines() if line not in text] == []
    assert letters["km"]["subject"] in text
    assert Path(letters["km"]["file"]).is_file()


def test_equal_seeds_tell_equal_stories(story: Story, office: Office, tmp_path: Path) -> None:
    """A second demo in another folder: the same cases, timelines and mails, line by line."""
    again = told(tmp_path / "office")
    other = open_office(str(again.folder))
    try:
        assert _timelines(other) == _timelines(office)
    finally:
        other.close()
    assert [(str(mail["To"]), _same(words(mail))) for mail in mails(again)] == [
        (str(mail["To"]), _same(words(mail))) for mail in mails(story)
    ]


def _timelines(office: Office) -> list[tuple[str, str, str, str]]:
    codes = office.cases.cases()
    events = [(code, event) for code in codes for event in office.cases.journal(code)]
    return [(code, event.at.isoformat(), event.by, line_of(event)) for code, event in events]


def _same(text: str) -> str:
    """Return the words of a mail, but for what is sealed with other keys: promises, and what checkpoints count."""
    return "" if "checkpoint" in text.lower() else re.sub(r"/handle/[\w-]+", "/handle/", text)


def test_a_second_demo_takes_the_place_of_the_first_and_of_nothing_else(tmp_path: Path) -> None:
    """A folder that an earlier demo made is made anew; any other one that holds something is left alone."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "diary.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(FoundingError):
        told(mine, people=1)
    assert [path.name for path in mine.iterdir()] == ["diary.txt"]
    folder = tmp_path / "office"
    first = told(folder, people=1)
    assert (folder / MARK).is_file()
    assert told(folder, people=1).mails.count == first.mails.count


def test_protocols_that_nobody_of_the_office_follows_are_told_in_a_sentence(tmp_path: Path) -> None:
    """Where the invented people cannot work by the protocols, the demo says so and does not pretend."""
    with pytest.raises(SpeanError) as told_so:
        tell_story(tmp_path / "office", Path("examples/tutorial"), lambda _done, _total: None, people=1, until=UNTIL)
    assert str(told_so.value).count("\n") == 0


def test_time_stands_still_only_in_a_simulation(story: Story, office: Office) -> None:
    """Commands find the office as it was at the end; an office of real people refuses such a setting."""
    assert office.time.now() == story.until
    office.meta.put(SIMULATION, "no")
    real = open_office(str(story.folder))
    with pytest.raises(SettingsError, match="only for a simulation"):
        _ = real.database
    office.meta.put(SIMULATION, "yes")
    assert 'stands_at = "' in (story.folder / FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize("instant", ["soon", "2027-05-03", "2027-05-03T08:30:00", "0001-01-01T00:00:00+14:00"])
def test_an_instant_without_its_offset_is_refused(instant: str, tmp_path: Path) -> None:
    """The sentence names the setting and shows how it is written."""
    (tmp_path / FILE).write_text(f'[office]\nstands_at = "{instant}"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"office.stands_at must be an instant with its offset"):
        open_office(str(tmp_path))
