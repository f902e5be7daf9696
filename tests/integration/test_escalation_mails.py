"""Every mail of one escalation, from a shipped protocol in which nobody acts, as each recipient reads it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from syrupy.assertion import SnapshotAssertion

from engine.core.case.commands import Actor, OpenCase
from engine.core.case.effects import Message
from engine.core.people.reach import Recipient, Why
from engine.run.mail.words import Saying
from engine.run.protocols.files import load
from engine.run.story.virtual import Simulation
from notifiers.composer import LANGUAGES, Composer, Words
from notifiers.letter import build, link_to
from tests.builders.mails import bodies, mail, parsed
from tests.documents import ROOT

CASE = "RH-27-014"
STALLED = "support.pre_integration.assessed"
OPENED = datetime(2027, 3, 1, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Phnom_Penh")
WHO = ["owner", "owner", "supervisor", "provincial_focal", "national_coordinator", "external_protection"]
RUNGS = ["reminder_1", "reminder_2", "supervisor", "province", "national", "independent"]


class Stalled:
    """A case of the shipped reintegration protocol that was opened and then forgotten."""

    def __init__(self) -> None:
        protocol, self.library = load(str(ROOT / "protocols" / "reintegration.yaml"))
        self.protocol = protocol
        self._run = Simulation(self.library, OPENED)
        worker = Actor("sok_dara", frozenset({"case_manager"}))
        self._run.do(CASE, OpenCase(actor=worker, enrolment="run", meaning=protocol.meaning))

    def mails(self, language: str) -> Iterator[tuple[Message, Words]]:
        """Yield each first message of the escalation with its mail, as it is written when it is due."""
        seen: set[str] = set()
        for _ in range(200):
            self._run.run(self._run.time.now() + timedelta(hours=6))
            for row in self._run.store.messages(500):
                message = row.message
                if message.deadline == STALLED and message.rung not in seen:
                    seen.add(message.rung)
                    yield message, self._written(message, language)

    def _written(self, message: Message, language: str) -> Words:
        saying = Saying(message, self._run.store.case(CASE), self.library, ZONE, message.at)
        role = "case_manager" if message.to == "owner" else message.to
        reader = Recipient(role, f"{role}@example.org", language, role, Why.ROLE)
        link = link_to("https://spean.example.org", "case", CASE)
        return Composer().compose(saying.kind, language, saying.variables(reader), link)


def _whole(message: Message, words: Words) -> str:
    """Return all of a mail: what its headers are on the way, and both its bodies as they are read."""
    sent = mail(subject=words.subject, text=words.text, html=words.html, at=message.at)
    data = build(sent)
    head = data.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n", "\n")
    return "\n\n".join([head, words.subject, *bodies(parsed(data))])


@pytest.mark.parametrize("language", LANGUAGES)
def test_escalation_reads_as_it_was_read_by_eye(language: str, snapshot: SnapshotAssertion) -> None:
    """Two reminders, then supervisor, province, national, independent: each says what was read by eye."""
    mails = list(Stalled().mails(language))
    assert [message.rung for message, _ in mails] == RUNGS
    assert [message.to for message, _ in mails] == WHO
    for message, words in mails:
        assert _whole(message, words) == snapshot(name=f"{language} {message.rung}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_escalation_tells_no_step_and_no_action(language: str) -> None:
    """No title or id of a step, task, field or action of the protocol stands in a mail; each can be sent."""
    stalled = Stalled()
    titles = set(_telling(stalled, language))
    assert len(titles) > 50
    for _, words in stalled.mails(language):
        sent = parsed(build(mail(subject=words.subject, text=words.text, html=words.html)))
        read = f"{sent['Subject']}\n{words.text}"
        assert [title for title in titles if title in read] == []


def _telling(stalled: Stalled, language: str) -> Iterator[str]:
    """Yield every id and title that would tell what the case is about; short ones may be ordinary words."""
    for track in stalled.protocol.tracks.values():
        for step in track.steps.values():
            titles = [step.title, *(action.title for action in step.actions.values())]
            ids = [step.id, *step.actions, *step.tasks]
            yield from (text for text in (*ids, *(title.get(language, "") for title in titles)) if len(text) > 6)
