"""`spean init` and settings: an office is made whole or not at all, and every wrong setting is named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from engine.run.cli import run
from tests.support.office import small_protocols
from tests.support.typed import files, names, refused

DUTY = ("--duty-address", "duty@example.org")
Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def protocols(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of protocols."""
    return small_protocols(tmp_path_factory.mktemp("protocols") / "protocols")


@pytest.fixture(scope="module")
def made(protocols: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an office as `spean init` makes it."""
    folder = tmp_path_factory.mktemp("made") / "office"
    assert run(["init", str(folder), *DUTY, "--simulation", "--protocols", str(protocols)]) == 0
    return folder


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    """Return what types a command. No answer ever holds a traceback or calls bad input a mistake in Spean."""

    def type_(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert "mistake in Spean" not in said.err
        return code, said.out, said.err

    return type_


# ---- init --------------------------------------------------------------------------------------------------------


def test_an_office_is_made_and_what_comes_next_is_said(protocols: Path, tmp_path: Path, typed: Typed) -> None:
    """Settings, keys, protocols, database; keys, data and mails are closed to others; the key's place is named."""
    folder = tmp_path / "new" / "office"
    code, out, errors = typed("init", folder, *DUTY, "--protocols", protocols)
    assert (code, errors) == (0, "")
    assert str(folder / "keys" / "master.key") in out
    assert "raid, visit: drafts, which run on invented people only" in out
    assert names(folder) == ["data", "keys", "mail", "protocols", "spean.toml", "templates"]
    for name in ("data", "keys", "mail", "keys/master.key", "keys/persons.db"):
        assert (folder / name).stat().st_mode & 0o077 == 0, name
    assert typed("verify", "--office", folder)[0] == 0


def test_init_answers_programs(protocols: Path, tmp_path: Path, typed: Typed) -> None:
    """One JSON document says what was made; the key itself stands nowhere in it."""
    folder = tmp_path / "office"
    code, out, _ = typed("init", folder, *DUTY, "--protocols", protocols, "--simulation", "--format", "json")
    document = json.loads(out)
    assert code == 0
    assert document["protocols"] == ["raid 2026.1", "visit 2026.1"]
    assert document["simulation"] is True
    assert (folder / "keys" / "master.key").read_text().strip() not in out


def test_an_empty_folder_serves(protocols: Path, tmp_path: Path, typed: Typed) -> None:
    """A folder that somebody made beforehand, with its rights, is used."""
    (tmp_path / "office").mkdir()
    assert typed("init", tmp_path / "office", *DUTY, "--protocols", protocols)[0] == 0


def test_nothing_is_made_over_anything(made: Path, protocols: Path, tmp_path: Path, typed: Typed) -> None:
    """An office, a folder with a file, a file: each is refused and stays as it is."""
    (tmp_path / "file").write_text("mine")
    for taken in (made, tmp_path, tmp_path / "file"):
        before = files(made), files(tmp_path)
        refused(typed("init", taken, *DUTY, "--protocols", protocols), str(taken), "name a new or empty folder")
        assert (files(made), files(tmp_path)) == before


def test_a_duty_address_is_asked_for(protocols: Path, tmp_path: Path, typed: Typed) -> None:
    """Without an address that is always read no office begins."""
    code, out, errors = typed("init", tmp_path / "office", "--protocols", protocols)
    assert (code, out) == (2, "")
    assert "--duty-address" in errors
    assert names(tmp_path) == []


BAD_ADDRESSES = ("nobody", "a@b.org, c@d.org", "a@b.org\nBcc: x@y.org", '"x"@example.org', "a@b", " a@b.org")


@pytest.mark.parametrize(
    ("option", "address"),
    [("--duty-address", ""), *product(("--duty-address", "--administrator"), BAD_ADDRESSES)],
)
def test_what_is_no_address_makes_no_office(
    option: str, address: str, protocols: Path, tmp_path: Path, typed: Typed
) -> None:
    """Neither of the two addresses may be one that mail does not reach; nothing is left behind."""
    others = () if option == "--duty-address" else DUTY
    refused(typed("init", tmp_path / "office", *others, option, address, "--protocols", protocols), "ddress")
    assert names(tmp_path) == []


def test_where_no_office_can_be_made_is_told(protocols: Path, tmp_path: Path, typed: Typed) -> None:
    """Below a file, where nothing may be made, under a name that is too long: the place is named."""
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "file" / "office", Path("/proc/office"), tmp_path / ("x" * 300)):
        refused(typed("init", place, *DUTY, "--protocols", protocols), str(place), "cannot be read or written")
    assert names(tmp_path) == ["file"]


