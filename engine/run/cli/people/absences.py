"""``spean absence``: what its commands do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from engine.core.clocks.calendar import local_date
from engine.core.errors import SpeanError
from engine.core.people.commands import AnyPeopleCommand, EndAbsence, SetAbsence
from engine.core.people.desk import Desk
from engine.core.people.directory import Absence
from engine.run.cli.people.answer import say_change, say_list
from engine.run.cli.people.asking import keeping, looking, read_day
from engine.run.cli.people.documents import absence_document


class AbsenceDayError(SpeanError):
    """Say the days with --from DATE and --to DATE."""


def add_absence(
    office: str, user: str, user_id: str, since: str, until: str, deputy: str | None, *, as_json: bool
) -> None:  # fmt: skip
    """Enter an absence, or change the one that begins on that day; what is not said stays as it is."""
    with keeping(office, user) as asking:
        first, last = _day(since), _day(until)
        wanted: list[Absence] = []

        def plan(desk: Desk) -> Iterable[AnyPeopleCommand]:
            begin = first or _present(desk, user_id) or _today(desk, user_id)
            known = _beginning(desk, user_id, begin)
            end = last or (known.until if known is not None else None)
            if end is None:
                raise AbsenceDayError("Say the last day of the absence with --to DATE.")
            standing_in = deputy if deputy is not None else (known.deputy if known is not None else "")
            wanted.append(Absence(user_id, standing_in, begin, end))
            yield SetAbsence(by=desk.by, user=user_id, since=begin, until=end, deputy=standing_in)

        change = asking.change(plan)
        made = wanted[-1]
        stands_in = f"{made.deputy} stands in" if made.deputy else "nobody stands in"
        told = f"{user_id} is away from {made.since} to {made.until}; {stands_in}."
        say_change(change, "absence", absence_document(made), told, as_json=as_json)


def end_absence(office: str, user: str, user_id: str, since: str, *, as_json: bool) -> None:
    """Strike an absence."""
    with keeping(office, user) as asking:
        first = _day(since)
        struck: list[Absence] = []

        def plan(desk: Desk) -> Iterable[AnyPeopleCommand]:
            begin = first or _present(desk, user_id)
            if begin is None:
                raise AbsenceDayError(
                    f"{user_id} is not away today; say which absence with --from DATE (`spean absence list`)."
                )
            struck.extend(one for one in [_beginning(desk, user_id, begin)] if one is not None)
            yield EndAbsence(by=desk.by, user=user_id, since=begin)

        change = asking.change(plan)
        told = f"The absence of {user_id} from {struck[-1].since} to {struck[-1].until} was struck."
        say_change(change, "absence", absence_document(struck[-1]), told, as_json=as_json)


def _day(typed: str) -> date | None:
    return read_day(typed) if typed else None


def _present(desk: Desk, user: str) -> date | None:
    """Return the first day of the absence that lasts now. Raises PeopleRefused for nobody."""
    absence = desk.directory.absence(desk.user(user).id, desk.now)
    return absence.since if absence is not None else None


def _today(desk: Desk, user: str) -> date:
    return local_date(desk.now, desk.directory.zone(user))


def _beginning(desk: Desk, user: str, day: date) -> Absence | None:
    return next((one for one in desk.directory.absences.get(user, ()) if one.since == day), None)


def list_absences(office: str, user: str, *, over_too: bool, as_json: bool) -> None:
    """Show who is away."""
    with looking(office, user) as asking:
        directory, now = asking.directory, asking.now
        known = sorted(
            (one for absences in directory.absences.values() for one in absences),
            key=lambda one: (one.since, one.user),
        )
        found = [one for one in known if over_too or one.until >= local_date(now, directory.zone(one.user))]
        rows = ((one.user, one.since, one.until, one.deputy or "nobody") for one in found)
        heads = ("user", "from", "to", "stands in")
        say_list([absence_document(one) for one in found], heads, rows, "Nobody is away.", as_json=as_json)
