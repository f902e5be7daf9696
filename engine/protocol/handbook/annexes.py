"""Tables at the end: consents, every limit, every list of those who are told, roles; and the page for signing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.core.conditions import ConsentGiven, leaves
from engine.core.model import Consent, Limit, Needs, Role
from engine.protocol.handbook.desk import Desk
from engine.protocol.handbook.limits import deadlines_of, used_in
from engine.protocol.handbook.tree import Chapter, Grid, Line, Paragraph, plain
from engine.protocol.outline import Part
from engine.protocol.prose.figures import amount, rungs
from engine.protocol.prose.numerals import day, duration

_LETTERS = {"en": "ABCDEF", "km": "កខគឃងច"}


def annexes(desk: Desk) -> Iterator[Chapter]:
    """Yield the annexes."""
    tables: list[Callable[[Desk], Chapter | None]] = [_consents, _limits, _lists, _roles]
    letters = iter(_LETTERS[desk.names.language])
    for table in tables:
        chapter = table(desk)
        if chapter is not None:
            label = desk.word("annex").format(next(letters))
            yield Chapter(label, chapter.title, chapter.id, chapter.opening)
    yield _signing(desk)


def _consents(desk: Desk) -> Chapter | None:
    named = _named(desk)
    told = [one for one in desk.protocol.consents.values() if desk.alone is None or one.id in named]
    if not told:
        return None
    heads = tuple(map(desk.word, ("consent", "recipient", "aim of", "holds", "id")))
    rows = tuple(_consent(one, desk) for one in told)
    intro = Paragraph(plain(desk.word("consents intro")))
    return Chapter("", desk.word("consents"), "consents", (intro, Grid(desk.word("consents"), heads, rows)))


def _named(desk: Desk) -> set[str]:
    """Return the consents that actions of the told lanes require or ask for."""
    found: set[str] = set()
    for track in desk.lanes:
        every = (*(step.actions for step in track.steps.values()), track.at_any_step)
        for action in (action for actions in every for action in actions.values()):
            found |= {one.id for one in action.required if one.needs is Needs.CONSENT}
            tests = leaves(action.only_if) if action.only_if is not None else ()
            found |= {leaf.consent for leaf in tests if isinstance(leaf, ConsentGiven)}
    return found


def _consent(one: Consent, desk: Desk) -> tuple[Line, ...]:
    names = desk.names
    if one.expires is None:
        holds = desk.word("until revoked")
    else:
        holds = desk.word("holds for").format(duration(one.expires, names.language))
    if one.opens_to:
        opens = desk.word("consent opens").format(names.all_of(map(names.role, one.opens_to)))
        holds = f"{holds}; {opens}"
    if one.seen_by:
        seen = desk.word("consent seen").format(names.all_of(map(names.role, one.seen_by)))
        holds = f"{holds}; {seen}"
    refs = f" {desk.word('refs').format(', '.join(one.ref))}" if one.ref else ""
    return (
        plain(names.say(one.title, one.id)),
        plain(names.say(one.recipient, "") if one.recipient else "-"),
        plain(names.say(one.purpose, "") if one.purpose else "-"),
        plain(holds),
        (desk.where(f"consents.{one.id}", one.id + refs),),
    )


def _limits(desk: Desk) -> Chapter | None:
    if not desk.protocol.limits:
        return None
    heads = tuple(map(desk.word, ("id", "figure", "nature head", "used")))
    used = {one.id: list(used_in(one.id, desk)) for one in desk.protocol.limits.values()}
    rows = tuple(_limit(one, used[one.id], desk) for one in desk.protocol.limits.values() if used[one.id])
    if not rows:
        return None
    return Chapter("", desk.word("figures"), "limits", (Grid(desk.word("figures"), heads, rows),))


def _limit(one: Limit, used: list[str], desk: Desk) -> tuple[Line, ...]:
    refs = f" {desk.word('refs').format(', '.join(one.ref))}" if one.ref else ""
    length = amount(one, desk.names)
    if one.aim is not None:
        length += f". {desk.word('aim').format(duration(one.aim, desk.names.language))}"
    return (
        (desk.where(f"limits.{one.id}", one.id + refs),),
        plain(length),
        desk.nature(one.basis, named=False),
        plain(", ".join(map(desk.names.number, used))),
    )


def _lists(desk: Desk) -> Chapter | None:
    if not desk.protocol.escalations:
        return None
    heads = tuple(map(desk.word, ("list head", "tells", "id")))
    rows = tuple(
        (
            plain(one.id.replace("_", " ")),
            plain("; ".join(rungs(one.rungs, desk.names))),
            (desk.where(f"escalations.{one.id}", one.id),),
        )
        for one in desk.protocol.escalations.values()
        if desk.alone is None or one.id in _used_lists(desk)
    )
    if not rows:
        return None
    intro = Paragraph(plain(desk.word("lists intro")))
    return Chapter("", desk.word("lists"), "escalations", (intro, Grid(desk.word("lists"), heads, rows)))


def _used_lists(desk: Desk) -> set[str | None]:
    every = (deadline for track in desk.lanes for step in track.steps.values() for _, deadline in deadlines_of(step))
    return {deadline.escalation for deadline in every}


def _roles(desk: Desk) -> Chapter | None:
    if not desk.protocol.roles:
        return None
    heads = tuple(map(desk.word, ("role", "chain", "id")))
    rows = tuple(_role(one, desk) for one in desk.protocol.roles.values())
    return Chapter("", desk.word("roles"), "roles", (Grid(desk.word("roles"), heads, rows),))


def _role(one: Role, desk: Desk) -> tuple[Line, ...]:
    notes = [one.ministry] if one.ministry else []
    notes += [desk.word("outside state")] if one.outside_state else []
    notes += [] if one.account else [desk.word("no account")]
    notes += [desk.word("always")] if one.always_reached else []
    return plain(desk.names.say(one.title, one.id)), plain("; ".join(notes)), (desk.where(f"roles.{one.id}", one.id),)


def _signing(desk: Desk) -> Chapter:
    """Return the page for signing: a row for each authority, and for whoever adopts the protocol itself."""
    heads = tuple(map(desk.word, ("authority", "part", "name", "day", "signature")))
    rows = [(plain(who), plain("; ".join(what)), (), (), ()) for who, what in _signers(desk).items()]
    intro = Paragraph(plain(desk.word("signing intro")))
    return Chapter(
        "", desk.word("signing"), "signatures", (intro, Grid(desk.word("signing"), heads, tuple(rows), blank=True))
    )


def _signers(desk: Desk) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in adopted_apart(desk):
        found.setdefault(authority(part, desk), []).append(part_name(part, desk))
    return found


def adopted_apart(desk: Desk) -> list[Part]:
    """Return the parts that are adopted each by itself: the protocol, and whatever names an authority."""
    first, *others = desk.files.parts
    if desk.alone is not None:
        return [desk.part_of(desk.alone) or first]
    return [first, *(part for part in others if part.authority)]


def files_of(part: Part, desk: Desk) -> list[str]:
    """Return the files that are adopted with a part."""
    first, *others = desk.files.parts
    return [part.file, *(one.file for one in others if not one.authority)] if part is first else [part.file]


def authority(part: Part, desk: Desk) -> str:
    """Return who must adopt a part."""
    return desk.names.say(part.authority, "") if part.authority else desk.word("with protocol")


def part_name(part: Part, desk: Desk) -> str:
    """Return what a part is called."""
    name = desk.names.title() if part is desk.files.parts[0] else desk.names.say(part.title, part.file)
    return desk.word("shared parts").format(name) if part is desk.files.parts[0] else name


def part_status(part: Part, desk: Desk) -> str:
    """Return whether a part is adopted."""
    if part.status == "adopted" and part.adopted_on is not None:
        return desk.word("is adopted").format(by=part.adopted_by, on=day(part.adopted_on, desk.names.language))
    return desk.word("is draft")
