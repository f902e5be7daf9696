"""Whether a message still has to go out when its turn comes: a clock may have ended since (P9)."""

from __future__ import annotations

from engine.core.case.effects import Message, Topic
from engine.core.case.state import Case

#: What is told whatever happened since: it says what was, not what shall be done.
_ALWAYS = frozenset({Topic.ALARM, Topic.MISSED, Topic.PREVENTED, Topic.GLASS, Topic.LAPSED, Topic.ANSWERED})
#: What those hear who were told of a clock that has ended since.
_AFTERWARDS = frozenset({Topic.WITHDRAWAL})


def overtaken(message: Message, case: Case) -> str:
    """Return why nobody needs the message any more, in a word for the log; the empty text where it is needed."""
    if message.topic in _ALWAYS or message.topic in _AFTERWARDS:
        return ""
    if message.topic is Topic.EXCEPTION:
        item = case.waiting.get(message.subject)
        return "" if item is None or item.is_open else "answered"
    enrolment = case.enrolments.get(message.enrolment)
    item_ = enrolment.clocks.get(message.subject) if enrolment is not None else None
    if item_ is None or not item_.clock.is_open:
        return "clock ended"
    if message.topic is Topic.RUNG and message.generation != item_.clock.now.number:
        return "limit moved"
    return ""
