"""From files to the compiled model: defaults, several files, and mistakes of all files in one run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from engine.core.duration import Duration, Unit
from engine.core.model import FromDeadline, FromField, Kind, Needs, Protocol, RungAt, Side, Target, TargetKind
from engine.protocol.compile import Compiled
from engine.protocol.compile import compile as compile_protocol
from engine.protocol.schema.sheets import kind_of_file
from tests.planted import COMMON, FULL, OFFICE, full_sources

ROOT = Path(__file__).resolve().parents[3]

SMALL = """\
spean: 1
protocol: small
version: 1
roles: {worker: {ministry: one}, chief: {outside_state: yes}}
tracks:
  main:
    first_step: a
    steps:
      a:
        done_by: worker
        outside_label: Routine task
        deadlines:
          due:
            limit: 7 days
            kind: KIND
            source: s
            escalation: [{at: the limit, to: [worker, chief]}]
        actions: {on: {goes_to: z}}
      z: {final: closed}
    at_any_step: {died: {goes_to: z, closes: all}}
"""


def compiled(sources: dict[str, str], root: str = FULL) -> Protocol:
    """Return the protocol of files without errors."""
    found = compile_protocol(sources, root)
    assert found.protocol is not None, found.problems
    return found.protocol


def small(**changes: str) -> Protocol:
    """Return the small protocol with words replaced."""
    text = SMALL.replace("KIND", changes.pop("kind", "practice"))
    for old, new in changes.items():
        text = text.replace(old, new)
    return compiled({"p.yaml": text}, "p.yaml")


def problems_of(text: str) -> list[tuple[str, int, int]]:
    """Return code, line and column of the problems of one file."""
    return [
        (one.code, one.place.line, one.place.column) for one in compile_protocol({"p.yaml": text}, "p.yaml").problems
    ]


@pytest.mark.parametrize("name", ["rescue", "operation", "missing_person", "repatriation", "reintegration"])
def test_shipped_protocols_have_no_errors(name: str) -> None:
    """The protocols of the project compile, and are warned of nothing but holidays nobody has fixed yet."""
    folder = ROOT / "protocols"
    sources = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.yaml")}
    found = compile_protocol(sources, f"protocols/{name}.yaml")
    assert found.protocol is not None
    assert {one.code for one in found.problems} <= {"SP610"}


def test_actions_are_read_with_all_they_need() -> None:
    """An action keeps its target, actors, requirements, facts by type, approval and exception."""
    action = compiled(full_sources()).tracks["main"].steps["intake"].actions["go_on"]
    assert action.target == Target(TargetKind.STEP, "care")
    assert [(one.needs, one.id) for one in action.required] == [
        (Needs.FIELD, "outcome"),
        (Needs.TASK, "explain"),
        (Needs.CONSENT, "help"),
    ]
    assert action.set == {
        "exposed": "no",
        "count": 2,
        "next_on": date(2027, 1, 31),
        "met_at": datetime.fromisoformat("2027-01-31T01:00+00:00"),
        "remark": "seen",
        "signs": ("a", "b"),
    }
    assert (action.event, action.approval, action.exception) == ("went on", "chief", "life_saving")


def test_deadlines_have_every_default_filled_in() -> None:
    """Escalation, hold, aim, side and start of a deadline follow from the limit and `defaults`."""
    intake = compiled(full_sources()).tracks["main"].steps["intake"]
    decided, window, answer = (intake.deadlines[id_] for id_ in ("decided", "window", "answer"))
    assert (decided.escalation, decided.rungs[0].at, decided.stops_on_hold) == ("ordinary", RungAt.SHARE, True)
    assert decided.limit.cases == {"high": Duration(24, Unit.HOURS), "medium": Duration(72, Unit.HOURS)}
    assert (window.counts_from, window.aim) == (FromField("seen_on"), Duration(2, Unit.HOURS))
    assert (window.if_date_unknown, window.stops_on_hold) == (True, False)
    assert (answer.counts_from, answer.escalation) == (FromDeadline("decided", "met"), None)
    assert [rung.id for rung in answer.rungs] == ["rung1", "late"]
    assert intake.deadlines["prepared"].counts_from == FromField("hearing_on")
    assert intake.tasks["visit"].deadlines["done"].side is Side.FOLLOW_UP
    assert decided.side is Side.PROTECTIVE


def test_rows_of_the_source_stand_at_everything_that_serves_one() -> None:
    """`ref` is kept at tracks, tasks, fields, roles and rules, and the jurisdiction of a limit with its source."""
    sources = full_sources()
    for file, old, new in (
        (FULL, "    first_step: intake", "    ref: [A1, A2]\n    first_step: intake"),
        (FULL, "          visit:\n", "          visit:\n            ref: V1\n"),
        (FULL, "    kind: safety\n", "    kind: safety\n    ref: [N1]\n"),
        (COMMON, "  hearing_on: {", "  hearing_on: {ref: [F1], "),
        (COMMON, "roles:\n  worker: {", "roles:\n  worker: {ref: [W1], "),
        (COMMON, "  first_visit: {", "  first_visit: {jurisdiction: Thailand, "),
    ):
        assert sources[file].count(old) == 1, old
        sources[file] = sources[file].replace(old, new)
    protocol = compiled(sources)
    assert protocol.main.ref == ("A1", "A2")
    assert protocol.main.steps["intake"].tasks["visit"].ref == ("V1",)
    assert [one.ref for one in protocol.forbidden.values()] == [("N1",)]
    assert (protocol.fields["hearing_on"].ref, protocol.roles["worker"].ref) == (("F1",), ("W1",))
    assert protocol.limits["first_visit"].basis.jurisdiction == "Thailand"
    assert protocol.meaning == compiled(full_sources()).meaning


def test_a_consent_says_to_whom_and_what_for() -> None:
    """Recipient and purpose are texts of a consent; in a protocol of two languages both are asked for."""
    sources = full_sources()
    to = "recipient: {en: A court, km: តុលាការ}, purpose: {en: A hearing, km: សវនាការ}"
    sources[COMMON] = sources[COMMON].replace("expires: 12 months", f"expires: 12 months, {to}")
    help_ = compiled(sources).consents["help"]
    assert (help_.recipient["en"], help_.purpose["km"]) == ("A court", "សវនាការ")
    sources[COMMON] = sources[COMMON].replace(", km: សវនាការ", "")
    found = compile_protocol(sources, FULL).problems
    assert [(one.code, one.path) for one in found] == [("SP614", "consents.help.purpose")]


@pytest.mark.parametrize(("bounds", "expected"), [
    ("lowest: 1, highest: 5", []),
    ("lowest: 2, highest: 2.0", []),
    ("highest: -1.5", ["SP524"]),
    ("lowest: 3", ["SP524"]),
    ("lowest: 5, highest: 1", ["SP524", "SP543"]),
    ("lowest: one", ["SP211"]),
])  # fmt: skip
def test_numbers_have_bounds(bounds: str, expected: list[str]) -> None:
    """Both bounds are included; what an action sets must lie within them (`count: 2`)."""
    sources = full_sources()
    sources[COMMON] = sources[COMMON].replace("type: number}", f"type: number, {bounds}}}")
    found = compile_protocol(sources, FULL)
    assert [one.code for one in found.problems] == expected
    if found.protocol is not None:
        field = found.protocol.fields["count"]
        assert (field.admits(2), field.admits(0), field.admits(6)) == (True, False, False)
        assert found.protocol.meaning != compiled(full_sources()).meaning


@pytest.mark.parametrize(("asked", "expected"), [
    ("count is 6", ["SP415"]),
    ("count is not 0.5", ["SP415"]),
    ("'count is one of 1, 0'", ["SP415"]),
    ("count is 5", []),
    ("count is at least 6", []),
])  # fmt: skip
def test_what_no_answer_can_be_is_not_asked_for(asked: str, expected: list[str]) -> None:
    """A number outside the bounds is never an answer; one to compare with may lie anywhere."""
    sources = full_sources()
    sources[COMMON] = sources[COMMON].replace("type: number}", "type: number, lowest: 1, highest: 5}")
    sources[FULL] = sources[FULL].replace("at least 3 days have passed since last visited_on", asked)
    assert [one.code for one in compile_protocol(sources, FULL).problems] == expected


def test_only_numbers_have_bounds() -> None:
    """A bound of another type is a mistake at its key, whatever stands behind it."""
    sources = full_sources()
    sources[COMMON] = sources[COMMON].replace("remark: {", "remark: {highest: 5, ")
    (found,) = compile_protocol(sources, FULL).problems
    assert (found.code, found.path) == ("SP543", "fields.remark.highest")


@pytest.mark.parametrize("role", ["chief", "worker"])
def test_an_action_that_hangs_on_a_hidden_consent_is_warned_of(role: str) -> None:
    """Whoever may take it would learn from a refusal whether the consent was given."""
    sources = full_sources()
    sources[COMMON] = sources[COMMON].replace("expires: 12 months", f"expires: 12 months, seen_by: {role}")
    found = compile_protocol(sources, FULL)
    assert found.protocol is not None
    assert found.protocol.consents["help"].seen_by == (role,)
    path = "tracks.main.steps.intake.actions.go_on"
    hidden = {("SP612", f"{path}.required"), ("SP612", f"{path}.only_if")}
    assert {(one.code, one.path) for one in found.problems} == hidden


def test_a_rule_may_block_the_erasing_of_the_person() -> None:
    """`erasing` stands beside actions; a slip of the pen is answered, and no action can be called so."""
    sources = full_sources()
    rule = "blocks: [go_on, main.intake.give_up]"
    found = compiled({**sources, FULL: sources[FULL].replace(rule, "blocks: [go_on, erasing]")})
    assert found.forbidden["unsafe_end"].blocks == ("go_on", "erasing")
    assert found.meaning != compiled(sources).meaning
    (wrong,) = compile_protocol({**sources, FULL: sources[FULL].replace(rule, "blocks: erazing")}, FULL).problems
    assert (wrong.code, wrong.hint) == ("SP303", "Did you mean `erasing`?")
    renamed = sources[FULL].replace("looked: {goes_to: done}", "erasing: {goes_to: done}")
    (wrong,) = compile_protocol({**sources, FULL: renamed}, FULL).problems
    assert (wrong.code, wrong.path) == ("SP206", "tracks.side.steps.look.actions.erasing")


@pytest.mark.parametrize("kind", Kind)
def test_holds_stop_by_kind(kind: Kind) -> None:
    """Without `on_hold`, clocks of law, clinical care and safety run through a hold, all others stop."""
    deadline = (
        small(kind=kind.value, **{"at: the limit": "at: 50 % of the limit"})
        .tracks["main"]
        .steps["a"]
        .deadlines["due"]
    )
    assert deadline.stops_on_hold is (kind not in {Kind.LAW, Kind.CLINICAL, Kind.SAFETY})


def test_closes_all_is_written_out() -> None:
    """`closes: all` names every track but the action's own."""
    protocol = compiled(full_sources())
    assert protocol.tracks["main"].at_any_step["died"].closes == ("side",)


