"""What may count as a success: never silence, and hardly an outcome that tells of loss or of an end from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine.core.model import Action, Protocol, Step, TargetKind, Track
from engine.protocol.building.dangers import Warned, warn
from engine.protocol.building.places import Places
from engine.protocol.schema.forms import Desk

#: A step, and who leads there without a person, in words.
Way = tuple[tuple[str, str], str]

#: Words of an outcome that is hardly a success.
_TELLING = re.compile(
    r"\b(?:lost|silen(?:ce|t)|no (?:reply|answer|contact|news)|unanswered|fund(?:s|ing|ed)?|trial|unknown|die[ds]"
    r"|dead|death|deceased|abort\w*|abandon\w*|disappear\w*|vanish\w*|missing|not found|fail(?:ed|ure)?|gave up"
    r"|given up|expired|timed out|trafficked again|re trafficked|not a success)\b",
    re.IGNORECASE,
)
_TELLING_KHMER = (  # km: for review
    *("បាត់", "ស្ងាត់", "មូលនិធិ", "ថវិកា", "សវនាការ", "មិនដឹង", "មិនស្គាល់", "ស្លាប់", "មរណភាព", "បោះបង់", "បរាជ័យ"),
    *("រងគ្រោះម្តងទៀត", "មិនមែនជាជោគជ័យ"),
)


def check_successes(tracks: Mapping[str, Track], places: Places, desk: Desk) -> None:
    """Report each success to which a case comes though nobody acts: silence is none."""
    told: set[tuple[str, str]] = set()
    for spot, who in _silent_ways(tracks):
        step = tracks[spot[0]].steps.get(spot[1]) if spot[0] in tracks else None
        if step is None or not step.success or spot in told:
            continue
        told.add(spot)
        path = f"tracks.{spot[0]}.steps.{spot[1]}.success"
        message = f"The step `{step.id}` counts as a success, but {who} leads there without a person."
        hint = "Silence is no success: delete `success`, or let a person take the action."
        desk.report("SP541", places.key(path), path, message, hint)


def _silent_ways(tracks: Mapping[str, Track]) -> Iterator[Way]:
    for track in tracks.values():
        if track.opens_when is not None:
            yield (track.id, track.first_step), f"the opening of the track `{track.id}`"
        for action in track.at_any_step.values():
            if action.automatic:
                yield from _way(track, action, "at any step")
        for step in track.steps.values():
            limits = set(_at_limits(step))
            for action in step.actions.values():
                if action.automatic or action.id in limits:
                    yield from _way(track, action, f"at the step `{step.id}`")
            for name in sorted(limits - step.actions.keys()):
                yield from _way(track, track.at_any_step[name], f"at the step `{step.id}`")


def _way(track: Track, action: Action, where: str) -> Iterator[Way]:
    if action.target.kind is TargetKind.STEP:
        yield (action.target.track or track.id, action.target.step), f"`{action.id}` {where}"


def _at_limits(step: Step) -> Iterator[str]:
    """Yield the actions that a deadline of the step or of its tasks takes at its limit."""
    own = (*step.deadlines.values(), *(one for task in step.tasks.values() for one in task.deadlines.values()))
    return (one.then for one in own if one.then is not None)


def find_false_successes(protocol: Protocol) -> Iterator[Warned]:
    """Yield a warning for each success whose outcome or title says otherwise."""
    for track in protocol.tracks.values():
        for step in track.steps.values():
            word = _telling(step) if step.success else None
            if word is not None:
                message = f"The step `{step.id}` counts as a success, but its outcome says `{word}`."
                hint = "Delete `success`; if it truly is one, call it by what was reached."
                yield warn("SP620", f"tracks.{track.id}.steps.{step.id}.success", message, hint)


def _telling(step: Step) -> str | None:
    words = f"{step.final} | {step.title.get('en', '')}".replace("_", " ").replace("-", " ")
    found = _TELLING.search(words)
    if found:
        return found.group()
    return next((one for one in _TELLING_KHMER if one in step.title.get("km", "").replace("\u200b", "")), None)
