"""Figures in plain words: how long, of what nature, from which source, and who is told when.

A figure is law only if its kind is law and its authority has adopted it; all else says first that it is proposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.core.model import Basis, Deadline, Kind, Limit, MessageKind, NoNews, Rung, RungAt, Text
from engine.protocol.prose.names import Names
from engine.protocol.prose.numerals import day, digits, duration, each

KINDS: Mapping[Kind, Text] = {
    Kind.LAW: {"en": "law", "km": "ច្បាប់"},
    Kind.SAFETY: {"en": "safety", "km": "សុវត្ថិភាព"},
    Kind.CLINICAL: {"en": "clinical", "km": "វេជ្ជសាស្ត្រ"},
    Kind.EVIDENCE: {"en": "evidence", "km": "ភស្តុតាង"},
    Kind.GUIDANCE: {"en": "guidance", "km": "គោលការណ៍ណែនាំ"},
    Kind.PRACTICE: {"en": "practice", "km": "ការអនុវត្ត"},
    Kind.DEFAULT: {"en": "default", "km": "លំនាំដើម"},
}  # km: for review
SENT: Mapping[MessageKind, Text] = {
    MessageKind.REMINDER: {"en": "reminder", "km": "រំលឹក"},
    MessageKind.ESCALATION: {"en": "escalation", "km": "រាយការណ៍ឡើងលើ"},
    MessageKind.LETTER: {"en": "letter", "km": "លិខិត"},
}  # km: for review
AT: Mapping[RungAt, Text] = {
    RungAt.SHARE: {"en": "at {share} % of the limit", "km": "ពេលដល់ {share} % នៃពេលកំណត់"},
    RungAt.SHARE_LEFT: {"en": "at {share} % of the time left", "km": "ពេលដល់ {share} % នៃពេលនៅសល់"},
    RungAt.AFTER_START: {"en": "{by} after the start", "km": "{by} ក្រោយពេលចាប់ផ្តើម"},
    RungAt.BEFORE_LIMIT: {"en": "{by} before the limit", "km": "{by} មុនពេលកំណត់"},
    RungAt.AT_LIMIT: {"en": "at the limit", "km": "ពេលដល់កំណត់"},
    RungAt.AFTER_LIMIT: {"en": "{by} after the limit", "km": "{by} ក្រោយពេលកំណត់"},
}  # km: for review
_WORDS: Mapping[str, Text] = {
    "before": {"en": "{} before the date in {}", "km": "{} មុនកាលបរិច្ឆេទនៃ {}"},
    "depends": {"en": "by the answer to {}: {}", "km": "តាមចម្លើយចំពោះ {}៖ {}"},
    "otherwise": {"en": "otherwise {}", "km": "ក្រៅពីនេះ {}"},
    "shortest": {"en": "until it is answered the shortest", "km": "មុនពេលមានចម្លើយ យកពេលខ្លីបំផុត"},
    "no law": {"en": "legal text, not yet adopted", "km": "អត្ថបទច្បាប់ មិនទាន់អនុម័ត"},
    "no source": {"en": "proposed, no source fixes it", "km": "សំណើ គ្មានប្រភពកំណត់"},
    "general": {"en": "proposed, general knowledge, not verified", "km": "សំណើ ចំណេះដឹងទូទៅ មិនទាន់ផ្ទៀងផ្ទាត់"},
    "proposed": {"en": "proposed, {}", "km": "សំណើ {}"},
    "adopted": {"en": "{}, adopted by {}", "km": "{} អនុម័តដោយ {}"},
    "unless": {"en": "unless a promise runs", "km": "លើកលែងតែមានការសន្យា"},
    "repeat": {"en": "then again every {}", "km": "បន្ទាប់មករៀងរាល់ {}"},
    "rung": {"en": "{when}: {to} ({sent})", "km": "{when}៖ {to} ({sent})"},
    "own list": {"en": "a list of its own", "km": "បញ្ជីផ្ទាល់"},
    # The full sentences of the handbook.
    "law read": {
        "en": "Legal text as read in: {source}. Not yet adopted: do not treat it as law.",
        "km": "អត្ថបទច្បាប់ តាមដែលបានអានក្នុង៖ {source}។ មិនទាន់អនុម័ត៖ មិនត្រូវចាត់ទុកជាច្បាប់ឡើយ។",
    },
    "law unread": {
        "en": "Said to stand in a legal text; general knowledge, not verified: {source}. "
        "Not yet adopted: do not treat it as law.",
        "km": "គេថាមានក្នុងអត្ថបទច្បាប់ ជាចំណេះដឹងទូទៅ មិនទាន់ផ្ទៀងផ្ទាត់៖ {source}។ មិនទាន់អនុម័ត៖ មិនត្រូវចាត់ទុកជាច្បាប់ឡើយ។",
    },
    "default long": {
        "en": "Proposed; no source fixes it; not adopted, not law. Note: {source}.",
        "km": "សំណើ គ្មានប្រភពកំណត់ មិនទាន់អនុម័ត មិនមែនជាច្បាប់។ កំណត់សម្គាល់៖ {source}។",
    },
    "general long": {
        "en": "Proposed ({kind}); general knowledge, not verified; not adopted, not law. Source: {source}.",
        "km": "សំណើ ({kind}) ចំណេះដឹងទូទៅ មិនទាន់ផ្ទៀងផ្ទាត់ មិនទាន់អនុម័ត មិនមែនជាច្បាប់។ ប្រភព៖ {source}។",
    },
    "proposed long": {
        "en": "Proposed ({kind}); not adopted, not law. Source: {source}.",
        "km": "សំណើ ({kind}) មិនទាន់អនុម័ត មិនមែនជាច្បាប់។ ប្រភព៖ {source}។",
    },
    "adopted long": {
        "en": "{kind}; adopted by {by} on {on}. Source: {source}.",
        "km": "{kind} អនុម័តដោយ {by} នៅ{on}។ ប្រភព៖ {source}។",
    },
    "adopted law": {
        "en": "Law; adopted by {by} on {on}. Legal text: {source}.",
        "km": "ច្បាប់ អនុម័តដោយ {by} នៅ{on}។ អត្ថបទច្បាប់៖ {source}។",
    },
    "review": {"en": "To be looked at again before {}.", "km": "ត្រូវពិនិត្យឡើងវិញមុន{}។"},
    "jurisdiction": {"en": "It is a figure of: {}.", "km": "លេខនេះជារបស់៖ {}។"},
    "no word": {"en": "none is named", "km": "មិនបានបញ្ជាក់"},
}  # km: for review


def word(name: str, names: Names) -> str:
    """Return one of the words or sentences about figures."""
    return _WORDS[name][names.language]


def amount(limit: Limit, names: Names) -> str:
    """Return how long a limit is, with what it depends on or lies before."""
    language = names.language
    if limit.duration is not None:
        length = duration(limit.duration, language)
        return word("before", names).format(length, names.field(limit.before)) if limit.before else length
    return _cases(limit, names)


def _cases(limit: Limit, names: Names) -> str:
    of = limit.depends_on or ""
    cases = [f"{names.answer(of, code)} {duration(one, names.language)}" for code, one in limit.cases.items()]
    if limit.otherwise is not None:
        cases.append(word("otherwise", names).format(duration(limit.otherwise, names.language)))
    else:
        cases.append(word("shortest", names))
    return word("depends", names).format(names.field(of), ", ".join(cases))


def kind(basis: Basis, names: Names) -> str:
    """Return the nature of a figure in a few words. What is not adopted says so before anything else."""
    whose = f"; {basis.jurisdiction}" if basis.jurisdiction else ""
    return _kind(basis, names) + whose


def _kind(basis: Basis, names: Names) -> str:
    said = KINDS[basis.kind][names.language]
    if basis.status == "adopted":
        return word("adopted", names).format(said, basis.adopted_by)
    if basis.kind is Kind.LAW:
        return word("no law", names)
    if basis.kind is Kind.DEFAULT:
        return word("no source", names)
    return word("general", names) if is_general(basis.source) else word("proposed", names).format(said)


def nature(basis: Basis, names: Names) -> str:
    """Return the nature and the source of a figure in full sentences."""
    language = names.language
    source = basis.source.rstrip(". ") or word("no word", names)
    said = KINDS[basis.kind][language]
    if basis.status == "adopted" and basis.adopted_on is not None:
        form = "adopted law" if basis.kind is Kind.LAW else "adopted long"
        text = word(form, names).format(
            kind=said[:1].upper() + said[1:],
            by=basis.adopted_by,
            on=day(basis.adopted_on, language),
            source=source,
        )
    else:
        text = word(_form(basis), names).format(kind=said, source=source)
    if basis.jurisdiction:
        text += " " + word("jurisdiction", names).format(basis.jurisdiction)
    if basis.review_before is not None:
        text += " " + word("review", names).format(day(basis.review_before, language))
    return text


def _form(basis: Basis) -> str:
    general = is_general(basis.source)
    if basis.kind is Kind.LAW:
        return "law unread" if general else "law read"
    if basis.kind is Kind.DEFAULT:
        return "default long"
    return "general long" if general else "proposed long"


def is_general(source: str) -> bool:
    """Return whether a source says of itself that nobody has looked it up."""
    lowered = source.lower()
    return "general knowledge" in lowered or "not verified" in lowered


def rung(one: Rung, names: Names) -> str:
    """Return when a rung goes out, to whom, and as what."""
    language = names.language
    by = duration(one.by, language) if one.by is not None else ""
    when = AT[one.at][language].format(share=digits(one.share, language), by=by)
    sent = [SENT[one.sends][language]]
    if one.unless_acknowledged:
        sent.append(word("unless", names))
    if one.repeat is not None:
        sent.append(word("repeat", names).format(each(one.repeat, language)))
    to = names.all_of(names.role(role) for role in one.to)
    return word("rung", names).format(when=when, to=to, sent=names.word("comma").join(sent))


def rungs(many: Iterable[Rung], names: Names) -> list[str]:
    """Return who is told when, one part of a sentence for each rung."""
    return [rung(one, names) for one in many]


def list_name(deadline: Deadline, names: Names) -> str:
    """Return the name of the escalation, if it is one of the shared ones."""
    return deadline.escalation.replace("_", " ") if deadline.escalation else word("own list", names)


def no_news_limits(of: NoNews, names: Names) -> str:
    """Return after how long without news an open case alarms."""
    language = names.language
    if of.risk_field is None:
        return duration(of.otherwise, language)
    cases = [f"{names.answer(of.risk_field, code)} {duration(one, language)}" for code, one in of.limits.items()]
    cases.append(word("otherwise", names).format(duration(of.otherwise, language)))
    return word("depends", names).format(names.field(of.risk_field), ", ".join(cases))
