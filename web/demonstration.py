"""A demonstration to look at in a browser: an office of invented people whose last months end now, with accounts.

It is made once and kept in its folder; the next start goes on with it. Everybody has the same password, and the page
of the second factor shows the code: nobody has an authenticator for invented people.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine.core.people.directory import ADMINISTRATOR
from engine.run.accounts.codes import new_factor
from engine.run.setup.office import Office, open_office
from engine.run.setup.settings import FILE, MailSettings
from engine.run.story.days import Progress
from engine.run.story.demo import tell_story
from engine.run.story.premises import MAIL
from notifiers.sink import HOST, Sink
from web.desk import Desk

PASSWORD = "calm river under the bridge"  # noqa: S105 - of invented people, and printed
#: Lies in the folder once it is whole.
_WHOLE = "made-by-spean-serve.txt"
_MONTHS = timedelta(days=100)
_SENDER = "spean@example.org"
#: Whom to try first, and what they are.
_SHOWN = (
    "administrator",
    "case_manager",
    "supervisor",
    "provincial_focal",
    "medical_officer",
    "shelter_manager",
    "legal_counsel",
    "intake_officer",
    "data_protection_officer",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An account to log in with."""

    user: str
    name: str
    role: str


def make(folder: Path, progress: Progress, port: int) -> None:
    """Make the office of the demonstration, unless it is there already. Raises what the story raises.

    ``port``: where its pages will be, so that the links in its mails lead there.
    """
    if (folder / _WHOLE).is_file():
        return
    if folder.exists() and (folder / FILE).is_file():
        shutil.rmtree(folder)  # an earlier start broke off in the middle
    now = datetime.now(UTC).replace(microsecond=0)
    tell_story(folder, None, progress, start=now - _MONTHS, until=now, link=_link(port))
    settings = folder / FILE
    lines = settings.read_text(encoding="utf-8").splitlines(keepends=True)
    settings.write_text("".join(one for one in lines if not one.startswith("stands_at")), encoding="utf-8")
    office = open_office(str(folder))
    try:
        for user in office.people.now().users.values():
            Desk(office).entrance.establish(user.id, PASSWORD, new_factor())
    finally:
        office.close()
    (folder / _WHOLE).write_text("The office of `make serve`, with invented people.\n", encoding="utf-8")


def _link(port: int) -> str:
    return f"http://127.0.0.1:{port}"


@contextmanager
def opened(folder: Path, port: int) -> Iterator[Office]:
    """Give the office, its mail going to a server on this machine that keeps it."""
    sink = Sink(folder / MAIL)
    sink.start()
    office = open_office(str(folder))
    mail = MailSettings(kind="smtp", host=HOST, port=sink.port, security="none", sender=_SENDER)
    link = replace(office.settings.office, link=_link(port))
    office.settings = replace(office.settings, mail=mail, office=link)
    try:
        office.keyring.refresh()
        yield office
    finally:
        office.close()
        sink.stop()


def accounts(office: Office) -> Sequence[Shown]:
    """Return one account for each of the roles that people try first."""
    directory, now = office.people.now(), office.time.now()
    given = [one for one in directory.memberships.values() if one.holds(now)]
    busy = {holder for code in office.cases.cases() for holder in office.cases.case(code).holders.values()}
    found: list[Shown] = []
    for role in _SHOWN:
        named = {one.user for one in found}
        users = sorted(
            {one.user for one in given if one.role == role}, key=lambda user: (user in named, user not in busy, user)
        )
        if role == "supervisor":
            users = sorted({directory.supervisor(one, now) or "" for one in busy} - {""})
        if users:
            found.append(Shown(users[0], directory.users[users[0]].name, role.replace("_", " ")))
    return found or [Shown(user, one.name, ADMINISTRATOR) for user, one in list(directory.users.items())[:1]]