def test_closes_all_leaves_open_what_goes_on() -> None:
    """A track that goes on is closed only by name."""
    sources = full_sources()
    sources[FULL] = sources[FULL].replace("  side:\n", "  side:\n    goes_on: yes\n")
    assert compiled(sources).tracks["main"].at_any_step["died"].closes == ()


def test_actors_default_to_who_records() -> None:
    """Whoever records the step may take its actions; at any step everybody who records in the track."""
    track = small().tracks["main"]
    assert track.steps["a"].recorded_by == ("worker",)
    assert track.steps["a"].actions["on"].who_may == ("worker",)
    assert track.at_any_step["died"].who_may == ("worker",)


def test_owner_may_act() -> None:
    """`owner` under `who_may` is whoever records the step."""
    protocol = small(**{"on: {goes_to: z}": "on: {goes_to: z, who_may: [owner, chief]}"})
    assert protocol.tracks["main"].steps["a"].actions["on"].who_may == ("worker", "chief")


def test_no_news_always_tells_somebody() -> None:
    """Without `defaults` the no-news limit is 14 days and reaches everybody who records in the main track."""
    no_news = small().no_news
    assert (no_news.risk_field, no_news.otherwise) == (None, Duration(14, Unit.DAYS))
    assert [rung.to for rung in no_news.rungs] == [("worker",)]


