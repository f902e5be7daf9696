"""Mails as files: whole or not at all, once for each id."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from notifiers.file import Folder, write_whole
from notifiers.letter import build
from notifiers.mail import Mail, Notifier, Outcome, Result
from tests.builders.mails import AT, mail


def send(folder: Path, *mails: Mail) -> list[Outcome]:
    """Return what became of the mails."""
    notifier: Notifier = Folder(folder)
    outcomes = list(notifier.send(mails))
    notifier.close()
    return outcomes


def kept(folder: Path) -> list[bytes]:
    """Return the mails of a folder, all that lies in it."""
    return sorted(path.read_bytes() for path in folder.iterdir())


def test_mail_is_kept_as_it_would_be_sent(tmp_path: Path) -> None:
    """The file holds the very bytes that a server would get; the folder is made for the first mail."""
    folder = tmp_path / "deep" / "mail"
    assert send(folder, mail()) == [Outcome(Result.SENT)]
    assert kept(folder) == [build(mail())]


def test_mail_sent_again_lies_there_once(tmp_path: Path) -> None:
    """A second try, an hour later and by another notifier, takes the place of the first."""
    later = mail(at=AT.replace(hour=5))
    assert send(tmp_path, mail()) == send(tmp_path, later) == [Outcome(Result.SENT)]
    assert kept(tmp_path) == [build(later)]


def test_different_mails_lie_side_by_side(tmp_path: Path) -> None:
    """Mails of the same instant with different ids never overwrite each other."""
    mails = [mail(message_id=f"{number}@example.org") for number in range(20)]
    assert [one.result for one in send(tmp_path, *mails)] == [Result.SENT] * 20
    assert kept(tmp_path) == sorted(map(build, mails))


def test_mail_that_cannot_be_built_stops_no_other(tmp_path: Path) -> None:
    """A mail to something that is no address is never taken, and says so without the address; the next is kept."""
    wrong, right = send(tmp_path, mail(to="dara, evil@example.org"), mail())
    assert wrong.result is Result.PERMANENT
    assert "evil" not in wrong.words
    assert right == Outcome(Result.SENT)
    assert kept(tmp_path) == [build(mail())]


def test_each_mail_is_looked_at_only_when_its_turn_comes(tmp_path: Path) -> None:
    """The outcome of one mail is there before the next mail is taken."""
    taken: list[str] = []

    def mails() -> Iterator[Mail]:
        for number in range(3):
            taken.append(f"{number}@example.org")
            yield mail(message_id=taken[-1])

    outcomes = Folder(tmp_path).send(mails())
    next(outcomes)
    assert taken == ["0@example.org"]


def test_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    """Where no folder can be, the mail waits and the administrator is told why, in one sentence without a path."""
    (tmp_path / "mail").write_text("not a folder")
    (outcome,) = send(tmp_path / "mail", mail())
    assert outcome == Outcome(
        Result.TEMPORARY, words="The folder of mails cannot be written (file exists).", alarm=True, tried=False
    )


@pytest.mark.parametrize("words", ["no space left on device", ""])
def test_full_disk_leaves_the_old_file_and_no_half_of_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """When the disk is full while a mail is written, nothing of it stays, and what was there before is whole."""
    assert send(tmp_path, mail())[0].result is Result.SENT

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, words) if words else OSError

    monkeypatch.setattr(os, "fsync", full)
    (outcome,) = send(tmp_path, mail(text="changed"))
    assert outcome.result is Result.TEMPORARY
    assert outcome.alarm
    assert (words or "no reason is known") in outcome.words
    assert kept(tmp_path) == [build(mail())]


def test_file_is_replaced_whole(tmp_path: Path) -> None:
    """Writing over a file leaves the new bytes alone, and no other file."""
    path = tmp_path / "a"
    write_whole(path, b"long before")
    write_whole(path, b"now")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("a", b"now")]
