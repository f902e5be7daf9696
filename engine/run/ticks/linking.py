"""Linked cases: for each person that an operation found, a case of her own is opened by the system (1).

Safe to be cut off anywhere: the linked case is opened under a key made of the request, so that the next try finds it,
and the request waits until it is answered with the new case's code.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection
from hashlib import sha256

from engine.core.case.code import BYTES, code_of
from engine.core.case.commands import Actor, Answer
from engine.core.case.reasons import Refused
from engine.core.case.state import Case, Waiting, WaitingKind
from engine.core.deciding.library import Library
from engine.core.deciding.requests import linked_opening
from engine.run.cases.fitness import refuse_unfit
from engine.run.cases.writing import Now, deciding
from engine.store.incidents import IncidentKind
from engine.store.points import passed
from engine.store.ports import BusyError, CorruptError, DiskError, FrozenError, FullError, ReadOnlyError, Ticket
from engine.store.sql.cases import SqlCases
from engine.store.sql.incidents import SqlIncidents

OPERATION = "operation"
_SYSTEM = Actor()
#: What is not about one case: the next one would hear the same.
_OF_THE_DATABASE = (BusyError, CorruptError, DiskError, FrozenError, FullError, ReadOnlyError)


def opens_linked(case: Case, item: Waiting, library: Library) -> bool:
    """Return whether a waiting item is a request of an operation for a case about a person."""
    if case.about != OPERATION or item.kind is not WaitingKind.REQUEST or not item.is_open:
        return False
    return any(rules.protocol.id == item.protocol and rules.protocol.about != OPERATION
               for rules in library.rulebooks.values())  # fmt: skip


class Linking:
    """Opens what operations asked for."""

    def __init__(
        self,
        cases: SqlCases,
        incidents: SqlIncidents,
        library: Callable[[], Library],
        now: Now,
        secret: bytes,
        *,
        simulation: bool = False,
    ) -> None:
        """Work on these cases. ``secret``: makes the codes of linked cases, the same at every try."""
        self._cases = cases
        self._incidents = incidents
        self._library = library
        self._now = now
        self._secret = secret
        self._simulation = simulation

    def run(self) -> int:
        """Open every linked case that is asked for; return how many. One that fails is an incident, stops no other.

        Raises what the database raises, and at the end FrozenError, if a frozen case asked for something.
        """
        known = self._incidents.subjects(IncidentKind.LINK)
        resting = self._incidents.resting(IncidentKind.LINK, self._now()) if known else set()
        opened = 0
        frozen: list[FrozenError] = []
        for code in dict.fromkeys(self._cases.asked_for(WaitingKind.REQUEST.value)):
            try:
                opened += self._try(code, known) if code not in resting else 0
            except FrozenError as error:
                frozen.append(error)
        if frozen:
            raise frozen[0]
        return opened

    def _try(self, code: str, known: Collection[str]) -> int:
        try:
            opened = self._open_all(code)
        except _OF_THE_DATABASE:
            raise
        except Exception as error:  # noqa: BLE001, RUF100 - one broken case must not stop the others
            words = (
                f"What case {code} asked for cannot be opened ({type(error).__name__}); it is tried again by itself."
            )
            self._incidents.open(IncidentKind.LINK, code, words, self._now())
            return 0
        if code in known:
            self._incidents.end_for(IncidentKind.LINK, code, by="system", ended_as="opened", now=self._now())
        return opened

    def _open_all(self, code: str) -> int:
        library = self._library()
        case = self._cases.case(code)
        wanted = [item.id for item in case.waiting.values() if opens_linked(case, item, library)]
        return sum(self._open(code, name, library) for name in wanted)

    def _open(self, code: str, name: str, library: Library) -> bool:
        """Open the case of one request; return whether it was opened. A draft opens none: its request waits on."""
        key = f"link {code} {name}"
        linked = code_of(hmac.new(self._secret, key.encode(), sha256).digest()[:BYTES])
        try:
            opening = linked_opening(self._cases.case(code), name, library)
            refuse_unfit(library.rulebooks[opening.meaning].protocol, self._now(), simulation=self._simulation)
        except Refused:
            return False  # answered by somebody meanwhile, or nothing that may run on real people
        self._cases.open(linked, deciding(opening, self._now, library), Ticket("system", key, ""))
        passed("link: case opened")
        answer = Answer(actor=_SYSTEM, waiting=name, agrees=True, case=linked)
        self._cases.transact(code, deciding(answer, self._now, library), Ticket("system", f"{key} answered", ""))
        return True
