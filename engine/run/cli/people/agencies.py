"""``spean agency``: what its commands do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.core.errors import SpeanError
from engine.core.people.commands import AnyPeopleCommand, SetAgency
from engine.core.people.desk import Desk
from engine.core.people.directory import Agency
from engine.core.people.names import composed
from engine.run.cli.people.answer import say_change, say_list
from engine.run.cli.people.asking import keeping, looking
from engine.run.cli.people.documents import agency_document


class AgencyExistsError(SpeanError):
    """There is an agency with this id already; `spean agency set` changes it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was said of an agency; None: nothing."""

    title: str | None = None
    title_km: str | None = None
    ministry: str | None = None
    zone: str | None = None
    calendar: str | None = None
    province: str | None = None
    duty_address: str | None = None
    outside_state: bool | None = None

    def on(self, agency: Agency) -> Agency:
        """Return the agency with what was said of it."""
        names = ("ministry", "zone", "calendar", "province", "duty_address", "outside_state")
        said = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        titles = {"en": self.title, "km": self.title_km}
        title = {**agency.title, **{name: composed(text) for name, text in titles.items() if text is not None}}
        return replace(agency, title={name: text for name, text in title.items() if text}, **said)


def add_agency(office: str, user: str, id_: str, wanted: Wanted, *, as_json: bool) -> None:
    """Add an agency."""
    with keeping(office, user) as asking:
        asking.check_calendar(wanted.calendar)
        blank = Agency(id_, zone=asking.office.settings.office.zone)

        def plan(desk: Desk) -> Iterable[AnyPeopleCommand]:
            if id_ in desk.directory.agencies:
                raise AgencyExistsError(f"There is an agency {id_} already; `spean agency set {id_}` changes it.")
            return [SetAgency(by=desk.by, agency=wanted.on(blank))]

        change = asking.change(plan)
        document = agency_document(change.after.agencies[id_])
        say_change(change, "agency", document, f"The agency {id_} was added.", as_json=as_json)


def set_agency(office: str, user: str, id_: str, wanted: Wanted, *, as_json: bool) -> None:
    """Change what was said of an agency, and nothing else."""
    with keeping(office, user) as asking:
        asking.check_calendar(wanted.calendar)

        def plan(desk: Desk) -> Iterable[AnyPeopleCommand]:
            desk.demand_agency(id_, "id")
            return [SetAgency(by=desk.by, agency=wanted.on(desk.directory.agencies[id_]))]

        change = asking.change(plan)
        document = agency_document(change.after.agencies[id_])
        say_change(change, "agency", document, f"The agency {id_} was changed.", as_json=as_json)


def list_agencies(office: str, user: str, *, as_json: bool) -> None:
    """Show every agency."""
    with looking(office, user) as asking:
        agencies = [one for _, one in sorted(asking.directory.agencies.items())]
        heads = ("agency", "title", "belongs to", "province", "calendar", "zone")
        rows = ((one.id, one.title["en"], _owner(one), one.province, one.calendar, one.zone) for one in agencies)
        nothing = "There is no agency yet; `spean agency add` adds one."
        say_list([agency_document(one) for one in agencies], heads, rows, nothing, as_json=as_json)


def _owner(agency: Agency) -> str:
    outside = "outside the State" if agency.outside_state else ""
    return ", ".join(part for part in (agency.ministry, outside) if part)
