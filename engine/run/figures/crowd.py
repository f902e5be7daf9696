"""So many things of so many people: what is small, and so not shown, is how many people stand behind a number.

Forty limits of two people would pass a rule that counts limits, and tell of two people.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

#: The fewest people behind a number that is shown. A rule of this program (proposed; statistical offices use 3 to
#: 20): every person here could be found by who knows her, so it lies in the upper half.
LEAST_SHOWN = 11
Place = TypeVar("Place", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many things there are, and of whom (codes of cases); never more of these than decide what is small."""

    number: int = 0
    people: frozenset[str] = frozenset()

    def __add__(self, other: Crowd) -> Crowd:
        """Put two together; whoever is in both counts once."""
        known = self.people if len(self.people) >= LEAST_SHOWN else self.people | other.people
        return Crowd(self.number + other.number, known)

    def __bool__(self) -> bool:
        """Return whether there is anything."""
        return self.number > 0

    @property
    def is_small(self) -> bool:
        """Return whether somebody could be meant. Nothing is not small: it tells of nobody."""
        return 0 < len(self.people) < LEAST_SHOWN


NOBODY = Crowd()


def together(crowds: Iterable[Crowd]) -> Crowd:
    """Return all of them as one."""
    return sum(crowds, NOBODY)


def gathered(things: Iterable[tuple[Place, str]]) -> dict[Place, Crowd]:
    """Count things by where they belong; each comes with the person whose it is."""
    numbers: dict[Place, int] = {}
    people: dict[Place, set[str]] = {}
    for place, person in things:
        numbers[place] = numbers.get(place, 0) + 1
        known = people.setdefault(place, set())
        if len(known) < LEAST_SHOWN:
            known.add(person)
    return {place: Crowd(number, frozenset(people[place])) for place, number in numbers.items()}
