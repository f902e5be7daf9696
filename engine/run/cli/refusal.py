"""A refusal in words that help: what stands in the way, what would have to change, who can supply it (14)."""

from __future__ import annotations

from engine.core.case.reasons import Reason, Refused
from engine.core.deciding.library import Library
from engine.core.errors import SpeanError
from engine.core.judging.wording import describe_leaf


class RefusedError(SpeanError):
    """It was refused; nothing was changed."""

    def __init__(self, reasons: list[str]) -> None:
        """Say every reason."""
        super().__init__("Refused; nothing was changed. " + " ".join(reasons))
        self.reasons = reasons


def told(refused: Refused, library: Library) -> RefusedError:
    """Return the error that says a refusal in words."""
    return RefusedError([in_words(one, library) for one in refused.reasons])


def in_words(reason: Reason, library: Library, language: str = "en") -> str:
    """Return one reason as a sentence or two."""
    parts = [str(reason)]
    if reason.blocking:
        needed = "; ".join(
            describe_leaf(one.leaf) if one.needed else f"not ({describe_leaf(one.leaf)})" for one in reason.blocking
        )
        parts.append(f"It needs: {needed}.")
    if reason.who:
        parts.append(f"Who can help: {', '.join(_role(one, library, language) for one in reason.who)}.")
    return " ".join(parts)


def _role(role: str, library: Library, language: str) -> str:
    for rules in library.rulebooks.values():
        known = rules.protocol.roles.get(role)
        if known is not None and known.title:
            return known.title.get(language) or known.title["en"]
    return role.replace("_", " ")
