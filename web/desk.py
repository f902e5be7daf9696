"""What every page needs: the office with its use cases, and who is looking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from engine.core.case.state import Case
from engine.core.deciding.library import Library
from engine.core.people.directory import ADMINISTRATOR, CASE_MANAGER, Directory, Membership, User
from engine.run.accounts.appointments import Appointments
from engine.run.accounts.drafts import Drafts
from engine.run.accounts.entrance import Entrance
from engine.run.accounts.keys import Keys
from engine.run.accounts.office import entrance_of
from engine.run.cases.casework import Casework
from engine.run.cases.documents import Documents
from engine.run.cases.likenesses import REVIEWING, Likenesses
from engine.run.cases.marks import Marks
from engine.run.cases.scanner import Scanner
from engine.run.cases.weeks import Weeks
from engine.run.cases.worklist import Worklist
from engine.run.figures.overview import Overview
from engine.run.setup.clock import MachineTime
from engine.run.setup.office import Office
from engine.store.safe import Safe
from engine.store.sql.documents import SqlDocuments
from engine.store.sql.drafts import SqlDrafts
from engine.store.sql.likenesses import SqlLikenesses
from engine.store.sql.lookups import SqlLookups
from engine.store.sql.sessions import Session
from engine.store.sql.tokens import SqlTokens
from engine.store.sql.worklist import SqlWorklist
from web.cursors import Cursors
from web.titles import Titles

#: Who reads figures: whoever counts, whoever answers for the whole.
READERS_OF_FIGURES = frozenset({"statistics_officer", "national_coordinator", ADMINISTRATOR})


@dataclass
class Desk:
    """An office with the use cases of its people, each made once."""

    office: Office
    #: The figures that were counted last, and when (seconds of the machine's steady clock).
    figures: tuple[float, Overview] | None = None
    #: The weeks that were counted last, by who reads them and the state of the directory, and when.
    weeks: dict[tuple[str, int], tuple[float, Weeks]] = field(default_factory=dict)

    @cached_property
    def casework(self) -> Casework:
        """What people do with cases."""
        one = self.office
        return Casework(one.cases, one.people, one.registry, one.access, one.time, simulation=one.is_simulation)

    @cached_property
    def entrance(self) -> Entrance:
        """How people get in."""
        return entrance_of(self.office)

    @cached_property
    def keys(self) -> Keys:
        """Keys of programs."""
        one = self.office
        return Keys(SqlTokens(one.database), one.people, one.access, MachineTime())

    @cached_property
    def appointments(self) -> Appointments:
        """Roles that nobody gives alone."""
        return Appointments(self.office.people, self.entrance.accounts, self.office.incidents)

    @cached_property
    def cursors(self) -> Cursors:
        """Where lists go on."""
        return Cursors(Safe(self.office.keyring))

    @cached_property
    def drafts(self) -> Drafts:
        """Forms that were begun."""
        return Drafts(SqlDrafts(self.office.database), Safe(self.office.keyring), MachineTime())

    @cached_property
    def documents(self) -> Documents:
        """Documents of cases."""
        kept = SqlDocuments(self.office.database, self.office.vault)
        return Documents(self.casework, kept, Scanner(self.office.settings.office.scanner))

    @cached_property
    def marks(self) -> Marks:
        """What people may be known by."""
        return Marks(self.casework, SqlLookups(self.office.database, self.office.vault))

    @cached_property
    def likenesses(self) -> Likenesses:
        """Cases that may be of one person."""
        return Likenesses(self.casework, SqlLikenesses(self.office.database), self.office.vault)

    @cached_property
    def worklist(self) -> Worklist:
        """What is due."""
        return Worklist(self.casework, SqlWorklist(self.office.database))


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is looking, in which session and language. All as it is in this request; ``now``: its instant (UTC)."""

    user: User
    session: Session
    directory: Directory
    library: Library
    language: str
    now: datetime

    @property
    def id(self) -> str:
        """The id of the user."""
        return self.user.id

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which she reads and writes times."""
        return self.directory.zone(self.user.id)

    @property
    def is_administrator(self) -> bool:
        """Whether she keeps the directory."""
        return any(one.role == ADMINISTRATOR for one in self._held())

    @property
    def home(self) -> str:
        """Where her day begins: who supervises others and may lead no case herself sees first what stalls."""
        leads = any(one.role == CASE_MANAGER for one in self._held())
        given = self.directory.supervisions.values()
        supervises = any(one.supervisor == self.id and one.holds(self.now) for one in given)
        return "/stalled" if supervises and not leads else "/work"

    @property
    def reads_figures(self) -> bool:
        """Whether she reads the figures of the whole office."""
        return any(one.everywhere and one.role in READERS_OF_FIGURES for one in self._held())

    @property
    def is_reviewer(self) -> bool:
        """Whether she decides about cases that may be of one person."""
        return any(one.everywhere and one.role in REVIEWING for one in self._held())

    def _held(self) -> Iterator[Membership]:
        """Yield the roles she has now: not those that ended, nor those that begin later."""
        given = self.directory.memberships.values()
        return (one for one in given if one.user == self.user.id and one.holds(self.now))

    def titles(self, case: Case) -> Titles:
        """Return what things of a case are called for her."""
        return Titles(case, self.library, self.directory, self.language, self.zone)
