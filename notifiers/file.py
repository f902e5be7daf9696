"""Mails as files, for development: each one an .eml file in a folder, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from threading import get_ident

from notifiers.letter import LetterError, build
from notifiers.mail import Mail, Outcome, Result


class Folder:
    """A notifier that keeps mails in a folder. A mail that is sent again lies there once: its name is its id's."""

    def __init__(self, folder: Path) -> None:
        """Write into this folder; it is made when the first mail comes."""
        self._folder = folder

    def send(self, mails: Iterable[Mail]) -> Iterator[Outcome]:
        """Yield what became of each mail; see the interface."""
        for mail in mails:
            yield self._write(mail)

    def close(self) -> None:
        """Nothing is kept open."""

    def _write(self, mail: Mail) -> Outcome:
        try:
            data = build(mail)
        except LetterError as error:
            return Outcome(Result.PERMANENT, words=str(error))
        name = f"{sha256(mail.message_id.encode()).hexdigest()[:32]}.eml"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(self._folder / name, data)
        except OSError as error:
            why = (error.strerror or "no reason is known").lower()
            words = f"The folder of mails cannot be written ({why})."
            return Outcome(Result.TEMPORARY, words=words, alarm=True, tried=False)
        return Outcome(Result.SENT)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one, never half of it. Raises OSError."""
    waiting = path.with_name(f".{path.name}.{os.getpid()}.{get_ident()}")
    try:
        with waiting.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        waiting.replace(path)
    except OSError:
        waiting.unlink(missing_ok=True)
        raise
