"""What people do with cases: every use case as a person of the office, with the roles she has in that case now.

Deny by default: who has no role in a case hears the same as of a case that is not there. Every reading and every
refusal is in the access log before the answer leaves; a refused attempt is in the case's journal too.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from engine.core.case.code import BYTES, code_of
from engine.core.case.commands import (
    GLASS,
    Actor,
    Answer,
    AnyCommand,
    BreakGlass,
    Enrol,
    Note,
    OpenCase,
    Reopen,
    Withdraw,
)
from engine.core.case.events import Event
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Case
from engine.core.deciding import options as choosing
from engine.core.deciding.forecast import Forecast, forecast
from engine.core.deciding.options import Option
from engine.core.errors import SpeanError
from engine.core.model import Protocol
from engine.core.people.directory import CASE_MANAGER, Directory
from engine.core.people.routing import ONE_PERSON
from engine.core.people.standing import is_invited
from engine.core.values import Value
from engine.run.cases.fitness import refuse_unfit
from engine.run.cases.glass import is_broken, may_break
from engine.run.cases.hands import as_asked, check_beginner, check_code, check_first_hands, check_hands
from engine.run.cases.standing import in_agency, roles_in, view_of
from engine.run.cases.trace import trace_of
from engine.run.cases.view import View
from engine.run.cases.writing import deciding
from engine.store.access import NO_ROLE, Accessed
from engine.store.keyring import Keyring
from engine.store.ports import CaseExistsError, Ticket, Time, UnknownCaseError, UnreadableError, Written
from engine.store.sql.access import SqlAccessLog
from engine.store.sql.cases import SqlCases
from engine.store.sql.people import SqlDirectory
from engine.store.sql.registry import SqlRegistry


class _NeverError(Exception):
    """The request was not carried out before."""


class ErasedError(SpeanError):
    """The person of this case was erased; a note about her is not kept any more. Nothing was written."""


class StaleJournalError(Exception):
    """The case went on between reading its journal and locking it; read it again."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a person says when she opens a case. ``agency``: hers, if she says none; ``manager``: who leads it."""

    protocol: str
    facts: Mapping[str, Value]
    agency: str = ""
    manager: str = ""
    happened: date | datetime | None = None


