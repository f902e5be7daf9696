"""The words of the pages: each has its Khmer, with the same places to be filled; a missing one fails here."""

from __future__ import annotations

import re

import pytest

from tests.support.messages import messages
from web.words.catalog import LANGUAGES, catalog, say

_PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
TRANSLATED = sorted(set(LANGUAGES) - {"en"})


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_none_is_left_over(language: str) -> None:
    """Whoever adds a text adds its Khmer; whoever takes one away takes both."""
    known = {one.id if isinstance(one.id, str) else one.id[0] for one in catalog(language) if one.id}
    assert messages() - known == set()
    assert known - messages() == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_same_places(language: str) -> None:
    """What is filled in stands in both, and nothing else does."""
    for one in catalog(language):
        if one.id:
            source = one.id if isinstance(one.id, str) else one.id[0]
            text = one.string if isinstance(one.string, str) else (one.string or ("",))[0]
            assert text.strip(), source
            assert sorted(_PLACES.findall(source)) == sorted(_PLACES.findall(text)), source


def test_words_are_said_in_the_language_of_the_reader() -> None:
    """Also those whose translation waits for review."""
    assert say("en", "My work") == "My work"
    assert say("km", "My work") != "My work"
