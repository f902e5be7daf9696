"""A calendar that was changed: what runs in the case is counted anew with it, and that is written down (2, 20)."""

from __future__ import annotations

from datetime import datetime

from engine.core.case import events as happenings
from engine.core.deciding.draft import Draft
from engine.core.deciding.timers import recompute_all


def unread_change(draft: Draft) -> datetime | None:
    """Return when (UTC) a calendar of the case's open clocks last changed, if they are not counted with it yet."""
    used = {item.calendar for one in draft.case.enrolments.values() for item in one.open_clocks()}
    newest = max((at for name, at in draft.library.changed.items() if name in used), default=None)
    known = draft.case.counted or draft.case.opened
    return newest if newest is not None and known is not None and newest > known else None


def count_anew(draft: Draft) -> None:
    """Derive every open limit anew after a change of its calendar; a limit that does not move keeps its rungs."""
    newest = unread_change(draft)
    if newest is not None:
        draft.emit(happenings.CalendarRead(at=draft.now, changed=newest))
        recompute_all(draft, draft.now)
