"""The numbers of articles: one for each step, for what may happen at any step of a lane, and for each forbidden rule.

They follow the order of the files, so within one version of a protocol they never change. Drawing and handbook number
alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.core.model import Protocol

#: What stands for ``at_any_step`` in the id of an article.
ANY = "at_any_step"
#: Ids of the articles that no lane has.
NO_NEWS, WAITS = "defaults.no_news", "defaults.waits"
FORBIDDEN = "forbidden"


def number_articles(protocol: Protocol) -> Mapping[str, int]:
    """Return the number of each article by its id: ``medical.acute_care``, ``forbidden.held``."""
    return {id_: number for number, id_ in enumerate(_articles(protocol), 1)}


def _articles(protocol: Protocol) -> Iterator[str]:
    for track in protocol.tracks.values():
        yield from (f"{track.id}.{step}" for step in track.steps)
        if track.at_any_step:
            yield f"{track.id}.{ANY}"
    yield from (NO_NEWS, WAITS)
    yield from (f"{FORBIDDEN}.{rule}" for rule in protocol.forbidden)
