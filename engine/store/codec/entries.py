"""Events as journal entries: canonical bytes, with the name of the event and the number of its form.

The bytes are what is hashed, so they are written once and never again. A later version of Spean that changes a form
raises FORM and adds an upcaster that turns older plain data into the newer; the stored bytes stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from engine.core.case import effects
from engine.core.case import events as happenings
from engine.core.case.events import Event
from engine.core.errors import SpeanError
from engine.store.codec import facts as _facts  # noqa: F401 - answers have forms of their own
from engine.store.codec.plain import Plain, read, write
from engine.store.codec.seals import Seals

#: The number of the present form of entries.
FORM = 1

#: From plain data of a form to that of the next one, by the number of the older form.
Upcaster = Callable[[dict[str, Plain]], dict[str, Plain]]
UPCASTERS: Mapping[int, Upcaster] = {}

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class EntryError(SpeanError):
    """A journal entry cannot be read by this version of Spean; use the version that wrote it, or a newer one."""


class EventForms:
    """Writes and reads the events of one family (cases, directory, registry): every event class of a module."""

    def __init__(self, kinds: Iterable[type[Any]]) -> None:
        """Know these classes by their names."""
        self._kinds = {kind.__name__: kind for kind in kinds}

    def write(self, event: Any, seals: Seals) -> bytes:
        """Return the canonical bytes of an event."""
        kind = type(event)
        return _encode({"is": kind.__name__, "v": FORM, **write(event, kind, seals)})

    def read(self, body: bytes | str, seals: Seals) -> Any:
        """Return the event. Raises EntryError where it cannot be read."""
        try:
            plain = _upcast(_decode(body))
            kind = self._kinds[plain.pop("is")]
            return read(kind, plain, seals)
        except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise EntryError from error


def _upcast(plain: dict[str, Plain]) -> dict[str, Plain]:
    form = plain.pop("v")
    if form > FORM:
        raise EntryError
    while form < FORM:
        plain = UPCASTERS[form](plain)
        form += 1
    return plain


def events_of(module: Any, base: type[Any]) -> list[type[Any]]:
    """Return the event classes that a module declares."""
    found = (one for one in vars(module).values() if isinstance(one, type) and issubclass(one, base))
    return [one for one in found if one.__module__ == module.__name__]


#: The events of cases.
CASE_EVENTS = EventForms((*events_of(happenings, Event), *events_of(effects, Event)))
