"""What an office lacks to serve its protocols now: what keeps it from starting, and mail that comes back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from engine.core.errors import SpeanError
from engine.core.people.gaps import Gap, gaps
from engine.run.setup.office import Office
from engine.store.incidents import IncidentKind

#: So many of the things that are missing are told at the start; `spean organisation check` tells all.
MOST_GAPS = 10


class OrganisationError(SpeanError):
    """Some rung would reach nobody; the message says which, and what to do."""

    def __init__(self, missing: Sequence[Gap]) -> None:
        """Say the first of what is missing, and how much more there is."""
        shown = "".join(f" ({number}) {one}" for number, one in enumerate(missing[:MOST_GAPS], 1))
        more = len(missing) - MOST_GAPS
        rest = f" And {more} more: `spean organisation check`." if more > 0 else ""
        super().__init__(f"In this organisation some messages would reach nobody; nothing was started.{shown}{rest}")


def check_organisation(office: Office) -> None:
    """Refuse to start where some rung can reach nobody (24). Raises OrganisationError."""
    missing = gaps_of(office)
    if missing:
        raise OrganisationError(missing)


def gaps_of(office: Office, *, undeliverable: Collection[str] = ()) -> tuple[Gap, ...]:
    """Return what the organisation lacks, for the protocols in use and the agencies that own cases.

    ``undeliverable``: addresses that reach nobody. A start does not ask for them: one broken mailbox stops no office.
    """
    protocols = [one.protocol for one in office.registry.versions()]
    owned = [(agency, "") for agency in office.cases.agencies()]
    return gaps(
        protocols,
        office.people.now(),
        office.registry.library().calendars,
        office.time.now(),
        owned=owned,
        undeliverable=undeliverable,
    )


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