def test_no_news_follows_a_field_called_risk_level() -> None:
    """Where nothing is said, the numbers of the language go by the field `risk_level`."""
    fields = "fields: {risk_level: {type: choice, codes: [low, medium, high]}}\ntracks:"
    no_news = small(**{"tracks:": fields}).no_news
    assert no_news.risk_field == "risk_level"
    assert no_news.limits == {
        code: Duration(days, Unit.DAYS) for code, days in (("high", 7), ("medium", 14), ("low", 35))
    }


def test_calendar_is_compiled() -> None:
    """Opening hours are seconds of the day, Monday first; holidays and the state of each year are kept."""
    calendar = compile_protocol(full_sources(), FULL).calendars["office"]
    assert calendar.zone == "Asia/Phnom_Penh"
    assert calendar.hours[0] == ((28_800, 43_200), (48_600, 61_200))
    assert calendar.hours[2:] == (((28_800, 61_200),), (), (), (), ())
    assert calendar.holidays == {date(2027, 1, 1), date(2027, 4, 14)}
    assert calendar.years == {2027: "official"}
    assert calendar.festivals == (
        (date(2027, 4, 12), date(2027, 4, 18)),
        (date(2027, 4, 19), date(2027, 4, 20)),
    )


def test_the_festival_weeks_of_cambodia_hold_their_holidays() -> None:
    """Each year has three: whole weeks (or from the Saturday before) with at least three holidays each."""
    files = (ROOT / "protocols").rglob("*.yaml")
    sources = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in files}
    calendar = compile_protocol(sources, "protocols/reintegration.yaml").calendars["cambodia"]
    assert [first.year for first, _ in calendar.festivals] == [year for year in calendar.years for _ in range(3)]
    for first, last in calendar.festivals:
        assert (first.weekday() in {0, 5}, last.weekday()) == (True, 6), first
        assert sum(first <= day <= last for day in calendar.holidays) >= 3, first


