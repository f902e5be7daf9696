"""A folder in memory for what kills processes or fights for locks: nothing there is about a disk."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: So much has to be free in memory, in bytes; some machines have a folder there that a single database fills.
NEEDED = 1024**3


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """Give a new folder, in memory where there is room; it is taken away afterwards."""
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > NEEDED
    with tempfile.TemporaryDirectory(dir=memory if has_room else None) as made:
        yield Path(made)
