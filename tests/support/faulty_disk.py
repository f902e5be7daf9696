"""A disk that fails at its n-th call: a layer between SQLite and the real files of this process.

SQLite lets a program put its own file functions in front of the system's. Here the real ones do everything, but for
the chosen call, which answers with an error (once, or from then on), as a full or a dying disk would. Only the write
path is counted: opening, writing, truncating, syncing.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, addressof, c_char_p, c_int, c_int64, c_void_p, cast
from dataclasses import dataclass

OK, FULL = 0, 13
IOERR_WRITE, IOERR_FSYNC, IOERR_TRUNCATE, CANTOPEN = 778, 1034, 1546, 14

_Close = CFUNCTYPE(c_int, c_void_p)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)
_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)  # the name must stay where SQLite has it


class _Methods(Structure):
    """The functions of one open file (sqlite3_io_methods, version 3)."""

    _fields_ = (
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", c_void_p),
        ("truncate", c_void_p),
        ("sync", c_void_p),
        ("rest", c_void_p * 14),
    )


class _File(Structure):
    _fields_ = (("methods", POINTER(_Methods)),)


class _Vfs(Structure):
    """The functions of a file system (sqlite3_vfs), as far as they are looked at here."""

    _fields_ = (
        ("version", c_int),
        ("file_size", c_int),
        ("path_size", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", c_void_p),
        ("rest", c_void_p * 16),
    )


@dataclass
class Fault:
    """What shall fail: call number ``at`` (from 1), with a full disk or an I/O error, once or from then on."""

    at: int = 0
    full: bool = False
    lasting: bool = False
    calls: int = 0
    fired: bool = False

    def answer(self, error: int) -> int:
        """Count one call; return its error, or OK."""
        if not self.at:
            return OK
        self.calls += 1
        fails = self.calls >= self.at if self.lasting else self.calls == self.at
        if not fails:
            return OK
        self.fired = True
        return FULL if self.full and error != IOERR_FSYNC else error


class FaultyDisk:
    """The layer. One for the whole process; it never goes away, and without a fault changes nothing."""

    _only: FaultyDisk | None = None

    def __init__(self) -> None:
        self._library = ctypes.CDLL(ctypes.util.find_library("sqlite3") or "libsqlite3.so.0")
        self._library.sqlite3_vfs_find.restype = POINTER(_Vfs)
        version = ctypes.c_char_p.in_dll(self._library, "sqlite3_version")
        name = cast(addressof(version), c_char_p).value
        if name is None or name.decode() != sqlite3.sqlite_version:
            raise RuntimeError("the sqlite3 module does not use the system's library; no faults can be put in")
        self.fault = Fault()
        self._tables: dict[int, _Methods] = {}
        self._kept: list[object] = []
        self._real = self._library.sqlite3_vfs_find(None)
        self._open_really = _Open(self._real.contents.open)
        self._vfs = _Vfs()
        ctypes.memmove(addressof(self._vfs), self._real, ctypes.sizeof(_Vfs))
        self._name = ctypes.create_string_buffer(b"faulty")
        self._vfs.name = cast(self._name, c_char_p)
        self._vfs.open = self._keep(_Open(self._open))
        self._library.sqlite3_vfs_register(ctypes.byref(self._vfs), 1)

    @classmethod
    def get(cls) -> FaultyDisk:
        """Return the layer of this process."""
        if cls._only is None:
            cls._only = cls()
        return cls._only

    @contextmanager
    def failing(self, at: int, *, full: bool = False, lasting: bool = False) -> Iterator[Fault]:
        """Let call number ``at`` fail inside the block; afterwards the disk is whole again."""
        self.fault = Fault(at, full, lasting)
        try:
            yield self.fault
        finally:
            self.fault = Fault()

    def _keep(self, function: object) -> int | None:
        self._kept.append(function)
        return cast(function, c_void_p).value  # type: ignore[arg-type]

    def _open(self, vfs: int, name: int, file: int, flags: int, out: int) -> int:
        error = self.fault.answer(CANTOPEN)
        if error:
            cast(file, POINTER(_File)).contents.methods = POINTER(_Methods)()
            return error
        result = self._open_really(addressof(self._real.contents), name, file, flags, out)
        opened = cast(file, POINTER(_File)).contents
        if result == OK and opened.methods:
            opened.methods = ctypes.pointer(self._covered(opened.methods))
        return int(result)

    def _covered(self, methods: object) -> _Methods:
        """Return the file functions with the counted ones in place of the real, made once for each kind of file."""
        address = cast(methods, c_void_p).value or 0  # type: ignore[arg-type]
        if address not in self._tables:
            table = _Methods()
            ctypes.memmove(addressof(table), address, ctypes.sizeof(_Methods))
            write, truncate, sync = _Write(table.write), _Truncate(table.truncate), _Sync(table.sync)
            table.write = self._keep(_Write(lambda f, b, n, at: self.fault.answer(IOERR_WRITE) or write(f, b, n, at)))
            table.truncate = self._keep(_Truncate(lambda f, n: self.fault.answer(IOERR_TRUNCATE) or truncate(f, n)))
            table.sync = self._keep(_Sync(lambda f, flags: self.fault.answer(IOERR_FSYNC) or sync(f, flags)))
            self._tables[address] = table
        return self._tables[address]
