"""Whether an office can serve its protocols: every rung of every escalation must reach somebody (24).

Start-up refuses an office with gaps. One that is only passing (somebody is away and nobody stands in) is told, but
does not keep the service from starting: at night nobody could mend it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from engine.core.model import Protocol, Role
from engine.core.people.directory import SUPERVISOR, Agency, Directory, grouped
from engine.core.people.ladders import Ladder, first_recorders, ladders
from engine.core.people.standing import CaseView, province_of
from engine.core.people.survey import Place, Survey, role_add


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that would leave a message without its reader. What does not apply is empty.

    ``ladder``: the escalation, the path of a deadline with rungs of its own, or ``no_news``. ``also``: at how many
    more rungs the same is missing. ``passing``: it is so only while somebody is away.
    """

    why: str
    hint: str
    protocol: str = ""
    ladder: str = ""
    rung: str = ""
    role: str = ""
    agency: str = ""
    province: str = ""
    passing: bool = False
    also: int = 0

    def __str__(self) -> str:
        """Return it as one line: where, what is wrong, what to do."""
        ladder = f"rung {self.rung} of {self.ladder}" if self.rung else self.ladder
        place = f"cases of {self.agency}{f' in {self.province}' if self.province else ''}" if self.agency else ""
        where = ", ".join(part for part in (self.protocol, ladder, place) if part)
        more = f" The same shows at {self.also} more rungs." if self.also else ""
        return f"{where or 'The office'}: {self.why}{more} Next: {self.hint}"


def gaps(
    protocols: Iterable[Protocol],
    directory: Directory,
    calendars: Collection[str],
    now: datetime,
    *,
    owned: Iterable[Place] = (),
    undeliverable: Collection[str] = (),
) -> tuple[Gap, ...]:
    """Return everything that is missing at this instant (UTC), each once; nothing where all can be reached.

    ``calendars``: the ids, or the mapping, of those that are known. ``owned``: agencies, with their province or an
    empty one, that own cases; those where a case can begin are found by themselves.
    """
    survey = Survey(directory, now, frozenset(address.lower() for address in undeliverable))
    found = [*_of_office(directory, now)]
    owned = tuple(owned)
    owners = {agency for agency, _ in owned}
    for protocol in protocols:
        places = _places(protocol, directory, now, owned)
        owners.update(agency for agency, _ in places)
        found += _of_protocol(protocol, places, survey)
    found += [gap for id_ in sorted(owners) for gap in _of_agency(directory.agencies.get(id_), id_, calendars)]
    return _each_once(found)


def _each_once(found: Iterable[Gap]) -> tuple[Gap, ...]:
    """Return each gap once: the first rung where it shows, and at how many more it does."""
    told = grouped(((gap.role, gap.agency, gap.province, gap.why), gap) for gap in found)
    return tuple(
        replace(same[0], also=len({(one.protocol, one.ladder, one.rung) for one in same}) - 1)
        for same in told.values()
    )


def _of_office(directory: Directory, now: datetime) -> Iterator[Gap]:
    if not directory.duty_address:
        yield Gap("There is no duty address, so a message could be lost.", "spean duty address ADDRESS")
    told: set[str] = set()
    for user in sorted(directory.supervisions):
        circle = _circle(directory, user, now)
        if circle and not told & set(circle):
            told |= set(circle)
            others = ", ".join(circle[1:])
            why = f"{user} supervises himself{f' through {others}' if others else ''}."
            known = directory.users.get(user)
            agency = known.agency if known is not None else ""
            yield Gap(why, f"spean user set {user} --supervisor USER", role=SUPERVISOR, agency=agency)


def _circle(directory: Directory, user: str, now: datetime) -> list[str]:
    """Return the circle of supervisors on which the user stands, beginning with him; empty where there is none."""
    line = [user]
    above = directory.supervisor(user, now)
    while above is not None and above not in line:
        line.append(above)
        above = directory.supervisor(above, now)
    return line if above == user else []


def _of_agency(agency: Agency | None, id_: str, calendars: Collection[str]) -> Iterator[Gap]:
    if agency is None:
        yield Gap("There are cases of this agency, but no such agency.", f"spean agency add {id_}", agency=id_)
    elif agency.calendar and agency.calendar not in calendars:
        why = f"There is no calendar {agency.calendar}, so nobody knows when this agency is open."
        yield Gap(why, f"spean agency set {id_} --calendar CALENDAR", agency=id_)


