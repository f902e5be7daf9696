"""Time limits in sentences: how long, from when, until when, what happens then; nature and source; who is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.core.model import (
    ARMED_UNLESS_FALSE,
    Deadline,
    Extend,
    FromDeadline,
    FromField,
    IfClosed,
    IfMissed,
    Lasts,
    Rung,
    Step,
    Task,
    Track,
)
from engine.protocol.handbook.desk import Desk, Paragraphs, together
from engine.protocol.handbook.tree import NEW_LINE, Line, Paragraph, plain
from engine.protocol.prose.conditions import sentence
from engine.protocol.prose.figures import amount, rungs
from engine.protocol.prose.numerals import digits, duration

_CLOSED = {IfClosed.NEXT: "closed next", IfClosed.PREVIOUS: "closed previous"}
_LASTS = {Lasts.STEP: "lasts step", Lasts.TRACK: "lasts track", Lasts.CASE: "lasts case"}


def deadlines_of(step: Step) -> Iterator[tuple[Task | None, Deadline]]:
    """Yield the deadlines of a step, and those of its tasks with their task."""
    yield from ((None, deadline) for deadline in step.deadlines.values())
    for task in step.tasks.values():
        yield from ((task, deadline) for deadline in task.deadlines.values())


def limit_paragraphs(track: Track, step: Step, numbers: Paragraphs, desk: Desk) -> Iterator[Paragraph]:
    """Yield a paragraph for each limit of a step, then one for each list of those who are told."""
    lists: dict[str, tuple[Rung, ...]] = {}
    for task, deadline in deadlines_of(step):
        yield numbers.add(_line(track, step, task, deadline, desk))
        if deadline.escalation:
            lists.setdefault(deadline.escalation, deadline.rungs)
    for name, told in lists.items():
        text = desk.word("list").format(_list(name, desk), "; ".join(rungs(told, desk.names)))
        small = desk.where(f"escalations.{name}", f"escalations.{name}")
        yield numbers.add((*plain(together((text, desk.word("rhythm nature"))) + " "), small))


def _line(track: Track, step: Step, task: Task | None, deadline: Deadline, desk: Desk) -> Line:
    text = together(_sentences(step, task, deadline, desk))
    inside = f"tasks.{task.id}.deadlines" if task is not None else "deadlines"
    path = f"tracks.{track.id}.steps.{step.id}.{inside}.{deadline.id}"
    id_ = f"{track.id}.{step.id}.{deadline.id}" if task is None else f"{track.id}.{step.id}.{task.id}.{deadline.id}"
    refs = tuple(dict.fromkeys((*deadline.ref, *deadline.limit.ref)))
    said = f" {desk.word('refs').format(', '.join(refs))}" if refs else ""
    where = [desk.where(path, id_ + said)]
    if deadline.limit.id in desk.protocol.limits:
        shared = f"limits.{deadline.limit.id}"
        where = [desk.where(shared, shared), *plain(" "), *where]
    return (*plain(text), NEW_LINE, *desk.nature(deadline.limit.basis), NEW_LINE, *where)


def _sentences(step: Step, task: Task | None, deadline: Deadline, desk: Desk) -> Iterator[str]:
    names, language = desk.names, desk.names.language
    title = names.quoted(names.say(deadline.title, deadline.id))
    length = amount(deadline.limit, names)
    if task is None:
        yield desk.word("limit").format(title, length)
    else:
        yield desk.word("limit task").format(title, names.quoted(names.task_title(task)), length)
    yield _start(step, task, deadline, desk)
    yield from _until(task, deadline, desk)
    yield desk.of_condition(deadline.until, deadline.applies_when)
    if deadline.applies_when is not None:
        form = "applies armed" if deadline.kind in ARMED_UNLESS_FALSE else "applies"
        yield desk.word(form).format(sentence(deadline.applies_when, names))
    aim = deadline.aim or deadline.limit.aim
    if aim is not None:
        yield desk.word("aim").format(duration(aim, language))
    if deadline.limit.if_closed in _CLOSED:
        yield desk.word(_CLOSED[deadline.limit.if_closed])
    yield desk.word("hold stops" if deadline.stops_on_hold else "hold runs")
    if deadline.if_missed is not None:
        yield from _missed(step, deadline.if_missed, desk)
    if deadline.then is not None:
        action = step.actions.get(deadline.then)
        yield desk.word("then").format(names.quoted(names.action(action) if action else deadline.then))
    if deadline.extend is not None:
        yield _extend(deadline.extend, desk)
    yield _told(deadline, desk)


def _start(step: Step, task: Task | None, deadline: Deadline, desk: Desk) -> str:
    names, start = desk.names, deadline.counts_from
    if deadline.limit.before:
        said = ""  # the length itself says from which date it counts back
    elif isinstance(start, FromField):
        said = desk.word("from field").format(names.field(start.field))
    elif isinstance(start, FromDeadline):
        other = step.deadlines.get(start.deadline)
        title = names.quoted(names.say(other.title if other else {}, start.deadline))
        said = desk.word("from met" if start.which == "met" else "from limit").format(title)
    elif task is not None:
        said = desk.word("task due" if task.offsets or task.every else "task open")
    else:
        said = desk.word("entering")
    return together((said, desk.word("date unknown") if deadline.if_date_unknown else ""))


def _until(task: Task | None, deadline: Deadline, desk: Desk) -> Iterator[str]:
    if deadline.until is not None:
        yield desk.word("until").format(sentence(deadline.until, desk.names))
        yield desk.word(_LASTS[deadline.lasts])
        return
    yield desk.word("until left" if task is None else "until done")
    if deadline.lasts is not Lasts.STEP:
        yield desk.word(_LASTS[deadline.lasts])


def _missed(step: Step, missed: IfMissed, desk: Desk) -> Iterator[str]:
    names = desk.names
    for field, value in missed.set.items():
        yield desk.word("missed sets").format(names.field(field), names.answer(field, value))
    if missed.task is not None:
        task = step.tasks.get(missed.task)
        yield desk.word("missed task").format(names.quoted(names.task_title(task) if task else missed.task))
    if missed.tell:
        yield desk.word("missed tell").format(names.all_of(map(names.role, missed.tell)))


def _extend(extend: Extend, desk: Desk) -> str:
    names, language = desk.names, desk.names.language
    times = desk.word("once") if extend.times == 1 else desk.word("times").format(digits(extend.times, language))
    required = [
        desk.word("reason") if one == "reason" else names.quoted(one.replace("_", " ")) for one in extend.required
    ]
    return desk.word("extend").format(
        who=names.roles(extend.who_may),
        by=duration(extend.by, language),
        times=times,
        required=names.all_of(required),
    )


def _told(deadline: Deadline, desk: Desk) -> str:
    if deadline.escalation:
        return desk.word("told by").format(_list(deadline.escalation, desk))
    if not deadline.rungs:
        return desk.word("told nobody")
    own = "; ".join(rungs(deadline.rungs, desk.names))
    return together((desk.word("told own").format(own), desk.word("rhythm nature")))


def _list(name: str, desk: Desk) -> str:
    return desk.names.quoted(name.replace("_", " "))


def used_in(limit: str, desk: Desk) -> Iterable[str]:
    """Yield the ids of the articles that use a limit of the flat list."""
    for track in desk.lanes:
        for step in track.steps.values():
            if any(deadline.limit.id == limit for _, deadline in deadlines_of(step)):
                yield f"{track.id}.{step.id}"
