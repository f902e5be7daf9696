"""Mistakes beside those of every code: other ways to break a rule, each told at its place, with what to do."""

from __future__ import annotations

import pytest

from engine.protocol.compile import compile as compile_protocol
from tests.planted import COMMON, FULL, OFFICE, Change, Planted, plant

Case = tuple[str, Planted]


def full(path: str, code: str, hint: str, *pairs: tuple[str, str]) -> Case:
    """Plant a mistake in the protocol file; ``path`` is the way to it."""
    return path, Planted(code, hint, tuple((FULL, old, new) for old, new in pairs))


def common(path: str, code: str, hint: str, old: str, new: str) -> Case:
    """Plant a mistake in the included file."""
    return path, Planted(code, hint, ((COMMON, old, new),))


def office(path: str, code: str, hint: str, old: str, new: str) -> Case:
    """Plant a mistake in the calendar."""
    change: Change = (OFFICE, old, new)
    return path, Planted(code, hint, (change,))


def looked(path: str, code: str, hint: str, deadline: str) -> Case:
    """Plant a mistake in the deadline of the step `look`."""
    return full(f"{_LOOKED}{path}", code, hint, ("looked: {limit: first_visit}", deadline))


def asked(code: str, hint: str, sentence: str) -> Case:
    """Plant a mistake in a condition."""
    old, new = "only_if: at least 3 days have passed since last visited_on", f"only_if: '{sentence}'"
    return full("tracks.main.steps.intake.actions.give_up.only_if", code, hint, (old, new))


_LOOKED = "tracks.side.steps.look.deadlines.looked"
_INTAKE = "tracks.main.steps.intake"
_GO_ON, _ANSWER = f"{_INTAKE}.actions.go_on", f"{_INTAKE}.deadlines.answer"
_RISK = "depends_on: {risk_level: {high: 24 hours, medium: 72 hours, otherwise: 7 days}}"
_TITLE = 'title: {en: "Main", km: "ចម្បង"}'
_OPENING = "opening: {event: case opened, collect: [risk_level], required: [risk_level]}"
_CODED = 'signs: {label: {en: "Signs", km: "សញ្ញា"}, type: choices, '
_SIGNS = f'{_CODED}codes: {{a: {{en: "A", km: "ក"}}, b: {{en: "B", km: "ខ"}}}}}}'
_NEW_YEAR = '- {name: {en: "New Year", km: "ចូលឆ្នាំ"}, from: 2027-04-12, to: 2027-04-18}'
_REST = '- {name: "Days of rest", from: 2027-04-19, to: 2027-04-20}'
_FESTIVALS = f"    festivals:\n      {_NEW_YEAR}\n      {_REST}\n"

SHAPES: tuple[Case, ...] = (
    full("title", "SP212", "one line", ('title: {en: "A small protocol", km: "ពិធីការតូច"}', 'title: §"A\\tsmall"')),
    full("tracks.main.title.en", "SP212", "Shorten it", ('title: {en: "Main"', f"title: {{en: §{'x' * 2001}")),
    full("tracks.main.title", "SP205", "one text", (_TITLE, "title: §[Main]")),
    full("tracks.main.title.fr", "SP201", "`en`, `km`", (_TITLE, "title: {en: Main, §fr: Principal}")),
    full("tracks.main.title", "SP202", "`en:`", (_TITLE, '§title: {km: "ចម្បង"}')),
    full("tracks.main.title", "SP202", "`en:`", (_TITLE, '§title: {en: , km: "ចម្បង"}')),
    full("tracks.main.title.km", "SP213", "leave the key out", (_TITLE, 'title: {en: "Main", km: §""}')),
    full("status", "SP205", "one text", ("status: adopted\nadopted_by", "status: §[adopted]\nadopted_by")),
    full("tracks.side.again", "SP205", "one text", ("again: yes", "again: §[yes]")),
    full("tracks.side.again", "SP209", "`yes`", ("again: yes", "again: §YES")),
    full("tracks.side.again", "SP209", "`yes` or `no`", ("again: yes", "again: §sometimes")),
    full("commencement.in_force", "SP205", "one text", ("in_force: 2027-01-01", "in_force: §[2027-01-01]")),
    full("commencement.in_force", "SP110", "Correct the date", ("in_force: 2027-01-01", "in_force: §2027-02-30")),
    full("commencement.in_force", "SP210", "real day", ("in_force: 2027-01-01", 'in_force: §"2027-02-30"')),
    full("commencement.in_force", "SP210", "real day", ("in_force: 2027-01-01", "in_force: §1027-01-01")),
    full(f"{_ANSWER}.extend.times", "SP205", "one text", ("times: 2,", "times: §[2],")),
    full(f"{_ANSWER}.extend.times", "SP211", "from 1 to 100", ("times: 2,", "times: §101,")),
    full(f"{_GO_ON}.goes_to", "SP205", "one text", ("goes_to: care", "goes_to: §[care]")),
    full(
        f"{_INTAKE}.tasks.explain.collect", "SP204", "Write a list", ("collect: [remark]", "collect: §{remark: yes}")
    ),
    full(f"{_INTAKE}.tasks.explain.collect", "SP205", "one text", ("collect: [remark]", "collect: [§[remark]]")),
    full(f"{_INTAKE}.tasks.explain.collect", "SP213", "leave the key out", ("collect: [remark]", "collect: §''")),
    full("limits", "SP203", "key: value", ("forbidden:\n", "limits: §[]\nforbidden:\n")),
    full("opening", "SP205", "one text", (_OPENING, "opening: §[any]")),
    full("opening", "SP208", "`any`", (_OPENING, "opening: §sometimes")),
    full(
        f"{_INTAKE}.deadlines.window.escalation",
        "SP205",
        "one text",
        ("escalation: clinic", "escalation: §{at: the limit, to: owner}"),
    ),
    common(
        "escalations.other", "SP204", "Write a list", "escalations:\n", "escalations:\n  other: §{at: the limit}\n"
    ),
    office("years.2027.festivals", "SP204", "Write a list", _FESTIVALS, "    festivals: §{name: New Year}\n"),
    office("years.2027.festivals.0", "SP202", "`to:`", _NEW_YEAR, "- §{name: New Year, from: 2027-04-12}"),
    office("years.2027.festivals.0.from", "SP231", "under 2026", "from: 2027-04-12", "from: §2026-04-12"),
    office("years.2027.festivals.0.to", "SP231", "at most 31 days", "to: 2027-04-18", "to: §2027-05-13"),
    office("years.2027.festivals.0.to", "SP210", "real day", "to: 2027-04-18", "to: §soon"),
    office("years.27", "SP228", "`2027`", "  2027:\n", "  §27:\n"),
    office("years.2027 ", "SP228", "`2027`", "  2027:\n", '  §"2027 ":\n'),
)

