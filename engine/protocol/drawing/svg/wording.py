"""The words a drawing has of its own, and how it says limits and ways on in few of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.core.model import Action, Deadline, MessageKind, Rung, RungAt, Step, TargetKind, Task, Text, Track
from engine.protocol.prose.conditions import sentence
from engine.protocol.prose.figures import SENT, amount, kind
from engine.protocol.prose.names import Names, lane_of
from engine.protocol.prose.numbering import ANY
from engine.protocol.prose.numerals import digits, duration

_WORDS: Mapping[str, Text] = {
    "acts": {"en": "Acts: {}", "km": "អ្នកធ្វើ៖ {}"},
    "records": {"en": "Records: {}", "km": "អ្នកកត់ត្រា៖ {}"},
    "both": {"en": "Acts and records: {}", "km": "អ្នកធ្វើ និងកត់ត្រា៖ {}"},
    "opens": {"en": "Opens when {}.", "km": "បើកនៅពេល {}។"},
    "main": {"en": "Opens with the case.", "km": "បើកជាមួយសំណុំរឿង។"},
    "seen": {"en": "Only these know of it: {}.", "km": "មានតែអ្នកទាំងនេះទេដែលដឹង៖ {}។"},
    "any": {"en": "{}. At any step of this lane:", "km": "{}. នៅជំហានណាក៏បានក្នុងផ្នែកនេះ៖"},
    "first": {"en": "begins here", "km": "ចាប់ផ្តើមនៅទីនេះ"},
    "ends": {"en": "Ends here: {}", "km": "បញ្ចប់ត្រឹមនេះ៖ {}"},
    "success": {"en": "counts as a success", "km": "រាប់ជាជោគជ័យ"},
    "no success": {"en": "not counted as a success", "km": "មិនរាប់ជាជោគជ័យ"},
    "to": {"en": "to\u00a0{}", "km": "ទៅ\u00a0{}"},
    "to lane": {"en": "to\u00a0{} in {}", "km": "ទៅ\u00a0{} ក្នុង {}"},
    "again": {"en": "here again", "km": "នៅទីនេះម្តងទៀត"},
    "previous": {"en": "back to the step before", "km": "ត្រឡប់ទៅជំហានមុន"},
    "stays": {"en": "stays here", "km": "នៅដដែល"},
    "itself": {"en": "by itself", "km": "ដោយស្វ័យប្រវត្តិ"},
    "approval": {"en": "{} approves", "km": "{} យល់ព្រម"},
    "who": {"en": "by {}", "km": "ដោយ {}"},
    "closes": {"en": "closes {}", "km": "បិទ {}"},
    "closes all": {"en": "closes all other lanes", "km": "បិទផ្នែកផ្សេងទៀតទាំងអស់"},
    "starts": {"en": "asks for {}", "km": "ស្នើសុំ {}"},
    "if": {"en": "only if {}", "km": "លុះត្រាតែ {}"},
    "tells": {"en": "List {}: {}", "km": "បញ្ជី {}៖ {}"},
    "own": {"en": "Told: {}", "km": "ជូនដំណឹង៖ {}"},
    "no limit": {"en": "No limit: {}", "km": "គ្មានពេលកំណត់៖ {}"},
    "owner": {"en": "recorder", "km": "អ្នកកត់ត្រា"},
    "limit": {"en": "limit", "km": "ដល់កំណត់"},
    "start": {"en": "start", "km": "ចាប់ផ្តើម"},
    "left": {"en": "{}\u00a0%\u00a0left", "km": "{}\u00a0%\u00a0នៅសល់"},
    "share": {"en": "{}\u00a0%", "km": "{}\u00a0%"},
    "draft": {
        "en": "DRAFT: in force nowhere; runs on invented people only",
        "km": "សេចក្តីព្រាង៖ មិនទាន់ចូលជាធរមាន ប្រើតែលើមនុស្សប្រឌិតប៉ុណ្ណោះ",
    },
    "adopted": {"en": "Adopted by {}", "km": "អនុម័តដោយ {}"},
    "version": {"en": "Version {}", "km": "កំណែ {}"},
    "signs": {"en": "How to read this", "km": "របៀបអាន"},
    "sign number": {
        "en": "Numbers are those of the articles of the handbook (spean handbook).",
        "km": "លេខគឺជាលេខមាត្រានៃសៀវភៅណែនាំ (spean handbook)។",
    },
    "sign main": {
        "en": "Thick line: the usual way through a lane. Thin line: other ways. Broken line: back.",
        "km": "ខ្សែក្រាស់៖ ផ្លូវធម្មតាក្នុងផ្នែក។ ខ្សែស្តើង៖ ផ្លូវផ្សេង។ ខ្សែដាច់ៗ៖ ត្រឡប់ទៅជំហានមុន។",
    },
    "sign limit": {
        "en": "Box with a clock: limits, and whom a list tells when. Broken frame: a figure is only proposed.",
        "km": "ប្រអប់មាននាឡិកា៖ ពេលកំណត់ និងអ្នកដែលត្រូវជូនដំណឹង។ ស៊ុមដាច់ៗ៖ លេខនេះគ្រាន់តែជាសំណើ។",
    },
    "sign list": {
        "en": "50 %: at half of the limit. 50 % left: of the time left. +2 hours: after the limit; -2: before.",
        "km": "៥០ %៖ ពេលដល់ពាក់កណ្តាលពេលកំណត់។ ៥០ % នៅសល់៖ នៃពេលនៅសល់។ +២ ម៉ោង៖ ក្រោយពេលកំណត់; -២ ម៉ោង៖ មុន។",
    },
    "sign final": {
        "en": "Round corners: the lane ends here; a double frame: it counts as a success.",
        "km": "ជ្រុងមូល៖ ផ្នែកបញ្ចប់ត្រឹមនេះ; ស៊ុមពីរជាន់៖ រាប់ជាជោគជ័យ។",
    },
    "sign review": {"en": "", "km": "* អត្ថបទខ្មែរសម្រាប់ពិនិត្យ។"},
    "alternative": {
        "en": "Drawing of the protocol {} with {} lanes and {} steps. What it shows, in words:",
        "km": "គំនូរនៃពិធីការ {} មាន {} ផ្នែក និង {} ជំហាន។ អ្វីដែលវាបង្ហាញ ជាពាក្យ៖",
    },
}  # km: for review
#: How the beginning of a way on is marked.
GO, LOOP, BACK = "go", "loop", "back"


@dataclass(frozen=True, slots=True)
class LimitLines:
    """Limits of one step whose lists are alike: each with its nature, then who is told."""

    limits: tuple[tuple[str, str], ...]
    told: str
    proposed: bool


@dataclass(frozen=True, slots=True)
class Way:
    """An action as a drawing says it: its title, where it leads, what else is to be known of it."""

    icon: str
    title: str
    leads: str
    notes: str


def word(name: str, names: Names) -> str:
    """Return one of the drawing's own words."""
    return _WORDS[name][names.language]


