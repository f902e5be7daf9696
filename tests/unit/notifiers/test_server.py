"""Settings with which mail could not or must not be sent are told before the first mail."""

from __future__ import annotations

from typing import Any

import pytest

from notifiers.server import SECURITIES
from notifiers.smtp import Server, ServerError, Smtp


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"security": "ssl"}, "must be starttls, tls or none"),
        ({"security": "none"}, "only to a server on this machine"),
        ({"security": "none", "host": "192.168.1.1"}, "only to a server on this machine"),
        ({"host": ""}, "plain name"),
        ({"host": "mail.example.org:25"}, "plain name"),
        ({"host": "mail..example.org"}, "plain name"),
        ({"host": "a" * 64 + ".org"}, "plain name"),
        ({"host": "a." * 200 + "org"}, "plain name"),
        ({"host": "mail\0.org"}, "plain name"),
        ({"host": "មេ.example.org"}, "plain name"),
        ({"port": 0}, "between 1 and 65535"),
        ({"port": 65536}, "between 1 and 65535"),
        ({"timeout": 0}, "greater than zero"),
        ({"timeout": float("nan")}, "greater than zero"),
        ({"password": "ពាក្យ"}, "plain Latin letters"),
        ({"user": "a\nb"}, "plain Latin letters"),
        ({"ca_file": "/no/such/file.pem"}, "/no/such/file.pem: the certificates cannot be read"),
        ({"ca_file": __file__}, "the certificates cannot be read"),
    ],
)
def test_wrong_settings_are_told_before_the_first_mail(settings: dict[str, Any], words: str) -> None:
    """Settings with which no mail could or should be sent are refused in one sentence, which holds no password."""
    given: dict[str, Any] = {"host": "mail.example.org", "port": 587} | settings
    with pytest.raises(ServerError, match=words) as refused:
        Smtp(Server(**given))
    assert "ពាក្យ" not in str(refused.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_clear_text_stays_on_this_machine(host: str) -> None:
    """Without TLS mail may go to this machine itself."""
    Smtp(Server(host, 25, "none")).close()


@pytest.mark.parametrize(
    "host", ["mail.example.org", "mail.example.org.", "xn--e1afmkfd.xn--p1ai", "a_b", "2001:db8::1"]
)
def test_hosts_are_taken(host: str) -> None:
    """Names and addresses of servers are taken under TLS."""
    Smtp(Server(host, 587)).close()


def test_password_is_in_no_message() -> None:
    """Whoever prints the settings does not see the password."""
    assert "secret" not in repr(Server("mail.example.org", 587, password="secret"))
    assert len(SECURITIES) == 3
