"""What holds for all lanes, and what must never happen: an article each."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.conditions import Condition
from engine.core.duration import Duration, Unit
from engine.core.model import Basis, Forbidden, Kind
from engine.protocol.handbook.desk import Desk, Paragraphs, together
from engine.protocol.handbook.tree import Article, Block, Line, Listing, Paragraph, Section, plain
from engine.protocol.prose.conditions import parts, sentence
from engine.protocol.prose.figures import no_news_limits, rungs
from engine.protocol.prose.numbering import FORBIDDEN, NO_NEWS, WAITS
from engine.protocol.prose.numerals import duration

#: What the language itself gives those who are asked, where a protocol says nothing.
_WAITS = {
    "approval": Duration(2, Unit.WORKING_DAYS),
    "review": Duration(24, Unit.HOURS),
    "request": Duration(5, Unit.WORKING_DAYS),
    "transfer": Duration(2, Unit.WORKING_DAYS),
}


def no_news_article(desk: Desk) -> Article:
    """Return the article of cases of which nothing is heard."""
    numbers = Paragraphs(desk)
    rule = desk.protocol.no_news
    told = desk.word("told own").format("; ".join(rungs(rule.rungs, desk.names)))
    lines = [
        numbers.add(
            plain(together((desk.word("no news").format(no_news_limits(rule, desk.names)), desk.word("unsourced"))))
        ),
        numbers.add(plain(together((told, desk.word("rhythm nature"))))),
    ]
    return _article(NO_NEWS, "no news title", lines, desk)


def waits_article(desk: Desk) -> Article:
    """Return the article of those who are asked for something."""
    numbers, language = Paragraphs(desk), desk.names.language
    nature = desk.word("time nature")
    waits = {name: desk.protocol.waits.get(name, default) for name, default in _WAITS.items()}
    lines = [
        numbers.add(plain(together((desk.word(f"wait {name}").format(duration(length, language)), nature))))
        for name, length in waits.items()
    ]
    told = desk.word("waits told").format(desk.names.article(NO_NEWS))
    lines.append(numbers.add(plain(together((told, desk.word("unsourced"))))))
    return _article(WAITS, "waits title", lines, desk)


def _article(id_: str, title: str, lines: list[Paragraph], desk: Desk) -> Article:
    names = desk.names
    section = Section("", tuple(lines))
    return Article(
        names.numbers[id_], names.article(id_), desk.word(title), id_, desk.files.place(id_), (), (section,)
    )


def rule_article(rule: Forbidden, desk: Desk) -> Article:
    """Return the article of a forbidden rule."""
    id_ = f"{FORBIDDEN}.{rule.id}"
    names = desk.names
    return Article(
        number=names.numbers[id_],
        label=names.article(id_),
        title=rule.id.replace("_", " "),
        id=id_,
        place=desk.files.place(id_),
        refs=rule.ref,
        sections=(Section("", tuple(_rule_blocks(rule, desk))),),
    )


def _rule_blocks(rule: Forbidden, desk: Desk) -> Iterator[Block]:
    numbers, names = Paragraphs(desk), desk.names
    said = [_part(one, desk) for one in parts(rule.never)]
    if len(said) == 1:
        yield numbers.add(plain(desk.word("never one").format(said[0])))
    else:
        yield numbers.add(plain(desk.word("never all")))
        yield Listing(tuple(plain(one) for one in said))
    if rule.blocks:
        yield numbers.add(plain(desk.word("blocks").format(names.all_of(_blocked(one, desk) for one in rule.blocks))))
    if rule.alarm:
        yield numbers.add(plain(desk.word("alarm").format(names.all_of(map(names.role, rule.alarm)))))
    yield numbers.add(_nature(rule, desk))


def _part(condition: Condition, desk: Desk) -> str:
    """Return what must be so; a length of time in it says that no source is named for it."""
    said, times = sentence(condition, desk.names), desk.of_condition(condition)
    return f"{said} ({times.rstrip('.។')})" if times else said


def _nature(rule: Forbidden, desk: Desk) -> Line:
    """Return the nature of a rule: adopted with its protocol, or proposed like everything in a draft."""
    protocol = desk.protocol
    adopted = protocol.status == "adopted" and protocol.adopted_on is not None and not protocol.unadopted
    kind = Kind(rule.kind) if rule.kind else Kind.DEFAULT
    if not adopted:
        return desk.nature(Basis(kind, rule.source))
    return desk.nature(Basis(kind, rule.source, "adopted", protocol.adopted_by, protocol.adopted_on))


def _blocked(name: str, desk: Desk) -> str:
    if name == "erasing":
        return desk.word("blocks erasing")
    names = desk.names
    action = name.rpartition(".")[2]
    for track in desk.protocol.tracks.values():
        for actions in (*(step.actions for step in track.steps.values()), track.at_any_step):
            if action in actions:
                return names.quoted(names.action(actions[action]))
    return names.quoted(action)