IDS: tuple[Case, ...] = (
    full("protocol", "SP206", "`full_one`", ("protocol: full\nversion", "protocol: §full-one\nversion")),
    full("protocol", "SP206", f"`{'a' * 64}`", ("protocol: full\nversion", f"protocol: §{'a' * 65}\nversion")),
    full("tracks.side.steps.done.final", "SP206", "`all_done`", ("final: done", "final: §all-done")),
    full("tracks.main.steps.previous", "SP206", "another name", ("      care:\n", "      §previous:\n")),
    common("escalations.ordinary.2.id", "SP206", "`the_chief`", "{id: chief, at", "{id: §the-chief, at"),
    common("escalations.ordinary.1.id", "SP207", "another name", "{id: letter, at", "{id: §reminder, at"),
    common("escalations.ordinary.1.id", "SP207", "another name", "{id: letter, at", "{id: §Reminder, at"),
    common("fields.risk_level.codes", "SP206", "`very_low`", "codes: [low,", "codes: [§very-low, low,"),
    common("fields.signs.codes.a-1", "SP206", "`a_1`", 'codes: {a: {en: "A"', 'codes: {§a-1: {en: "A"'),
    common("code_lists.outcomes.codes.we-ll", "SP206", "`we_ll`", "codes: {well:", "codes: {§we-ll:"),
    common(
        "code_lists.other",
        "SP206",
        "`we_ll`",
        "code_lists:\n",
        "code_lists:\n  other: [§we-ll]\n",
    ),
    common("fields.signs", "SP528", "`code_list: ID`", _SIGNS, f"§{_CODED}}}".replace(", }", "}")),
    common(
        "fields.outcome",
        "SP528",
        "`code_list: ID`",
        "code_list: outcomes,",
        "codes: [well, lost], §code_list: outcomes,",
    ),
    common("fields.risk_level.rises", "SP313", "`high`", "rises: [low, medium, high]", "rises: [low, medium, §hihg]"),
)

