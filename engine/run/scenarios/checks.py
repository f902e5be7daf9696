"""What must hold at a point of a story, compared with what is so; each difference is one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.core.case.commands import SUPERVISOR
from engine.core.case.reasons import Refused
from engine.core.case.state import Case, CaseClock, Enrolment, Place, TaskState, TaskStatus, TrackState, WaitingKind
from engine.core.clocks.clock import Outcome
from engine.core.deciding.decide import decide
from engine.core.deciding.world import task_of
from engine.core.errors import SpeanError
from engine.protocol.reading.nodes import Scalar
from engine.protocol.schema.forms import Form
from engine.run.scenarios import times
from engine.run.scenarios.deeds import CASE, Deeds, is_meant
from engine.run.scenarios.faults import Fault, StoryError
from engine.run.scenarios.script import Item, line_of, lists, texts
from engine.run.scenarios.stage import somebody
from engine.run.scenarios.words import means, of_message, of_reasons

ALLOWED, NONE, WAITS, OPEN = "allowed", "none", "waits", "open"


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at one case."""

    deeds: Deeds
    item: Item
    case: Case

    @property
    def name(self) -> str:
        return self.item.word("case", CASE)

    def runs(self) -> Iterator[Enrolment]:
        wanted = self.item.word("protocol")
        return (one for one in self.case.enrolments.values() if is_meant(one, wanted, self.case))


def look(deeds: Deeds, item: Item) -> list[Fault]:
    """Return what does not hold of all that an item expects. Messages looked at are not looked at again."""
    form = item.then
    if form is None:
        return []
    seen = _Look(deeds, item, deeds.case(item))
    faults: list[Fault] = []
    for key in form.values:
        try:
            found = list(_CHECKS[key](seen, form, key))
        except SpeanError as error:
            found = [str(error)]
        faults += (Fault(line_of(form, key), message) for message in found)
    if {"told", "heard", "quiet", "sent"} & set(form.values):
        deeds.stage.seen(seen.name)
    return faults


def _at(look_: _Look, form: Form, key: str) -> Iterator[str]:
    for track, step in texts(form.get(key)).items():
        state = _state(look_, track)
        where = "not open" if state is None or state.place is not Place.OPEN else f"at {state.step}"
        if where != f"at {step}":
            yield f"{track} is {where}, not at {step}."


def _unopened(look_: _Look, form: Form, key: str) -> Iterator[str]:
    for track in _names(form, key):
        state = _state(look_, track)
        if state is not None:
            yield f"{track} was opened; it is at {state.step}."


def _ended(look_: _Look, form: Form, key: str) -> Iterator[str]:
    for track, outcome in texts(form.get(key)).items():
        state = _state(look_, track)
        if state is None or state.place is not Place.ENDED:
            yield f"{track} has not ended{f'; it is at {state.step}' if state else ''}."
        elif state.outcome != outcome:
            yield f"{track} ended as {state.outcome}, not as {outcome}."


def _closed(look_: _Look, form: Form, key: str) -> Iterator[str]:
    for track in _names(form, key):
        state = _state(look_, track)
        if state is None or state.place is not Place.CLOSED:
            yield f"{track} was not closed."


def _state(look_: _Look, track: str) -> TrackState | None:
    found = [one.tracks[track] for one in look_.runs() if track in one.tracks]
    if not found and not any(
        track in look_.deeds.rules(one).protocol.tracks for one in look_.case.enrolments.values()
    ):
        raise StoryError(f"There is no track `{track}`.")
    return found[-1] if found else None


def _case(look_: _Look, form: Form, key: str) -> Iterator[str]:
    so = "open" if look_.case.is_open else "closed"
    if form.get(key) != so:
        yield f"The case is {so}."


def _outcome(look_: _Look, form: Form, key: str) -> Iterator[str]:
    found = [one.outcome or "none yet" for one in look_.runs()]
    if _word(form.get(key)) not in found[-1:]:
        yield f"The outcome is {found[-1] if found else 'none'}, not {_word(form.get(key))}."


def _facts(look_: _Look, form: Form, key: str) -> Iterator[str]:
    for name, words in lists(form.get(key)).items():
        expected = ", ".join(words)
        known = [one.facts[name] for one in look_.runs() if name in one.facts]
        fact = look_.case.facts.get(name) or (known[-1] if known else None)
        if expected == NONE:
            if fact is not None:
                yield f"{name} is {fact.value}, and should not be known."
            continue
        value = look_.deeds.value(name, expected, look_.case)
        if fact is None:
            yield f"{name} is not known; it should be {expected}."
        elif fact.value != value:
            yield f"{name} is {fact.value}, not {expected}."


