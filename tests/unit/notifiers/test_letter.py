"""A mail becomes bytes that every mail program reads in one way."""

from __future__ import annotations

import json
import unicodedata
from datetime import datetime, timedelta, timezone
from email.header import decode_header
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.core.people.names import address_fault
from notifiers.letter import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    LetterError,
    build,
    check_address,
    check_subject,
    is_link,
    link_to,
    shortened,
)
from tests.builders.mails import AT, HEADERS, bodies, mail, parsed

KHMER = "កិច្ចការបន្ទាន់ដែលត្រូវធ្វើមុនពេលកំណត់ ក្នុងសំណុំរឿងនេះ"
INJECTED = "=?utf-8?q?a=0ABcc=3A_x=40y?="


def test_all_headers_are_ours_and_no_more() -> None:
    """A mail has eight headers, in order, with the values that were given."""
    message = parsed(build(mail()))
    assert message.keys() == HEADERS
    assert message["From"] == "spean@office.example.org"
    assert message["To"] == "dara@office.example.org"
    assert message["Subject"] == "Reminder: Routine task - RH-26-014"
    assert message["Message-ID"] == "<0f3a.1@office.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == AT


def test_text_comes_first_and_html_is_the_alternative() -> None:
    """A program that shows no HTML shows the text; both are the words that were given."""
    message = parsed(build(mail()))
    assert message.get_content_type() == "multipart/alternative"
    assert bodies(message) == (mail().text, mail().html)


def test_same_mail_has_the_same_bytes() -> None:
    """Nothing in the bytes comes from chance or from the clock of the machine."""
    assert build(mail()) == build(mail())


def test_instant_is_told_in_utc() -> None:
    """An instant in another zone is the same instant in the mail; a year has four digits."""
    zone = timezone(timedelta(hours=7))
    data = build(mail(at=datetime(2026, 3, 1, 2, 5, tzinfo=zone)))
    assert b"\r\nDate: Sat, 28 Feb 2026 19:05:00 +0000\r\n" in data
    assert b" Jan 0987 " in build(mail(at=datetime(987, 1, 9, tzinfo=zone)))


def test_instant_without_a_zone_is_refused() -> None:
    """A mail never guesses in which zone an instant was meant."""
    with pytest.raises(LetterError, match="zone"):
        build(mail(at=datetime(2026, 3, 2, 3, 0)))  # noqa: DTZ001 - that is the mistake


@pytest.mark.parametrize("subject", [KHMER, "x" * LONGEST_SUBJECT, "ស្រ្តី" * 30, "é" * 61, "🙂" * LONGEST_SUBJECT])
def test_long_subject_is_folded_and_read_whole(subject: str) -> None:
    """A subject of any script arrives whole, in lines of at most 76 characters."""
    data = build(mail(subject=subject))
    assert max(map(len, data.split(b"\r\n"))) <= 76
    assert parsed(data)["Subject"] == subject


@given(st.text(alphabet=st.characters(min_codepoint=0x1780, max_codepoint=0x17DD), min_size=1, max_size=150))
@example("ក" + "្ក" * 60)
@example("\u17d2" * 150)
def test_folding_never_splits_a_khmer_letter(text: str) -> None:
    """Each encoded word decodes alone to whole letters: none begins with a mark or behind a coeng that waits."""
    subject = check_subject(f"ក{text}")
    header = build(mail(subject=subject)).split(b"Subject: ")[1].split(b"\r\nDate")[0].decode()
    words = [decode_header(word.strip())[0][0].decode("utf-8") for word in header.split("\r\n")]
    assert "".join(words) == subject
    for before, word in pairwise(words):
        mark = unicodedata.category(word[0]).startswith("M") or before.endswith("\u17d2")
        assert not mark or len(before.encode()) + len(word[0].encode()) > 39


@pytest.mark.parametrize("sign", [*map(chr, range(32)), "\x7f", "\x85", "\u2028", "\u2029", "\ud800"])
def test_control_in_a_subject_is_refused(sign: str) -> None:
    """No control character, line end or half character gets into a subject."""
    with pytest.raises(LetterError, match="one line"):
        build(mail(subject=f"a{sign}Bcc: evil@example.org"))


@pytest.mark.parametrize("sign", [*"\u061c\u200e\u200f\u202a\u202e\u2066\u2069\ufeff\ufff9", "\U000e0041"])
def test_sign_that_turns_or_hides_text_is_refused(sign: str) -> None:
    """No subject reads otherwise than it is stored."""
    with pytest.raises(LetterError, match="visible"):
        build(mail(subject=f"code {sign}41-HR"))


@pytest.mark.parametrize("sign", "\u00ad\u034f\u17b4\u17b5\u200b\u200c\u200d\u2060")
def test_zero_width_sign_is_left_out(sign: str) -> None:
    """A sign that only parts or joins words, as in Khmer, costs no mail: the subject goes without it."""
    assert parsed(build(mail(subject=f"ពេល{sign}កំណត់")))["Subject"] == "ពេលកំណត់"


