"""``spean case record``: what happened, in one command one thing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.core.case import commands
from engine.core.case.commands import AnyCommand
from engine.core.case.state import Case
from engine.core.errors import SpeanError
from engine.core.values import Value
from engine.run.cli.deed import ANYBODY, acting, answers_of, carry_out, ticket_of
from engine.run.cli.given import Given, words
from engine.run.cli.session import Session

_NOTHING: Given = ([], "")


class HappeningError(SpeanError):
    """Say what happened: --set FIELD=VALUE, --contact, --consent ID, --revoke ID or --task ID."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that somebody wants on record."""

    given: Given
    consent: str = ""
    revoke: str = ""
    task: str = ""
    reason: str = ""
    happened: str = ""
    contact: bool = False
    correction: bool = False


def record_happening(office: str, user: str, code: str, what: Happening, key: str, *, as_json: bool) -> None:
    """Record what happened. Raises HappeningError where it is nothing, or two things of which one would be lost."""
    _check_one_thing(what)
    with acting(office, user) as asking:
        case = asking.case(code)
        stored, _ = asking.work.look(asking.user, case, "record")
        happened = asking.when(what.happened) if what.happened else None
        facts = answers_of(asking, what.given)
        command: AnyCommand
        if what.consent or what.revoke:
            command = commands.GiveConsent(
                actor=ANYBODY, consent=what.consent or what.revoke, given=bool(what.consent), happened=happened
            )
        elif what.task:
            name = _enrolment_with_task(asking, stored, what.task)
            command = commands.DoTask(actor=ANYBODY, enrolment=name, task=what.task, facts=facts, happened=happened)
        else:
            command = commands.Record(
                actor=ANYBODY,
                facts=facts,
                enrolment=_enrolment_with_fields(asking, stored, facts),
                happened=happened,
                contact=what.contact,
                correction=what.correction,
                reason=words(what.reason),
                seen=stored.seq,
            )
        asked = replace(command, seen=None) if isinstance(command, commands.Record) else command
        carry_out(asking, case, command, ticket_of(asking, key, asked), as_json=as_json)


def _check_one_thing(what: Happening) -> None:
    """Refuse to record nothing, or what one command would keep half of. Raises HappeningError."""
    pairs, source = what.given
    answered = "--set" if pairs or source else ""
    named = [
        ("--consent", what.consent),
        ("--revoke", what.revoke),
        ("--task", what.task),
        ("--contact", what.contact),
    ]
    said = [option for option, given in named if given]
    if not said and not answered:
        raise HappeningError
    alone = said[0] if said else ""
    if len(said) > 1 or (answered and alone in {"--consent", "--revoke"}):
        both = ", ".join([*said, *([answered] if answered else [])])
        raise HappeningError(
            f"{both} do not go together: record each with a command of its own; nothing was changed."
        )


def _enrolment_with_task(asking: Session, case: Case, task: str) -> str:
    library = asking.office.registry.library()
    known = (name for name, one in case.enrolments.items() if library.rulebooks[one.meaning].task(task) is not None)
    return next(known, next(iter(case.enrolments), ""))


def _enrolment_with_fields(asking: Session, case: Case, facts: dict[str, Value]) -> str:
    library = asking.office.registry.library()
    known = (
        name
        for name, one in case.enrolments.items()
        if one.is_open and all(library.rulebooks[one.meaning].field(field) is not None for field in facts)
    )
    return next(known, "")
