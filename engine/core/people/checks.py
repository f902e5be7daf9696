"""What can be seen to be wrong with a command without looking at the directory: ids, names, addresses, zones."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.core.clocks.zone import is_zone
from engine.core.people.commands import AddMembership, SetUser
from engine.core.people.directory import Agency
from engine.core.people.names import LANGUAGES, address_fault, id_fault, name_fault, role_fault, shown
from engine.core.people.reasons import Because, Objection


def agency_objections(agency: Agency) -> Iterator[Objection]:
    """Yield everything that is wrong with an agency by itself."""
    yield from object_to(agency.id, "id", id_fault)
    yield from object_to(agency.title.get("en", ""), "title", name_fault)
    for language, title in agency.title.items():
        if language != "en":
            yield from object_to(title, f"title_{language}", name_fault, empty=True)
    yield from object_to(agency.ministry, "ministry", id_fault, empty=True)
    if not agency.ministry and not agency.outside_state:
        yield Objection(Because.NO_MINISTRY, column="ministry")
    if not is_zone(agency.zone):
        yield Objection(Because.BAD_ZONE, shown(agency.zone), column="zone")
    yield from object_to(agency.calendar, "calendar", role_fault, empty=True)
    yield from object_to(agency.province, "province", id_fault, empty=True)
    yield from object_to(agency.duty_address, "duty_address", address_fault, empty=True)


def user_objections(user: SetUser) -> Iterator[Objection]:
    """Yield everything that is wrong with a member of staff by himself."""
    yield from object_to(user.id, "id", id_fault)
    yield from object_to(user.name, "name", name_fault)
    yield from object_to(user.email, "email", address_fault, empty=True)
    yield from language_objections(user.language)
    yield from object_to(user.unit, "unit", id_fault, empty=True)
    yield from object_to(user.province, "province", id_fault, empty=True)


def membership_objections(membership: AddMembership) -> Iterator[Objection]:
    """Yield everything that is wrong with a role that is given, by itself."""
    yield from object_to(membership.role, "role", role_fault)
    yield from object_to(membership.province, "province", id_fault, empty=True)
    if bool(membership.agency) is membership.everywhere:
        yield Objection(Because.EVERYWHERE, column="agency")
    if membership.since and membership.until and membership.until <= membership.since:
        yield Objection(Because.ENDS_FIRST, f"{membership.since}", f"{membership.until}", "until")


def language_objections(language: str) -> Iterator[Objection]:
    """Yield that the language is not one in which messages are written."""
    if language not in LANGUAGES:
        yield Objection(Because.BAD_LANGUAGE, shown(language), " or ".join(LANGUAGES), "language")


def object_to(
    text: str, column: str, fault: Callable[[str], str | None], *, empty: bool = False
) -> Iterator[Objection]:
    """Yield what the check finds wrong with a value; ``empty``: it may be left out."""
    found = None if empty and not text else fault(text)
    if found:
        yield Objection(Because.BAD_VALUE, shown(text), found, column)
