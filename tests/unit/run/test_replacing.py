"""Several files are replaced, or none, whatever the disk does; a reader never sees half a file."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.run.protocols.replacing import ReplaceError, Replacement, replace_all

#: More calls to the disk than replacing three files makes, those that take a change back among them.
MOST_CALLS = 20
ROOT = Path(__file__).resolve().parents[3]
CALLS = ((os, "replace"), (os, "fsync"), (tempfile, "mkstemp"))
DYING = """
import os, sys, tempfile
from engine.run.protocols.replacing import Replacement, replace_all
left = int(sys.argv[1])
def dying(real):
    def call(*given, **named):
        global left
        left -= 1
        return real(*given, **named) if left else os._exit(9)
    return call
os.replace, os.fsync, tempfile.mkstemp = dying(os.replace), dying(os.fsync), dying(tempfile.mkstemp)
replace_all({name: Replacement(b"old", b"new") for name in sys.argv[2:]})
"""


def put(folder: Path) -> dict[str, Replacement]:
    """Write three files, and return what shall become of them."""
    names = [folder / "a.yaml", folder / "b.yaml", folder / "shared" / "c.yaml"]
    for name in names:
        name.parent.mkdir(exist_ok=True, parents=True)
        name.write_bytes(b"old")
    return {str(name): Replacement(b"old", b"new") for name in names}


def texts(folder: Path) -> list[str]:
    """Return what stands in each file there is, temporary ones among them."""
    return [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*")) if path.is_file()]


def break_call(monkeypatch: pytest.MonkeyPatch, number: int, *, lasting: bool = False) -> None:
    """Let one call to the disk fail as on a full disk, or all from then on."""
    done = 0

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            nonlocal done
            done += 1
            if done == number or (lasting and done > number):
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*given, **named)

        return call

    for module, name in CALLS:
        monkeypatch.setattr(module, name, counted(getattr(module, name)))


def attempt(wanted: dict[str, Replacement]) -> str:
    """Replace the files, or return in what sentence that was refused."""
    try:
        replace_all(wanted)
    except ReplaceError as error:
        return str(error)
    return ""


def test_files_are_replaced_with_their_rights(tmp_path: Path) -> None:
    """Each file holds the new text, with the rights of the old one, and nothing else lies beside it."""
    wanted = put(tmp_path)
    (tmp_path / "a.yaml").chmod(0o640)
    replace_all(wanted)
    assert texts(tmp_path) == ["new"] * 3
    assert (tmp_path / "a.yaml").stat().st_mode & 0o777 == 0o640


def test_link_stays_a_link(tmp_path: Path) -> None:
    """A file that is reached through a link is replaced where it lies."""
    put(tmp_path)
    link = tmp_path / "link.yaml"
    link.symlink_to(tmp_path / "a.yaml")
    replace_all({str(link): Replacement(b"old", b"new")})
    assert link.is_symlink()
    assert (tmp_path / "a.yaml").read_bytes() == b"new"


def test_file_that_somebody_has_changed_is_not_replaced(tmp_path: Path) -> None:
    """What was written since the file was read is not lost, and no other file is replaced either."""
    wanted = put(tmp_path)
    (tmp_path / "b.yaml").write_bytes(b"mine")
    assert "b.yaml: somebody has changed this file meanwhile" in attempt(wanted)
    assert texts(tmp_path) == ["old", "mine", "old"]


@pytest.mark.parametrize("gone", ["b.yaml", "shared"])
def test_file_that_is_gone_is_told(tmp_path: Path, gone: str) -> None:
    """A file or folder that is no longer there is named, and nothing is replaced."""
    wanted = put(tmp_path)
    (tmp_path / gone).rename(tmp_path / "elsewhere")
    assert "cannot be replaced (no such file or directory); nothing was changed" in attempt(wanted)
    assert texts(tmp_path) == ["old"] * 3


@pytest.mark.parametrize("number", range(1, MOST_CALLS))
def test_full_disk_leaves_all_files_old_or_all_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Whichever call to the disk fails, the files are all new, or all old and that is said in one sentence."""
    wanted = put(tmp_path)
    break_call(monkeypatch, number)
    said = attempt(wanted)
    assert said == "" or "(no space left on device); nothing was changed" in said
    assert texts(tmp_path) == (["old"] * 3 if said else ["new"] * 3)


@pytest.mark.parametrize("number", range(1, MOST_CALLS))
def test_disk_that_stays_full_leaves_whole_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Where a replacement cannot even be taken back, the files that are already new are named; each is whole."""
    wanted = put(tmp_path)
    break_call(monkeypatch, number, lasting=True)
    said = attempt(wanted)
    new = [name for name in wanted if Path(name).read_bytes() == b"new"] if said else []
    assert all(name in said for name in new)
    assert ("not to be changed back" in said) == (new != [])
    assert set(texts(tmp_path)) <= {"old", "new"}
    assert len(texts(tmp_path)) == 3


@pytest.mark.parametrize("number", range(1, 12))
def test_process_that_dies_leaves_whole_files(tmp_path: Path, number: int) -> None:
    """A process that is killed at any call leaves each file old or new, never half of it."""
    wanted = put(tmp_path)
    command = [sys.executable, "-c", DYING, str(number), *wanted]
    done = subprocess.run(command, cwd=ROOT, check=False, timeout=60)
    assert done.returncode in {0, 9}
    assert all(Path(name).read_bytes() in {b"old", b"new"} for name in wanted)