def _clocks(look_: _Look, form: Form, key: str) -> Iterator[str]:
    expected = texts(form.get(key))
    open_clocks = [
        (one, enrolment)
        for enrolment in look_.runs()
        for one in enrolment.open_clocks()
        if one.deadline != "no_news" and not one.deadline.startswith("waiting.")
        if look_.item.word("track") in {"", one.track}
    ]
    yield from _compare_limits(look_, expected, open_clocks)
    for one, enrolment in open_clocks:
        if not any(means(written, one.deadline) for written in expected):
            yield f"A clock is open that is not expected: {one.deadline}: {_limit(look_, one, enrolment)}."


def _due(look_: _Look, form: Form, key: str) -> Iterator[str]:
    open_clocks = [(one, enrolment) for enrolment in look_.runs() for one in enrolment.open_clocks()]
    yield from _compare_limits(look_, texts(form.get(key)), open_clocks)


def _compare_limits(
    look_: _Look, expected: Mapping[str, str], clocks: list[tuple[CaseClock, Enrolment]]
) -> Iterator[str]:
    for written, limit in expected.items():
        found = [(one, enrolment) for one, enrolment in clocks if means(written, one.deadline)]
        names = {one.deadline for one, _ in found}
        if not found:
            yield f"No clock of {written} is open; it should be {limit}."
        elif len(names) > 1:
            yield f"`{written}` may mean {' or '.join(sorted(names))}; write more of it."
        elif limit not in {_limit(look_, one, enrolment) for one, enrolment in found}:
            so = ", ".join(_limit(look_, one, enrolment) for one, enrolment in found)
            yield f"The limit of {written} is {so}, not {limit}."


def _limit(look_: _Look, clock: CaseClock, enrolment: Enrolment) -> str:
    limit = clock.clock.limit
    return WAITS if limit is None else times.write(limit, look_.deeds.local(look_.case, enrolment).tz)


def _no_clock(look_: _Look, form: Form, key: str) -> Iterator[str]:
    for written in _names(form, key):
        for enrolment in look_.runs():
            for one in enrolment.open_clocks():
                if means(written, one.deadline):
                    yield f"A clock of {written} is open: {_limit(look_, one, enrolment)}."


def _came_out(look_: _Look, form: Form, key: str) -> Iterator[str]:
    for written in _names(form, key):
        found = [one for run in look_.runs() for one in run.clocks.values() if means(written, one.deadline)]
        so = _standing(look_, found[-1]) if found else "never armed"
        if so != key:
            yield f"{written} is {so}, not {key}."


def _standing(look_: _Look, item: CaseClock) -> str:
    clock = item.clock
    if clock.outcome is Outcome.OPEN and clock.limit is not None and clock.limit < look_.deeds.stage.now:
        return Outcome.MISSED.value
    return clock.outcome.value


def _told(look_: _Look, form: Form, key: str) -> Iterator[str]:
    expected, messages = lists(form.get(key)), _messages(look_)
    yield from _heard(look_, form, key)
    for full, roles in messages.items():
        if not any(means(written, full) for written in expected):
            yield f"There was a message that is not expected: {full} to {', '.join(roles)}."


def _heard(look_: _Look, form: Form, key: str) -> Iterator[str]:
    messages = _messages(look_)
    for written, roles in lists(form.get(key)).items():
        told = {role for full, found in messages.items() if means(written, full) for role in found}
        if not told:
            yield f"Nobody was told {written}."
        elif told != set(roles):
            yield f"{written} was told to {', '.join(sorted(told))}, not to {', '.join(sorted(roles))}."


def _quiet(look_: _Look, form: Form, key: str) -> Iterator[str]:
    messages = _messages(look_)
    for written in _names(form, key):
        for full in messages:
            if means(written, full):
                yield f"There was a message {full} to {', '.join(messages[full])}."


def _sent(look_: _Look, form: Form, key: str) -> Iterator[str]:
    life = look_.deeds.stage.life(look_.name)
    zone = look_.deeds.calendar.tz
    for written, when in texts(form.get(key)).items():
        found = [one.at for one in life.messages[life.told :] if means(written, of_message(one, life.case))]
        so = times.write(min(found), zone) if found else "never"
        if so != when:
            yield f"{written} was sent {so}, not {when}."


