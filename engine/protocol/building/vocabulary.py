"""Everything one protocol declares, ready to be looked up while its tracks are read."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from engine.core.conditions import LAST, Condition, ConsentGiven, FactTest, Test, fields_of, leaves
from engine.core.duration import Duration
from engine.core.model import Per
from engine.protocol.building.calendar_files import Calendars
from engine.protocol.building.register import Register, texts
from engine.protocol.reading.nodes import Scalar
from engine.protocol.schema.forms import Desk, Form, Trail, path_of
from engine.protocol.schema.references import find, find_all, parse_scalar
from engine.protocol.sentences.conditions import parse_condition
from engine.protocol.sentences.names import Names, TrackNames

_BLANKS = r"\s+"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A length of time that a condition says by its number: since which field, and where it stands."""

    path: str
    duration: Duration
    field: str


class Vocabulary:
    """The names of a protocol, and the sentences that use them."""

    def __init__(self, root: Form, register: Register, calendars: Calendars, desk: Desk) -> None:
        """Learn the names of tracks, steps, outcomes and tasks, also from lanes in files of their own."""
        self.desk = desk
        self.register = register
        self.calendars = calendars
        self.defaults: Form | None = root.get("defaults")
        self._default_roles: dict[str, tuple[str, ...]] = {}
        self.tracks = register.tracks
        self.steps = {id_: dict(_below(track, "steps")) for id_, track in self.tracks.items()}
        self.tasks = {
            id_: task
            for steps in self.steps.values()
            for step in steps.values()
            for id_, task in _below(step, "tasks")
        }
        #: Fields and consents (`consent to ID`) the meaning depends on, as they are met.
        self.used: set[str] = set()
        #: The numbers that stand in conditions, as they are met.
        self.spoken: list[Spoken] = []
        self._names = Names(
            fields=register.fields,
            consents=register.consents,
            tracks={id_: self._name_track(id_) for id_ in self.tracks},
            tasks=self.tasks,
            limits={
                id_: limit.duration
                for id_, limit in register.limits.items()
                if limit.duration is not None and limit.before is None
            },
        )

    def _name_track(self, id_: str) -> TrackNames:
        steps = self.steps[id_]
        outcomes = {step.get("final").text for step in steps.values() if "final" in step.values}
        return TrackNames(steps=steps, outcomes=outcomes)

    def default_roles(self, key: str) -> tuple[str, ...]:
        """Return the roles that `defaults` name for steps and actions without any."""
        if key not in self._default_roles:
            self._default_roles[key] = self.roles(self.defaults, key) if self.defaults else ()
        return self._default_roles[key]

    def roles(self, form: Form, key: str) -> tuple[str, ...]:
        """Return the roles behind a key."""
        return find_all("role", form, key, self.register.role_names, self.desk)

    def role(self, form: Form, key: str) -> str | None:
        """Return the one role behind a key."""
        return find("role", form.get(key), self.register.role_names, form.way(key), self.desk)

    def fields(self, form: Form, key: str, besides: Collection[str] = ()) -> tuple[str, ...]:
        """Return the fields behind a key."""
        self.used.update(texts(form, key))
        known = {*self.register.fields, *besides} if besides else self.register.fields
        return find_all("field", form, key, known, self.desk)

    def condition(self, form: Form | None, key: str) -> Condition | None:
        """Return the condition behind a key."""
        scalar: Scalar | None = form.get(key) if form else None
        return None if form is None or scalar is None else self.judge(scalar, form.way(key))

    def judge(self, scalar: Scalar, trail: Trail) -> Condition | None:
        """Return the condition a scalar holds."""
        condition = parse_scalar(lambda text: parse_condition(text, self._names), scalar, trail, self.desk)
        if condition is not None:
            self.used.update(fields_of(condition))
            self.used.update(
                f"consent to {one.consent}" for one in leaves(condition) if isinstance(one, ConsentGiven)
            )
            self._check_derivable(condition, scalar, trail)
            self._note_numbers(condition, scalar, trail)
        return condition

    def _note_numbers(self, condition: Condition, scalar: Scalar, trail: Trail) -> None:
        """Keep the lengths that the sentence says by their number, and not by the name of a limit."""
        for leaf in leaves(condition):
            if isinstance(leaf, FactTest) and isinstance(leaf.value, Duration):
                said = (*str(leaf.value).split(), "ha(?:s|ve)", "passed", "since", *leaf.field.split())
                if re.search(rf"\b{_BLANKS.join(said)}\b", scalar.text):
                    self.spoken.append(Spoken(path_of(trail), leaf.value, leaf.field.removeprefix(LAST)))

    def _check_derivable(self, condition: Condition, scalar: Scalar, trail: Trail) -> None:
        """Refuse a date of which nobody can say which of many answers is meant (15)."""
        for leaf in leaves(condition):
            if not isinstance(leaf, FactTest) or leaf.test is not Test.PASSED or leaf.field.startswith(LAST):
                continue
            field = self.register.fields.get(leaf.field)
            if field is not None and field.per is Per.OCCURRENCE:
                message = f"`{field.id}` has one answer for each occurrence; when this turns true cannot be known."
                hint = f"Write `last {field.id}` for the newest answer."
                self.desk.report("SP517", scalar.place, trail, message, hint)


def _below(form: Form, key: str) -> list[tuple[str, Form]]:
    part: Form | None = form.get(key)
    return list(part.forms()) if part else []
