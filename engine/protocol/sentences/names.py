"""The names a sentence may use: fields, consents, tracks with their steps and outcomes, tasks.

A name nobody knows is answered with the one that was probably meant, or with what it is instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from engine.core.duration import Duration
from engine.core.model import Field
from engine.protocol.sentences.words import SentenceProblem, Word, guess


@dataclass(frozen=True, slots=True)
class TrackNames:
    """The ids of a track's steps, and the outcomes its final steps have."""

    steps: Collection[str]
    outcomes: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """Everything the sentences of one protocol may name."""

    fields: Mapping[str, Field] = field(default_factory=dict)
    consents: Collection[str] = ()
    tracks: Mapping[str, TrackNames] = field(default_factory=dict)
    tasks: Collection[str] = ()
    #: The shared limits that are one length of time, whatever anybody answers.
    limits: Mapping[str, Duration] = field(default_factory=dict)

    def kinds_of(self, name: str) -> tuple[str, ...]:
        """Return what things have this name, in words: `a step of the track medical`."""
        kinds = {
            "a field": self.fields,
            "a consent": self.consents,
            "a track": self.tracks,
            "a task": self.tasks,
            "a limit": self.limits,
        }
        found = [kind for kind, known in kinds.items() if name in known]
        for id_, track in self.tracks.items():
            found += [f"a step of the track {id_}"] * (name in track.steps)
            found += [f"an outcome of the track {id_}"] * (name in track.outcomes)
        return tuple(found)

    def field(self, word: Word, usage: str) -> Field:
        """Return the field of this id; ``usage`` says in words what needs one."""
        self._demand(word, self.fields, "field", usage)
        return self.fields[word.text]

    def limit(self, word: Word) -> Duration:
        """Return how long the limit of this id is."""
        return self.limits[
            self._demand(word, self.limits, "limit with one number", "`at least ... has passed since`")
        ]

    def consent(self, word: Word) -> str:
        """Return the id of a consent."""
        return self._demand(word, self.consents, "consent", "`consent to ... is given`")

    def track(self, word: Word, usage: str) -> str:
        """Return the id of a track."""
        return self._demand(word, self.tracks, "track", usage)

    def task(self, word: Word, usage: str) -> str:
        """Return the id of a task."""
        return self._demand(word, self.tasks, "task", usage)

    def step(self, track: str, word: Word) -> str:
        """Return the id of a step of the track."""
        return self._demand(word, self.tracks[track].steps, f"step of the track {track}", "this")

    def outcome(self, track: str, word: Word) -> str:
        """Return an outcome of the track."""
        return self._demand(word, self.tracks[track].outcomes, f"outcome of the track {track}", "`ended as`")

    def _demand(self, word: Word, known: Collection[str], kind: str, usage: str) -> str:
        if not word.length:
            raise word.problem("SP410", "The sentence stops too early.", f"The id of a {kind} is missing here.")
        if word.quoted or word.text not in known:
            raise self._unknown(word, known, kind, usage)
        return word.text

    def _unknown(self, word: Word, known: Collection[str], kind: str, usage: str) -> SentenceProblem:
        others = () if word.quoted else self.kinds_of(word.text)
        meant = guess(word.text, known)
        if others:
            owner = others[0].rpartition(" ")[2]
            meant = owner if owner in known else meant
            hint = f"Did you mean `{meant}`?" if meant else _list(known, kind)
            article = "an" if kind[0] in "aeiou" else "a"
            message = f"{word} is {others[0]}, but {usage} needs {article} {kind}."
            return word.problem("SP413", message, hint)
        return word.problem("SP412", f"There is no {kind} {word}.", self._hint(word, meant, known, kind))

    def _hint(self, word: Word, meant: str | None, known: Collection[str], kind: str) -> str:
        if meant:
            return f"Did you mean `{meant}`?"
        elsewhere = guess(word.text, self._everything())
        if elsewhere:
            return f"Did you mean `{elsewhere}`, which is {self.kinds_of(elsewhere)[0]}?"
        return _list(known, kind)

    def _everything(self) -> Iterable[str]:
        yield from (*self.fields, *self.consents, *self.tracks, *self.tasks)
        for track in self.tracks.values():
            yield from (*track.steps, *track.outcomes)


def _list(known: Collection[str], kind: str) -> str:
    if not known:
        return f"This protocol has no {kind}; declare it first."
    names = sorted(known)
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return f"Known: {', '.join(names[:6])}{more}."
