"""Who reads a note: its writer, and whoever works with her. What clinicians, counsellors and lawyers write is theirs.

A note says nothing of whom it is for, so who wrote it decides. Privileged is a profession that answers privileged
questions of a protocol of this case (domain paper, section 0.4, rule 12).
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from engine.core.case.commands import SUPERVISOR, Actor
from engine.core.case.events import NoteAdded
from engine.core.case.state import Case
from engine.core.deciding.library import Library
from engine.core.people.directory import CASE_MANAGER


def may_read(note: NoteAdded, given: AbstractSet[str], reader: Actor, privileged: AbstractSet[str]) -> bool:
    """Return whether somebody may read a note. ``given``: every role that its writer ever had.

    The note of a privileged profession is read by the same profession, any other by case managers and supervisors.
    """
    if note.by == reader.user:
        return True
    theirs = given & privileged
    return bool(reader.roles & (theirs or {CASE_MANAGER, SUPERVISOR}))


def privileged_roles(case: Case, library: Library) -> frozenset[str]:
    """Return the roles of this case's protocols that see what not even a supervisor sees."""
    rules = (library.rulebooks[one.meaning] for one in case.enrolments.values())
    fields = (field for one in rules for field in one.protocol.fields.values() if field.privileged)
    return frozenset(role for field in fields for role in field.seen_by)
