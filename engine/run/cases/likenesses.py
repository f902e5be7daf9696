"""Likenesses: two cases that share a mark. A reviewer sees them by code and kind of mark, and decides.

Who is kept out of one of two cases by a conflict does not learn of the pair; another reviewer decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.core.case.commands import DATA_PROTECTION_OFFICER, Actor, Note
from engine.core.case.reasons import Refused
from engine.core.errors import SpeanError
from engine.core.people.directory import Directory
from engine.core.people.standing import may_act
from engine.run.cases.casework import Casework, ErasedError
from engine.run.cases.standing import view_of
from engine.store.access import Accessed
from engine.store.ports import Ticket, UnknownCaseError
from engine.store.sql.likenesses import Likeness, SqlLikenesses
from engine.store.vault import Vault

#: Who decides about likenesses, if she serves everywhere: she has a role in each case and can write to who leads it.
REVIEWING = frozenset({DATA_PROTECTION_OFFICER})
SAME, OTHER = "same person", "not the same"


class NotReviewerError(SpeanError):
    """This list is for reviewers who serve everywhere."""


@dataclass(frozen=True, slots=True)
class Likenesses:
    """The use cases of a reviewer."""

    casework: Casework
    likenesses: SqlLikenesses
    vault: Vault

    def waiting(self, user: str) -> Sequence[Likeness]:
        """Return what waits for her decision; each code is logged. Raises NotReviewerError."""
        found = self._waiting(user, "likenesses")
        self._log(user, "likenesses", dict.fromkeys(code for one in found for code in (one.first, one.second)))
        return found

    def decide(self, user: str, first: str, second: str, verdict: str) -> Sequence[str]:
        """Keep a decision; where it is one person, who leads each case is asked to speak with the reviewer.

        Neither note names the other case. Returns the cases of which nobody could be told (one that is closed), for
        the reviewer to see to. Raises NotReviewerError, UnknownCaseError for what does not wait.
        """
        if (first, second) not in {(one.first, one.second) for one in self._waiting(user, "decide likeness")}:
            raise UnknownCaseError
        self._log(user, f"decide likeness: {verdict}", dict.fromkeys((first, second)))
        untold = []
        if verdict == SAME:  # told first, and told once: a crash in between leaves the pair waiting
            untold = [code for code in (first, second) if not self._told(user, code, f"{first} {second}")]
        self.likenesses.decide(first, second, verdict, user, self.casework.time.now())
        return untold

    def _waiting(self, user: str, what: str) -> Sequence[Likeness]:
        """Return what waits and is not kept from her. What an old backup brings back of who is erased is nothing."""
        now, directory = self.casework.time.now(), self.casework.people.now()
        if not reviews(directory, user, now):
            self._log(user, "refused", {"": None}, what)
            raise NotReviewerError
        found = self.likenesses.waiting(lambda key: self.vault.keyring.cipher(key) is not None)
        cases = self.casework.cases.several([*{code for one in found for code in (one.first, one.second)}])
        allowed = {code for code, case in cases.items() if may_act(directory, user, view_of(case), now)}
        return [one for one in found if {one.first, one.second} <= allowed]

    def _told(self, user: str, code: str, pair: str) -> bool:
        words = f"A review found that this person may have another case. Speak with the reviewer, {user}."
        ticket = Ticket(user, f"likeness {code} of {pair}", pair)
        try:
            self.casework.do(user, code, Note(actor=Actor(), text=words), ticket)
        except (UnknownCaseError, Refused, ErasedError):
            return False
        return True

    def _log(self, user: str, what: str, codes: dict[str, None], detail: str = "") -> None:
        now = self.casework.time.now()
        rows = [Accessed(at=now, by=user, what=what, case=code, detail=detail) for code in codes]
        self.casework.access.write(rows or [Accessed(at=now, by=user, what=what, detail="none")])


def reviews(directory: Directory, user: str, now: datetime) -> bool:
    """Return whether somebody decides about likenesses."""
    given = (one for one in directory.memberships.values() if one.user == user and one.everywhere and one.holds(now))
    return any(one.role in REVIEWING for one in given)
