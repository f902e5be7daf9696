"""Marks: what a person may be known by. They are hashed as soon as they are typed and stand nowhere else.

Whoever types one learns nothing: it is only put into the blind index, whether or not another case lies there. Who
may see that two cases share one is in ``likenesses.py``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.case.commands import Actor
from engine.core.case.state import Case
from engine.core.people.directory import CASE_MANAGER, SUPERVISOR
from engine.run.cases.casework import Casework, ErasedError
from engine.store.access import Accessed
from engine.store.ports import UnknownCaseError
from engine.store.sql.lookups import SqlLookups

#: The kinds of marks: the number of a paper of hers, a telephone, her name with the year of birth.
PAPER, TELEPHONE, NAME = "paper", "telephone", "name"
KINDS = (PAPER, TELEPHONE, NAME)
#: Who may type marks: those who take people in and lead their cases. Never police, commune or shelter.
MARKING = frozenset({"intake_officer", CASE_MANAGER, SUPERVISOR})
#: Signs that are not seen, as Khmer has them between words.
_UNSEEN = re.compile("[\u200b-\u200d\u2060\ufeff]")
_YEAR = re.compile(r"(?:19|20)\d\d")
#: A year of the Buddhist era, as Cambodian papers have it; the common one is so many years less.
_BUDDHIST, _ERA = re.compile(r"(?<!\d)2[45]\d\d(?!\d)"), 543
_LEAST = {PAPER: 5, TELEPHONE: 6, NAME: 7}


@dataclass(frozen=True, slots=True)
class Marks:
    """The use cases of marks."""

    casework: Casework
    lookups: SqlLookups

    def may_mark(self, case: Case, actor: Actor) -> bool:
        """Return whether somebody, as who she is in a case of a person, types marks for it; sealed ones have none."""
        library = self.casework.registry.library()
        mains = [library.rulebooks[one.meaning].protocol.main for one in case.enrolments.values()]
        hidden = case.about == "operation" or any(main.seen_by for main in mains)
        return not hidden and bool(actor.roles & MARKING)

    def note(self, user: str, code: str, given: Mapping[str, str]) -> None:
        """Let a case be found by marks (by kind; what ``is_mark`` calls none is left out). Logged, by kind.

        Says nothing of what it found. Raises UnknownCaseError, ErasedError.
        """
        self._check(user, code)
        plain = {kind: normal(kind, text) for kind, text in given.items() if is_mark(kind, text)}
        self._log(user, code, f"marks written: {', '.join(sorted(plain)) or 'none'}")
        if not self.lookups.put(code, plain, self.casework.time.now()):
            raise ErasedError

    def remove(self, user: str, code: str) -> None:
        """Let a case be found by no mark any more: one was wrong. Logged; the same whether or not there were any.

        Raises UnknownCaseError.
        """
        self._check(user, code)
        self._log(user, code, "marks removed")
        self.lookups.remove(code)

    def _check(self, user: str, code: str) -> None:
        case, actor = self.casework.look(user, code, "marks")
        if not self.may_mark(case, actor):
            raise UnknownCaseError

    def _log(self, user: str, code: str, what: str) -> None:
        self.casework.access.write(
            [Accessed(at=self.casework.time.now(), by=user, what="marks", case=code, detail=what)]
        )


def is_mark(kind: str, text: str) -> bool:
    """Return whether a text can be a mark: not so short that it fits half the country; a name has a year of birth."""
    return bool(normal(kind, text))


def normal(kind: str, text: str) -> str:
    """Return a mark in the form in which equal ones are equal; empty for one that would fit half the country.

    Digits of every script are the same digits; a telephone is its last eight; a name needs a year of birth,
    of the common or the Buddhist era.
    """
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()
    plain = "".join(str(unicodedata.digit(sign, sign)) for sign in plain)
    if kind == TELEPHONE:
        plain = "".join(sign for sign in plain if sign.isdecimal())[-8:]
    elif kind == PAPER:
        plain = "".join(sign for sign in plain if sign.isalnum())
    else:
        plain = _BUDDHIST.sub(lambda year: str(int(year.group()) - _ERA), plain)
        if not _YEAR.search(plain):
            return ""
        plain = " ".join(sorted(plain.replace(",", " ").split()))
    return plain if len(plain) >= _LEAST[kind] else ""
