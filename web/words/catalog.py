"""The words of the pages: English stands in templates and code, its translations in one file a language.

``km.po`` is a plain gettext catalogue, read as it is when the program starts: there is nothing to compile. Texts that
are marked fuzzy are shown, and wait for somebody who speaks the language better than their writer.
"""

from __future__ import annotations

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"en": "English", "km": "ខ្មែរ"}


def catalog(language: str) -> Catalog:
    """Return the catalogue of a language as it is written."""
    text = (files("web.words") / f"{language}.po").read_bytes()
    return read_po(BytesIO(text), locale=language)


@lru_cache
def translations(language: str) -> NullTranslations:
    """Return what translates into a language; English is as it stands."""
    if language not in LANGUAGES or language == "en":
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalog(language), use_fuzzy=True)
    compiled.seek(0)
    return GNUTranslations(compiled)


def say(language: str, words: str) -> str:
    """Return words of the program in a language."""
    return translations(language).gettext(words) if words else ""


def N_(words: str) -> str:  # noqa: N802 - gettext's own name: words that are translated where they are shown
    """Mark words that are translated later."""
    return words
