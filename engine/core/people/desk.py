"""What decides on a command of the directory: the directory, the instant, who asks, and the demands made most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.core.people.directory import Directory, User
from engine.core.people.names import shapes, shown
from engine.core.people.reasons import Because, Objection, PeopleRefused, refuse


@dataclass(frozen=True, slots=True)
class Desk:
    """What a handler has at hand."""

    directory: Directory
    now: datetime
    by: str

    @property
    def note(self) -> dict[str, Any]:
        """When and by whom the events are recorded."""
        return {"at": self.now, "by": self.by}

    def user(self, id_: str, column: str = "user") -> User:
        """Return the user of this id; refuse where there is none."""
        found = self.directory.users.get(id_)
        if found is None:
            refuse(Because.NO_USER, shown(id_), column=column)
        return found

    def active(self, id_: str, column: str = "user") -> User:
        """Return the user of this id; refuse where the account is disabled, too."""
        found = self.user(id_, column)
        if found.disabled:
            refuse(Because.DISABLED, id_, column=column)
        return found

    def demand_agency(self, id_: str, column: str = "agency") -> None:
        """Refuse where there is no such agency."""
        if id_ not in self.directory.agencies:
            refuse(Because.NO_AGENCY, shown(id_), column=column)

    def demand_other_shape(self, kind: str, id_: str) -> None:
        """Refuse a new id that would be mistaken for one that exists."""
        for shape in shapes(id_):
            alike = self.directory.shapes.get((kind, shape), id_)
            if alike != id_:
                refuse(Because.LOOKS_LIKE, id_, alike, column="id")


def raise_first(objections: Iterable[Objection]) -> None:
    """Raise PeopleRefused with the first of the objections, if there is one."""
    for objection in objections:
        raise PeopleRefused(objection)
