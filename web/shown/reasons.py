"""Why something is not possible, in words that help: what stands in the way, what it needs, who can help (14)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.core.case.reasons import Reason, Why
from engine.core.conditions import Not
from engine.protocol.prose.conditions import sentence
from web.titles import Titles
from web.words.catalog import N_, say

#: The sentences where the plain one of the engine speaks of ids. ``{subject}`` and ``{detail}`` are titles here.
_SENTENCES: Mapping[Why, str] = {
    Why.CASE_CLOSED: N_("The case is closed."),
    Why.VISIT_LEFT: N_("The step was left meanwhile; look at the case again."),
    Why.TRACK_NOT_OPEN: N_("This part of the case is not open."),
    Why.NO_SUCH_ACTION: N_("The step was left meanwhile; look at the case again."),
    Why.ROLE: N_("It is not yours to do."),
    Why.NOT_YET: N_("It is not possible yet."),
    Why.FACT_MISSING: N_("Still to be answered: “{subject}”"),
    Why.CONSENT_MISSING: N_("Her agreement is missing: “{subject}”"),
    Why.CONSENT_NOT_FOR: N_("This agreement is about something else: “{subject}”. Choose one for: {detail}."),
    Why.TASK_OPEN: N_("A task is not done: “{subject}”"),
    Why.FORBIDDEN: N_("A rule forbids it."),
    Why.APPROVAL: N_("Another person has to approve it."),
    Why.NO_PREVIOUS: N_("There is no step to go back to."),
    Why.UNKNOWN_FIELD: N_("There is no such question in this protocol."),
    Why.WRONG_VALUE: N_("“{subject}”: {detail}."),
    Why.MAY_NOT_WRITE: N_("It is not yours to record: “{subject}”"),
    Why.NEEDS_REASON: N_("It needs a reason."),
    Why.NEEDS_SUPERVISOR: N_("It needs the supervisor: “{subject}”"),
    Why.IN_THE_FUTURE: N_("This lies in the future."),
    Why.CONFLICT: N_("“{subject}” was changed meanwhile; look at it again."),
    Why.ASKED_ALREADY: N_("It waits for an approval already."),
    Why.NEEDS_NO_APPROVAL: N_("It needs no approval; do it."),
    Why.NO_EXCEPTION: N_("It allows no exception."),
    Why.ANSWERED: N_("It was answered already."),
    Why.LAPSED: N_("What was asked for has lapsed; ask anew."),
    Why.NOT_ASKED: N_("It is not yours to answer."),
    Why.ANOTHER_PERSON: N_("Another person has to answer it."),
    Why.NOTHING_TO_WITHDRAW: N_("There is nothing here that could be taken back."),
    Why.TAKEN_SINCE: N_("The case has moved on since; take a new action instead."),
    Why.NOT_HOLDER: N_("It is handed over by who holds it, or by the supervisor."),
    Why.MAY_NOT: N_("It is not yours to do."),
    Why.MAY_NOT_PROMISE: N_("Only somebody with a role in the case can promise to act."),
    Why.NO_SUCH_USER: N_("There is nobody of this name to whom it could go."),
    Why.NO_SUCH_AGENCY: N_("There is no agency of this name to which it could go."),
    Why.AGENCY_WITH_LEAD: N_("To another agency the case goes only with who leads it. Leave the agency out."),
    Why.NOT_EXTENDABLE: N_("This limit cannot be extended."),
    Why.DRAFT: N_("The protocol is a draft; it runs only on invented people until it is adopted."),
    Why.OLD_VERSION: N_("The protocol has another version in force; begin with that one."),
}
_NEEDS = N_("It needs: {}.")
_HELP = N_("Who can help: {}.")
#: Reasons whose ``subject`` is a field, a consent.
_OF_FIELDS = {Why.FACT_MISSING, Why.WRONG_VALUE, Why.MAY_NOT_WRITE, Why.NEEDS_SUPERVISOR, Why.CONFLICT}

_OF_CONSENTS = {Why.CONSENT_MISSING, Why.CONSENT_NOT_FOR}


def in_words(reason: Reason, titles: Titles, enrolment: str) -> str:
    """Return one reason as a sentence or two, in the language of the titles."""
    language, own = titles.language, reason.enrolment or enrolment
    known = _SENTENCES.get(reason.why)
    parts = [say(language, known).format(**_said(reason, titles)) if known is not None else str(reason)]
    if reason.blocking and own in titles.case.enrolments:
        names = titles.names(own)
        needed = (sentence(one.leaf if one.needed else Not(one.leaf), names) for one in reason.blocking)
        parts.append(say(language, _NEEDS).format("; ".join(needed)))
    if reason.who:
        parts.append(say(language, _HELP).format(", ".join(map(titles.role, reason.who))))
    return " ".join(parts)


def _said(reason: Reason, titles: Titles) -> Mapping[str, str]:
    subject = reason.subject.replace("_", " ")
    if reason.why in _OF_FIELDS:
        subject = titles.label(reason.subject)
    elif reason.why in _OF_CONSENTS:
        subject = titles.consent(reason.subject)
    if reason.why is Why.CONSENT_NOT_FOR:
        return {"subject": subject, "detail": titles.role(reason.detail)}
    if reason.why is Why.TASK_OPEN and reason.enrolment in titles.case.enrolments:
        subject = titles.names(reason.enrolment).task(reason.subject)
    return {"subject": subject, "detail": reason.detail}
