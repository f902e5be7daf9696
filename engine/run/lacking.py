"""What an office lacks to serve its protocols now: what keeps it from starting, and mail that comes back."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.people.gaps import Gap
from engine.run.bootstrap import gaps_of
from engine.run.office import Office
from engine.store.incidents import IncidentKind


def lacks(office: Office) -> tuple[Gap, ...]:
    """Return everything that would leave a message without its reader now, each once; nothing if all is well."""
    return gaps_of(office, undeliverable=tuple(_undeliverable(office)))


def _undeliverable(office: Office) -> Iterator[str]:
    """Yield the addresses from which mail comes back: a dead mail is an incident about a user or an address."""
    users = office.people.now().users
    for subject in office.incidents.subjects(IncidentKind.MAIL):
        known = users.get(subject)
        if known is not None and known.email:
            yield known.email
        elif "@" in subject:
            yield subject
