"""Pages from templates: every text escaped, in the language of whoever reads it, with neutral titles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from notifiers.words import instant_in_words
from web.desk import Desk, Visitor
from web.guards.cookies import LANGUAGE, get
from web.words.catalog import LANGUAGES, translations


@lru_cache
def _environment(language: str) -> Environment:
    made = Environment(
        loader=PackageLoader("web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals["_"] = _saying(language)
    made.globals["static"] = static
    return made


def _saying(language: str) -> Callable[..., Markup]:
    """Return what says a text of a template; as the extension's own, which looks each up anew, but quicker."""
    known: dict[str, Markup] = {}
    gettext = translations(language).gettext

    def say(text: str, **values: object) -> Markup:
        found = known.get(text)
        if found is None:
            found = known[text] = Markup(gettext(text))  # noqa: S704 - texts of ours
        return found % values

    return say


@lru_cache
def static(name: str) -> str:
    """Return the address of a file of ours; it changes with the file, so that browsers may keep it."""
    content = (files("web") / "static" / name).read_bytes()
    return f"/static/{name}?v={sha256(content).hexdigest()[:12]}"


def language_of(request: Request) -> str:
    """Return the language in which a visitor reads before she has logged in."""
    chosen = get(request, LANGUAGE)
    if chosen in LANGUAGES:
        return chosen
    wanted = request.headers.get("accept-language", "").casefold()
    return "km" if wanted.startswith("km") else "en"


def _address(request: Request) -> str:
    """Return where to go on when the language is changed: this page, or the work where it was made by a form."""
    if request.method != "GET":
        return "/work"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody has typed into a form and not sent, by the name of its box, and when, in her words."""

    texts: Mapping[str, str]
    when: str


def _drafts(request: Request, visitor: Visitor | None) -> Callable[[str], Kept | None]:
    """Return what finds the draft of a form; none of what was just sent, which stands in the form itself."""
    sent = request.headers.get("spean-form", request.url.path) if request.method != "GET" else ""

    def draft_of(address: str) -> Kept | None:
        desk: Desk = request.app.state.desk
        if visitor is None or address == sent or (found := desk.drafts.find(visitor.id, address)) is None:
            return None
        return Kept(found.texts, instant_in_words(found.saved, visitor.zone, visitor.language))

    return draft_of


def page(
    request: Request,
    template: str,
    values: Mapping[str, Any] | None = None,
    *,
    visitor: Visitor | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Return a page. ``visitor`` None: somebody who has not logged in."""
    language = visitor.language if visitor is not None else language_of(request)
    known = {
        "visitor": visitor,
        "language": language,
        "languages": LANGUAGES,
        "path": request.url.path,
        "here": _address(request),
        "draft_of": _drafts(request, visitor),
        "is_answer": request.method != "GET",
        "simulation": request.app.state.desk.office.is_simulation,
    }
    text = _environment(language).get_template(template).render(**known, **(values or {}))
    return HTMLResponse(text, status)
