"""``spean user``: what its commands do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

import typer

from engine.core.errors import SpeanError
from engine.core.people.commands import AnyPeopleCommand, DisableUser, EnableUser, SetUser, VerifyAddress
from engine.core.people.desk import Desk
from engine.core.people.directory import Directory, User
from engine.core.people.names import composed
from engine.run.cases.upkeep import Plan
from engine.run.cli.output import print_json, print_table
from engine.run.cli.people.answer import say_change, say_list
from engine.run.cli.people.asking import Asking, keeping, looking
from engine.run.cli.people.documents import Document, listed_document, person_document


class UserExistsError(SpeanError):
    """There is somebody with this id already; `spean user set` changes what is known of the person."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was said of somebody; None: nothing."""

    name: str | None = None
    agency: str | None = None
    email: str | None = None
    language: str | None = None
    unit: str | None = None
    province: str | None = None

    def command(self, by: str, user: User) -> SetUser:
        """Return the command that makes this of the user."""
        known = {one.name: getattr(user, one.name) for one in fields(self)}
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        parts = {**known, **{name: text for name, text in said.items() if text is not None}}
        return SetUser(by=by, id=user.id, **{**parts, "name": composed(parts["name"])})


def add_user(office: str, user: str, id_: str, wanted: Wanted, *, as_json: bool) -> None:
    """Add a member of staff."""
    with keeping(office, user) as asking:
        blank = User(id_, "", "", language=asking.office.settings.office.language)

        def plan(desk: Desk) -> Iterable[AnyPeopleCommand]:
            if id_ in desk.directory.users:
                raise UserExistsError(
                    f"There is somebody with the id {id_} already; `spean user set {id_}` changes it."
                )
            return [wanted.command(desk.by, blank)]

        _change(asking, id_, plan, f"{id_} was added.{_verify_next(wanted, id_)}", as_json=as_json)


def _verify_next(wanted: Wanted, id_: str) -> str:
    return f" Mail is sent once `spean user verify {id_}` says that it arrives." if wanted.email else ""


def set_user(office: str, user: str, id_: str, wanted: Wanted, *, as_json: bool) -> None:
    """Change what was said of somebody, and nothing else."""
    with keeping(office, user) as asking:
        _change(
            asking,
            id_,
            lambda desk: [wanted.command(desk.by, desk.user(id_))],
            f"{id_} was changed.{_verify_next(wanted, id_)}",
            as_json=as_json,
        )


def disable_user(office: str, user: str, id_: str, *, as_json: bool) -> None:
    """Close an account."""
    with keeping(office, user) as asking:
        told = f"The account of {id_} is closed. Cases that {id_} leads wait until they are handed over."
        _change(asking, id_, lambda desk: [DisableUser(by=desk.by, user=id_)], told, as_json=as_json)


def enable_user(office: str, user: str, id_: str, *, as_json: bool) -> None:
    """Open a closed account."""
    with keeping(office, user) as asking:
        told = f"The account of {id_} is open again, with the roles it had."
        _change(asking, id_, lambda desk: [EnableUser(by=desk.by, user=id_)], told, as_json=as_json)


def verify_user(office: str, user: str, id_: str, address: str, *, as_json: bool) -> None:
    """Note that mail reaches somebody."""
    with keeping(office, user) as asking:

        def plan(desk: Desk) -> Iterable[AnyPeopleCommand]:
            return [VerifyAddress(by=desk.by, user=id_, address=address or desk.user(id_).email)]

        _change(asking, id_, plan, f"Mail to {id_} is sent from now on.", as_json=as_json)


def _change(asking: Asking, id_: str, plan: Plan, sentence: str, *, as_json: bool) -> None:
    change = asking.change(plan)
    say_change(change, "user", _person(asking, id_, change.after), sentence, as_json=as_json)


def list_users(office: str, user: str, agency: str, *, as_json: bool) -> None:
    """Show everybody with agency and roles; no address."""
    with looking(office, user) as asking:
        if agency:
            asking.check_agency(agency)
        directory, now = asking.directory, asking.now
        users = [one for _, one in sorted(directory.users.items()) if agency in {"", one.agency}]
        documents = [listed_document(one, directory, now) for one in users]
        rows = ((one["id"], one["name"], one["agency"], "; ".join(one["roles"]), _state(one)) for one in documents)
        nothing = "Nobody has an account here yet; `spean user add` adds somebody."
        say_list(documents, ("id", "name", "agency", "roles", ""), rows, nothing, as_json=as_json)


def _state(document: Document) -> str:
    """Say in a word what keeps somebody from working."""
    if document["disabled"]:
        return "disabled"
    return f"away until {document['away_until']}" if document["away_until"] else ""


def show_user(office: str, user: str, id_: str, *, as_json: bool) -> None:
    """Show one person."""
    with looking(office, user) as asking:
        asking.check_user(id_)
        document = _person(asking, id_, asking.directory)
        if as_json:
            print_json(document)
            return
        typer.secho(f"{document['id']}: {document['name']}{_bracketed(_state(document))}", bold=True)
        print_table(("what", "value"), ((what, value) for what, value in _lines(document) if value))


def _person(asking: Asking, id_: str, directory: Directory) -> Document:
    """Return what the asking person may know: the address of others only an administrator."""
    private = asking.keeps or asking.user == id_
    return person_document(directory.users[id_], directory, asking.now, private=private)


def _bracketed(state: str) -> str:
    return f" ({state})" if state else ""


def _lines(document: Document) -> Iterator[tuple[str, str]]:
    """Yield what is told of somebody, line by line."""
    for what in ("agency", "unit", "province", "language", "supervisor"):
        yield what, document[what]
    if document["email"] is not None:
        verified = "" if document["verified"] or not document["email"] else " (not verified: no mail is sent there)"
        yield "address", f"{document['email']}{verified}"
    for role in document["roles"]:
        yield "role", role
