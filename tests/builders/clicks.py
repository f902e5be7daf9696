"""Clicks and their withdrawals, for the tests: a case of two steps with a side track that the second one opens."""

from __future__ import annotations

from typing import Any

from engine.core.case import commands
from tests.builders.live import WORKER, Live
from tests.builders.protocols import action, at, final, protocol, step, track


def withdrawing(**more: Any) -> commands.Withdraw:
    """Return the caseworker's command to withdraw the last click on the main track."""
    asked: dict[str, Any] = {"actor": WORKER, "enrolment": "e1", "track": "main", "reason": "wrong case"}
    return commands.Withdraw(**(asked | more))


def one(*parts: Any, second: Any = (), **more: Any) -> Live:
    """Return a case at the first of two steps, with what the test adds to them."""
    first = step("one", action("go", "two"), action("stay", "here"), *parts)
    main = track("main", first, step("two", action("on", "one"), *second), final(), any_step=[action("stop", "done")])
    side = track(
        "side",
        step("open", action("over", "end"), action("note", "here")),
        final("end"),
        opens_when=at("main", "two"),
    )
    return Live(protocol(main, side, **more))


def place(live: Live) -> tuple[str, int]:
    """Return step and visit of the main track."""
    return live.track().step, live.track().visit
