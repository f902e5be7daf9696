"""The replay of real fines through a database gives the exact answers, also when it is killed again and again."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.test_replay import FIRINGS, REFUSALS, ROOT
from tests.support.memory import folder_in_memory

#: The first run lives so many seconds; each later one a little longer, so that the last one gets to the end.
FIRST_LIFE, LONGER = 6.0, 1.2


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder in memory, where there is one: a killed process loses nothing that a disk would keep."""
    with folder_in_memory() as made:
        yield made


def killed_replay(folder: Path, *arguments: str | Path) -> tuple[Any, int]:
    """Replay, kill -9 the process every few seconds, begin it again; return its document and how often it died."""
    store = f"sqlite:///{folder / 'fines.db'}"
    command = [sys.executable, "-m", "engine.run.cli", "replay", *map(str, arguments)]
    command += ["--store", store, "--format", "json"]
    life, deaths = FIRST_LIFE, 0
    while True:
        running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            out, said = running.communicate(timeout=life)
        except subprocess.TimeoutExpired:
            running.kill()
            running.communicate()
            life, deaths = life * LONGER, deaths + 1
            continue
        assert running.returncode == 0, said
        return json.loads(out), deaths


def digest(path: Path) -> str:
    """Return the SHA-256 of a file of lines."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.slow
def test_the_strict_fines_are_refused_as_expected_by_a_replay_that_is_killed(shared_data: Path, folder: Path) -> None:
    """The 106 refusals and the last steps are those of a run in memory, line by line."""
    log, protocol = shared_data / "fines" / "log.csv", ROOT / "examples" / "fines_strict.yaml"
    refusals = folder / "refusals.txt"
    document, deaths = killed_replay(folder, log, "--protocol", protocol, "--refusals", refusals)
    assert deaths >= 3
    assert digest(refusals) == REFUSALS
    assert (document["cases"], document["events"], document["accepted_cases"]) == (15253, 56953, 15161)
    assert document["last_steps"] == {"AJ": 17, "CC": 6097, "NR": 5, "PY": 6713, "RR": 5, "SA": 268, "SF": 2148}


@pytest.mark.slow
def test_every_firing_of_the_observed_fines_is_that_of_a_replay_that_is_killed(
    shared_data: Path, folder: Path
) -> None:
    """40,555 rungs fire through the passes of the worker, each once, each on its day."""
    log, protocol = shared_data / "fines" / "log.csv", ROOT / "examples" / "fines_observed.yaml"
    firings = folder / "firings.txt"
    asked = (log, "--protocol", protocol, "--until", "2013-06-18", "--firings", firings)
    document, deaths = killed_replay(folder, *asked)
    assert deaths >= 3
    assert (document["firings"], document["refusals"]) == (40555, 0)
    assert digest(firings) == FIRINGS
