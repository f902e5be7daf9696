"""A case: where is this person's case, what next?"""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from engine.core.case.commands import GLASS, Actor, Answer, Note, Record, Withdraw
from engine.core.case.reasons import Refused
from engine.core.deciding import options as choosing
from engine.run.cases.view import View
from web.desk import Desk, Visitor
from web.guards.entry import Office, Sent, Somebody
from web.page import page
from web.shown import case as shown
from web.shown import timeline
from web.shown.conflicts import conflicts, known_texts, touched
from web.shown.conflicts import shown as shown_before
from web.shown.questions import as_typed, question, read_form
from web.shown.reasons import in_words
from web.shown.work import about, risk_in_words
from web.taking import KEY, Taken, code_of, pressed, take, text_of, unpressed
from web.titles import WAITING, Titles
from web.words.catalog import N_, say

router = APIRouter()
_NOBODY = Actor()
#: No journal has so many lines.
_DIGITS = 8


@router.get("/case/{code}")
def show(request: Request, code: str, visitor: Somebody, desk: Office) -> Response:
    """Show a case."""
    return show_case(request, code_of(code, desk), visitor, desk)


def show_case(
    request: Request, code: str, visitor: Visitor, desk: Desk, *, taken: Taken | None = None, status: int = 200
) -> Response:
    """Show a case, with what became of something that was tried."""
    view, titles = view_of(code, visitor, desk, "show")
    found = choosing.options(view.case, view.actor, view.now, view.library)
    known = [one for one in found if view.knows(one.enrolment, one.track)]
    waiting = [one for one in view.waiting() if {f"user:{visitor.id}", *view.actor.roles} & set(one.asked)]
    values = {
        "case": view.case,
        "key": secrets.token_urlsafe(12),
        "risk": titles.risk(),
        "risk_words": risk_in_words(titles.risk(), visitor.language),
        "holders": [(titles.role(role), titles.person(user)) for role, user in view.case.holders.items()],
        "holds": [one for one in view.case.holds.values() if not one.is_over(view.now)],
        "groups": shown.groups(known, titles),
        "lanes": shown.lanes(view, titles),
        "timers": shown.timers(view, titles, view.now),
        "agreements": shown.agreements(view, titles),
        "facts": [(titles.label(name), titles.value(name, fact.value)) for name, _, fact in view.facts()],
        "linked": _linked(view, visitor, desk),
        "waiting": waiting,
        "may_mark": desk.marks.may_mark(view.case, view.actor),
        "kinds": {kind: say(visitor.language, words) for kind, words in WAITING.items()},
        "abouts": {one.id: about(one, titles) for one in waiting},
        "titles": titles,
        "taken": taken,
        "refusals": [("", words) for words in words_of(taken.refused, titles)] if taken and taken.refused else [],
    }
    return page(request, "case.html", values, visitor=visitor, status=status)


def _linked(view: View, visitor: Visitor, desk: Desk) -> list[tuple[str, str, str]]:
    """Return the cases that belong together with this one and are hers to see: mother and child, an operation.

    Each with its code, where it stands, and whether it is the one from which the other was opened.
    """
    if GLASS in view.actor.roles:
        return []
    parent = view.case.linked_from.case if view.case.linked_from is not None else ""
    children = [one.case for one in view.case.waiting.values() if one.case and view.case.about != "operation"]
    found = []
    for code, other in desk.worklist.views(visitor.id, list(filter(None, (parent, *children))), view.now).items():
        titles = visitor.titles(other.case)
        first = next(iter(other.tracks()), None)
        stands = titles.step(first.enrolment, first.track, first.state.step) if first is not None else ""
        found.append((code, stands, "parent" if code == parent else "child"))
    return found


def view_of(code: str, visitor: Visitor, desk: Desk, what: str) -> tuple[View, Titles]:
    """Return a case as the visitor may see it; logged. Raises UnknownCaseError."""
    case, actor = desk.casework.look(visitor.id, code, what)
    view = View(case, actor, visitor.library, desk.office.time.now())
    return view, visitor.titles(case)


@router.get("/case/{code}/timeline")
def show_timeline(request: Request, code: str, visitor: Somebody, desk: Office, skip: str = "") -> Response:
    """Show what happened, the newest first; ``skip``: so many lines were shown before."""
    view, titles = view_of(code_of(code, desk), visitor, desk, "journal")
    before = int(skip) if skip.isascii() and skip.isdecimal() and len(skip) < _DIGITS else 0
    found, more = timeline.lines(desk.office.cases.journal(view.case.id), view, titles, timeline.MOST, before)
    values = {"case": view.case, "lines": found, "older": before + timeline.MOST if more else 0}
    return page(request, "timeline.html", values, visitor=visitor)


@router.post("/case/{code}/note")
def note(
    request: Request,
    code: str,
    form: Sent,
    visitor: Somebody,
    desk: Office,
) -> Response:
    """Write something down that is neither an answer nor a contact."""
    known, text = code_of(code, desk), text_of(form, "text")
    if not text.strip():
        return RedirectResponse(f"/case/{known}", 303)
    taken = take(desk, visitor, known, Note(actor=_NOBODY, text=text), form)
    return after(request, known, taken, visitor, desk)


@router.post("/case/{code}/withdraw/{enrolment}/{track}")
def withdraw(
    request: Request,
    code: str,
    enrolment: str,
    track: str,
    form: Sent,
    visitor: Somebody,
    desk: Office,
) -> Response:
    """Take back a wrong click: the last action of a lane."""
    known = code_of(code, desk)
    command = Withdraw(actor=_NOBODY, enrolment=enrolment, track=track, reason=text_of(form, "reason"))
    return after(request, known, take(desk, visitor, known, command, form), visitor, desk)