def _messages(look_: _Look) -> dict[str, list[str]]:
    life = look_.deeds.stage.life(look_.name)
    found: dict[str, list[str]] = {}
    for one in life.messages[life.told :]:
        roles = found.setdefault(of_message(one, life.case), [])
        if one.to not in roles:
            roles.append(one.to)
    return found


def _offers(look_: _Look, form: Form, key: str) -> Iterator[str]:
    for written, words in lists(form.get(key)).items():
        expected = set() if words == (ALLOWED,) else set(words)
        so = set(in_the_way(look_.deeds, look_.item, look_.case, written))
        if so != expected:
            yield f"In the way of {written} stands {_list(so)}, not {_list(expected)}."


def in_the_way(deeds: Deeds, item: Item, case: Case, written: str) -> list[str]:
    """Return what stands in the way of an action, asked by who may take it; an approval is told besides."""
    found = deeds.find(case, written, item.word("protocol"))
    role = found.action.approval
    command = deeds.act(
        case,
        found,
        actor=deeds.actor(item, *found.action.who_may[:1]),
        approved_by=somebody(role, called=f"another {role}") if role else None,
    )
    approval = [f"approval of {role}"] if role else []
    try:
        decide(case, command, deeds.stage.now, deeds.stage.library)
    except Refused as refused:
        return [*approval, *of_reasons(refused.reasons)]
    return approval


def _asked_for(look_: _Look, form: Form, key: str) -> Iterator[str]:
    waiting = [
        one.protocol
        for one in look_.case.waiting.values()
        if one.is_open and one.kind is WaitingKind.REQUEST
    ]  # fmt: skip
    expected = [name for name in _names(form, key) if name != NONE]
    if sorted(set(waiting)) != sorted(expected):
        yield f"Asked for is {_list(waiting)}, not {_list(expected)}."


def _tasks(look_: _Look, form: Form, key: str) -> Iterator[str]:
    for name, words in lists(form.get(key)).items():
        states = [one for run in look_.runs() for id_, one in run.tasks.items() if task_of(id_) == name]
        so = [when for one in states for when in occurrences(one)] or [NONE]
        if so != list(words):
            yield f"The task {name} is {', '.join(so)}, not {', '.join(words)}."


def occurrences(state: TaskState) -> Iterator[str]:
    """Yield when each open occurrence of a task is due."""
    for one in state.occurrences:
        if one.status is TaskStatus.OPEN:
            yield one.due.isoformat() if one.due else OPEN


#: What a consent is called among the fields and tracks under `readers`.
_CONSENT = "consent to "


def _readers(look_: _Look, form: Form, key: str) -> Iterator[str]:
    for name, roles in lists(form.get(key)).items():
        so = _who_reads(look_, name)
        if so != set(roles):
            more, less = sorted(so - set(roles)), sorted(set(roles) - so)
            yield f"{name} is also known to {_list(more)}." if more else f"{name} is hidden from {_list(less)}."


def _who_reads(look_: _Look, name: str) -> set[str]:
    """Return the roles that may read a field, know that a track exists, or whether a consent was given."""
    for enrolment in look_.runs():
        rules = look_.deeds.rules(enrolment)
        known, field, track = rules.protocol.roles, rules.field(name), rules.protocol.tracks.get(name)
        consent = rules.protocol.consents.get(name.removeprefix(_CONSENT)) if name.startswith(_CONSENT) else None
        if consent is not None:
            return set(consent.seen_by or known)
        if track is not None:
            return set(track.seen_by or known)
        if field is not None:
            seen = set(field.seen_by or known)
            return seen - {SUPERVISOR} if field.privileged else seen
    raise StoryError(f"There is no field, no track and no consent `{name}`.")


def _names(form: Form, key: str) -> Iterable[str]:
    return (one.text for one in form.get(key, ()))


def _word(value: Scalar) -> str:
    return value.text


def _list(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "nothing"


_CHECKS: dict[str, Callable[[_Look, Form, str], Iterator[str]]] = {
    "at": _at,
    "unopened": _unopened,
    "ended": _ended,
    "closed": _closed,
    "case": _case,
    "outcome": _outcome,
    "facts": _facts,
    "clocks": _clocks,
    "due": _due,
    "no_clock": _no_clock,
    "met": _came_out,
    "missed": _came_out,
    "void": _came_out,
    "told": _told,
    "heard": _heard,
    "quiet": _quiet,
    "sent": _sent,
    "offers": _offers,
    "asked_for": _asked_for,
    "tasks": _tasks,
    "readers": _readers,
}
