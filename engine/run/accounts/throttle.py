"""Slower and slower: after some failed attempts in a row accounts, addresses and searches rest longer each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from engine.core.errors import SpeanError
from engine.store.sql.attempts import Attempts, SqlAttempts

#: So many attempts cost nothing; behind one address there may be a whole office.
FREE_FOR_ACCOUNT, FREE_FOR_ADDRESS = 5, 50
#: So many codes somebody mistypes before her search rests.
FREE_SEARCHES = 10
_FIRST_REST, _LONGEST_REST = timedelta(seconds=30), timedelta(minutes=15)
#: Whoever does not try for so long begins anew.
_FORGOTTEN_AFTER = timedelta(hours=1)


class TooManyError(SpeanError):
    """Too many attempts; wait a quarter of an hour, or ask your administrator for a new invitation."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that was counted as failed before it was judged; ``succeeded`` takes that back."""

    attempts: SqlAttempts
    counted: Mapping[str, Attempts]

    def succeeded(self) -> None:
        """Count it no more; earlier ones stay."""
        for subject, counted in self.counted.items():
            self.attempts.take_back(subject, counted)


@dataclass(frozen=True, slots=True)
class Throttle:
    """Counts attempts by account, by address and by search. Many at the same moment are counted one after another."""

    attempts: SqlAttempts

    def begin(self, user: str, address: str, now: datetime, device: str = "") -> Attempt:
        """Count an attempt to get in (``now``: UTC) before it is judged.

        ``device``: by what attempts from a device of hers are counted, in place of those at her account. Raises
        TooManyError while the account or the address rests; unknown accounts rest as known ones.
        """
        return self._begin(_subjects(user, address, device), now)

    def begin_inside(self, user: str, now: datetime) -> Attempt:
        """Count an attempt of who is logged in to show again who she is: no stranger at the door makes that rest.

        Raises TooManyError.
        """
        return self._begin({f"inside {user}": FREE_FOR_ACCOUNT}, now)

    def begin_search(self, user: str, now: datetime) -> Attempt:
        """Count a search (``now``: UTC) before it is known what it finds. Raises TooManyError while hers rests."""
        return self._begin({f"search {user}": FREE_SEARCHES}, now)

    def forgive(self, user: str) -> None:
        """Forget the attempts at an account; those of the address stay, or one own account would free it."""
        for kind in ("account", "inside"):
            self.attempts.forget(f"{kind} {user}")

    def _begin(self, subjects: Mapping[str, int], now: datetime) -> Attempt:
        counted = self.attempts.begin({one: partial(_after, now, free) for one, free in subjects.items()})
        if counted is None:
            raise TooManyError
        return Attempt(self.attempts, counted)


def _after(now: datetime, free: int, found: Attempts | None) -> Attempts | None:
    """Return what is counted with one more attempt; None while it rests."""
    if found is not None and found.until > now:
        return None
    count = 1 if found is None or now - found.last > _FORGOTTEN_AFTER else found.failed + 1
    rest = min(_FIRST_REST * 2 ** min(count - free, 10), _LONGEST_REST) if count >= free else timedelta()
    return Attempts(count, now, now + rest)


def _subjects(user: str, address: str, device: str) -> Mapping[str, int]:
    """Return what is counted, with what costs nothing; an address only where it is known."""
    account = {device or f"account {user[:64]}": FREE_FOR_ACCOUNT}
    return account | ({f"address {address[:64]}": FREE_FOR_ADDRESS} if address else {})
