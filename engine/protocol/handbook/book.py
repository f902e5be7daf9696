"""A protocol as a handbook: from its meaning and the outline of its files to chapters and articles. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.conditions import TrackIs, leaves
from engine.core.model import Forbidden, Protocol, Track
from engine.protocol.handbook.annexes import adopted_apart, annexes, authority, files_of, part_name, part_status
from engine.protocol.handbook.desk import Desk, together
from engine.protocol.handbook.rules import no_news_article, rule_article, waits_article
from engine.protocol.handbook.steps import any_step_article, step_article
from engine.protocol.handbook.tree import (
    Block,
    Chapter,
    Grid,
    Handbook,
    Listing,
    Look,
    Paragraph,
    Run,
    Section,
    plain,
)
from engine.protocol.outline import Outline
from engine.protocol.prose.conditions import sentence
from engine.protocol.prose.names import Names
from engine.protocol.prose.numerals import day, digits

#: Of the hash of a meaning as many signs are shown as nobody meets twice by chance.
_SHOWN = 16
_READING = ("articles", "ids", "lanes", "figures", "times", "owner", "unknown", "asked", "review")


def handbook(protocol: Protocol, files: Outline, language: str, alone: str | None = None) -> Handbook:
    """Return the handbook in this language ("en", "km"); ``alone``: only what one track needs."""
    desk = Desk(Names(protocol, language, files.answers, files.doubtful), files, alone)
    return Handbook(
        language=language,
        title=desk.names.title(),
        kind=desk.word("kind")
        if alone is None
        else desk.word("kind alone").format(desk.names.quoted(desk.names.track(alone))),
        version=desk.word("version").format(digits(protocol.version, language)),
        status=_status(desk),
        draft=protocol.status != "adopted" or bool(protocol.unadopted),
        front=tuple(_front(desk)),
        reading=_reading(desk),
        contents=desk.word("contents"),
        chapters=(*_chapters(desk), *annexes(desk)),
    )


def _status(desk: Desk) -> str:
    protocol = desk.protocol
    if protocol.status != "adopted" or protocol.adopted_on is None:
        return desk.word("draft")
    form = "part draft" if protocol.unadopted else "adopted"
    return desk.word(form).format(by=protocol.adopted_by, on=day(protocol.adopted_on, desk.names.language))


def _front(desk: Desk) -> Iterator[Block]:
    protocol, language = desk.protocol, desk.names.language
    if protocol.in_force is not None:
        form = "in force" if protocol.status == "adopted" and not protocol.unadopted else "planned"
        yield Paragraph(
            plain(desk.word(form).format(day(protocol.in_force, language), desk.word(protocol.applies_to)))
        )
    meaning = desk.word("fingerprint").partition("{}")
    yield Paragraph((*plain(meaning[0]), Run(protocol.meaning[:_SHOWN], Look.SMALL), *plain(meaning[2])))
    heads = tuple(map(desk.word, ("part", "file", "authority", "status")))
    rows = tuple(
        (
            plain(part_name(part, desk)),
            (Run(", ".join(files_of(part, desk)), Look.SMALL),),
            plain(authority(part, desk)),
            plain(part_status(part, desk)),
        )
        for part in adopted_apart(desk)
    )
    yield Grid(desk.word("parts"), heads, rows)


def _reading(desk: Desk) -> Section:
    """Return how a handbook is read."""
    said = (desk.word(f"read {one}") for one in _READING)
    return Section(desk.word("reading"), (Listing(tuple(plain(text) for text in said if text)),))


def _chapters(desk: Desk) -> Iterator[Chapter]:
    lanes = list(desk.protocol.tracks.values())
    for number, track in enumerate(lanes, 1):
        if track in desk.lanes:
            yield _lane(number, track, desk)
    articles = (no_news_article(desk), waits_article(desk))
    yield Chapter(_label(len(lanes) + 1, desk), desk.word("general"), "defaults", (), articles)
    rules = tuple(rule_article(rule, desk) for rule in desk.protocol.forbidden.values() if _concerns(rule, desk))
    if rules:
        opening = Paragraph(plain(desk.word("never intro")))
        yield Chapter(_label(len(lanes) + 2, desk), desk.word("never"), "forbidden", (opening,), rules)


def _concerns(rule: Forbidden, desk: Desk) -> bool:
    """Return whether a rule is told: if all are, or it is about the track, or about no track at all."""
    tracks = {leaf.track for leaf in leaves(rule.never) if isinstance(leaf, TrackIs)}
    return desk.alone is None or not tracks or desk.alone in tracks


def _lane(number: int, track: Track, desk: Desk) -> Chapter:
    articles = [step_article(track, step, desk) for step in track.steps.values()]
    if track.at_any_step:
        articles.append(any_step_article(track, desk))
    opening = (Paragraph(plain(together(_opening(track, desk)))),)
    return Chapter(_label(number, desk), desk.names.track(track.id), track.id, opening, tuple(articles))


def _opening(track: Track, desk: Desk) -> Iterator[str]:
    names = desk.names
    yield (
        desk.word("opens").format(sentence(track.opens_when, names)) if track.opens_when else desk.word("opens main")
    )
    if track.again:
        yield desk.word("again")
    if track.seen_by:
        yield desk.word("seen").format(names.all_of(map(names.role, track.seen_by)))
    part = desk.part_of(track.id)
    if part is not None:
        yield desk.word("adopts").format(authority(part, desk), part_status(part, desk))


def _label(number: int, desk: Desk) -> str:
    return desk.word("chapter").format(digits(number, desk.names.language))
