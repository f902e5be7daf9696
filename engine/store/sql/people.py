"""The directory of people in a database: its stream is all there is of it; what was folded is kept and grown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection

from engine.core.people.apply import fold
from engine.core.people.commands import AnyPeopleCommand
from engine.core.people.decide import Events, carry_out
from engine.core.people.directory import Directory
from engine.store.codec.seals import OPEN
from engine.store.people import PEOPLE_EVENTS, STREAM
from engine.store.sql.database import Beside, Database
from engine.store.sql.streams import Streams, entries

#: Decides on the directory as it is: what is to be recorded, and the directory after it.
Work = Callable[[Directory], tuple[Events, Directory]]


class SqlDirectory:
    """Reads and changes the directory."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database
        self._streams = Streams(database.dialect)
        self._known = Directory()
        self._lock = Lock()

    def now(self) -> Directory:
        """Return everybody as the journal says now: a role that was taken away is gone with the next call."""
        with self.database.read() as connection:
            return self._grown(connection)

    def change(self, commands: Sequence[AnyPeopleCommand], now: datetime) -> Directory:
        """Carry out commands, all or none. Raises PeopleRefused, the refusal of the first that cannot be."""
        return self.transact(lambda directory: carry_out(directory, commands, now))

    def transact(self, work: Work, beside: Beside | None = None) -> Directory:
        """Record what the work decides; nobody changes the directory meanwhile. If it raises, nothing is written.

        ``beside``: writes something else in the same transaction.
        """
        with self.database.write() as connection:
            events, directory = work(self._grown(connection))
            self._streams.append(connection, STREAM, [PEOPLE_EVENTS.write(event, OPEN) for event in events])
            if beside is not None:
                beside(connection)
        return directory

    def _grown(self, connection: Connection) -> Directory:
        with self._lock:
            known = self._known
            if self._streams.head(connection, STREAM).seq == known.seq:
                return known
            new = [PEOPLE_EVENTS.read(one.body, OPEN) for one in entries(connection, STREAM, after=known.seq)]
            if new:
                self._known = fold(known, new)
            return self._known
