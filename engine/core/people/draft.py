"""A directory while events are folded into it: what is changed is copied once, however many events change it."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from engine.core.people.directory import (
    Absence,
    Agency,
    Asked,
    Conflict,
    Directory,
    Duty,
    Membership,
    Supervision,
    User,
    with_shapes,
)


class Draft:
    """Copies of what is changed, under the names the directory has for them; the directory itself stays as it is."""

    duty_address: str
    language: str

    def __init__(self, directory: Directory) -> None:
        """Begin with this directory."""
        self._before = directory
        self.seq = directory.seq

    @cached_property
    def agencies(self) -> dict[str, Agency]:
        """Agencies by id."""
        return dict(self._before.agencies)

    @cached_property
    def users(self) -> dict[str, User]:
        """Staff by id."""
        return dict(self._before.users)

    @cached_property
    def memberships(self) -> dict[tuple[str, str, str, str], Membership]:
        """Roles by what tells them apart."""
        return dict(self._before.memberships)

    @cached_property
    def asked(self) -> dict[tuple[str, str, str, str], Asked]:
        """Roles that wait for a second person, by what tells them apart."""
        return dict(self._before.asked)

    @cached_property
    def supervisions(self) -> dict[str, Supervision]:
        """Who is above somebody, by the one below."""
        return dict(self._before.supervisions)

    @cached_property
    def absences(self) -> dict[str, tuple[Absence, ...]]:
        """Absences by who is away."""
        return dict(self._before.absences)

    @cached_property
    def duties(self) -> list[Duty]:
        """All shifts."""
        return list(self._before.duties)

    @cached_property
    def conflicts(self) -> dict[str, tuple[Conflict, ...]]:
        """Conflicts by the case or person they are about."""
        return dict(self._before.conflicts)

    @cached_property
    def addresses(self) -> dict[str, str]:
        """Who uses an address."""
        return dict(self._before.addresses)

    @cached_property
    def shapes(self) -> dict[tuple[str, str], str]:
        """Whose id looks so."""
        return dict(self._before.shapes)

    def note_shapes(self, kind: str, id_: str) -> None:
        """Remember how an id looks."""
        self.shapes.update(with_shapes(kind, [id_]))

    def directory(self) -> Directory:
        """Return the directory with what was changed; the very same where no event came."""
        if self.seq == self._before.seq:
            return self._before
        changed: dict[str, Any] = {name: value for name, value in vars(self).items() if name != "_before"}
        if "duties" in changed:
            changed["duties"] = tuple(self.duties)
        # Not ``evolve``: what is copied must not bring the indices of the old snapshot along.
        return replace(self._before, **changed)
