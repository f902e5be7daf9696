"""The meaning of a compiled protocol as canonical JSON, and its SHA-256 (2).

An enrolment pins this hash. Texts people read, sources, references, adoption and commencement do not count; nor does
what the tracks never use: a new field of a shared file changes no running case. Order counts where it has meaning
(tracks, automatic actions, rungs), and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import fields as fields_of_class
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Any

from engine.core.duration import Duration
from engine.core.model import Basis, Deadline, Forbidden, Protocol

#: Keys without a meaning for a case, whatever they stand in.
_WITHOUT_MEANING = frozenset(
    {
        "id",
        "title",
        "label",
        "answers",
        "outside_label",
        "recipient",
        "purpose",
        "ref",
        "source",
        "code_list",
        "no_limit",
    }
)
#: Lists whose order says nothing.
_UNORDERED = frozenset(
    [
        *("who_may", "required", "closes", "collect", "seen_by", "opens_to", "written_by", "done_by", "recorded_by"),
        *("blocks", "alarm", "tell", "carry", "to", "codes"),
    ]
)
_OF_CLASS: Mapping[type, frozenset[str]] = {
    Basis: frozenset({"jurisdiction", "status", "adopted_by", "adopted_on", "review_before"}),
    Protocol: frozenset(
        {
            *(
                "version",
                "status",
                "adopted_by",
                "adopted_on",
                "in_force",
                "applies_to",
                "meaning",
                "letters",
                "unadopted",
            ),
            *("limits", "escalations", "fields", "consents", "exceptions", "roles"),
        }
    ),
    Deadline: frozenset({"escalation"}),  # its rungs count, not their name
    Forbidden: frozenset({"kind"}),
}
_PLAIN = frozenset({str, int, bool})
#: Written as text: StrEnum members as their word, dates and moments in ISO format.
_WRITTEN = (Duration, Decimal, StrEnum, date)
#: Tables whose order has meaning: the main track, the first automatic action.
_ORDERED = frozenset({"tracks", "actions", "at_any_step"})


def hash_meaning(protocol: Protocol, used: Collection[str]) -> str:
    """Return the SHA-256 of the canonical meaning, in hexadecimal digits. ``used``: fields, and ``consent to ID``."""
    return sha256(write_meaning(protocol, used).encode()).hexdigest()


def write_meaning(protocol: Protocol, used: Collection[str]) -> str:
    """Return the canonical JSON of what the protocol means: sorted keys, no spaces, nothing that is default."""
    writer = _Writer()
    meaning = writer.plain(protocol)
    meaning["protocol"] = protocol.id
    meaning["fields"] = {id_: writer.plain(one) for id_, one in protocol.fields.items() if id_ in used}
    consents = protocol.consents.items()
    meaning["consents"] = {
        id_: writer.plain(one) for id_, one in consents if f"consent to {id_}" in used or one.opens_to
    }
    return _dump(meaning)


class _Writer:
    """Puts a model into the words of JSON. Rungs are named by their hash: many deadlines share them."""

    def __init__(self) -> None:
        self._hashes: dict[int, str] = {}

    def plain(self, value: Any, name: str = "") -> Any:
        """Return the value in the words of JSON."""
        kind = type(value)
        if kind in _PLAIN or value is None:
            return value
        if kind is tuple:
            return self._plain_tuple(value, name)
        if kind is dict:
            table = {id_: self.plain(one) for id_, one in value.items()}
            return [[id_, one] for id_, one in table.items()] if name in _ORDERED else table
        if isinstance(value, _WRITTEN):
            return str(value)
        return self._plain_object(value, kind)

    def _plain_tuple(self, value: tuple[Any, ...], name: str) -> Any:
        if name == "rungs" and id(value) in self._hashes:
            return self._hashes[id(value)]
        listed = [self.plain(one) for one in value]
        if name == "rungs":
            self._hashes[id(value)] = sha256(_dump(listed).encode()).hexdigest()
            return self._hashes[id(value)]
        return sorted(listed, key=_dump) if name in _UNORDERED else listed

    def _plain_object(self, value: Any, kind: type) -> dict[str, Any]:
        """Return what means something and is not empty, and the class where conditions differ by it."""
        found: dict[str, Any] = {}
        for name in _meaningful(kind):
            one = getattr(value, name)
            if one is not None and one is not False and one not in ((), {}, ""):
                found[name] = self.plain(one, name)
        if kind.__module__ == "engine.core.conditions" or not found:
            found["is"] = kind.__name__
        return found


def _dump(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@lru_cache(maxsize=64)
def _meaningful(kind: type) -> tuple[str, ...]:
    """Return the attributes of a class that mean something."""
    left_out = _WITHOUT_MEANING | _OF_CLASS.get(kind, frozenset())
    keep_id = kind.__name__ in ("Rung", "Requirement")
    return tuple(
        one.name for one in fields_of_class(kind) if one.name not in left_out or (keep_id and one.name == "id")
    )
