"""Unique tokens in everything private that a case can hold, so that any of them that leaks is recognised."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from engine.core.case import commands
from engine.core.case.commands import Actor, AnyCommand
from engine.core.case.reasons import Refused
from engine.run.cases.casework import Casework, Opening
from engine.run.setup.office import Office
from engine.store.ports import UnknownCaseError
from engine.store.sql.registry import IN_WORDS

NOBODY = Actor()
#: Case manager and intake officer of the examples, and the supervisor above.
MANAGER, SUPERVISOR, OTHER = "chhim_rotha", "ouk_malis", "sok_phalla"


@dataclass
class Tokens:
    """Tokens of 16 characters, no two alike, and what was said to whoever was refused.

    ``names``: those typed where the id of something is expected. The error tells the one who typed it that nothing is
    called so; nowhere else may it stand.
    """

    seed: str
    made: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def name(self) -> str:
        """Return a token that is typed in place of a name."""
        self.names.append(next(self))
        return self.names[-1]

    @property
    def values(self) -> list[str]:
        """The tokens that no error may repeat."""
        return [token for token in self.made if token not in self.names]

    def __next__(self) -> str:
        token = sha256(f"{self.seed} {len(self.made)}".encode()).hexdigest()[:16]
        self.made.append(token)
        return token


def casework(office: Office) -> Casework:
    """Return what people of the office do."""
    return Casework(office.cases, office.people, office.registry, office.access, office.time, simulation=True)


def plant(office: Office, tokens: Tokens, *, all_ways: bool = True) -> str:
    """Open a case of the rescue protocol with tokens in every private field, and a note.

    ``all_ways``: also in every reason, promise and refused answer, and in answers that come one by one.
    """
    work = casework(office)
    rescue = office.registry.current("rescue")
    assert rescue is not None
    names = [one.id for one in rescue.fields.values() if one.type in IN_WORDS]
    assert len(names) >= 40
    case = work.open(MANAGER, Opening("rescue", {"report_channel": "hotline"})).id
    facts = {name: next(tokens) for name in names}
    first: list[tuple[str, AnyCommand]] = [
        (MANAGER, commands.Record(actor=NOBODY, enrolment="rescue", facts=facts)),
        (MANAGER, commands.Note(actor=NOBODY, text=f"She said {next(tokens)}.")),
    ]
    for user, command in [*first, *(_said(office, case, names, tokens) if all_ways else ())]:
        try:
            work.do(user, case, command)
        except (Refused, UnknownCaseError) as error:
            tokens.errors.append(str(error))
    return case


def _said(office: Office, case: str, names: list[str], tokens: Tokens) -> Iterator[tuple[str, AnyCommand]]:
    now = office.time.now()
    for name in names:
        yield MANAGER, commands.Record(actor=NOBODY, enrolment="rescue", facts={name: next(tokens)})
    yield MANAGER, commands.Record(actor=NOBODY, facts={"language_spoken": next(tokens)}, reason=next(tokens))
    until = now + timedelta(days=2)
    yield MANAGER, commands.BeginHold(actor=NOBODY, hold="h1", until=until, reason=next(tokens))
    yield (
        SUPERVISOR,
        commands.RenewHold(actor=NOBODY, hold="h1", until=until + timedelta(days=1), reason=next(tokens)),
    )
    clocks = office.cases.case(case).enrolments["rescue"].clocks
    for clock in clocks:
        promise = {"enrolment": "rescue", "clock": clock, "promised": now + timedelta(days=1), "doing": next(tokens)}
        yield MANAGER, commands.Acknowledge(actor=NOBODY, **promise)  # type: ignore[arg-type]
        yield SUPERVISOR, commands.ExtendLimit(actor=NOBODY, enrolment="rescue", clock=clock, reason=next(tokens))
    handed = commands.HandOver(actor=NOBODY, role="case_manager", to_user=OTHER, reason=next(tokens))
    yield MANAGER, handed
    for waiting in ("w1", "w2"):
        yield OTHER, commands.Answer(actor=NOBODY, waiting=waiting, agrees=False, reason=next(tokens))
    yield from _refused(tokens)


def _refused(tokens: Tokens) -> Iterator[tuple[str, AnyCommand]]:
    """Yield what is mistyped or not allowed, with tokens where names are expected."""
    yield MANAGER, commands.Record(actor=NOBODY, enrolment="rescue", facts={tokens.name(): next(tokens)})
    yield MANAGER, commands.Record(actor=NOBODY, enrolment="rescue", facts={"urgency": next(tokens)})
    yield (
        MANAGER,
        commands.Act(actor=NOBODY, enrolment="rescue", track="response", action=tokens.name(), reason=next(tokens)),
    )
    yield (
        MANAGER,
        commands.Act(
            actor=NOBODY, enrolment="rescue", track="response", action="triage_done", facts={"urgency": next(tokens)}
        ),
    )
    yield MANAGER, commands.Act(actor=NOBODY, enrolment=tokens.name(), track=tokens.name(), action="triage_done")
    yield MANAGER, commands.DoTask(actor=NOBODY, enrolment="rescue", task=tokens.name())
    yield MANAGER, commands.GiveConsent(actor=NOBODY, consent=tokens.name())
    yield MANAGER, commands.EndHold(actor=NOBODY, hold=tokens.name())
    yield MANAGER, commands.Answer(actor=NOBODY, waiting=tokens.name(), agrees=True)
    yield MANAGER, commands.Withdraw(actor=NOBODY, enrolment="rescue", track="response", reason=next(tokens))
    yield MANAGER, commands.AssignRole(actor=NOBODY, role="case_manager", user=tokens.name(), reason=next(tokens))


def leaked(tokens: Tokens, data: bytes) -> list[str]:
    """Return the tokens that stand in some bytes, as they are or between other signs."""
    return [token for token in tokens.made if token.encode() in data]


def end_hold(office: Office, case: str) -> None:
    """Let the clocks of a case go on."""
    with suppress(Refused):
        casework(office).do(SUPERVISOR, case, commands.EndHold(actor=NOBODY, hold="h1"))
