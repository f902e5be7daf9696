"""What ``spean explain`` and the reference say about one problem code."""

from __future__ import annotations

from dataclasses import dataclass

from engine.protocol.problems import Severity


@dataclass(frozen=True, slots=True)
class Explanation:
    """One problem code at length: what it means, a small example that is wrong and the same one put right.

    ``what`` is prose for policy staff. ``wrong`` and ``right`` are pieces of YAML; characters nobody could see on
    a page are shown there by their Unicode name in angle brackets.
    """

    code: str
    severity: Severity
    title: str
    what: str
    wrong: str
    right: str