@pytest.mark.parametrize("cut", ["", "\u200b", "\u00ad", "\u2060"])
@pytest.mark.parametrize("at", range(3))
def test_encoded_word_in_a_subject_is_refused(cut: str, at: int) -> None:
    """An encoded word that hides a header is refused, even where a zero-width sign parts its marks."""
    with pytest.raises(LetterError, match="encoded"):
        build(mail(subject=f"{INJECTED[:at]}{cut}{INJECTED[at:]}"))


@pytest.mark.parametrize(("subject", "words"), [("", "needs"), (" \u00a0\u200b ", "needs"), ("x" * 201, "200")])
def test_subject_has_words_and_a_length(subject: str, words: str) -> None:
    """A subject is neither empty nor longer than 200 characters."""
    with pytest.raises(LetterError, match=words):
        build(mail(subject=subject))


def test_spaces_of_a_subject_are_single() -> None:
    """Spaces around and between words become one each."""
    assert check_subject("  a \u3000 b  ") == "a b"


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ("a\nb\r\nc\rd\n\re", "a\nb\nc\nd\n\ne"),
        (".\n..\n.\r\nMAIL FROM:<x@example.org>", ".\n..\n.\nMAIL FROM:<x@example.org>"),
        ("x" * 5000, "x" * 5000),
        ("a\0b\x1b[2Jc\x85d\te", "a\ufffdb\ufffd[2Jc\ufffdd\te"),
        ("--=_\n--\n", "--=_\n--\n"),
        ("", ""),
        (KHMER * 50, KHMER * 50),
    ],
)
def test_body_arrives_as_it_is(body: str, read: str) -> None:
    """Any line of a body is only a line: lines end with CRLF, controls are shown as such, nothing ends the mail."""
    data = build(mail(text=body, html=body))
    assert max(map(len, data.split(b"\r\n"))) <= 76
    assert bodies(parsed(data)) == (read, read)


def test_no_bare_line_end_and_no_lone_dot_leaves() -> None:
    """The bytes hold CR and LF only together, and no line that begins with a dot."""
    data = build(mail(text=".\r\r\n\n.\r", html="\n.\n", subject=KHMER))
    assert data.replace(b"\r\n", b"").isascii()
    assert not {b"\r", b"\n"} & {data.replace(b"\r\n", b"")[at : at + 1] for at in range(len(data))}
    assert b"\r\n." not in data


def test_body_has_a_length_and_whole_characters() -> None:
    """A body beyond a million characters, or with half a character, is refused."""
    assert build(mail(text="x" * LONGEST_BODY))
    with pytest.raises(LetterError, match="1000000"):
        build(mail(text="x" * (LONGEST_BODY + 1)))
    with pytest.raises(LetterError, match="half"):
        build(mail(html="a\udfffb"))


@pytest.mark.parametrize(
    "text",
    [
        "a@b.org",
        "sok.dara+mail@office.gov.kh",
        "o'brien@example.org",
        "x@xn--e1afmkfd.xn--p1ai",
        "spean@localhost",
        "a" * 64 + "@" + "b" * 63 + ".example.org",
    ],
)
def test_plain_address_is_taken(text: str) -> None:
    """One plain address is taken, and is the one recipient that is read."""
    (read,) = parsed(build(mail(to=text)))["To"].addresses
    assert read.addr_spec == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "a@",
        "@b.org",
        "dara",
        "a@b",
        "a@b.org, evil@x.org",
        "a@b.org;evil@x.org",
        "a@b.org evil@x.org",
        "Dara <a@b.org>",
        "<a@b.org>",
        '"a b"@c.org',
        '"a@x.org"@c.org',
        "a(comment)@b.org",
        "a@b.org(comment)",
        "a@(x)b.org",
        "a@@b.org",
        "a@b@c.org",
        "group: a@b.org;",
        "@relay.org:a@b.org",
        "a%x.org@relay.org",
        "x.org!a@relay.org",
        "=?utf-8?q?a?=@b.org",
        ".a@b.org",
        "a.@b.org",
        "a..b@c.org",
        "a@b..org",
        "a@.b.org",
        "a@b.org.",
        "a@-b.org",
        "a@b-.org",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@b.1",
        "a@LOCALHOST",
        "a@b.org\r\nBcc: evil@x.org",
        "a@b.org\n",
        "\na@b.org",
        "a\0@b.org",
        "a\t@b.org",
        "a@b\u3002org",
        "a@münchen.example",
        "ដារ៉ា@example.org",
        "a\u202e@b.org",
        "a\u200b@b.org",
        "a" * 65 + "@b.org",
        "a" * 60 + "@" + "b.".join("c" * 60 for _ in range(4)) + ".org",
        "x" * 320 + "@example.org",
        "a@" + "b" * 64 + ".org",
    ],
)
def test_what_is_not_one_plain_address_is_refused(text: str) -> None:
    """Lists, names, quotes, comments, routes, foreign letters, lengths are refused; the address is not repeated."""
    for field in ("to", "sender"):
        with pytest.raises(LetterError) as refused:
            build(mail(**{field: text}))
        assert len(text) < 3 or text not in str(refused.value)


