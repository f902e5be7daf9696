"""``spean role``: what its commands do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from engine.core.errors import SpeanError
from engine.core.people.commands import AddMembership, AnyPeopleCommand, EndMembership
from engine.core.people.desk import Desk
from engine.core.people.directory import ADMINISTRATOR, Directory, Membership
from engine.core.people.names import shown
from engine.run.cli.people.answer import say_change, say_list
from engine.run.cli.people.asking import keeping, looking
from engine.run.cli.people.documents import in_words, membership_document, place, roles_of

T = TypeVar("T")


class WhereError(SpeanError):
    """Say where: --agency ID, or --everywhere."""


class WhichError(SpeanError):
    """It is not clear which one is meant; the message says which there are."""


@dataclass(frozen=True, slots=True)
class Where:
    """In which cases: those of an agency or all, maybe only of one province."""

    agency: str
    province: str
    everywhere: bool

    def check(self) -> None:
        """Refuse what names no place, or two. Raises WhereError."""
        if self.agency and self.everywhere:
            raise WhereError("Say --agency or --everywhere, not both.")
        if not self.agency and not self.everywhere:
            raise WhereError

    def fits(self, agency: str, province: str) -> bool:
        """Return whether a role or shift there is meant; what was not said fits any."""
        if self.everywhere and agency:
            return False
        return self.agency in {"", agency} and self.province in {"", province}


def add_role(
    office: str, user: str, role: str, user_id: str, where: Where, since: str, until: str, *, as_json: bool
) -> None:
    """Give somebody a role."""
    with keeping(office, user) as asking:
        asking.check_role(role, of_office=True)
        where.check()
        if role == ADMINISTRATOR and (where.agency or where.province):
            raise WhereError("An administrator keeps the whole office; say --everywhere, and no province.")
        begin, end = asking.instant(since), asking.instant(until)

        def plan(desk: Desk) -> Iterable[AnyPeopleCommand]:
            yield AddMembership(
                by=desk.by,
                user=user_id,
                role=role,
                agency=where.agency,
                province=where.province,
                everywhere=where.everywhere,
                since=begin,
                until=end,
            )

        change = asking.change(plan)
        made = change.after.memberships[user_id, role, where.agency, where.province]
        told = f"{user_id} has the role {in_words(made)}{_times(made, change.at, asking.zone)}."
        say_change(change, "role", membership_document(made), told, as_json=as_json)


def remove_role(office: str, user: str, role: str, user_id: str, where: Where, *, as_json: bool) -> None:
    """Take a role away."""
    with keeping(office, user) as asking:
        found: list[Membership] = []

        def plan(desk: Desk) -> Iterable[AnyPeopleCommand]:
            one = _meant(desk, role, user_id, where)
            found.append(one)
            yield EndMembership(by=desk.by, user=one.user, role=one.role, agency=one.agency, province=one.province)

        change = asking.change(plan)
        told = f"{user_id} no longer has the role {in_words(found[-1])}."
        say_change(change, "role", membership_document(found[-1]), told, as_json=as_json)


def _meant(desk: Desk, role: str, user: str, where: Where) -> Membership:
    known = roles_of(desk.user(user).id, desk.directory)
    found = [one for one in known if one.role == role and where.fits(one.agency, one.province)]
    if not found:
        others = ", ".join(map(in_words, known)) or "none"
        raise WhichError(f"{user} does not have the role {shown(role)} there. What {user} has: {others}.")
    return the_one(found, in_words, "roles", "Say which with --agency or --everywhere, and --province.")


def the_one(found: Sequence[T], words: Callable[[T], str], what: str, hint: str) -> T:
    """Return the only one that was found. Raises WhichError with all of them where there are several."""
    if len(found) > 1:
        raise WhichError(f"That could be {len(found)} {what}: {'; '.join(map(words, found))}. {hint}")
    return found[0]


def list_roles(office: str, user: str, role: str, of_user: str, *, over_too: bool, as_json: bool) -> None:
    """Show who has which role."""
    with looking(office, user) as asking:
        if of_user:
            asking.check_user(of_user)
        if role:
            asking.check_role(role, of_office=True)
        now, zone = asking.now, asking.zone
        found = [one for one in _sorted(asking.directory) if over_too or one.until is None or one.until > now]
        found = [one for one in found if role in {"", one.role} and of_user in {"", one.user}]
        heads = ("role", "user", "in the cases of", "")
        rows = (
            (one.role, one.user, place(one.agency, one.province), _times(one, now, zone).strip()) for one in found
        )
        say_list([membership_document(one) for one in found], heads, rows, "Nobody has such a role.", as_json=as_json)


def _sorted(directory: Directory) -> list[Membership]:
    return sorted(directory.memberships.values(), key=lambda one: (one.role, one.agency, one.province, one.user))


def _times(one: Membership, now: datetime, zone: ZoneInfo) -> str:
    """Say when a role begins, if it has not begun, and when it ends, if it does."""
    begins = f" from {one.since.astimezone(zone):%Y-%m-%d %H:%M}" if one.since > now else ""
    ends = f" until {one.until.astimezone(zone):%Y-%m-%d %H:%M}" if one.until is not None else ""
    return f"{begins}{ends}"
