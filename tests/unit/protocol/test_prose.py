"""Plain sentences: conditions, figures and names as people read them, in English and Khmer."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given

from engine.core.conditions import Condition, FactTest, Not, leaves
from engine.core.duration import Duration, Unit
from engine.core.judging.truth import evaluate
from engine.core.model import Basis, Kind, Limit, MessageKind, Protocol, Rung, RungAt
from engine.core.values import UNKNOWN
from engine.protocol.compile import compile as compile_protocol
from engine.protocol.outline import doubtful, outline
from engine.protocol.prose.conditions import OPPOSITES, parts, pushed, sentence
from engine.protocol.prose.figures import amount, kind, nature, rung
from engine.protocol.prose.names import Names
from engine.protocol.prose.numerals import day, digits, duration, each
from engine.protocol.sentences.conditions import parse_condition
from engine.protocol.sentences.names import Names as Known
from engine.protocol.sentences.names import TrackNames
from tests.condition_worlds import CONDITIONS, WORLDS, SmallWorld
from tests.documents import blocks
from tests.planted import FULL, full_sources

ADOPTED = {"status": "adopted", "adopted_by": "Ministry of Health", "adopted_on": date(2027, 2, 1)}


@cache
def example() -> Protocol:
    """Return the whole example of the reference."""
    (block,) = blocks("docs/language.md", "yaml protocol")
    protocol = compile_protocol({"p.yaml": block.text}, "p.yaml").protocol
    assert protocol is not None
    return protocol


def read(text: str) -> Condition:
    """Return what a sentence of the language means, with the names of the example."""
    protocol = example()
    tracks = {
        track.id: TrackNames(tuple(track.steps), tuple(step.final for step in track.steps.values() if step.final))
        for track in protocol.tracks.values()
    }
    tasks = tuple(task for track in protocol.tracks.values() for step in track.steps.values() for task in step.tasks)
    return parse_condition(text, Known(protocol.fields, tuple(protocol.consents), tracks, tasks))


def said(text: str, language: str = "en") -> str:
    """Return a condition of the example in plain words."""
    return sentence(read(text), Names(example(), language))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("risk_level is high", "“Risk” is “high”"),
        ("not (risk_level is high)", "“Risk” is not “high”"),
        ("risk_level is one of medium, high", "“Risk” is “medium” or “high”"),
        ("not (risk_level is one of medium, high)", "“Risk” is neither “medium” nor “high”"),
        ("exam_outcome is known", "“What the examination found” is known"),
        ("not (children is at least 2)", "“Children living with her” is less than 2"),
        ("moved_on is before hearing_date", "“Moved in on” is before “Day of the hearing”"),
        ("not (moved_on is the same as hearing_date)", "“Moved in on” is not the same as “Day of the hearing”"),
        ("at least 90 days have passed since moved_on", "at least 90 days have passed since “Moved in on”"),
        ("last plan_agreed is yes", "the latest answer to “Has she agreed to the plan?” is “yes”"),
        ("consent to home_visits is given", "consent “To be visited at home” is given"),
        ("not (consent to home_visits is given)", "consent “To be visited at home” is not given"),
        ("not (the person is a child)", "the person is an adult"),
        ("care has reached living", "lane “Care” has reached Article 2 (Living at home)"),
        ("legal has ended", "lane “Legal help” has ended"),
        ("not (legal ended as advised)", "lane “Legal help” did not end as “advised”"),
        ("home_visit was missed 2 times in a row", "“Visit at home” was missed 2 times in a row"),
        ("not (home_visit is done)", "“Visit at home” is not done"),
        (
            "risk_level is high and (wants_lawyer is yes or legal has ended)",
            "“Risk” is “high” and (either “Does she want a lawyer?” is “yes” or lane “Legal help” has ended)",
        ),
        (
            "not (risk_level is high and the person is a child)",
            "“Risk” is not “high” or the person is an adult",
        ),
    ],
)
def test_condition_in_plain_english(text: str, plain: str) -> None:
    """A condition says what a worker reads: labels, not ids; `not` where it belongs; articles with their numbers."""
    assert said(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("risk_level is high", "«Risk» គឺ «ខ្ពស់»"),
        ("not (risk_level is high)", "«Risk» មិនមែន «ខ្ពស់»"),
        ("children is at least 2", "«Children living with her» យ៉ាងតិច ២"),
        ("at least 90 days have passed since moved_on", "បានកន្លងផុតយ៉ាងតិច ៩០ ថ្ងៃ ចាប់តាំងពី «Moved in on»"),
        ("the person is a child", "សាមីខ្លួនជាកុមារ"),
        ("not (the person is a child)", "សាមីខ្លួនជាមនុស្សពេញវ័យ"),
        ("care is at living", "ផ្នែក «Care» ស្ថិតនៅ មាត្រា ២ (Living at home)"),
        ("not (consent to home_visits is given)", "គ្មានការយល់ព្រម «To be visited at home»"),
    ],
)
def test_condition_in_plain_khmer(text: str, plain: str) -> None:
    """The words of the language are Khmer, with Khmer digits; titles that have no Khmer stay as they are."""
    assert said(text, "km") == plain


@pytest.mark.parametrize("block", blocks("docs/language.md", "condition"), ids=str)
@pytest.mark.parametrize("language", ["en", "km"])
def test_every_condition_of_the_reference_can_be_said(block: object, language: str) -> None:
    """Whatever the reference shows can be said in both languages, and no id is left in it."""
    for line in block.text.splitlines():  # type: ignore[attr-defined]
        text = said(line, language)
        assert "_" not in text
        assert "{" not in text


@given(condition=CONDITIONS, world=WORLDS)
def test_plain_order_means_the_same(condition: Condition, world: SmallWorld) -> None:
    """Moving `not` to where it is said changes no meaning, in no world, with nothing known or all."""
    assert evaluate(pushed(condition), world) == evaluate(condition, world)
    assert all(not isinstance(part, Not) for part in leaves(pushed(condition)))


@given(condition=CONDITIONS, world=WORLDS)
def test_opposites_deny_each_other(condition: Condition, world: SmallWorld) -> None:
    """Where a denied question is said as another question, the two have opposite truths."""
    other = {one: two for pair in OPPOSITES for one, two in (pair, pair[::-1])}
    for leaf in leaves(condition):
        if isinstance(leaf, FactTest) and leaf.test in other:
            assert evaluate(Not(leaf), world) == evaluate(replace(leaf, test=other[leaf.test]), world)


def test_parts_are_those_that_must_all_be_so() -> None:
    """What must never be is listed part by part."""
    condition = read("care is at living and not (risk_level is high or the person is a child)")
    names = Names(example(), "en")
    assert [sentence(part, names) for part in parts(condition)] == [
        "lane “Care” stands at Article 2 (Living at home)",
        "“Risk” is not “high”",
        "the person is an adult",
    ]


def test_digits_days_and_lengths() -> None:
    """Khmer has its own digits, and its dates are written out."""
    assert digits(2027, "km") == "២០២៧"
    assert day(date(2027, 1, 31), "en") == "31 January 2027"
    assert day(date(2027, 1, 31), "km") == "ថ្ងៃទី៣១ ខែមករា ឆ្នាំ២០២៧"
    assert duration(Duration(72, Unit.HOURS), "km") == "៧២ ម៉ោង"
    assert duration(Duration(0, Unit.SAME_DAY), "en") == "the same day"
    assert [each(Duration(number, Unit.DAYS), "en") for number in (1, 2)] == ["day", "2 days"]
    assert each(Duration(1, Unit.DAYS), "km") == "ថ្ងៃ"


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("of", list(Kind))
@pytest.mark.parametrize("source", ["code art. 96 (read)", "general knowledge, not verified", ""])
@pytest.mark.parametrize("status", ["proposed", "adopted"])
def test_only_adopted_law_reads_as_law(of: Kind, source: str, status: str, language: str) -> None:
    """A figure says that it is law if its kind is law and its authority has adopted it, and in no other case."""
    names = Names(example(), language)
    adopted = ADOPTED if status == "adopted" else {}
    text = nature(Basis(of, source, **adopted), names)  # type: ignore[arg-type]
    law = {"en": "Law; adopted by Ministry of Health on 1 February 2027.", "km": "ច្បាប់ អនុម័តដោយ Ministry of Health"}
    denied = {"en": ("not law", "do not treat it as law"), "km": ("មិនមែនជាច្បាប់", "មិនត្រូវចាត់ទុកជាច្បាប់")}
    assert text.startswith(law[language]) is (of is Kind.LAW and status == "adopted")
    assert any(one in text for one in denied[language]) is (status == "proposed")
    short = kind(Basis(of, source, **adopted), names)  # type: ignore[arg-type]
    waiting = {"en": ("proposed", "not yet adopted"), "km": ("សំណើ", "មិនទាន់អនុម័ត")}
    assert any(one in short for one in waiting[language]) is (status == "proposed")


def test_natures_are_told_apart() -> None:
    """What nobody looked up, what no source fixes and what was read in a legal text say so, each in its own words."""
    names = Names(example(), "en")
    read_ = nature(Basis(Kind.LAW, "code art. 96 (read)", review_before=date(2027, 6, 30)), names)
    assert read_ == (
        "Legal text as read in: code art. 96 (read). Not yet adopted: do not treat it as law. "
        "To be looked at again before 30 June 2027."
    )
    assert "general knowledge, not verified" in nature(Basis(Kind.CLINICAL, "GENERAL KNOWLEDGE, NOT VERIFIED"), names)
    assert nature(Basis(Kind.DEFAULT, "x"), names).startswith("Proposed; no source fixes it; not adopted, not law.")
    assert "It is a figure of: Thailand." in nature(Basis(Kind.PRACTICE, "x", jurisdiction="Thailand"), names)
    assert kind(Basis(Kind.PRACTICE, "x", jurisdiction="Thailand"), names) == "proposed, practice; Thailand"


def test_amounts_and_rungs() -> None:
    """A limit says what it depends on or lies before; a rung says when, to whom, as what, and how often."""
    names = Names(example(), "en")
    basis = Basis(Kind.SAFETY)
    cases = {"high": Duration(7, Unit.DAYS), "medium": Duration(14, Unit.DAYS)}
    by_risk = Limit("x", basis, depends_on="risk_level", cases=cases)
    assert amount(by_risk, names) == (
        "by the answer to “Risk”: “high” 7 days, “medium” 14 days, until it is answered the shortest"
    )
    before = Limit("x", basis, Duration(14, Unit.DAYS), before="hearing_date")
    assert amount(before, names) == "14 days before the date in “Day of the hearing”"
    last = Rung(
        *("x", RungAt.AFTER_LIMIT, ("owner", "supervisor")),
        by=Duration(2, Unit.HOURS),
        sends=MessageKind.ESCALATION,
        unless_acknowledged=True,
        repeat=Duration(1, Unit.DAYS),
    )
    assert rung(last, names) == (
        "2 hours after the limit: whoever records the step and Supervisor "
        "(escalation, unless a promise runs, then again every day)"
    )


def test_answers_have_the_words_of_the_files() -> None:
    """A code is said in its own words; without, those every office knows; without any, as it is written."""
    text = """spean: 1
