"""The tasks of a visit: opened with it, planned on a grid, done, missed, or cancelled when it ends (8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from engine.core.case import events as happenings
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import CaseClock, Enrolment, Occurrence, Place, TaskState, TaskStatus, TrackState
from engine.core.clocks import clock as clocks
from engine.core.clocks.calendar import Calendar, local_date
from engine.core.clocks.clock import Change
from engine.core.clocks.limit import Rule, is_date, reckon
from engine.core.deciding.draft import Draft
from engine.core.deciding.timers import open_clock, set_clock, terms_for
from engine.core.deciding.world import task_of
from engine.core.evolve import evolve
from engine.core.judging.truth import evaluate
from engine.core.model import Entering, Lasts, Task
from engine.core.values import Approximate, Value


def open_tasks(draft: Draft, enrolment: str, track: str) -> None:
    """Open the tasks of the visit that has begun, but those that only a missed deadline opens."""
    rules, state = draft.rules(enrolment), draft.track(enrolment, track)
    for task in rules.step(track, state.step).tasks.values():
        if task.id not in rules.opened_by_a_miss:
            open_task(draft, enrolment, track, state, task)


def open_task(draft: Draft, enrolment: str, track: str, state: TrackState, task: Task) -> None:
    """Open one task at a visit. A repeated one gets its occurrences as soon as its date is known."""
    key = f"{track}.{state.step}.{task.id}#{state.visit}"
    blocks = task.required and not _repeats(task)
    opened = TaskState(track, state.step, state.visit, blocks, ())
    if not _repeats(task):
        opened = evolve(opened, occurrences=(Occurrence(1),))
    _set(draft, enrolment, "opened", key, opened)
    if _repeats(task):
        _plan(draft, enrolment, key, task)
    else:
        _arm(draft, enrolment, key, task, opened.occurrences[0])


def open_named(draft: Draft, enrolment: str, name: str, missed: CaseClock) -> None:
    """Open the task that explains a miss, once: at the step of the missed clock, else wherever it stands.

    It belongs to what the missed clock belonged to, so that an explanation is still asked for after the step.
    """
    rules = draft.rules(enrolment)
    placed = rules.deadlines[missed.deadline]
    here = rules.step(placed.track, placed.step).tasks.get(name)
    found = (placed.track, placed.step, here) if here is not None else rules.task(name)
    if found is None:
        return
    track, step, task = found
    state = draft.case.enrolments[enrolment].tracks.get(track)
    visit = missed.visit if track == missed.track else state.visit if state else 0
    key = f"{track}.{step}.{name}#{visit}"
    if key not in draft.case.enrolments[enrolment].tasks:
        opened = TaskState(track, step, visit, False, (Occurrence(1),))
        _set(draft, enrolment, "opened", key, opened)
        _arm(draft, enrolment, key, task, opened.occurrences[0], lasts=missed.lasts)


def refresh_tasks(draft: Draft, enrolment: str) -> bool:
    """Plan what can be planned by now, and let what was not filled in its window be missed.

    Return whether anything changed: a condition may read it.
    """
    rules = draft.rules(enrolment)
    if not rules.has_repeated_tasks:
        return False
    known = draft.case.enrolments[enrolment].tasks
    for key, state in known.items():
        if _is_current(draft, enrolment, state):
            task = rules.step(state.track, state.step).tasks[task_of(key)]
            _plan(draft, enrolment, key, task)
            _miss(draft, enrolment, key)
    return draft.case.enrolments[enrolment].tasks is not known


def open_required(draft: Draft, enrolment: str, track: str) -> list[str]:
    """Return the required tasks of the present visit that are not done."""
    visit = draft.track(enrolment, track).visit
    return [
        task_of(key)
        for key, state in draft.case.enrolments[enrolment].tasks.items()
        if state.track == track and state.visit == visit and state.required and not state.is_done
    ]


def is_done(draft: Draft, enrolment: str, track: str, task: str) -> bool:
    """Return whether the task was done at the present visit of the track."""
    state = draft.track(enrolment, track)
    found = draft.case.enrolments[enrolment].tasks.get(f"{track}.{state.step}.{task}#{state.visit}")
    return found is not None and found.is_done


def cancel_tasks(draft: Draft, enrolment: str, track: str, visit: int) -> None:
    """Cancel what is open of a visit that ends."""
    for key, state in list(draft.case.enrolments[enrolment].tasks.items()):
        if state.track == track and state.visit == visit:
            left = tuple(
                evolve(item, status=TaskStatus.CANCELLED) if item.status is TaskStatus.OPEN else item
                for item in state.occurrences
            )
            if left != state.occurrences:
                _set(draft, enrolment, "cancelled", key, evolve(state, occurrences=left))


def do_task(draft: Draft, enrolment: str, task: str) -> None:
    """Record that a task was done: fills the occurrence whose window holds the date, or is ad hoc."""
    key = to_be_done(draft, enrolment, task)
    state = draft.case.enrolments[enrolment].tasks[key]
    filled = _filled(draft, enrolment, state)
    done = evolve(filled, status=TaskStatus.DONE, done=draft.happened)
    others = tuple(done if item.number == done.number else item for item in state.occurrences)
    if filled not in state.occurrences:
        others = (*others, done)
    _set(draft, enrolment, "done", key, evolve(state, occurrences=others))
    _end_clocks(draft, enrolment, key, done.number)


def to_be_done(draft: Draft, enrolment: str, task: str) -> str:
    """Return the key of the task of this name: one that is still open before a closed one, the newest first."""
    tasks = draft.case.enrolments[enrolment].tasks
    named = [key for key in tasks if task_of(key) == task]
    if not named:
        raise Refused(Reason(Why.NO_SUCH, f"task {task}"))
    waiting = [key for key in named if any(item.status is TaskStatus.OPEN for item in tasks[key].occurrences)]
    return (waiting or named)[-1]


def _filled(draft: Draft, enrolment: str, state: TaskState) -> Occurrence:
    calendar = draft.calendar(draft.rules(enrolment))
    day = _day(draft.happened, calendar)
    waiting = [item for item in state.occurrences if item.status in {TaskStatus.OPEN, TaskStatus.MISSED}]
    for item in waiting:
        if item.window is None or item.window[0] <= day <= item.window[1]:
            return item
    return Occurrence(len(state.occurrences) + 1)


def _plan(draft: Draft, enrolment: str, key: str, task: Task) -> None:
    state = draft.case.enrolments[enrolment].tasks[key]
    rules = draft.rules(enrolment)
    calendar = draft.calendar(rules)
    if task.offsets:
        planned = _plan_grid(draft, enrolment, state, task, calendar)
    else:
        planned = _plan_rhythm(draft, enrolment, state, task, calendar)
    if planned == state:
        return
    _set(draft, enrolment, "planned", key, planned)
    for item in planned.occurrences:
        if item.status is TaskStatus.OPEN:
            _arm(draft, enrolment, key, task, item)
            _follow_due(draft, enrolment, key, item)


def _plan_grid(draft: Draft, enrolment: str, state: TaskState, task: Task, calendar: Calendar) -> TaskState:
    anchor = _anchor(draft.world(enrolment).fact(task.after or ""), calendar)
    if anchor is None or anchor == state.anchor:
        return state
    dates = [reckon(calendar, anchor, Rule(offset)).day for offset in task.offsets]
    kept = {item.number: item for item in state.occurrences if item.status is not TaskStatus.OPEN}
    kept = {**_of_earlier_visits(draft, enrolment, state, task, anchor), **kept}
    planned = tuple(
        kept.get(number) or _occurrence(number, day, window, calendar)
        for number, (day, window) in enumerate(zip(dates, windows(anchor, dates), strict=True), 1)
    )
    ad_hoc = (item for number, item in kept.items() if number > len(dates))
    return evolve(state, anchor=anchor, occurrences=(*planned, *ad_hoc))


def _of_earlier_visits(
    draft: Draft, enrolment: str, state: TaskState, task: Task, anchor: date
) -> dict[int, Occurrence]:
    """Return what earlier visits to the step did or missed on the same grid: nothing is due or missed twice (8)."""
    path = f"{state.track}.{state.step}.{task.id}"
    return {
        item.number: item
        for key, former in draft.case.enrolments[enrolment].tasks.items()
        if key.partition("#")[0] == path and former.visit < state.visit and former.anchor == anchor
        for item in former.occurrences[: len(task.offsets)]
        if item.status in {TaskStatus.DONE, TaskStatus.MISSED}
    }


def _plan_rhythm(draft: Draft, enrolment: str, state: TaskState, task: Task, calendar: Calendar) -> TaskState:
    if task.every is None or any(item.status is TaskStatus.OPEN for item in state.occurrences):
        return state
    if task.until is not None and evaluate(task.until, draft.world(enrolment)) is True:
        return state
    planned = [item for item in state.occurrences if item.due]
    last = planned[-1] if planned else None
    entered = _day(draft.track(enrolment, state.track).entered_on, calendar)
    origin = entered if last is None else last.moved_from or last.due or entered
    if task.from_last_done and last is not None and last.done is not None:
        origin = _day(last.done, calendar)
    due = max(reckon(calendar, origin, Rule(task.every)).day, origin + timedelta(days=1))
    after = max(reckon(calendar, due, Rule(task.every)).day, due + timedelta(days=1))
    window = (_half_way(origin, due) + timedelta(days=1), _half_way(due, after))
    planned_next = _occurrence(len(state.occurrences) + 1, due, window, calendar)
    return evolve(state, anchor=origin, occurrences=(*state.occurrences, planned_next))


def _occurrence(number: int, day: date, window: tuple[date, date], calendar: Calendar) -> Occurrence:
    """Return an occurrence due on its date; before a festival week that holds it, if its window reaches so far."""
    earlier = calendar.before_festival(day)
    if earlier == day or earlier < window[0]:
        return Occurrence(number, due=day, window=window)
    return Occurrence(number, due=earlier, window=window, moved_from=day)


def windows(anchor: date, dates: list[date]) -> list[tuple[date, date]]:
    """Return the window of each date of a grid, both ends included: half-way to its neighbours (8).

    The first begins half-way from the anchor; the last lasts as long after its date as before it.
    """
    around = [anchor, *dates]
    around.append(dates[-1] + (dates[-1] - around[-2]))
    return [
        (_half_way(before, day) + timedelta(days=1), _half_way(day, after))
        for before, day, after in zip(around, around[1:], around[2:], strict=False)
    ]


def next_window_end(enrolment: Enrolment) -> Iterator[date]:
    """Yield the last date of every window that is still open."""
    for state in enrolment.tasks.values():
        yield from (item.window[1] for item in state.occurrences if item.window and item.status is TaskStatus.OPEN)


def _miss(draft: Draft, enrolment: str, key: str) -> None:
    state = draft.case.enrolments[enrolment].tasks[key]
    today = local_date(draft.now, draft.zone(draft.rules(enrolment)))
    late = [item for item in state.occurrences if item.status is TaskStatus.OPEN and _is_over(item, today)]
    if not late:
        return
    left = tuple(evolve(item, status=TaskStatus.MISSED) if item in late else item for item in state.occurrences)
    _set(draft, enrolment, "missed", key, evolve(state, occurrences=left))
    for item in late:
        _void_clocks(draft, enrolment, key, item.number)


def _is_over(item: Occurrence, today: date) -> bool:
    return item.window is not None and item.window[1] < today


def _arm(draft: Draft, enrolment: str, key: str, task: Task, item: Occurrence, *, lasts: Lasts = Lasts.STEP) -> None:
    path, _, visit = key.partition("#")
    rules = draft.rules(enrolment)
    state = draft.case.enrolments[enrolment].tasks[key]
    for placed in rules.of_step[state.track, state.step]:
        if placed.task is None or placed.task.id != task.id:
            continue
        clock = f"{path}.{placed.deadline.id}#{visit}.{item.number}"
        if clock not in draft.case.enrolments[enrolment].clocks:
            entering = item.due or draft.happened
            open_clock(
                draft,
                enrolment,
                placed,
                key=clock,
                entering=entering,
                visit=int(visit),
                occurrence=item.number,
                lasts=lasts,
            )


def _follow_due(draft: Draft, enrolment: str, key: str, item: Occurrence) -> None:
    """Count the clocks of an occurrence from its new date."""
    rules = draft.rules(enrolment)
    for clock in _clocks_of(draft, enrolment, key, item.number):
        if item.due is not None and isinstance(rules.deadlines[clock.deadline].deadline.counts_from, Entering):
            terms = terms_for(draft, rules, clock)
            change = clocks.correct_start(clock.clock, terms, item.due, draft.held, draft.now)
            set_clock(draft, enrolment, clock, "start corrected", change)


def _end_clocks(draft: Draft, enrolment: str, key: str, number: int) -> None:
    for item in _clocks_of(draft, enrolment, key, number):
        terms = terms_for(draft, draft.rules(enrolment), item)
        change = clocks.end(item.clock, terms, draft.happened, draft.held, draft.now)
        set_clock(draft, enrolment, item, "ended", change)


def _void_clocks(draft: Draft, enrolment: str, key: str, number: int) -> None:
    for item in _clocks_of(draft, enrolment, key, number):
        terms = terms_for(draft, draft.rules(enrolment), item)
        closed = clocks.void(item.clock, terms, "window closed", draft.held, draft.now)
        set_clock(draft, enrolment, item, "void", Change(closed))


def _clocks_of(draft: Draft, enrolment: str, key: str, number: int) -> list[CaseClock]:
    """Return the open clocks of one occurrence of a task."""
    found = draft.case.enrolments[enrolment].open_clocks()
    return [item for item in found if item.occurrence == number and _belongs(item.key, key)]


def _belongs(clock: str, task: str) -> bool:
    path, _, visit = clock.partition("#")
    return f"{path.rpartition('.')[0]}#{visit.partition('.')[0]}" == task


def _is_current(draft: Draft, enrolment: str, state: TaskState) -> bool:
    track = draft.case.enrolments[enrolment].tracks.get(state.track)
    if track is None or track.place is not Place.OPEN:
        return False
    return (track.visit, track.step) == (state.visit, state.step)


def _anchor(value: Value | None, calendar: Calendar) -> date | None:
    if isinstance(value, Approximate):
        value = value.latest
    return _day(value, calendar) if isinstance(value, date) else None


def _day(when: date | datetime, calendar: Calendar) -> date:
    return when if is_date(when) else local_date(when, calendar.tz)  # type: ignore[arg-type]


def _half_way(before: date, after: date) -> date:
    return before + timedelta(days=(after - before).days // 2)


def _repeats(task: Task) -> bool:
    return bool(task.offsets) or task.every is not None


def _set(draft: Draft, enrolment: str, what: str, key: str, state: TaskState) -> None:
    draft.emit(happenings.TaskSet(at=draft.now, by=draft.by, enrolment=enrolment, what=what, task=key, state=state))
