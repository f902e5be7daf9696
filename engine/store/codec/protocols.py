"""Compiled protocols and calendars as JSON: what workers load instead of YAML."""

from __future__ import annotations

import msgspec

from engine.core.clocks.calendar import Calendar
from engine.core.errors import SpeanError
from engine.core.model import Protocol
from engine.store.codec.plain import read, write

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class CompiledError(SpeanError):
    """A compiled protocol of the registry cannot be read by this version of Spean; install the protocol again."""


def write_protocol(protocol: Protocol) -> str:
    """Return a compiled protocol as JSON."""
    return _encode(write(protocol)).decode()


def read_protocol(text: str) -> Protocol:
    """Return the compiled protocol. Raises CompiledError where it cannot be read."""
    try:
        found: Protocol = read(Protocol, _decode(text))
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise CompiledError from error
    return found


def write_calendar(calendar: Calendar) -> str:
    """Return a calendar as JSON."""
    return _encode(write(calendar)).decode()


def read_calendar(text: str) -> Calendar:
    """Return the calendar. Raises CompiledError where it cannot be read."""
    try:
        found: Calendar = read(Calendar, _decode(text))
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise CompiledError from error
    return found
