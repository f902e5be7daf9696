"""How long somebody who is asked may take, and who hears of it meanwhile (4, 5, 22)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.core.case.state import WaitingKind
from engine.core.clocks.calendar import Calendar
from engine.core.clocks.clock import Terms
from engine.core.clocks.limit import Rule
from engine.core.duration import Duration, Unit
from engine.core.model import RUN_THROUGH_HOLDS, Kind, Lasts, MessageKind, NoNews, Protocol, Rung, RungAt

#: What the key of the clock of a waiting item, and the path of its deadline, begin with.
WAITING = "waiting."
#: The paths of their deadlines, which stand in no protocol.
WAIT_PATHS = frozenset(WAITING + kind.value for kind in WaitingKind)
#: The language's own limits; a protocol may say others under `defaults`.
USUAL_WAITS: Mapping[WaitingKind, Duration] = {
    WaitingKind.APPROVAL: Duration(2, Unit.WORKING_DAYS),
    WaitingKind.REVIEW: Duration(24, Unit.HOURS),
    WaitingKind.REQUEST: Duration(5, Unit.WORKING_DAYS),
    WaitingKind.TRANSFER: Duration(2, Unit.WORKING_DAYS),
}
#: No rung of a protocol can have this id.
_REMINDER = "waiting.reminder"


def limit_of_wait(protocol: Protocol, kind: WaitingKind) -> Duration:
    """Return how long an answer may take in this protocol."""
    return protocol.waits.get(kind.value) or USUAL_WAITS[kind]


def terms_of_wait(
    no_news: NoNews, kind: WaitingKind, asked: tuple[str, ...], duration: Duration, calendar: Calendar
) -> Terms:
    """Return the terms of a waiting item's clock: a reminder to those asked, then up the ladder of silence.

    A review is a matter of safety and runs through holds; the others stop like every clock of their kind (19).
    """
    basis = kind_of_wait(kind)
    return Terms(
        calendar,
        Rule(duration),
        basis,
        (_reminder(kind, asked), *ladder(no_news)),
        stops_on_hold=basis not in RUN_THROUGH_HOLDS,
        until_leaving=False,
        lasts=Lasts.CASE,
    )


def kind_of_wait(kind: WaitingKind) -> Kind:
    """Return the kind of limit by which an answer is awaited: a review is a matter of safety (4)."""
    return Kind.SAFETY if kind is WaitingKind.REVIEW else Kind.DEFAULT


def _reminder(kind: WaitingKind, asked: tuple[str, ...]) -> Rung:
    return Rung(_REMINDER, RungAt.SHARE, asked, share=0 if kind is WaitingKind.REVIEW else 50)


def ladder(no_news: NoNews) -> tuple[Rung, ...]:
    """Return the no-news rungs from the first escalation on; all of them where none is one."""
    first = next((i for i, rung in enumerate(no_news.rungs) if rung.sends is MessageKind.ESCALATION), 0)
    return no_news.rungs[first:]
