"""``spean case``: the words of its commands. Each imports what it does when it is run."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.run.cli.options import (
    As,
    Code,
    Format,
    Happened,
    Key,
    Lang,
    Language,
    Office,
    Reason,
    Set,
    SetFrom,
    User,
)

app = typer.Typer(name="case", help="Open cases and work on them.", no_args_is_help=True)

At = Annotated[str, typer.Option("--track", metavar="TRACK", help="The track. Default: the first that fits.")]
In = Annotated[str, typer.Option("--in", metavar="PROTOCOL", help="The enrolment. Default: the first that fits.")]


@app.command("open")
def open_(
    protocol: Annotated[str, typer.Argument(metavar="PROTOCOL", help="The protocol it begins with.")],
    set_: Set = None,
    set_from: SetFrom = "",
    agency: Annotated[str, typer.Option("--agency", metavar="ID", help="Whose case it is. Default: yours.")] = "",
    manager: Annotated[str, typer.Option("--manager", metavar="USER", help="Who leads it.")] = "",
    happened: Happened = "",
    key: Key = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Open a case; answers the code under which it is known."""
    from engine.run.cli.case_do import open_case

    open_case(
        office, user, protocol, (set_ or [], set_from), agency, manager, happened, key, as_json=as_ is Format.JSON
    )


@app.command("list")
def list_(
    overdue: Annotated[bool, typer.Option("--overdue", help="Only cases with a limit that has passed.")] = False,
    all_: Annotated[bool, typer.Option("--all", help="Closed cases, too.")] = False,
    office: Office = "",
    user: User = "",
    lang: Lang = Language.ENGLISH,
    as_: As = Format.TEXT,
) -> None:
    """Your worklist: the cases in which you have a role, the longest overdue first."""
    from engine.run.cli.case_show import show_list

    show_list(office, user, overdue=overdue, closed_too=all_, language=lang.value, as_json=as_ is Format.JSON)


