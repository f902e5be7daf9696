"""Each mail as its reader sees it, in both languages. The pictures of these pages were looked at, light and dark."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from syrupy.assertion import SnapshotAssertion

from notifiers.composer import LANGUAGES, Composer, MailKind, Words
from notifiers.words import instant_in_words, over_in_words

COMPOSER = Composer()
ZONE = ZoneInfo("Asia/Phnom_Penh")
NOW = datetime(2027, 3, 4, 3, 0, tzinfo=UTC)
LINK = "https://spean.example.org/case/RH-27-014"
#: What the mails say in these tests: label, other label, who was told, why, what a line of a digest adds.
SAID = {
    "en": (
        "Time-critical task",
        "Routine task",
        "case manager, supervisor",
        "you are the provincial focal person of this case",
        "stalled",
    ),
    "km": (
        "កិច្ចការបន្ទាន់បំផុត",
        "កិច្ចការធម្មតា",
        "អ្នកគ្រប់គ្រងករណី, អ្នកត្រួតពិនិត្យ",
        "អ្នកជាមន្ត្រីបង្គោលខេត្តនៃករណីនេះ",
        "ជាប់គាំង",
    ),
}  # km: for review
#: Words about bodies, courts, shelters, crimes and persons; no mail of ours needs one.
TELLING = re.compile(
    r"\b(?:(?:medic|clinic|doctor|health|hiv|test result|pregnan|court|police|lawyer|legal|lawful|prosecut|crime"
    r"|shelter|traffick|rescue|victim|survivor|child|famil|embass|repatriat)\w*|she|he|her|him|his)\b"
    r"|ពេទ្យ|តុលាការ|នគរបាល|មេធាវី|ច្បាប់(?!ចម្លង)|ជួញដូរ|ជនរងគ្រោះ|កុមារ|មណ្ឌល|សាមីខ្លួន",
    re.IGNORECASE,
)


def mail(kind: MailKind, language: str) -> Words:
    """Return a mail of this kind in which everything is said that can be."""
    label, other, told, why, said = SAID[language]
    limit = NOW - timedelta(days=3, hours=4)
    due, over = instant_in_words(limit, ZONE, language), over_in_words(limit, NOW, language)
    item = {"case_code": "RH-27-014", "outside_label": label, "due": due, "over": over, "said": said}
    plain = {"case_code": "RH-27-009", "outside_label": other}
    given = {
        "case_code": "RH-27-014",
        "outside_label": label,
        "due": due,
        "over": over,
        "told_before": told,
        "promised": instant_in_words(NOW + timedelta(days=1), ZONE, language),
        "late": "yes",
        "reason_you": why,
        "words": "2",
        "said": "spean checkpoint 2 2027-03-04T03:00:00+00:00 streams 27 entries 9321 root 0f3ab1c2",
        "also_due": [{"outside_label": other, "due": due}],
        "items": [item, plain],
    }
    return COMPOSER.compose(kind, language, given, LINK)


def page(words: Words) -> str:
    """Return what the HTML shows, without its head."""
    return words.html[words.html.index("<main>") : words.html.index("</body>")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MailKind)
def test_mail_reads_as_it_was_read_by_eye(kind: MailKind, language: str, snapshot: SnapshotAssertion) -> None:
    """Subject, text and page of each kind are what was read and looked at."""
    words = mail(kind, language)
    assert f"{words.subject}\n\n{words.text}\n{page(words)}" == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_is_laid_out_as_it_was_looked_at(language: str, snapshot: SnapshotAssertion) -> None:
    """A whole page, with its style for light and dark, is what was looked at."""
    assert mail(MailKind.TEST, language).html == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MailKind)
def test_first_line_says_what_to_do(kind: MailKind, language: str) -> None:
    """The first line, which a locked screen shows, is one short sentence, without code, label or person."""
    first, empty, *_ = mail(kind, language).text.splitlines()
    assert len(first) <= 75
    assert empty == ""
    assert "RH-27-014" not in first
    assert SAID[language][0] not in first
    assert first.endswith((".", "។"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MailKind)
def test_no_mail_tells_what_a_case_is_about(kind: MailKind, language: str) -> None:
    """No word of our own is about bodies, courts, shelters or crimes, or says whether a case is about her or him."""
    words = mail(kind, language)
    assert TELLING.findall(words.subject + words.text) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MailKind)
def test_subject_fits_a_small_screen(kind: MailKind, language: str) -> None:
    """A subject is short, and without given words it still says something."""
    assert len(mail(kind, language).subject) <= 75
    assert len(COMPOSER.compose(kind, language, {}).subject) >= 5


def test_languages_say_the_same_things() -> None:
    """A mail has as many paragraphs and lines in Khmer as in English."""
    for kind in MailKind:
        english, khmer = (page(mail(kind, language)) for language in LANGUAGES)
        for element in ("<p", "<h1", "<li", "<br", "<a "):
            assert (kind, element, english.count(element)) == (kind, element, khmer.count(element))


def test_colours_can_be_read() -> None:
    """Each text colour stands out from its ground by the ratio 4.5 at least, in light and in dark."""
    html = mail(MailKind.TEST, "en").html
    light, dark = html.split("@media")
    for style in (light, dark):
        (ground,) = re.findall(r"body \{[^}]*background: (#\w{6})", style)
        (button,) = re.findall(r"a\.open \{[^}]*background: (#\w{6})", style)
        pairs = [(colour, ground) for colour in re.findall(r"(?:body|footer) \{[^}]*[^-]color: (#\w{6})", style)]
        pairs += [(colour, button) for colour in re.findall(r"a\.open \{[^}]*[^-]color: (#\w{6})", style)]
        assert len(pairs) == 3
        assert all(_contrast(*pair) >= 4.5 for pair in pairs)


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_brightness(one), _brightness(other)))
    return (high + 0.05) / (low + 0.05)


def _brightness(colour: str) -> float:
    """Return the relative luminance of a colour, as the accessibility guidelines reckon it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
