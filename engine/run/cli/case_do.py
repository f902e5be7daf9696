"""``spean case``: what people do. Each command ends with where the case stands then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import typer

from engine.core.case import commands
from engine.core.case.commands import AnyCommand
from engine.core.case.state import Case, Place
from engine.core.errors import SpeanError
from engine.core.model import Action, TargetKind
from engine.run.cases.casework import Opening
from engine.run.cases.naming import free_name
from engine.run.cases.view import View
from engine.run.cli.deed import ANYBODY, acting, answers_of, carry_out, say_standing, ticket_of
from engine.run.cli.given import Given, words
from engine.run.cli.output import print_json
from engine.run.cli.session import Session

_NOTHING: Given = ([], "")


class WayError(SpeanError):
    """Nothing that may be done now leads there; `spean case options` says what may be done."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An action that somebody wants to take."""

    action: str
    given: Given = field(default_factory=lambda: ([], ""))
    enrolment: str = ""
    track: str = ""
    visit: int = 0
    reason: str = ""
    happened: str = ""
    exception: bool = False
    ask: bool = False


def open_case(
    office: str, user: str, protocol: str, given: Given, agency: str, manager: str, happened: str, key: str,
    *, as_json: bool,
) -> None:  # fmt: skip
    """Open a case and answer its code."""
    with acting(office, user) as asking:
        when = asking.when(happened) if happened else None
        opening = Opening(protocol, answers_of(asking, given), agency, manager, when)
        opened = asking.work.open(asking.user, opening, ticket_of(asking, key, opening))
        say_standing(asking, opened, as_json=as_json)


def take_action(office: str, user: str, code: str, deed: Deed, key: str, *, as_json: bool) -> None:
    """Take an action, or ask for the approval it needs."""
    with acting(office, user) as asking:
        case = asking.case(code)
        stored, _ = asking.work.look(asking.user, case, "act")
        facts, reason = answers_of(asking, deed.given), words(deed.reason)
        ticket = ticket_of(asking, key, ("act", replace(deed, given=_NOTHING, reason=reason), facts))
        done = asking.work.repeated(asking.user, case, ticket) if ticket is not None else None
        if done is not None:  # the first time led on, and what was looked at then is not there any more
            say_standing(asking, done, as_json=as_json)
            return
        enrolment, track = _place(asking.work.view(asking.user, stored), deed)
        common = {
            "actor": ANYBODY,
            "enrolment": enrolment,
            "track": track,
            "action": deed.action,
            "facts": facts,
            "happened": asking.when(deed.happened) if deed.happened else None,
            "reason": reason,
            "visit": deed.visit or stored.enrolments[enrolment].tracks[track].visit,
            "seen": stored.seq,
        }
        command: AnyCommand = (
            commands.AskApproval(**common)  # type: ignore[arg-type]
            if deed.ask
            else commands.Act(**common, exception=deed.exception)  # type: ignore[arg-type]
        )
        carry_out(asking, case, command, ticket, as_json=as_json)


def withdraw_click(
    office: str, user: str, code: str, enrolment: str, track: str, reason: str, *, as_json: bool
) -> None:
    """Take back the last action of a track."""
    with acting(office, user) as asking:
        case = asking.case(code)
        stored, _ = asking.work.look(asking.user, case, "withdraw")
        name = enrolment or next(iter(stored.enrolments))
        where = track or next(iter(stored.enrolments[name].tracks), "") if name in stored.enrolments else track
        command = commands.Withdraw(actor=ANYBODY, enrolment=name, track=where, reason=words(reason))
        carry_out(asking, case, command, as_json=as_json)


def write_note(office: str, user: str, code: str, text: str, *, as_json: bool) -> None:
    """Write a note."""
    with acting(office, user) as asking:
        carry_out(asking, asking.case(code), commands.Note(actor=ANYBODY, text=words(text)), as_json=as_json)


