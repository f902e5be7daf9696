"""From what lies on the disk to text: the size limit, UTF-8 and line ends (28)."""

from __future__ import annotations

from engine.protocol.codes.registry import problem
from engine.protocol.problems import Place, Problem

MAX_BYTES = 256 * 1024
"""The largest file that is read at all (28)."""

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def decode(name: str, raw: str | bytes) -> str | Problem:
    """Return the text with every line end as ``\\n``, or the one problem that keeps it from being read.

    The size is looked at before anything is decoded, so a huge file costs nothing.
    """
    if len(raw) > MAX_BYTES:
        return _too_large(name)
    data = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    if len(data) > MAX_BYTES:
        return _too_large(name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _not_utf8(name, data, error.start)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _too_large(name: str) -> Problem:
    return problem(
        "SP101",
        Place(name),
        f"The file holds more than {MAX_BYTES // 1024} KiB.",
        "Split it into several files and name them under `include`.",
    )


def _not_utf8(name: str, data: bytes, start: int) -> Problem:
    before = data[:start].decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    kind = "UTF-16" if data.startswith(UTF16_MARKS) else "not UTF-8"
    return problem(
        "SP102",
        Place(name, line, column),
        f"The file is {kind}: the character here cannot be read.",
        "Open the file in your editor and save it with the encoding UTF-8.",
    )
