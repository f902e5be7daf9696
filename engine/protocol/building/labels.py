"""Warnings about texts: outside labels that tell too much, labels and Khmer texts that are missing (29)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.core.model import Protocol, Step, Text
from engine.protocol.building.dangers import Warned, warn

#: Words by which a mail would betray what it is about; parts of words count where they can mean nothing else.
_TELLING = re.compile(
    r"\b(?:hiv|aids|pep|sti|std|exam\w*|rap(?:e[ds]?|ist)|court|judge|prosecut\w*|traffick\w*|shelter\w*|police|victim\w*"
    r"|clinic\w*|hospital\w*|medic\w*|doctor|nurse|abus\w*|assault\w*|sex\w*|pregnan\w*|abort(?:ion|ions|ed)|contracept\w*"
    r"|evidence|forensic\w*|suicid\w*|psych\w*|repatriat\w*|deport\w*|slave\w*|exploit\w*|brothel\w*|prostitut\w*"
    r"|rescue\w*|suspect\w*|crime|criminal|violence|trial|testimon\w*|witness\w*)\b",
    re.IGNORECASE,
)
_TELLING_KHMER = (
    *("មេរោគអេដស៍", "អេដស៍", "រំលោភ", "តុលាការ", "ជួញដូរ", "ប៉ូលិស", "នគរបាល", "មន្ទីរពេទ្យ", "គ្លីនិក", "ពិនិត្យ"),
    *("ជនរងគ្រោះ", "រងគ្រោះ", "មណ្ឌល", "ផ្លូវភេទ", "មានផ្ទៃពោះ", "គភ៌", "ព្រះរាជអាជ្ញា", "ចៅក្រម", "វេជ្ជសាស្ត្រ", "គ្រូពេទ្យ"),
    *("ភស្តុតាង", "សាក្សី", "ជនសង្ស័យ", "ឧក្រិដ្ឋ", "ហិង្សា", "ធ្វើមាតុភូមិនិវត្តន៍", "សង្គ្រោះ", "អត្តឃាត"),
)


def find_labels(protocol: Protocol) -> Iterator[Warned]:
    """Yield warnings about the texts of a protocol."""
    for track in protocol.tracks.values():
        for step in track.steps.values():
            path = f"tracks.{track.id}.steps.{step.id}"
            yield from _judge_label(path, step)
    yield from _find_untranslated(protocol)


def _judge_label(path: str, step: Step) -> Iterator[Warned]:
    told = _telling(step.outside_label)
    if told:
        message = f"The outside label of `{step.id}` says `{told}`, which a mail must not."
        hint = "Say only how urgent it is: `Time-critical task`."
        yield warn("SP613", f"{path}.outside_label", message, hint, at_value=True)
    elif not step.outside_label and (step.deadlines or any(task.deadlines for task in step.tasks.values())):
        message = f"The step `{step.id}` sends mails, but has no `outside_label` for them."
        yield warn("SP615", path, message, "Add `outside_label: {en: Routine task}` with nothing telling in it.")


def _telling(label: Text) -> str | None:
    found = _TELLING.search(label.get("en", ""))
    if found:
        return found.group()
    return next((word for word in _TELLING_KHMER if word in label.get("km", "").replace("\u200b", "")), None)


def _find_untranslated(protocol: Protocol) -> Iterator[Warned]:
    """A protocol in both languages has both everywhere; one in English only is not told so at every line."""
    texts = list(_texts(protocol))
    if any("km" in text for _, text in texts):
        for path, text in texts:
            if text and "km" not in text:
                message = "The Khmer text is missing; people would read English here."
                yield warn("SP614", path, message, 'Add `km: "..."`.', at_value=True)


def _texts(protocol: Protocol) -> Iterator[tuple[str, Text]]:
    yield "title", protocol.title
    for id_, field in protocol.fields.items():
        yield f"fields.{id_}.label", field.label
    for id_, consent in protocol.consents.items():
        for key, text in (("title", consent.title), ("recipient", consent.recipient), ("purpose", consent.purpose)):
            yield f"consents.{id_}.{key}", text
    for id_, role in protocol.roles.items():
        yield f"roles.{id_}.title", role.title
    for track in protocol.tracks.values():
        yield f"tracks.{track.id}.title", track.title
        for step in track.steps.values():
            path = f"tracks.{track.id}.steps.{step.id}"
            yield f"{path}.title", step.title
            yield f"{path}.outside_label", step.outside_label
            yield from ((f"{path}.tasks.{id_}.title", task.title) for id_, task in step.tasks.items())
            yield from ((f"{path}.actions.{id_}.title", action.title) for id_, action in step.actions.items())
        for id_, action in track.at_any_step.items():
            yield f"tracks.{track.id}.at_any_step.{id_}.title", action.title
