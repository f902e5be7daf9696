"""Keys: without the right ones nothing is begun."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.typed import Typed, code_of, files, refused

COMMANDS = (
    ("worker", "--ticks", "1"),
    ("tick",),
    ("resume",),
    ("health",),
    ("verify",),
    ("checkpoint",),
    ("backup", "backup.zip"),
    ("outbox", "list"),
    ("incident", "list"),
    ("protocol", "list"),
    ("user", "list"),
    ("organisation", "check"),
    ("case", "list", "--as", "sok_phalla"),
    ("case", "open", "visit", "--as", "sok_phalla"),
    ("import", "table.csv", "--as", "meas_kolap"),
    ("erase", code_of(0), "--yes", "--reason", "asked for", "--as", "kong_vibol"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
def test_without_its_master_key_an_office_does_nothing(command: tuple[str, ...], folder: Path, typed: Typed) -> None:
    """Every command says at its start which key is missing and what to do, and changes nothing."""
    (folder / "keys" / "master.key").unlink()
    before = files(folder)
    refused(
        typed(*command, "--office", folder), "master.key", "the master key cannot be read", "SPEAN_MASTER_KEY_FILE"
    )
    assert files(folder) == before


BAD_KEYS = {
    "empty": (b"", "this is no master key"),
    "too short": (b"c2hvcnQ=\n", "this is no master key"),
    "no text": (b"\xff\xfe\0" * 20, "this is no master key"),
    "of another office": (b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "another master key"),
}


@pytest.mark.parametrize("kind", BAD_KEYS)
def test_a_wrong_master_key_is_told(kind: str, folder: Path, typed: Typed) -> None:
    """One sentence that names the file; nothing is opened or made with it."""
    content, words = BAD_KEYS[kind]
    (folder / "keys" / "master.key").write_bytes(content)
    before = files(folder)
    refused(typed("health", "--office", folder), words)
    assert files(folder) == before


def test_a_damaged_file_of_keys_is_told(folder: Path, typed: Typed) -> None:
    """What is no file of keys is refused as such."""
    (folder / "keys" / "persons.db").write_bytes(b"damaged" * 1000)
    refused(typed("health", "--office", folder), "persons.db", "the keys cannot be read")