protocol: p
version: 1
roles: {r: {title: R}}
defaults: {done_by: r}
code_lists: {where: {codes: {home: {en: At home, km: "នៅផ្ទះ"}, elsewhere: Elsewhere}}}
fields:
  place: {label: Place, type: choice, code_list: where}
  size: {label: Size, type: choice, codes: {s: Small, l: Large}}
  odd: {label: Odd, type: choice, codes: [one_way]}
  word: {label: Word, type: text}
tracks: {main: {first_step: a, steps: {a: {no_limit: none, actions: {on: {goes_to: z}}}, z: {final: closed}}}}
"""
    protocol = compile_protocol({"p.yaml": text}, "p.yaml").protocol
    assert protocol is not None
    files = outline({"p.yaml": text}, "p.yaml")
    names = {language: Names(protocol, language, files.answers, files.doubtful) for language in ("en", "km")}
    assert names["km"].answer("place", "home") == "«នៅផ្ទះ»"
    assert names["km"].answer("place", "elsewhere") == "«Elsewhere»"
    assert names["en"].answer("size", ("s", "l")) == "“Small” or “Large”"
    assert names["en"].answer("odd", "one_way") == "“one way”"
    assert names["km"].answer("odd", UNKNOWN) == "«មិនដឹង»"
    assert names["en"].answer("word", "as_it_is") == "“as_it_is”"


def test_doubtful_khmer_is_marked() -> None:
    """A text whose line says that it is for review has a mark wherever it is shown; others have none."""
    line = 'a: {title: {en: "A", km: "ក"}, outside_label: {en: B, km: ខ}}'
    assert list(doubtful(f"{line}  # km: for review\nb: {{km: គ}}\n")) == ["ក", "ខ"]
    names = Names(example(), "km", {}, frozenset({"ក"}))
    assert names.say({"km": "ក"}, "") == "ក*"
    assert names.say({"km": "គ"}, "") == "គ"
    assert replace(names, language="en").say({"en": "A", "km": "ក"}, "") == "A"


def test_outline_tells_where_things_stand() -> None:
    """Each part of the full protocol stands where the outline says: its key is in that line of that file."""
    sources = full_sources()
    files = outline(sources, FULL)
    protocol = compile_protocol(sources, FULL).protocol
    assert protocol is not None
    paths = [f"tracks.{track.id}.steps.{step}" for track in protocol.tracks.values() for step in track.steps]
    paths += [f"limits.{one}" for one in protocol.limits] + [f"roles.{one}" for one in protocol.roles]
    for path in paths:
        place = files.find(path)
        assert re.match(rf"\s*(- )?{path.rpartition('.')[2]}:", sources[place.file].splitlines()[place.line - 1])
    assert files.parts[0].file == FULL
