"""Who of an office can be reached for each role, in cases of each agency and province; and what is in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.core.people.directory import CASE_MANAGER, SUPERVISOR, Directory, grouped
from engine.core.people.reach import Obstacle, Reach
from engine.core.people.rota import covers_week
from engine.core.people.standing import CaseView, holders_of

#: An agency that owns cases, with their province; it may be empty.
Place = tuple[str, str]

_IN_THE_WAY = {
    Obstacle.NO_STANDING: ("has no account that is open", "spean role add {role} USER {place}"),
    Obstacle.AWAY: ("is away and nobody who can be reached stands in", "spean absence add {user} --deputy USER"),
    Obstacle.NO_ADDRESS: ("has no address", "spean user set {user} --email ADDRESS"),
    Obstacle.UNVERIFIED: ("has an address that is not verified", "spean user verify {user}"),
    Obstacle.UNDELIVERABLE: ("has an address from which mail comes back", "spean user set {user} --email ADDRESS"),
}
#: So many people are named in one sentence.
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a role reaches nobody, what to do, and whether it passes: it is so only while somebody is away."""

    why: str
    hint: str
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """A ministry, or an organisation outside the State: those in one chain can be silenced together."""

    id: str
    outside: bool


class Survey:
    """Who can be reached for each role at each place, looked up once."""

    def __init__(self, directory: Directory, now: datetime, undeliverable: frozenset[str]) -> None:
        self._directory, self._now, self._undeliverable = directory, now, undeliverable
        self._known: dict[tuple[str, Place], tuple[Reason, ...]] = {}

    def missing(self, role: str, place: Place) -> tuple[Reason, ...]:
        """Return every reason why a message for the role would reach nobody there; none where it reaches somebody."""
        if (role, place) not in self._known:
            self._known[role, place] = tuple(self._reasons(role, place))
        return self._known[role, place]

    def chains(self, roles: Iterable[str], place: Place) -> frozenset[Chain]:
        """Return to which ministries, or organisations outside the State, those belong whom the roles reach.

        Who is away counts: she comes back, and what is asked here is how the office is made.
        """
        users = (self._directory.users[user] for role in roles for user in self._lasting(role, place))
        agencies = (self._directory.agencies.get(user.agency) for user in users)
        return frozenset(
            Chain(one.id, outside=True) if one.outside_state else Chain(one.ministry, outside=False)
            for one in agencies
            if one is not None
        )

    def _lasting(self, role: str, place: Place) -> list[str]:
        """Return who has the role or a shift for it and can be reached, today or once she is back."""
        reach = self._reach(place)
        shifts = (one.user for one in self._directory.rota(role, *place))
        given = dict.fromkeys((*holders_of(self._directory, role, reach.case, self._now), *shifts))
        return [user for user in given if reach.obstacle(user) in {None, Obstacle.AWAY}]

    def _reach(self, place: Place, holders: Mapping[str, str] | None = None) -> Reach:
        agency, province = place
        case = CaseView("", agency, province, holders or {})
        return Reach(self._directory, case, self._now, undeliverable=self._undeliverable)

    def _reasons(self, role: str, place: Place) -> Iterator[Reason]:
        """Yield each reason why the role reaches nobody by itself."""
        reach = self._reach(place)
        if not reach.by_right(role) and not self._has_rota(role, place, reach):
            yield self._reason(role, place, reach)
        if role == SUPERVISOR:
            yield from self._own_supervisors(place)

    def _own_supervisors(self, place: Place) -> Iterator[Reason]:
        """Each case manager's own supervisor, who alone is told about her cases, must be there."""
        pairs = ((self._directory.supervisor(one, self._now), one) for one in self._members(CASE_MANAGER, place))
        for above, managers in grouped((above, one) for above, one in pairs if above is not None).items():
            own = self._reach(place, {CASE_MANAGER: managers[0]})
            if not own.by_right(SUPERVISOR):
                yield self._in_the_way(SUPERVISOR, place, own, [above], f" (supervisor of {_few(managers)})")

    def _has_rota(self, role: str, place: Place, reach: Reach) -> bool:
        shifts = self._directory.rota(role, *place)
        return covers_week(one.shift for one in shifts if reach.obstacle(one.user) is None)

    def _members(self, role: str, place: Place) -> list[str]:
        return self._directory.members(role, *place, self._now)

    def _reason(self, role: str, place: Place, reach: Reach) -> Reason:
        members = self._members(role, place)
        if members:
            return self._in_the_way(role, place, reach, members)
        if self._directory.rota(role, *place):
            why = f"Nobody has the role {role}, and its rota leaves hours in which nobody is on duty."
            return Reason(why, f"spean duty add {role} USER {placed(place)}")
        return Reason(f"Nobody has the role {role}.", role_add(role, placed(place)))

    def _in_the_way(self, role: str, place: Place, reach: Reach, users: list[str], who: str = "") -> Reason:
        found = {user: reach.obstacle(user) or Obstacle.NO_STANDING for user in users}
        told = [f"{user}{who} {_IN_THE_WAY[obstacle][0]}" for user, obstacle in found.items()]
        user, obstacle = next(iter(found.items()))
        hint = _IN_THE_WAY[obstacle][1].format(role=role, user=user, place=placed(place))
        return Reason(f"{_few(told)}.", hint, passing=set(found.values()) == {Obstacle.AWAY})


def _few(words: Sequence[str]) -> str:
    """Return the first of the words, and how many more there are."""
    more = f" and {len(words) - _MOST_NAMED} more" if len(words) > _MOST_NAMED else ""
    return f"{', '.join(words[:_MOST_NAMED])}{more}"


def role_add(role: str, where: str) -> str:
    """Return the command that gives somebody the role."""
    return f"spean role add {role} USER {where}"


def placed(place: Place) -> str:
    """Return the options of a command that name the place."""
    agency, province = place
    return f"--agency {agency}{f' --province {province}' if province else ''}"
