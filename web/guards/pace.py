"""What costs much, or makes much, is done so often in a minute and no more (OWASP ASVS 5.0, 2.4.1).

Counted in memory: one process serves the whole office, and a minute is forgotten with it. The numbers are defaults of
Spean: nobody reaches them by hand, a script does within seconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import ceil
from threading import Lock
from time import monotonic
from typing import Annotated

from fastapi import Depends, Request

from web.desk import Visitor
from web.guards.entry import visitor_of

#: So often in a minute somebody opens, attaches, prints or hands over; so often a program asks in her name.
COSTLY, ASKED_BY_PROGRAM = 30, 300
MINUTE = 60.0


class TooFastError(Exception):
    """Too much in a short time; ``wait``: after so many seconds it is taken again."""

    def __init__(self, wait: int, visitor: Visitor | None = None) -> None:
        super().__init__()
        self.wait, self.visitor = wait, visitor


class Pace:
    """Counts what each person does. Many threads may ask at once."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Begin with nothing counted; ``clock``: seconds that only ever grow."""
        self._clock = clock
        self._lock = Lock()
        self._done: dict[tuple[str, str], deque[float]] = {}

    def wait(self, user: str, kind: str, most: int) -> int:
        """Count one more and return 0; where it is too many, count nothing and return the seconds to wait."""
        now = self._clock()
        with self._lock:
            done = self._done.setdefault((user, kind), deque())
            while done and now - done[0] >= MINUTE:
                done.popleft()
            if len(done) >= most:
                return ceil(MINUTE - (now - done[0]))
            done.append(now)
        return 0


def costly(request: Request, visitor: Annotated[Visitor, Depends(visitor_of)]) -> None:
    """Refuse what somebody does too often. Raises TooFastError."""
    wait = pace_of(request).wait(visitor.id, "page", COSTLY)
    if wait:
        raise TooFastError(wait, visitor)


def pace_of(request: Request) -> Pace:
    """Return what counts."""
    found: Pace = request.app.state.pace
    return found


#: Of routes that cost much.
Costly = Depends(costly)
