"""A protocol as a drawing in DOT, the text language of Graphviz. Pure: protocol in, text out.

Each track is a cluster, its main line straight. A final step is round, with a second line around it if it is a
success; what may happen at any step is drawn once, from one hexagon. Limits and who is told stand as a note beside
their step: in broken lines as long as one of its numbers is only proposed. Colour never tells anything alone.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping

from engine.core.model import Action, Protocol, Step, TargetKind, Track
from engine.protocol.drawing.captions import Captions, deadlines_of
from engine.protocol.drawing.main_line import main_line

_HEAD = """\
    graph [labelloc="t", rankdir="TB", newrank="true", fontname="sans-serif", fontsize="20"];
    node [shape="box", style="filled", fillcolor="#ffffff", fontname="sans-serif"];
    edge [fontname="sans-serif", fontsize="11", color="#444444"];"""
_FINAL = {"shape": "ellipse", "fillcolor": "#eeeeee"}
_SUCCESS = {"shape": "ellipse", "fillcolor": "#d7efd9", "peripheries": "2"}
_ANY = {"shape": "hexagon", "fillcolor": "#e3e9f7"}
_BACK = {"shape": "cds", "fillcolor": "#e3e9f7"}
_NOTE = {"shape": "note", "fillcolor": "#fff8dc", "fontsize": "11"}
_PROPOSED = {**_NOTE, "style": "filled,dashed"}
_MAIN = {"weight": "20", "penwidth": "2.5", "color": "#000000"}
_BESIDE = {"style": "dotted", "arrowhead": "none", "constraint": "false"}
_STAYS = {"style": "dashed"}
_UP = {"constraint": "false"}
#: Signs in a line of a head, of a step, of an arrow and of a note.
_HEAD_WIDTH, _WIDE, _NARROW, _NOTE_WIDTH = 100, 32, 24, 60
_INDENT = "    "
_LINE_END, _LEFT_END = r"\n", r"\l"
_ESCAPES = {'"': r"\"", "\\": r"\\", "&": "&amp;"}


def dot(protocol: Protocol, language: str = "en") -> str:
    """Return the graph, titles in this language ("en", "km"); English, then the id, where a title is missing."""
    return "\n".join(_lines(Captions(protocol, language))) + "\n"


def _lines(captions: Captions) -> Iterator[str]:
    yield "digraph protocol {"
    yield _HEAD
    yield f"    label={_centred(captions.head(), _HEAD_WIDTH)};"
    for track in captions.protocol.tracks.values():
        yield from _cluster(track, captions)
    for track in captions.protocol.tracks.values():
        yield from _arrows(track, captions)
    yield "}"


def _cluster(track: Track, captions: Captions) -> Iterator[str]:
    line = main_line(track)
    yield f"    subgraph cluster_{track.id} {{"
    yield f'        label={_centred(captions.track(track), _HEAD_WIDTH)}; style="rounded"; color="#888888";'
    for step in track.steps.values():
        yield f"        {_node(track, step.id)} {_attributes(_box(step, captions), _place(track, step, line))};"
        yield from _note(track, step, captions)
    if track.at_any_step:
        yield f"        any_{track.id} {_attributes({'label': _centred(captions.word('any'), _WIDE)}, _ANY)};"
    if any(action.target.kind is TargetKind.PREVIOUS for action in _actions(track)):
        yield f"        back_{track.id} {_attributes({'label': _centred(captions.word('back'), _WIDE)}, _BACK)};"
    yield "    }"


def _box(step: Step, captions: Captions) -> dict[str, str]:
    form = _SUCCESS if step.success else _FINAL if step.final is not None else {}
    return {"label": _centred(captions.step(step), _WIDE), **form}


def _place(track: Track, step: Step, line: Mapping[str, str]) -> dict[str, str]:
    """Steps of one group stand in one line; the first step is drawn thick."""
    place = {"group": f"line_{track.id}"} if step.id in line else {}
    return {**place, "penwidth": "2.5"} if step.id == track.first_step else place


def _note(track: Track, step: Step, captions: Captions) -> Iterator[str]:
    lines = [line for limits, rungs in captions.limits(step) for line in (*limits, *(_INDENT + one for one in rungs))]
    if not lines:
        return
    node, note = _node(track, step.id), _node(track, step.id, "note")
    proposed = any(deadline.limit.basis.status != "adopted" for _, deadline in deadlines_of(step))
    label = _left(part for line in lines for part in _wrapped(line))
    yield f"        {note} {_attributes({'label': label}, _PROPOSED if proposed else _NOTE)};"
    yield f"        {node} -> {note} {_attributes(_BESIDE)};"
    yield f'        {{ rank="same"; {node}; {note}; }}'


def _wrapped(line: str) -> list[str]:
    indent = _INDENT if line.startswith(_INDENT) else ""
    return _wrap(line.strip(), _NOTE_WIDTH, indent, f"{indent}  ")


def _arrows(track: Track, captions: Captions) -> Iterator[str]:
    line, places = main_line(track), {id_: place for place, id_ in enumerate(track.steps)}
    for step in track.steps.values():
        for action in step.actions.values():
            form = _MAIN if line.get(step.id) == action.id else _form(track, action, places[step.id], places)
            yield _arrow(track, action, _node(track, step.id), form, captions)
    for action in track.at_any_step.values():
        yield _arrow(track, action, f"any_{track.id}", _form(track, action, -1, places), captions)


def _form(track: Track, action: Action, place: int, places: Mapping[str, int]) -> Mapping[str, str]:
    """Return how an arrow looks that is not on the main line; one that leads up moves no step from its place."""
    target = action.target
    if target.kind is not TargetKind.STEP:
        return _STAYS
    return _UP if target.track in {None, track.id} and places[target.step] <= place else {}


def _arrow(track: Track, action: Action, start: str, form: Mapping[str, str], captions: Captions) -> str:
    target = action.target
    ends = {TargetKind.STAYS: start, TargetKind.PREVIOUS: f"back_{track.id}"}
    end = ends.get(target.kind) or _name(target.track or track.id, target.step)
    label = _centred(captions.action(action), _NARROW)
    return f"    {start} -> {end} {_attributes({'label': label}, form)};"


def _actions(track: Track) -> Iterator[Action]:
    yield from track.at_any_step.values()
    for step in track.steps.values():
        yield from step.actions.values()


def _node(track: Track, step: str, kind: str = "step") -> str:
    return _name(track.id, step, kind)


def _name(track: str, step: str, kind: str = "step") -> str:
    """Return a name no other step has: the length tells where the track's id ends."""
    return f"{kind}{len(track)}_{track}_{step}"


