"""The settings of an office: one file, ``spean.toml``, in the office's folder. Every mistake of it is told at once.

Paths are relative to the folder. What a machine says for itself stands in the environment: SPEAN_HOME (the folder)
and SPEAN_MASTER_KEY_FILE (where the master key is, for instance a credential that the system hands over).
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from engine.core.errors import SpeanError
from notifiers.letter import is_link

FILE = "spean.toml"
HOME, MASTER_KEY_FILE = "SPEAN_HOME", "SPEAN_MASTER_KEY_FILE"
SECURITIES = ("starttls", "tls", "none")


class SettingsError(SpeanError):
    """The settings have mistakes; the message lists them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSettings:
    """Where things are, who is always reached, what links begin with.

    ``scanner``: the socket of a clamd on this machine, or its ``host:port``; without one no document is scanned.
    ``stands_at``: only in a simulation, the instant (with its offset from UTC) at which time stands still.
    """

    database: str = "sqlite:///data/spean.db"
    keys: str = "keys/persons.db"
    master_key: str = "keys/master.key"
    protocols: str = "protocols"
    templates: str = "templates"
    checkpoints: str = "checkpoints.txt"
    duty_address: str = ""
    administrator: str = ""
    link: str = ""
    language: str = "en"
    zone: str = "Asia/Phnom_Penh"
    scanner: str = ""
    stands_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """How mail leaves. ``security``: ``starttls``, ``tls``, or ``none``, for a server on this machine only.

    ``timeout``: seconds that the server may take for one answer.
    """

    kind: str = "file"
    folder: str = "mail"
    host: str = "localhost"
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password_file: str = ""
    sender: str = ""
    ca_file: str = ""
    timeout: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """How often the worker looks (seconds), and when it holds everything but urgent rungs back."""

    tick_seconds: int = 15
    batch: int = 100
    brake_after_hours: int = 24
    brake_share_percent: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """How calls leave. ``allowed_hosts``: names, with spaces between, that may have an address inside a network.

    ``ca_file``: the authorities to trust instead of those of this machine.
    """

    allowed_hosts: str = ""
    ca_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, with the folder they belong to."""

    folder: Path
    office: OfficeSettings = OfficeSettings()
    mail: MailSettings = MailSettings()
    worker: WorkerSettings = WorkerSettings()
    webhooks: WebhookSettings = WebhookSettings()
    environment: Mapping[str, str] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        """Return a path of the settings, relative ones from the office's folder."""
        return self.folder / name

    @property
    def database_url(self) -> str:
        """The database, its file as an absolute path."""
        kind, _, rest = self.office.database.partition(":///")
        return f"{kind}:///{self.folder / rest}" if kind == "sqlite" and rest else self.office.database

    @property
    def stands_at(self) -> datetime | None:
        """The instant (UTC) at which time stands still; None where it goes on."""
        return _instant(self.office.stands_at)

    @property
    def master_key_file(self) -> Path:
        """Where the master key is: as the environment says, else as the settings say."""
        return self.path(self.environment.get(MASTER_KEY_FILE) or self.office.master_key)


def office_folder(given: str, environment: Mapping[str, str] = os.environ) -> Path:
    """Return the office's folder: as given, as SPEAN_HOME says, else this folder. Raises SettingsError."""
    folder = Path(given or environment.get(HOME) or ".").absolute()
    if not (folder / FILE).is_file():
        raise SettingsError(
            f"{folder}: here is no {FILE}. Go into the office's folder, name it with --office or {HOME},"
            " or make one with `spean init`."
        )
    return folder


