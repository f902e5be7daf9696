"""From an office to its worker: where notifiers, templates and the parts of a worker are put together."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

from engine.core.case.commands import DATA_PROTECTION_OFFICER
from engine.core.errors import SpeanError
from engine.core.people.directory import Directory
from engine.run.accounts.watch import Watch
from engine.run.mail.notices import Notices
from engine.run.mail.pledge import Pledges
from engine.run.mail.postman import Postman, Sender
from engine.run.setup.office import Office
from engine.run.ticks.linking import Linking
from engine.run.ticks.passing import Brake, Passes
from engine.run.ticks.worker import Worker
from engine.run.webhooks.office import courier_of
from engine.store.safe import Safe
from engine.store.sql.erasures import SqlErasures
from notifiers.composer import Composer, ComposerError
from notifiers.file import Folder
from notifiers.letter import LetterError, check_address
from notifiers.mail import Notifier
from notifiers.smtp import Server, ServerError, Smtp


class MailSetupError(SpeanError):
    """Mail cannot be sent with these settings; the message says why."""


def worker_of(office: Office, *, notifier: Notifier | None = None, checkpoints: bool = True) -> Worker:
    """Return the worker of an office. Raises MailSetupError, and what its parts raise."""
    sends = notifier or notifier_of(office)
    composer, sender = composer_of(office), sender_of(office)
    secret = office.keyring.secret("message-id")
    passes = passes_of(office)
    by = f"{socket.gethostname()} {os.getpid()}"
    postman = Postman(
        office.cases,
        office.outbox,
        office.incidents,
        directory=office.people.now,
        library=office.registry.library,
        notifier=sends,
        composer=composer,
        sender=sender,
        secret=secret,
        by=by,
        pledges=Pledges(Safe(office.keyring)),
    )
    linking = Linking(
        office.cases,
        office.incidents,
        office.registry.library,
        office.time.now,
        office.keyring.secret("link"),
        simulation=office.is_simulation,
    )
    erasures = SqlErasures(office.database)
    return Worker(
        passes=passes,
        postman=postman,
        courier=courier_of(office, by),
        linking=linking,
        notices=notices_of(office, sends),
        erasures=erasures,
        keyring=office.keyring,
        notifier=sends,
        watch=Watch(office.access, office.incidents, office.meta),
        checkpoints=checkpoints,
    )


def notices_of(office: Office, notifier: Notifier | None = None) -> Notices:
    """Return what tells whoever keeps the office. Raises MailSetupError, and what its parts raise."""
    return Notices(
        office.incidents,
        office.checkpoints,
        office.meta,
        notifier=notifier or notifier_of(office),
        composer=composer_of(office),
        sender=sender_of(office),
        secret=office.keyring.secret("message-id"),
        duty_address=lambda: office.people.now().duty_address,
        officers=lambda meant: officers_of(office.people.now(), office.time.now(), meant),
        published=office.settings.path(office.settings.office.checkpoints),
    )


def officers_of(directory: Directory, now: datetime, meant: str) -> list[str]:
    """Return the verified addresses of the data protection officers who serve everywhere, at an instant (UTC).

    Without the account of whom something is told: nobody looks after herself.
    """
    given = directory.memberships.values()
    ids = {one.user for one in given if one.role == DATA_PROTECTION_OFFICER and one.everywhere and one.holds(now)}
    known = (directory.users[one] for one in sorted(ids - {meant}) if one in directory.users)
    return [one.email for one in known if one.email and one.verified and not one.disabled]


def passes_of(office: Office) -> Passes:
    """Return the passes of an office. In a simulation time jumps by design, so there is no brake."""
    settings = office.settings.worker
    brake = Brake(timedelta(hours=settings.brake_after_hours), settings.brake_share_percent)
    return Passes(
        office.cases,
        office.incidents,
        office.meta,
        office.registry.library,
        batch=settings.batch,
        brake=None if office.is_simulation else brake,
    )


def notifier_of(office: Office) -> Notifier:
    """Return what sends the office's mail: its server, or a folder. Raises MailSetupError."""
    mail, settings = office.settings.mail, office.settings
    if mail.kind == "file":
        return Folder(settings.path(mail.folder))
    try:
        password = settings.path(mail.password_file).read_text(encoding="utf-8").strip() if mail.password_file else ""
        ca_file = str(settings.path(mail.ca_file)) if mail.ca_file else ""
        server = Server(mail.host, mail.port, mail.security, mail.user, password, ca_file, mail.timeout)
        return Smtp(server)
    except ServerError as error:
        raise MailSetupError(str(error)) from error
    except OSError as error:
        raise MailSetupError(f"{mail.password_file}: the mail password cannot be read.") from error


def composer_of(office: Office) -> Composer:
    """Return what composes mails, with the office's own templates. Raises MailSetupError where one is wrong."""
    own = office.settings.path(office.settings.office.templates)
    try:
        return Composer(own) if own.is_dir() and any(own.iterdir()) else _shipped()
    except ComposerError as error:
        raise MailSetupError(str(error)) from error


@cache
def _shipped() -> Composer:
    """Return what composes mails with the shipped templates; compiling them takes a third of a second."""
    return Composer()


def sender_of(office: Office) -> Sender:
    """Return from where mails come. Raises MailSetupError where an address is none."""
    settings = office.settings.office
    address = office.settings.mail.sender or settings.administrator or office.people.now().duty_address
    try:
        check_address(address)
        if settings.administrator:
            check_address(settings.administrator)
    except LetterError as error:
        raise MailSetupError(f"spean.toml: the sender or the administrator is no e-mail address. {error}") from error
    host = urlsplit(settings.link).hostname
    return Sender(
        address, host or address.rpartition("@")[2], settings.link, settings.administrator, settings.language
    )
