"""How long an answer may take, from `defaults`; only what differs from the language's own limits counts (4, 5)."""

from __future__ import annotations

from engine.core.case.state import WaitingKind
from engine.core.deciding.waits import USUAL_WAITS
from engine.core.duration import Duration
from engine.protocol.building.vocabulary import Vocabulary
from engine.protocol.schema.forms import Form
from engine.protocol.schema.references import parse_scalar
from engine.protocol.sentences.durations import parse_duration


def read_waits(words: Vocabulary) -> dict[str, Duration]:
    """Return the limits of waiting items that are others than usual; the usual ones written down say nothing new."""
    form: Form | None = words.defaults.get("waits") if words.defaults else None
    if form is None:
        return {}
    found = {}
    for kind in WaitingKind:
        scalar = form.get(kind.value)
        limit = parse_scalar(parse_duration, scalar, form.way(kind.value), words.desk) if scalar else None
        if limit is not None and limit != USUAL_WAITS[kind]:
            found[kind.value] = limit
    return found
