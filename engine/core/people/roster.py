"""The people and agencies of an office from two lists, as an administrator keeps them in a spreadsheet.

Every flaw of every row is told in one run. What can only be seen against the directory is told by ``rehearse``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches

from engine.core.people.checks import agency_objections, membership_objections, object_to, user_objections
from engine.core.people.commands import (
    AddMembership,
    AnyPeopleCommand,
    SetAgency,
    SetSupervisor,
    SetUser,
    VerifyAddress,
)
from engine.core.people.directory import ADMINISTRATOR, Agency
from engine.core.people.names import id_fault, shown
from engine.core.people.reasons import Because, Objection
from engine.core.people.sheet import MOST_FLAWS, Flaw, Row, read_sheet

AGENCY_COLUMNS = ("id", "title", "ministry", "outside_state", "zone")
AGENCY_EXTRAS = ("title_km", "calendar", "province", "duty_address")
PEOPLE_COLUMNS = ("id", "name", "email", "language", "agency")
PEOPLE_EXTRAS = ("unit", "province", "roles", "supervisor", "verified")
#: Behind the @ of a role: in the cases of every agency.
EVERYWHERE = "everywhere"
#: Who asks for what a list says, where nobody is named.
IMPORT = "import"

HINTS = {
    "id": "Write it like sok_dara.",
    "name": "Write the name as the person writes it, in Khmer or in Latin letters.",
    "title": "Write the name of the agency in English.",
    "email": "Write one address, like dara@office.example.org, or leave it empty.",
    "duty_address": "Write one address, like duty@office.example.org, or leave it empty.",
    "language": "Write en or km.",
    "outside_state": "Write yes or no.",
    "roles": "Write ROLE, ROLE@AGENCY, ROLE@AGENCY/PROVINCE or ROLE@everywhere, with ; between several.",
    "supervisor": "Write the id of another person of this list or of the office, or leave it empty.",
    "agency": "Write the id of an agency.",
    "verified": "Write yes only if you know that mail to the address reaches the person; else no or nothing.",
}
ANY_HINT = "Mend it and read the list in again."
#: Columns whose cells no message repeats: they are about somebody.
_PERSONAL = frozenset({"name", "email"})


@dataclass(frozen=True, slots=True)
class Line:
    """A command with the row that asks for it, and the column to look at if it is refused."""

    command: AnyPeopleCommand
    row: int
    column: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a list asks for, and what is wrong with it. ``broken``: the ids of rows that were left out."""

    lines: tuple[Line, ...]
    problems: tuple[Flaw, ...]
    broken: frozenset[str] = frozenset()

    @property
    def commands(self) -> tuple[AnyPeopleCommand, ...]:
        """The commands, in an order in which each finds what it names."""
        return tuple(line.command for line in self.lines)


def read_agencies(text: str, *, by: str = IMPORT) -> Parsed:
    """Return what a list of agencies asks for: a row for each agency. ``by``: the user who reads it in."""
    sheet = read_sheet(text, AGENCY_COLUMNS, AGENCY_EXTRAS)
    reading = _Reading(by)
    reading.read(sheet.rows, reading.read_agency)
    return reading.parsed(sheet.flaws)


def read_people(text: str, *, by: str = IMPORT, roles: Collection[str] | None = None) -> Parsed:
    """Return what a list of people asks for: a row for each member of staff.

    ``roles``: those of the protocols; others are flaws, where this is given. A role without an agency is one in the
    agency and province of the person. An address comes in unverified, unless whoever keeps the list vouches for it
    with ``yes`` in the column ``verified``; anything else there leaves it as it is.
    """
    sheet = read_sheet(text, PEOPLE_COLUMNS, PEOPLE_EXTRAS)
    reading = _Reading(by, None if roles is None else (*roles, ADMINISTRATOR))
    reading.read(sheet.rows, reading.read_person)
    return reading.parsed(sheet.flaws)