@given(st.from_regex(r"[A-Za-z0-9_+'.@,; <>()\"%!=?-]{1,20}@[a-z0-9.-]{1,20}", fullmatch=True))
def test_directory_and_mail_agree_about_addresses(text: str) -> None:
    """Every address that the directory takes, mail goes to; and none that it refuses, but for this machine's own."""
    try:
        taken = bool(check_address(text))
    except LetterError:
        taken = False
    assert taken == (address_fault(text) is None or text.endswith("@localhost"))


@pytest.mark.parametrize(
    "id_", ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b>", "a@b\r\nBcc: x@y", "a..b@c", "a@b.", "é@b"]
)
def test_message_id_is_a_plain_one(id_: str) -> None:
    """An id holds two plain parts and one @; nothing in it ends the header."""
    with pytest.raises(LetterError, match="message id"):
        build(mail(message_id=id_))
    with pytest.raises(LetterError, match="message id"):
        build(mail(message_id="a" * 240 + "@b"))


@given(
    subject=st.text(max_size=220),
    text=st.text(),
    html=st.text(),
    to=st.one_of(st.emails(), st.text(max_size=40)),
    message_id=st.one_of(st.just("a@b"), st.text(max_size=20)),
)
def test_mail_is_built_whole_or_refused(subject: str, text: str, html: str, to: str, message_id: str) -> None:
    """Of whatever is given comes one recipient, eight headers, two bodies and no defect, or it is refused."""
    given_ = mail(subject=subject, text=text, html=html, to=to, message_id=message_id)
    try:
        data = build(given_)
    except LetterError:
        return
    read = parsed(data)
    assert read.keys() == HEADERS
    assert [one.addr_spec for one in read["To"].addresses] == [to]
    assert read["Subject"] == check_subject(subject)
    assert bodies(read) == tuple(map(_as_read, (text, html)))


@pytest.mark.parametrize("field", ["subject", "text", "html", "to", "sender", "message_id"])
def test_hostile_strings_in_every_field(shared_data: Path, field: str) -> None:
    """Each of 515 hostile strings, in each field, gives a mail without defects or one sentence."""
    strings = json.loads((shared_data / "strings" / "blns.json").read_text(encoding="utf-8"))
    assert len(strings) == 515
    built = [parsed(data) for text in strings if (data := _built(field, text)) is not None]
    assert all(message.keys() == HEADERS for message in built)
    if field in {"text", "html"}:
        assert [bodies(message)[field == "html"] for message in built] == list(map(_as_read, strings))
    else:
        assert len(built) > 300 if field == "subject" else built == []


def _built(field: str, text: str) -> bytes | None:
    """Return the mail with this text in a field; None where it is refused in one short sentence."""
    try:
        return build(mail(**{field: text}))
    except LetterError as refused:
        return None if "\n" not in str(refused) and len(str(refused)) < 120 else b"told at length"


def _as_read(body: str) -> str:
    """Return what a body reads like: line ends are line feeds, controls are shown as such."""
    text = body.replace("\r\n", "\n").replace("\r", "\n")
    return "".join("\ufffd" if unicodedata.category(sign) == "Cc" and sign not in "\t\n" else sign for sign in text)


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("abc", 3, "abc"),
        ("abcdef", 5, "ab..."),
        ("ab cdef", 6, "ab..."),
        ("abខ្មែរខ្មែរ", 9, "abខ្មែ..."),
        ("ខ្មែរ", 4, "..."),
    ],
)
def test_text_is_cut_behind_a_whole_letter(text: str, most: int, short: str) -> None:
    """A cut text keeps whole letters, is no longer than allowed, and shows that it was cut."""
    assert shortened(text, most) == short
    assert len(short) <= most


@pytest.mark.parametrize(
    ("base", "parts", "link"),
    [
        ("", ("case", "A-1"), ""),
        ("https://spean.example.org/", ("case", "A-1"), "https://spean.example.org/case/A-1"),
        ("https://x.org/s", ("case", 'A/1?b#c"<>'), "https://x.org/s/case/A%2F1%3Fb%23c%22%3C%3E"),
    ],
)
def test_parts_of_a_link_stay_parts(base: str, parts: tuple[str, ...], link: str) -> None:
    """A link has its base and its parts, and no part becomes another path, question or mark-up."""
    assert link_to(base, *parts) == link


@pytest.mark.parametrize("text", ["https://spean.example.org", "http://localhost:8000/", "https://x.gov.kh/a/b"])
def test_base_of_links_is_taken(text: str) -> None:
    """An address of the web, perhaps with a port and a path, begins a link."""
    assert is_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "spean.example.org",
        "javascript:alert(1)",
        "//evil.org",
        "https://",
        "https://a@evil.org",
        "https://x.org?next=//evil.org",
        "https://x.org/#a",
        "https://x.org\n",
        "https://x.org/ a",
        "ftp://x.org",
    ],
)
def test_other_bases_of_links_are_refused(text: str) -> None:
    """What is no plain address of the web begins no link."""
    assert not is_link(text)
