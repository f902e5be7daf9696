"""What a mail says of a message: outside label, limit, time over, who was told. Nothing else leaves the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.core.case.effects import Message, Topic
from engine.core.case.state import Case, CaseClock
from engine.core.deciding.library import Library
from engine.core.deciding.rulebook import NO_NEWS, Rulebook
from engine.core.model import Text
from engine.core.people.reach import Recipient, Why
from engine.core.people.routing import OWNER
from notifiers.composer import MailKind
from notifiers.words import instant_in_words, over_in_words

#: Begins the path of a waiting item's clock.
WAITING = "waiting."
_LABELS: Mapping[str, Text] = {
    NO_NEWS: {"en": "No news for too long", "km": "គ្មានដំណឹងយូរពេក"},
    "": {"en": "A case needs you", "km": "សំណុំរឿងត្រូវការអ្នក"},
}  # km: for review
#: Roles that stand in no protocol.
_ROLES: Mapping[str, Text] = {
    OWNER: {"en": "person responsible", "km": "អ្នកទទួលខុសត្រូវ"},
}  # km: for review
_REASONS: Mapping[Why, Text] = {
    Why.ROLE: {"en": "you are the {role} of this case", "km": "អ្នកជា{role}នៃសំណុំរឿងនេះ"},
    Why.DEPUTY: {"en": "you stand in for the {role} of this case", "km": "អ្នកជំនួស{role}នៃសំណុំរឿងនេះ"},
    Why.ON_DUTY: {"en": "you are on duty as {role}", "km": "អ្នកប្រចាំការជា{role}"},
    Why.PERSON: {"en": "this is addressed to you", "km": "សារនេះផ្ញើជូនអ្នក"},
    Why.RECORDER: {"en": "you record this case as {role}", "km": "អ្នកកត់ត្រាសំណុំរឿងនេះជា{role}"},
    Why.DUTY_ADDRESS: {"en": "this is the duty address", "km": "នេះជាអាសយដ្ឋានប្រចាំការ"},
}  # km: for review
_KINDS: Mapping[Topic, MailKind] = {
    Topic.SUMMARY: MailKind.SUMMARY,
    Topic.LIMIT_MOVED: MailKind.LIMIT_MOVED,
    Topic.WITHDRAWAL: MailKind.WITHDRAWAL,
    Topic.ALARM: MailKind.ALARM,
    Topic.MISSED: MailKind.MISSED,
    Topic.EXCEPTION: MailKind.EXCEPTION,
    Topic.ANSWERED: MailKind.ANSWERED,
    Topic.LAPSED: MailKind.LAPSED,
    Topic.PREVENTED: MailKind.PREVENTED,
    Topic.GLASS: MailKind.GLASS,
}
#: What a line of a digest says beyond a reminder.
_SAID: Mapping[MailKind, Text] = {
    MailKind.ESCALATION: {"en": "stalled", "km": "ជាប់គាំង"},
    MailKind.LETTER: {"en": "a letter to sign", "km": "លិខិតត្រូវចុះហត្ថលេខា"},
    MailKind.LIMIT_MOVED: {"en": "new limit", "km": "ពេលកំណត់ថ្មី"},
    MailKind.WITHDRAWAL: {"en": "done, nothing to do", "km": "រួចរាល់ មិនចាំបាច់ធ្វើអ្វី"},
    MailKind.MISSED: {"en": "limit passed", "km": "ហួសពេលកំណត់"},
    MailKind.APPROVAL: {"en": "your approval is asked", "km": "សុំការយល់ព្រមរបស់អ្នក"},
    MailKind.REVIEW: {"en": "your review is asked", "km": "សុំការពិនិត្យរបស់អ្នក"},
    MailKind.REQUEST: {"en": "a start is asked for", "km": "សុំឱ្យចាប់ផ្តើម"},
    MailKind.TRANSFER: {"en": "offered to you", "km": "ស្នើប្រគល់ជូនអ្នក"},
    MailKind.ANSWERED: {"en": "what you asked for was answered", "km": "សំណើរបស់អ្នកមានចម្លើយ"},
    MailKind.LAPSED: {"en": "to be asked anew", "km": "ត្រូវសុំម្តងទៀត"},
    MailKind.PREVENTED: {"en": "a rule stopped something", "km": "ច្បាប់បានបញ្ឈប់សកម្មភាពមួយ"},
    MailKind.GLASS: {"en": "read in an emergency", "km": "បានអានក្នុងគ្រាអាសន្ន"},
    MailKind.SUMMARY: {"en": "imported: what is due", "km": "នាំចូល៖ អ្វីដែលដល់ពេលកំណត់"},
}  # km: for review


@dataclass(frozen=True, slots=True)
class Saying:
    """A message about a case, with what its words are made of. ``now``: when it is sent (UTC)."""

    message: Message
    case: Case
    library: Library
    zone: ZoneInfo
    now: datetime

    @property
    def rules(self) -> Rulebook:
        """The rulebook of the message's enrolment."""
        return self.library.rulebooks[self.case.enrolments[self.message.enrolment].meaning]

    @property
    def kind(self) -> MailKind:
        """Which mail it is: that of its topic; a rung's, what the rung sends, or what is asked of somebody."""
        if self.message.topic is not Topic.RUNG:
            return _KINDS[self.message.topic]
        first = self.message.rung == "asked"
        if first and self.message.deadline.startswith(WAITING):
            return MailKind(self.message.deadline.removeprefix(WAITING))
        return MailKind(self.message.sends.value)

    def variables(self, recipient: Recipient) -> dict[str, Any]:
        """Return what a template may show of it to this recipient."""
        language, limit = recipient.language, self.message.limit
        item = self._clock()
        promised = item.clock.promised if item is not None else None
        return {
            "case_code": self.case.id,
            "outside_label": self.label(language),
            "due": instant_in_words(limit, self.zone, language) if limit else "",
            "over": over_in_words(limit, self.now, language) if limit else "",
            "told_before": self._told_before(item, recipient),
            "promised": instant_in_words(promised, self.zone, language) if promised and promised > self.now else "",
            "late": "yes" if self.message.late else "",
            "reason_you": self._reason(recipient),
            "also_due": [{"outside_label": self.label(language), "due": ""} for _ in self.message.lists[:1]],
        }

    def item(self, recipient: Recipient) -> dict[str, str]:
        """Return one line of a digest."""
        given = self.variables(recipient)
        said = _in(_SAID[self.kind], recipient.language) if self.kind in _SAID else ""
        return {name: given[name] for name in ("case_code", "outside_label", "due", "over")} | {"said": said}

    def label(self, language: str) -> str:
        """Return the outside label: all that may stand on a locked screen."""
        path = self.message.deadline
        if path in _LABELS:
            return _in(_LABELS[path], language)
        track, _, rest = path.partition(".")
        known = self.rules.protocol.tracks.get(track)
        step = known.steps.get(rest.partition(".")[0]) if known is not None else None
        return (
            _in(step.outside_label, language)
            if step is not None and step.outside_label
            else _in(_LABELS[""], language)
        )

    def role(self, role: str, language: str) -> str:
        """Return a role in the words people read."""
        if role in _ROLES:
            return _in(_ROLES[role], language)
        known = self.rules.protocol.roles.get(role)
        return _in(known.title, language).lower() if known is not None and known.title else role.replace("_", " ")

    def _clock(self) -> CaseClock | None:
        return self.case.enrolments[self.message.enrolment].clocks.get(self.message.subject)

    def _told_before(self, item: CaseClock | None, recipient: Recipient) -> str:
        told = [one for one in (item.clock.told if item is not None else ()) if one != self.message.to]
        return ", ".join(self.role(one, recipient.language) for one in told if not one.startswith("user:"))

    def _reason(self, recipient: Recipient) -> str:
        return _in(_REASONS[recipient.why], recipient.language).format(
            role=self.role(recipient.role, recipient.language)
        )


def _in(text: Text, language: str) -> str:
    return text.get(language) or text["en"]
