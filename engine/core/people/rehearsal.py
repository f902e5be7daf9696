"""Trying what a list asks for on a directory: all of it at once, so that every refusal is told in one run."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from engine.core.people.apply import fold
from engine.core.people.commands import AddMembership, AnyPeopleCommand, SetAgency, SetUser
from engine.core.people.decide import decide_people
from engine.core.people.directory import Directory
from engine.core.people.events import PeopleEvent
from engine.core.people.reasons import Because, Objection, PeopleRefused
from engine.core.people.roster import ANY_HINT, HINTS, IMPORT, Line, Parsed, read_agencies, read_people
from engine.core.people.sheet import MOST_FLAWS, Flaw


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would happen. It may be carried out only where there is no problem.

    ``commands``: those of the list that change something; ``events``: what they lead to; ``directory``: the one after
    the events; ``broken``: ids that are not in it because their rows are wrong.
    """

    commands: tuple[AnyPeopleCommand, ...]
    events: tuple[PeopleEvent, ...]
    directory: Directory
    problems: tuple[Flaw, ...]
    broken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Import:
    """What two lists lead to: the commands to be carried out, all or none, and the events they will lead to.

    Where there is any problem, both are empty and ``directory`` is the one there was.
    """

    commands: tuple[AnyPeopleCommand, ...]
    events: tuple[PeopleEvent, ...]
    directory: Directory
    of_agencies: tuple[Flaw, ...]
    of_people: tuple[Flaw, ...]


def import_office(
    directory: Directory,
    now: datetime,
    *,
    agencies: str | None = None,
    people: str | None = None,
    by: str = IMPORT,
    roles: Collection[str] | None = None,
) -> Import:
    """Return what the two lists (texts; None: no such list) lead to at this instant (UTC), all of it or nothing.

    Reading a list in again changes only what is different in it. Nothing is ever removed by a list.
    """
    first = _nothing(directory)
    if agencies is not None:
        first = rehearse(read_agencies(agencies, by=by), directory, now)
    second = _nothing(first.directory)
    if people is not None:
        second = rehearse(read_people(people, by=by, roles=roles), first.directory, now, broken=first.broken)
    if first.problems or second.problems:
        return Import((), (), directory, first.problems, second.problems)
    commands, events = (*first.commands, *second.commands), (*first.events, *second.events)
    return Import(commands, events, second.directory, (), ())


def _nothing(directory: Directory) -> Rehearsal:
    return Rehearsal((), (), directory, ())


def rehearse(
    parsed: Parsed, directory: Directory, now: datetime, *, broken: Collection[str] = frozenset()
) -> Rehearsal:
    """Return what the list leads to at this instant (UTC), with its own problems and every refusal.

    ``broken``: ids whose rows are wrong in another list; that they are missing is no problem of this one.
    """
    before, commands, events = directory, list[AnyPeopleCommand](), list[PeopleEvent]()
    problems = list(parsed.problems)
    lost = {*parsed.broken, *broken}
    for line in parsed.lines:
        if len(problems) >= MOST_FLAWS:
            problems.append(Flaw(line.row, "", "After so many mistakes nothing more was tried.", ANY_HINT))
            break
        try:
            new = decide_people(directory, line.command, now)
        except PeopleRefused as refused:
            objection = refused.objection
            if not _is_there(line.command, before, objection) and not _follows(objection, lost):
                problems.append(_flaw(line, objection))
            lost.update(_made_by(line.command))
        else:
            directory = fold(directory, new)
            commands += [line.command] if new else []
            events += new
    problems.sort(key=lambda flaw: flaw.row)
    return Rehearsal(tuple(commands), tuple(events), directory, tuple(problems), frozenset(lost))


def _is_there(command: AnyPeopleCommand, before: Directory, objection: Objection) -> bool:
    """Return whether the role was there before the list was read: then it only says so again."""
    if objection.because is not Because.ROLE_TWICE or not isinstance(command, AddMembership):
        return False
    return (command.user, command.role, command.agency, command.province) in before.memberships


def _follows(objection: Objection, lost: Collection[str]) -> bool:
    """Return whether something is missing only because its own row is wrong, which is told there."""
    missing = objection.because in {Because.NO_USER, Because.NO_AGENCY}
    return missing and objection.subject.strip("`") in lost


def _made_by(command: AnyPeopleCommand) -> tuple[str, ...]:
    if isinstance(command, SetUser):
        return (command.id,)
    return (command.agency.id,) if isinstance(command, SetAgency) else ()


def _flaw(line: Line, objection: Objection) -> Flaw:
    column = line.column or objection.column
    return Flaw(line.row, column, str(objection), HINTS.get(column, ANY_HINT))
