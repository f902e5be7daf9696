"""Keys: one per person, wrapped by the office's master key, in a file of their own beside the database.

The file of keys is left out of ordinary backups: whoever restores one gets back no person whose key was destroyed
since. What is derived from the master key (blind index, message ids) is the same on every machine of the office.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from pathlib import Path
from threading import RLock
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.core.errors import SpeanError

KEY_BYTES = 32
_NONCE_BYTES = 12


class KeyringError(SpeanError):
    """The keys cannot be used; put the right key file back."""


class Keyring(Protocol):
    """Keeps the keys of persons. What it does is done when it returns: durable, and not undone by a rollback."""

    def create(self) -> str:
        """Make a key and return its id."""

    def cipher(self, key: str) -> AESGCM | None:
        """Return the cipher of a key; None where it was destroyed or never was."""

    def destroy(self, key: str) -> None:
        """Destroy a key for good. Destroying it again changes nothing."""

    def keys(self) -> list[str]:
        """Return the ids of all keys."""

    def secret(self, purpose: str) -> bytes:
        """Return a secret (32 bytes) for a purpose, the same each time, that tells nothing about any key."""

    def refresh(self) -> None:
        """Notice keys that another process destroyed. Called before each unit of work."""


class MemoryKeyring:
    """Keys of one process, gone with it: for simulation and users' tests."""

    def __init__(self, master: bytes | None = None) -> None:
        """Begin with no keys."""
        self._master = master or secrets.token_bytes(KEY_BYTES)
        self._ciphers: dict[str, AESGCM] = {}

    def create(self) -> str:
        """Make a key; see the interface."""
        key = new_key_id()
        self._ciphers[key] = AESGCM(secrets.token_bytes(KEY_BYTES))
        return key

    def cipher(self, key: str) -> AESGCM | None:
        """Return the cipher of a key; see the interface."""
        return self._ciphers.get(key)

    def destroy(self, key: str) -> None:
        """Destroy a key."""
        self._ciphers.pop(key, None)

    def keys(self) -> list[str]:
        """Return the ids of all keys."""
        return list(self._ciphers)

    def secret(self, purpose: str) -> bytes:
        """Return the secret of a purpose."""
        return derive(self._master, purpose)

    def refresh(self) -> None:
        """Nobody else has these keys."""


class FileKeyring:
    """Keys in an SQLite file, each wrapped by the master key. Deleted keys are overwritten with zeros."""

    def __init__(self, path: Path, master: bytes, *, create: bool = False) -> None:
        """Open the file. ``create``: make it if it is missing; without it everybody would read as erased.

        Raises KeyringError where it is missing, cannot be used or belongs to another master key.
        """
        if not create and not path.is_file():
            raise KeyringError(f"{path}: the file of the persons' keys is missing; put its newest copy back.")
        self._master = master
        self._wrap = AESGCM(derive(master, "wrap"))
        self._lock = RLock()
        self._ciphers: dict[str, AESGCM] = {}
        self._version = 0
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
            self._prepare()
        except sqlite3.Error as error:
            raise KeyringError(f"{path}: the keys cannot be read ({error}); put the right file back.") from error
        os.chmod(path, 0o600)  # noqa: PTH101 - said of a path, as everything here
        self._check_master(path)

    def _prepare(self) -> None:
        for line in (
            "PRAGMA journal_mode=DELETE",
            "PRAGMA synchronous=FULL",
            "PRAGMA secure_delete=ON",
            "CREATE TABLE IF NOT EXISTS person_key (id TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT",
            "CREATE TABLE IF NOT EXISTS mark (id INTEGER PRIMARY KEY, wrapped BLOB NOT NULL) STRICT",
        ):
            self._db.execute(line)

    def _check_master(self, path: Path) -> None:
        row = self._db.execute("SELECT wrapped FROM mark WHERE id = 1").fetchone()
        if row is None:
            self._db.execute("INSERT OR IGNORE INTO mark VALUES (1, ?)", (self._wrapped("mark", bytes(KEY_BYTES)),))
        elif self._unwrapped("mark", row[0]) is None:
            raise KeyringError(f"{path}: these keys belong to another master key; put the right key file back.")

    def create(self) -> str:
        """Make a key; see the interface."""
        key, secret = new_key_id(), secrets.token_bytes(KEY_BYTES)
        with self._lock:
            self._db.execute("INSERT INTO person_key VALUES (?, ?)", (key, self._wrapped(key, secret)))
            self._ciphers[key] = AESGCM(secret)
        return key

    def cipher(self, key: str) -> AESGCM | None:
        """Return the cipher of a key; see the interface."""
        known = self._ciphers.get(key)
        if known is not None:
            return known
        with self._lock:
            row = self._db.execute("SELECT wrapped FROM person_key WHERE id = ?", (key,)).fetchone()
            secret = self._unwrapped(key, row[0]) if row else None
            if secret is None:
                return None
            self._ciphers[key] = AESGCM(secret)
            return self._ciphers[key]

    def destroy(self, key: str) -> None:
        """Destroy a key; see the interface."""
        with self._lock:
            self._ciphers.pop(key, None)
            self._db.execute("DELETE FROM person_key WHERE id = ?", (key,))

    def keys(self) -> list[str]:
        """Return the ids of all keys."""
        with self._lock:
            return [row[0] for row in self._db.execute("SELECT id FROM person_key ORDER BY id")]

    def secret(self, purpose: str) -> bytes:
        """Return the secret of a purpose."""
        return derive(self._master, purpose)

    def refresh(self) -> None:
        """Forget the ciphers if another process has changed the file."""
        with self._lock:
            version = self._db.execute("PRAGMA data_version").fetchone()[0]
            if version != self._version:
                self._ciphers.clear()
                self._version = version

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _wrapped(self, key: str, secret: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._wrap.encrypt(nonce, secret, key.encode())

    def _unwrapped(self, key: str, wrapped: bytes) -> bytes | None:
        try:
            return self._wrap.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], key.encode())
        except (InvalidTag, ValueError):
            return None


def new_key_id() -> str:
    """Return a new id for a key; it tells nothing."""
    return secrets.token_hex(8)


def derive(master: bytes, purpose: str) -> bytes:
    """Return 32 bytes derived from the master key for one purpose (HKDF with SHA-256)."""
    return HKDF(SHA256(), KEY_BYTES, None, f"spean {purpose}".encode()).derive(master)


def make_master(path: Path) -> bytes:
    """Write a new master key into a file that only its owner may read; never over another. Return the key."""
    master = secrets.token_bytes(KEY_BYTES)
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(b64encode(master) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return master


def read_master(path: Path) -> bytes:
    """Return the master key from its file. Raises KeyringError, which names the file, where it is none."""
    try:
        text = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise KeyringError(
            f"{path}: the master key cannot be read ({reason}); without it nothing private can be opened."
            " Put the key file back, or name it in SPEAN_MASTER_KEY_FILE."
        ) from error
    try:
        master = b64decode(text.strip(), validate=True)
    except NotBase64:
        master = b""
    if len(master) != KEY_BYTES:
        raise KeyringError(f"{path}: this is no master key; put the file back that `spean init` made.")
    return master
