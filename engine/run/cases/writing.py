"""From a command to what a store writes: the decision, the case after it, its wake-ups, when its messages go out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from engine.core.case.commands import AnyCommand
from engine.core.case.events import Event
from engine.core.case.state import Case
from engine.core.deciding.decide import decided, wakes
from engine.core.deciding.library import Library
from engine.run.cases.posting import posting
from engine.store.ports import Work, Written

Now = Callable[[], datetime]


def deciding(
    command: AnyCommand,
    now: Now,
    library: Library,
    journal: Sequence[Event] = (),
    *,
    with_repeats: bool = True,
) -> Work:
    """Return the unit of work that decides the command on a case and says all that is to be written.

    The present is read when the case is locked, so that a wait for the lock makes nothing earlier than it is. Without
    repeats the case is not woken for them (a replay).
    """

    def work(case: Case) -> Written:
        at = now()
        decision, after = decided(case, command, at, library, journal)
        found = wakes(after, at, library, with_repeats=with_repeats)
        postings = tuple(posting(message, after, library) for message in decision.effects)
        return Written(decision, after, found.any, found.urgent, postings)

    return work
