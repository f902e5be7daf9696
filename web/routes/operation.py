"""Operations: one screen for many people in one night, the head-count above it, each person's case opened from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from engine.core.case.commands import Actor, Record
from engine.core.case.state import Place, WaitingKind
from engine.core.model import FieldType
from engine.core.values import Value
from engine.run.cases.view import View
from engine.store.access import Accessed
from engine.store.ports import UnknownCaseError
from web.desk import Desk, Visitor
from web.guards.entry import Office, Sent, Somebody
from web.guards.pace import Costly
from web.page import page
from web.routes.case import view_of, words_of
from web.shown.conflicts import SHOWN, conflicts, known_texts, shown, touched
from web.shown.questions import Question, question, read_form, typed
from web.taking import code_of, take, text_of
from web.titles import Titles
from web.words.catalog import N_, say

router = APIRouter()
#: So many questions about each person fit on one line; the first of the open step that are answered by a choice, a
#: day or a number.
_QUESTIONS = 5
_SHORT = {FieldType.CHOICE, FieldType.YES_NO_UNKNOWN, FieldType.DATE, FieldType.NUMBER}
#: Stands between the code of a case and the name of a box.
_MARK = "~"


@dataclass(frozen=True, slots=True)
class Person:
    """One line: a person's case, what is asked of her, what went wrong with her line.

    ``shown``: what its boxes show, for the hidden one. ``seen``: the last entry of her journal by then.
    """

    number: int
    case: str
    step: str
    questions: Sequence[Question]
    problems: Sequence[str]
    shown: str
    seen: int


@router.get("/case/{code}/people")
def show(request: Request, code: str, visitor: Somebody, desk: Office) -> Response:
    """Show everybody whose case was opened from this operation."""
    view, titles = view_of(code_of(code, desk), visitor, desk, "people")
    return _show(request, view, titles, visitor, desk)


@router.post("/case/{code}/people", dependencies=[Costly])
def keep(request: Request, code: str, visitor: Somebody, desk: Office, form: Sent) -> Response:
    """Keep every line that was changed; one that is refused says why, and stops no other."""
    view, titles = view_of(code_of(code, desk), visitor, desk, "people")
    problems: dict[str, list[str]] = {}
    kept = 0
    for one in _people(view, visitor, desk):
        problem, changed = _keep(one, form, visitor, desk)
        kept += changed
        if problem:
            problems[one.case.id] = problem
    return _show(request, view, titles, visitor, desk, form=form, problems=problems, kept=kept)


def _people(view: View, visitor: Visitor, desk: Desk) -> list[View]:
    """Return the cases of the people as this person may see them, in the order in which they were opened."""
    if view.case.about != "operation":
        raise UnknownCaseError
    asked = view.case.waiting.values()
    codes = [one.case for one in asked if one.kind is WaitingKind.REQUEST and one.case]
    found = desk.worklist.views(visitor.id, codes, view.now)
    if found:
        rows = [Accessed(at=view.now, by=visitor.id, what="people", case=code) for code in found]
        desk.casework.access.write(rows)
    return list(found.values())


def _place(view: View) -> tuple[str, str]:
    """Return the run and the lane at which a person stands: the first that is open."""
    return next(((one.enrolment, one.track) for one in view.tracks() if one.state.place is Place.OPEN), ("", ""))


def _names(view: View) -> Iterator[str]:
    enrolment, track = _place(view)
    if not enrolment:
        return
    run = view.case.enrolments[enrolment]
    rules = view.library.rulebooks[run.meaning]
    step = rules.step(track, run.tracks[track].step)
    if not view.actor.roles & set(step.recorded_by):
        return
    short = [name for name in step.collect if (field := rules.field(name)) is not None and field.type in _SHORT]
    yield from short[:_QUESTIONS]


def _keep(view: View, form: FormData, visitor: Visitor, desk: Desk) -> tuple[list[str], bool]:
    """Keep one line; return what was wrong with it, and whether anything was kept."""
    titles, names = visitor.titles(view.case), list(_names(view))
    own = FormData([(f"f.{name}", typed(form, f"{view.case.id}{_MARK}{name}")) for name in names])
    facts, texts, errors = read_form(own, names, titles, visitor.zone)
    if errors:
        return [f"{titles.label(name)}: {words}" for name, words in errors.items()], False
    known, mine = _known(view), touched(form, texts, known_texts(view, visitor.zone), f"{SHOWN}{_MARK}{view.case.id}")
    changed = {name: value for name, value in facts.items() if name in mine and known.get(name) != value}
    if not changed:
        return [], False
    enrolment, _ = _place(view)
    seen = text_of(form, f"seen{_MARK}{view.case.id}", 10)
    command = Record(
        actor=Actor(), enrolment=enrolment, facts=changed, seen=int(seen) if seen.isdecimal() else view.case.seq
    )
    taken = take(desk, visitor, view.case.id, command, own)
    if taken.refused is None:
        return [], True
    both = conflicts(taken.refused, view, titles)
    if both:
        return [f"{titles.label(name)}: {words}" for name, words in both.items()], False
    return words_of(taken.refused, titles, enrolment), False


def _known(view: View) -> dict[str, Value]:
    return {name: fact.value for name, _, fact in view.facts()}


def _show(
    request: Request,
    view: View,
    titles: Titles,
    visitor: Visitor,
    desk: Desk,
    *,
    form: FormData | None = None,
    problems: dict[str, list[str]] | None = None,
    kept: int = 0,
) -> Response:
    people = [
        _person(number, one, visitor, desk, form if problems and one.case.id in problems else None, problems or {})
        for number, one in enumerate(_people(view, visitor, desk), 1)
    ]
    waits = sum(one.kind is WaitingKind.REQUEST and one.is_open for one in view.case.waiting.values())
    counts = [
        (titles.label(name), str(fact.value))
        for name, field, fact in view.facts()
        if field is not None and field.type is FieldType.NUMBER
    ]
    values = {
        "case": view.case,
        "people": people,
        "heads": [one.label for one in people[0].questions] if people else [],
        "counts": counts,
        "waits": waits,
        "kept": say(visitor.language, N_("Kept: {} lines.")).format(kept) if kept else "",
        "problems": [(f"#p{one.number}", f"{one.case}: {words}") for one in people for words in one.problems],
    }
    return page(request, "operation.html", values, visitor=visitor, status=409 if problems else 200)


def _person(
    number: int, view: View, visitor: Visitor, desk: Desk, form: FormData | None, problems: dict[str, list[str]]
) -> Person:
    titles, known, names = visitor.titles(view.case), known_texts(view, visitor.zone), list(_names(view))
    texts = {name: typed(form, f"{view.case.id}{_MARK}{name}") for name in names} if form is not None else {}
    mine = touched(form, texts, known, f"{SHOWN}{_MARK}{view.case.id}") if form is not None else set()
    asked = []
    for name in names:
        given = texts[name] if name in mine else known.get(name, "")
        asked.append(_renamed(question(name, titles, given), f"{view.case.id}{_MARK}{name}"))
    enrolment, track = _place(view)
    step = titles.step(enrolment, track, view.case.enrolments[enrolment].tracks[track].step) if enrolment else ""
    wrong = problems.get(view.case.id, [])
    return Person(number, view.case.id, step, asked, wrong, shown(view, names, visitor.zone), view.case.seq)


def _renamed(one: Question, box: str) -> Question:
    return Question(box, one.label, one.kind, one.value, one.day, one.time, one.choices)
