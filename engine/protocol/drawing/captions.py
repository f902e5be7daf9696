"""What stands in a drawing, in the words people read: titles, limits with where they come from, who is told when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.core.duration import Duration, Unit
from engine.core.judging.wording import describe
from engine.core.model import (
    Action,
    Basis,
    Deadline,
    Kind,
    Limit,
    Protocol,
    Rung,
    Step,
    Task,
    Text,
    Track,
)
from engine.protocol.prose.figures import AT, KINDS, SENT
from engine.protocol.prose.numerals import UNITS_KHMER

_WORDS: Mapping[str, Text] = {
    "any": {"en": "at any step", "km": "នៅជំហានណាក៏បាន"},
    "back": {"en": "back to the step before", "km": "ត្រឡប់ទៅជំហានមុន"},
    "opens": {"en": "opens when", "km": "បើកពេល"},
    "itself": {"en": "by itself", "km": "ដោយស្វ័យប្រវត្តិ"},
    "approval": {"en": "approved by", "km": "យល់ព្រមដោយ"},
    "draft": {"en": "draft", "km": "សេចក្តីព្រាង"},
    "proposed": {"en": "proposed", "km": "សំណើ"},
    "no law": {"en": "proposed, not law", "km": "សំណើ មិនមែនជាច្បាប់"},
    "adopted": {"en": "adopted by", "km": "អនុម័តដោយ"},
    "before": {"en": "{} before {}", "km": "{} មុន {}"},
    "otherwise": {"en": "otherwise", "km": "ក្រៅពីនេះ"},
    "owner": {"en": "whoever records the step", "km": "អ្នកកត់ត្រាជំហាន"},
}  # km: for review


def deadlines_of(step: Step) -> Iterator[tuple[Task | None, Deadline]]:
    """Yield the deadlines of a step, and those of its tasks with their task."""
    yield from ((None, deadline) for deadline in step.deadlines.values())
    for task in step.tasks.values():
        yield from ((task, deadline) for deadline in task.deadlines.values())


@dataclass(frozen=True, slots=True)
class Captions:
    """The words of one protocol in one language ("en", "km"); English, then the id, where a title is missing."""

    protocol: Protocol
    language: str

    def word(self, name: str) -> str:
        """Return a word that drawings have of their own."""
        return _WORDS[name][self.language]

    def head(self) -> str:
        """Return the protocol with its version; a draft says so."""
        draft = f", {self.word('draft')}" if self.protocol.status == "draft" else ""
        return f"{self.say(self.protocol.title, self.protocol.id)} ({self.protocol.version}{draft})"

    def track(self, track: Track) -> str:
        """Return a track with what opens it."""
        title = self.say(track.title, track.id)
        if track.opens_when is None:
            return title
        return f"{title} - {self.word('opens')} {describe(track.opens_when)}"

    def step(self, step: Step) -> str:
        """Return a step."""
        return self.say(step.title, step.id)

    def action(self, action: Action) -> str:
        """Return an action; whether it is taken by itself, and who must approve."""
        notes = [self.word("itself")] if action.automatic else []
        if action.approval is not None:
            notes.append(f"{self.word('approval')} {self._role(action.approval)}")
        return self.say(action.title, action.id) + (f" ({', '.join(notes)})" if notes else "")

    def limits(self, step: Step) -> Iterator[tuple[list[str], list[str]]]:
        """Yield the limits of a step and its tasks, and below them who is told when; those told alike together."""
        together: dict[tuple[Rung, ...], list[str]] = {}
        for task, deadline in deadlines_of(step):
            of = f"{self.say(task.title, task.id)}: " if task is not None else ""
            together.setdefault(deadline.rungs, []).append(of + self._deadline(deadline))
        for rungs, lines in together.items():
            yield lines, [self._rung(rung) for rung in rungs]

    def say(self, text: Text, otherwise: str) -> str:
        """Return a text in the language of the drawing."""
        return text.get(self.language) or text.get("en") or otherwise

    def _deadline(self, deadline: Deadline) -> str:
        basis = self._basis(deadline.limit.basis)
        return f"{self.say(deadline.title, deadline.id)}: {self._amount(deadline.limit)} ({basis})"

    def _amount(self, limit: Limit) -> str:
        if limit.duration is None:
            cases = [f"{code} {self._duration(one)}" for code, one in limit.cases.items()]
            cases += [f"{self.word('otherwise')} {self._duration(limit.otherwise)}"] if limit.otherwise else []
            return f"{limit.depends_on}: {', '.join(cases)}"
        amount = self._duration(limit.duration)
        return self.word("before").format(amount, limit.before) if limit.before else amount

    def _basis(self, basis: Basis) -> str:
        """Return what sort of number it is and whose; one only proposed says that first, and is never law (30)."""
        whose = f"; {basis.jurisdiction}" if basis.jurisdiction else ""
        kind = KINDS[basis.kind][self.language]
        if basis.status == "adopted":
            return f"{kind}, {self.word('adopted')} {basis.adopted_by}{whose}"
        proposed = self.word("no law") if basis.kind is Kind.LAW else f"{self.word('proposed')}, {kind}"
        return f"{proposed}{whose}"

    def _rung(self, rung: Rung) -> str:
        by = self._duration(rung.by) if rung.by is not None else ""
        when = AT[rung.at][self.language].format(share=rung.share, by=by)
        return f"{when}: {SENT[rung.sends][self.language]}, {', '.join(map(self._role, rung.to))}"

    def _role(self, role: str) -> str:
        known = self.protocol.roles.get(role)
        if known is None:
            return self.word("owner") if role == "owner" else role
        return self.say(known.title, role)

    def _duration(self, duration: Duration) -> str:
        if self.language != "km":
            return str(duration)
        unit = UNITS_KHMER[duration.unit]
        return unit if duration.unit is Unit.SAME_DAY else f"{duration.amount} {unit}"