def test_two_compiles_are_equal() -> None:
    """The same files give equal models, meanings and problems."""
    first, second = compile_protocol(full_sources(), FULL), compile_protocol(full_sources(), FULL)
    assert first.protocol == second.protocol
    assert first.problems == second.problems


def test_files_may_come_as_bytes_from_another_folder() -> None:
    """Names are relative to the root's folder, and bytes are read like texts."""
    sources = {f"x/{name}": text.encode() for name, text in full_sources().items()}
    found = compile_protocol(sources, "x/full.yaml")
    assert found.protocol == compile_protocol(full_sources(), FULL).protocol


def test_mistakes_of_all_files_come_in_one_run() -> None:
    """Protocol, include and calendar are all judged, in the order of file, line and column."""
    sources = full_sources()
    sources[FULL] = sources[FULL].replace("goes_to: care", "goes_to: cara").replace("again: yes", "again: maybe")
    sources[COMMON] = sources[COMMON].replace("code_list: outcomes", "code_list: outcome")
    sources[OFFICE] = sources[OFFICE].replace("wed: 08:00-17:00", "wed: 8-17")
    found = compile_protocol(sources, FULL)
    assert found.protocol is None
    assert [one.place for one in found.problems] == sorted(one.place for one in found.problems)
    assert {(one.code, one.place.file) for one in found.problems} >= {
        ("SP226", OFFICE),
        ("SP301", FULL),
        ("SP209", FULL),
        ("SP314", COMMON),
    }


