"""Whether the database is what its journal says: chains, checkpoints, and every projection made anew and compared.

Nothing is changed here. What differs is named, entry by entry and case by case; a case that differs is frozen by the
caller. All reads are of one instant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import Connection, func, select

from engine.core.deciding.library import Library
from engine.store.checkpoints import Checkpoint, CheckpointError, unpack
from engine.store.journal import START, Entry, Head, flaw_of, root
from engine.store.sql import tables as t
from engine.store.sql.database import Database
from engine.store.sql.remake import Remaking
from engine.store.sql.streams import CASE, all_entries, case_head, entries, heads
from engine.store.vault import Vault

#: Called with how many entries were checked, and how many there are.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the journal says. ``stream``: whose; ``entry``: at which number, where it has one."""

    stream: str
    words: str
    entry: int | None = None

    @property
    def case(self) -> str | None:
        """The code of the case, where it is about one."""
        return self.stream.removeprefix(CASE) if self.stream.startswith(CASE) else None

    def __str__(self) -> str:
        """Return one sentence."""
        at = f", entry {self.entry}" if self.entry is not None else ""
        return f"{self.stream}{at}: {self.words}"


@dataclass(slots=True)
class Report:
    """What was checked, and what was found."""

    streams: int = 0
    entries: int = 0
    cases: int = 0
    checkpoints: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing differs."""
        return not self.findings


def verify(
    database: Database,
    vault: Vault,
    *,
    against: Sequence[Checkpoint] = (),
    library: Library | None = None,
    chains_only: bool = False,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Check everything. ``against``: checkpoints that were published outside; only they show an older copy.

    ``library``: the protocols in use; with them it is checked that no case is woken later than its clocks want.
    """
    report = Report()
    with database.read() as connection:
        wanted = _Wanted(connection, against, report)
        total = connection.execute(select(func.count()).select_from(t.journal)).scalar_one()
        last = _check_chains(connection, wanted, report, lambda done: progress(done, total))
        wanted.report_missing(last)
        _check_heads(connection, last, report)
        if not chains_only:
            remaking = Remaking(connection, vault, library)
            for case in remaking.cases():
                report.cases += 1
                report.findings += [Finding(CASE + case, words) for words in remaking.differences(case)]
            beside = [*remaking.beside_cases(), *remaking.installed()]
            report.findings += [Finding(stream, words) for stream, words in beside]
    return report


def differences(database: Database, vault: Vault, case: str) -> list[str]:
    """Return in words what of one case is not as its journal says; its chain, too."""
    with database.read() as connection:
        report = Report()
        stream = CASE + case
        ends = list(_follow(stream, entries(connection, stream), report))
        broken = [one.words for one in report.findings]
        if not broken and (not ends or ends[-1] != case_head(connection, case)):
            broken = ["the journal does not end where its row says."]
        return broken or Remaking(connection, vault).differences(case)


def _check_chains(
    connection: Connection, wanted: _Wanted, report: Report, progress: Callable[[int], None]
) -> dict[str, Head]:
    """Follow every chain; return its end as far as it is whole."""
    last: dict[str, Head] = {}
    for stream, found in groupby(all_entries(connection), key=lambda one: one.stream):
        report.streams += 1
        for head in _follow(stream, found, report):
            last[stream] = head
            wanted.see(head)
            report.entries += 1
            if report.entries % 1000 == 0:
                progress(report.entries)
    progress(report.entries)
    return last


def _follow(stream: str, found: Iterable[Entry], report: Report) -> Iterator[Head]:
    """Yield the entries that follow from those before them; say where the chain breaks, and pass over the rest."""
    former = Head(stream, 0, START)
    for entry in found:
        flaw = flaw_of(entry, former)
        if flaw:
            report.findings.append(Finding(stream, flaw, entry.seq))
            return
        former = Head(stream, entry.seq, entry.hash)
        yield former


def _check_heads(connection: Connection, last: dict[str, Head], report: Report) -> None:
    """Compare the ends of the chains with the rows that say where they end."""
    known = {}
    for head in heads(connection):
        known[head.stream] = head
        if last.get(head.stream, Head(head.stream, 0, START)) != head:
            report.findings.append(Finding(head.stream, "the journal does not end where its row says.", head.seq))
    for stream in last.keys() - known.keys():
        report.findings.append(Finding(stream, "there is a journal, but no row that belongs to it."))


class _Wanted:
    """The entries that checkpoints have seen: each must still be there, as it was."""

    def __init__(self, connection: Connection, against: Sequence[Checkpoint], report: Report) -> None:
        self._report = report
        self._of_stream: dict[str, dict[int, tuple[bytes, int]]] = {}
        kept = list(connection.execute(select(t.checkpoints).order_by(t.checkpoints.c.number)))
        report.checkpoints = len(kept)
        roots = {row.number: row.root for row in kept}
        for number in range(1, max([*roots, *(one.number for one in against)], default=0) + 1):
            if number not in roots:
                self._say(number, "is missing: this is an older copy of the database, or the checkpoint was deleted.")
        for one in against:
            if roots.get(one.number, one.root) != one.root:
                self._say(one.number, "is not the one that was published: the database was changed.")
        for row in kept:
            self._take(row.number, row.root, row.heads)

    def see(self, head: Head) -> None:
        """Compare an entry with what checkpoints saw at its place."""
        seen = self._of_stream.get(head.stream, {}).pop(head.seq, None)
        if seen is not None and seen[0] != head.hash:
            words = f"the chain is another one than checkpoint {seen[1]} saw."
            self._report.findings.append(Finding(head.stream, words, head.seq))

    def report_missing(self, last: dict[str, Head]) -> None:
        """Say which entries that a checkpoint saw are no longer there."""
        for stream, missing in self._of_stream.items():
            for seq, (_, number) in missing.items():
                words = f"checkpoint {number} saw this entry; it is gone, or hidden by a broken chain."
                self._report.findings.append(Finding(stream, words, seq))

    def _take(self, number: int, digest: bytes, packed: bytes | None) -> None:
        if packed is None:
            return
        try:
            heads = unpack(packed)
        except CheckpointError:
            heads = None
        if heads is None or root(heads) != digest:
            self._say(number, "does not fit the heads kept beside it: one of the two was changed.")
            return
        for head in heads:
            self._of_stream.setdefault(head.stream, {})[head.seq] = (head.hash, number)

    def _say(self, number: int, words: str) -> None:
        self._report.findings.append(Finding(f"checkpoint {number}", words))
