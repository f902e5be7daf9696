"""The same action as a team writes it by hand today: SQLAlchemy's ORM, and `transitions` for the steps.

It guards the move, keeps the answers, plans the five rungs, writes one line of history and one message, and knows a
repeated request, in one transaction. It has no clocks that follow the facts, no chained journal, no sealed answers.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, ForeignKey, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from transitions import Machine

STEPS = ("asked", "care", "closed")
MOVES: list[dict[str, str]] = [
    {"trigger": "take_on", "source": "asked", "dest": "care", "conditions": "may_be_taken_on"},
    {"trigger": "done", "source": "care", "dest": "closed"},
]
#: Deadline, rung, days after the step began, to whom.
LADDER = (
    ("visit", "half", 5, "worker"),
    ("visit", "limit", 10, "boss"),
    ("visit", "later", 12, "outside"),
    ("plan", "half", 10, "worker"),
    ("plan", "limit", 20, "outside"),
)


class Base(DeclarativeBase):
    """The tables of the hand-written program."""


class Person(Base):
    """A case."""

    __tablename__ = "person"
    code: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[str]
    version: Mapped[int] = mapped_column()
    changed_at: Mapped[datetime]
    answers: Mapped[list[Answer]] = relationship()
    rungs: Mapped[list[Rung]] = relationship()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as the library wants it

    def may_be_taken_on(self) -> bool:
        """Guard the move."""
        known = {one.field: one.value for one in self.answers}
        return known.get("agreed") == "yes" and known.get("risk_level") != "high" and {"rooms", "note"} <= set(known)


class Answer(Base):
    """What was answered to a field."""

    __tablename__ = "answer"
    code: Mapped[str] = mapped_column(ForeignKey("person.code"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


class Rung(Base):
    """A reminder that is planned."""

    __tablename__ = "rung"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("person.code"), index=True)
    deadline: Mapped[str]
    rung: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(index=True)
    to: Mapped[str]


class History(Base):
    """What happened."""

    __tablename__ = "history"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("person.code"), index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    action: Mapped[str]
    source: Mapped[str]
    target: Mapped[str]


class Outgoing(Base):
    """A message that waits."""

    __tablename__ = "outgoing"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    to: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(index=True)
    body: Mapped[str]


class Request(Base):
    """A request that was carried out."""

    __tablename__ = "request"
    by: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)


class Handwritten:
    """The program with its database."""

    def __init__(self, path: Path) -> None:
        """Make the file."""
        self._machine = Machine(
            model=None, states=list(STEPS), transitions=MOVES, model_attribute="step", auto_transitions=False,
            initial="asked",
        )  # fmt: skip
        self.engine = _engine(path)
        Base.metadata.create_all(self.engine)

    def fill(self, codes: list[str], now: datetime) -> None:
        """Open cases of these codes."""
        with Session(self.engine) as session, session.begin():
            session.add_all(Person(code=code, step="asked", version=1, changed_at=now) for code in codes)

    def take_on(self, code: str, answers: dict[str, str], by: str, key: str, now: datetime) -> None:
        """Carry the action out."""
        with Session(self.engine) as session, session.begin():
            if session.get(Request, (by, key)) is not None:
                return
            person = session.get_one(Person, code)
            for field, value in answers.items():
                person.answers.append(Answer(field=field, value=value, by=by, at=now))
            source = person.step
            self._move(person)
            person.changed_at = now
            person.rungs += [
                Rung(deadline=deadline, rung=rung, due_at=now + timedelta(days=days), to=to)
                for deadline, rung, days, to in LADDER
            ]
            session.add(History(code=code, at=now, by=by, action="take_on", source=source, target=person.step))
            session.add(Outgoing(code=code, to="worker", due_at=now, body="The limit has moved."))
            session.add(Request(by=by, key=key))

    def _move(self, person: Any) -> None:
        self._machine.add_model(person, initial=person.step)
        try:
            if not person.take_on():
                raise AssertionError("the guard refused the move")
        finally:
            self._machine.remove_model(person)


def _engine(path: Path) -> Engine:
    """Return an engine that keeps the same promises to the disk as Spean."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for one in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {one}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
