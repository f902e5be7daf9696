"""The article of a step: what it is for, who acts, what is asked and done, what may happen, within which time."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.model import Field, FieldType, Step, TargetKind, Task, Track
from engine.protocol.handbook.actions import action_line
from engine.protocol.handbook.desk import Desk, Paragraphs, together
from engine.protocol.handbook.limits import limit_paragraphs
from engine.protocol.handbook.tree import Article, Block, Line, Listing, Look, Paragraph, Run, Section, plain
from engine.protocol.prose.conditions import sentence
from engine.protocol.prose.numbering import ANY
from engine.protocol.prose.numerals import digits, duration, each

_CODED = {FieldType.CHOICE: "choice", FieldType.CHOICES: "choices"}


def step_article(track: Track, step: Step, desk: Desk) -> Article:
    """Return the article of a step."""
    id_ = f"{track.id}.{step.id}"
    sections = (Section(title, tuple(blocks)) for title, blocks in _sections(track, step, desk))
    return Article(
        number=desk.names.numbers[id_],
        label=desk.names.article(id_),
        title=desk.names.step_title(step),
        id=id_,
        place=desk.files.place(f"tracks.{track.id}.steps.{step.id}"),
        refs=step.ref,
        sections=tuple(one for one in sections if one.blocks),
    )


def any_step_article(track: Track, desk: Desk) -> Article:
    """Return the article of what may happen at any step of a lane."""
    id_ = f"{track.id}.{ANY}"
    numbers = Paragraphs(desk)
    lines = tuple(numbers.add(action_line(track, None, action, desk)) for action in track.at_any_step.values())
    return Article(
        number=desk.names.numbers[id_],
        label=desk.names.article(id_),
        title=desk.word("any title"),
        id=id_,
        place=desk.files.place(f"tracks.{track.id}.at_any_step"),
        refs=(),
        sections=(Section("", lines),),
    )


def _sections(track: Track, step: Step, desk: Desk) -> Iterator[tuple[str, list[Block]]]:
    numbers = Paragraphs(desk)
    yield desk.word("purpose"), [numbers.add(plain(together(_purpose(track, step, desk))))]
    if step.final is not None:
        return
    yield desk.word("who"), [numbers.add(plain(together(_who(step, desk))))]
    if step.collect:
        yield desk.word("asked"), list(_questions(step, numbers, desk))
    yield desk.word("work"), [numbers.add(_task(track, step, task, desk)) for task in step.tasks.values()]
    ways: list[Block] = [numbers.add(action_line(track, step, action, desk)) for action in step.actions.values()]
    if track.at_any_step:
        ways.append(numbers.add(plain(desk.word("any besides").format(desk.names.article(f"{track.id}.{ANY}")))))
    yield desk.word("next"), ways
    limits: list[Block] = list(limit_paragraphs(track, step, numbers, desk))
    if step.no_limit:
        limits.append(numbers.add((*plain(desk.word("no limit")), Run(step.no_limit, Look.SOURCE))))
    yield desk.word("limits"), limits


def _purpose(track: Track, step: Step, desk: Desk) -> Iterator[str]:
    names = desk.names
    if step.final is not None:
        yield desk.word("ends").format(names.quoted(step.final.replace("_", " ")))
        yield desk.word("success" if step.success else "no success")
    else:
        yield desk.word("serves").format(names.quoted(names.step_title(step)))
    if step.id == track.first_step:
        yield desk.word("begins")
    froms = list(_froms(track, step, desk))
    if froms:
        yield desk.word("from").format(names.all_of(froms))
    if step.outside_label and step.final is None:
        yield desk.word("outside").format(names.quoted(names.say(step.outside_label, step.id)))


def _froms(track: Track, step: Step, desk: Desk) -> Iterator[str]:
    """Yield from where a case comes to a step, and by which action."""
    names = desk.names
    for lane in desk.protocol.tracks.values():
        places = [
            (f"{lane.id}.{one.id}", one.actions)
            for one in lane.steps.values()
            if (lane.id, one.id) != (track.id, step.id)
        ]
        for id_, actions in (*places, (f"{lane.id}.{ANY}", lane.at_any_step)):
            found = [
                names.quoted(names.action(action))
                for action in actions.values()
                if action.target.kind is TargetKind.STEP
                and (action.target.track or lane.id, action.target.step) == (track.id, step.id)
            ]
            if found:
                yield desk.word("from one").format(names.article(id_), names.any_of(found))


def _who(step: Step, desk: Desk) -> Iterator[str]:
    if step.done_by == step.recorded_by:
        yield desk.word("acts and records").format(desk.names.roles(step.done_by))
        return
    if step.done_by:
        yield desk.word("acts").format(desk.names.roles(step.done_by))
    if step.recorded_by:
        yield desk.word("records").format(desk.names.roles(step.recorded_by))


def _questions(step: Step, numbers: Paragraphs, desk: Desk) -> Iterator[Block]:
    """Yield the questions of a step; those that only some may see apart, under their names."""
    groups: dict[tuple[str, ...], list[Line]] = {}
    for one in step.collect:
        field = desk.protocol.fields[one]
        groups.setdefault(field.seen_by, []).append(_question(field, desk))
    for seen_by, lines in sorted(groups.items(), key=lambda group: bool(group[0])):
        said = desk.word("asked seen").format(desk.names.all_of(map(desk.names.role, seen_by)))
        yield numbers.add(plain(said if seen_by else desk.word("asked here")))
        yield Listing(tuple(lines))


def _question(field: Field, desk: Desk) -> Line:
    names = desk.names
    notes = [_kind(field, desk)]
    if field.written_by:
        notes.append(desk.word("written by").format(names.roles(field.written_by)))
    notes += [desk.word(one) for one in ("private", "privileged") if getattr(field, one)]
    label = names.say(field.label, field.id)
    return (*plain(f"{label} ({'; '.join(notes)}) "), Run(field.id, Look.SMALL))


def _kind(field: Field, desk: Desk) -> str:
    """Return what sort of answer a question takes."""
    names = desk.names
    if field.type in _CODED:
        answers = names.any_of(names.quoted(names.code(field, code)) for code in field.codes)
        return desk.word(_CODED[field.type]).format(answers)
    if field.type is FieldType.NUMBER and (field.lowest is not None or field.highest is not None):
        low, high = (
            digits(f"{one:f}", names.language) if one is not None else "" for one in (field.lowest, field.highest)
        )
        form = "bounds" if low and high else "bounds low" if low else "bounds high"
        return desk.word("number from").format(desk.word(form).format(*filter(None, (low, high))))
    return desk.word(field.type.value)


def _task(track: Track, step: Step, task: Task, desk: Desk) -> Line:
    path = f"tracks.{track.id}.steps.{step.id}.tasks.{task.id}"
    refs = f" {desk.word('refs').format(', '.join(task.ref))}" if task.ref else ""
    return (
        *plain(together(_task_sentences(step, task, desk)) + " "),
        desk.where(path, f"{track.id}.{step.id}.{task.id}{refs}"),
    )


def _task_sentences(step: Step, task: Task, desk: Desk) -> Iterator[str]:
    names, language = desk.names, desk.names.language
    title = names.quoted(names.task_title(task))
    yield desk.word("task").format(title, names.roles(task.done_by or step.done_by))
    yield desk.word("task blocks" if task.required else "task optional")
    if task.offsets:
        offsets = names.all_of(duration(one, language) for one in task.offsets)
        yield desk.word("grid").format(offsets, names.field(task.after or ""))
    if task.every is not None:
        every = each(task.every, language)
        if task.until is not None:
            yield desk.word("every until").format(every, sentence(task.until, names))
        else:
            yield desk.word("every").format(every)
    if task.from_last_done:
        yield desk.word("from last")
    if task.collect:
        yield desk.word("task asks").format(names.all_of(map(names.field, task.collect)))
    if task.offsets or task.every is not None or (task.until is not None and desk.of_condition(task.until)):
        yield desk.word("rhythm nature")


def paragraphs_of(article: Article) -> Iterator[Paragraph]:
    """Yield the numbered paragraphs of an article."""
    for section in article.sections:
        yield from (block for block in section.blocks if isinstance(block, Paragraph))
