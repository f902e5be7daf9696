"""Calls to webhooks: signed as the specification says, tried again at stated times, sent to public addresses only."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest

from notifiers.webhooks.schedule import WAITS, next_try
from notifiers.webhooks.signature import PREFIX, new_secret, signed
from notifiers.webhooks.target import TargetError, check_addresses, read_target

NOW = datetime(2027, 3, 2, 3, tzinfo=UTC)
#: The example of the Standard Webhooks libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # an example of a public specification
ID, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SUM = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_signature_is_that_of_the_specification() -> None:
    """The example that the libraries of Standard Webhooks are tested with gives the sum they expect."""
    headers = signed(ID, datetime.fromtimestamp(AT, UTC), BODY, [SECRET])
    assert headers == {"webhook-id": ID, "webhook-timestamp": str(AT), "webhook-signature": SUM}


def test_two_secrets_make_two_signatures() -> None:
    """While a secret is changed both stand in the header, the new one first, with a space between."""
    other = new_secret()
    both = signed(ID, datetime.fromtimestamp(AT, UTC), BODY, [other, SECRET])["webhook-signature"].split(" ")
    assert len(both) == 2
    assert both[1] == SUM
    assert both[0].startswith("v1,")
    assert both[0] != SUM


def test_secrets_are_of_256_bits_and_no_two_alike() -> None:
    """As the specification wants them: a prefix, and 24 to 64 random bytes in base64."""
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(b64decode(one.removeprefix(PREFIX))) for one in made} == {32}


def test_a_call_is_tried_ten_times_in_three_days_and_given_up() -> None:
    """The schedule has no chance in it; after the tenth try there is none."""
    tries, at = [NOW], NOW
    while (later := next_try(len(tries), at)) is not None:
        assert later > at
        tries.append(later)
        at = later
    assert len(tries) == 10
    assert tries[-1] - NOW == sum(WAITS, timedelta()) == timedelta(days=3, hours=3, minutes=36)


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://primero.example.org", "primero.example.org", 443, "/"),
        ("https://primero.example.org:8443/hooks/spean", "primero.example.org", 8443, "/hooks/spean"),
        ("http://127.0.0.1:9000/x", "127.0.0.1", 9000, "/x"),
        ("http://localhost/", "localhost", 80, "/"),
        ("http://[::1]:9000/x", "::1", 9000, "/x"),
    ],
)
def test_an_address_is_read_in_parts(url: str, host: str, port: int, path: str) -> None:
    """Host, port and path; HTTPS anywhere, HTTP on this machine."""
    found = read_target(url)
    assert (found.host, found.port, found.path, found.secure) == (host, port, path, url.startswith("https"))


@pytest.mark.parametrize(
    "url",
    [
        *("", "primero.example.org", "ftp://example.org/", "file:///etc/passwd", "https://", "https:///x"),
        *("http://example.org/", "http://10.0.0.1/", "http://127.0.0.1.example.org/", "http://169.254.169.254/"),
        *("https://user:word@example.org/", "https://example.org/?key=1", "https://example.org/#x", "https://a@b/"),
        *("https://example.org:99999/", "https://example.org:0/", "https://exa mple.org/", "https://example.org/\n"),
        *("https://ភូមិ.example.org/", "https://[::1/", "https://example.org/a b", "https://" + "a" * 600 + ".org/"),
        *(
            "https://example.org/\r\nX: y",
            "https://-x.example.org/",
            "https://example..org/",
            "https://example.org\\@b/",
        ),
    ],
)
def test_what_is_no_address_for_calls_is_refused(url: str) -> None:
    """One sentence; no user, query, other scheme, and no HTTP off this machine."""
    with pytest.raises(TargetError) as refused:
        read_target(url)
    assert str(refused.value).endswith((".", "xn--..."))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "fec0::1", "ff02::1", "2001:db8::1", "fd00:ec2::254"),
        *("::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "2002:a00:1::"),
    ],
)
def test_an_address_inside_is_refused(address: str) -> None:
    """Private, link-local, shared, reserved, the address of cloud metadata, also dressed up as an IPv6 address."""
    target = read_target("https://primero.example.org/")
    with pytest.raises(TargetError, match="allowed_hosts"):
        check_addresses(target, [address], ())
    with pytest.raises(TargetError, match="allowed_hosts"):
        check_addresses(target, ["93.184.215.14", address], ())
    check_addresses(target, [address], {"primero.example.org"})


def test_a_public_address_is_taken() -> None:
    """Of either kind."""
    check_addresses(read_target("https://primero.example.org/"), ["93.184.215.14", "2606:2800:21f::1"], ())


def test_this_machine_is_reached_only_as_such() -> None:
    """`localhost` leads to this machine, or nowhere; a name that leads to no address leads nowhere."""
    here = read_target("http://localhost:9000/")
    check_addresses(here, ["127.0.0.1", "::1"], ())
    for found in (["10.0.0.1"], ["127.0.0.1", "93.184.215.14"]):
        with pytest.raises(TargetError):
            check_addresses(here, found, ())
    with pytest.raises(TargetError):
        check_addresses(read_target("https://primero.example.org/"), [], ())
