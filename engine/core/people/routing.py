"""Who gets a message, decided when it is sent (24). Somebody always does.

A role that reaches nobody is passed over for the roles of the next rung, and so on up the escalation; then for the
roles that are always reached; then for the agency's duty address, and at last for the office's own. No recipient
learns who was passed over, or why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.core.clocks.calendar import Calendar, local_date
from engine.core.errors import SpeanError
from engine.core.model import Role, Rung
from engine.core.people.directory import Agency, Directory
from engine.core.people.reach import Reach, Recipient, Why
from engine.core.people.standing import CaseView, is_compromised

#: Whoever records at the step, as escalations say it.
OWNER = "owner"
#: A message to ``user:ID`` is for that one person.
ONE_PERSON = "user:"


class NoDutyAddressError(SpeanError):
    """The office has no duty address, so a message could be lost; set one first."""


@dataclass(frozen=True, slots=True)
class Route:
    """Who gets a message, never nobody. ``fell_through``: the roles that reached nobody, for the log only."""

    recipients: tuple[Recipient, ...]
    fell_through: tuple[str, ...] = ()


def route(
    role: str,
    rungs: Sequence[Rung],
    index: int,
    case: CaseView,
    directory: Directory,
    now: datetime,
    *,
    urgent: bool,
    calendar: Calendar,
    roles: Mapping[str, Role],
    recorders: Sequence[str] = (),
    undeliverable: Collection[str] = (),
) -> Route:
    """Return who gets a message for a role (or ``user:ID``) of the case, at the instant it is sent (UTC).

    ``rungs`` and ``index``: the escalation and the place in it from which the message comes; without one, no rungs,
    and -1 where all of them come after it. ``roles``: those of the protocol. ``recorders``: the roles that record at
    the step; they sign and send what goes to a role without an account. ``calendar``: the agency's; an urgent
    message outside its opening hours goes to whoever is on duty. Raises NoDutyAddressError.
    """
    asleep = urgent and not is_open(calendar, now)
    reach = Reach(directory, case, now, asleep, frozenset(address.lower() for address in undeliverable))
    search = _Search(reach, roles, tuple(recorders))
    fell_through: dict[str, None] = {}
    for group in search.groups(role, rungs, index):
        reached = {name: search.reached_by(name) for name in group if name not in fell_through}
        fell_through.update(dict.fromkeys(name for name, found in reached.items() if not found))
        recipients = each_once(one for found in reached.values() for one in found)
        if recipients:
            return Route(recipients, tuple(fell_through))
    return Route((_last_resort(reach),), tuple(fell_through))


def each_once(recipients: Iterable[Recipient]) -> tuple[Recipient, ...]:
    """Return the recipients without repeats: one person, or one address, gets one message, by the first role."""
    found: dict[str, Recipient] = {}
    for one in recipients:
        found.setdefault(one.address.lower(), one)
    return tuple(found.values())


def is_open(calendar: Calendar, now: datetime) -> bool:
    """Return whether the office is open at this instant (UTC)."""
    return any(opens <= now < closes for opens, closes in calendar.intervals(local_date(now, calendar.tz)))


@dataclass(frozen=True, slots=True)
class _Search:
    """Whom to try, one group of roles after another."""

    reach: Reach
    roles: Mapping[str, Role]
    recorders: tuple[str, ...]

    def groups(self, role: str, rungs: Sequence[Rung], index: int) -> Iterator[list[str]]:
        """Yield the roles to try: the message's own, each later rung's, then those always reached, one by one.

        Of the latter those of this escalation come first: who has nothing to do with it learns of it last.
        """
        yield self._spelt_out([role])
        for rung in rungs[index + 1 :]:
            yield [name for name in self._spelt_out(rung.to) if self._has_account(name)]
        always = [name for name, known in self.roles.items() if known.always_reached and known.account]
        named = {name for rung in rungs for name in rung.to}
        yield from ([name] for name in sorted(always, key=lambda name: name not in named))

    def reached_by(self, name: str) -> tuple[Recipient, ...]:
        """Return whom a role, or ``user:ID``, reaches by itself."""
        if name.startswith(ONE_PERSON):
            return self.reach.person(name.removeprefix(ONE_PERSON))
        if self._has_account(name):
            return self.reach.role(name)
        senders = (role for role in self.recorders if self._has_account(role))
        return each_once(one for role in senders for one in self.reach.role(role, Why.RECORDER))

    def _spelt_out(self, names: Iterable[str]) -> list[str]:
        """Return the roles with those who record in place of the word for them."""
        return [role for name in names for role in (self.recorders if name == OWNER else (name,))]

    def _has_account(self, name: str) -> bool:
        known = self.roles.get(name)
        return known is None or known.account


def _last_resort(reach: Reach) -> Recipient:
    """Return the agency's duty address, unless somebody there is kept out; else the office's own."""
    directory, agency = reach.directory, reach.directory.agencies.get(reach.case.agency)
    if agency is not None and _is_safe(agency, reach):
        return _to_duty(agency.duty_address, directory.language)
    if not directory.duty_address:
        raise NoDutyAddressError
    return _to_duty(directory.duty_address, directory.language)


def _is_safe(agency: Agency, reach: Reach) -> bool:
    if not agency.duty_address or agency.duty_address.lower() in reach.undeliverable:
        return False
    return not is_compromised(reach.directory, agency, reach.case, reach.now)


def _to_duty(address: str, language: str) -> Recipient:
    return Recipient(address, address, language, "", Why.DUTY_ADDRESS)
