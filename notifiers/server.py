"""Which mail server there is, and how it is spoken to. Wrong settings are told before the first mail."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address

SECURITIES = ("starttls", "tls", "none")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"(?!.{{254}}){_LABEL}(?:\.{_LABEL})*\.?")
_WORD = re.compile(r"[ -~]*")


class ServerError(ValueError):
    """Mail cannot be sent with these settings; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """How to reach the server. ``security``: ``starttls``, ``tls``, ``none``. ``timeout``: seconds for one answer.

    ``user`` empty: no log-in. ``ca_file`` empty: the authorities that this machine trusts.
    """

    host: str
    port: int
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    timeout: float = 10


def check_server(server: Server) -> None:
    """Raise ServerError, where mail cannot or must not be sent with these settings."""
    if server.security not in SECURITIES:
        raise ServerError("The security of mail must be starttls, tls or none.")
    if not (_is_address(server.host) or _HOST.fullmatch(server.host)):
        raise ServerError("The host of mail must be a plain name like mail.example.org, or an address.")
    if not 0 < server.port < 2**16:
        raise ServerError("The port of mail must be between 1 and 65535.")
    if not server.timeout > 0:
        raise ServerError("The timeout of mail must be greater than zero seconds.")
    if server.security == "none" and not _is_here(server.host):
        raise ServerError("Mail without TLS goes only to a server on this machine; set security to starttls.")
    if not (_WORD.fullmatch(server.user) and _WORD.fullmatch(server.password)):
        raise ServerError(
            "User and password of mail may have only plain Latin letters, digits and signs, on one line."
        )


def context_of(server: Server) -> ssl.SSLContext | None:
    """Return what TLS is made with: certificate and name checked, TLS 1.2 at least. Raises ServerError.

    None where mail stays on this machine.
    """
    if server.security == "none":
        return None
    try:
        context = ssl.create_default_context(cafile=server.ca_file or None)
    except (OSError, ValueError) as error:
        raise ServerError(
            f"{server.ca_file}: the certificates cannot be read; the file must be in PEM form."
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _is_address(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def _is_here(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)