def hold_case(
    office: str, user: str, code: str, until: str, confirm: str, renew: str, reason: str, *, as_json: bool
) -> None:
    """Begin, confirm or renew a hold."""
    with acting(office, user) as asking:
        case = asking.case(code)
        stored, _ = asking.work.look(asking.user, case, "hold")
        command: AnyCommand
        if confirm:
            command = commands.ConfirmHold(actor=ANYBODY, hold=confirm)
        elif renew:
            command = commands.RenewHold(actor=ANYBODY, hold=renew, until=asking.instant(until), reason=words(reason))
        else:
            name = f"h{len(stored.holds) + 1}"
            command = commands.BeginHold(actor=ANYBODY, hold=name, until=asking.instant(until), reason=words(reason))
        carry_out(asking, case, command, as_json=as_json)


def resume_case(office: str, user: str, code: str, hold: str, *, as_json: bool) -> None:
    """End a hold."""
    with acting(office, user) as asking:
        case = asking.case(code)
        stored, _ = asking.work.look(asking.user, case, "resume")
        now = asking.office.time.now()
        name = hold or next((one.id for one in stored.holds.values() if not one.is_over(now)), "")
        carry_out(asking, case, commands.EndHold(actor=ANYBODY, hold=name), as_json=as_json)


def answer_waiting(
    office: str, user: str, code: str, what: tuple[str, str], reason: str, *, agrees: bool, as_json: bool
) -> None:
    """Answer a waiting item. ``what``: the item, and the case in which a request was started."""
    waiting, started = what
    with acting(office, user) as asking:
        case = asking.case(code)
        elsewhere = asking.case(started) if started else ""
        command = commands.Answer(actor=ANYBODY, waiting=waiting, agrees=agrees, reason=words(reason), case=elsewhere)
        found = asking.work.do(asking.user, case, command)
        if asking.work.knows(asking.user, found):
            say_standing(asking, found, as_json=as_json)
        elif as_json:
            print_json({"case": case, "answered": waiting})
        else:
            typer.echo(f"{case}: {waiting} is answered")


def enrol_case(office: str, user: str, code: str, protocol: str, request: str, *, as_json: bool) -> None:
    """Begin another protocol in the case."""
    with acting(office, user) as asking:
        case = asking.case(code)
        stored, _ = asking.work.look(asking.user, case, "enrol")
        found = asking.work.protocol(protocol)
        name = free_name(protocol, stored)
        command = commands.Enrol(actor=ANYBODY, enrolment=name, meaning=found.meaning, request=request)
        carry_out(asking, case, command, as_json=as_json)


def acknowledge_clock(office: str, user: str, code: str, clock: str, by: str, doing: str, *, as_json: bool) -> None:
    """Promise to act on a clock."""
    with acting(office, user) as asking:
        case = asking.case(code)
        stored, _ = asking.work.look(asking.user, case, "acknowledge")
        enrolment, key = named_clock(stored, clock)
        command = commands.Acknowledge(
            actor=ANYBODY, enrolment=enrolment, clock=key, promised=asking.instant(by), doing=words(doing)
        )
        carry_out(asking, case, command, as_json=as_json)


def extend_clock(office: str, user: str, code: str, clock: str, reason: str, *, as_json: bool) -> None:
    """Extend a limit."""
    with acting(office, user) as asking:
        case = asking.case(code)
        stored, _ = asking.work.look(asking.user, case, "extend")
        enrolment, key = named_clock(stored, clock)
        command = commands.ExtendLimit(actor=ANYBODY, enrolment=enrolment, clock=key, reason=words(reason))
        carry_out(asking, case, command, as_json=as_json)


@dataclass(frozen=True, slots=True)
class Offered:
    """What is offered to whom. ``agency``, ``consent``: empty where there is none."""

    role: str
    to: str
    agency: str
    consent: str


