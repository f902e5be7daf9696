"""Conditions in plain sentences, in English and Khmer: what a worker reads, not what the parser reads.

``engine.core.judging.wording`` puts a condition back into the language; here it becomes prose. ``not`` is said where
it belongs: "consent is not given", "the person is an adult".
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.core.conditions import (
    OF_TWO,
    And,
    Condition,
    ConsentGiven,
    FactTest,
    IsChild,
    Leaf,
    Not,
    Or,
    TaskIs,
    Test,
    TrackIs,
    TrackTest,
)
from engine.core.duration import Duration
from engine.core.model import Text
from engine.protocol.prose.names import Names
from engine.protocol.prose.numerals import digits, duration

#: Each question, and how it is said when it is denied.
_YES: Mapping[str, Text] = {
    Test.IS: {"en": "{field} is {value}", "km": "{field} គឺ {value}"},
    Test.IS_NOT: {"en": "{field} is not {value}", "km": "{field} មិនមែន {value}"},
    Test.IS_ONE_OF: {"en": "{field} is {value}", "km": "{field} គឺ {value}"},
    Test.IS_KNOWN: {"en": "{field} is known", "km": "ដឹងចម្លើយចំពោះ {field}"},
    Test.AT_LEAST: {"en": "{field} is at least {value}", "km": "{field} យ៉ាងតិច {value}"},
    Test.AT_MOST: {"en": "{field} is at most {value}", "km": "{field} យ៉ាងច្រើន {value}"},
    Test.MORE_THAN: {"en": "{field} is more than {value}", "km": "{field} លើសពី {value}"},
    Test.LESS_THAN: {"en": "{field} is less than {value}", "km": "{field} តិចជាង {value}"},
    Test.BEFORE: {"en": "{field} is before {value}", "km": "{field} មុន {value}"},
    Test.AFTER: {"en": "{field} is after {value}", "km": "{field} ក្រោយ {value}"},
    Test.SAME: {"en": "{field} is the same as {value}", "km": "{field} ដូចគ្នានឹង {value}"},
    Test.PASSED: {
        "en": "at least {value} have passed since {field}",
        "km": "បានកន្លងផុតយ៉ាងតិច {value} ចាប់តាំងពី {field}",
    },
    "consent": {"en": "consent {name} is given", "km": "មានការយល់ព្រម {name}"},
    "child": {"en": "the person is a child", "km": "សាមីខ្លួនជាកុមារ"},
    TrackTest.AT: {"en": "{track} stands at {step}", "km": "{track} ស្ថិតនៅ {step}"},
    TrackTest.REACHED: {"en": "{track} has reached {step}", "km": "{track} ធ្លាប់ដល់ {step}"},
    TrackTest.ENDED: {"en": "{track} has ended", "km": "{track} បានបញ្ចប់"},
    TrackTest.ENDED_AS: {"en": "{track} ended as {outcome}", "km": "{track} បានបញ្ចប់ជា {outcome}"},
    "done": {"en": "{name} is done", "km": "{name} បានធ្វើរួច"},
    "missed": {"en": "{name} was missed {times} in a row", "km": "{name} ខកខាន {times} ជាប់គ្នា"},
}  # km: for review
#: Questions that deny each other: whatever is known, one of them is true if and only if the other is false.
OPPOSITES = (
    (Test.IS, Test.IS_NOT),
    (Test.AT_LEAST, Test.LESS_THAN),
    (Test.AT_MOST, Test.MORE_THAN),
)
_NO: Mapping[str, Text] = {
    **{one: _YES[other] for pair in OPPOSITES for one, other in (pair, pair[::-1])},
    Test.IS_ONE_OF: {"en": "{field} is neither {value}", "km": "{field} មិនមែន {value}"},
    Test.IS_KNOWN: {"en": "{field} is not known", "km": "មិនទាន់ដឹងចម្លើយចំពោះ {field}"},
    Test.BEFORE: {"en": "{field} is not before {value}", "km": "{field} មិនមុន {value}"},
    Test.AFTER: {"en": "{field} is not after {value}", "km": "{field} មិនក្រោយ {value}"},
    Test.SAME: {"en": "{field} is not the same as {value}", "km": "{field} មិនដូចគ្នានឹង {value}"},
    Test.PASSED: {
        "en": "less than {value} have passed since {field}",
        "km": "បានកន្លងផុតតិចជាង {value} ចាប់តាំងពី {field}",
    },
    "consent": {"en": "consent {name} is not given", "km": "គ្មានការយល់ព្រម {name}"},
    "child": {"en": "the person is an adult", "km": "សាមីខ្លួនជាមនុស្សពេញវ័យ"},
    TrackTest.AT: {"en": "{track} does not stand at {step}", "km": "{track} មិនស្ថិតនៅ {step}"},
    TrackTest.REACHED: {"en": "{track} has not reached {step}", "km": "{track} មិនធ្លាប់ដល់ {step}"},
    TrackTest.ENDED: {"en": "{track} has not ended", "km": "{track} មិនទាន់បញ្ចប់"},
    TrackTest.ENDED_AS: {"en": "{track} did not end as {outcome}", "km": "{track} មិនបានបញ្ចប់ជា {outcome}"},
    "done": {"en": "{name} is not done", "km": "{name} មិនទាន់បានធ្វើ"},
    "missed": {"en": "{name} was not missed {times} in a row", "km": "{name} មិនខកខាន {times} ជាប់គ្នា"},
}  # km: for review
_NOR: Text = {"en": " nor ", "km": " ឬ "}  # km: for review
_TIMES: Text = {"en": "{} times", "km": "{} ដង"}  # km: for review
_ONCE: Text = {"en": "once", "km": "ម្តង"}
_AND: Text = {"en": " and ", "km": " ហើយ "}
_OR: Text = {"en": " or ", "km": " ឬ "}
_EITHER: Text = {"en": "either {}", "km": "{}"}


def sentence(condition: Condition, names: Names) -> str:
    """Return the condition as a part of a sentence: what may follow "if"."""
    return _sentence(pushed(condition), names)


def parts(condition: Condition) -> tuple[Condition, ...]:
    """Return what must all be so."""
    every = pushed(condition)
    return every.parts if isinstance(every, And) else (every,)


def pushed(condition: Condition, *, denied: bool = False) -> Condition:
    """Return the same condition with each ``not`` at a single question, and no brackets that say nothing."""
    if isinstance(condition, Not):
        return pushed(condition.part, denied=not denied)
    if isinstance(condition, And | Or):
        kind = Or if isinstance(condition, And) is denied else And
        flat: list[Condition] = []
        for one in (pushed(part, denied=denied) for part in condition.parts):
            flat.extend(one.parts if isinstance(one, kind) else (one,))
        return kind(tuple(flat))
    return Not(condition) if denied else condition


def _sentence(condition: Condition, names: Names) -> str:
    language = names.language
    if isinstance(condition, And | Or):
        word = (_AND if isinstance(condition, And) else _OR)[language]
        said = [_bracketed(part, names) for part in condition.parts]
        return names.word("comma").join(said[:-1]) + word + said[-1]
    if isinstance(condition, Not):
        return _leaf(condition.part, names, denied=True)  # type: ignore[arg-type] # pushed down to a leaf
    return _leaf(condition, names, denied=False)


def _bracketed(part: Condition, names: Names) -> str:
    said = _sentence(part, names)
    if isinstance(part, Or):
        return f"({_EITHER[names.language].format(said)})"
    return f"({said})" if isinstance(part, And) else said


def _leaf(leaf: Leaf, names: Names, *, denied: bool) -> str:
    form = _NO if denied else _YES
    if isinstance(leaf, ConsentGiven):
        return form["consent"][names.language].format(name=names.consent(leaf.consent))
    if isinstance(leaf, IsChild):
        return form["child"][names.language]
    if isinstance(leaf, TaskIs):
        return _task(leaf, names, form)
    return _fact(leaf, names, form) if isinstance(leaf, FactTest) else _track(leaf, names, form)


def _task(leaf: TaskIs, names: Names, form: Mapping[str, Text]) -> str:
    name = names.task(leaf.task)
    if not leaf.missed_times:
        return form["done"][names.language].format(name=name)
    number = digits(leaf.missed_times, names.language)
    times = _ONCE[names.language] if leaf.missed_times == 1 else _TIMES[names.language].format(number)
    return form["missed"][names.language].format(name=name, times=times)


def _track(leaf: TrackIs, names: Names, form: Mapping[str, Text]) -> str:
    track = names.word("lane").format(names.quoted(names.track(leaf.track)))
    step = names.step(leaf.track, leaf.word) if leaf.test in {TrackTest.AT, TrackTest.REACHED} else ""
    outcome = names.quoted(leaf.word.replace("_", " "))
    return form[leaf.test][names.language].format(track=track, step=step, outcome=outcome)


def _fact(leaf: FactTest, names: Names, form: Mapping[str, Text]) -> str:
    template = form[leaf.test][names.language]
    return template.format(field=names.field(leaf.field), value=_value(leaf, names, denied=form is _NO))


def _value(leaf: FactTest, names: Names, *, denied: bool) -> str:
    value = leaf.value
    if value is None:
        return ""
    if isinstance(value, Duration):
        return duration(value, names.language)
    if leaf.test in OF_TWO:
        return names.field(str(value))
    if isinstance(value, tuple) and denied:
        return _NOR[names.language].join(names.answer(leaf.field, one) for one in value)
    return names.answer(leaf.field, value)
