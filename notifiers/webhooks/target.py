"""Where a call may go: HTTPS to a public address. Anything inside a network only if it is named.

The name is looked up at each call and every address behind it judged, and the call goes to just these addresses: a
name that leads elsewhere the next moment leads nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

LONGEST = 500
_PATH = re.compile(r"(?:/[A-Za-z0-9._~%/-]*)?")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = re.compile(rf"(?!.{{254}}){_LABEL}(?:\.{_LABEL})*")
#: Addresses of the old kind inside ones of the new kind, as gateways translate them (RFC 6052).
_TRANSLATED = IPv6Network("64:ff9b::/96")
#: All addresses of the new kind that are given out (RFC 4291); others are of some net, whatever else is said of them.
_UNICAST = IPv6Network("2000::/3")
_Address = IPv4Address | IPv6Address


class TargetError(ValueError):
    """Nothing can be sent to this address; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes, in parts. ``secure``: by HTTPS."""

    host: str
    port: int
    path: str
    secure: bool

    @property
    def is_here(self) -> bool:
        """Whether it was written as an address of this machine itself."""
        return self.host == "localhost" or (_is_address(self.host) and ip_address(self.host).is_loopback)


def read_target(url: str) -> Target:
    """Return the parts of an address. Raises TargetError."""
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise TargetError(f"An address has at most {LONGEST} plain characters; write a host beyond ASCII as xn--...")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise TargetError("This is no address; write one like https://primero.example.org/spean.") from error
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("https", "http") or not (_is_address(host) or _NAME.fullmatch(host)) or port == 0:
        raise TargetError("This is no address; write one like https://primero.example.org/spean.")
    if any(sign in url for sign in "?#@") or not _PATH.fullmatch(parts.path):
        raise TargetError("The address must hold no user, ? or #: the signature says who sends, and nothing secret"
                          " belongs into an address.")  # fmt: skip
    secure = parts.scheme == "https"
    found = Target(host, port or (443 if secure else 80), parts.path or "/", secure)
    if not (secure or found.is_here):
        raise TargetError("Calls leave by https only; http is for an address of this machine, like http://127.0.0.1.")
    return found


def check_addresses(target: Target, found: Sequence[str], allowed: Collection[str]) -> None:
    """Refuse a target one of whose addresses is not public. ``allowed``: names that may be inside.

    Raises TargetError. What was written as an address of this machine must lead to this machine.
    """
    addresses = [ip_address(one.partition("%")[0]) for one in found]
    if target.host in allowed:
        return
    if target.is_here:
        if all(one.is_loopback for one in addresses):
            return
    elif addresses and all(_is_public(one) for one in addresses):
        return
    raise TargetError("the host has an address that is not public; webhooks.allowed_hosts in spean.toml may name it")


def _is_public(address: _Address) -> bool:
    inner = _inner(address)
    if inner is not None:
        return _is_public(inner)
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _inner(address: _Address) -> IPv4Address | None:
    """Return the address of the old kind that one of the new kind leads to; None where there is none."""
    if isinstance(address, IPv4Address):
        return None
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def _is_address(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False