@dataclass(frozen=True, slots=True)
class Casework:
    """The use cases of people."""

    cases: SqlCases
    people: SqlDirectory
    registry: SqlRegistry
    access: SqlAccessLog
    time: Time
    simulation: bool = False
    chance: Callable[[int], bytes] = secrets.token_bytes

    def open(self, user: str, asked: Opening, ticket: Ticket | None = None) -> Case:
        """Open a case by the version in force. Raises Refused, and what the store raises."""
        protocol = self.protocol(asked.protocol)
        directory = self.people.now()
        agency = asked.agency or _agency_of(directory, user)
        roles = in_agency(directory, user, agency, self.time.now())
        may = protocol.main.steps[protocol.main.first_step].recorded_by
        if not roles & set(may):
            self._log(user, "refused", "", f"open {protocol.id}")
            raise Refused(Reason(Why.ROLE, "open", ", ".join(may), who=may))
        check_first_hands(directory, asked.manager, agency, self.time.now())
        known = directory.agencies.get(agency)
        command = OpenCase(
            actor=Actor(user, roles),
            enrolment=protocol.id,
            meaning=protocol.meaning,
            facts=asked.facts,
            happened=asked.happened,
            agency=agency,
            calendar=known.calendar if known is not None and known.calendar else None,
            holders=_first_holders(asked, user, roles),
        )
        return self._opened(command, ticket)

    def do(self, user: str, case: str, command: AnyCommand, ticket: Ticket | None = None) -> Case:
        """Carry a command out with the roles the user has in the case. Raises Refused, UnknownCaseError."""
        try:
            return self._done(user, case, command, ticket)
        except Refused as refused:
            self._note_refused(user, case, command, refused)
            raise self._as_seen(user, case, command, refused) from None
        except UnknownCaseError:
            self._log(user, "refused", case, f"{NO_ROLE}, {type(command).__name__}")
            raise

    def repeated(self, user: str, case: str, ticket: Ticket) -> Case | None:
        """Return the case, as it is now, if this request was carried out before; None otherwise.

        Raises KeyReusedError if its key came with another request, and UnknownCaseError.
        """

        def never(_: Case) -> Written:
            raise _NeverError

        self._actor(self.people.now(), user, self.cases.case(case), self.time.now())
        try:
            return self.cases.transact(case, never, _of_case(ticket, case))
        except _NeverError:
            return None

    def protocol(self, name: str) -> Protocol:
        """Return the version with which new runs of a protocol begin. Raises Refused."""
        found = self.registry.current(name)
        if found is None:
            raise Refused(Reason(Why.NO_SUCH, f"protocol {name}"))
        refuse_unfit(found, self.time.now(), simulation=self.simulation)
        return found

    def look(self, user: str, case: str, what: str = "show") -> tuple[Case, Actor]:
        """Return the case as it is, and who the user is in it; log the reading. Raises UnknownCaseError."""
        now = self.time.now()
        try:
            stored = self.cases.case(case)
            actor = self._reader(user, stored, now, what)
        except UnknownCaseError:
            self._log(user, "refused", case, f"{NO_ROLE}, {what}")
            raise
        self._log(user, what, case, GLASS if GLASS in actor.roles else "")
        return stored, actor

    def _reader(self, user: str, case: Case, now: datetime, what: str) -> Actor:
        """Return who reads the case; in an emergency its first page and nothing else. Raises UnknownCaseError."""
        directory = self.people.now()
        if what == "show" and is_broken(directory, user, case, now) and not self.knows(user, case):
            return Actor(user, frozenset({GLASS}))
        return self._actor(directory, user, case, now)

    def journal(self, user: str, case: str) -> tuple[Sequence[Event], Actor]:
        """Return the events of a case; log the reading. Raises UnknownCaseError."""
        _, actor = self.look(user, case, "journal")
        return self.cases.journal(case), actor

    def options(self, user: str, case: str) -> tuple[Option, ...]:
        """Return what the user can do next in the case, what not, and why; nothing of lanes that are not hers."""
        stored, actor = self.look(user, case, "options")
        now, library = self.time.now(), self.registry.library()
        view = View(stored, actor, library, now)
        found = choosing.options(stored, actor, now, library)
        return tuple(one for one in found if view.knows(one.enrolment, one.track))

    def forecast(self, user: str, case: str, until: datetime) -> Forecast:
        """Return what happens until an instant (UTC) if nobody acts, as far as the user may know of it."""
        stored, actor = self.look(user, case, "forecast")
        now, library = self.time.now(), self.registry.library()
        found, view = forecast(stored, now, library, until=until), View(stored, actor, library, now)
        return replace(found, entries=tuple(one for one in found.entries if view.foresees(one)))

    def mine(self, user: str) -> list[tuple[Case, Actor]]:
        """Return the cases in which the user has a role, the oldest first; log it. A damaged case hides no other."""
        now, directory, library = self.time.now(), self.people.now(), self.registry.library()
        found = []
        for stored in self._readable():
            roles = roles_in(directory, user, stored, now, library)
            if roles:
                found.append((stored, Actor(user, roles)))
        self._log(user, "list", "", f"{len(found)} cases")
        return found

    def knows(self, user: str, case: Case) -> bool:
        """Return whether the user has a role in the case now; one who was only asked something may not see it."""
        return bool(roles_in(self.people.now(), user, case, self.time.now(), self.registry.library()))

    def view(self, user: str, case: Case) -> View:
        """Return a case as the user may see it now: what she is told after what she did."""
        now, library = self.time.now(), self.registry.library()
        roles = roles_in(self.people.now(), user, case, now, library)
        return View(case, Actor(user, roles), library, now)

    def _readable(self) -> Iterator[Case]:
        """Yield the cases, but for those that are damaged: an incident says so as soon as one of them is due."""
        for code in self.cases.cases():
            with suppress(UnreadableError):
                yield self.cases.case(code)

    def _opened(self, command: OpenCase, ticket: Ticket | None) -> Case:
        while True:
            code = code_of(self.chance(BYTES))
            try:
                return self.cases.open(code, deciding(command, self.time.now, self.registry.library()), ticket)
            except CaseExistsError:
                continue  # one code in a million million was drawn before

    def _done(self, user: str, case: str, command: AnyCommand, ticket: Ticket | None) -> Case:
        directory, library = self.people.now(), self.registry.library()
        self._check_version(command)
        if not self.simulation:
            check_code(command)
        if ticket is not None:  # a request that was answered before runs nothing, and so asks nobody who she is
            self._actor(directory, user, self.cases.case(case), self.time.now(), command)
            ticket = _of_case(ticket, case)
        while True:
            journal = self.cases.journal(case) if isinstance(command, Withdraw) else ()

            def work(stored: Case, journal: Sequence[Event] = journal) -> Written:
                if journal and len(journal) != stored.seq:
                    raise StaleJournalError
                actor = self._actor(directory, user, stored, self.time.now(), command)
                if isinstance(command, Note) and self.cases.is_erased(case):
                    raise ErasedError
                check_hands(directory, stored, command, self.time.now())
                check_beginner(actor, command, library)
                asked = as_asked(command, actor, directory)
                return deciding(asked, self.time.now, library, journal)(stored)

            try:
                return self.cases.transact(case, work, ticket)
            except StaleJournalError:
                continue

    def _check_version(self, command: AnyCommand) -> None:
        """Refuse a run by another version than the one in force. Raises Refused."""
        if isinstance(command, Enrol | Reopen):
            rules = self.registry.library().rulebooks.get(command.meaning)
            if rules is not None and self.protocol(rules.protocol.id).meaning != command.meaning:
                raise Refused(Reason(Why.OLD_VERSION, rules.protocol.id))

    def _actor(
        self, directory: Directory, user: str, case: Case, now: datetime, command: AnyCommand | None = None
    ) -> Actor:
        """Return who the user is in the case. Raises UnknownCaseError for somebody without any role in it.

        Whoever is asked something without having a role answers it, and does and sees nothing else.
        """
        roles = roles_in(directory, user, case, now, self.registry.library())
        if not roles and isinstance(command, BreakGlass) and may_break(directory, user, case, now):
            return Actor(user)
        if not roles and not (
            isinstance(command, Answer)
            and _is_asked(case, user, command)
            and is_invited(directory, user, view_of(case), now)
        ):
            raise UnknownCaseError
        return Actor(user, roles)

    def _as_seen(self, user: str, case: str, command: AnyCommand, refused: Refused) -> Refused:
        """Return a refusal without the values of answers that the user may not see."""
        view = self.view(user, self.cases.case(case))

        def seen(reason: Reason) -> Reason:
            run = view.case.enrolments.get(reason.enrolment or getattr(command, "enrolment", ""))
            if run is None:
                return reason
            return choosing.as_seen_by(view.actor, view.library.rulebooks[run.meaning], reason)

        return Refused(*map(seen, refused.reasons))

    def _note_refused(self, user: str, case: str, command: AnyCommand, refused: Refused) -> None:
        """Keep a trace of the attempt: in the journal of the case, and in the access log (13)."""
        library = self.registry.library()

        def work(stored: Case) -> Written:
            return deciding(trace_of(user, command, refused, stored, library), self.time.now, library)(stored)

        self.cases.transact(case, work)
        self._log(user, "refused", case, type(command).__name__)

    def _log(self, user: str, what: str, case: str, detail: str = "") -> None:
        self.access.write([Accessed(at=self.time.now(), by=user, what=what, case=case, detail=detail)])


def fingerprint(keyring: Keyring, content: str) -> str:
    """Return what tells a repeated request from another one under its key; nobody guesses the content from it."""
    return hmac.new(keyring.secret("fingerprint"), content.encode(), sha256).hexdigest()


def _of_case(ticket: Ticket, case: str) -> Ticket:
    """Return a ticket that is for this case alone."""
    return replace(ticket, fingerprint=f"{case} {ticket.fingerprint}")


def _agency_of(directory: Directory, user: str) -> str:
    known = directory.users.get(user)
    return known.agency if known is not None else ""


def _first_holders(asked: Opening, user: str, roles: frozenset[str]) -> dict[str, str]:
    """Return who leads the case from the start: whoever is named, else the one who opens it, if that is her role."""
    manager = asked.manager or (user if CASE_MANAGER in roles else "")
    return {CASE_MANAGER: manager} if manager else {}


def _is_asked(case: Case, user: str, command: Answer) -> bool:
    """Return whether an answer is to something that this very person is asked: of all else she learns nothing."""
    item = case.waiting.get(command.waiting)
    return item is not None and item.is_open and f"{ONE_PERSON}{user}" in item.asked
