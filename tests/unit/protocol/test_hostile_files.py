"""Files and strings that others made to break readers of YAML."""

from __future__ import annotations

import csv
import json
import tarfile
from pathlib import Path

import pytest
import yaml

from engine.protocol.reading import source
from engine.protocol.reading.nodes import Scalar, Table
from engine.protocol.reading.source import read


def suite_documents(archive: Path) -> dict[str, tuple[bytes, bool]]:
    """Return the documents of the YAML test suite by folder, each with whether it is invalid."""
    with tarfile.open(archive) as tar:
        files = {member.name: member for member in tar.getmembers() if member.isfile()}
        documents: dict[str, tuple[bytes, bool]] = {}
        for name, member in files.items():
            folder, _, leaf = name.rpartition("/")
            stream = tar.extractfile(member) if leaf == "in.yaml" else None
            if stream is not None:
                documents[folder] = (stream.read(), f"{folder}/error" in files)
    return documents


def judge_suite(archive: Path) -> None:
    """Read every document of the suite and fail on an invalid one that is accepted."""
    documents = suite_documents(archive)
    assert len(documents) == 402
    assert sum(invalid for _, invalid in documents.values()) == 94
    readings = {folder: read(folder, data) for folder, (data, _) in documents.items()}
    assert [f for f, (_, invalid) in documents.items() if invalid and not readings[f].problems] == []
    assert [f for f, reading in readings.items() if reading.root is None and not reading.problems] == []
    assert sum(not reading.problems for reading in readings.values()) >= 100


def test_suite_is_never_accepted_wrongly(shared_data: Path) -> None:
    """None of the 94 invalid documents of the YAML test suite is accepted, and none of the 402 raises."""
    judge_suite(shared_data / "yaml" / "yaml-test-suite.tar.gz")


def test_suite_with_the_slow_parser(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where libyaml is missing the parser in Python gives no weaker answer."""
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert isinstance(source.open_stream("a: 1"), yaml.SafeLoader)
    judge_suite(shared_data / "yaml" / "yaml-test-suite.tar.gz")


def test_hostile_files_are_answered_as_expected(shared_data: Path) -> None:
    """Each hostile file is refused with a place, or read as text, as its list says."""
    folder = shared_data / "yaml" / "hostile"
    rows = list(csv.DictReader((folder / "expected.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 23
    for row in rows:
        reading = read(row["file"], (folder / row["file"]).read_bytes())
        assert bool(reading.problems) == row["expected"].startswith("refuse"), row["file"]
        assert all(p.place.line >= 1 and p.place.column >= 1 and p.hint for p in reading.problems)


def test_naughty_strings(shared_data: Path) -> None:
    """No naughty string raises, quoted or raw, as value or key; without a problem it is read as written."""
    strings = json.loads((shared_data / "strings" / "blns.json").read_text(encoding="utf-8"))
    assert len(strings) == 515
    for text in strings:
        for quoted in (json.dumps(text), json.dumps(text, ensure_ascii=False)):
            reading = read("b.yaml", f"a: {quoted}\n")
            assert reading.root is not None or reading.problems
            if not reading.problems:
                assert isinstance(reading.root, Table)
                value = reading.root.entries["a"].value
                assert isinstance(value, Scalar)
                assert value.text == text
            assert read("b.yaml", f"{quoted}: a\n") is not None
        for raw in (f"a: {text}\n", f"{text}: a\n", text):
            reading = read("b.yaml", raw)
            assert reading.root is not None or reading.problems


@pytest.mark.parametrize("text", [r'a: "\U00110000"', r'a: "\UFFFFFFFF"'])
@pytest.mark.parametrize("slow", [False, True])
def test_a_character_that_does_not_exist_is_told(text: str, slow: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """An escape beyond the last character is refused with a suggestion by both parsers, never with an exception."""
    if slow:
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    reading = read("p.yaml", text)
    assert reading.root is None
    (found,) = reading.problems
    assert found.hint
    assert found.place.file == "p.yaml"


def test_a_curly_quote_in_a_comment_is_no_mistake() -> None:
    """Behind the place where a file breaks, a curly quote that opens a value is told; one in a comment is not."""
    broken = "a: x: y # said: “so”\n# again: “so”\nb: “so”\n"
    told = [(one.place.line, one.place.column) for one in read("p.yaml", broken).problems if one.code == "SP135"]
    assert told == [(3, 4)]
