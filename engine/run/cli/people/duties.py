"""``spean duty``: what its commands do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.core.errors import SpeanError
from engine.core.people.commands import AddDuty, AnyPeopleCommand, EndDuty, SetDutyAddress
from engine.core.people.desk import Desk
from engine.core.people.directory import Directory, Duty
from engine.core.people.names import shown
from engine.core.people.rota import Between, Shift, is_on
from engine.run.cli.people.answer import say_change, say_list
from engine.run.cli.people.asking import keeping, looking
from engine.run.cli.people.documents import duty_document, place
from engine.run.cli.people.roles import Where, WhichError, the_one
from engine.run.cli.people.weeks import WEEK, read_week
from engine.run.cli.session import read_instant


class ShiftError(SpeanError):
    """Say when: every week with --every "Fri 17:00 - Mon 08:00", or once with --from TIME and --to TIME."""


@dataclass(frozen=True, slots=True)
class Shifts:
    """When somebody is on duty, as it was typed; all empty: nothing was said."""

    every: str
    since: str
    until: str

    @property
    def is_said(self) -> bool:
        """Whether anything was said."""
        return bool(self.every or self.since or self.until)

    def read(self, zone: ZoneInfo) -> Shift:
        """Return the shift; a single one is local to the zone. Raises ShiftError, WhenError."""
        if self.every and not self.since and not self.until:
            week = read_week(self.every)
            if week is None:
                raise ShiftError(f"{shown(self.every)} is no part of a week; {WEEK}.")
            return week
        if self.every or not (self.since and self.until):
            raise ShiftError
        return Between(read_instant(self.since, zone), read_instant(self.until, zone))


def add_duty(
    office: str, user: str, role: str, user_id: str, where: Where, shift: Shifts, *, as_json: bool
) -> None:  # fmt: skip
    """Put a shift on the rota."""
    with keeping(office, user) as asking:
        asking.check_role(role)
        where.check()
        made: list[Duty] = []

        def plan(desk: Desk) -> Iterable[AnyPeopleCommand]:
            zone = desk.directory.zone(desk.user(user_id).id)
            made.append(Duty(role, where.agency, where.province, user_id, shift.read(zone)))
            yield AddDuty(by=desk.by, duty=made[-1])

        change = asking.change(plan)
        told = f"{user_id} is on duty: {_in_words(made[-1], change.after)}."
        say_change(change, "duty", duty_document(made[-1]), told, as_json=as_json)


def remove_duty(
    office: str, user: str, role: str, user_id: str, where: Where, shift: Shifts, *, as_json: bool
) -> None:  # fmt: skip
    """Take a shift off the rota."""
    with keeping(office, user) as asking:
        struck: list[Duty] = []

        def plan(desk: Desk) -> Iterable[AnyPeopleCommand]:
            struck.append(_meant(desk, role, user_id, where, shift))
            yield EndDuty(by=desk.by, duty=struck[-1])

        change = asking.change(plan)
        told = f"{user_id} is no longer on duty: {_in_words(struck[-1], change.before)}."
        say_change(change, "duty", duty_document(struck[-1]), told, as_json=as_json)


def _meant(desk: Desk, role: str, user: str, where: Where, shift: Shifts) -> Duty:
    directory = desk.directory
    zone = directory.zone(desk.user(user).id)
    when = shift.read(zone) if shift.is_said else None
    found = [
        one
        for one in directory.duties
        if (one.role, one.user) == (role, user) and where.fits(one.agency, one.province) and when in {None, one.shift}
    ]
    if not found:
        others = "; ".join(_in_words(one, directory) for one in directory.duties if one.user == user) or "none"
        raise WhichError(f"{user} has no such shift for {shown(role)}. The shifts of {user}: {others}.")
    hint = "Say which with --agency or --everywhere, --province, and --every, or --from and --to."
    return the_one(found, lambda one: _in_words(one, directory), "shifts", hint)


def list_duties(office: str, user: str, *, over_too: bool, as_json: bool) -> None:
    """Show the rota."""
    with looking(office, user) as asking:
        directory, now = asking.directory, asking.now
        found = sorted((one for one in directory.duties if over_too or not _is_over(one, now)), key=_order)
        documents = [{**duty_document(one), "on_duty": _is_on(one, directory, now)} for one in found]
        rows = (
            (one.role, one.user, place(one.agency, one.province), _when(one, directory),
             "on duty" if _is_on(one, directory, now) else "")
            for one in found
        )  # fmt: skip
        heads = ("role", "user", "in the cases of", "when", "now")
        say_list(documents, heads, rows, "The rota is empty.", as_json=as_json)


def set_address(office: str, user: str, address: str, language: str, *, as_json: bool) -> None:
    """Set the office's own duty address."""
    with keeping(office, user) as asking:

        def plan(desk: Desk) -> Iterable[AnyPeopleCommand]:
            yield SetDutyAddress(by=desk.by, address=address, language=language or desk.directory.language)

        change = asking.change(plan)
        document = {"address": change.after.duty_address, "language": change.after.language}
        told = f"What reaches nobody else goes to {change.after.duty_address}."
        say_change(change, "duty_address", document, told, as_json=as_json)


def _order(duty: Duty) -> tuple[str, ...]:
    return duty.role, duty.agency, duty.province, duty.user, str(duty.shift)


def _is_over(duty: Duty, now: datetime) -> bool:
    return isinstance(duty.shift, Between) and duty.shift.until <= now


def _is_on(duty: Duty, directory: Directory, now: datetime) -> bool:
    return is_on(duty.shift, now, directory.zone(duty.user))


def _in_words(duty: Duty, directory: Directory) -> str:
    return f"{duty.role}@{place(duty.agency, duty.province)} {_when(duty, directory)}"


def _when(duty: Duty, directory: Directory) -> str:
    """Return when a shift is, in the zone of who is on duty."""
    shift = duty.shift
    if not isinstance(shift, Between):
        return str(shift)
    zone = directory.zone(duty.user)
    return f"{shift.since.astimezone(zone):%Y-%m-%d %H:%M} to {shift.until.astimezone(zone):%Y-%m-%d %H:%M}"