def transfer_case(
    office: str, user: str, code: str, offered: Offered, reason: str, *, at_once: bool, as_json: bool
) -> None:
    """Offer a role in the case to somebody, or give it to her."""
    with acting(office, user) as asking:
        asking.check_user(offered.to)
        command: AnyCommand = (
            commands.AssignRole(actor=ANYBODY, role=offered.role, user=offered.to, reason=words(reason))
            if at_once
            else commands.HandOver(
                actor=ANYBODY,
                role=offered.role,
                to_user=offered.to,
                agency=offered.agency or None,
                consent=offered.consent,
                reason=words(reason),
            )
        )
        carry_out(asking, asking.case(code), command, as_json=as_json)


def take_back_offer(office: str, user: str, code: str, waiting: str, *, as_json: bool) -> None:
    """Take an offer of a role back."""
    with acting(office, user) as asking:
        carry_out(asking, asking.case(code), commands.TakeBack(actor=ANYBODY, waiting=waiting), as_json=as_json)


def close_case(
    office: str, user: str, code: str, outcome: str, given: Given, enrolment: str, reason: str, *, as_json: bool
) -> None:
    """Take the action that ends the main track as this outcome; without one, say which there are."""
    with acting(office, user) as asking:
        case = asking.case(code)
        stored, _ = asking.work.look(asking.user, case, "close")
        ways = dict(_ways_out(asking, stored, enrolment))
        if outcome not in ways:
            listed = ", ".join(ways) or "none from where the case stands"
            raise WayError(f"The case can end as: {listed}. Name one with --outcome.")
        run, track, action = ways[outcome]
        command = commands.Act(
            actor=ANYBODY,
            enrolment=run,
            track=track,
            action=action.id,
            facts=answers_of(asking, given),
            reason=words(reason),
            visit=stored.enrolments[run].tracks[track].visit,
            seen=stored.seq,
        )
        carry_out(asking, case, command, as_json=as_json)


def reopen_case(office: str, user: str, code: str, protocol: str, step: str, reason: str, *, as_json: bool) -> None:
    """Let a closed case go on."""
    with acting(office, user) as asking:
        case = asking.case(code)
        stored, _ = asking.work.look(asking.user, case, "reopen")
        found = asking.work.protocol(protocol)
        command = commands.Reopen(
            actor=ANYBODY,
            enrolment=free_name(protocol, stored),
            meaning=found.meaning,
            reason=words(reason),
            at_step=step or None,
        )
        carry_out(asking, case, command, as_json=as_json)


def named_clock(case: Case, name: str) -> tuple[str, str]:
    """Return enrolment and key of a clock: ``ENROLMENT/KEY``, or the key alone where one enrolment has it."""
    enrolment, slash, key = name.partition("/")
    if slash:
        return enrolment, key
    for found, one in case.enrolments.items():
        if name in one.clocks:
            return found, name
    return next(iter(case.enrolments), ""), name


def _place(view: View, deed: Deed) -> tuple[str, str]:
    """Return the enrolment and track in which the action is meant: as named, else the first that knows it."""
    for one in view.tracks():
        moves = view.library.rulebooks[view.case.enrolments[one.enrolment].meaning].moves[one.track]
        known = one.state.place is Place.OPEN and deed.action in moves.at(one.state.step)
        if known and deed.enrolment in {"", one.enrolment} and deed.track in {"", one.track}:
            return one.enrolment, one.track
    raise WayError(
        f"No open track of this case knows the action {deed.action[:80]} where it stands;"
        " `spean case options` says what may be done."
    )


def _ways_out(asking: Session, case: Case, enrolment: str) -> Iterator[tuple[str, tuple[str, str, Action]]]:
    """Yield the outcomes as which a main track can end from where it stands, with the action that leads there."""
    library = asking.office.registry.library()
    for name, one in case.enrolments.items():
        rules = library.rulebooks[one.meaning]
        main = rules.protocol.main
        state = one.tracks.get(main.id)
        if enrolment not in {"", name} or state is None or state.place is not Place.OPEN:
            continue
        for action in rules.moves[main.id].at(state.step).values():
            if action.target.kind is TargetKind.STEP and action.target.track in {None, main.id}:
                outcome = main.steps[action.target.step].final
                if outcome is not None and not action.automatic:
                    yield outcome, (name, main.id, action)
