"""From the files of a protocol to its compiled model, with every mistake of all files in one run (28, 29)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from engine.core.clocks.calendar import Calendar
from engine.core.model import ERASING, Forbidden, Opening, Protocol, Track, Unadopted
from engine.protocol.building.calendar_files import Calendars, check_zone
from engine.protocol.building.limits import check_adopted
from engine.protocol.building.no_news import read_no_news
from engine.protocol.building.places import Places
from engine.protocol.building.register import Register, texts
from engine.protocol.building.steps import read_tracks
from engine.protocol.building.vocabulary import Spoken, Vocabulary
from engine.protocol.building.waits import read_waits
from engine.protocol.canonical import hash_meaning
from engine.protocol.checking.automatic import check_automatic
from engine.protocol.checking.lint import lint
from engine.protocol.checking.successes import check_successes
from engine.protocol.codes.registry import problem
from engine.protocol.problems import Problem, Severity
from engine.protocol.reading.nodes import Scalar
from engine.protocol.reading.source import MAX_PROBLEMS
from engine.protocol.schema.forms import Desk, Form
from engine.protocol.schema.references import find
from engine.protocol.schema.refusals import check_id
from engine.protocol.schema.sheets import Sheet, Sources, open_includes, open_root

#: Attributes of a protocol that the register of shared parts has under the same name.
_SHARED = ("fields", "consents", "roles", "limits", "escalations")
#: An include that cannot be used, and names which it may declare: without it nobody can say that they are wrong.
_NO_INCLUDE = {"SP221", "SP222", "SP223"}
_MAY_BE_DECLARED_THERE = {
    f"SP{number}" for number in (302, 303, 304, 305, 306, 307, 308, 309, 310, 311, 314, 315, 412)
}


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the files mean, or None if there is an error; every problem in the order of file, line and column."""

    protocol: Protocol | None
    calendars: Mapping[str, Calendar]
    problems: tuple[Problem, ...]


def compile(  # noqa: A001 - the word of the architecture; nothing here compiles Python
    sources: Sources, root: str, *, warn: bool = True
) -> Compiled:
    """Compile the protocol in the file ``root``; ``sources`` holds it, its includes and calendars by name.

    Never raises for bad input. ``warn=False`` leaves out what is valid but dangerous (``lint``).
    """
    desk = Desk(sources)
    sheet = open_root(sources, root)
    includes = open_includes(sheet, sources, desk)
    calendars = Calendars(root, sources, desk)
    protocol, spoken = (
        _build(sheet.form, (sheet, *includes), calendars, desk) if sheet.form is not None else (None, ())
    )
    sheets = (sheet, *includes, *calendars.sheets.values())
    problems = [*(one for each in sheets for one in each.problems), *desk.problems]
    if any(each.form is None for each in includes) or any(one.code in _NO_INCLUDE for one in problems):
        problems = [one for one in problems if one.code not in _MAY_BE_DECLARED_THERE]
    if any(one.severity is Severity.ERROR for one in problems):
        return Compiled(None, calendars.compiled, _arrange(problems))
    if warn and protocol is not None:
        places = places_of(sheets[: len(includes) + 1])
        problems += lint(protocol, calendars.compiled, places, tuple(sources), spoken)
    return Compiled(protocol, calendars.compiled, _arrange(problems))


def places_of(sheets: Iterable[Sheet]) -> Places:
    """Return where the parts of the sheets stand, the protocol's own file first."""
    return Places(*(sheet.form.node for sheet in sheets if sheet.form is not None))


def _arrange(problems: list[Problem]) -> tuple[Problem, ...]:
    """Sort the problems by place, each once, and cut those of one file that nobody would read."""
    found: list[Problem] = []
    in_order = sorted(dict.fromkeys(problems), key=lambda one: (one.place, one.code))
    for _, group in groupby(in_order, key=lambda one: one.place.file):
        found += _cut(list(group))
    return tuple(found)


def _cut(of_file: list[Problem]) -> list[Problem]:
    """Keep as many problems of one file as help; the last one then says that there are more."""
    if len(of_file) <= MAX_PROBLEMS:
        return of_file
    told = [one for one in of_file if one.code == "SP111"]
    others = [one for one in of_file if one.code != "SP111"]
    message = f"There are {len(others) - MAX_PROBLEMS + 1} or more further problems in this file."
    hint = "Put these right and check the file again."
    rest = told or [problem("SP111", others[MAX_PROBLEMS - 1].place, message, hint)]
    return [*others[: MAX_PROBLEMS - 1], *rest]


def _build(
    form: Form, sheets: tuple[Sheet, ...], calendars: Calendars, desk: Desk
) -> tuple[Protocol | None, Sequence[Spoken]]:
    """Return the model, as far as it could be read, and the numbers in its conditions.

    Errors stand at the desk and in the sheets.
    """
    register = Register((one.form for one in sheets if one.form is not None), desk)
    words = Vocabulary(form, register, calendars, desk)
    _check_head(form, words)
    unadopted = _list_unadopted(sheets, desk)
    tracks = read_tracks(words)
    places = places_of(sheets)
    check_automatic(tracks, register.fields, places, desk)
    check_successes(tracks, places, desk)
    if not tracks:
        return None, ()
    protocol = replace(_assemble(form, tracks, words), unadopted=unadopted)
    return replace(protocol, meaning=hash_meaning(protocol, words.used)), words.spoken


