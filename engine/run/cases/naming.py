"""Names that are given within a case."""

from __future__ import annotations

from engine.core.case.state import Case


def free_name(protocol: str, case: Case) -> str:
    """Return a name for another run of a protocol in the case: its own, or with a number."""
    number = 1 + sum(one.protocol == protocol for one in case.enrolments.values())
    return protocol if number == 1 else f"{protocol}_{number}"