def test_protocols_that_cannot_be_used_make_no_office(protocols: Path, tmp_path: Path, typed: Typed) -> None:
    """A folder that is not there, without protocols, with a mistake, or around the office: nothing is left."""
    (tmp_path / "empty").mkdir()
    wrong = shutil.copytree(protocols, tmp_path / "wrong")
    (wrong / "visit.yaml").write_text("spean: 1\nprotocol: [", encoding="utf-8")
    whole = shutil.copytree(protocols, tmp_path / "whole")
    before = files(tmp_path)
    refused(typed("init", tmp_path / "a", *DUTY, "--protocols", tmp_path / "nowhere"), "there are no protocols")
    refused(typed("init", tmp_path / "b", *DUTY, "--protocols", tmp_path / "empty"), "there is no protocol file")
    refused(typed("init", tmp_path / "c", *DUTY, "--protocols", wrong), str(wrong / "visit.yaml"))
    refused(typed("init", whole / "d", *DUTY, "--protocols", whole), "cannot lie in the folder of protocols")
    assert files(tmp_path) == before
    assert names(tmp_path) == ["empty", "whole", "wrong"]


# ---- settings ----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """Return a copy of the office."""
    return shutil.copytree(made, tmp_path / "office")


#: Under which heading which line is added, and what is said of it.
WRONG = {
    ("office", 'langauge = "en"'): "office.langauge is unknown (did you mean language?)",
    ("office", 'language = "fr"'): "office.language must be one of en, km",
    ("office", 'zone = "Asia/Phnom_Pen"'): "office.zone is no time zone (did you mean Asia/Phnom_Penh?)",
    ("office", 'zone = ""'): "office.zone is no time zone",
    ("office", 'zone = "../../etc/passwd"'): "office.zone is no time zone",
    ("office", 'zone = "Asia"'): "office.zone is no time zone",
    ("office", "duty_address = 7"): 'office.duty_address must be text in quotes, like "this"',
    ("office", 'link = "javascript:alert(1)"'): "office.link must begin with https:// or http://",
    ("office", 'link = "https://a@evil.example.org"'): "office.link must begin with https:// or http://",
    ("office", 'link = "https://x.example.org?next=/"'): "office.link must begin with https:// or http://",
    ("office", 'link = "https://"'): "office.link must begin with https:// or http:// and name a host",
    ("office", 'link = "https://[x"'): "office.link must begin with https:// or http:// and name a host",
    ("office", 'keys = ""'): "office.keys must not be empty",
    ("office", 'keys = "a\\u0000b"'): "office.keys has an invisible or unwritable character in it",
    ("office", 'master_key = " "'): "office.master_key must not be empty",
    ("office", 'database = ""'): "office.database must not be empty",
    ("office", 'checkpoints = ""'): "office.checkpoints must not be empty",
    ("office", 'protocols = "."'): "office.protocols must be a folder of its own",
    ("office", 'templates = "./"'): "office.templates must be a folder of its own",
    ("mail", 'kind = "pigeon"'): "mail.kind must be one of file, smtp",
    ("mail", 'security = "plain"'): "mail.security must be one of starttls, tls, none",
    ("mail", 'port = "587"'): "mail.port must be a whole number",
    ("mail", "port = 0"): "mail.port must be greater than zero",
    ("mail", "port = 65536"): "mail.port must be at most 65535",
    ("mail", "port = true"): "mail.port must be a whole number",
    ("mail", "timeout = 999999999999999999999"): "mail.timeout must be at most 300",
    ("mail", 'host = ""'): "mail.host must not be empty",
    ("mail", 'folder = ""'): "mail.folder must not be empty",
    ("worker", "tick_seconds = -1"): "worker.tick_seconds must be greater than zero",
    ("worker", "tick_seconds = 1.5"): "worker.tick_seconds must be a whole number",
    ("worker", "tick_seconds = 99999999999999999999"): "worker.tick_seconds must be at most 3600",
    ("worker", "batch = 99999999999999999999"): "worker.batch must be at most 10000",
    ("worker", "brake_after_hours = 99999999999"): "worker.brake_after_hours must be at most 8760",
    ("worker", "brake_share_percent = 101"): "worker.brake_share_percent must be at most 100",
}


