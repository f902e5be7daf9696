"""The summary of a case: where it stands, what is due, what is known, as far as the reader may see it."""

from __future__ import annotations

from engine.run.cases.view import View
from engine.run.printing.paper import Paper, Section
from web.shown import case as shown
from web.titles import Titles
from web.words.catalog import N_, say


def summary_of(view: View, titles: Titles) -> Paper:
    """Return the summary as a paper; the page for the printer shows the same."""
    lanes = [(one.title, f"{one.step}, {one.since}") for one in shown.lanes(view, titles) if one.open]
    timers = [(one.what, one.limit.exact) for one in shown.timers(view, titles, view.now) if one.limit]
    facts = [(titles.label(name), titles.value(name, fact.value)) for name, _, fact in view.facts()]
    sections = ((N_("Where it stands"), lanes), (N_("What is due"), timers), (N_("Answers"), facts))
    return Paper(
        title=say(titles.language, N_("Summary")),
        code=view.case.id,
        day=titles.when(view.now),
        language=titles.language,
        sections=[Section(say(titles.language, title), lines) for title, lines in sections],
    )
