"""What is done with a case as a whole: hold, hand over, refer, take back, extend a limit."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time
from hashlib import sha256
from types import MappingProxyType

from fastapi import APIRouter, Request
from starlette.responses import Response

from engine.core.case.commands import (
    Actor,
    AnyCommand,
    BeginHold,
    ConfirmHold,
    EndHold,
    ExtendLimit,
    HandOver,
    RenewHold,
    TakeBack,
)
from engine.core.case.reasons import Refused
from engine.core.case.state import Place, WaitingKind
from engine.core.deciding.referrals import held_by_agreement
from engine.core.people.directory import CASE_MANAGER, SUPERVISOR, User
from engine.core.people.standing import may_act
from engine.run.cases.hands import serves
from engine.run.cases.standing import view_of as standing_of
from engine.run.cases.view import View
from engine.store.ports import UnknownCaseError
from web.desk import Desk, Visitor
from web.guards.entry import Office, Sent, Somebody
from web.page import page
from web.routes.case import after, view_of, words_of
from web.shown.case import agreements, timers
from web.taking import KEY, code_of, take, text_of
from web.titles import Titles, pick
from web.words.catalog import N_, say

router = APIRouter()
_NOBODY = Actor()
#: What was typed, by form and box.
Typed = Mapping[str, Mapping[str, str]]
_NOTHING: Typed = MappingProxyType({})
#: In these forms much is typed: after a refusal all of it stands in its boxes.
_TYPED = frozenset({"hand-over", "refer", "hold", "extend"})
#: What to say where a form lacks what makes it one.
_MISSING = {
    "refer": N_("Choose on which of her agreements somebody is asked."),
    "hold": N_("Write the day on which the hold ends."),
    "renew": N_("Write the day on which the hold ends."),
}


@router.get("/case/{code}/more")
def show(request: Request, code: str, visitor: Somebody, desk: Office) -> Response:
    """Show what can be done with the case as a whole."""
    return _show(request, code_of(code, desk), visitor, desk)


def _show(
    request: Request, code: str, visitor: Visitor, desk: Desk, refused: Refused | str = "", typed: Typed = _NOTHING
) -> Response:
    """Show it, with why something was not done and what had been typed for it."""
    view, titles = view_of(code, visitor, desk, "more")
    if isinstance(refused, Refused):
        words = words_of(refused, titles)
    else:
        words = [say(visitor.language, refused)] if refused else []
    now, standing = view.now, standing_of(view.case)
    people = [one for one in visitor.directory.users.values() if may_act(visitor.directory, one.id, standing, now)]
    lanes = [
        (one.enrolment, one.track, titles.track(one.enrolment, one.track))
        for one in view.tracks()
        if one.state.place is Place.OPEN
    ]
    given = list(dict.fromkeys((CASE_MANAGER, *view.case.holders)))
    opening = [one for one in agreements(view, titles) if one.given and one.opens_to and in_force(view, one.id)]
    values = {
        "case": view.case,
        "holds": [one for one in view.case.holds.values() if not one.is_over(now)],
        "people": sorted(
            (
                (one.id, one.name, one.agency)
                for one in people
                if one.id != visitor.id and any(serves(visitor.directory, one.id, role, now) for role in given)
            ),
            key=lambda o: o[1],
        ),
        "agencies": [
            (one.id, pick(one.title, visitor.language, one.id)) for one in visitor.directory.agencies.values()
        ],
        "roles": [(role, titles.role(role)) for role in given],
        "helpers": helpers(view, titles, people, visitor, {role for one in opening for role in one.opens_to}),
        "agreements": [(one, ", ".join(map(titles.role, one.opens_to))) for one in opening],
        "offers": [
            (one.id, titles.role(one.role), titles.person(one.asked[0].removeprefix("user:")), titles.when(one.at))
            for one in view.case.waiting.values()
            if one.kind is WaitingKind.TRANSFER and one.is_open
        ],
        "helping": [
            (one.id, titles.role(one.role), titles.person(one.answered_by))
            for one in held_by_agreement(view.case)
            if visitor.id in {one.by, one.answered_by} or SUPERVISOR in view.actor.roles
        ],
        "lanes": lanes,
        "timers": [one for one in timers(view, titles, now) if one.limit],
        "titles": titles,
        "is_supervisor": SUPERVISOR in view.actor.roles,
        "reads_reasons": bool(view.actor.roles & {CASE_MANAGER, SUPERVISOR}),  # they may name people
        "typed": typed,
        "problems": [("", one) for one in words],
        "key": secrets.token_urlsafe(12),
    }
    return page(request, "more.html", values, visitor=visitor, status=409 if words else 200)


@router.post("/case/{code}/more/{what}")
def do(request: Request, code: str, what: str, visitor: Somebody, desk: Office, form: Sent) -> Response:
    """Do it."""
    known = code_of(code, desk)
    command = _command(what, form, visitor)
    typed = {what: {name: text for name, text in form.multi_items() if isinstance(text, str)}}
    if command is None:
        if what not in _MISSING:
            raise UnknownCaseError
        return _show(request, known, visitor, desk, _MISSING[what], typed)
    taken = take(desk, visitor, known, command, form)
    if taken.refused is not None and what in _TYPED:
        return _show(request, known, visitor, desk, taken.refused, typed)
    return after(request, known, taken, visitor, desk)


def _command(what: str, form: Sent, visitor: Visitor) -> AnyCommand | None:
    reason, hold = text_of(form, "reason"), text_of(form, "hold", 100)
    until = _end_of(text_of(form, "until", 10), visitor)
    enrolment, _, clock = text_of(form, "clock", 300).partition("/")
    to, agency = text_of(form, "to", 64), text_of(form, "agency", 64) or None
    known: dict[str, AnyCommand] = {
        "confirm": ConfirmHold(actor=_NOBODY, hold=hold),
        "end": EndHold(actor=_NOBODY, hold=hold),
        "extend": ExtendLimit(actor=_NOBODY, enrolment=enrolment, clock=clock, reason=reason),
        "hand-over": HandOver(
            actor=_NOBODY, role=text_of(form, "role", 64), to_user=to, reason=reason, agency=agency
        ),
        "take-back": TakeBack(actor=_NOBODY, waiting=text_of(form, "offer", 20)),
    }
    consent = text_of(form, "consent", 64)
    if consent:
        role, _, helper = text_of(form, "helper", 140).partition(" ")
        known["refer"] = HandOver(actor=_NOBODY, role=role, to_user=helper, reason=reason, consent=consent)
    if until is not None:
        new = f"hold_{sha256(text_of(form, KEY, 80).encode()).hexdigest()[:6]}"  # sent twice it is one
        known["hold"] = BeginHold(actor=_NOBODY, hold=new, until=until, reason=reason)
        known["renew"] = RenewHold(actor=_NOBODY, hold=hold, until=until, reason=reason)
    return known.get(what)


def helpers(
    view: View, titles: Titles, people: list[User], visitor: Visitor, opened: Collection[str]
) -> list[tuple[str, str]]:
    """Return who can be asked to help and as what, each as the form sends it and in words.

    Whoever has the role somewhere, where nobody holds it in the case yet; ``opened``: the roles let in.
    """
    taken = {CASE_MANAGER, SUPERVISOR, *view.case.holders}
    runs = [one for one in view.case.enrolments.values() if one.is_open]
    known = {
        role.id
        for one in runs
        for role in view.library.rulebooks[one.meaning].protocol.roles.values()
        if role.account and role.id in opened and role.id not in taken
    }
    found = [
        (f"{role} {one.id}", f"{titles.role(role)}: {one.name} ({one.agency})")
        for role in known
        for one in people
        if one.id != visitor.id and serves(visitor.directory, one.id, role, view.now)
    ]
    return sorted(found, key=lambda pair: pair[1])


def in_force(view: View, consent: str) -> bool:
    """Return whether an agreement has not expired."""
    until = view.case.consents[consent].until
    return until is None or view.now < until


def _end_of(day: str, visitor: Visitor) -> datetime | None:
    """Return the last instant (UTC) of a local day; None where it is none."""
    try:
        return datetime.combine(date.fromisoformat(day), time(23, 59), visitor.zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
