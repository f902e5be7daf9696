"""What programs do."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, timedelta
from hashlib import sha256

from fastapi import FastAPI

from engine.core.case import commands
from engine.core.case.commands import Actor, AnyCommand
from engine.core.case.state import Case
from engine.core.values import Value
from engine.run.cases.answers import read_text
from engine.run.cases.casework import Opening, fingerprint
from engine.store.ports import Ticket
from web.api import bodies
from web.api.caller import Caller, Key, NoRoleLeftError, Program
from web.api.shown import case_body
from web.desk import Desk
from web.taking import code_of

_NOBODY = Actor()


def add_doing(api: FastAPI) -> None:
    """Add the routes."""

    @api.post("/cases", status_code=201)
    def open_case(caller: Program, sent: bodies.Open, key: Key = "") -> bodies.Case:
        """Open a case."""
        opening = Opening(sent.protocol, _facts(caller.desk, sent.facts))
        return _seen(caller, caller.desk.casework.open(caller.user, opening, ticket_of(caller, key, repr(opening))))

    @api.post("/cases/{code}/actions")
    def act(caller: Program, code: str, sent: bodies.Act, key: Key = "") -> bodies.Case:
        """Take an action, or ask for the approval it needs."""
        common = {
            "actor": _NOBODY,
            "enrolment": sent.enrolment,
            "track": sent.track,
            "action": sent.action,
            "facts": _facts(caller.desk, sent.facts),
            "reason": sent.reason,
            "visit": sent.visit,
            "seen": sent.seen,
        }
        made: AnyCommand = (
            commands.AskApproval(**common)  # type: ignore[arg-type]
            if sent.ask
            else commands.Act(**common, exception=sent.exception)  # type: ignore[arg-type]
        )
        return _done(caller, code, made, key)

    @api.post("/cases/{code}/facts")
    def record(caller: Program, code: str, sent: bodies.Record, key: Key = "") -> bodies.Case:
        """Record what happened."""
        facts = _facts(caller.desk, sent.facts)
        command = commands.Record(
            actor=_NOBODY,
            enrolment=sent.enrolment,
            facts=facts,
            contact=sent.contact,
            reason=sent.reason,
            seen=sent.seen,
        )
        return _done(caller, code, command, key)

    @api.post("/cases/{code}/consents")
    def consent(caller: Program, code: str, sent: bodies.Consent, key: Key = "") -> bodies.Case:
        """Record an agreement."""
        command = commands.GiveConsent(actor=_NOBODY, consent=sent.consent, given=sent.given)
        return _done(caller, code, command, key)

    @api.post("/cases/{code}/promises")
    def promise(caller: Program, code: str, sent: bodies.Promise, key: Key = "") -> bodies.Case:
        """Promise to act."""
        enrolment, _, clock = sent.clock.partition("/")
        until = caller.desk.office.time.now() + timedelta(days=sent.days)
        command = commands.Acknowledge(
            actor=_NOBODY, enrolment=enrolment, clock=clock, promised=until, doing=sent.doing
        )
        return _done(caller, code, command, key, sent.model_dump_json())

    @api.post("/cases/{code}/offers")
    def offer(caller: Program, code: str, sent: bodies.Offer, key: Key = "") -> bodies.Case:
        """Offer a role in the case: hand it over, or ask for help on her agreement."""
        command = commands.HandOver(
            actor=_NOBODY,
            role=sent.role,
            to_user=sent.to,
            reason=sent.reason,
            consent=sent.consent,
            agency=sent.agency or None,
        )
        return _done(caller, code, command, key)

    @api.post("/cases/{code}/replies")
    def reply(caller: Program, code: str, sent: bodies.Reply, key: Key = "") -> bodies.Case:
        """Answer what waits, or take an offer back."""
        command: AnyCommand = (
            commands.TakeBack(actor=_NOBODY, waiting=sent.waiting)
            if sent.take_back
            else commands.Answer(actor=_NOBODY, waiting=sent.waiting, agrees=sent.agrees, reason=sent.reason)
        )
        return _done(caller, code, command, key)

    @api.post("/cases/{code}/notes")
    def note(caller: Program, code: str, sent: bodies.Note, key: Key = "") -> bodies.Case:
        """Write a note."""
        return _done(caller, code, commands.Note(actor=_NOBODY, text=sent.text), key)

    @api.post("/cases/{code}/holds")
    def hold(caller: Program, code: str, sent: bodies.Hold, key: Key = "") -> bodies.Case:
        """Begin, confirm or end a hold."""
        return _done(caller, code, _hold(sent, key), key)

    @api.post("/cases/{code}/withdrawals")
    def withdraw(caller: Program, code: str, sent: bodies.Withdrawal, key: Key = "") -> bodies.Case:
        """Take a wrong click back."""
        command = commands.Withdraw(actor=_NOBODY, enrolment=sent.enrolment, track=sent.track, reason=sent.reason)
        return _done(caller, code, command, key)

    @api.post("/cases/{code}/extensions")
    def extend(caller: Program, code: str, sent: bodies.Extension, key: Key = "") -> bodies.Case:
        """Extend a limit."""
        enrolment, _, clock = sent.clock.partition("/")
        command = commands.ExtendLimit(actor=_NOBODY, enrolment=enrolment, clock=clock, reason=sent.reason)
        return _done(caller, code, command, key)

    @api.post("/cases/{code}/tasks")
    def do_task(caller: Program, code: str, sent: bodies.Task, key: Key = "") -> bodies.Case:
        """Do a task, with what it asks."""
        facts = _facts(caller.desk, sent.facts)
        command = commands.DoTask(actor=_NOBODY, enrolment=sent.enrolment, task=sent.task, facts=facts)
        return _done(caller, code, command, key)


def _hold(sent: bodies.Hold, key: str) -> AnyCommand:
    if sent.until is not None:
        new = sha256(key.encode()).hexdigest() if key else secrets.token_hex(3)  # sent twice it is one
        name = sent.hold or f"hold_{new[:6]}"
        return commands.BeginHold(actor=_NOBODY, hold=name, until=sent.until.astimezone(UTC), reason=sent.reason)
    if sent.end:
        return commands.EndHold(actor=_NOBODY, hold=sent.hold)
    return commands.ConfirmHold(actor=_NOBODY, hold=sent.hold)


def _done(caller: Caller, code: str, command: AnyCommand, key: str, content: str = "") -> bodies.Case:
    """Carry it out. ``content``: by what a repetition is recognised, where the command itself holds its time."""
    known = code_of(code, caller.desk)
    ticket = ticket_of(caller, key, f"{type(command).__name__} {content or repr(command)}")
    return _seen(caller, caller.desk.casework.do(caller.user, known, command, ticket))


def _seen(caller: Caller, case: Case) -> bodies.Case:
    """Return the case as the caller may see it now, logged. Raises NoRoleLeftError where she sees nothing of it."""
    casework = caller.desk.casework
    if not casework.knows(caller.user, case):
        raise NoRoleLeftError
    casework.look(caller.user, case.id)
    return case_body(casework.view(caller.user, case))


def ticket_of(caller: Caller, key: str, content: str) -> Ticket | None:
    """Return by what a request that is sent twice is recognised; None without a key."""
    if not key:
        return None
    return Ticket(caller.user, f"api {key}", fingerprint(caller.desk.office.keyring, content))


def _facts(desk: Desk, given: Mapping[str, str | list[str]]) -> dict[str, Value]:
    return read_text(json.dumps(dict(given)), desk.office.registry.library()) if given else {}
