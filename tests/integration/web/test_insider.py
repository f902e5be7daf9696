"""The hostile insider: police, commune, who runs a shelter, a supervisor who is named in a complaint.

Each tries in many ways to learn whether a person is known, in two worlds that differ in this alone: in one her case
is open, marked, agreed to, offered and complained about; in the other she never came. Whoever could tell the answers
of one from those of the other would have learnt it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import unified_diff
from itertools import count
from pathlib import Path
from time import perf_counter

import pytest
from starlette.testclient import TestClient

from engine.core.case.commands import Actor, GiveConsent, HandOver
from engine.core.people.commands import AddConflict
from engine.core.people.directory import ConflictKind
from engine.run.accounts.keys import WRITE
from engine.run.cases.casework import Opening
from tests.support.access import ABSENT
from tests.support.office import FOUNDED
from tests.support.pages import BASE, Pages
from tests.support.ring import PEOPLE, Ring, copied, enter
from tests.support.shift import LATE, MORNING, mails, tick
from tests.support.ways import BORN, NAME, PAPER, TELEPHONE, WAYS, Insider
from web.guards.pace import MINUTE, Pace

#: Police of the province, the commune, who runs a shelter there, the supervisor who is complained about.
INSIDERS = {one: PEOPLE[one] for one in ("police", "commune", "shelter manager", "supervisor")}
ATTEMPTS = {f"{through}: {name}": way for through, ways in WAYS.items() for name, way in ways.items()}
LEADER = "sok_phalla"


@dataclass(frozen=True, slots=True)
class World:
    """An office in which she is known or not; ``code``: of her case, the same in both; ``known``: all other cases."""

    pages: Pages
    code: str
    known: frozenset[str]

    def insider(self, who: str, ring: Ring) -> Insider:
        """Return somebody inside, with a program of hers."""
        pages = self.pages
        pages.app.state.pace = Pace(count(0.0, MINUTE).__next__)  # haste is another matter, and the same for both
        key = pages.desk.keys.make(PEOPLE[who], "a program", WRITE)
        program = TestClient(
            pages.app, base_url=BASE, headers={"authorization": f"Bearer {key}"}, follow_redirects=False
        )
        browser = enter(pages, PEOPLE[who])
        return Insider(browser, program, self.code, ring.own[who])


def come(pages: Pages) -> str:
    """Let her come: her case is opened, marked, agreed to, offered, and the supervisor complained about in it."""
    desk = pages.desk
    code = desk.casework.open(LEADER, Opening("care", {"who": NAME})).id
    desk.marks.note(LEADER, code, {"telephone": TELEPHONE, "paper": PAPER, "name": f"{NAME} {BORN}"})
    desk.casework.do(LEADER, code, GiveConsent(actor=Actor(), consent="exam", given=True))
    offered = HandOver(actor=Actor(), role="legal_counsel", to_user="it_romdoh", reason="a hearing", consent="exam")
    desk.casework.do(LEADER, code, offered)
    return code


@pytest.fixture
def worlds(ring: Ring, tmp_path: Path) -> Iterator[tuple[World, World]]:
    """Return the world in which she is known, and the one in which she is not."""
    known, unknown = (Pages(copied(ring.folder, tmp_path / name)) for name in ("known", "unknown"))
    code = come(known)
    for one in (known, unknown):
        complaint = AddConflict(by="t", about=code, kind=ConflictKind.PERSON, id=INSIDERS["supervisor"])
        one.office.people.change([complaint], one.office.time.now())
    cases = frozenset(unknown.office.cases.cases())
    yield World(known, code, cases), World(unknown, code, cases)
    for one in (known, unknown):
        one.office.close()


def learnt(status: int, text: str, world: World) -> tuple[int, str]:
    """Return what an answer tells, but for the code that was asked for and what is drawn anew each time."""
    for form in (world.code, world.code.lower(), world.code.replace("-", ""), world.code.replace("-", "").lower()):
        text = text.replace(form, "CODE")
    text = re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", lambda one: one[0] if one[0] in world.known else "NEW", text)
    return status, re.sub(r"[A-Za-z0-9_-]{12,}|\d\d:\d\d", lambda one: drawn(one[0]), text)


def drawn(text: str) -> str:
    """Return a word, or a sign for one that is drawn anew each time: a key, a token, a time of this machine."""
    is_plain = text.islower() and not re.search(r"\d", text)
    return text if is_plain or re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", text) else "DRAWN"


def told(world: World, who: str, ring: Ring) -> Mapping[str, tuple[int, str]]:
    """Let somebody try everything, in turn; return what each attempt told."""
    insider, found = world.insider(who, ring), {}
    for name, way in ATTEMPTS.items():
        answer = way(insider)
        head = " ".join(answer.headers.get(one, "") for one in ("location", "allow", "retry-after", "etag"))
        found[name] = learnt(answer.status_code, answer.text + head, world)
    return found


def lines(one: tuple[int, str], other: tuple[int, str]) -> list[str]:
    """Return in which lines two answers differ."""
    before, after = (f"{status}\n{text}".splitlines() for status, text in (one, other))
    return list(unified_diff(before, after, lineterm="", n=0))


@pytest.mark.parametrize("who", INSIDERS)
def test_no_attempt_tells_whether_a_person_is_known(worlds: tuple[World, World], ring: Ring, who: str) -> None:
    """Of all attempts none: the same in both worlds, and nothing of hers stands in any answer."""
    with_her, without = (told(world, who, ring) for world in worlds)
    assert {name: lines(with_her[name], without[name]) for name in ATTEMPTS if with_her[name] != without[name]} == {}
    shown = [name for name, (_, text) in with_her.items() if name.startswith("counts") and NAME in text]
    assert shown == []


def test_there_are_fifty_attempts_for_each_through_everything_that_could_tell() -> None:
    """At least fifty for each of the four, through every channel that could leak."""
    assert len(ATTEMPTS) >= 50
    assert len(INSIDERS) == 4
    assert {"search", "duplicates", "counts", "mail", "errors", "statistics", "emergency", "programs"} <= set(WAYS)


def test_the_same_ways_tell_her_own_worker(worlds: tuple[World, World], ring: Ring) -> None:
    """What tells the four nothing does tell whoever leads her case: the two worlds are not alike for everybody."""
    with_her, without = (told(world, "leads the case", ring) for world in worlds)
    assert sum(with_her[name] != without[name] for name in ATTEMPTS) >= 50


@pytest.mark.parametrize("who", INSIDERS)
def test_the_time_of_an_answer_tells_nothing(worlds: tuple[World, World], ring: Ring, who: str) -> None:
    """A case that is there and none take as long, taken in turns; of each the quicker quarter counts."""
    insider = worlds[0].insider(who, ring)
    times: dict[str, list[float]] = {worlds[0].code: [], ABSENT: []}
    for _ in range(60):
        for code, found in times.items():
            begin = perf_counter()
            insider.browser.get(f"/case/{code}")
            found.append(perf_counter() - begin)
    there, none = (sorted(found)[len(found) // 4] for found in times.values())
    assert abs(there - none) / max(there, none) < 0.2, (there, none)


def test_no_mail_depends_on_whether_she_is_known(ring: Ring, tmp_path: Path) -> None:
    """What the four are sent in nine days, and the desk of the supervisor's agency, is the same in both worlds."""
    sent: list[dict[str, list[str]]] = []
    code = ""
    for name in ("known", "unknown"):
        office = copied(ring.folder, tmp_path / name, days=0)
        pages = Pages(office)
        addresses = {who: office.people.now().users[user].email for who, user in INSIDERS.items()}
        code = code or come(pages)
        complaint = AddConflict(by="t", about=code, kind=ConflictKind.PERSON, id=INSIDERS["supervisor"])
        office.people.change([complaint], office.time.now())
        known = frozenset(office.cases.cases()) - {code}
        office.close()
        for now in (FOUNDED + timedelta(days=5), LATE, MORNING):
            tick(tmp_path / name, now)
        world, found = World(pages, code, known), {}
        for who, address in addresses.items():
            read = [one for one in mails(tmp_path / name) if address in one.partition("\n")[0]]
            found[who] = sorted(learnt(0, one, world)[1] for one in read)
        sent.append(found)
        assert len(mails(tmp_path / name)) > len(INSIDERS)
    assert sent[0] == sent[1]
    assert sent[0]["supervisor"]


def test_every_attempt_is_on_record(worlds: tuple[World, World], ring: Ring) -> None:
    """The access log names who tried, what, and when: an odd pattern can be seen."""
    told(worlds[0], "police", ring)
    office = worlds[0].pages.office
    log = office.access.of_day(office.time.now().date())
    refused = [one for one in log if one.by == INSIDERS["police"] and one.what == "refused"]
    assert len([one for one in refused if one.case == worlds[0].code]) >= 30
