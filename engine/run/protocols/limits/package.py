"""What an XLSX file is before anything reads it: a ZIP file of XML. What could harm is refused here, in one sentence.

Nothing is decompressed beyond what the file says it holds, and no file may say that it holds much. Formulas never
reach the library that reads the cells.
"""

from __future__ import annotations

import io
import re
import zlib
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from engine.run.protocols.limits.table import TableError

#: The first bytes of files by older programs, and of those with a password.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_PARTS = 200
_MOST_BYTES = 8 * 1024 * 1024
#: Parts besides the sheets and their texts are small.
_MOST_SMALL = 512 * 1024
_MOST_SHEET = 4 * 1024 * 1024
_LARGE = ("xl/worksheets/", "xl/sharedstrings.xml")
_FORMULA = re.compile(rb"<(?:[A-Za-z0-9]+:)?f[\s>/]")
_CELL = re.compile(rb"""<(?:[A-Za-z0-9]+:)?c\s[^>]*?r=["']([A-Z]{1,3}[0-9]{1,7})["']""")
_FOREIGN = (b"\xff\xfe", b"\xfe\xff", b"\x00")


def check_package(data: bytes) -> None:
    """Raise TableError for a file that is no harmless XLSX."""
    if data.startswith(_COMPOUND):
        raise TableError("The file is of an older kind or has a password; save it as XLSX without a password.")
    try:
        with ZipFile(io.BytesIO(data)) as package:
            _check_parts(package.infolist())
            for part in package.infolist():
                _check_part(part.filename.lower(), package.read(part))
    # NotImplementedError: packed in a way that zipfile cannot read.
    except (BadZipFile, LargeZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise TableError("The file is no whole XLSX file; save it anew as XLSX or as CSV UTF-8.") from error


def _check_parts(parts: list[ZipInfo]) -> None:
    names = [part.filename.lower() for part in parts]
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_BYTES:
        raise TableError("The file holds far more than a table of limits; copy the table into a new file.")
    if any(part.flag_bits & 1 for part in parts):
        raise TableError("The file has a password; save it as XLSX without a password.")
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "macrosheets/" in name for name in names):
        raise TableError("The file holds macros; save it as XLSX, without macros.")
    is_packed_oddly = any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts)
    if is_packed_oddly or len(set(names)) < len(names) or "[content_types].xml" not in names:
        raise TableError("The file is no whole XLSX file; save it anew as XLSX or as CSV UTF-8.")
    large = next((part for part in parts if part.file_size > _most(part.filename.lower())), None)
    if large is not None:
        raise TableError("The file holds far more than a table of limits; copy the table into a new file.")


def _most(name: str) -> int:
    if name.startswith(_LARGE):
        return _MOST_SHEET
    return _MOST_SMALL if name.endswith((".xml", ".rels")) else _MOST_BYTES


def _check_part(name: str, content: bytes) -> None:
    if not name.endswith((".xml", ".rels")):
        return
    if content.startswith(_FOREIGN) or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise TableError("The file holds what no spreadsheet writes; copy the table into a new file.")
    formula = _FORMULA.search(content) if name.startswith("xl/worksheets/") else None
    if formula is not None:
        cells = _CELL.findall(content, 0, formula.start())
        where = f"In cell {cells[-1].decode()}" if cells else "In the sheet"
        raise TableError(f"{where} stands a formula; formulas are not read: write the value itself.")
