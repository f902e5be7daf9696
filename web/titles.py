"""What things of a case are called, in one language, for people who read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.core.case.state import Case, Enrolment
from engine.core.deciding.library import Library
from engine.core.deciding.rulebook import NO_NEWS, Placed, Rulebook
from engine.core.model import Action, Field, FieldType, Text
from engine.core.people.directory import ADMINISTRATOR, Directory
from engine.core.values import Approximate, Erased, Value
from engine.protocol.prose.names import Names
from engine.protocol.prose.numerals import day
from notifiers.words import instant_in_words
from web.words.catalog import N_, say

_CODED = (FieldType.CHOICE, FieldType.CHOICES, FieldType.YES_NO_UNKNOWN)
#: Roles that stand in no protocol.
_ROLES = {
    "supervisor": N_("supervisor"),
    "case_manager": N_("case worker"),
    "administrator": N_("administrator"),
    "data_protection_officer": N_("data protection officer"),
    "owner": N_("person responsible"),
}
#: What is asked of somebody, by its kind.
WAITING = {
    "approval": N_("An approval"),
    "review": N_("A review of an exception"),
    "request": N_("A request to begin another protocol"),
    "transfer": N_("A hand-over"),
}


@lru_cache(maxsize=64)
def names_of(rules: Rulebook, language: str) -> Names:
    """Return the names of a protocol version in a language."""
    fields = rules.protocol.fields.values()
    answers = {(field.id, code): text for field in fields for code, text in field.answers.items()}
    return Names(rules.protocol, language, answers)


def pick(text: Text, language: str, otherwise: str = "") -> str:
    """Return a text in the language, else in English, else the id made readable."""
    found = text.get(language) or text.get("en") or otherwise.replace("_", " ")
    return found[:1].upper() + found[1:] if not text else found


def role_titles(library: Library, language: str) -> dict[str, str]:
    """Return what every role of the office's protocols is called, and the administrator's, by its id."""
    known = {one.id: one.title for rules in library.rulebooks.values() for one in rules.protocol.roles.values()}
    found = {id_: pick(title, language, id_) for id_, title in known.items()}
    return found | {ADMINISTRATOR: say(language, _ROLES[ADMINISTRATOR])}


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles of what belongs to one case."""

    case: Case
    library: Library
    directory: Directory
    language: str
    zone: ZoneInfo

    def rules(self, enrolment: str) -> Rulebook:
        """Return the rulebook of an enrolment."""
        return self.library.rulebooks[self.case.enrolments[enrolment].meaning]

    def names(self, enrolment: str) -> Names:
        """Return the names of the protocol of an enrolment."""
        return names_of(self.rules(enrolment), self.language)

    def protocol(self, enrolment: Enrolment) -> str:
        """Return the title of the protocol that an enrolment runs."""
        return pick(self.rules(enrolment.id).protocol.title, self.language, enrolment.protocol)

    def track(self, enrolment: str, track: str) -> str:
        """Return the title of a track."""
        known = self.rules(enrolment).protocol.tracks.get(track)
        return pick(known.title if known else {}, self.language, track)

    def step(self, enrolment: str, track: str, step: str) -> str:
        """Return the title of a step."""
        known = self.rules(enrolment).protocol.tracks.get(track)
        found = known.steps.get(step) if known is not None else None
        return pick(found.title if found else {}, self.language, step)

    def action(self, action: Action) -> str:
        """Return the title of an action."""
        return pick(action.title, self.language, action.id)

    def deadline(self, enrolment: str, path: str) -> str:
        """Return what is due by a clock, from the path of its deadline."""
        if path == NO_NEWS:
            return say(self.language, N_("Get in touch: nothing has been heard for too long"))
        kind = path.removeprefix("waiting.")
        if kind != path:
            return say(self.language, WAITING.get(kind, kind))
        placed = self.rules(enrolment).deadlines.get(path)
        return self._placed(enrolment, placed) if placed is not None else path.rpartition(".")[2].replace("_", " ")

    def _placed(self, enrolment: str, placed: Placed) -> str:
        """Return the title of a deadline: its own, that of its task, or that of its step."""
        if placed.deadline.title:
            return pick(placed.deadline.title, self.language)
        if placed.task is not None:
            return pick(placed.task.title, self.language, placed.task.id)
        if self.language == "en" and len(self.rules(enrolment).of_step[placed.track, placed.step]) > 1:
            return pick({}, self.language, placed.deadline.id)
        return self.step(enrolment, placed.track, placed.step)

    def field(self, name: str) -> Field | None:
        """Return a field of any protocol of the case."""
        found = (self.rules(one).field(name) for one in self.case.enrolments)
        return next((field for field in found if field is not None), None)

    def label(self, name: str) -> str:
        """Return the question of a field."""
        known = self.field(name)
        return pick(known.label if known else {}, self.language, name)

    def code(self, field: Field, code: str) -> str:
        """Return what people read for a code."""
        owner = next((one for one in self.case.enrolments if self.rules(one).field(field.id) is field), "")
        if not owner:
            return code_in_words(field, code, self.language)
        found = self.names(owner).code(field, code)
        return found[:1].upper() + found[1:]

    def value(self, name: str, value: Value) -> str:
        """Return an answer as people read it, times in local time."""
        field = self.field(name)
        if field is not None and field.type is FieldType.DOCUMENT and str(value).startswith("document:"):
            return say(self.language, N_("a document that is kept here"))
        if isinstance(value, Erased):
            return say(self.language, N_("erased"))
        if isinstance(value, tuple):
            return ", ".join(self.value(name, one) for one in value)
        if isinstance(value, Approximate):
            return f"{self.when(value.earliest)} – {self.when(value.latest)}"
        if isinstance(value, date):
            return self.when(value)
        return self.code(field, str(value)) if field is not None and field.type in _CODED else str(value)

    def when(self, when: date | datetime) -> str:
        """Return a day, or an instant in local time."""
        if isinstance(when, datetime):
            return instant_in_words(when, self.zone, self.language)
        return day(when, self.language)

    def consent(self, consent: str) -> str:
        """Return what a person agrees to."""
        found = (self.rules(one).protocol.consents.get(consent) for one in self.case.enrolments)
        known = next((one for one in found if one is not None), None)
        return pick(known.title if known else {}, self.language, consent)

    def role(self, role: str) -> str:
        """Return the title of a role, or the name of a member of staff."""
        if role.startswith("user:"):
            return self.person(role.removeprefix("user:"))
        for one in self.case.enrolments:
            known = self.rules(one).protocol.roles.get(role)
            if known is not None and known.title:
                return pick(known.title, self.language)
        return say(self.language, _ROLES[role]) if role in _ROLES else role.replace("_", " ")

    def person(self, user: str) -> str:
        """Return the name of a member of staff."""
        if user == "system":
            return say(self.language, N_("Spean, by itself"))
        known = self.directory.users.get(user)
        return known.name if known is not None else user

    def risk(self) -> str:
        """Return the code of the risk that is known of the person, or the empty text."""
        for enrolment in self.case.enrolments.values():
            name = self.rules(enrolment.id).protocol.no_news.risk_field
            fact = self.case.facts.get(name or "") or enrolment.facts.get(name or "")
            if fact is not None:
                return str(fact.value)
        return ""


def code_in_words(field: Field, code: str, language: str) -> str:
    """Return what people read for a code of a field that belongs to no case yet."""
    plain = {"yes": N_("Yes"), "no": N_("No"), "unknown": N_("Not known")}
    own = field.answers.get(code, {})
    return pick(own, language, code) if own or code not in plain else say(language, plain[code])
