"""Founding an office: its folder with settings, keys, protocols and database, made whole or taken away again."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.core.errors import SpeanError
from engine.core.people.commands import SetDutyAddress
from engine.run.setup.installing import install_folder
from engine.run.setup.office import Office, open_office
from engine.run.setup.settings import FILE
from engine.store.keyring import FileKeyring, make_master
from engine.store.ports import Time
from engine.store.sql import schema
from engine.store.sql.database import Database
from engine.store.sql.meta import SIMULATION, Meta

_SETTINGS = """\
# The settings of this office. `spean worker` reads them when it starts.

[office]
duty_address = "{duty_address}"   # always read by somebody, at any hour
administrator = "{administrator}" # gets incidents and checkpoints
link = ""                         # what links in mails begin with, like "https://spean.example.org"
language = "en"
zone = "Asia/Phnom_Penh"

[mail]
kind = "file"                     # "file": mails are written into a folder; "smtp": they are sent
folder = "mail"
# kind = "smtp"
# host = "mail.example.org"
# port = 587
# security = "starttls"           # or "tls"; "none" only for a server on this machine
# user = "spean"
# password_file = "keys/mail-password"
# sender = "spean@example.org"

[worker]
tick_seconds = 15
"""


class FoundingError(SpeanError):
    """The office cannot be made there; the message says why."""


def found_office(
    folder: Path,
    protocols: Path | None,
    *,
    duty_address: str,
    administrator: str = "",
    simulation: bool = False,
    time: Time | None = None,
) -> Office:
    """Make an office in a new or empty folder and return it. Raises FoundingError, and what its parts raise.

    ``protocols``: a folder with protocol files, which is copied; None: the one that comes with Spean.
    """
    source = protocols or shipped_protocols()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FoundingError(f"{folder}: there is something already; name a new or empty folder.")
    if not source.is_dir():
        raise FoundingError(f"{source}: there are no protocols; name their folder with --protocols.")
    with _whole(folder):
        for name in ("data", "keys", "mail", "templates"):
            (folder / name).mkdir(parents=True)
        for name in ("data", "keys", "mail"):  # whoever else works on this machine reads none of it
            (folder / name).chmod(0o700)
        shutil.copytree(source, folder / "protocols", ignore=shutil.ignore_patterns("*.pyc", "__pycache__"))
        text = _SETTINGS.format(duty_address=_plain(duty_address), administrator=_plain(administrator))
        (folder / FILE).write_text(text, encoding="utf-8")
        master = make_master(folder / "keys" / "master.key")
        office = open_office(str(folder), time=time)
        FileKeyring(office.settings.path(office.settings.office.keys), master, create=True).close()
        _make_database(office, simulation=simulation)
        office.people.change([SetDutyAddress(by="init", address=duty_address)], office.time.now())
        install_folder(office, folder / "protocols", by="init")
    return office


def shipped_protocols() -> Path:
    """Return the folder of protocols that comes with Spean: beside the program, or among its data files."""
    beside = Path(__file__).parents[3] / "protocols"
    return beside if beside.is_dir() else Path(sys.prefix) / "share" / "spean" / "protocols"


def _make_database(office: Office, *, simulation: bool) -> None:
    database = Database(office.settings.database_url, create=True)
    try:
        schema.upgrade(database)
        Meta(database).put(SIMULATION, "yes" if simulation else "no")
    finally:
        database.close()


def _plain(text: str) -> str:
    """Return a text that can stand in quotes in the settings."""
    if any(sign in text for sign in '"\\\n\r'):
        raise FoundingError("An address holds no quotes, backslashes or line ends.")
    return text


@contextmanager
def _whole(folder: Path) -> Iterator[None]:
    """Take away what was made if anything goes wrong: half an office is worse than none."""
    existed = folder.exists()
    try:
        yield
    except BaseException:
        if existed:
            for one in folder.iterdir():
                shutil.rmtree(one) if one.is_dir() else one.unlink()
        else:
            shutil.rmtree(folder, ignore_errors=True)
        raise
