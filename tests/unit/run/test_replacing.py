"""Files are replaced whole and together, or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from engine.run.protocols.replacing import ReplaceError, Replacement, replace_all

OLD, NEW = b"old\n", b"new\n"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Three files with the same text."""
    paths = [tmp_path / name for name in ("a.yaml", "b.yaml", "c.yaml")]
    for path in paths:
        path.write_bytes(OLD)
    return paths


def wanted(files: list[Path]) -> dict[str, Replacement]:
    """Return the replacement of every file."""
    return {str(path): Replacement(OLD, NEW) for path in files}


def names(folder: Path) -> list[str]:
    """Return what lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_all_files_are_replaced_and_nothing_is_left_beside_them(files: list[Path], tmp_path: Path) -> None:
    """Each file has its new text and its old rights; no other file is there."""
    files[0].chmod(0o640)
    replace_all(wanted(files))
    assert {path.read_bytes() for path in files} == {NEW}
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o640
    assert names(tmp_path) == ["a.yaml", "b.yaml", "c.yaml"]


def test_link_stays_a_link(files: list[Path], tmp_path: Path) -> None:
    """A link to a file is followed: the file changes, the link stays."""
    link = tmp_path / "link.yaml"
    link.symlink_to(files[0])
    replace_all({str(link): Replacement(OLD, NEW)})
    assert link.is_symlink()
    assert files[0].read_bytes() == NEW


def test_file_that_somebody_changed_keeps_that_change(files: list[Path], tmp_path: Path) -> None:
    """If one file no longer says what was read, no file is replaced."""
    files[1].write_bytes(b"another\n")
    with pytest.raises(ReplaceError, match=r"b\.yaml: somebody has changed this file"):
        replace_all(wanted(files))
    assert [path.read_bytes() for path in files] == [OLD, b"another\n", OLD]
    assert names(tmp_path) == ["a.yaml", "b.yaml", "c.yaml"]


def test_missing_file_keeps_the_others(files: list[Path], tmp_path: Path) -> None:
    """If one file is gone, none of the others is replaced."""
    files[2].unlink()
    with pytest.raises(ReplaceError, match=r"c\.yaml: the file cannot be replaced \(no such file"):
        replace_all(wanted(files))
    assert [path.read_bytes() for path in files[:2]] == [OLD, OLD]
    assert names(tmp_path) == ["a.yaml", "b.yaml"]


@pytest.mark.parametrize("failing", [1, 2])
def test_replacement_that_fails_half_way_is_taken_back(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """If the disk refuses a later file, the earlier ones get their old text back."""
    really, count = os.replace, [0]

    def refuse(source: str, target: str) -> None:
        if Path(source).read_bytes() == NEW:
            count[0] += 1
            if count[0] > failing:
                raise OSError(28, "No space left on device", str(source), None, str(target))
        really(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(ReplaceError, match=r"no space left on device\); nothing was changed"):
        replace_all(wanted(files))
    assert [path.read_bytes() for path in files] == [OLD] * 3
    assert names(tmp_path) == ["a.yaml", "b.yaml", "c.yaml"]


def test_what_cannot_be_taken_back_is_named(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """If not even the old text can be put back, the sentence names the files to look at."""
    really, count = os.replace, [0]

    def refuse(source: str, target: str) -> None:
        count[0] += 1
        if count[0] > 1:
            raise OSError(5, "Input/output error", str(source), None, str(target))
        really(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(ReplaceError, match=r"a\.yaml: changed already, and not to be changed back"):
        replace_all(wanted(files))


def test_full_disk_changes_nothing(files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the new text cannot be made to last, every file is as it was and nothing lies beside it."""

    def refuse(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(ReplaceError, match=r"a\.yaml: the file cannot be replaced \(no space"):
        replace_all(wanted(files))
    assert names(tmp_path) == ["a.yaml", "b.yaml", "c.yaml"]
    assert {path.read_bytes() for path in files} == {OLD}
