"""Mails as they came in: counted by what they are about, read back from their files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.run.mail.queue import messages
from engine.run.mail.words import Saying
from engine.run.setup.office import Office
from engine.store.ports import OutboxRow, Posted
from notifiers.composer import LANGUAGES, MailKind

#: Mails that are about no case: checkpoints, incidents.
NOTICE = "notice to the keeper"


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as it lies in its file."""

    file: Path
    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Mailbag:
    """All mails that came in. ``kinds``: how many of each; ``escalations``: one in each language, if there is one."""

    kinds: Mapping[str, int]
    escalations: Mapping[str, Letter]

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self.kinds.values())


def open_mailbag(office: Office, folder: Path, case: str) -> Mailbag:
    """Return the mails in a folder; the escalations are the newest about this case, else about any.

    Where one escalation went out in every language, it is that one.
    """
    files = dict(_files(folder))
    about = _about(office)
    kinds = {id_: _kind(office, about.get(id_, ())) for id_ in files}
    found = [about[id_][0] for id_, kind in kinds.items() if kind == MailKind.ESCALATION.value]
    found.sort(key=lambda row: (row.case == case, row.number), reverse=True)
    written = [dict(_languages(office, row, kinds, files)) for row in dict.fromkeys(found)]
    first = next((one for one in written if len(one) == len(LANGUAGES)), {})
    for one in written:
        first = {**one, **first}
    return Mailbag(dict(Counter(kinds.values()).most_common()), {name: read_letter(first[name]) for name in first})


def read_letter(path: Path) -> Letter:
    """Return a mail from its file. Raises OSError."""
    read = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = read.get_body(("plain",))
    return Letter(path, str(read["To"]), str(read["Subject"]), "" if body is None else body.get_content())


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the id of each mail with its file, in the order in which they came in."""
    for path in sorted(folder.glob("*.eml")):
        with path.open("rb") as file:
            line = next((line for line in file if line.startswith(b"Message-ID:")), b"")
        yield line.decode("ascii").partition(":")[2].strip().strip("<>"), path


def _about(office: Office) -> dict[str, list[OutboxRow]]:
    """Return the messages that each mail which was sent is about, by its id."""
    found: dict[str, list[OutboxRow]] = {}
    for row in messages(office.outbox, None):
        for mail in row.deliveries:
            if mail.status is Posted.SENT:
                found.setdefault(mail.message_id, []).append(row)
    return found


def _kind(office: Office, rows: Sequence[OutboxRow]) -> str:
    """Return what a mail is that is about these messages."""
    if not rows:
        return NOTICE
    if len(rows) > 1:
        return MailKind.DIGEST.value
    message, case, library = rows[0].message, office.cases.case(rows[0].case), office.registry.library()
    return Saying(message, case, library, ZoneInfo("UTC"), message.at).kind.value


def _languages(
    office: Office, row: OutboxRow, kinds: Mapping[str, str], files: Mapping[str, Path]
) -> Iterator[tuple[str, Path]]:
    """Yield the mails about one message alone, each with the language of who reads it."""
    users = office.people.now().users
    for mail in row.deliveries:
        if mail.user in users and kinds.get(mail.message_id) == MailKind.ESCALATION.value:
            yield users[mail.user].language, files[mail.message_id]