def _places(protocol: Protocol, directory: Directory, now: datetime, owned: Iterable[Place]) -> list[Place]:
    """Return where a case of the protocol can begin, or is. A case without a province is in that of its agency."""
    first = first_recorders(protocol)
    begun = (
        (one.agency, one.province)
        for one in directory.memberships.values()
        if one.role in first and one.agency in directory.agencies and one.holds(now)
    )
    return sorted({(agency, province_of(directory, CaseView("", agency, of))) for agency, of in chain(begun, owned)})


def _of_protocol(protocol: Protocol, places: list[Place], survey: Survey) -> Iterator[Gap]:
    if not places:
        roles = first_recorders(protocol)
        why = f"No agency can begin a case: nobody has the role {' or '.join(roles) or '(none records there)'}."
        yield Gap(why, role_add(roles[0] if roles else "ROLE", "--agency AGENCY"), protocol.id, role=", ".join(roles))
    always = [role for role in protocol.roles.values() if role.always_reached and role.account]
    climbed = ladders(protocol)
    for place in places:
        for ladder in climbed:
            yield from _of_ladder(ladder, place, protocol.roles, survey)
        for role in always:
            yield from _missing(Gap("", "", protocol.id, "always reached", role=role.id), place, survey)


def _of_ladder(ladder: Ladder, place: Place, roles: Mapping[str, Role], survey: Survey) -> Iterator[Gap]:
    for rung in ladder.rungs:
        asked = _with_accounts(ladder.roles(rung), ladder, roles)
        blank = Gap("", "", ladder.protocol, ladder.id, rung.id)
        found = [_missing(replace(blank, role=role), place, survey) for role in asked]
        if not asked:
            why = "Nobody with an account records at the step, so nobody can send the letter."
            yield replace(blank, why=why, hint="Give `recorded_by` of the step a role with an account.")
        if all(found):
            yield from chain.from_iterable(found)
    yield from _of_top(ladder, place, roles, survey)


def _missing(blank: Gap, place: Place, survey: Survey) -> list[Gap]:
    """Return the gap, filled in, for each reason why a message for its role would reach nobody there."""
    agency, province = place
    return [
        replace(blank, why=one.why, hint=one.hint, passing=one.passing, agency=agency, province=province)
        for one in survey.missing(blank.role, place)
    ]


def _with_accounts(names: Iterable[str], ladder: Ladder, roles: Mapping[str, Role]) -> tuple[str, ...]:
    """Return the roles with those who sign and send in place of each role without an account."""

    def has_account(name: str) -> bool:
        return name not in roles or roles[name].account

    spelt_out = ((name,) if has_account(name) else tuple(filter(has_account, ladder.recorders)) for name in names)
    return tuple(dict.fromkeys(chain.from_iterable(spelt_out)))


def _of_top(ladder: Ladder, place: Place, roles: Mapping[str, Role], survey: Survey) -> Iterator[Gap]:
    """The people of the last two rungs belong to different ministries, and one of them to none (24)."""
    top = ladder.rungs[-2:]
    chains = [survey.chains(_with_accounts(ladder.roles(rung), ladder, roles), place) for rung in top]
    if not top or not all(chains):
        return  # told already where a rung reaches nobody
    last = _with_accounts(ladder.roles(top[-1]), ladder, roles)
    gap = Gap("", "", ladder.protocol, ladder.id, ", ".join(rung.id for rung in top), ", ".join(last), *place)
    if not any(one.outside for own in chains for one in own):
        why = "Nobody whom the last two rungs reach works outside the State."
        yield replace(
            gap, why=why, hint=f"{role_add(last[0], '--everywhere')} with somebody of an independent organisation"
        )
    if len(top) > 1 and len(chains[0] | chains[1]) < 2:
        why = f"Everybody whom the last two rungs reach belongs to {next(iter(chains[0])).id}."
        yield replace(gap, why=why, hint=f"{role_add(last[0], '--everywhere')} with somebody of another ministry")