def _attributes(*parts: Mapping[str, str]) -> str:
    """Return attributes in brackets; a label is quoted already."""
    every = {name: value for part in parts for name, value in part.items()}
    said = (f"{name}={value}" if name == "label" else f'{name}="{value}"' for name, value in every.items())
    return f"[{', '.join(said)}]"


def _centred(text: str, width: int) -> str:
    """Return a text as a label of lines that are not much longer than ``width``."""
    return f'"{_LINE_END.join(map(_escape, _wrap(text, width)))}"'


def _left(lines: Iterable[str]) -> str:
    """Return lines as a label, each beginning at the left."""
    return '"' + "".join(f"{_escape(line)}{_LEFT_END}" for line in lines) + '"'


def _wrap(text: str, width: int, indent: str = "", below: str = "") -> list[str]:
    """Return a text in lines; words stay whole, and Khmer, which writes none apart, is not cut."""
    form = textwrap.TextWrapper(width, indent, below, break_long_words=False, break_on_hyphens=False)
    return form.wrap(text)


def _escape(text: str) -> str:
    """Return a text so that DOT takes no sign of it for its own: quotes, its commands, its entities."""
    return "".join(_ESCAPES.get(sign) or (sign if sign.isprintable() else f"&#{ord(sign)};") for sign in text)
