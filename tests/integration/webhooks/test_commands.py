"""`spean webhook`: for administrators only, secrets shown once, mistakes told in one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.core.people.commands import DisableUser
from engine.run.cli import run
from engine.store.webhooks import NewsKind
from tests.integration.webhooks.conftest import MANAGER, Desk
from tests.support.receiver import Receiver
from tests.support.typed import Typed, refused

KEEPER = "meas_kolap"


@pytest.fixture
def typed(desk: Desk, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Return what types a command of webhooks as an administrator."""
    folder = desk.office.settings.folder

    def type_(*words: object, by: str = KEEPER) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["webhook", *(str(word) for word in words), "--office", str(folder), "--as", by])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert "mistake in Spean" not in said.err
        return code, said.out, said.err

    return type_


def plain(answer: tuple[int, str, str]) -> Any:
    """Return what a command answered as JSON."""
    code, out, errors = answer
    assert (code, errors) == (0, "")
    return json.loads(out)


def added(typed: Typed, url: str, *words: str) -> Any:
    """Add a webhook."""
    return plain(typed("add", url, "--owner", MANAGER, "--events", "all", "--format", "json", *words))


def test_a_secret_is_shown_once(typed: Typed, receiver: Receiver) -> None:
    """When the webhook is added, and another one when it is changed; no list shows either."""
    made = added(typed, receiver.url)
    assert made["events"] == [one.value for one in NewsKind]
    changed = plain(typed("rotate", made["webhook"], "--format", "json"))
    assert changed["secret"] != made["secret"]
    for words in (("list",), ("list", "--format", "json"), ("deliveries", "--all")):
        code, out, _ = typed(*words)
        assert code == 0
        assert "whsec_" not in out
    (listed,) = plain(typed("list", "--format", "json"))["webhooks"]
    assert (listed["webhook"], listed["owner"], listed["url"]) == (made["webhook"], MANAGER, receiver.url)


def test_a_test_call_is_signed_and_about_nothing(typed: Typed, receiver: Receiver) -> None:
    """It says what was answered, and leaves with 1 where the call was not taken."""
    made = added(typed, receiver.url)
    assert plain(typed("test", made["webhook"], "--format", "json"))["taken"] is True
    (got,) = receiver.got
    assert got.is_signed_with(made["secret"])
    assert (got.document["type"], got.document["data"]) == ("webhook.test", {})
    receiver.status = 404
    assert typed("test", made["webhook"])[:2] == (1, "It was not taken: answered 404.\n")


def test_calls_are_listed_and_sent_again(typed: Typed, desk: Desk, receiver: Receiver) -> None:
    """Those that were given up, by number or all of a webhook; nothing of a person is in the list."""
    made = added(typed, receiver.url)
    receiver.status = 410
    code = desk.open()
    desk.tick()
    desk.tick()
    found = plain(typed("deliveries", "--format", "json"))["calls"]
    assert {(one["case"], one["status"], one["why"]) for one in found} == {(code, "dead", "answered 410")}
    assert "Neang" not in typed("deliveries")[1]
    assert typed("resend", found[0]["number"])[:2] == (0, "1 call to go out at the next tick.\n")
    refused(typed("resend", found[0]["number"]), "was not given up")
    assert plain(typed("resend", made["webhook"], "--format", "json")) == {"again": 1}
    assert "No call was given up." in typed("deliveries")[1]


def test_a_webhook_is_removed(typed: Typed, receiver: Receiver) -> None:
    """And then it is not there."""
    made = added(typed, receiver.url)
    assert typed("remove", made["webhook"])[0] == 0
    assert "There is no webhook." in typed("list")[1]
    for command in ("remove", "rotate", "test", "resend"):
        refused(typed(command, made["webhook"]), "There is no such webhook")


@pytest.mark.parametrize(
    "words",
    [
        *(("list",), ("deliveries",), ("remove", "wh_1"), ("rotate", "wh_1"), ("test", "wh_1"), ("resend", "1")),
        ("add", "https://example.org", "--owner", "x", "--events", "all"),
    ],
)
def test_only_an_administrator_may(typed: Typed, words: tuple[str, ...]) -> None:
    """Whoever works on cases may not, and hears so in one sentence."""
    refused(typed(*words, by=MANAGER))


@pytest.mark.parametrize(
    ("url", "owner", "events", "told"),
    [
        ("http://example.org/", MANAGER, "all", "https only"),
        ("ftp://example.org/", MANAGER, "all", "This is no address"),
        ("https://u:p@example.org/", MANAGER, "all", "no user"),
        ("https://example.org/", "nobody", "all", "no account"),
        ("https://example.org/", MANAGER, "", "--events"),
        ("https://example.org/", MANAGER, "case.opend", "Did you mean case.opened?"),
        ("https://example.org/", MANAGER, "xyz", "There are: case.opened"),
        ("https://example.org/\x1b[2J", MANAGER, "all", "plain characters"),
    ],
)
def test_mistakes_are_told_in_one_sentence(typed: Typed, url: str, owner: str, events: str, told: str) -> None:
    """What is wrong, and what to do; nothing is added."""
    refused(typed("add", url, "--owner", owner, "--events", events), told)
    assert "There is no webhook." in typed("list")[1]


def test_without_the_address_of_the_pages_none_is_added(typed: Typed, desk: Desk) -> None:
    """A call says where to ask; where that is not known there is none."""
    settings = Path(desk.office.settings.folder / "spean.toml")
    settings.write_text(settings.read_text().replace('link = "https://spean.example.org"', 'link = ""'))
    refused(typed("add", "https://example.org/", "--owner", MANAGER, "--events", "all"), "spean.toml")


def test_health_says_how_webhooks_are(typed: Typed, desk: Desk, receiver: Receiver, capsys: Any) -> None:
    """Nothing where there is none; not well where calls were given up."""
    folder = str(desk.office.settings.folder)

    def said() -> dict[str, Any]:
        capsys.readouterr()
        run(["health", "--office", folder, "--format", "json"])
        checks = json.loads(capsys.readouterr().out)["checks"]
        return {one["check"]: one for one in checks}

    assert "webhooks" not in said()
    added(typed, receiver.url)
    assert said()["webhooks"]["is_well"] is True
    receiver.status = 410
    desk.open()
    desk.tick()
    assert said()["webhooks"]["is_well"] is False
    assert "1 calls were given up" in said()["webhooks"]["words"]
    desk.office.people.change([DisableUser(by="init", user=MANAGER)], desk.now)
    assert "no account any more" in said()["webhooks"]["words"]
