"""What of a refusal may stand in the journal in the open: nothing that tells a private answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.core.case.reasons import Reason
from engine.core.conditions import Blocking, fields_of
from engine.core.deciding.rulebook import Rulebook


def in_the_open(reason: Reason, rulebooks: Iterable[Rulebook]) -> Reason:
    """Return a reason without the tests of private fields: how they came out would tell the answer."""
    books = tuple(rulebooks)
    return replace(reason, blocking=tuple(one for one in reason.blocking if not _is_private(one, books)))


def _is_private(blocking: Blocking, rulebooks: Iterable[Rulebook]) -> bool:
    fields = (rules.field(name) for rules in rulebooks for name in fields_of(blocking.leaf))
    return any(field is not None and field.private for field in fields)
