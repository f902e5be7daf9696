"""Deciding on who is above, who stands in, who is on duty and who is kept out. Yields the events of one command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.core.people import commands
from engine.core.people import events as happenings
from engine.core.people.checks import object_to
from engine.core.people.desk import Desk, raise_first
from engine.core.people.directory import Absence, Conflict, ConflictKind, Directory, Supervision
from engine.core.people.events import PeopleEvent
from engine.core.people.names import CODE, id_fault, role_fault, shown
from engine.core.people.reasons import Because, refuse
from engine.core.people.rota import Between


def set_supervisor(desk: Desk, command: commands.SetSupervisor) -> Iterator[PeopleEvent]:
    """A supervisor is named; nobody comes to stand above himself."""
    user, above = desk.user(command.user), desk.active(command.supervisor, "supervisor")
    if user.id == above.id:
        refuse(Because.OWN_SUPERVISOR, user.id, column="supervisor")
    if user.id in _everybody_above(desk.directory, above.id):
        refuse(Because.SUPERVISOR_CIRCLE, above.id, user.id, column="supervisor")
    if command.until is not None and command.until <= desk.now:
        refuse(Because.ENDS_FIRST, str(desk.now), str(command.until), column="until")
    former = desk.directory.supervisions.get(user.id)
    supervision = Supervision(user.id, above.id, desk.now, command.until)
    same = former is not None and former.holds(desk.now) and replace(former, since=desk.now) == supervision
    if not same:
        yield happenings.SupervisionSet(**desk.note, supervision=supervision)


def _everybody_above(directory: Directory, user: str) -> set[str]:
    """Return who stands above a user by any supervision that is entered, in force or not."""
    above: set[str] = set()
    here = directory.supervisions.get(user)
    while here is not None and here.supervisor not in above:
        above.add(here.supervisor)
        here = directory.supervisions.get(here.supervisor)
    return above


def end_supervision(desk: Desk, command: commands.EndSupervision) -> Iterator[PeopleEvent]:
    """Somebody has no supervisor any more."""
    user = desk.user(command.user)
    if user.id not in desk.directory.supervisions:
        refuse(Because.NO_SUPERVISOR, user.id, column="supervisor")
    yield happenings.SupervisionEnded(**desk.note, user=user.id)


def set_absence(desk: Desk, command: commands.SetAbsence) -> Iterator[PeopleEvent]:
    """Somebody is away, with a deputy who is there, or with none."""
    user = desk.user(command.user)
    absence = Absence(user.id, command.deputy, command.since, command.until)
    if absence.until < absence.since:
        refuse(Because.ENDS_FIRST, str(absence.since), str(absence.until), column="until")
    if absence.deputy:
        _check_deputy(desk, absence)
    known = desk.directory.absences.get(user.id, ())
    for other in known:
        if other.since != absence.since and other.since <= absence.until and absence.since <= other.until:
            refuse(Because.AWAY_ALREADY, user.id, str(other.since), column="since")
    if absence not in known:
        yield happenings.AbsenceSet(**desk.note, absence=absence)


def _check_deputy(desk: Desk, absence: Absence) -> None:
    if absence.deputy == absence.user:
        refuse(Because.OWN_DEPUTY, absence.user, column="deputy")
    desk.active(absence.deputy, "deputy")
    if _comes_back(desk.directory, absence):
        refuse(Because.DEPUTY_CIRCLE, absence.deputy, absence.user, column="deputy")


def _comes_back(directory: Directory, absence: Absence) -> bool:
    """Return whether the deputies of the deputy, as far as they are away meanwhile, lead back to who is absent."""
    waiting, seen = [absence.deputy], {absence.deputy}
    while waiting:
        for other in directory.absences.get(waiting.pop(), ()):
            if other.since <= absence.until and absence.since <= other.until and other.deputy:
                if other.deputy == absence.user:
                    return True
                if other.deputy not in seen:
                    seen.add(other.deputy)
                    waiting.append(other.deputy)
    return False


def end_absence(desk: Desk, command: commands.EndAbsence) -> Iterator[PeopleEvent]:
    """An absence is struck."""
    user = desk.user(command.user)
    if not any(one.since == command.since for one in desk.directory.absences.get(user.id, ())):
        refuse(Because.NO_ABSENCE, user.id, str(command.since), column="since")
    yield happenings.AbsenceEnded(**desk.note, user=user.id, since=command.since)


def add_duty(desk: Desk, command: commands.AddDuty) -> Iterator[PeopleEvent]:
    """A shift is put on the rota."""
    duty = command.duty
    raise_first(object_to(duty.role, "role", role_fault))
    raise_first(object_to(duty.province, "province", id_fault, empty=True))
    desk.active(duty.user)
    if duty.agency:
        desk.demand_agency(duty.agency)
    if isinstance(duty.shift, Between) and duty.shift.until <= duty.shift.since:
        refuse(Because.ENDS_FIRST, str(duty.shift.since), str(duty.shift.until), column="until")
    if duty in desk.directory.duties:
        refuse(Because.DUTY_TWICE, duty.user, column="shift")
    yield happenings.DutySet(**desk.note, duty=duty)


def end_duty(desk: Desk, command: commands.EndDuty) -> Iterator[PeopleEvent]:
    """A shift is taken off the rota."""
    if command.duty not in desk.directory.duties:
        refuse(Because.NO_DUTY, shown(command.duty.user), column="shift")
    yield happenings.DutyEnded(**desk.note, duty=command.duty)


def add_conflict(desk: Desk, command: commands.AddConflict) -> Iterator[PeopleEvent]:
    """Somebody is kept out of a case; who it is must exist."""
    if CODE.fullmatch(command.about) is None:
        fault = "needs the code of a case or of a person, without spaces"
        refuse(Because.BAD_VALUE, shown(command.about), fault, column="case")
    _check_excluded(desk, command.kind, command.id)
    if _conflict(desk.directory, command.about, command.kind, command.id) is not None:
        refuse(Because.CONFLICT_TWICE, column="id")
    conflict = Conflict(command.about, command.kind, command.id, desk.now)
    yield happenings.ConflictSet(**desk.note, conflict=conflict)


def _check_excluded(desk: Desk, kind: ConflictKind, id_: str) -> None:
    """Refuse an id that means nobody: it would look like protection and be none."""
    if kind in {ConflictKind.PERSON, ConflictKind.CHAIN}:
        desk.user(id_, "id")
    elif kind is ConflictKind.UNIT:
        agency, slash, unit = id_.partition("/")
        desk.demand_agency(agency, "id")
        works_there = (unit and (one.agency, one.unit) == (agency, unit) for one in desk.directory.users.values())
        if slash and not any(works_there):
            refuse(Because.NO_UNIT, shown(id_), column="id")
    elif not any(id_ and agency.ministry == id_ for agency in desk.directory.agencies.values()):
        refuse(Because.NO_SUCH_MINISTRY, shown(id_), column="id")


def lift_conflict(desk: Desk, command: commands.LiftConflict) -> Iterator[PeopleEvent]:
    """Somebody is let in again."""
    conflict = _conflict(desk.directory, command.about, command.kind, command.id)
    if conflict is None:
        refuse(Because.NO_CONFLICT, column="id")
    yield happenings.ConflictLifted(**desk.note, conflict=conflict)


def _conflict(directory: Directory, about: str, kind: ConflictKind, id_: str) -> Conflict | None:
    known = directory.conflicts.get(about, ())
    return next((one for one in known if (one.kind, one.id) == (kind, id_)), None)