def owners(step: Step, names: Names) -> list[str]:
    """Return who acts at a step and who records."""
    if step.done_by == step.recorded_by:
        return [word("both", names).format(names.roles(step.done_by))] if step.done_by else []
    found = [word("acts", names).format(names.roles(step.done_by))] if step.done_by else []
    return [*found, word("records", names).format(names.roles(step.recorded_by))] if step.recorded_by else found


def limits(step: Step, names: Names) -> Iterator[LimitLines]:
    """Yield the limits of a step and its tasks; those with the same list of rungs together."""
    together: dict[tuple[Rung, ...], list[tuple[Task | None, Deadline]]] = {}
    for task, deadline in deadlines_of(step):
        together.setdefault(deadline.rungs, []).append((task, deadline))
    for rungs, group in together.items():
        lines = tuple((_limit(task, deadline, names), kind(deadline.limit.basis, names)) for task, deadline in group)
        shared = group[0][1].escalation
        said = "; ".join(_rung(rung, names) for rung in rungs)
        told = (
            word("tells", names).format(names.quoted(shared.replace("_", " ")), said)
            if shared
            else word("own", names).format(said)
        )
        yield LimitLines(lines, told, any(one.limit.basis.status != "adopted" for _, one in group))


def deadlines_of(step: Step) -> Iterator[tuple[Task | None, Deadline]]:
    """Yield the deadlines of a step, and those of its tasks with their task."""
    yield from ((None, deadline) for deadline in step.deadlines.values())
    for task in step.tasks.values():
        yield from ((task, deadline) for deadline in task.deadlines.values())