def put(folder: Path, part: str, line: str) -> None:
    """Write a line into a part of the settings, in place of the one that is there."""
    settings = folder / "spean.toml"
    name = line.split(" ", maxsplit=1)[0]
    kept = [one for one in settings.read_text(encoding="utf-8").splitlines() if not one.startswith(f"{name} ")]
    kept.insert(kept.index(f"[{part}]") + 1, line)
    settings.write_text("\n".join(kept) + "\n", encoding="utf-8")


@pytest.mark.parametrize(("part", "line"), WRONG)
def test_a_wrong_setting_is_named(part: str, line: str, folder: Path, typed: Typed) -> None:
    """Whatever is wrong is told at the start, with its place and what to write, and not when it is needed first."""
    put(folder, part, line)
    for command in ("health", "tick"):
        refused(typed(command, "--office", folder), str(folder / "spean.toml"), WRONG[part, line])


def test_every_wrong_setting_is_named_at_once(folder: Path, typed: Typed) -> None:
    """Nobody has to mend one, start, and meet the next."""
    for part, line in (("office", 'zone = "x"'), ("mail", "port = 0"), ("worker", "batch = 0"), ("worker", "x = 1")):
        put(folder, part, line)
    with (folder / "spean.toml").open("a") as file:
        file.write("[else]\n")
    refused(typed("health", "--office", folder), "office.zone", "mail.port", "worker.batch", "worker.x", "[else]")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[office", b"worker = 3\n", b"[office]\nzone = 'a'\nzone = 'b'\n"])
def test_a_file_that_is_no_settings_is_told(content: bytes, folder: Path, typed: Typed) -> None:
    """Broken text, another encoding, a value where a part belongs, a name twice: one line that names the file."""
    (folder / "spean.toml").write_bytes(content)
    refused(typed("health", "--office", folder), str(folder / "spean.toml"))


def test_settings_that_are_left_out_are_the_usual_ones(folder: Path, typed: Typed) -> None:
    """An empty file is an office with everything as it comes."""
    (folder / "spean.toml").write_text("")
    assert "schema in order" in typed("health", "--office", folder)[1]


@pytest.mark.parametrize(
    ("database", "words"),
    [
        ("spean.db", "names no database; write sqlite:///FILE"),
        ("sqlite:///", "this kind of database is not known"),
        ("mysql://spean:secret@localhost/x", "this kind of database is not known"),
        ("sqlite:///nothing.db", "there is no database"),
    ],
)
def test_what_names_no_database_is_told(database: str, words: str, folder: Path, typed: Typed) -> None:
    """The sentence says what to write; a password in it is not repeated."""
    put(folder, "office", f'database = "{database}"')
    answer = typed("health", "--office", folder)
    refused(answer, words)
    assert "secret" not in answer[2]


def test_outside_an_office_the_way_into_one_is_said(
    tmp_path: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder without settings is no office: the sentence names it, the option, the variable and the command."""
    monkeypatch.delenv("SPEAN_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    refused(typed("health"), str(tmp_path), "--office", "SPEAN_HOME", "`spean init`")
