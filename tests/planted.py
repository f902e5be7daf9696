"""The full protocol of the fixtures, and one planted mistake for each problem code.

The sign § in a replacement marks where the problem must be reported; it is taken out before the files are compiled.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MARK = "§"
FULL, COMMON, OFFICE = "full.yaml", "shared/common.yaml", "calendars/office.yaml"
_FOLDER = Path(__file__).parent / "fixtures" / "protocols"

Change = tuple[str, str, str]


@dataclass(frozen=True)
class Planted:
    """A mistake: the changes of files that plant it, and what the suggestion must contain."""

    code: str
    hint: str
    changes: tuple[Change, ...]

    def __str__(self) -> str:
        """Return the code, for the names of tests."""
        return self.code


def full_sources() -> dict[str, str]:
    """Return the files of the full protocol by name."""
    return {name: (_FOLDER / name).read_text(encoding="utf-8") for name in (FULL, COMMON, OFFICE)}


def plant(mistake: Planted) -> tuple[dict[str, str], tuple[str, int, int]]:
    """Return the files with the mistake, and the file, line and column where it stands."""
    sources = full_sources()
    for file, old, new in mistake.changes:
        assert not old or sources[file].count(old) == 1, f"{mistake.code}: {old!r} must stand once in {file}"
        sources[file] = sources[file].replace(old, new) if old else new
    marked = [name for name, text in sources.items() if MARK in text]
    assert len(marked) == 1, f"{mistake.code}: one mark is needed"
    before = sources[marked[0]].partition(MARK)[0]
    place = (marked[0], before.count("\n") + 1, len(before) - before.rfind("\n"))
    return {name: text.replace(MARK, "") for name, text in sources.items()}, place


def _full(code: str, hint: str, *pairs: tuple[str, str]) -> Planted:
    return Planted(code, hint, tuple((FULL, old, new) for old, new in pairs))


def _common(code: str, hint: str, old: str, new: str) -> Planted:
    return Planted(code, hint, ((COMMON, old, new),))


def _office(code: str, hint: str, old: str, new: str) -> Planted:
    return Planted(code, hint, ((OFFICE, old, new),))


def _condition(code: str, hint: str, sentence: str) -> Planted:
    quoted = sentence.replace("'", "''")
    return _full(code, hint, ("only_if: at least 3 days have passed since last visited_on", f"only_if: '{quoted}'"))


def _looked(code: str, hint: str, deadline: str, *pairs: tuple[str, str]) -> Planted:
    """Plant something in the deadline of the step `look`."""
    return _full(code, hint, ("looked: {limit: first_visit}", deadline), *pairs)


_LOOK = ("      look:\n", "      §look:\n")
_SIDE = ("  side:\n", "  §side:\n")
_NO_EXIT = ("    at_any_step:\n      stopped: {goes_to: done, who_may: worker}\n", "")
_LABEL = 'outside_label: {en: "Routine task", km: "កិច្ចការធម្មតា"}\n'
_SIDE_TITLE = 'title: {en: "Side", km: "ចំហៀង"}'
_DEFAULTED = "{id: reminder, at: 50 % of the limit, to: owner, as: reminder"
_LONG = "exposed is yes and " * 30

SHAPES: tuple[Planted, ...] = (
    _full("SP201", "`first_step`", ("    first_step: look", "    §frist_step: look\n    first_step: look")),
    _full("SP202", "`first_step:`", ("  main:\n", "  §main:\n"), ("    first_step: intake\n", "")),
    _full(
        "SP203", "key: value", ("commencement: {in_force: 2027-01-01, applies_to: new cases}", "commencement: §soon")
    ),
    _full("SP204", "Write a list", ("seen_by: [worker, chief]", "seen_by: §{worker: yes}")),
    _full("SP205", "one text", ("first_step: intake", "first_step: §[intake]")),
    _full("SP206", "`first_look`", ("      look:\n", "      §first-look:\n")),
    _common("SP207", "another name", "  hearing_on:", "  §Seen_on: {type: date}\n  hearing_on:"),
    _full("SP208", "`adopted`", ("status: adopted\nadopted_by", "status: §adoptd\nadopted_by")),
    _full("SP209", "`yes`", ("again: yes", "again: §true")),
    _full("SP210", "`2027-01-31`", ("in_force: 2027-01-01", "in_force: §2027-1-1")),
    _full("SP211", "from 1 to 100", ("times: 2,", "times: §many,")),
    _full("SP212", "one line", ('title: {en: "Main"', 'title: {en: §"Ma\\nin"')),
    _full(
        "SP213",
        "leave the key out",
        ('source: "an invented rule"\n            status', 'source: §""\n            status'),
    ),
    _full("SP214", "Delete one", ("[outcome, seen_on, risk_level]", "[outcome, seen_on, §outcome]")),
    _full("SP216", "to the top", ("spean: 1\nprotocol: full", "protocol: full\n§spean: 1")),
    _full("SP217", "that includes it", ("", "§limits: {a: {limit: 1 hour, kind: law, source: s}}\n")),
    _full("SP221", "`shared/limits.yaml`", ("[shared/common.yaml]", "[shared/common.yaml, §../common.yaml]")),
    _full("SP222", "`shared/common.yaml`", ("[shared/common.yaml]", "[§shared/comon.yaml]")),
    Planted(
        "SP223",
        "under `calendar`",
        (
            (FULL, "[shared/common.yaml]", "[shared/common.yaml, calendars/office.yaml]"),
            (OFFICE, "spean: 1\n", "§spean: 1\n"),
        ),
    ),
    Planted(
        "SP224",
        "rename it",
        (
            (FULL, "forbidden:\n", "limits: {first_visit: {limit: 1 hour, kind: default, source: s}}\nforbidden:\n"),
            (COMMON, "  first_visit:", "  §first_visit:"),
        ),
    ),
    _full("SP225", "`office`", ("calendar: office\ninclude", "calendar: §ofice\ninclude")),
    _office("SP226", "13:30-17:00", "tue: [08:00-12:00, 13:30-17:00]", "tue: [08:00-12:00, §13-17]"),
    _full("SP227", "`Asia/Phnom_Penh`", ("zone: Asia/Phnom_Penh", "zone: §Asia/Pnom_Penh")),
    _office("SP228", "`2027-01-01`", "{2027-01-01: New Year", "{§2026-01-01: New Year"),
    _office("SP229", "`calendar: office`", "calendar: office", "calendar: §ofice"),
    _office(
        "SP230",
        "`mon: [08:00-17:00]`",
        "hours:\n  mon: [08:00-12:00, 13:30-17:00]\n  tue: [08:00-12:00, 13:30-17:00]\n  wed: 08:00-17:00\n",
        "§hours: {mon: []}\n",
    ),
    _office("SP231", "under `to`", "to: 2027-04-18}", "to: §2027-04-11}"),
    _office("SP232", "after the first has ended", "from: 2027-04-19", "from: §2027-04-18"),
)

NAMES: tuple[Planted, ...] = (
    _full("SP301", "`care`", ("goes_to: care", "goes_to: §cara")),
    _full("SP302", "`side`", ("closes: all", "closes: [§sid]")),
    _full("SP303", "`give_up`", ("then: give_up", "then: §give_in")),
    _full("SP304", "`outcome`", ("collect: [outcome, seen_on", "collect: [§outcom, seen_on")),
    _full("SP305", "`help`", ("explain, consent to help]", "explain, §consent to halp]")),
    _full("SP306", "`worker`", ("done_by: worker\n        recorded", "done_by: §woker\n        recorded")),
    _looked("SP307", "`first_visit`", "looked: {limit: §frist_visit}"),
    _full("SP308", "`clinic`", ("escalation: clinic", "escalation: §clinc")),
    _full("SP309", "`life_saving`", ("exception: life_saving", "exception: §live_saving")),
    _common("SP310", "`letter`", "{id: letter,", "{id: §lettr,"),
    _full("SP311", "`explain`", ("task: explain,", "task: §explan,")),
    _full("SP312", "`decided`", ("counts_from: decided met", "counts_from: §decide met")),
    _full("SP313", "`lost`", ("set: {outcome: lost}", "set: {outcome: §lots}")),
    _common("SP314", "`outcomes`", "code_list: outcomes", "code_list: §outcome"),
    _full("SP315", "`consent to help`", ("[outcome, explain,", "[outcome, §help,")),
    Planted(
        "SP316",
        "another id",
        (
            (COMMON, "  remark: {", "  explain: {type: text}\n  remark: {"),
            (FULL, "required: [outcome, explain,", "required: [outcome, §explain,"),
        ),
    ),
)

SENTENCES: tuple[Planted, ...] = (
    _condition("SP401", "500 at most", f"{_LONG[:500]}§{_LONG[500:]}"),
    _condition("SP402", "leave the key out", "§"),
    _condition("SP403", 'straight quotation mark "', "remark is §“seen”"),
    _condition("SP404", "Close it", 'remark is §"Phnom'),
    _condition("SP405", "`is at least`", "count §>= 2"),
    _condition("SP406", "Add `)`", "not §(exposed is yes"),
    _condition("SP407", "simpler", f"{'(' * 20}§(exposed is yes{')' * 21}"),
    _condition("SP408", "brackets around", "exposed is yes and outcome is well §or outcome is lost"),
    _condition("SP409", "`not ( ... )`", "§not exposed is yes"),
    _condition("SP410", "step", "main has reached§"),
    _condition("SP411", "`is`", "exposed §equals yes"),
    _condition("SP412", "`exposed`", "§exposd is yes"),
    _condition("SP413", "main", "§closed has reached care"),
    _condition("SP414", "`is V`", "remark is §at least 2"),
    _condition("SP415", "`well`", "outcome is §wel"),
    _condition("SP416", "digits", "count is at least §two"),
    _looked("SP417", "`working days`", "looked: {limit: 3 §business days, kind: default, source: s}"),
    _condition("SP418", "days, weeks", "at least §5 working days have passed since seen_on"),
    _looked("SP419", "1 or more", "looked: {limit: §0 hours, kind: default, source: s}"),
    _full("SP420", "`the limit`", ("- {at: 50 % of the limit, to: owner}", "- {at: §halfway, to: owner}")),
    _full("SP421", "unit", ("on: 1 week, 1 month after seen_on", "on: §1, 3 months after seen_on")),
    _full(
        "SP422",
        "`2 weeks until CONDITION`",
        ("every: 2 weeks until outcome is known", "every: §until outcome is known"),
    ),
    _full("SP423", "`hiv_pep met`", ("counts_from: decided met", "counts_from: decided §missed")),
    _full("SP424", "`consent to ID`", ("consent to help]", "consent to help §is given]")),
    _full(
        "SP425",
        "1 day before",
        ("{limit: before_hearing}", "{limit: same day §before hearing_on, kind: default, source: s}"),
    ),
    Planted(
        "SP426",
        "another id",
        (
            (COMMON, "  remark: {", "  visit: {type: text}\n  remark: {"),
            (FULL, "only_if: at least 3 days have passed since last visited_on", "only_if: visit is §done"),
        ),
    ),
    _full("SP427", "`50 %`", ("- {at: 50 % of the limit, to: owner}", "- {at: §150 % of the limit, to: owner}")),
)

MEANINGS: tuple[Planted, ...] = (
    _full("SP501", "`goes_to`", _LOOK, _NO_EXIT, ("looked: {goes_to: done}", "looked: {stays: here}")),
    _full("SP502", "`actions`", ("final: closed}", "final: closed, §actions: {x: {stays: here}}}")),
    _full("SP503", "`opens_when:`", _SIDE, ("    opens_when: main has reached care\n", "")),
    _full("SP504", "`goes_to: STEP`", ("looked: {goes_to: done}", "§looked: {ref: [A3]}")),
    _full("SP505", "Delete one", ("looked: {goes_to: done}", "looked: {goes_to: done, §stays: here}")),
    _common("SP507", "`limit: 72 hours`", "first_visit: {limit: 14 days, ", "§first_visit: {"),
    _full(
        "SP508",
        "`adopted_on:`",
        (
            'status: adopted\nadopted_by: "An invented authority"\nadopted_on: 2026-01-31\n',
            'status: §adopted\nadopted_by: "An invented authority"\n',
        ),
    ),
    _common("SP509", "type choice", "depends_on: {risk_level:", "depends_on: {§remark:"),
    _common(
        "SP510",
        "`otherwise:`",
        "{risk_level: {high: 24 hours, medium: 72 hours, otherwise: 7 days}}",
        "{§risk_level: {high: 24 hours, medium: 72 hours}}",
    ),
    _common("SP511", "last rung", _DEFAULTED, f"{_DEFAULTED}, §repeat: 1 day"),
    _full(
        "SP512",
        "`no_limit:`",
        ("      care:\n", "      §care:\n"),
        ('        no_limit: "an agreement sets the date"\n', ""),
    ),
    _full("SP513", "`F is A`", ("only_if: outcome is lost and risk_level", "only_if: §risk_level")),
    _full(
        "SP514",
        "a person",
        (
            "later: {stays: here, required: [seen_on]}",
            "§later: {goes_to: care, automatic: yes, only_if: exposed is yes}",
        ),
    ),
    _full("SP515", "`only_if`", ("automatic: yes, only_if: outcome is well}", "§automatic: yes}")),
    _full("SP516", "another event", ("later: {stays: here,", "later: {event: §went on, stays: here,")),
    _full(
        "SP517",
        "`last visited_on`",
        ("only_if: at least 3 days have passed since last", "only_if: §at least 3 days have passed since"),
    ),
    _full("SP518", "`90 % of the time left`", ("escalation: clinic", "escalation: §ordinary")),
    _full("SP519", "72 hours", ("aim: 2 hours", "aim: §5 days")),
    _full("SP520", "`who_may`", ("looked: {goes_to: done}", "§looked: {goes_to: done, who_may: []}")),
    _full("SP521", "`goes_to`", ("closes: all", "closes: [§main]")),
    _looked("SP522", "`kind: default`", "looked: {limit: §14 days}"),
    _looked("SP523", "`first_visit`", "looked: {limit: first_visit, §kind: law}"),
    _full("SP524", "a number", ("count: 2,", "count: §two,")),
    _full("SP525", "`seen_on`", ("counts_from: seen_on", "counts_from: §remark")),
    _full(
        "SP526", "Delete `counts_from`", ("{limit: before_hearing}", "{limit: before_hearing, counts_from: §seen_on}")
    ),
    _full(
        "SP527",
        "Add one",
        ("  side:\n", "  empty: {opens_when: main has ended, first_step: x, §steps: {}}\n  side:\n"),
    ),
    _common("SP528", "`type: choice`", "type: number}", "type: number, §codes: [a]}"),
    _full("SP529", "`14 days`", ("otherwise: 14 days,", "otherwise: §10 working days,")),
    _common("SP531", "the limit", "escalations:\n", "escalations:\n  §nobody: []\n"),
    _full(
        "SP532",
        "Delete one",
        ("on: 1 week, 1 month after seen_on\n", "on: 1 week, 1 month after seen_on\n            §every: 1 day\n"),
    ),
    _full("SP533", "entering", ("decided: {limit: by_risk}", "decided: {limit: by_risk, counts_from: §answer met}")),
    _full(
        "SP540",
        "`final: OUTCOME`",
        (
            "        actions:\n          looked: {goes_to: done}\n",
            "        §success: yes\n        actions:\n          looked: {goes_to: done}\n",
        ),
    ),
    _full("SP541", "Silence is no success", ("final: closed}", "final: closed, §success: yes}")),
    _full("SP544", "new cases", ("applies_to: new cases", "applies_to: §all cases")),
    _common("SP543", "Exchange", "type: number}", "type: number, lowest: §2.5, highest: 2}"),
    _full("SP542", "`count`", ("carry: [risk_level]", "carry: [risk_level], one_per: §remark")),
    _full(
        "SP534",
        "without `required`",
        ("then: give_up", "then: §give_up"),
        ("give_up: {goes_to: closed,", "give_up: {goes_to: closed, required: [outcome],"),
    ),
)

_LOOKED = "        actions:\n          looked: {goes_to: done}\n"

DANGERS: tuple[Planted, ...] = (
    _full(
        "SP601",
        "delete the step",
        ("      done: {title", "      §alone: {no_limit: none, actions: {on: {goes_to: done}}}\n      done: {title"),
    ),
    _full(
        "SP602",
        "leads on",
        ("who_may: chief, closes: all}", "who_may: chief}"),
        ("elsewhere: {goes_to: side.look,", "elsewhere: {stays: here,"),
        _NO_EXIT,
        (
            "          looked: {goes_to: done}\n",
            "          looked: {goes_to: done}\n          astray: {goes_to: loop}\n",
        ),
        (
            "      done: {title",
            "      §loop: {no_limit: none, actions: {round: {goes_to: loop}}}\n      done: {title",
        ),
    ),
    _looked(
        "SP603",
        "with an account",
        "looked: {limit: first_visit, §escalation: [{id: letter, at: the limit, to: office, as: letter}]}",
    ),
    _looked(
        "SP604",
        "`outside_state: yes`",
        "looked: {limit: first_visit, §escalation: [{at: the limit, to: [chief, carer]}]}",
    ),
    _full("SP605", "`worker`", _LOOK, ("seen_by: [worker, chief]", "seen_by: [chief]")),
    _full(
        "SP606",
        "`who_may`",
        ("stopped: {goes_to: done, who_may: worker}", "§stopped: {goes_to: done, who_may: office}"),
    ),
    _full(
        "SP607",
        "`high`",
        (
            _LOOKED,
            "        §actions:\n          one: {goes_to: done, only_if: risk_level is low}\n"
            "          two: {goes_to: done, only_if: risk_level is medium}\n",
        ),
    ),
    _full(
        "SP608",
        "only one",
        (
            _LOOKED,
            "        §actions:\n          one: {goes_to: done, only_if: 'risk_level is one of low, medium'}\n"
            "          two: {goes_to: done, only_if: 'risk_level is one of medium, high'}\n",
        ),
    ),
    _full("SP609", "`at_any_step`", _SIDE, _NO_EXIT, ("who_may: chief, closes: all}", "who_may: chief}")),
    Planted(
        "SP610",
        "`status: official`",
        (
            (OFFICE, "status: official", "status: projected"),
            (FULL, "calendar: office\n            extend", "calendar: §office\n            extend"),
        ),
    ),
    _looked(
        "SP611",
        "reorder",
        "§looked: {limit: first_visit, escalation: "
        "[{at: 20 days after the start, to: owner}, {at: the limit, to: [chief, visitor]}]}",
    ),
    _full(
        "SP612",
        "`seen_by`",
        (
            "stopped: {goes_to: done, who_may: worker}",
            "stopped: {goes_to: done, who_may: carer, only_if: §remark is known}",
        ),
    ),
    _full("SP613", "how urgent", ('outside_label: {en: "Urgent task"', 'outside_label: §{en: "Urgent HIV task"')),
    _full("SP614", "`km:", (_SIDE_TITLE, 'title: §{en: "Side"}')),
    _full(
        "SP615",
        "outside_label",
        _LOOK,
        (f'title: {{en: "Look", km: "មើល"}}\n        {_LABEL}', 'title: {en: "Look", km: "មើល"}\n'),
    ),
    _full("SP616", "fuller.yaml", ("starts: {protocol: full,", "starts: {protocol: §fuller,")),
    _full("SP620", "what was reached", ("final: done}", "final: gone_missing, §success: yes}")),
    Planted(
        "SP621",
        "(by: A committee)",
        ((COMMON, "fields:\n", "authority: A committee\nfields:\n"), (FULL, "include: [", "include: §[")),
    ),
    _full(
        "SP622",
        "`at least first_visit has passed since seen_on`",
        ("looked: {limit: first_visit}", "looked: {limit: first_visit, counts_from: seen_on}"),
        (
            "only_if: at least 3 days have passed since last visited_on",
            "only_if: §at least 14 days have passed since seen_on",
        ),
    ),
    _common(
        "SP623",
        "`opens_to`",
        'help: {title: {en: "To be helped", km: "ទទួលជំនួយ"}, expires: 12 months, ref: [C1]}',
        'help: {title: {en: "To be helped", km: "ទទួលជំនួយ"}, expires: 12 months, ref: [C1], opens_to: §[office]}',
    ),
    _looked("SP617", "`applies_when`", "looked: {limit: first_visit, applies_when: exposed is yes}", _LOOK),
)

PLANTED: tuple[Planted, ...] = (*SHAPES, *NAMES, *SENTENCES, *MEANINGS, *DANGERS)