def _limit(task: Task | None, deadline: Deadline, names: Names) -> str:
    of = f"{names.task_title(task)}: " if task is not None else ""
    return f"{of}{names.say(deadline.title, deadline.id)}: {amount(deadline.limit, names)}"


def _rung(rung: Rung, names: Names) -> str:
    language = names.language
    by = duration(rung.by, language).replace(" ", "\u00a0") if rung.by is not None else ""
    when = {
        RungAt.SHARE: word("share", names).format(digits(rung.share, language)),
        RungAt.SHARE_LEFT: word("left", names).format(digits(rung.share, language)),
        RungAt.AFTER_START: f"{word('start', names)}\u00a0+{by}",
        RungAt.BEFORE_LIMIT: f"-{by}",
        RungAt.AT_LIMIT: word("limit", names),
        RungAt.AFTER_LIMIT: f"+{by}",
    }[rung.at]
    to = ", ".join(word("owner", names) if role == "owner" else names.role(role) for role in rung.to)
    letter = f" ({SENT[rung.sends][language]})" if rung.sends is MessageKind.LETTER else ""
    return f"{when} {to}{letter}"


def way(track: Track, step: Step | None, action: Action, names: Names) -> Way:
    """Return how an action of a step (None: of any step) is said."""
    icon, leads = _leads(track, step, action, names)
    notes = [word("itself", names)] if action.automatic else []
    if not action.automatic and (step is None or set(action.who_may) - {"owner", *step.recorded_by}):
        notes.append(word("who", names).format(names.roles(action.who_may)))
    if action.approval:
        notes.append(word("approval", names).format(names.role(action.approval)))
    if action.closes:
        every = len(action.closes) == len(names.protocol.tracks) - 1 > 1
        closed = names.all_of(names.track(one) for one in action.closes)
        notes.append(word("closes all", names) if every else word("closes", names).format(closed))
    if action.starts:
        notes.append(word("starts", names).format(names.quoted(action.starts.protocol.replace("_", " "))))
    return Way(icon, names.action(action), leads, "; ".join(notes))


def _leads(track: Track, step: Step | None, action: Action, names: Names) -> tuple[str, str]:
    target = action.target
    if target.kind is TargetKind.STAYS:
        return LOOP, word("stays", names)
    if target.kind is TargetKind.PREVIOUS:
        return BACK, word("previous", names)
    lane = lane_of(names.protocol, target.track, track)
    number = names.number(f"{lane.id}.{target.step}")
    if lane.id != track.id:
        return GO, word("to lane", names).format(number, names.track(lane.id))
    if step is not None and target.step == step.id:
        return LOOP, word("again", names)
    return GO, word("to", names).format(number)


def opening(track: Track, names: Names) -> list[str]:
    """Return when a lane opens, and who may know of it."""
    opens = (
        word("opens", names).format(sentence(track.opens_when, names)) if track.opens_when else word("main", names)
    )
    return [opens, word("seen", names).format(names.roles(track.seen_by))] if track.seen_by else [opens]


def any_step(track: Track, names: Names) -> str:
    """Return the head of what may happen at any step of a lane."""
    return word("any", names).format(names.number(f"{track.id}.{ANY}"))
