"""The people of an office at work: for each command one of them who may carry it out, as the office itself judges.

Whoever leads the case is asked first. What needs the approval of another person is asked for, and answered by her
when she next looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from engine.core.case.commands import Act, Actor, Answer, AnyCommand, AskApproval, Enrol, Record
from engine.core.case.reasons import Refused, Why
from engine.core.case.state import Case, Waiting, WaitingKind
from engine.core.deciding.answers import waits_for
from engine.core.deciding.decide import decide
from engine.core.people.directory import CASE_MANAGER, Directory
from engine.core.people.standing import roles_of
from engine.run.cases.casework import Casework, Opening
from engine.run.cases.naming import free_name
from engine.run.cases.standing import in_agency, view_of
from engine.run.setup.office import Office

#: How often an answer that is asked for is given at a sitting, and how often it is yes.
_ANSWERS, _AGREES = 0.7, 0.9
#: Who may not do it says nothing against another person.
_OF_THE_PERSON = frozenset({Why.ROLE, Why.MAY_NOT, Why.MAY_NOT_WRITE, Why.MAY_NOT_PROMISE, Why.NEEDS_SUPERVISOR,
                            Why.NOT_ASKED, Why.ANOTHER_PERSON})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manager:
    """Somebody who leads cases, and the agency in which she does."""

    user: str
    agency: str


class Staff:
    """Everybody of an office."""

    def __init__(self, office: Office, chance: Random) -> None:
        """Work in this office. ``chance``: draws the codes of cases, and whether somebody answers today."""
        self._office = office
        self._chance = chance
        self._known: dict[tuple[str, str], list[Actor]] = {}
        self.library = office.registry.library()
        self.work = Casework(
            office.cases,
            office.people,
            office.registry,
            office.access,
            office.time,
            simulation=office.is_simulation,
            chance=chance.randbytes,
        )

    def managers(self) -> list[Manager]:
        """Return whoever can lead a case, in the order of their ids."""
        directory, now = self._office.people.now(), self._office.time.now()
        return [
            Manager(one.id, one.agency)
            for one in sorted(directory.users.values(), key=lambda user: user.id)
            if CASE_MANAGER in in_agency(directory, one.id, one.agency, now)
        ]

    def open(self, protocol: str, manager: Manager) -> Case | None:
        """Let a case be opened that the manager leads, by herself or by whoever may; None where nobody may."""
        directory, now = self._office.people.now(), self._office.time.now()
        main = self.work.protocol(protocol).main
        may = set(main.steps[main.first_step].recorded_by)
        others = sorted(set(directory.users) - {manager.user})
        for user in (manager.user, *others):
            if may & in_agency(directory, user, manager.agency, now):
                return self.work.open(user, Opening(protocol, {}, manager.agency, manager.user))
        return None

    def do(self, code: str, command: AnyCommand) -> Case:
        """Let somebody carry a command out, or ask for the approval it needs. Raises Refused where nobody may."""
        case = self._office.cases.case(code)
        refused: Refused | None = None
        for actor in self._people(case):
            hers = _hers(command, actor)
            found = self._why_not(case, hers)
            if found is None:
                return self.work.do(actor.user, code, hers)
            if isinstance(hers, Act) and all(one.why is Why.APPROVAL for one in found.reasons):
                return self._ask(case, hers)
            refused = refused or found
            if not any(one.why in _OF_THE_PERSON for one in found.reasons):
                break
        raise refused or Refused()

    def answer(self, code: str) -> None:
        """Let what waited before today be answered by those who are asked, if they find the time."""
        case = self._office.cases.case(code)
        now = self._office.time.now()
        for item in [one for one in case.waiting.values() if one.is_open and one.at < now]:
            if self._chance.random() < _ANSWERS:
                self._settle(self._office.cases.case(code), item)

    def _settle(self, case: Case, item: Waiting) -> None:
        for actor in self._people(case):
            if item not in waits_for(case, actor):
                continue
            command = self._answer(case, item, actor)
            if self._why_not(case, command) is None:
                self.work.do(actor.user, case.id, command)
                return

    def _answer(self, case: Case, item: Waiting, actor: Actor) -> AnyCommand:
        """Return the answer: a protocol that is asked for begins here, anything else is agreed to or not."""
        if item.kind is WaitingKind.REQUEST:
            name, meaning = free_name(item.protocol, case), self.work.protocol(item.protocol).meaning
            return Enrol(actor=actor, enrolment=name, meaning=meaning, request=item.id)
        agrees = self._chance.random() < _AGREES
        return Answer(actor=actor, waiting=item.id, agrees=agrees, reason="talked over in the team")

    def _ask(self, case: Case, wanted: Act) -> Case:
        """Ask for the approval of an action. Raises Refused."""
        asked = AskApproval(
            actor=wanted.actor,
            enrolment=wanted.enrolment,
            track=wanted.track,
            action=wanted.action,
            facts=wanted.facts,
            reason=wanted.reason,
        )
        refused = self._why_not(case, asked)
        if refused is not None:
            raise refused
        return self.work.do(wanted.actor.user, case.id, asked)

    def _why_not(self, case: Case, command: AnyCommand) -> Refused | None:
        """Return why the office would refuse it, or None: nobody tries at random what leaves a trace when refused."""
        try:
            decide(case, command, self._office.time.now(), self.library)
        except Refused as refused:
            return refused
        return None

    def _people(self, case: Case) -> list[Actor]:
        """Return everybody with a role in the case, who leads it first; directory and holders do not change here."""
        key = (case.agency or "", case.holders.get(CASE_MANAGER, ""))
        if key not in self._known:
            found = self._roles(self._office.people.now(), case)
            self._known[key] = sorted(found, key=lambda one: (one.user != key[1], one.user))
        return self._known[key]

    def _roles(self, directory: Directory, case: Case) -> Iterator[Actor]:
        view, now = view_of(case), self._office.time.now()
        for user in directory.users:
            roles = roles_of(directory, user, view, now)
            if roles:
                yield Actor(user, roles)


def _hers(command: AnyCommand, actor: Actor) -> AnyCommand:
    """Return the command as this person gives it: nobody approves by being named in it."""
    if isinstance(command, Act | Record):
        return replace(command, actor=actor, approved_by=None)
    return replace(command, actor=actor)
