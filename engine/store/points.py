"""Named points between two steps at which a process may die. Nothing happens there; tests hook in.

Each name stands for one place at which a crash must do no harm (kill -9 anywhere). Production never sets a hook.
"""

from __future__ import annotations

from collections.abc import Callable

#: Every point, in the order in which an action, a pass, a mail and an administrator's work come by them.
POINTS = (
    "action: asked",
    "action: case read",
    "action: decided",
    "action: inside the transaction",
    "action: state written",
    "action: clocks written",
    "action: journal written",
    "action: firings written",
    "action: outbox written",
    "action: command written",
    "action: before commit",
    "action: after commit",
    "pass: due cases read",
    "pass: before a batch",
    "pass: inside a batch",
    "pass: before commit",
    "pass: after commit",
    "pass: heartbeat written",
    "mail: before claim",
    "mail: after claim",
    "mail: recipients resolved",
    "mail: before handing over",
    "mail: after handing over",
    "mail: before marking",
    "mail: after marking",
    "webhook: before claim",
    "webhook: after claim",
    "webhook: before handing over",
    "webhook: after handing over",
    "webhook: after marking",
    "key: made",
    "erase: key destroyed",
    "erase: done",
    "checkpoint: made",
    "checkpoint: published",
    "import: row taken",
    "install: protocol written",
    "migrate: between two steps",
    "backup: database copied",
    "backup: written, not renamed",
    "restore: unpacked, not renamed",
    "restore: database replaced",
    "link: case opened",
    "access: written",
)

Hook = Callable[[str], None]
_hook: Hook | None = None


def hook(function: Hook | None) -> None:
    """Call a function with the name of every point that is passed; None takes it off."""
    global _hook  # noqa: PLW0603 - one process, one hook; only tests set it
    _hook = function


def passed(point: str) -> None:
    """Say that a point was passed."""
    if _hook is not None:
        _hook(point)