def test_problems_of_one_file_are_bounded() -> None:
    """A file with a thousand mistakes shows 200 problems, the last of which says how many more there are."""
    keys = "".join(f"wrong{number}: 1\n" for number in range(1_000))
    found = compile_protocol({"p.yaml": SMALL + keys}, "p.yaml").problems
    assert len(found) == 200
    assert found[-1].code == "SP111"
    assert " further problems" in found[-1].message


def test_sentence_on_several_lines_is_placed_at_its_beginning() -> None:
    """A mistake in a folded sentence is told where the sentence begins, not at a column that does not exist."""
    text = SMALL.replace("KIND", "law").replace(
        "on: {goes_to: z}", "on: {goes_to: z, only_if: nobody\n          is at home}"
    )
    assert problems_of(text) == [("SP412", 18, 45)]


def test_include_twice_is_told() -> None:
    """The same file included twice is a mistake, not two definitions of everything."""
    sources = full_sources()
    sources[FULL] = sources[FULL].replace("[shared/common.yaml]", "[shared/common.yaml, ./shared/common.yaml]")
    assert [one.code for one in compile_protocol(sources, FULL).problems] == ["SP214"]


@pytest.mark.parametrize("path", ["/etc/passwd", "../p.yaml", "shared/../../p.yaml", "C:/p.yaml", "shared\\p.yaml"])
def test_include_stays_in_its_folder(path: str) -> None:
    """Absolute paths and paths that climb out of the folder are refused, also where the file was given."""
    found = compile_protocol({"a/p.yaml": f"include: ['{path}']\n{SMALL}", "p.yaml": SMALL}, "a/p.yaml")
    assert "SP221" in {one.code for one in found.problems}


def test_missing_root_is_told() -> None:
    """A root that is not among the files is one clear problem."""
    found = compile_protocol({"rescue.yaml": SMALL}, "rescu.yaml")
    assert [(one.code, one.hint) for one in found.problems] == [("SP222", "Did you mean `rescue.yaml`?")]


@pytest.mark.parametrize("name", [COMMON, OFFICE])
def test_another_kind_of_file_is_one_problem(name: str) -> None:
    """A calendar or an included file is no protocol, and is told so once."""
    assert [one.code for one in compile_protocol(full_sources(), name).problems] == ["SP217"]


def test_kinds_of_files_are_told_apart() -> None:
    """Each file of a protocol is recognised by its keys."""
    kinds = {name: kind_of_file(name, text) for name, text in full_sources().items()}
    assert kinds == {FULL: "protocol", COMMON: "included", OFFICE: "calendar"}
    assert kind_of_file("x", "a: 1") is None


def test_empty_value_is_no_value() -> None:
    """A key with nothing behind it counts as not given."""
    assert small(**{"source: s": "source: s\n            adopted_by:"}) == replace(small())


def test_warnings_can_be_left_out() -> None:
    """Without warnings the model is the same."""
    text = SMALL.replace("KIND", "practice").replace("        outside_label: Routine task\n", "")
    warned, quiet = (compile_protocol({"p.yaml": text}, "p.yaml", warn=flag) for flag in (True, False))
    assert [one.code for one in warned.problems] == ["SP615"]
    assert quiet == Compiled(warned.protocol, warned.calendars, ())


def test_limit_takes_no_action_that_needs_something() -> None:
    """An action at any step is no way out of a limit either, if it needs facts that nobody is there to give."""
    sources = full_sources()
    changed = sources[FULL].replace("then: give_up", "then: died").replace("closes: all", "required: [outcome]")
    assert [one.code for one in compile_protocol({**sources, FULL: changed}, FULL).problems] == ["SP534"]