class _Reading:
    """A list while it is read."""

    def __init__(self, by: str, roles: Collection[str] | None = None) -> None:
        self._by, self._roles = by, roles
        self._first: dict[str, int] = {}
        self._broken: set[str] = set()
        self._flaws: list[Flaw] = []
        #: Agencies or people first, then what is said about them, then who is above whom.
        self._stages: tuple[list[Line], list[Line], list[Line]] = ([], [], [])

    def read(self, rows: Iterable[Row], read_one: Callable[[Row], None]) -> None:
        """Read the rows, until there are more flaws than anybody mends at once."""
        for row in rows:
            if len(self._flaws) >= MOST_FLAWS:
                self._flaws.append(Flaw(row.number, "", "From here on nothing was read.", ANY_HINT))
                return
            read_one(row)

    def parsed(self, flaws: Iterable[Flaw]) -> Parsed:
        """Return what was read, with flaws in the order of their rows."""
        lines = tuple(line for stage in self._stages for line in stage)
        problems = sorted((*flaws, *self._flaws), key=lambda flaw: flaw.row)
        return Parsed(lines, tuple(problems), frozenset(self._broken))

    def read_agency(self, row: Row) -> None:
        """Read one row of the list of agencies."""
        outside = row["outside_state"].lower()
        titles = {"en": _composed(row["title"])} | ({"km": _composed(row["title_km"])} if row["title_km"] else {})
        agency = Agency(
            id=row["id"],
            title=titles,
            ministry=row["ministry"],
            outside_state=outside == "yes",
            zone=row["zone"],
            calendar=row["calendar"],
            province=row["province"],
            duty_address=row["duty_address"],
        )
        flaws = [*self._once(row), *_flaws(row, agency_objections(agency)), *_not_yes_or_no(row, "outside_state")]
        self._take(row, flaws, [Line(SetAgency(by=self._by, agency=agency), row.number)], [], [])

    def read_person(self, row: Row) -> None:
        """Read one row of the list of people."""
        user = SetUser(
            by=self._by,
            id=row["id"],
            name=_composed(row["name"]),
            agency=row["agency"],
            email=row["email"],
            language=row["language"].lower(),
            unit=row["unit"],
            province=row["province"],
        )
        flaws = [*self._once(row), *_flaws(row, user_objections(user))]
        flaws += _flaws(row, object_to(row["agency"], "agency", id_fault))
        flaws += _flaws(row, object_to(row["supervisor"], "supervisor", id_fault, empty=True))
        memberships = [self._membership(user, word) for word in _words(row["roles"])]
        flaws += [flaw for membership in memberships for flaw in self._role_flaws(row, membership)]
        if len({(one.role, one.agency, one.province) for one in memberships}) < len(memberships):
            flaws.append(Flaw(row.number, "roles", "One role stands here twice.", "Keep one of them."))
        flaws += _verified_flaws(row)
        vouched = [VerifyAddress(by=self._by, user=user.id, address=user.email)] if _is_vouched_for(row) else []
        above = SetSupervisor(by=self._by, user=user.id, supervisor=row["supervisor"])
        self._take(
            row,
            flaws,
            [Line(user, row.number)],
            [*_lines(row, "verified", vouched), *_lines(row, "roles", memberships)],
            _lines(row, "supervisor", [above] if row["supervisor"] else []),
        )

    def _take(self, row: Row, flaws: list[Flaw], *stages: list[Line]) -> None:
        """Keep what a row asks for, if nothing is wrong with it."""
        if flaws:
            self._flaws += flaws
            self._broken.add(row["id"])
            return
        for stage, lines in zip(self._stages, stages, strict=True):
            stage.extend(lines)

    def _once(self, row: Row) -> Iterator[Flaw]:
        first = self._first.setdefault(row["id"], row.number)
        if row["id"] and first != row.number:
            yield Flaw(row.number, "id", f"The id stands in row {first} already.", "Give each row an id of its own.")

    def _membership(self, user: SetUser, word: str) -> AddMembership:
        role, behind, place = word.partition("@")
        agency, _, province = place.partition("/") if behind else (user.agency, "", user.province)
        everywhere = agency.strip() == EVERYWHERE
        return AddMembership(
            by=self._by,
            user=user.id,
            role=role.strip(),
            agency="" if everywhere else agency.strip(),
            province=province.strip(),
            everywhere=everywhere,
        )

    def _role_flaws(self, row: Row, membership: AddMembership) -> Iterator[Flaw]:
        for objection in membership_objections(membership):
            yield Flaw(row.number, "roles", str(objection), HINTS["roles"])
        if membership.agency:
            for objection in object_to(membership.agency, "agency", id_fault):
                yield Flaw(row.number, "roles", str(objection), HINTS["roles"])
        if self._roles is not None and membership.role not in self._roles:
            close = get_close_matches(membership.role[:64], self._roles, n=1)
            hint = f"Did you mean {close[0]}?" if close else "The roles stand in the protocols."
            yield Flaw(row.number, "roles", f"There is no role {shown(membership.role)}.", hint)


def _lines(row: Row, column: str, commands: Iterable[AnyPeopleCommand]) -> list[Line]:
    return [Line(command, row.number, column) for command in commands]


def _is_vouched_for(row: Row) -> bool:
    return row["verified"].lower() == "yes"


def _verified_flaws(row: Row) -> Iterator[Flaw]:
    if row["verified"]:
        yield from _not_yes_or_no(row, "verified")
    if _is_vouched_for(row) and not row["email"]:
        yield Flaw(row.number, "verified", "There is no address that could be verified.", HINTS["email"])


def _not_yes_or_no(row: Row, column: str) -> Iterator[Flaw]:
    if row[column].lower() not in {"yes", "no"}:
        yield Flaw(row.number, column, "It is yes or no.", HINTS[column])


def _words(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(";") if word.strip()]


def _composed(name: str) -> str:
    """Return a name with letters and marks joined as one usually stores them, so that equal names are equal."""
    return unicodedata.normalize("NFC", name)


def _flaws(row: Row, objections: Iterable[Objection]) -> Iterator[Flaw]:
    for objection in objections:
        yield Flaw(row.number, objection.column, _sentence(objection), HINTS.get(objection.column, ANY_HINT))


def _sentence(objection: Objection) -> str:
    """Return what is wrong, without what stands in the cell where that is about somebody."""
    if objection.because is Because.BAD_VALUE and objection.column in _PERSONAL:
        return str(replace(objection, subject="that stands here"))
    return str(objection)
