"""The office of the demo: founded in a folder of its own with the invented people of the examples, and left there.

A folder in which an earlier demo lived is made anew; anything else that lies there is never touched.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from engine.core.errors import SpeanError
from engine.core.people.commands import VerifyAddress
from engine.core.people.rehearsal import import_office
from engine.run.setup.founding import found_office
from engine.run.setup.lacking import check_organisation
from engine.run.setup.office import Office, open_office
from engine.run.setup.settings import FILE, MailSettings
from engine.run.story.virtual import VirtualTime
from notifiers.sink import HOST, Sink

#: Lies in the folder of a demo's office: only such a folder is made anew.
MARK = "made-by-spean-demo.txt"
#: Where mails are kept, below the folder of the office.
MAIL = "mail"
#: What links in mails begin with, where no pages are served.
LINK = "https://spean.example.org"
_DUTY, _KEEPER, _SENDER = "duty@example.org", "keeper@example.org", "spean@example.org"
_MARK = "The office of a demo, with invented people. `spean demo` makes this folder anew; keep nothing here.\n"
_SETTINGS = """\
# The office of a demo: invented people, time that stands still. Look at it with the commands that the demo showed.

[office]
duty_address = "{duty}"
administrator = "{keeper}"
link = "{link}"
stands_at = "{instant}"           # only a simulation has this line; without it the clock of the machine counts

[mail]
kind = "file"                     # during the demo they went over SMTP to a server on this machine
folder = "{mail}"
sender = "{sender}"
"""


class PremisesError(SpeanError):
    """The office of the demo cannot be made; the message says why."""


@contextmanager
def premises(folder: Path, protocols: Path | None, time: VirtualTime, link: str = LINK) -> Iterator[Office]:
    """Give a new office whose mail goes over SMTP to a server that keeps it; close both. The folder stays.

    ``link``: what links in mails begin with.

    Raises PremisesError, and what founding an office raises.
    """
    _clear(folder)
    _found(folder, protocols, time, link)
    sink = Sink(folder / MAIL)
    sink.start()
    office = open_office(str(folder), time=time)
    mail = MailSettings(kind="smtp", host=HOST, port=sink.port, security="none", sender=_SENDER)
    office.settings = replace(office.settings, mail=mail)
    try:
        check_organisation(office)
        yield office
    finally:
        office.close()
        sink.stop()


def stand_still(folder: Path, instant: datetime, link: str = LINK) -> None:
    """Write the settings anew, so that every command finds the office as it is at this instant (UTC)."""
    known = {"duty": _DUTY, "keeper": _KEEPER, "sender": _SENDER, "mail": MAIL, "link": link}
    text = _SETTINGS.format(**known, instant=instant.isoformat())
    (folder / FILE).write_text(text, encoding="utf-8")


def _clear(folder: Path) -> None:
    """Take the office of an earlier demo away, and nothing else."""
    if (folder / MARK).is_file() and (folder / FILE).is_file() and not folder.is_symlink():
        shutil.rmtree(folder)


def _found(folder: Path, protocols: Path | None, time: VirtualTime, link: str) -> None:
    lists = _lists()
    office = found_office(folder, protocols, duty_address=_DUTY, administrator=_KEEPER, simulation=True, time=time)
    try:
        (folder / MARK).write_text(_MARK, encoding="utf-8")
        stand_still(folder, time.now(), link)
        _fill(office, *lists)
    finally:
        office.close()


def _lists() -> tuple[str, str]:
    """Return the lists of agencies and of people that come with Spean: beside the program, or in its data files."""
    beside = Path(__file__).parents[3] / "examples" / "office"
    folder = beside if beside.is_dir() else Path(sys.prefix) / "share" / "spean" / "office"
    try:
        agencies, people = ((folder / name).read_text(encoding="utf-8") for name in ("agencies.csv", "people.csv"))
    except OSError as error:
        raise PremisesError(f"{folder}: the lists of invented people are not there; install Spean anew.") from error
    return agencies, people


def _fill(office: Office, agencies: str, people: str) -> None:
    """Let everybody of the lists work in the office; their invented addresses are vouched for."""
    now = office.time.now()
    found = import_office(office.people.now(), now, agencies=agencies, people=people)
    flaws = (*found.of_agencies, *found.of_people)
    if flaws:
        raise PremisesError(f"The lists of invented people cannot be read: {flaws[0]}")
    vouched = [VerifyAddress(by="init", user=one.id, address=one.email) for one in found.directory.users.values()]
    office.people.change([*found.commands, *vouched], now)
