"""What a limit says, as cells of a spreadsheet, and cells back as what a limit says. A round trip changes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from engine.core.errors import SpeanError
from engine.protocol.editing.quoting import Content
from engine.protocol.schema.keys import LIMIT
from engine.protocol.schema.shapes import Day, Several
from engine.protocol.schema.tables import Pairs

#: The keys of a limit, each a column of its own.
KEYS = tuple(LIMIT.keys)
LISTS = frozenset(key for key in KEYS if isinstance(LIMIT.keys[key].shape, Several))
TABLES = frozenset(key for key in KEYS if isinstance(LIMIT.keys[key].shape, Pairs))
DAYS = frozenset(key for key in KEYS if isinstance(LIMIT.keys[key].shape, Day))
_EXAMPLE = "Write it like `risk_level: high = 24 hours; otherwise = 72 hours`."
_ITEM = re.compile(r'\s*(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<bare>[^,]*?))\s*(?P<end>,|$)')
_NEEDS_QUOTES = re.compile(r'[,"]|^\s|\s$|^$')
_CASES = re.compile(r"\s*(?P<field>[^\s:;=]+)\s*:(?P<cases>.*)", re.DOTALL)
_CASE = re.compile(r"\s*(?P<code>[^\s:;=]+)\s*[=:]\s*(?P<limit>[^=:]*?)\s*")
#: How a spreadsheet takes a text for a formula: by its first sign. The last four are full-width.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


class CellError(SpeanError):
    """What stands in a cell cannot be read; the hint says how to write it."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(f"{message} {hint}")


def show(content: Content) -> str:
    """Return what a key of a limit says as one cell."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content.strip()
    if isinstance(content, tuple):
        return ", ".join(_show_item(cast("str", one)) for one in content)
    return "; ".join(f"{field}: {_show_cases(cast('Mapping[str, str]', cases))}" for field, cases in content.items())


def _show_item(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"' if _NEEDS_QUOTES.search(text) else text


def _show_cases(cases: Mapping[str, str]) -> str:
    return "; ".join(f"{code} = {limit}" for code, limit in cases.items())


def read(key: str, text: str) -> Content:
    """Return what a cell says of a key of a limit; None where nothing stands. Raises CellError."""
    if not text.strip():
        return None
    if key in LISTS:
        return _read_items(text)
    return _read_cases(text) if key in TABLES else text.strip()


def _read_items(text: str) -> tuple[str, ...]:
    found, place = [], 0
    while place <= len(text):
        item = _ITEM.match(text, place)
        if item is None or (item["quoted"] is None and '"' in item["bare"]):
            raise CellError(
                "The quotation marks of this list do not fit together.",
                'Write it like `D01, "a text, with a comma"`.',
            )
        one = item["bare"] if item["quoted"] is None else item["quoted"].replace('""', '"')
        if one or item["quoted"] is not None:
            found.append(one)
        place = item.end() if item["end"] else len(text) + 1
    return tuple(found)


def _read_cases(text: str) -> Content:
    whole = _CASES.fullmatch(text)
    if whole is None:
        raise CellError("Here a field and a limit for each of its answers are needed.", _EXAMPLE)
    cases: dict[str, Content] = {}
    for part in re.split("[;\n]", whole["cases"]):
        case = _CASE.fullmatch(part)
        if case is None and part.strip():
            raise CellError(f"`{part.strip()[:60]}` does not say which answer has which limit.", _EXAMPLE)
        if case is not None and case["code"] in cases:
            raise CellError(f"The answer `{case['code']}` stands here twice.", "Delete one of the two.")
        if case is not None:
            cases[case["code"]] = case["limit"]
    return {whole["field"]: cases}


def guard(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe stands before a sign that begins one."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """Return a cell without the apostrophe that ``guard`` has put before it."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
