"""The orders of the page: each change fits the shipped files, is sound, and means what the order says."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from engine.core.conditions import Condition
from engine.core.judging.wording import describe
from engine.core.model import Deadline, MessageKind, Protocol, RungAt
from engine.protocol.compile import compile as compile_protocol
from engine.protocol.problems import Problem
from tests.documents import ROOT, page

PAGE = "docs/how-to/carry-out-an-order.md"
_ORDER = re.compile(r"^## (?P<number>\d+)\. .*?\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```order\n(.*?)^```$", re.MULTILINE | re.DOTALL)
Files = dict[str, str]


@cache
def orders() -> dict[int, str]:
    """Return the change that each order of the page needs, "" where it needs none, by its number."""
    found = {}
    for one in _ORDER.finditer(page(PAGE)):
        block = _BLOCK.search(one["text"])
        found[int(one["number"])] = block[1] if block else ""
    return found


def shipped() -> Files:
    """Return all files of the folder of protocols by their names in it."""
    folder = ROOT / "protocols"
    paths = [path for path in folder.rglob("*.yaml") if "scenarios" not in path.parts]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def changed(change: str) -> Files:
    """Return the files after a change: what its ``-`` lines say stands there once and becomes its ``+`` lines."""
    files, name, old, new = shipped(), "", list[str](), list[str]()
    for line in [*change.splitlines(), "--- "]:
        if old and new and not line.startswith("+"):
            before, after = "\n".join(old), "\n".join(new)
            assert files[name].count(before) == 1, f"{name} has it {files[name].count(before)} times: {before}"
            files[name] = files[name].replace(before, after)
            old, new = [], []
        if line.startswith("--- "):
            name = line.removeprefix("--- ")
        elif line[0] in "-+":
            (old if line[0] == "-" else new).append(line[1:])
    return files


def compiled(files: Files) -> tuple[dict[str, Protocol], list[Problem]]:
    """Return the protocols of the files by their ids, and every problem told of them."""
    roots = [name for name in files if Path(name).parent.name == "protocols"]
    found = [compile_protocol(files, root) for root in roots]
    protocols = {one.protocol.id: one.protocol for one in found if one.protocol is not None}
    return protocols, [problem for one in found for problem in one.problems]


@cache
def known() -> tuple[dict[str, Protocol], frozenset[str]]:
    """Return the shipped protocols, and what is told of them."""
    protocols, problems = compiled(shipped())
    return protocols, frozenset(f"{one.code} {one.path}" for one in problems)


@pytest.mark.parametrize("number", orders())
def test_change_is_sound(number: int) -> None:
    """No error and no warning is new, and no protocol is lost."""
    protocols, problems = compiled(changed(orders()[number]))
    told = {f"{one.code} {one.path}": one.message for one in problems}
    assert {key: told[key] for key in told.keys() - known()[1]} == {}
    assert protocols.keys() == known()[0].keys()


def test_page_has_nineteen_orders() -> None:
    """The page shows nineteen orders; only the one that is carried out already changes nothing."""
    assert list(orders()) == list(range(1, 20))
    assert [number for number, change in orders().items() if not change] == [6]


def deadline(protocol: Protocol, track: str, step: str, id_: str) -> Deadline:
    """Return a deadline of a step."""
    return protocol.tracks[track].steps[step].deadlines[id_]


def said(condition: Condition | None) -> str:
    """Return a condition in the words of the language."""
    return describe(condition) if condition is not None else ""


def _school(new: dict[str, Protocol]) -> bool:
    return str(new["rescue"].limits["school_started"].duration) == "14 days"


def _by_risk(new: dict[str, Protocol]) -> bool:
    limit = new["reintegration"].limits["first_contact_after_move"]
    lengths = {code: str(length) for code, length in limit.cases.items()}
    return (lengths, str(limit.otherwise)) == (
        {"high": "24 hours", "medium": "72 hours", "low": "72 hours"},
        "48 hours",
    )


def _closed_day(new: dict[str, Protocol]) -> bool:
    limit = new["rescue"].limits["appeal_period"]
    return str(limit.if_closed) == "next working day" and str(limit.ends) == "end of day"


def _told(new: dict[str, Protocol]) -> bool:
    rungs = deadline(new["rescue"], "legal", "lawyer", "assigned").rungs
    late = {
        role
        for rung in rungs
        if rung.at is RungAt.AFTER_LIMIT and str(rung.by) == "3 working days"
        for role in rung.to
    }
    return (rungs[0].at, rungs[0].share) == (RungAt.SHARE, 50) and late == {"provincial_focal", "external_protection"}


_ASKED = "interpreter_needed is no or (interpreter_needed is yes and interpreter_language is known)"


def _interpreter(new: dict[str, Protocol]) -> bool:
    actions = new["rescue"].tracks["response"].steps["screening"].actions
    onward = [one for one in actions.values() if one.id != "she_is_tired"]
    asked = [any(fact.id == "interpreter_needed" for fact in one.required) for one in onward]
    return len(onward) == 3 and all(asked) and all(_ASKED in said(one.only_if) for one in onward)


def _approved(new: dict[str, Protocol]) -> bool:
    steps = new["reintegration"].tracks["support"].steps
    ways = [one for one in steps["planning"].actions.values() if one.target.step == "preparation"]
    return len(ways) == 2 and all(one.approval == "supervisor" for one in ways)


def _grid(new: dict[str, Protocol]) -> bool:
    task = new["reintegration"].tracks["follow_up"].steps["following"].tasks["follow_up"]
    return [str(one) for one in task.offsets] == [f"{n} month{'s' * (n > 1)}" for n in (1, 3, 6, 9, 12, 18, 24)]


def _notes(new: dict[str, Protocol]) -> bool:
    field = new["reintegration"].fields["session_notes"]
    return (field.seen_by, field.written_by, field.private) == (("counsellor",), ("counsellor",), True)


def _never(new: dict[str, Protocol]) -> bool:
    rule = new["repatriation"].forbidden["adult_returned_to_whom_she_complained_of"]
    return rule.alarm == ("supervisor", "external_protection") and "not (complaint_against_receiver is no)" in said(
        rule.never
    )


def _sixty(new: dict[str, Protocol]) -> bool:
    protocol = new["repatriation"]
    gate = said(protocol.tracks["journey"].steps["pre_departure_check"].actions["adult_may_go"].only_if)
    return (
        str(protocol.limits["assessment_validity"].duration) == "60 days"
        and "at least 60 days have passed since assessed_on" in gate
    )


def _papers(new: dict[str, Protocol]) -> bool:
    steps = new["reintegration"].tracks["papers"].steps
    again = steps["asked"].tasks["ask_again"].every
    asked = steps["needed"].deadlines["asked"].limit
    return str(asked.duration) == "5 working days" and str(again) == "1 week"


def _adopted(new: dict[str, Protocol]) -> bool:
    limits = [new["rescue"].limits["school_started"], new["repatriation"].limits["assessment_validity"]]
    return all(one.basis.status == "adopted" and str(one.basis.adopted_on) == "2026-12-01" for one in limits)


def _bed(new: dict[str, Protocol]) -> bool:
    clocks = new["rescue"].tracks["shelter"].steps["bed_asked"].deadlines.values()
    found = {said(one.applies_when): str(one.limit.duration) for one in clocks}
    return found == {"the person is a child": "2 hours", "not (the person is a child)": "4 hours"}


def _photographs(new: dict[str, Protocol]) -> bool:
    consents = new["rescue"].consents
    return (str(consents["photographs"].expires), str(consents["forensic_photographs"].expires)) == (
        "6 months",
        "30 days",
    )


def _registrar(new: dict[str, Protocol]) -> bool:
    protocol = new["rescue"]
    rungs = {one.id: one for one in deadline(protocol, "shelter", "admitted", "child_custody_document").rungs}
    letter = rungs.pop("custody_letter", None)
    before = deadline(known()[0]["rescue"], "shelter", "admitted", "child_custody_document").rungs
    return (
        letter is not None
        and (letter.to, str(letter.by), letter.sends) == (("court_registrar",), "5 working days", MessageKind.LETTER)
        and not protocol.roles["court_registrar"].account
        and tuple(rungs.values()) == before
    )


def _repealed(new: dict[str, Protocol]) -> bool:
    protocol = new["reintegration"]
    step = protocol.tracks["school"].steps["attending"]
    asked = {fact.id for action in step.actions.values() if action.id != "report_in" for fact in action.required}
    return (
        not step.deadlines
        and bool(step.no_limit)
        and "school_report" not in asked
        and "school_report" in step.collect
        and "term_report" not in protocol.limits
    )


def _for_some(new: dict[str, Protocol]) -> bool:
    actions = new["rescue"].tracks["care_planning"].steps["planning"].actions
    adult, child = actions["plan_agreed"], actions["child_plan_agreed"]
    return (
        (adult.approval, child.approval) == (None, "supervisor")
        and said(adult.only_if).endswith("not (the person is a child)")
        and said(child.only_if).endswith("the person is a child")
        and (adult.required, adult.target, adult.set) == (child.required, child.target, child.set)
    )


def _twenty_days(new: dict[str, Protocol]) -> bool:
    clocks = new["reintegration"].tracks["school"].steps["enrolling"].deadlines
    found = {said(one.applies_when): str(one.limit.duration) for id_, one in clocks.items() if "enrolled" in id_}
    return found == {"the person is a child": "20 days", "not (the person is a child)": "30 days"}


MEANT: dict[int, Callable[[dict[str, Protocol]], bool]] = {
    1: _school,
    2: _by_risk,
    3: _closed_day,
    4: _told,
    5: _interpreter,
    6: _approved,
    7: _grid,
    8: _notes,
    9: _never,
    10: _sixty,
    11: _papers,
    12: _adopted,
    13: _bed,
    15: _photographs,
    16: _registrar,
    17: _repealed,
    18: _for_some,
    19: _twenty_days,
}


@pytest.mark.parametrize("number", MEANT)
def test_change_means_what_the_order_says(number: int) -> None:
    """After the change the protocols say what the order asks; before it they do not, but for what is so already."""
    meant = MEANT[number]
    assert meant(compiled(changed(orders()[number]))[0])
    if orders()[number]:
        with pytest.raises((AssertionError, KeyError)):
            assert meant(known()[0])


def is_working(files: Files, day: date) -> bool:
    """Return whether the office that the protocols count with works on a day."""
    found = compile_protocol(files, "protocols/rescue.yaml")
    assert found.protocol is not None
    assert found.protocol.calendar is not None
    return found.calendars[found.protocol.calendar].is_working(day)


def test_holiday_of_the_order_closes_the_office() -> None:
    """After order 14 its day is no working day in the calendar of the protocols; before it, it is one."""
    day = date(2027, 2, 26)
    assert is_working(shipped(), day)
    assert not is_working(changed(orders()[14]), day)