@app.command("stalled")
def stalled_(
    days: Annotated[int, typer.Option("--days", metavar="N", min=0, help="Still for so many days or more.")] = 30,
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Where your cases stand still: for how long, how many limits have passed there, who was told last."""
    from engine.run.cli.case_stalled import show_stalled

    show_stalled(office, user, days, as_json=as_ is Format.JSON)


@app.command()
def show(
    code: Code,
    as_of: Annotated[str, typer.Option("--as-of", metavar="TIME", help="As the case was known at that time.")] = "",
    journal: Annotated[
        bool, typer.Option("--journal", help="The timeline: what was recorded, line by line.")
    ] = False,
    office: Office = "",
    user: User = "",
    lang: Lang = Language.ENGLISH,
    as_: As = Format.TEXT,
) -> None:
    """Show a case as you may see it: where it stands, its clocks, what waits, what is known."""
    from engine.run.cli.case_journal import show_journal
    from engine.run.cli.case_show import show_case

    if journal:
        show_journal(office, user, code, as_json=as_ is Format.JSON)
    else:
        show_case(office, user, code, as_of, language=lang.value, as_json=as_ is Format.JSON)


@app.command()
def options(
    code: Code, office: Office = "", user: User = "", lang: Lang = Language.ENGLISH, as_: As = Format.TEXT
) -> None:
    """Say what you can do next, what not, why not, and who can help."""
    from engine.run.cli.case_show import show_options

    show_options(office, user, code, language=lang.value, as_json=as_ is Format.JSON)


@app.command()
def act(
    code: Code,
    action: Annotated[str, typer.Argument(metavar="ACTION", help="An action of the case's present step.")],
    set_: Set = None,
    set_from: SetFrom = "",
    track: At = "",
    enrolment: In = "",
    visit: Annotated[
        int, typer.Option("--visit", metavar="N", help="The visit you looked at; another is refused.")
    ] = 0,
    exception: Annotated[
        bool, typer.Option("--exception", help="Under the lawful exception that the action allows; with --reason.")
    ] = False,
    ask: Annotated[bool, typer.Option("--ask", help="Ask for the approval that the action needs.")] = False,
    reason: Reason = "",
    happened: Happened = "",
    key: Key = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Take an action of the present step."""
    from engine.run.cli.case_do import Deed, take_action

    deed = Deed(
        action, (set_ or [], set_from), enrolment, track, visit, reason, happened, exception=exception, ask=ask
    )
    take_action(office, user, code, deed, key, as_json=as_ is Format.JSON)


@app.command()
def withdraw(
    code: Code,
    reason: Reason = "",
    track: At = "",
    enrolment: In = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Take back your last action: a wrong click, within 24 hours."""
    from engine.run.cli.case_do import withdraw_click

    withdraw_click(office, user, code, enrolment, track, reason, as_json=as_ is Format.JSON)


@app.command()
def record(
    code: Code,
    set_: Set = None,
    set_from: SetFrom = "",
    contact: Annotated[bool, typer.Option("--contact", help="It was a contact with the person.")] = False,
    correction: Annotated[bool, typer.Option("--correction", help="It was always so.")] = False,
    consent: Annotated[str, typer.Option("--consent", metavar="ID", help="A consent that was given.")] = "",
    revoke: Annotated[str, typer.Option("--revoke", metavar="ID", help="A consent refused or revoked.")] = "",
    task: Annotated[str, typer.Option("--task", metavar="ID", help="A task that was done.")] = "",
    reason: Reason = "",
    happened: Happened = "",
    key: Key = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:  # fmt: skip
    """Record what happened: answers, a contact, a consent, a task that was done."""
    from engine.run.cli.case_record import Happening, record_happening

    happening = Happening(
        (set_ or [], set_from), consent, revoke, task, reason, happened, contact=contact, correction=correction
    )
    record_happening(office, user, code, happening, key, as_json=as_ is Format.JSON)


@app.command()
def note(
    code: Code,
    text: Annotated[str, typer.Argument(metavar="[TEXT]", help="- or nothing: from standard input.")] = "-",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Write a note into the case."""
    from engine.run.cli.case_do import write_note

    write_note(office, user, code, text, as_json=as_ is Format.JSON)


@app.command()
def hold(
    code: Code,
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="Its end, at most 14 days ahead.")] = "",
    confirm: Annotated[str, typer.Option("--confirm", metavar="ID", help="Confirm a hold (the supervisor).")] = "",
    renew: Annotated[str, typer.Option("--renew", metavar="ID", help="Let a hold last until another time.")] = "",
    reason: Reason = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Put a case on hold, with a reason and an end."""
    from engine.run.cli.case_do import hold_case

    hold_case(office, user, code, until, confirm, renew, reason, as_json=as_ is Format.JSON)


@app.command()
def resume(
    code: Code,
    hold: Annotated[str, typer.Argument(metavar="[ID]", help="The hold. Default: the one that is open.")] = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """End a hold now."""
    from engine.run.cli.case_do import resume_case

    resume_case(office, user, code, hold, as_json=as_ is Format.JSON)


@app.command()
def answer(
    code: Code,
    waiting: Annotated[str, typer.Argument(metavar="ID", help="What waits, as `case show` names it.")],
    yes: Annotated[bool, typer.Option("--yes/--no", help="Agree, or refuse with a reason.")] = True,
    reason: Reason = "",
    started: Annotated[str, typer.Option("--case", metavar="CODE", help="Where a request was started.")] = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Answer what waits for you: an approval, a review, a request, a case that is offered to you."""
    from engine.run.cli.case_do import answer_waiting

    answer_waiting(office, user, code, (waiting, started), reason, agrees=yes, as_json=as_ is Format.JSON)


@app.command()
def enrol(
    code: Code,
    protocol: Annotated[str, typer.Argument(metavar="PROTOCOL", help="The protocol that begins in this case.")],
    request: Annotated[str, typer.Option("--request", metavar="ID", help="The request that asked for it.")] = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Begin another protocol in an open case."""
    from engine.run.cli.case_do import enrol_case

    enrol_case(office, user, code, protocol, request, as_json=as_ is Format.JSON)


@app.command()
def acknowledge(
    code: Code,
    clock: Annotated[str, typer.Argument(metavar="CLOCK", help="The clock, as `case show` names it.")],
    by: Annotated[str, typer.Option("--by", metavar="TIME", help="Until when, at most 5 working days ahead.")],
    doing: Annotated[
        str, typer.Option("--doing", metavar="TEXT", help="What will be done; - from standard input.")
    ] = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Promise to act on a clock: its repeats stop until then, the clock does not."""
    from engine.run.cli.case_do import acknowledge_clock

    acknowledge_clock(office, user, code, clock, by, doing, as_json=as_ is Format.JSON)


@app.command()
def extend(
    code: Code,
    clock: Annotated[str, typer.Argument(metavar="CLOCK", help="The clock, as `case show` names it.")],
    reason: Reason = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Extend a limit, as its protocol allows."""
    from engine.run.cli.case_do import extend_clock

    extend_clock(office, user, code, clock, reason, as_json=as_ is Format.JSON)


@app.command()
def transfer(
    code: Code,
    to: Annotated[str, typer.Option("--to", metavar="USER", help="Who shall take it over.")],
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="Which role.")] = "case_manager",
    agency: Annotated[str, typer.Option("--agency", metavar="ID", help="The agency that shall own the case.")] = "",
    consent: Annotated[
        str, typer.Option("--consent", metavar="ID", help="Ask for help in a role nobody holds, on this agreement.")
    ] = "",
    now: Annotated[bool, typer.Option("--now", help="Without asking (the supervisor).")] = False,
    reason: Reason = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Offer a case to somebody; until she accepts, the former holder stays responsible."""
    from engine.run.cli.case_do import Offered, transfer_case

    offered = Offered(role, to, agency, consent)
    transfer_case(office, user, code, offered, reason, at_once=now, as_json=as_ is Format.JSON)


@app.command(name="take-back")
def take_back(
    code: Code,
    waiting: Annotated[str, typer.Argument(metavar="OFFER", help="The offer; spean case show lists what waits.")],
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Take an offer of a role back, or end the help that somebody gives on an agreement."""
    from engine.run.cli.case_do import take_back_offer

    take_back_offer(office, user, code, waiting, as_json=as_ is Format.JSON)


@app.command()
def close(
    code: Code,
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="OUTCOME", help="As what it ends. Left out: the ways.")
    ] = "",
    set_: Set = None,
    set_from: SetFrom = "",
    enrolment: In = "",
    reason: Reason = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Close a case as something: takes the action that leads to this outcome from where it stands."""
    from engine.run.cli.case_do import close_case

    close_case(office, user, code, outcome, (set_ or [], set_from), enrolment, reason, as_json=as_ is Format.JSON)


@app.command()
def reopen(
    code: Code,
    protocol: Annotated[str, typer.Argument(metavar="PROTOCOL", help="The protocol with which it goes on.")],
    step: Annotated[
        str, typer.Option("--step", metavar="STEP", help="Where it goes on. Default: the first step.")
    ] = "",
    reason: Reason = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Let a closed case go on with a new run; what is known of the person stays."""
    from engine.run.cli.case_do import reopen_case

    reopen_case(office, user, code, protocol, step, reason, as_json=as_ is Format.JSON)


@app.command()
def forecast(
    code: Code,
    days: Annotated[int, typer.Option("--days", metavar="N", min=1, max=3650, help="How far to look.")] = 30,
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Say what happens if nobody acts: who is told what, when."""
    from engine.run.cli.case_show import show_forecast

    show_forecast(office, user, code, days, as_json=as_ is Format.JSON)


@app.command()
def explain(
    code: Code,
    clock: Annotated[
        str, typer.Argument(metavar="[CLOCK]", help="A clock of the case. Default: every open one.")
    ] = "",
    office: Office = "",
    user: User = "",
    as_: As = Format.TEXT,
) -> None:
    """Say how a limit comes about, line by line, and who says so."""
    from engine.run.cli.case_show import show_derivation

    show_derivation(office, user, code, clock, as_json=as_ is Format.JSON)
