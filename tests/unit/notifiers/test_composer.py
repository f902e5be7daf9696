"""Mails are composed from the shipped templates or an office's own; values are words and never anything else."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import notifiers.composer
from notifiers.composer import LANGUAGES, LONGEST_VALUE, Composer, ComposerError, MailKind
from notifiers.letter import LONGEST_SUBJECT, build
from notifiers.template import LISTS, TEXTS
from tests.builders.mails import bodies, mail, parsed

COMPOSER = Composer()
OWN = "Subject: Ours {{ case_code }}\n\nOur words: {{ outside_label }}.\n"


class _Page(HTMLParser):
    """Collects which elements a page has, and what its text says."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: list[str | None] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and where it leads."""
        self.elements.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.text += data


def put(folder: Path, name: str, text: str = OWN) -> Path:
    """Write a template of an office; return its folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return folder


def refusal(folder: Path) -> str:
    """Return the sentence with which an office's templates are refused."""
    with pytest.raises(ComposerError) as refused:
        Composer(folder)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MailKind)
def test_every_mail_can_be_composed_and_sent(kind: MailKind, language: str) -> None:
    """Each kind of mail has words in each language, with nothing and with everything given, and becomes bytes."""
    everything = dict.fromkeys(TEXTS, "x") | {name: [dict.fromkeys(LISTS[name], "y")] * 3 for name in LISTS}
    for variables in ({}, everything):
        words = COMPOSER.compose(kind, language, variables, "https://spean.example.org/case/A")
        read = parsed(build(mail(subject=words.subject, text=words.text, html=words.html)))
        assert bodies(read) == (words.text, words.html)
        assert "{" not in words.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MailKind)
def test_text_and_html_say_the_same(kind: MailKind, language: str) -> None:
    """Whoever sees only the text reads every line that the HTML shows."""
    everything = dict.fromkeys(TEXTS, "x & <y>") | {name: [dict.fromkeys(LISTS[name], "z")] * 2 for name in LISTS}
    words = COMPOSER.compose(kind, language, everything)
    page = _Page(words.html).text
    lines = [line.removeprefix("- ") for line in words.text.splitlines() if line not in {"", "--", "-- "}]
    assert len(lines) > 2
    assert [line for line in lines if line not in page] == []


def test_value_is_one_line_and_never_mark_up() -> None:
    """A value with line ends, mark-up and the signs of templates shows as the words it is."""
    evil = "a\r\nBcc: x@y\n\n- b <script>alert(1)</script> {{ 7*7 }} {0.__class__} \"'&"
    words = COMPOSER.compose(MailKind.REMINDER, "en", {"outside_label": evil, "case_code": evil})
    shown = " ".join(evil.split())
    assert shown in words.subject
    assert shown in words.text
    assert shown in _Page(words.html).text
    assert "script" not in _Page(words.html).elements
    assert "49" not in words.text


@given(st.text())
def test_any_value_stays_on_its_line(value: str) -> None:
    """A value adds no line to a mail and no element to its page."""
    with_it = COMPOSER.compose(MailKind.ESCALATION, "en", {"outside_label": value, "reason_you": value})
    without = COMPOSER.compose(MailKind.ESCALATION, "en", {"outside_label": "x", "reason_you": "x"})
    assert with_it.text.count("\n") == without.text.count("\n")
    assert _Page(with_it.html).elements == _Page(without.html).elements


def test_hostile_strings_are_only_words(shared_data: Path) -> None:
    """Each of 515 hostile strings, given as every value, is shown as it is and adds no element."""
    strings = json.loads((shared_data / "strings" / "blns.json").read_text(encoding="utf-8"))
    plain = _Page(COMPOSER.compose(MailKind.DIGEST, "km", _everything("x")).html).elements
    assert len(strings) == 515
    for text in strings:
        words = COMPOSER.compose(MailKind.DIGEST, "km", _everything(text or "x"))
        shown = " ".join((text or "x").split())
        assert shown in words.text or len(shown) > LONGEST_VALUE
        assert len(_Page(words.html).elements) <= len(plain)
        assert "\n" not in words.subject


def _everything(value: str) -> dict[str, object]:
    return {**dict.fromkeys(TEXTS, value), **{name: [dict.fromkeys(LISTS[name], value)] for name in LISTS}}


