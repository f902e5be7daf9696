"""Do an action: what must I record? One question a block, her agreements part by part, then done or why not."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from engine.core.case.commands import Act, Actor, AskApproval
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Place
from engine.core.deciding.decide import decide
from engine.core.model import Action, Needs, Step
from engine.core.values import Value
from engine.run.cases.view import View
from engine.store.ports import UnknownCaseError
from web.desk import Desk, Visitor
from web.guards.entry import Office, Sent, Somebody
from web.page import page
from web.routes.case import after, view_of
from web.shown.conflicts import conflicts, known_texts, shown, touched
from web.shown.questions import PREFIX, as_typed, question, read_form
from web.shown.reasons import in_words
from web.shown.ways import ends, wants_a_check
from web.taking import Taken, code_of, take, text_of, was_taken, written_in
from web.titles import Titles, pick
from web.words.catalog import N_, say

router = APIRouter()
_NOBODY = Actor()
#: What was sent is not done yet: its draft is kept.
UNDONE = 202
#: The boxes of the form beside its questions.
_KEPT = frozenset({"key", "visit", "seen", "shown", "reason", "exception"})


@dataclass(frozen=True, slots=True)
class _Form:
    """The form of one action at one step of one lane."""

    view: View
    titles: Titles
    enrolment: str
    track: str
    step: Step
    action: Action

    @property
    def required(self) -> list[str]:
        """The fields that have to be answered."""
        names = [one.id for one in self.action.required if one.needs is Needs.FIELD]
        counted = self.action.starts.one_per if self.action.starts is not None else None
        return list(dict.fromkeys([*names, counted] if counted else names))

    @property
    def fields(self) -> list[str]:
        """The fields of the form: what is required, what a condition of the action reads, then what the step asks."""
        collected = self.step.collect if self.view.actor.roles & set(self.step.recorded_by) else ()
        return list(dict.fromkeys([*self.required, *collected]))

    @property
    def wants_a_check(self) -> bool:
        """Whether what was typed is shown once more before it is done."""
        rules = self.titles.rules(self.enrolment)
        return wants_a_check(rules.protocol, self.track, self.step.id, self.action)

    @property
    def address(self) -> str:
        """Where the form is."""
        return f"/case/{self.view.case.id}/act/{self.enrolment}/{self.track}/{self.action.id}"


def _form(code: str, place: tuple[str, str, str], visitor: Visitor, desk: Desk) -> _Form | None:
    """Return the form; None where the step was left. Raises UnknownCaseError for a lane that is not hers."""
    view, titles = view_of(code_of(code, desk), visitor, desk, "act")
    enrolment, track, name = place
    run = view.case.enrolments.get(enrolment)
    if run is None or track not in run.tracks or not view.knows(enrolment, track):
        raise UnknownCaseError
    rules, state = titles.rules(enrolment), run.tracks[track]
    action = rules.moves[track].at(state.step).get(name) if state.place is Place.OPEN else None
    if action is None or action.automatic:
        return None
    return _Form(view, titles, enrolment, track, rules.step(track, state.step), action)


@router.get("/case/{code}/act/{enrolment}/{track}/{action}")
def ask(
    request: Request,
    code: str,
    enrolment: str,
    track: str,
    action: str,
    visitor: Somebody,
    desk: Office,
) -> Response:
    """Ask what has to be recorded for an action."""
    form = _form(code, (enrolment, track, action), visitor, desk)
    if form is None:
        return RedirectResponse(f"/case/{code_of(code, desk)}", 303)
    known = {name: fact.value for name, _, fact in form.view.facts()}
    texts = {name: as_typed(known.get(name), visitor.zone) for name in form.fields}
    return _show(request, form, visitor, texts=texts)


@router.post("/case/{code}/act/{enrolment}/{track}/{action}")
def act(
    request: Request,
    code: str,
    enrolment: str,
    track: str,
    action: str,
    sent: Sent,
    visitor: Somebody,
    desk: Office,
) -> Response:
    """Take the action, or ask for the approval it needs."""
    form = _form(code, (enrolment, track, action), visitor, desk)
    if form is None:
        return _left(request, code_of(code, desk), track, sent, visitor, desk)
    facts, texts, errors = read_form(sent, form.fields, form.titles, visitor.zone)
    if errors:
        return _show(request, form, visitor, texts=texts, errors=errors, status=422, reason=text_of(sent, "reason"))
    checked = text_of(sent, "checked", 10)
    if checked == "change":
        return _show(request, form, visitor, texts=texts, status=UNDONE, reason=text_of(sent, "reason"), sent=sent)
    mine = touched(sent, texts, known_texts(form.view, visitor.zone))
    command = _command(form, sent, facts, mine)
    if checked != "yes" and form.wants_a_check and _passes(form, command):
        return _check(request, form, visitor, sent, command)
    taken = take(desk, visitor, form.view.case.id, command, sent)
    if taken.refused is None:
        return after(request, form.view.case.id, taken, visitor, desk)
    form = _form(code, (enrolment, track, action), visitor, desk) or form  # as it is now
    both = conflicts(taken.refused, form.view, form.titles)
    missing = {one.subject for one in taken.refused.reasons if one.why is Why.FACT_MISSING}
    others = (
        one
        for one in taken.refused.reasons
        if one.subject not in both and (one.why is not Why.FACT_MISSING or one.subject not in form.fields)
    )
    words = [in_words(one, form.titles, enrolment) for one in others]
    return _show(
        request,
        form,
        visitor,
        texts=known_texts(form.view, visitor.zone) | {name: text for name, text in texts.items() if name in mine},
        errors=both,
        problems=words,
        missing=missing,
        status=409,
        reason=text_of(sent, "reason"),
    )


def _left(request: Request, code: str, track: str, sent: FormData, visitor: Visitor, desk: Desk) -> Response:
    """Say that the step was left: by this very form, sent again after a cut line, or by somebody before her.

    What she typed is shown again then, not thrown away unsaid.
    """
    if was_taken(desk, visitor, sent):
        return after(request, code, Taken(say(visitor.language, N_("It is done."))), visitor, desk)
    left = Taken(refused=Refused(Reason(Why.VISIT_LEFT, track)), typed=written_in(sent))
    return after(request, code, left, visitor, desk)


def _command(form: _Form, sent: FormData, facts: dict[str, Value], mine: Collection[str]) -> Act | AskApproval:
    """Return what is asked for; ``mine``: the fields in which she has written, the others are as they are now."""
    known = {name: fact.value for name, _, fact in form.view.facts()}
    meant = {name: value if name in mine else known.get(name, value) for name, value in facts.items()}
    changed = {name: value for name, value in meant.items() if known.get(name) != value or name in form.required}
    visit, seen = text_of(sent, "visit", 10), text_of(sent, "seen", 10)
    kind = AskApproval if form.action.approval and not text_of(sent, "exception") else Act
    made = kind(
        actor=_NOBODY,
        enrolment=form.enrolment,
        track=form.track,
        action=form.action.id,
        facts=changed,
        reason=text_of(sent, "reason"),
        visit=int(visit) if visit.isdecimal() else None,
        seen=int(seen) if seen.isdecimal() else None,
    )
    if isinstance(made, Act) and text_of(sent, "exception") == "yes":
        return Act(**{**{name: getattr(made, name) for name in made.__slots__}, "actor": _NOBODY, "exception": True})
    return made


def _passes(form: _Form, command: Act | AskApproval) -> bool:
    """Return whether nothing stands in the way; otherwise the form says what, and not the page before it is done."""
    view = form.view
    try:
        decide(view.case, replace(command, actor=view.actor), view.now, view.library)
    except Refused:
        return False
    return True


def _check(request: Request, form: _Form, visitor: Visitor, sent: FormData, command: Act | AskApproval) -> Response:
    """Show what was typed and what will follow, before it is done; what was sent stands in hidden boxes."""
    titles, view, action = form.titles, form.view, form.action
    tracks = view.case.enrolments[form.enrolment].tracks
    protocol = titles.rules(form.enrolment).protocol
    is_end = ends(protocol, form.track, replace(action, closes=()))
    shut = (one for one in action.closes if one in tracks and tracks[one].place is Place.OPEN)
    boxes = {f"{PREFIX}{name}{end}" for name in form.fields for end in ("", ".day", ".time")}
    texts = [(name, value) for name, value in sent.multi_items() if isinstance(value, str)]
    values = {
        "case": view.case,
        "title": titles.action(action),
        "lane": titles.track(form.enrolment, form.track),
        "step": titles.step(form.enrolment, form.track, form.step.id),
        "address": form.address,
        "answers": [(titles.label(name), titles.value(name, value)) for name, value in command.facts.items()],
        "reason": command.reason,
        "ended": titles.track(form.enrolment, form.track) if is_end else "",
        "whole": is_end and form.track == protocol.main.id,
        "shut": [titles.track(form.enrolment, one) for one in shut if view.knows(form.enrolment, one)],
        "approval": titles.role(action.approval) if isinstance(command, AskApproval) and action.approval else "",
        "boxes": [(name, value) for name, value in texts if name in boxes or name in _KEPT],
    }
    return page(request, "check.html", values, visitor=visitor, status=UNDONE)


def _show(
    request: Request,
    form: _Form,
    visitor: Visitor,
    *,
    texts: dict[str, str],
    errors: dict[str, str] | None = None,
    problems: list[str] | None = None,
    missing: set[str] | None = None,
    status: int = 200,
    reason: str = "",
    sent: FormData | None = None,
) -> Response:
    """Show the form; ``sent``: what goes on as it was when she comes back to change something."""
    titles, wrong = form.titles, errors or {}
    required = set(form.required)
    asked = [
        question(name, titles, texts.get(name, ""), required=name in required, error=wrong.get(name, ""))
        for name in form.fields
    ]
    agreements = [
        (one.id, titles.consent(one.id), _is_given(form.view, one.id))
        for one in form.action.required
        if one.needs is Needs.CONSENT
    ]
    exceptions = titles.rules(form.enrolment).protocol.exceptions
    lawful = form.action.exception or ""
    values = {
        "case": form.view.case,
        "title": titles.action(form.action),
        "lane": titles.track(form.enrolment, form.track),
        "step": titles.step(form.enrolment, form.track, form.step.id),
        "address": form.address,
        "needed": [one for one in asked if one.required],
        "optional": [one for one in asked if not one.required],
        "agreements": agreements,
        "approval": titles.role(form.action.approval) if form.action.approval else "",
        "exception": pick(exceptions.get(lawful, {}), visitor.language, lawful) if lawful else "",
        "errors": {name: wrong[name] for name in form.fields if name in wrong},
        "wrongs": [(f"#f.{name}", f"{titles.label(name)}: {words}") for name, words in wrong.items()],
        "problems": [*(problems or []), *(missing or ())],
        "refusals": [*_missing(missing or set(), form), *(("", words) for words in problems or [])],
        "visit": form.view.case.enrolments[form.enrolment].tracks[form.track].visit,
        "seen": text_of(sent, "seen", 10) if sent is not None else form.view.case.seq,
        "shown": text_of(sent, "shown", 500_000) if sent is not None else shown(form.view, form.fields, visitor.zone),
        "excepted": sent is not None and text_of(sent, "exception", 3) == "yes",
        "key": secrets.token_urlsafe(12),
        "reason": reason,
    }
    return page(request, "act.html", values, visitor=visitor, status=status)


def _missing(names: set[str], form: _Form) -> list[tuple[str, str]]:
    """Return what still has to be answered, each with the place of its question."""
    still = say(form.titles.language, N_("Still to be answered: “{subject}”"))
    return [(f"#f.{name}", still.format(subject=form.titles.label(name))) for name in form.fields if name in names]


def _is_given(view: View, consent: str) -> bool:
    record = view.case.consents.get(consent)
    return record is not None and record.given and (record.until is None or record.until > view.now)