def test_protocol_without_tracks_is_told() -> None:
    """An empty table of tracks is one mistake, at its key."""
    text = "spean: 1\nprotocol: p\nversion: 1\ntracks: {}\n"
    (found,) = compile_protocol({"p.yaml": text}, "p.yaml").problems
    assert (found.code, found.place.line, found.place.column, found.path) == ("SP527", 4, 1, "tracks")


def test_an_action_may_record_that_something_is_unknown() -> None:
    """`unknown` answers every field, whatever its type (9)."""
    sources = full_sources()
    sources[FULL] = sources[FULL].replace("count: 2, next_on: 2027-01-31", "count: unknown, next_on: unknown")
    answers = compiled(sources).tracks["main"].steps["intake"].actions["go_on"].set
    assert (answers["count"], answers["next_on"]) == ("unknown", "unknown")


def test_what_may_be_declared_may_be_named() -> None:
    """Ids may begin with a digit (28): such fields, steps, tasks and outcomes are found wherever they are named."""
    sources = full_sources()
    sources[COMMON] = sources[COMMON].replace("  remark: {", "  2fa: {type: yes/no/unknown}\n  remark: {")
    changes = {
        "only_if: at least 3 days have passed since last visited_on": "only_if: 2fa is yes and main has reached 2",
        "          call:\n": "          2nd_call:\n",
        "[outcome, explain,": "[outcome, 2nd_call, 2fa,",
        "looked: {goes_to: done}": "looked: {goes_to: done, only_if: side ended as 2nd}",
        "final: done}": "final: 2nd}",
        "closed: {goes_to: closed}": "closed: {goes_to: closed}\n          on: {goes_to: 2}",
        "      closed: {title": "      2: {final: second}\n      closed: {title",
    }
    for old, new in changes.items():
        assert sources[FULL].count(old) == 1, old
        sources[FULL] = sources[FULL].replace(old, new)
    assert [one.code for one in compile_protocol(sources, FULL).problems if one.code < "SP6"] == []


@pytest.mark.parametrize("limits", ["", "limits:\n\ta: {limit: 1 day}\n"], ids=["missing", "unreadable"])
def test_an_include_that_cannot_be_used_is_the_one_problem(limits: str) -> None:
    """Names that the include may declare are not called unknown: one wrong letter is not two hundred errors."""
    text = SMALL.replace("tracks:", "include: [limits.yaml]\ntracks:").replace("limit: 7 days", "limit: a_week")
    text = text.replace("            kind: KIND\n            source: s\n", "")
    text = text.replace("goes_to: z}", "goes_to: y}", 1)
    sources = {"p.yaml": text, **({"limits.yaml": limits} if limits else {})}
    codes = [one.code for one in compile_protocol(sources, "p.yaml").problems]
    assert codes == (["SP140", "SP301"] if limits else ["SP222", "SP301"])


def test_a_limit_for_other_protocols_may_stand_in_a_shared_file() -> None:
    """A shared limit that reads a field this protocol does not have is nothing to it, until something names it."""
    shared = """\
limits:
  week: {limit: 7 days, kind: practice, source: s}
  court: {limit: 14 days before hearing_on, kind: practice, source: s}
  contact: {depends_on: {risk: {high: 1 day, otherwise: 7 days}}, kind: practice, source: s}
"""
    text = SMALL.replace("tracks:", "include: [limits.yaml]\ntracks:").replace(
        "limit: 7 days\n            kind: KIND\n            source: s", "limit: LIMIT"
    )
    for limit, field in (("week", ""), ("court", "hearing_on"), ("contact", "risk")):
        found = compile_protocol({"p.yaml": text.replace("LIMIT", limit), "limits.yaml": shared}, "p.yaml")
        said = [(one.code, one.place.file, field in one.message) for one in found.problems if one.code == "SP304"]
        assert said == ([("SP304", "limits.yaml", True)] if field else [])
    own = text.replace("include: [limits.yaml]\n", "").replace("LIMIT", "week") + shared
    inside = compile_protocol({"p.yaml": own}, "p.yaml").problems
    assert [one.code for one in inside].count("SP304") == 2
