"""What every chapter is written from: the names of one language, and the outline of the files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.core.conditions import Condition, FactTest, Test, leaves
from engine.core.model import Basis, Protocol, Track
from engine.protocol.handbook.tree import Line, Look, Paragraph, Run, plain
from engine.protocol.handbook.words import word
from engine.protocol.outline import Outline, Part
from engine.protocol.prose.figures import nature
from engine.protocol.prose.names import Names
from engine.protocol.prose.numerals import digits


@dataclass(frozen=True, slots=True)
class Desk:
    """The names and the files of one protocol; ``alone``: the one track that is told."""

    names: Names
    files: Outline
    alone: str | None = None

    @property
    def protocol(self) -> Protocol:
        """The protocol itself."""
        return self.names.protocol

    @property
    def lanes(self) -> list[Track]:
        """The tracks that are told."""
        return [track for track in self.protocol.tracks.values() if self.alone in {None, track.id}]

    def part_of(self, track: str) -> Part | None:
        """Return the file in which a track stands, if it is adopted by itself."""
        file = self.files.find(f"tracks.{track}").file
        return next((one for one in self.files.parts if one.file == file and one.authority), None)

    def word(self, name: str) -> str:
        """Return one of the handbook's own sentences."""
        return word(name, self.names)

    def nature(self, basis: Basis, *, named: bool = True) -> Line:
        """Return the nature and source of a figure, ``named`` with these words before it.

        The source is quoted as it stands in the file.
        """
        head = self.word("nature") if named else ""
        return self.sourced(head + nature(basis, self.names), basis.source.rstrip(". "))

    def sourced(self, text: str, source: str) -> Line:
        """Return a text in which the words of a source are marked as such."""
        before, found, after = text.partition(source) if source else (text, "", "")
        return plain(before) + ((Run(found, Look.SOURCE),) if found else ()) + plain(after)

    def of_condition(self, *conditions: Condition | None) -> str:
        """Return the nature of the lengths of time that conditions name: the language gives them no source."""
        tests = (leaf for one in conditions if one is not None for leaf in leaves(one))
        timed = any(isinstance(leaf, FactTest) and leaf.test is Test.PASSED for leaf in tests)
        return self.word("time nature") if timed else ""

    def where(self, path: str, id_: str) -> Run:
        """Return the name of something in the files, and where it stands."""
        return Run(f"{id_} ({self.files.place(path)})", Look.SMALL)


@dataclass(slots=True)
class Paragraphs:
    """Numbers the paragraphs of one article, whatever section they stand in."""

    desk: Desk
    count: int = field(default=0)

    def add(self, line: Line) -> Paragraph:
        """Return the next paragraph."""
        self.count += 1
        return Paragraph(line, f"({digits(self.count, self.desk.names.language)})")


def together(sentences: Iterable[str]) -> str:
    """Return sentences as one text."""
    return " ".join(filter(None, sentences))
