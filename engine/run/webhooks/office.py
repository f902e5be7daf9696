"""From an office to its webhooks: where their parts are put together."""

from __future__ import annotations

from engine.core.errors import SpeanError
from engine.run.setup.office import Office
from engine.run.webhooks.courier import Courier
from engine.run.webhooks.register import Register
from engine.run.webhooks.telling import Telling
from engine.store.safe import Safe
from engine.store.sql.calls import SqlCalls
from engine.store.sql.webhooks import SqlWebhooks
from notifiers.webhooks.post import Poster, TrustError


class WebhookSetupError(SpeanError):
    """Nothing can be sent to webhooks with these settings; the message says why."""


def register_of(office: Office) -> Register:
    """Return which programs outside are told what."""
    return Register(SqlWebhooks(office.database), Safe(office.keyring), office.access, office.incidents)


def poster_of(office: Office) -> Poster:
    """Return what sends calls over the network. Raises WebhookSetupError."""
    settings = office.settings.webhooks
    try:
        return Poster(
            settings.allowed_hosts.split(), str(office.settings.path(settings.ca_file)) if settings.ca_file else ""
        )
    except TrustError as error:
        raise WebhookSetupError(str(error)) from error


def courier_of(office: Office, by: str) -> Courier:
    """Return what delivers an office's calls. ``by``: the worker's name for leases."""
    telling = Telling(
        office.cases,
        office.people.now,
        office.registry.library,
        office.keyring.secret("webhook-id"),
        office.settings.office.link,
    )
    return Courier(
        SqlCalls(office.database),
        register_of(office),
        telling,
        office.incidents,
        office.access,
        posts=lambda: poster_of(office),
        by=by,
    )