def _check_head(form: Form, words: Vocabulary) -> None:
    """Check the keys at the top of the file that no step uses."""
    desk = words.desk
    check_adopted(form, form.get("status", "draft"), desk)
    named: Scalar | None = form.get("protocol")
    if named is not None:
        check_id(named, form.way("protocol"), desk)
    tracks: Form | None = form.get("tracks")
    if tracks is not None and not tracks.node.entries:
        hint = "Add the main one with its steps; other tracks may stand in included files."
        desk.report("SP527", tracks.place, tracks.trail, "The protocol has no track.", hint)
    defaults = words.defaults
    if defaults is not None:
        trail = defaults.way("escalation")
        find("escalation", defaults.get("escalation"), words.register.escalations, trail, desk)


def _list_unadopted(sheets: tuple[Sheet, ...], desk: Desk) -> tuple[Unadopted, ...]:
    """Return the included files which an authority must adopt and has not; reports adoptions that are not whole."""
    found = []
    folder = posixpath.dirname(sheets[0].name) or "."
    for sheet in sheets[1:]:
        form = sheet.form
        if form is not None and (form.gives("authority") or form.gives("status")):
            status: str = form.get("status", "draft")
            check_adopted(form, status, desk)
            if status != "adopted":
                found.append(Unadopted(posixpath.relpath(sheet.name, folder), form.get("authority", {})))
    return tuple(found)


def _read_applies_to(commencement: Form | None, desk: Desk) -> str:
    """Return which cases come under the protocol. What nothing carries out is refused, not read and forgotten."""
    named: str = commencement.get("applies_to", "new cases") if commencement else "new cases"
    if commencement and named != "new cases":
        message = "Running cases cannot be moved to another version yet; they keep the one they began with."
        hint = "Write `applies_to: new cases`, and let people decide what becomes of each running case."
        desk.report("SP544", commencement.at("applies_to"), commencement.way("applies_to"), message, hint)
    return named


def _assemble(form: Form, tracks: dict[str, Track], words: Vocabulary) -> Protocol:
    register, commencement = words.register, form.get("commencement")
    named: Scalar | None = form.get("protocol")
    return Protocol(
        id=named.text if named else "",
        version=form.get("version", ""),
        tracks=tracks,
        no_news=read_no_news(tracks, words),
        about=form.get("about", "person"),
        title=form.get("title", {}),
        status=form.get("status", "draft"),
        adopted_by=form.get("adopted_by", ""),
        adopted_on=form.get("adopted_on"),
        in_force=commencement.get("in_force") if commencement else None,
        applies_to=_read_applies_to(commencement, words.desk),
        zone=check_zone(form.get("zone"), form.way("zone"), words.desk),
        calendar=words.calendars.name(form.get("calendar"), form.way("calendar")),
        opening=_read_opening(form, words),
        forbidden=_read_forbidden(tracks, words),
        exceptions=register.exceptions,
        waits=read_waits(words),
        letters=register.letters,
        **{name: getattr(register, name) for name in _SHARED},
    )


def _read_opening(form: Form, words: Vocabulary) -> Opening:
    opening: Form | str | None = form.get("opening")
    if opening is None or isinstance(opening, str):
        return Opening(any_event=opening == "any")
    event: str | None = opening.get("event")
    collect, required = words.fields(opening, "collect"), words.fields(opening, "required")
    return Opening(event=event, collect=collect, required=required)


def _read_forbidden(tracks: dict[str, Track], words: Vocabulary) -> dict[str, Forbidden]:
    found = {}
    for id_, rule in words.register.forbidden.items():
        never = words.condition(rule, "never")
        blocks = _read_blocks(rule, tracks, words.desk)
        alarm = words.roles(rule, "alarm")
        kind, source = rule.get("kind", ""), rule.get("source", "")
        if never is not None:
            found[id_] = Forbidden(id_, never, blocks, alarm, kind, source, texts(rule, "ref"))
    return found


def _read_blocks(rule: Form, tracks: Mapping[str, Track], desk: Desk) -> tuple[str, ...]:
    scalars: tuple[Scalar, ...] = rule.get("blocks", ())
    found = []
    for scalar in scalars:
        known = _actions_like(scalar.text, tracks) | {ERASING}
        if find("action", scalar, known, rule.way("blocks"), desk) is not None:
            found.append(scalar.text)
    return tuple(found)


def _actions_like(name: str, tracks: Mapping[str, Track]) -> set[str]:
    """Return the actions a name may mean: those of one step for ``track.step.action``, else all, by themselves."""
    track_id, _, rest = name.partition(".")
    step_id = rest.partition(".")[0]
    track = tracks.get(track_id)
    if track is not None and step_id in track.steps:
        step = track.steps[step_id]
        anywhere = track.at_any_step if step.final is None else {}
        return {f"{track_id}.{step_id}.{action}" for action in (*step.actions, *anywhere)}
    steps = (step for one in tracks.values() for step in one.steps.values())
    everywhere = {id_ for one in tracks.values() for id_ in one.at_any_step}
    return everywhere.union(*(step.actions for step in steps))
