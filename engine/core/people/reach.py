"""Who can be reached in a case at one instant, and who gets a message for a role (24)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.core.people.directory import Directory, User
from engine.core.people.standing import CaseView, holders_of, may_act, on_duty, roles_of, stand_ins


class Why(StrEnum):
    """Why somebody gets a message. It says something about the recipient only, never about anybody else."""

    ROLE = "role"
    DEPUTY = "deputy"
    ON_DUTY = "on_duty"
    PERSON = "person"
    RECORDER = "recorder"
    DUTY_ADDRESS = "duty_address"


class Obstacle(StrEnum):
    """Why somebody cannot be reached. For the log and the administrator; no recipient ever reads it."""

    NO_STANDING = "no_standing"  # not known, disabled, or kept out of the case
    AWAY = "away"
    NO_ADDRESS = "no_address"
    UNVERIFIED = "unverified"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a message. ``to``: a user, or the duty address itself; ``role`` is empty where no role leads there."""

    to: str
    address: str
    language: str
    role: str
    why: Why


@dataclass(frozen=True, slots=True)
class Reach:
    """Who can be reached in a case at this instant (UTC).

    ``asleep``: the message is urgent and the office is closed, so whoever is on duty comes first. ``undeliverable``:
    addresses, in small letters, from which mail came back for good.
    """

    directory: Directory
    case: CaseView
    now: datetime
    asleep: bool = False
    undeliverable: frozenset[str] = frozenset()

    def role(self, role: str, why: Why = Why.ROLE) -> tuple[Recipient, ...]:
        """Return who gets a message for the role; nobody twice, in the order of their ids."""
        first, second = (self.on_duty, self.by_right) if self.asleep else (self.by_right, self.on_duty)
        return first(role, why) or second(role, why)

    def by_right(self, role: str, why: Why = Why.ROLE) -> tuple[Recipient, ...]:
        """Return who can be reached of those to whom the role belongs, deputies in place of who is away."""
        return self._present(role, why, holders_of(self.directory, role, self.case, self.now))

    def on_duty(self, role: str, why: Why = Why.ROLE) -> tuple[Recipient, ...]:
        """Return who can be reached of those on duty for the role, deputies in place of who is away."""
        reason = Why.ON_DUTY if why is Why.ROLE else why
        return self._present(role, reason, on_duty(self.directory, role, self.case, self.now))

    def person(self, user: str) -> tuple[Recipient, ...]:
        """Return who gets a message for one person, if that person still acts in the case or is asked about it."""
        if user not in self.case.invited and not roles_of(self.directory, user, self.case, self.now):
            return ()
        return self._present("", Why.PERSON, [user])

    def obstacle(self, user: str) -> Obstacle | None:
        """Return why the user, her deputies left out, cannot be reached; None where nothing is in the way."""
        if not may_act(self.directory, user, self.case, self.now):
            return Obstacle.NO_STANDING
        return self._obstacle_of(self.directory.users[user])

    def _obstacle_of(self, user: User) -> Obstacle | None:
        """Return why somebody who may act in the case cannot be reached."""
        if self.directory.absence(user.id, self.now) is not None:
            return Obstacle.AWAY
        if not user.email:
            return Obstacle.NO_ADDRESS
        if not user.verified:
            return Obstacle.UNVERIFIED
        return Obstacle.UNDELIVERABLE if user.email.lower() in self.undeliverable else None

    def _present(self, role: str, why: Why, users: Iterable[str]) -> tuple[Recipient, ...]:
        """Return those of the users, who all may act in the case, or of their deputies, who can be reached."""
        found: dict[str, Recipient] = {}
        for user in users:
            last = self.directory.users[stand_ins(self.directory, user, self.case, self.now)[-1]]
            if last.id not in found and self._obstacle_of(last) is None:
                stands_in = last.id != user and why is not Why.RECORDER
                found[last.id] = Recipient(last.id, last.email, last.language, role, Why.DEPUTY if stands_in else why)
        return tuple(found.values())
