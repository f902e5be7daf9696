"""The codes SP4xx: what keeps a one-line sentence from being read (11, 16, 22)."""

from __future__ import annotations

from engine.protocol.codes.explanation import Explanation
from engine.protocol.problems import Severity


def _error(code: str, title: str, what: str, wrong: str, right: str) -> Explanation:
    return Explanation(code, Severity.ERROR, title, what, wrong, right)


_SHAPE = (
    _error(
        "SP401",
        "A sentence is too long",
        "A sentence may have 500 characters, so that a reader can still hold it. Split it into two actions or two "
        "rules, or record what it asks as a fact of its own.",
        "only_if: <a sentence of 600 characters>",
        "only_if: plan_agreed is yes",
    ),
    _error(
        "SP402",
        "A sentence is empty",
        "The key promises a sentence and none follows. An action without a condition has no `only_if`.",
        'only_if: ""',
        "only_if: safe is yes",
    ),
    _error(
        "SP403",
        "A character that has no meaning in a sentence",
        "Curly quotes, Khmer digits, invisible spaces and letters outside quotes look like what is meant and are not."
        " The message gives the name of the character.",
        "only_if: name is “Sok”",
        'only_if: name is "Sok"',
    ),
    _error(
        "SP404",
        "A quotation mark inside a sentence is never closed",
        "Text of several words stands between two straight quotation marks.",
        'only_if: city is "Phnom Penh',
        'only_if: city is "Phnom Penh"',
    ),
    _error(
        "SP405",
        "A sign of a programming language",
        "Conditions are sentences of words, because the people who answer for them are not programmers. There is no "
        "arithmetic, no pattern and no name of code in them.",
        "only_if: children >= 2 && safe == yes",
        "only_if: children is at least 2 and safe is yes",
    ),
    _error(
        "SP406",
        "A bracket without its partner",
        "Each ( needs its ). The place is the bracket that is alone.",
        "only_if: not (safe is yes",
        "only_if: not (safe is yes)",
    ),
    _error(
        "SP407",
        "Too many brackets in each other",
        "Brackets may stand in each other up to 20 levels. A condition that needs more hides a decision that "
        "somebody should make and record.",
        "only_if: <21 opening brackets>safe is yes",
        "only_if: safe is yes",
    ),
    _error(
        "SP408",
        "`and` and `or` are mixed without brackets",
        "Some readers take `and` first, others read from left to right. Brackets say which is meant.",
        "only_if: safe is yes and willing is yes or funded is yes",
        "only_if: safe is yes and (willing is yes or funded is yes)",
    ),
    _error(
        "SP409",
        "`not` in the wrong place",
        "`not` stands in front of a question in brackets. Inside a question it is allowed only as `F is not V`. An "
        "adult is asked for as `not (the person is a child)`.",
        "only_if: not safe is yes",
        "only_if: not (safe is yes)",
    ),
    _error(
        "SP410",
        "A sentence stops too early",
        "A word or an id is missing at the end, or before the word named.",
        "only_if: response has reached",
        "only_if: response has reached safe_space",
    ),
    _error(
        "SP411",
        "A word that is not understood",
        "The words of the language are fixed, in small letters. The message shows the word that was probably meant "
        "or the shape of the sentence.",
        "only_if: safe equals yes",
        "only_if: safe is yes",
    ),
)

_NAMES = (
    _error(
        "SP412",
        "A name nobody knows",
        "Fields, consents, tracks, steps, outcomes and tasks are declared before a sentence may name them. Mostly it "
        "is a slip of the keyboard: the message gives the nearest name.",
        "only_if: possible_exposur is yes",
        "only_if: possible_exposure is yes",
    ),
    _error(
        "SP413",
        "The name of another kind of thing",
        "The name exists, but as something else: a step where a track is meant, a consent where a field is meant.",
        "only_if: safe_space has reached triage",
        "only_if: response has reached safe_space",
    ),
    _error(
        "SP414",
        "A question that does not fit the kind of field",
        "Numbers are compared with `is at least`, `is at most`, `is more than`, `is less than`; dates with another "
        "date field or with a length of time; texts and codes with `is`, `is not`, `is one of`.",
        "only_if: city is at least 2",
        "only_if: children is at least 2",
    ),
    _error(
        "SP415",
        "A value that is no answer of the field",
        "The field has a list of codes, and this is not one of them. `unknown` is an answer of every field.",
        "only_if: risk_level is hihg",
        "only_if: risk_level is high",
    ),
    _error(
        "SP416",
        "A number is needed",
        "Numbers are written with the digits 0 to 9 and, if needed, a point. Amounts of times are whole.",
        "only_if: children is at least two",
        "only_if: children is at least 2",
    ),
    _error(
        "SP426",
        "A name that means two things",
        "A field and a task have the same id, so `X is done` could mean either. In quotes it is the answer.",
        "only_if: visit is done",
        'only_if: visit is "done"',
    ),
)

_TIMES = (
    _error(
        "SP417",
        "A length of time that cannot be read",
        "A length of time is one whole number and one unit: seconds, minutes, hours, days, weeks, months, years, "
        "working hours or working days; or `same day`. Hours run at night, working hours do not.",
        "limit: 3 business days",
        "limit: 3 working days",
    ),
    _error(
        "SP418",
        "A unit that a condition cannot ask for",
        "A condition asks for time that has passed by the clock or the calendar. Working time depends on whose "
        "calendar counts, so it belongs to deadlines.",
        "only_if: at least 5 working days have passed since moved_on",
        "only_if: at least 7 days have passed since moved_on",
    ),
    _error(
        "SP419",
        "An amount that cannot be meant",
        "A limit is 1 or more and not longer than 100 years.",
        "limit: 0 hours",
        "limit: same day",
    ),
    _error(
        "SP420",
        "A rung without a clear time",
        "A rung is due at a share of the limit or of the time left, some time after the start, before the limit or "
        "after it, or at the limit.",
        "at: halfway",
        "at: 50 % of the limit",
    ),
    _error(
        "SP421",
        "An offset of a grid that cannot be read",
        "Each offset of a repeating task has its own number and unit; the date they count from stands at the end.",
        "on: 1, 3, 6 months after moved_on",
        "on: 1 month, 3 months, 6 months after moved_on",
    ),
    _error(
        "SP422",
        "A rhythm that cannot be read",
        "A task repeats every so often until a condition is true.",
        "every: until moved_on is known",
        "every: 2 weeks until moved_on is known",
    ),
    _error(
        "SP423",
        "A start of a clock that cannot be read",
        "A clock counts from `entering`, from a date field, or from another deadline of the step: its being met or "
        "its limit. Which of the two has to be said.",
        "counts_from: hiv_pep missed",
        "counts_from: hiv_pep limit",
    ),
    _error(
        "SP424",
        "An entry of `required` that is no name",
        "`required` lists names: a field, a task, or `consent to` with the consent. Whether it is given is what the "
        "engine asks.",
        "required: [consent to medical_exam is given]",
        "required: [consent to medical_exam]",
    ),
    _error(
        "SP425",
        "A limit before a date that has no length",
        "A limit before a date counts days back from it. `same day` has nothing to count.",
        "limit: same day before hearing_date",
        "limit: 1 day before hearing_date",
    ),
    _error(
        "SP427",
        "A share that is no percentage",
        "A share is a whole number from 1 to 100 with the sign %.",
        "at: 150 % of the limit",
        "at: 50 % of the limit",
    ),
)

SENTENCES: tuple[Explanation, ...] = (*_SHAPE, *_NAMES, *_TIMES)
