"""A protocol as a drawing in the text language of Mermaid. Pure: protocol in, text out.

Each track is a lane. A final step is round; what may happen at any step of a track is drawn once, from one hexagon;
deadlines stand as notes beside their step. All labels are escaped: nothing from a file can break the drawing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from engine.core.judging.wording import describe
from engine.core.model import Action, Basis, Deadline, Protocol, Step, TargetKind, Text, Track

_PLAIN = frozenset(" .,:-+/=!?()'%_")
_WORDS = {
    "en": {"any": "at any step", "back": "back to the step before", "opens": "opens when", "itself": "by itself"},
    "km": {"any": "នៅជំហានណាក៏បាន", "back": "ត្រឡប់ទៅជំហានមុន", "opens": "បើកពេល", "itself": "ដោយស្វ័យប្រវត្តិ"},
}


def mermaid(protocol: Protocol, language: str = "en") -> str:
    """Return the flowchart, titles in this language ("en", "km"); English, then the id, where a title is missing."""
    return "\n".join(_lines(protocol, language)) + "\n"


def _lines(protocol: Protocol, language: str) -> Iterator[str]:
    yield "---"
    title = f"{_say(protocol.title, language, protocol.id)} ({protocol.version})"
    yield f"title: {json.dumps(title, ensure_ascii=False)}"
    yield "---"
    yield "flowchart TD"
    for track in protocol.tracks.values():
        yield from _lane(track, language)
    for track in protocol.tracks.values():
        yield from _arrows(track, language)
    yield "    classDef deadline fill:#fff8dc,stroke:#b8860b,stroke-dasharray:3 3"
    yield "    classDef final fill:#e8f5e9,stroke:#2e7d32"


def _lane(track: Track, language: str) -> Iterator[str]:
    title = _say(track.title, language, track.id)
    if track.opens_when is not None:
        title += f" - {_WORDS[language]['opens']} {describe(track.opens_when)}"
    yield f"    subgraph lane_{track.id}[{_quoted(title)}]"
    for step in track.steps.values():
        yield from _box(track, step, language)
    if track.at_any_step:
        yield f"        any_{track.id}{{{{{_quoted(_WORDS[language]['any'])}}}}}"
    if any(_leads_back(action) for action in _all_actions(track)):
        yield f"        back_{track.id}(({_quoted(_WORDS[language]['back'])}))"
    yield "    end"


def _box(track: Track, step: Step, language: str) -> Iterator[str]:
    label, node = _quoted(_say(step.title, language, step.id)), _node(track.id, step.id)
    yield f"        {node}([{label}]):::final" if step.final is not None else f"        {node}[{label}]"
    deadlines = [
        *step.deadlines.values(),
        *(one for task in step.tasks.values() for one in task.deadlines.values()),
    ]
    if deadlines:
        note = "<br/>".join(_escape(_deadline(one, language)) for one in deadlines)
        yield f'        {_node(track.id, step.id, "note")}["{note}"]:::deadline -.- {node}'


def _deadline(deadline: Deadline, language: str) -> str:
    limit = deadline.limit
    numbers = (limit.duration, *limit.cases.values(), limit.otherwise)
    amount = " / ".join(dict.fromkeys(str(one) for one in numbers if one is not None))
    before = f" before {limit.before}" if limit.before else ""
    return f"{_say(deadline.title, language, deadline.id)}: {amount}{before} ({_basis(limit.basis)})"


def _basis(basis: Basis) -> str:
    """Return the kind of a number, and whose it is; a proposed one is never shown as law (30)."""
    kind = basis.kind.value if basis.status == "adopted" else f"{basis.kind.value}, {basis.status}"
    return f"{kind}; {basis.jurisdiction}" if basis.jurisdiction else kind


def _arrows(track: Track, language: str) -> Iterator[str]:
    for step in track.steps.values():
        for action in step.actions.values():
            yield _arrow(track, action, _node(track.id, step.id), language)
    for action in track.at_any_step.values():
        yield _arrow(track, action, f"any_{track.id}", language)


def _arrow(track: Track, action: Action, start: str, language: str) -> str:
    label = _say(action.title, language, action.id)
    if action.automatic:
        label += f" ({_WORDS[language]['itself']})"
    target = action.target
    if target.kind is TargetKind.STEP:
        return f"    {start} -->|{_quoted(label)}| {_node(target.track or track.id, target.step)}"
    end = start if target.kind is TargetKind.STAYS else f"back_{track.id}"
    return f"    {start} -.->|{_quoted(label)}| {end}"


def _all_actions(track: Track) -> Iterable[Action]:
    yield from track.at_any_step.values()
    for step in track.steps.values():
        yield from step.actions.values()


def _leads_back(action: Action) -> bool:
    return action.target.kind is TargetKind.PREVIOUS


def _node(track: str, step: str, kind: str = "step") -> str:
    """Return a name no other step has, also where underscores of the ids look like those between them."""
    length = len(track) if "__" in track or track.endswith("_") else ""
    return f"{kind}{length}_{track}__{step}"


def _say(text: Text, language: str, otherwise: str) -> str:
    return text.get(language) or text.get("en") or otherwise


def _quoted(text: str) -> str:
    return f'"{_escape(text)}"'


def _escape(text: str) -> str:
    """Write every sign that Mermaid might take for its own as a number."""
    return "".join(sign if _is_plain(sign) else f"#{ord(sign)};" for sign in " ".join(text.split()))


def _is_plain(sign: str) -> bool:
    return sign in _PLAIN or (sign.isascii() and sign.isalnum()) or (not sign.isascii() and sign.isprintable())
