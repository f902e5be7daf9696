"""Linked cases: for each person that an operation found, a case of her own is opened by the system (1).

Safe to be cut off anywhere: the linked case is opened under a key made of the request, so that the next try finds it,
and the request waits until it is answered with the new case's code.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha256

from engine.core.case.code import BYTES, code_of
from engine.core.case.commands import Actor, Answer
from engine.core.case.reasons import Refused
from engine.core.case.state import Case, Waiting, WaitingKind
from engine.core.deciding.library import Library
from engine.core.deciding.requests import linked_opening
from engine.run.writing import Now, deciding
from engine.store.points import passed
from engine.store.ports import Ticket
from engine.store.sql.cases import SqlCases

OPERATION = "operation"
_SYSTEM = Actor()


def opens_linked(case: Case, item: Waiting, library: Library) -> bool:
    """Return whether a waiting item is a request of an operation for a case about a person."""
    if case.about != OPERATION or item.kind is not WaitingKind.REQUEST or not item.is_open:
        return False
    return any(rules.protocol.id == item.protocol and rules.protocol.about != OPERATION
               for rules in library.rulebooks.values())  # fmt: skip


class Linking:
    """Opens what operations asked for."""

    def __init__(self, cases: SqlCases, library: Callable[[], Library], now: Now, secret: bytes) -> None:
        """Work on these cases. ``secret``: makes the codes of linked cases, the same at every try."""
        self._cases = cases
        self._library = library
        self._now = now
        self._secret = secret

    def run(self) -> int:
        """Open every linked case that is asked for; return how many."""
        found = self._cases.asked_for(WaitingKind.REQUEST.value)
        return sum(self._open_all(case) for case in dict.fromkeys(found))

    def _open_all(self, code: str) -> int:
        library = self._library()
        case = self._cases.case(code)
        wanted = [item for item in case.waiting.values() if opens_linked(case, item, library)]
        for item in wanted:
            self._open(case, item, library)
        return len(wanted)

    def _open(self, case: Case, item: Waiting, library: Library) -> None:
        key = f"link {case.id} {item.id}"
        linked = code_of(hmac.new(self._secret, key.encode(), sha256).digest()[:BYTES])
        try:
            opening = linked_opening(case, item.id, library)
        except Refused:
            return  # answered by somebody meanwhile
        self._cases.open(linked, deciding(opening, self._now, library), Ticket("system", key, ""))
        passed("link: case opened")
        answer = Answer(actor=_SYSTEM, waiting=item.id, agrees=True, case=linked)
        self._cases.transact(case.id, deciding(answer, self._now, library), Ticket("system", f"{key} answered", ""))
