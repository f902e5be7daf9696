"""What an office lacks to serve its protocols, seen from its directory, its open cases and mail that comes back."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.model import Protocol
from engine.core.people.directory import Directory
from engine.core.people.gaps import Gap, gaps
from engine.run.office import Office
from engine.store.incidents import IncidentKind


def lacks(office: Office) -> tuple[Gap, ...]:
    """Return everything that would leave a message without its reader now, each once; nothing if all is well."""
    directory = office.people.now()
    return gaps(
        list(_in_use(office)),
        directory,
        office.registry.library().calendars,
        office.time.now(),
        owned=[(agency, "") for agency in sorted(office.cases.owners())],
        undeliverable=list(_undeliverable(office, directory)),
    )


def _in_use(office: Office) -> Iterator[Protocol]:
    """Yield the versions with which new cases begin, and those by which an open case still runs."""
    versions = office.registry.versions()
    former = {one.protocol.meaning for one in versions if not one.current}
    still = _meanings(office) if former else set()
    for one in versions:
        if one.current or one.protocol.meaning in still:
            yield one.protocol


def _meanings(office: Office) -> set[str]:
    """Return by which versions the open cases run."""
    cases = (office.cases.case(code) for code in office.cases.cases())
    return {run.meaning for case in cases if case.is_open for run in case.enrolments.values()}


def _undeliverable(office: Office, directory: Directory) -> Iterator[str]:
    """Yield the addresses from which mail comes back: a dead mail is an incident about a user or an address."""
    for subject in office.incidents.subjects(IncidentKind.MAIL):
        known = directory.users.get(subject)
        if known is not None and known.email:
            yield known.email
        elif "@" in subject:
            yield subject