NUMBERS: tuple[Case, ...] = (
    common("limits.by_risk.depends_on", "SP509", "`depends_on: {risk", _RISK, "§depends_on: {}"),
    common(
        "limits.by_risk.depends_on",
        "SP509",
        "`depends_on: {risk",
        _RISK,
        "§depends_on: {risk_level: {otherwise: 7 days}, exposed: {otherwise: 2 days}}",
    ),
    common("limits.by_risk.depends_on", "SP203", "key: value", _RISK, "depends_on: §risk_level"),
    common("limits.by_risk.depends_on.risk_levle", "SP304", "`risk_level`", "on: {risk_level:", "on: {§risk_levle:"),
    common("limits.by_risk.depends_on.risk_level.meduim", "SP313", "`medium`", "medium: 72", "§meduim: 72"),
    common(
        "limits.by_risk.depends_on.risk_level.otherwise",
        "SP417",
        "`days`",
        _RISK,
        "depends_on: {risk_level: {otherwise: 7 §dyas}}",
    ),
    common(
        "limits.first_visit.depends_on",
        "SP507",
        "Delete one",
        "first_visit: {limit: 14 days, ",
        "first_visit: {limit: 14 days, §depends_on: {risk_level: {otherwise: 2 days}}, ",
    ),
    common("limits.before_hearing.limit", "SP304", "`hearing_on`", "14 days before hear", "§14 days before haer"),
    common(
        "limits.before_hearing.limit", "SP525", "`seen_on`", "14 days before hearing_on", "§14 days before remark"
    ),
    full(f"{_ANSWER}.counts_from", "SP312", "`decided met`", ("counts_from: decided met", "counts_from: §decided")),
    full(
        f"{_ANSWER}.extend.by",
        "SP417",
        "`working days`",
        ("extend: {by: 5 working days", "extend: {by: 5 working §dys"),
    ),
    full(f"{_ANSWER}.extend", "SP202", "`by:`", ("extend: {by: 5 working days, ", "§extend: {")),
    looked("", "SP202", "`limit:`", "§looked: {kind: law}"),
    looked(".escalation", "SP531", "the limit", "looked: {limit: first_visit, §escalation: []}"),
    common("escalations.ordinary.0", "SP202", "`at:`", "{id: reminder, at: 50 % of the limit, ", "§{id: reminder, "),
    full(
        f"{_INTAKE}.deadlines.window.escalation",
        "SP518",
        "come earlier",
        ("escalation: clinic", "escalation: §[{at: 3 days after the start, to: carer}]"),
    ),
    full(
        f"{_INTAKE}.deadlines.window.escalation",
        "SP518",
        "come earlier",
        ("escalation: clinic", "escalation: §[{at: 4320 minutes after the start, to: carer}]"),
    ),
    full(
        f"{_INTAKE}.deadlines.window.escalation",
        "SP518",
        "come earlier",
        ("escalation: clinic", "escalation: §[{at: 72 hours after the start, to: carer}]"),
    ),
)

ACTIONS: tuple[Case, ...] = (
    full(
        f"{_INTAKE}.actions.elsewhere.starts",
        "SP202",
        "`protocol:`",
        ("starts: {protocol: full, carry", "§starts: {carry"),
    ),
    full("tracks.main.at_any_step.died.closes", "SP302", "`side`", ("closes: all", "closes: [side, §sid]")),
    full(f"{_GO_ON}.set.cuont", "SP304", "`count`", ("count: 2,", "§cuont: 2,")),
    full(f"{_GO_ON}.set.count", "SP524", "one answer", ("count: 2,", "count: [2, §3],")),
    full(f"{_GO_ON}.set.count", "SP524", "one answer", ("count: 2,", "§count: [],")),
    full(f"{_GO_ON}.set.met_at", "SP524", "from UTC", ("met_at: 2027-01-31T08", "met_at: §2027-13-31T08")),
    full(
        f"{_GO_ON}.set.met_at", "SP524", "from UTC", ("met_at: 2027-01-31T08:00+07:00", "met_at: §2027-01-31T08:00")
    ),
    full(f"{_GO_ON}.set.met_at", "SP524", "from UTC", ("met_at: 2027-01-31T08", "met_at: §1027-01-31T08")),
    full(
        "defaults.escalation", "SP308", "`ordinary`", ("escalation: ordinary\n  done", "escalation: §ordinry\n  done")
    ),
    full("forbidden.unsafe_end.blocks", "SP303", "`go_on`", ("blocks: [go_on,", "blocks: [§go_no,")),
    full(
        "forbidden.unsafe_end.never", "SP412", "`exposed`", ("closed and exposed is yes", "closed and §exposd is yes")
    ),
)

SENTENCES: tuple[Case, ...] = (
    asked("SP410", "Add it", "§and exposed is yes"),
    asked("SP410", "Add it", "(exposed is yes and §)"),
    asked("SP411", "`and` or `or`", "(exposed is yes §count is 2)"),
    asked("SP411", "round brackets", "exposed is yes §[count is 2]"),
    asked("SP406", "Remove it", "exposed is yes §)"),
    asked("SP411", "in quotes", "remark is §, and exposed is yes"),
    asked("SP411", "in quotes", "remark is §%"),
)


@pytest.mark.parametrize(
    ("path", "mistake"), [*SHAPES, *IDS, *NUMBERS, *ACTIONS, *SENTENCES], ids=lambda one: str(one).rpartition(".")[2]
)
def test_mistake_is_told_at_its_place(path: str, mistake: Planted) -> None:
    """A mistake is told once at its line, column and way through the keys, with a suggestion that helps."""
    sources, place = plant(mistake)
    found = [one for one in compile_protocol(sources, FULL).problems if one.code == mistake.code]
    assert [(one.path, (one.place.file, one.place.line, one.place.column)) for one in found] == [(path, place)]
    assert mistake.hint in found[0].hint