@router.post("/case/{code}/answer/{waiting}")
def answer(
    request: Request,
    code: str,
    waiting: str,
    form: Sent,
    visitor: Somebody,
    desk: Office,
) -> Response:
    """Answer what waits: an approval, a review, a hand-over."""
    known = code_of(code, desk)
    agrees = pressed(form, "agrees")
    if agrees is None:
        return after(request, known, unpressed(), visitor, desk)
    command = Answer(actor=_NOBODY, waiting=waiting, agrees=agrees, reason=text_of(form, "reason"))
    return after(request, known, take(desk, visitor, known, command, form), visitor, desk)


@router.get("/case/{code}/record")
def ask_record(request: Request, code: str, visitor: Somebody, desk: Office) -> Response:
    """Ask what happened: every answer that she may write, with what is known already."""
    view, titles = view_of(code_of(code, desk), visitor, desk, "record")
    return _record_page(request, view, titles, visitor, {}, {}, [], 200)


@router.post("/case/{code}/record")
def record(
    request: Request,
    code: str,
    form: Sent,
    visitor: Somebody,
    desk: Office,
) -> Response:
    """Record what happened, with nothing moved on by it."""
    view, titles = view_of(code_of(code, desk), visitor, desk, "record")
    names = [name for _, name in writable(view)]
    facts, texts, errors = read_form(form, names, titles, visitor.zone)
    mine = touched(form, texts, known_texts(view, visitor.zone))
    known = {name: fact.value for name, _, fact in view.facts()}
    changed = {name: value for name, value in facts.items() if name in mine and known.get(name) != value}
    if errors or not changed:
        said, status = "" if errors else say(visitor.language, N_("Nothing was changed.")), 422 if errors else 200
        reason = text_of(form, "reason")
        return _record_page(request, view, titles, visitor, texts, errors, [], status, said=said, reason=reason)
    typed_seen = text_of(form, "seen", 10)
    seen = int(typed_seen) if typed_seen.isdecimal() else None
    reason = text_of(form, "reason")
    by_run: dict[str, dict[str, object]] = {}
    for enrolment, name in writable(view):
        if name in changed:
            by_run.setdefault(enrolment, {})[name] = changed.pop(name)
    for enrolment, some in by_run.items():
        command = Record(actor=_NOBODY, enrolment=enrolment, facts=some, reason=reason, seen=seen)  # type: ignore[arg-type]
        key = text_of(form, KEY, 80)
        with_key = FormData([*form.multi_items(), *([(KEY, f"{key} {enrolment}")] if key else [])])
        taken = take(desk, visitor, view.case.id, command, with_key)
        if taken.refused is not None:
            view, titles = view_of(view.case.id, visitor, desk, "record")
            both = conflicts(taken.refused, view, titles)
            others = [one for one in taken.refused.reasons if one.subject not in both]
            words = [in_words(one, titles, enrolment) for one in others]
            own = {name: text for name, text in texts.items() if name in mine}
            return _record_page(request, view, titles, visitor, own, both, words, 409, reason=reason)
    return after(request, view.case.id, Taken(say(visitor.language, N_("It is recorded."))), visitor, desk)


def writable(view: View) -> list[tuple[str, str]]:
    """Return the fields that the open steps ask for and this person may write, each with its enrolment."""
    found: dict[str, str] = {}
    for one in view.tracks():
        if one.state.place.value != "open":
            continue
        rules = view.library.rulebooks[view.case.enrolments[one.enrolment].meaning]
        step = rules.step(one.track, one.state.step)
        if not view.actor.roles & set(step.recorded_by):
            continue
        for name in (*step.collect, *(name for task in step.tasks.values() for name in task.collect)):
            field = rules.field(name)
            if field is not None and (not field.written_by or view.actor.roles & set(field.written_by)):
                found.setdefault(name, one.enrolment)
    return [(enrolment, name) for name, enrolment in found.items()]


def _record_page(
    request: Request, view: View, titles: Titles, visitor: Visitor, texts: dict[str, str], errors: dict[str, str],
    problems: list[str], status: int, *, said: str = "", reason: str = "",
) -> Response:  # fmt: skip
    known = {name: as_typed(fact.value, visitor.zone) for name, _, fact in view.facts()}
    names = list(dict.fromkeys(name for _, name in writable(view)))
    asked = [
        question(name, titles, texts.get(name, known.get(name, "")), error=errors.get(name, "")) for name in names
    ]
    values = {
        "case": view.case,
        "questions": asked,
        "errors": errors,
        "wrongs": [(f"#f.{name}", f"{titles.label(name)}: {words}") for name, words in errors.items()],
        "problems": problems,
        "said": said,
        "reason": reason,
        "refusals": [("", one) for one in problems],
        "seen": view.case.seq,
        "shown": shown_before(view, names, visitor.zone),
        "key": secrets.token_urlsafe(12),
    }
    return page(request, "record.html", values, visitor=visitor, status=status)


def after(request: Request, code: str, taken: Taken, visitor: Visitor, desk: Desk) -> Response:
    """Show the case after something was tried: what was done, or why not."""
    if taken.refused is None and taken.invisible:
        return RedirectResponse("/work", 303)
    status = 200 if taken.refused is None else 409
    return show_case(request, code, visitor, desk, taken=taken, status=status)


def words_of(refused: Refused, titles: Titles, enrolment: str = "") -> list[str]:
    """Return a refusal in sentences."""
    own = enrolment or next(iter(titles.case.enrolments), "")
    return [in_words(one, titles, own) for one in refused.reasons]
