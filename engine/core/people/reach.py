"""Who can be reached in a case at one instant, and who gets a message for a role (24)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.core.people.directory import Directory
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
        by_right = (why, holders_of(self.directory, role, self.case, self.now))
        duty = (Why.ON_DUTY if why is Why.ROLE else why, on_duty(self.directory, role, self.case, self.now))
        first, second = (duty, by_right) if self.asleep else (by_right, duty)
        return self._present(role, *first) or self._present(role, *second)

    def person(self, user: str) -> tuple[Recipient, ...]:
        """Return who gets a message for one person, if that person still acts in the case or is asked about it."""
        if user not in self.case.invited and not roles_of(self.directory, user, self.case, self.now):
            return ()
        return self._present("", Why.PERSON, [user])

    def obstacle(self, user: str) -> Obstacle | None:
        """Return why the user, her deputies left out, cannot be reached; None where nothing is in the way."""
        if not may_act(self.directory, user, self.case, self.now):
            return Obstacle.NO_STANDING
        if self.directory.absence(user, self.now) is not None:
            return Obstacle.AWAY
        known = self.directory.users[user]
        if not known.email:
            return Obstacle.NO_ADDRESS
        if not known.verified:
            return Obstacle.UNVERIFIED
        return Obstacle.UNDELIVERABLE if known.email.lower() in self.undeliverable else None

    def _present(self, role: str, why: Why, users: Iterable[str]) -> tuple[Recipient, ...]:
        """Return the users, each absent one replaced by a deputy, who can be reached."""
        found: dict[str, Recipient] = {}
        for user in users:
            last = stand_ins(self.directory, user, self.case, self.now)[-1]
            if last not in found and self.obstacle(last) is None:
                known = self.directory.users[last]
                stands_in = last != user and why is not Why.RECORDER
                reason = Why.DEPUTY if stands_in else why
                found[last] = Recipient(last, known.email, known.language, role, reason)
        return tuple(found.values())
