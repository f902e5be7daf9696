"""Ids, names and addresses: what is taken, what is not, and what looks alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.people.names import address_fault, id_fault, name_fault, role_fault, shapes, shown


@pytest.mark.parametrize("text", ["dara", "sok_dara", "a", "office_2", "a" * 60])
def test_id_is_taken(text: str) -> None:
    """Small letters, digits and underscores make an id, if a letter comes first."""
    assert id_fault(text) is None


@pytest.mark.parametrize(
    "text",
    ["", "Dara", "2nd", "_a", "sok dara", "sok-dara", "a" * 61, "сок", "សុខ", "a\n", "system", "everywhere", "import"],
)
def test_id_is_refused(text: str) -> None:
    """Nothing else makes an id, and no word that means something where an id may stand."""
    assert id_fault(text)


def test_role_ids_are_those_of_protocols() -> None:
    """A role may have any id that a protocol may give it, but not the word for whoever records a step."""
    assert [role_fault(text) for text in ("case_manager", "Nurse", "2nd_line")] == [None] * 3
    assert all(role_fault(text) for text in ("", "owner", "case manager", "user:dara", "a" * 65))


@pytest.mark.parametrize("text", ["Sok Dara", "សុខ ដារ៉ា", "O'Brien-Müller", "សុខ\u200bដារ៉ា", "=Sum", "x" * 200])
def test_name_is_taken(text: str) -> None:
    """A name may be in any script; zero-width spaces part Khmer words."""
    assert name_fault(text) is None


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "a\tb", "a\0", "abc\u202edef", "a\u2028b", "a\ud800", "x" * 201])
def test_name_is_refused(text: str) -> None:
    """No name is empty, too long, or misleads the eye by what cannot be seen."""
    assert name_fault(text)


@pytest.mark.parametrize(
    "text",
    ["sok.dara@example.org", "a@b.co", "d'arc+x_y-z@mail.office.example.org", "x@xn--bcher-kva.example", "A@B.org"],
)
def test_address_is_taken(text: str) -> None:
    """An ordinary address is taken."""
    assert address_fault(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dara",
        "@example.org",
        "dara@",
        "dara@localhost",
        "a@b, evil@x.org",
        "a@b.org,evil@x.org",
        "a b@example.org",
        '"a b"@example.org',
        "a@b@example.org",
        ".a@example.org",
        "a.@example.org",
        "a..b@example.org",
        "a@-example.org",
        "a@example..org",
        "a@example.org.",
        "a@example.o",
        "a@example.123",
        "a@[127.0.0.1]",
        "a@example.org\nBcc: x@y.org",
        "=?utf-8?q?a?=@example.org",
        "សុខ@example.org",
        "a@ឧទាហរណ៍.org",
        "a" * 65 + "@example.org",
        "a@" + "b." * 130 + "org",
        "a@" + "b" * 64 + ".org",
        "<a@example.org>",
    ],
)
def test_address_is_refused(text: str) -> None:
    """Whatever some mail program might read as two addresses, a header or no address is refused."""
    assert address_fault(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sok", "s0k"),
        ("sok_dara", "sok__dara"),
        ("lim", "1im"),
        ("pisey", "p1sey"),
        ("born", "bom"),
        ("vvat", "wat"),
        ("sok", "sok_"),
    ],
)
def test_ids_that_look_alike_share_a_shape(one: str, other: str) -> None:
    """Ids that are mistaken for each other at a glance have a shape in common."""
    assert shapes(one) & shapes(other)


def test_ordinary_ids_have_different_shapes() -> None:
    """Ids that differ to the eye keep different shapes."""
    names = ["sok_dara", "sok_dary", "lia", "ila", "office2", "office3", "a_b", "ab"]
    assert len(frozenset().union(*map(shapes, names))) == len(names)


@given(st.text())
def test_nothing_invisible_is_shown(text: str) -> None:
    """A word in a message is short and has nothing invisible in it."""
    word = shown(text)
    assert word.isprintable()
    assert len(word) <= 45


def test_hostile_strings_never_raise(shared_data: Path) -> None:
    """No hostile string is taken for an id or an address, and none raises."""
    strings = json.loads((shared_data / "strings" / "blns.json").read_text(encoding="utf-8"))
    assert len(strings) == 515
    assert [text for text in strings if address_fault(text) is None] == []
    taken = [text for text in strings if id_fault(text) is None]
    assert all(text.isascii() and text.isidentifier() for text in taken)
    for text in strings:
        name_fault(text), role_fault(text), shapes(text), shown(text)
