"""``spean conflict``: what its commands do.

Nobody learns that he is kept out: an administrator who is kept out of a case sees none of its conflicts, can lift
none, and hears of a new one what he would hear of one that was there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import typer

from engine.core.case.code import read_code
from engine.core.errors import SpeanError
from engine.core.people.commands import AddConflict, AnyPeopleCommand, LiftConflict
from engine.core.people.desk import Desk
from engine.core.people.directory import Conflict, ConflictKind, Directory
from engine.core.people.reasons import Because, refuse
from engine.core.people.standing import CaseView, may_act
from engine.run.cli.output import print_json
from engine.run.cli.people.answer import say_list
from engine.run.cli.people.asking import Asking, keeping
from engine.run.cli.people.documents import Document, conflict_document


class CodeError(SpeanError):
    """This is no code of a case: a sign is wrong or missing. Look how it is written; it would keep nobody out."""


def add_conflict(office: str, user: str, code: str, kind: str, id_: str, *, as_json: bool) -> None:
    """Keep somebody out of a case."""
    with keeping(office, user) as asking:
        about = _code(asking, code)

        def plan(desk: Desk) -> Iterable[AnyPeopleCommand]:
            known = {(one.kind, one.id) for one in desk.directory.conflicts.get(about, ())}
            if (ConflictKind(kind), id_) not in known or not _is_kept_out(asking, about, desk.directory, desk.now):
                yield AddConflict(by=desk.by, about=about, kind=ConflictKind(kind), id=id_)

        by = asking.change(plan).by
        told = f"{_whom(kind, id_)} has no part in {about} from now on, and is not told why."
        _say(by, _said(about, kind, id_), told, as_json=as_json)


def lift_conflict(office: str, user: str, code: str, kind: str, id_: str, *, as_json: bool) -> None:
    """Let somebody in again."""
    with keeping(office, user) as asking:
        about = _code(asking, code)

        def plan(desk: Desk) -> Iterable[AnyPeopleCommand]:
            if _is_kept_out(asking, about, desk.directory, desk.now):
                refuse(Because.NO_CONFLICT, column="id")
            yield LiftConflict(by=desk.by, about=about, kind=ConflictKind(kind), id=id_)

        by = asking.change(plan).by
        told = f"This conflict no longer keeps {_whom(kind, id_)} out of {about}."
        _say(by, _said(about, kind, id_), told, as_json=as_json)


def list_conflicts(office: str, user: str, code: str, *, as_json: bool) -> None:
    """Show the conflicts, to administrators only."""
    with keeping(office, user) as asking:
        about = _code(asking, code) if code else ""
        found = _seen(asking, about)
        zone = asking.zone
        rows = ((one.about, one.kind.value, one.id, f"{one.since.astimezone(zone):%Y-%m-%d %H:%M}") for one in found)
        nothing = "No conflict is entered." if not code else f"No conflict is entered for {about}."
        heads = ("case", "kind", "id", "since")
        say_list([conflict_document(one) for one in found], heads, rows, nothing, as_json=as_json)


def _seen(asking: Asking, about: str) -> list[Conflict]:
    """Return the conflicts of a case (empty: of all) that the asking person may know of."""
    directory, now = asking.directory, asking.now
    cases = [one for one in sorted(directory.conflicts) if about in {"", one}]
    return [
        conflict
        for case in cases
        if not _is_kept_out(asking, case, directory, now)
        for conflict in directory.conflicts[case]
    ]


def _is_kept_out(asking: Asking, about: str, directory: Directory, now: datetime) -> bool:
    return bool(asking.user) and not may_act(directory, asking.user, CaseView(about, ""), now)


def _code(asking: Asking, typed: str) -> str:
    """Return the code of a case as it is kept. Raises CodeError: a mistyped one would look like protection."""
    code = read_code(typed)
    if code is None and not asking.office.is_simulation:
        raise CodeError
    return code or typed.strip()


def _whom(kind: str, id_: str) -> str:
    whole = {"chain": " with everybody above and below", "unit": " with everybody who works there"}
    return f"{'The ministry ' if kind == 'ministry' else ''}{id_}{whole.get(kind, '')}"


def _said(about: str, kind: str, id_: str) -> Document:
    return {"case": about, "kind": kind, "id": id_}


def _say(by: str, document: Document, sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"changed": True, "by": by, "conflict": document})
    else:
        typer.echo(sentence)
