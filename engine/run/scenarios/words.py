"""Reasons, deadlines and messages in the short words that a scenario uses for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.core.case.effects import Message, Topic
from engine.core.case.reasons import Reason, Why
from engine.core.case.state import Case, CaseClock
from engine.core.conditions import Blocking
from engine.core.judging.wording import describe_leaf

#: What a message about a waiting item is called after, by the path of its clock.
_WAITING = "waiting."
_TOPICS = {
    Topic.SUMMARY: "summary",
    Topic.LIMIT_MOVED: "moved",
    Topic.WITHDRAWAL: "withdrawn",
    Topic.ALARM: "alarm",
    Topic.MISSED: "missed",
    Topic.EXCEPTION: "exception",
    Topic.ANSWERED: "answered",
    Topic.LAPSED: "lapsed",
    Topic.PREVENTED: "prevented",
    Topic.GLASS: "glass",
}


def of_reasons(reasons: Iterable[Reason]) -> list[str]:
    """Return what stands in the way, each once, in order."""
    return list(dict.fromkeys(word for reason in reasons for word in _of_reason(reason)))


def _of_reason(reason: Reason) -> Iterator[str]:
    if reason.why is Why.FACT_MISSING:
        yield reason.subject
    elif reason.why is Why.CONSENT_MISSING:
        yield f"consent to {reason.subject}"
    elif reason.why is Why.TASK_OPEN:
        yield f"task {reason.subject}"
    elif reason.why is Why.FORBIDDEN:
        yield f"rule {reason.subject}"
    elif reason.why is Why.APPROVAL:
        yield f"approval of {reason.detail}"
    elif reason.why is Why.ROLE:
        yield "role"
    elif reason.why is Why.NOT_YET and reason.blocking:
        yield from map(of_blocking, reason.blocking)
    else:
        yield str(reason)


def of_blocking(blocking: Blocking) -> str:
    """Return what must become true."""
    said = describe_leaf(blocking.leaf)
    return said if blocking.needed else f"not ({said})"


def of_clock(item: CaseClock) -> str:
    """Return the full name of a clock: ``track.step.deadline``, ``no_news``, ``waiting.KIND``."""
    return item.deadline


def of_message(message: Message, case: Case) -> str:
    """Return the full name of a message: of a rung ``track.step.deadline.rung``, of the rest ``alarm.RULE``."""
    path = message.deadline
    if message.topic is Topic.RUNG:
        return f"{path.removeprefix(_WAITING)}.{message.rung}"
    if message.topic in {Topic.ALARM, Topic.PREVENTED}:
        return f"{_TOPICS[message.topic]}.{message.subject}"
    if message.topic in {Topic.EXCEPTION, Topic.ANSWERED, Topic.LAPSED}:
        item = case.waiting.get(message.subject)
        return f"{_TOPICS[message.topic]}.{item.kind.value if item else message.subject}"
    return f"{_TOPICS[message.topic]}.{path.removeprefix(_WAITING)}"


def means(written: str, full: str) -> bool:
    """Return whether what stands in a scenario may mean this full name: some of its words, the last ones at least."""
    if written == full:
        return True
    short, long = written.split("."), full.split(".")
    if short[-1] != long[-1] or len(short) > len(long):
        return False
    rest = iter(long)
    return all(word in rest for word in short)