def test_link_is_the_only_way_out() -> None:
    """A page leads to the given link and nowhere else, and loads nothing; without a link it leads nowhere."""
    link = 'https://spean.example.org/case/A"onclick="x'
    page = _Page(COMPOSER.compose(MailKind.REMINDER, "en", {}, link).html)
    assert page.links == [link]
    assert not {"img", "script", "iframe", "link", "object", "form"} & set(page.elements)
    assert _Page(COMPOSER.compose(MailKind.REMINDER, "en", {}).html).links == []


def test_what_is_not_on_the_list_is_never_shown() -> None:
    """A variable that no template may show stays out, and so do other parts of an item."""
    items = [{"case_code": "A", "name": "Sok Dara", "__class__": "B"}]
    words = COMPOSER.compose(MailKind.DIGEST, "en", {"name": "Sok Dara", "items": items})
    assert "Sok" not in words.text + words.html
    assert "- A:" in words.text


def test_long_subject_is_cut_and_still_sent() -> None:
    """A label of any length costs no mail: the subject is cut, the value too."""
    words = COMPOSER.compose(MailKind.REMINDER, "km", {"outside_label": "ខ្មែ" * 5000})
    assert LONGEST_SUBJECT - 10 < len(words.subject) <= LONGEST_SUBJECT
    assert words.subject.endswith("ខ្មែ...")
    assert len(words.text) < LONGEST_VALUE * 2
    assert build(mail(subject=words.subject, text=words.text, html=words.html))


def test_largest_digest_can_be_sent() -> None:
    """A digest of a hundred lines with the longest values is within what one mail may have."""
    item = dict.fromkeys(LISTS["items"], "ស" * 5000)
    words = COMPOSER.compose(MailKind.DIGEST, "km", {"items": [item] * 100, "words": "100"})
    assert build(mail(subject=words.subject, text=words.text, html=words.html))


def test_office_puts_its_own_words_in_place(tmp_path: Path) -> None:
    """An office's template takes the place of the shipped one in each language; the others stay."""
    for language in LANGUAGES:
        put(tmp_path, f"{language}/reminder.txt", OWN.replace("Ours", language))
    composer = Composer(tmp_path)
    given_ = {"case_code": "A", "outside_label": "L"}
    assert composer.compose(MailKind.REMINDER, "km", given_).subject == "km A"
    assert "Our words: L." in composer.compose(MailKind.REMINDER, "en", given_).text
    assert composer.compose(MailKind.ALARM, "en", given_) == COMPOSER.compose(MailKind.ALARM, "en", given_)


def test_template_saved_on_any_machine_is_read(tmp_path: Path) -> None:
    """A file with a byte order mark and with line ends of another system reads the same."""
    put(tmp_path, "en/alarm.txt", "\ufeff" + OWN.replace("\n", "\r\n"))
    put(tmp_path, "km/alarm.txt")
    composer = Composer(tmp_path)
    given_ = {"case_code": "A"}
    english, khmer = (composer.compose(MailKind.ALARM, language, given_) for language in LANGUAGES)
    assert english.subject == khmer.subject
    assert english.text.splitlines()[0] == khmer.text.splitlines()[0]


def test_other_files_of_the_folder_are_passed_over(tmp_path: Path) -> None:
    """Notes, hidden files and copies of an editor in an office's folder are none of its templates."""
    for name in ("README.md", "en/reminder.txt~", "en/.reminder.txt", "notes/a.docx"):
        put(tmp_path, name)
    assert Composer(tmp_path).compose(MailKind.REMINDER, "en", {}) == COMPOSER.compose(MailKind.REMINDER, "en", {})


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("en/remainder.txt", "did you mean en/reminder.txt?"),
        ("en/Alarm.txt", "did you mean en/alarm.txt?"),
        ("reminder.txt", "did you mean"),
        ("fr/zzz.txt", "write LANGUAGE/KIND.txt, in en or km."),
        ("en/layout.html", "did you mean"),
    ],
)
def test_file_that_no_mail_is_made_of_is_told(tmp_path: Path, name: str, told: str) -> None:
    """A misnamed template would be passed over in silence; it is refused, with what was probably meant."""
    sentence = refusal(put(tmp_path, name))
    assert sentence.startswith(f"{tmp_path / name}: no mail is made of this file;")
    assert told in sentence or told == "did you mean"


