"""The page about connecting another system is true: its example checks signatures, its events are all there are."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.run.cli.webhook_app import app
from engine.store.webhooks import NewsKind
from notifiers.webhooks.schedule import WAITS
from notifiers.webhooks.signature import new_secret, signed
from tests.documents import blocks, page, prose

PAGE = "docs/how-to/connect-another-system.md"
BODY = b'{"id":"msg_1"}'


def checker() -> Callable[[str, dict[str, str], bytes], bool]:
    """Return the function that the page shows."""
    (block,) = blocks(PAGE, "python")
    names: dict[str, Any] = {}
    exec(block.text, names)  # noqa: S102, RUF100 - the page's own text, as its readers run it
    found: Callable[[str, dict[str, str], bytes], bool] = names["is_from_spean"]
    return found


def test_the_example_takes_what_spean_signed_and_nothing_else() -> None:
    """Right with either secret while it is changed; wrong with another secret, body or id, and when it is old."""
    check, secret, former, now = checker(), new_secret(), new_secret(), datetime.now(UTC)
    headers = dict(signed("msg_1", now, BODY, [secret, former]))
    assert check(secret, headers, BODY)
    assert check(former, headers, BODY)
    assert not check(new_secret(), headers, BODY)
    assert not check(secret, headers, BODY + b" ")
    assert not check(secret, headers | {"webhook-id": "msg_2"}, BODY)
    old = dict(signed("msg_1", now - timedelta(minutes=6), BODY, [secret]))
    assert not check(secret, old, BODY)


def test_the_example_is_short() -> None:
    """Ten lines and the import."""
    (block,) = blocks(PAGE, "python")
    assert len([line for line in block.text.splitlines() if line.strip()]) <= 10


def test_every_event_and_command_is_told() -> None:
    """The table of events names each, and no other; each command stands on the page."""
    table = prose(PAGE).partition("| event |")[2].partition("`--events all`")[0]
    assert re.findall(r"`([a-z]+\.[a-z]+)`", table) == [one.value for one in NewsKind]
    for command in app.registered_commands:
        assert re.search(rf"`?(?:spean webhook )?{command.name}\b", page(PAGE))


def test_the_schedule_on_the_page_is_the_one_that_is_kept() -> None:
    """The waits, and what they add up to."""
    hours = [int(wait / timedelta(hours=1)) for wait in WAITS[3:]]
    told = f"1 minute, 5 minutes, 30 minutes, {', '.join(map(str, hours[:-1]))} and {hours[-1]} hours"
    assert told in page(PAGE)
    assert [wait / timedelta(minutes=1) for wait in WAITS[:3]] == [1, 5, 30]
    assert sum(WAITS, timedelta()) == timedelta(days=3, hours=3, minutes=36)
    assert "3 days, 3 hours and 36 minutes" in page(PAGE)
