"""What the parts of a protocol are called, in one language, for people who read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.core.model import Action, Field, FieldType, Protocol, Step, Task, Text, Track
from engine.core.values import UNKNOWN, Value
from engine.protocol.prose.numbering import number_articles
from engine.protocol.prose.numerals import digits

#: Behind a text which its writer marked "for review".
REVIEW = "*"
_WORDS: Mapping[str, Text] = {
    "article": {"en": "Article {}", "km": "មាត្រា {}"},
    "owner": {"en": "whoever records the step", "km": "អ្នកកត់ត្រាជំហាន"},
    "quoted": {"en": "“{}”", "km": "«{}»"},
    "and": {"en": " and ", "km": " និង "},
    "or": {"en": " or ", "km": " ឬ "},
    "comma": {"en": ", ", "km": ", "},
    "last": {"en": "the latest answer to {}", "km": "ចម្លើយចុងក្រោយបំផុតចំពោះ {}"},
    "lane": {"en": "lane {}", "km": "ផ្នែក {}"},
}  # km: for review
#: Answers that the language itself has, and those of nearly every ladder of risk.
_ANSWERS: Mapping[str, Text] = {
    "yes": {"en": "yes", "km": "បាទ/ចាស"},
    "no": {"en": "no", "km": "ទេ"},
    UNKNOWN: {"en": "unknown", "km": "មិនដឹង"},
    "low": {"en": "low", "km": "ទាប"},
    "medium": {"en": "medium", "km": "មធ្យម"},
    "high": {"en": "high", "km": "ខ្ពស់"},
}  # km: for review
_CODED = (FieldType.CHOICE, FieldType.CHOICES, FieldType.YES_NO_UNKNOWN)


@dataclass(frozen=True)
class Names:
    """The names of one protocol in one language ("en", "km"); English, then the id, where one is missing.

    ``answers``: the words of codes, by field and code. ``doubtful``: texts that are shown with a mark, because their
    writer was not sure of them.
    """

    protocol: Protocol
    language: str
    answers: Mapping[tuple[str, str], Text] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()
    numbers: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", number_articles(self.protocol))

    def word(self, name: str) -> str:
        """Return one of the few words that all texts share."""
        return _WORDS[name][self.language]

    def say(self, text: Text, otherwise: str) -> str:
        """Return a text in the language, with a mark if it is for review."""
        own = text.get(self.language)
        if own:
            return own + REVIEW if own in self.doubtful else own
        return text.get("en") or otherwise.replace("_", " ")

    def quoted(self, name: str) -> str:
        """Return a name in the quotation marks of the language."""
        return self.word("quoted").format(name)

    def title(self) -> str:
        """Return the title of the protocol."""
        return self.say(self.protocol.title, self.protocol.id)

    def number(self, id_: str) -> str:
        """Return the number of an article in the digits of the language."""
        return digits(self.numbers[id_], self.language)

    def article(self, id_: str) -> str:
        """Return ``Article 14``."""
        return self.word("article").format(self.number(id_))

    def track(self, track: str) -> str:
        """Return the title of a track."""
        known = self.protocol.tracks.get(track)
        return self.say(known.title, track) if known else track

    def step_title(self, step: Step) -> str:
        """Return the title of a step."""
        return self.say(step.title, step.id)

    def step(self, track: str, step: str) -> str:
        """Return ``Article 14 (Title)``."""
        known = self.protocol.tracks.get(track)
        if known is None or step not in known.steps:
            return self.quoted(step.replace("_", " "))
        return f"{self.article(f'{track}.{step}')} ({self.step_title(known.steps[step])})"

    def action(self, action: Action) -> str:
        """Return the title of an action."""
        return self.say(action.title, action.id)

    def task_title(self, task: Task) -> str:
        """Return the title of a task."""
        return self.say(task.title, task.id)

    def task(self, task: str) -> str:
        """Return the title of a task, wherever it stands."""
        found = next((one for one in _tasks(self.protocol) if one.id == task), None)
        return self.quoted(self.task_title(found) if found else task)

    def field(self, name: str) -> str:
        """Return the label of a field in quotes; ``last ID`` is the newest of its answers."""
        id_ = name.removeprefix("last ")
        known = self.protocol.fields.get(id_)
        label = self.quoted(self.say(known.label, id_) if known else id_.replace("_", " "))
        return label if id_ == name else self.word("last").format(label)

    def answer(self, field_id: str, value: Value) -> str:
        """Return an answer to a field in quotes, a number as it is."""
        known = self.protocol.fields.get(field_id.removeprefix("last "))
        if isinstance(value, tuple):
            return self.any_of(self.answer(field_id, one) for one in value)
        if known is not None and known.type is FieldType.NUMBER:
            return digits(value, self.language)
        return self.quoted(self.code(known, str(value)))

    def code(self, of: Field | None, code: str) -> str:
        """Return what people read for a code."""
        if of is not None and of.type not in _CODED and code != UNKNOWN:
            return code
        own = (self.answers.get((of.id, code)) or of.answers.get(code, {})) if of is not None else {}
        return self.say(own or _ANSWERS.get(code, {}), code)

    def consent(self, consent: str) -> str:
        """Return what a person is asked to agree to, in quotes."""
        known = self.protocol.consents.get(consent)
        return self.quoted(self.say(known.title, consent) if known else consent)

    def role(self, role: str) -> str:
        """Return the title of a role."""
        known = self.protocol.roles.get(role)
        if known is None:
            return self.word("owner") if role == "owner" else role
        return self.say(known.title, role)

    def roles(self, roles: Iterable[str]) -> str:
        """Return roles of which any may act."""
        return self.any_of(map(self.role, roles))

    def any_of(self, names: Iterable[str]) -> str:
        """Return ``a, b or c``."""
        return self._joined(list(names), "or")

    def all_of(self, names: Iterable[str]) -> str:
        """Return ``a, b and c``."""
        return self._joined(list(names), "and")

    def _joined(self, names: list[str], word: str) -> str:
        head, last = names[:-1], names[-1:]
        return self.word(word).join([self.word("comma").join(head), *last] if head else last)


def _tasks(protocol: Protocol) -> Iterator[Task]:
    for track in protocol.tracks.values():
        for step in track.steps.values():
            yield from step.tasks.values()


def lane_of(protocol: Protocol, track: str | None, own: Track) -> Track:
    """Return the track that a target names: another one, or its own."""
    return protocol.tracks[track] if track else own
