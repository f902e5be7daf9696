"""Two who write the same answer: what was only shown is not sent back, and who comes second sees both answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from engine.core.case.reasons import Refused, Why
from engine.run.cases.view import View
from web.shown.questions import as_typed
from web.titles import Titles
from web.words.catalog import N_, say

#: The hidden box that says what the others showed.
SHOWN = "shown"
_BOTH = N_("{who} recorded meanwhile: “{value}”. In the box stands yours; send it again only if it is right.")


def shown(view: View, names: list[str], zone: ZoneInfo) -> str:
    """Return what the boxes of these fields show of a case, for the hidden box."""
    known = known_texts(view, zone)
    return json.dumps({name: known[name] for name in names if name in known}, ensure_ascii=False)


def known_texts(view: View, zone: ZoneInfo) -> dict[str, str]:
    """Return the answers that somebody sees, as a form shows them."""
    return {name: as_typed(fact.value, zone) for name, _, fact in view.facts()}


def touched(form: FormData, texts: Mapping[str, str], known: Mapping[str, str], box: str = SHOWN) -> set[str]:
    """Return the fields in whose boxes something else stands than they showed; ``known``: where nothing says that."""
    was = _was(form, box)
    before = known if was is None else was
    return {name for name, text in texts.items() if _plain(text) != _plain(before.get(name, ""))}


def conflicts(refused: Refused, view: View, titles: Titles) -> dict[str, str]:
    """Return what to say beside a question that somebody else has answered meanwhile, by field; nothing hidden."""
    facts = {name: fact for name, _, fact in view.facts()}
    found = {}
    for one in refused.reasons:
        if one.why is Why.CONFLICT and one.subject in facts:
            fact = facts[one.subject]
            value = titles.value(one.subject, fact.value)
            found[one.subject] = say(titles.language, _BOTH).format(who=titles.person(fact.by), value=value)
    return found


def _was(form: FormData, box: str) -> dict[str, str] | None:
    try:
        found = json.loads(str(form[box]))
    except (KeyError, ValueError, RecursionError):
        return None
    return {str(name): str(text) for name, text in found.items()} if isinstance(found, dict) else None


def _plain(text: str) -> str:
    """Return a text without what a browser changes by itself: ends of lines, blanks around."""
    return text.replace("\r\n", "\n").strip()
