"""Whether a protocol may run on real people: adopted, and in force (28, 30)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from engine.core.case.reasons import Reason, Refused, Why
from engine.core.model import Protocol


def refuse_unfit(protocol: Protocol, now: datetime, *, simulation: bool) -> None:
    """Refuse a draft, one with parts nobody has adopted, and one before its day, except on invented people.

    Raises Refused.
    """
    if simulation:
        return
    reasons = [Reason(Why.DRAFT, protocol.id)] if protocol.status != "adopted" else []
    reasons += [
        Reason(Why.PART_NOT_ADOPTED, one.file, one.authority.get("en", "its authority")) for one in protocol.unadopted
    ]
    if reasons:
        raise Refused(*reasons)
    today = now.astimezone(ZoneInfo(protocol.zone or "UTC")).date()
    if protocol.in_force is not None and today < protocol.in_force:
        raise Refused(Reason(Why.NOT_IN_FORCE, protocol.id, protocol.in_force.isoformat()))
