"""The titles of a protocol before there is a case: an empty one stands in."""

from __future__ import annotations

from engine.core.case.state import Case, Enrolment
from engine.core.model import Protocol
from web.desk import Desk, Visitor
from web.titles import Titles


def blank(protocol: Protocol, visitor: Visitor, desk: Desk) -> Titles:
    """Return the titles of a case that would run this protocol alone."""
    run = Enrolment(protocol.id, protocol.id, protocol.version, protocol.meaning, desk.office.time.now())
    return visitor.titles(Case("", enrolments={protocol.id: run}))
