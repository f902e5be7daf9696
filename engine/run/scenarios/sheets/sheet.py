"""A sheet for one lane: what each step asks, what each limit does, who reads what, what its rules stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from engine.core.case.commands import SUPERVISOR
from engine.core.clocks.calendar import Calendar
from engine.core.conditions import And, Condition, TrackIs, leaves
from engine.core.deciding.library import Library
from engine.core.model import Deadline, Field, Forbidden, FromField, Protocol, Step, Track
from engine.run.scenarios.faults import StoryError
from engine.run.scenarios.sheets.answers import CannotError, Needed, needed_for
from engine.run.scenarios.sheets.scene import Line, Scene, render

#: How far away a date lies from which a limit is counted back.
_AHEAD = "in 60 days"


class Sheet:
    """Writes the scenes of one protocol."""

    def __init__(self, library: Library, calendar: Calendar, protocol: Protocol) -> None:
        """Write for this protocol."""
        self._library = library
        self._calendar = calendar
        self._protocol = protocol

    def of_track(self, track: Track) -> list[list[Line]]:
        """Return the scenes of one lane."""
        found = [self._tried(self._opening(track)), self._tried(self._readers(track))]
        for step in track.steps.values():
            if step.final is not None:
                continue
            found.append(self._tried(self._step(track, step)))
            for deadline in step.deadlines.values():
                found += map(self._tried, self._deadline(track, step, deadline))
        return [scene for scene in found if scene]

    def of_rules(self, names: list[str]) -> list[list[Line]]:
        """Return a scene for each of these forbidden rules, and for each part of it."""
        found = []
        for rule in (self._protocol.forbidden[name] for name in names):
            found.append(self._tried(self._rule(rule)))
            parts = rule.never.parts if isinstance(rule.never, And) else ()
            found += (self._tried(self._without(rule, number)) for number in range(len(parts)))
        return [scene for scene in found if scene]

    def of_ladder(self, name: str) -> list[Line]:
        """Return a scene for a list of rungs: when each goes out, and to whom."""
        return self._tried(self._ladder(name))

    def _tried(self, write: Callable[[], Scene]) -> list[Line]:
        try:
            return write().lines
        except (CannotError, StoryError):
            return []

    def _scene(self, say: str) -> Scene:
        return Scene(self._library, self._calendar, self._protocol.id, say)

    def _standing(self, track: Track, step: str, say: str) -> Scene:
        scene = self._scene(say)
        state = scene.run.tracks.get(track.id)
        if state is None or state.step != step:
            scene.do(stand=f"{track.id}.{step}")
        return scene

    def _opening(self, track: Track) -> Callable[[], Scene]:
        def write() -> Scene:
            if track.opens_when is None:
                raise CannotError
            scene = self._scene(f"{track.id}: when it opens.")
            if track.id in scene.run.tracks:
                raise CannotError
            scene.look(unopened=[track.id])
            scene.bring_about(needed_for(track.opens_when, self._protocol))
            if track.id not in scene.run.tracks:
                raise CannotError
            scene.look(at={track.id: scene.run.tracks[track.id].step})
            return scene

        return write

    def _readers(self, track: Track) -> Callable[[], Scene]:
        def write() -> Scene:
            scene = self._scene(f"{track.id}: who may read what.")
            asked = [name for step in track.steps.values() for name in _asked(step)]
            fields = self._protocol.fields
            readers = {name: list(fields[name].seen_by) for name in dict.fromkeys(asked) if fields[name].seen_by}
            if track.seen_by:
                readers = {track.id: list(track.seen_by), **readers}
            if not readers:
                raise CannotError
            scene.look(readers={name: [role for role in roles if not _is_kept_out(fields, name, role)]
                                for name, roles in readers.items()})  # fmt: skip
            return scene

        return write

    def _step(self, track: Track, step: Step) -> Callable[[], Scene]:
        def write() -> Scene:
            scene = self._standing(track, step.id, f"{track.id}.{step.id}: what it asks, with nothing known yet.")
            scene.lines[-1]["track"] = track.id
            clocks = {one.deadline: scene.limit(one) for one in scene.clocks(track.id)}
            names = [name for name in (*step.actions, *track.at_any_step) if not _is_automatic(track, step, name)]
            offers = {name: scene.in_the_way(f"{track.id}.{name}") for name in dict.fromkeys(names)}
            scene.look(clocks=clocks, offers={f"{track.id}.{name}": words for name, words in offers.items()})
            tasks = scene.tasks(track.id)
            if tasks:
                scene.look(tasks=tasks)
            return scene

        return write

    def _deadline(self, track: Track, step: Step, deadline: Deadline) -> Iterator[Callable[[], Scene]]:
        armed = self._armed(track, step, deadline)
        waits = deadline.applies_when is not None or _date(deadline)
        if waits:
            yield armed
        if deadline.until is not None:
            yield self._met(armed, deadline)
        if deadline.if_missed is not None or deadline.then is not None:
            yield self._missed(armed, track, deadline)
        for number, part in enumerate(_parts(deadline.applies_when)):
            yield self._not_armed(track, step, deadline, number, part)

    def _armed(self, track: Track, step: Step, deadline: Deadline) -> Callable[[], Scene]:
        def write() -> Scene:
            name = f"{track.id}.{step.id}.{deadline.id}"
            scene = self._standing(track, step.id, f"{name}: from when its clock runs.")
            needed = Needed()
            if deadline.applies_when is not None:
                needed_for(deadline.applies_when, self._protocol, True, needed)
            date = _date(deadline)
            if date:
                needed.facts.setdefault(date, _AHEAD if deadline.limit.before else "now")
            _keep_apart(needed, track)
            scene.bring_about(needed)
            clock = next((one for one in scene.clocks(track.id) if one.deadline == name), None)
            if clock is None:
                raise CannotError
            scene.look(due={name: scene.limit(clock)})
            return scene

        return write

    def _not_armed(
        self, track: Track, step: Step, deadline: Deadline, number: int, part: Condition
    ) -> Callable[[], Scene]:
        def write() -> Scene:
            name = f"{track.id}.{step.id}.{deadline.id}"
            scene = self._standing(track, step.id, f"{name}: what keeps its clock from running ({number + 1}).")
            needed = needed_for(part, self._protocol, False)
            for other in _parts(deadline.applies_when):
                if other is not part and isinstance(deadline.applies_when, And):
                    needed_for(other, self._protocol, True, needed)
            _keep_apart(needed, track)
            scene.bring_about(needed)
            if any(one.deadline == name for one in scene.clocks(track.id)):
                raise CannotError
            scene.look(no_clock=[name])
            return scene

        return write

    def _met(self, armed: Callable[[], Scene], deadline: Deadline) -> Callable[[], Scene]:
        def write() -> Scene:
            if deadline.until is None:
                raise CannotError
            scene = armed()
            name = scene.lines[0]["say"].partition(":")[0]
            scene.lines[0]["say"] = f"{name}: what ends its clock."
            scene.bring_about(needed_for(deadline.until, self._protocol))
            if not any(
                one.deadline == name and one.clock.outcome.value == "met" for one in scene.run.clocks.values()
            ):
                raise CannotError
            scene.look(met=[name])
            return scene

        return write

    def _missed(self, armed: Callable[[], Scene], track: Track, deadline: Deadline) -> Callable[[], Scene]:
        def write() -> Scene:
            scene = armed()
            name = scene.lines[0]["say"].partition(":")[0]
            scene.lines[0]["say"] = f"{name}: what happens when it is missed."
            clock = next(one for one in scene.clocks(track.id) if one.deadline == name)
            if clock.clock.limit is None:
                raise CannotError
            scene.do(until=scene.limit(clock))
            scene.do(wait="1 minute")
            if deadline.if_missed is not None and deadline.if_missed.set:
                scene.look(facts={key: str(value) for key, value in deadline.if_missed.set.items()})
            if deadline.if_missed is not None and deadline.if_missed.task:
                scene.look(tasks={deadline.if_missed.task: scene.tasks(track.id)[deadline.if_missed.task]})
            if deadline.then is not None:
                scene.look(at={track.id: scene.run.tracks[track.id].step})
            return scene

        return write

    def _rule(self, rule: Forbidden) -> Callable[[], Scene]:
        def write() -> Scene:
            scene = self._scene(f"{rule.id}: what it forbids, when it happens all the same.")
            _bring_in(scene, rule.never, needed_for(rule.never, self._protocol))
            return self._alarmed(scene, rule, raised=True)

        return write

    def _without(self, rule: Forbidden, number: int) -> Callable[[], Scene]:
        def write() -> Scene:
            if not isinstance(rule.never, And):
                raise CannotError
            scene = self._scene(f"{rule.id}: what it does not forbid ({number + 1}).")
            needed = needed_for(rule.never.parts[number], self._protocol, False)
            for place, part in enumerate(rule.never.parts):
                if place != number:
                    needed_for(part, self._protocol, True, needed)
            _bring_in(scene, rule.never, needed)
            return self._alarmed(scene, rule, raised=False)

        return write

    def _alarmed(self, scene: Scene, rule: Forbidden, *, raised: bool) -> Scene:
        name = f"alarm.{rule.id}"
        messages = scene.messages()
        if (name in messages) is not raised:
            raise CannotError
        if raised:
            scene.look(heard={name: messages[name][1]})
        else:
            scene.look(quiet=[name])
        return scene

    def _ladder(self, name: str) -> Callable[[], Scene]:
        def write() -> Scene:
            for track, step, deadline in _with_list(self._protocol, name):
                try:
                    return self._climbed(track, step, deadline, name)
                except (CannotError, StoryError):
                    continue
            raise CannotError

        return write

    def _climbed(self, track: Track, step: Step, deadline: Deadline, name: str) -> Scene:
        scene = self._armed(track, step, deadline)()
        path = scene.lines[0]["say"].partition(":")[0]
        scene.lines[0]["say"] = f"{name}: who is told when, at {path}."
        scene.messages()
        scene.look(heard={})
        expected = {f"{path}.{rung.id}" for rung in deadline.rungs}
        scene.do(wait="1 minute")
        seen: dict[str, tuple[str, list[str]]] = {}
        for _ in range(60):
            for key, value in scene.messages().items():
                seen.setdefault(key, value)
            if expected <= set(seen):
                break
            scene.deeds.stage.pass_until(scene.deeds.stage.lives["case"].wakes or scene.deeds.stage.now)
        if not expected <= set(seen):
            raise CannotError
        scene.lines[-1] = {"until": scene.now}
        scene.look(
            heard={key: seen[key][1] for key in seen if key in expected},
            sent={key: seen[key][0] for key in seen if key in expected},
        )
        return scene


def written(name: str, title: str, scenes: list[list[Line]]) -> str:
    """Return a sheet as the text of a scenario file."""
    lines = [
        "# yaml-language-server: $schema=../scenario.schema.json",
        "# Written by `spean scenario sheet`, read by people: a change of the protocol must change it, too.",
        "spean: 1",
        f"scenario: {name}",
        f"title: {render(title)}",
        "begins: 2027-03-01 08:00",
        "story:",
    ]
    for scene in scenes:
        for line in scene:
            lines += _written(line)
    return "\n".join(lines) + "\n"


def _written(line: Line) -> Iterator[str]:
    rest = {key: value for key, value in line.items() if key != "then"}
    head = list(rest.items())
    for number, (key, value) in enumerate(head):
        yield f"{'  - ' if number == 0 else '    '}{key}: {render(value)}"
    then = line.get("then")
    if then:
        yield "    then:"
        for key, value in then.items():
            yield from _table(key, value)


def _table(key: str, value: object) -> Iterator[str]:
    if not isinstance(value, dict) or not value:
        yield f"      {key}: {render(value)}"
        return
    yield f"      {key}:"
    for name, one in value.items():
        yield f"        {name}: {render(one)}"


def _bring_in(scene: Scene, never: Condition, needed: Needed) -> None:
    """Let facts come first and the step last, as the rule would catch it, else nothing but facts."""
    steps, needed.steps = needed.steps, []
    stands = [leaf for leaf in leaves(never) if isinstance(leaf, TrackIs)]
    scene.bring_about(needed)
    if stands and steps:
        for step in steps:
            scene.do(stand=step)


def _keep_apart(needed: Needed, track: Track) -> None:
    """A step of the same lane cannot be stood at as well."""
    if any(step.partition(".")[0] == track.id for step in needed.steps):
        raise CannotError


def _asked(step: Step) -> Iterator[str]:
    yield from step.collect
    for task in step.tasks.values():
        yield from task.collect


def _parts(condition: Condition | None) -> tuple[Condition, ...]:
    if condition is None:
        return ()
    return condition.parts if isinstance(condition, And) else (condition,)


def _date(deadline: Deadline) -> str:
    if deadline.limit.before is not None:
        return deadline.limit.before
    return deadline.counts_from.field if isinstance(deadline.counts_from, FromField) else ""


def _is_automatic(track: Track, step: Step, name: str) -> bool:
    action = step.actions.get(name) or track.at_any_step[name]
    return action.automatic


def _with_list(protocol: Protocol, name: str) -> Iterator[tuple[Track, Step, Deadline]]:
    for track in protocol.tracks.values():
        for step in track.steps.values():
            for deadline in step.deadlines.values():
                if name == deadline.escalation:
                    yield track, step, deadline


def _is_kept_out(fields: Mapping[str, Field], name: str, role: str) -> bool:
    """Return whether a role reads nothing of a privileged field, though it stands among its readers."""
    return role == SUPERVISOR and name in fields and fields[name].privileged