def load_settings(folder: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of a folder. Raises SettingsError with every mistake in it."""
    path = folder / FILE
    try:
        with path.open("rb") as file:
            tables = tomllib.load(file)
    except OSError as error:
        raise SettingsError(f"{path}: the settings cannot be read ({(error.strerror or '').lower()}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: this is no TOML ({error}).") from error
    mistakes: list[str] = []
    parts = {name: _part(kind, name, tables.pop(name, {}), mistakes) for name, kind in _PARTS.items()}
    mistakes += [f"[{name}] is unknown{_meant(name, _PARTS)}" for name in tables]
    if mistakes:
        raise SettingsError(f"{path}: " + " ".join(f"{one}." for one in mistakes))
    given = {name: environment[name] for name in (HOME, MASTER_KEY_FILE) if name in environment}
    return Settings(folder=folder, environment=given, **parts)


_PARTS: dict[str, type[Any]] = {
    "office": OfficeSettings,
    "mail": MailSettings,
    "worker": WorkerSettings,
    "webhooks": WebhookSettings,
}
_CHOICES: dict[str, tuple[str, ...]] = {"kind": ("file", "smtp"), "security": SECURITIES, "language": ("en", "km")}


#: The largest number that makes sense; seconds, cases, hours, per cent, a port.
_MOST = {
    "tick_seconds": 3600,
    "batch": 10_000,
    "brake_after_hours": 24 * 365,
    "brake_share_percent": 100,
    "port": 65535,
    "timeout": 300,
}
_FOLDERS_OF_THEIR_OWN = ("protocols", "templates")
_NAMES_A_PLACE = ("database", "keys", "master_key", *_FOLDERS_OF_THEIR_OWN, "checkpoints", "folder", "host")


def _part(kind: type[Any], name: str, table: Any, mistakes: list[str]) -> Any:
    if not isinstance(table, dict):
        mistakes.append(f"{name} must be a table: write [{name}] on a line of its own")
        return kind()
    known = {one.name: one for one in fields(kind)}
    given: dict[str, Any] = {}
    for key, value in table.items():
        wrong = _wrong(key, value, known)
        if wrong:
            mistakes.append(f"{name}.{key} {wrong}")
        else:
            given[key] = value
    return kind(**given)


def _wrong(key: str, value: Any, known: Mapping[str, Any]) -> str:
    if key not in known:
        return f"is unknown{_meant(key, known)}"
    wanted = type(known[key].default) if known[key].default is not MISSING else str
    if type(value) is not wanted:
        return "must be a whole number" if wanted is int else 'must be text in quotes, like "this"'
    if key in _CHOICES and value not in _CHOICES[key]:
        return f"must be one of {', '.join(_CHOICES[key])}"
    return _wrong_number(key, value) if isinstance(value, int) else _wrong_text(key, value)


def _wrong_number(key: str, value: int) -> str:
    if value <= 0:
        return "must be greater than zero"
    return f"must be at most {_MOST[key]}" if value > _MOST[key] else ""


def _wrong_text(key: str, value: str) -> str:
    """Say what is wrong with a text: one that would be found out only when somebody needs what it names."""
    if not all(sign.isprintable() for sign in value):
        return "has an invisible or unwritable character in it"
    if key in _NAMES_A_PLACE and not value.strip():
        return "must not be empty; leave the line out for what is usual"
    if key in _FOLDERS_OF_THEIR_OWN and Path(value) == Path():
        return "must be a folder of its own; in the office's folder lie the keys, too"
    if key == "zone" and not _is_zone(value):
        return f"is no time zone{_meant(value, available_timezones())}"
    if key in _FORMS and value and not _FORMS[key][0](value):
        return _FORMS[key][1]
    return ""


def _is_zone(value: str) -> bool:
    try:
        return bool(ZoneInfo(value).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _instant(text: str) -> datetime | None:
    """Return an aware instant in UTC; None where the text is none."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


#: What a text must be that may be left empty, and how to say so.
_FORMS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "link": (is_link, "must begin with https:// or http:// and name a host, without user, ? and #"),
    "stands_at": (
        lambda text: _instant(text) is not None,
        'must be an instant with its offset from UTC, like "2027-07-05T08:00:00+07:00"',
    ),
}


def _meant(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name[:100], known, n=1)
    return f" (did you mean {near[0]}?)" if near else ""
