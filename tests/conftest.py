"""Where the tests find the real inputs that lie beside the project and are not part of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# The same examples on every machine, so that a red run is about the change. SPEAN_EXAMPLES asks for new ones.
settings.register_profile("same everywhere", derandomize=True, deadline=None)
if "SPEAN_EXAMPLES" not in os.environ:
    settings.load_profile("same everywhere")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real inputs: ``SPEAN_SHARED_DATA``, by default ``../shared/data`` beside the project."""
    return demand_folder("SPEAN_SHARED_DATA", ROOT.parent / "shared" / "data")


@pytest.fixture(scope="session")
def semantics_folder() -> Path:
    """Return the folder of golden vectors of the clock rules: ``SPEAN_SEMANTICS``, by default beside the project."""
    return demand_folder("SPEAN_SEMANTICS", data_folder() / "semantics")


@pytest.fixture(scope="session")
def working_time_folder() -> Path:
    """Return the folder of calendar vectors: ``SPEAN_WORKING_TIME``, by default beside the project."""
    return demand_folder("SPEAN_WORKING_TIME", data_folder() / "time")


def data_folder() -> Path:
    """Return where the real inputs should be, whether or not they are there."""
    return Path(os.environ.get("SPEAN_SHARED_DATA") or ROOT.parent / "shared" / "data")


def demand_folder(variable: str, default: Path) -> Path:
    """Return the folder; without it the test is skipped, but in continuous integration (CI=true) it fails."""
    folder = Path(os.environ.get(variable) or default)
    if folder.is_dir():
        return folder
    word = f"no real inputs at {folder}: set {variable} to their folder"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(word)
    pytest.skip(word)