@pytest.mark.parametrize(("there", "missing"), [("en", "km"), ("km", "en")])
def test_missing_translation_is_told(tmp_path: Path, there: str, missing: str) -> None:
    """A template in one language alone is refused: its readers in the other would be told something else."""
    sentence = refusal(put(tmp_path, f"{there}/alarm.txt"))
    assert sentence == (
        f"{tmp_path / missing / 'alarm.txt'}: this translation is missing; write a template in every language."
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Subject: a\n\nb\n{{ 7*7 }}", ", line 4: a template only shows variables"),
        ("Subject: a\n\nb\n{{ name }}", ", line 4: there is no variable name"),
        ("b", ", line 1: a template begins with `Subject:`"),
        ("Subject: a\n\n" + "x" * 20_000, ": a template has at most 20000 characters."),
    ],
)
def test_mistake_names_the_file_of_the_office(tmp_path: Path, text: str, told: str) -> None:
    """What is wrong with an office's template is told with its own path, and the line where there is one."""
    put(tmp_path, "en/alarm.txt", text)
    put(tmp_path, "km/alarm.txt")
    assert refusal(tmp_path).startswith(f"{tmp_path / 'en/alarm.txt'}{told}")


@pytest.mark.parametrize("data", [b"Subject: caf\xe9\n\nb", "Subject: a\n\nb".encode("utf-16"), b"\xff\xfe\x00"])
def test_file_that_is_no_utf8_is_told(tmp_path: Path, data: bytes) -> None:
    """A file in another encoding is refused, and what to do is told."""
    put(tmp_path, "km/alarm.txt")
    (put(tmp_path, "en/alarm.txt") / "en/alarm.txt").write_bytes(data)
    assert refusal(tmp_path) == f"{tmp_path / 'en/alarm.txt'}: this is no UTF-8 text; save it as UTF-8."


def test_huge_file_is_not_read_whole(tmp_path: Path) -> None:
    """A file of many gigabytes costs no more than one of twenty thousand characters."""
    put(tmp_path, "km/alarm.txt")
    with (put(tmp_path, "en/alarm.txt") / "en/alarm.txt").open("r+b") as file:
        file.seek(2**34)
        file.write(b"x")
    assert refusal(tmp_path) == f"{tmp_path / 'en/alarm.txt'}: a template has at most 20000 characters."


def test_folder_in_the_place_of_a_file_is_told(tmp_path: Path) -> None:
    """A folder with the name of a template cannot be read as one."""
    put(tmp_path, "km/alarm.txt")
    (tmp_path / "en/alarm.txt").mkdir(parents=True)
    assert refusal(tmp_path) == f"{tmp_path / 'en/alarm.txt'}: the template is missing or cannot be read."


def test_missing_folder_is_told(tmp_path: Path) -> None:
    """A folder of templates that is not there is no silent return to the shipped ones."""
    assert refusal(tmp_path / "none").endswith("none: the folder of templates is missing or cannot be read.")


def test_missing_shipped_template_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without its templates says so."""
    monkeypatch.setattr(notifiers.composer, "files", lambda _: tmp_path)
    with pytest.raises(ComposerError, match=r"en/reminder\.txt: the template is missing or cannot be read\.$"):
        Composer()


def test_paragraphs_and_lists_become_elements(tmp_path: Path) -> None:
    """Empty lines divide paragraphs, lines of one stay apart, lines with a hyphen are a list."""
    for language in LANGUAGES:
        put(
            tmp_path,
            f"{language}/digest.txt",
            "Subject: S\n\na\nb\n{% for one in items %}-  {{ one.due }}\n{% endfor %}c",
        )
    words = Composer(tmp_path).compose(MailKind.DIGEST, "en", {"items": [{"due": "1"}, {"due": "2"}]})
    assert words.text.startswith("a\nb\n\n- 1\n- 2\n\nc\n\n")
    assert '<h1>a<br>b</h1>\n<ul><li>1</li><li>2</li></ul>\n<p class="why">c</p>' in words.html
