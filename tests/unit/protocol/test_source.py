"""The strict reader: what it reads, what it refuses, and that nothing makes it raise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.protocol.problems import Place, Severity
from engine.protocol.reading.nodes import Items, Node, Scalar, Table
from engine.protocol.reading.source import MAX_PROBLEMS, Reading, read


def found(text: str | bytes) -> list[tuple[str, int, int]]:
    """Return code, line and column of each problem of a text."""
    return [(one.code, one.place.line, one.place.column) for one in read("p.yaml", text).problems]


def plain(node: Node | None) -> object:
    """Return a tree as ordinary Python texts, lists and dicts."""
    if isinstance(node, Table):
        return {key: plain(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return node.text if node else None


@pytest.mark.parametrize(
    "text", ["NO", "on", "12:30", "1.10", "0123", "0x1F", "~", "null", "2027-01-01", "1e3", ".inf"]
)
def test_scalar_stays_text(text: str) -> None:
    """Every plain scalar is the text that stands in the file."""
    reading = read("p.yaml", f"a: {text}\n{text}: b\n")
    assert reading.problems == ()
    assert plain(reading.root) == {"a": text, text: "b"}


def test_tree_has_places_in_characters() -> None:
    """Each node knows its line and column, counted from 1 in characters, also behind Khmer text."""
    reading = read("p.yaml", "ក: [ខគ, 'x y']\nb:\n  - |\n    z\n")
    assert isinstance(reading.root, Table)
    first, second = reading.root.entries["ក"].value, reading.root.entries["b"].value
    assert isinstance(first, Items)
    assert isinstance(second, Items)
    assert first.place == Place("p.yaml", 1, 4)
    assert first.items == (
        Scalar("ខគ", Place("p.yaml", 1, 5)),
        Scalar("x y", Place("p.yaml", 1, 9), quoted=True),
    )
    assert second.items == (Scalar("z\n", Place("p.yaml", 3, 5), quoted=True),)


def test_nothing_given_is_empty_and_unquoted() -> None:
    """A key without a value has an empty plain scalar, which differs from an empty text in quotes."""
    reading = read("p.yaml", 'a:\nb: ""\n')
    assert isinstance(reading.root, Table)
    values = [entry.value for entry in reading.root.entries.values()]
    assert [(v.text, v.quoted) for v in values if isinstance(v, Scalar)] == [("", False), ("", True)]


def test_all_local_problems_come_in_one_run() -> None:
    """Duplicate keys, anchors, aliases, tags and merge keys are reported together, and the tree is kept."""
    text = "a: &x 1\nb: *x\nc: !t 2\nd:\n  <<: e\n  a: 1\n  a: 2\n"
    reading = read("p.yaml", text)
    assert found(text) == [("SP121", 1, 4), ("SP122", 2, 4), ("SP124", 3, 4), ("SP123", 5, 3), ("SP120", 7, 3)]
    assert [one.path for one in reading.problems] == ["a", "b", "c", "d.<<", "d.a"]
    assert plain(reading.root) == {"a": "1", "b": "*x", "c": "2", "d": {"a": "1"}}


def test_duplicate_names_both_lines() -> None:
    """A key given twice is told with both of its lines, and the first one counts."""
    reading = read("p.yaml", "limit: 72 hours\nother: 1\nlimit: 96 hours\n")
    assert "line 3" in reading.problems[0].message
    assert "line 1" in reading.problems[0].message
    assert plain(reading.root) == {"limit": "72 hours", "other": "1"}


def test_findings_before_a_syntax_error_stay() -> None:
    """A syntax error ends the reading; what was found before it is still reported."""
    reading = read("p.yaml", 'a: 1\na: 2\nb: "open\n')
    assert [(one.code, one.place.line) for one in reading.problems] == [("SP120", 2), ("SP150", 3)]
    assert reading.root is None


def test_items_of_a_list_are_counted_from_one_in_paths() -> None:
    """The path of a problem inside a list names the item, counted from 1."""
    assert read("p.yaml", "steps:\n  - a: 1\n  - b: !x 1\n").problems[0].path == "steps[2].b"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("\ufeffa: 1\n", ("SP132", 1, 1)),
        ("a: 1\nb: \ufeff2\n", ("SP132", 2, 4)),
        ("limit: 72\u00a0hours\n", ("SP133", 1, 10)),
        ("a:\n\u00a0\u00a0b: 1\n", ("SP133", 2, 1)),
        ("li\u200bmit: 1\n", ("SP134", 1, 3)),
        ("ក\u200bខ: 1\n", ("SP134", 1, 2)),
        ("a: medi\u200bcal\n", ("SP134", 1, 8)),
        ("a: “First”\n", ("SP135", 1, 4)),
        ("a: “First: care”\n", ("SP135", 1, 4)),
        ("a: [x, “y”]\n", ("SP135", 1, 8)),
        ("a: ៧២ hours\n", ("SP136", 1, 4)),
        ("step១: x\n", ("SP136", 1, 5)),
        ("a: x # \u202e\n", ("SP131", 1, 8)),
        ('a: "ខ\\u202Ex"\n', ("SP131", 1, 6)),
        ("a: x\x00y\n", ("SP130", 1, 5)),
        ("a: x\x85b: y\n", ("SP130", 1, 5)),
    ],
)
def test_misleading_character_is_named(text: str, place: tuple[str, int, int]) -> None:
    """A character that misleads the eye is named at its line and column, before any error it causes."""
    assert found(text)[0] == place


@pytest.mark.parametrize(
    "text",
    [
        "a: ការ\u200bថែទាំ\u200b first\n",
        "a: she said “no” and left\n",
        'a: "“quoted”"\n',
        "a: ថ្ងៃទី១៥ មករា\n",
        'a: "១៥"\n',
        "# a comment with\u00a0no-break, “curly” and ៧២\na: 1\n",
        "a: it’s fine\n",
        "a: 👩\u200d⚕️\n",
        "a: tab\tinside\n",
        'a: "x # y" # z\nb: ref,#12\n',
    ],
)
def test_harmless_character_passes(text: str) -> None:
    """Zero-width spaces in Khmer, curly quotes in prose and Khmer digits in Khmer text are ordinary."""
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: 1\n b: 2\n", ("SP154", 2, 3)),
        ("a: [x, y\nb: 1\n", ("SP151", 1, 4)),
        ('a: ["x" "y"]\n', ("SP151", 1, 9)),
        ('a: "abc\nb: "def"\n', ("SP141", 2, 1)),
        ("a: [x]]\n", ("SP160", 1, 7)),
        ("b: 1\na\nc: 2\n", ("SP153", 2, 1)),
        ("- x\n-\ty: 1\n", ("SP140", 2, 2)),
        ("a:\n  - b\n - c\n", ("SP158", 3, 2)),
        ("---\na: 1\n...\nb: 2\n", ("SP125", 4, 1)),
    ],
)
def test_syntax_error_is_one_problem_in_place(text: str, place: tuple[str, int, int]) -> None:
    """A slip of syntax is told once, where the mistake is and not where the parser gave up."""
    assert found(text) == [place]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_of_all_systems(end: str) -> None:
    """Places are the same whatever system wrote the file."""
    assert found(end.join(["a: 1", "b:", "  - !x 1", ""])) == [("SP124", 3, 5)]


def test_limits_end_the_reading() -> None:
    """A file beyond a limit of size, nodes or depth is answered with one problem and no tree."""
    assert read("p", b"a: b\n" * 60_000) == Reading(None, read("p", "a: b\n" * 60_000).problems)
    assert found("x" * 256 * 1024 + "\n") == [("SP101", 1, 1)]
    assert found("ក" * 100_000) == [("SP101", 1, 1)]
    assert found("- a\n" * 20_000) == [("SP105", 20_000, 3)]
    assert found("[" * 21 + "]" * 21) == [("SP106", 1, 21)]
    assert read("p", "- a\n" * 20_000).root is None


def test_limits_allow_what_they_name() -> None:
    """20,000 nodes and 20 levels are still read."""
    assert found("- a\n" * 19_999) == []
    assert found("[" * 20 + "]" * 20) == []


def test_long_key_text_and_number() -> None:
    """Keys, texts and numbers have a sensible length."""
    assert found("k" * 201 + ": 1") == [("SP108", 1, 1)]
    assert found("a: " + "t" * 10_001) == [("SP107", 1, 4)]
    assert found("a: " + "9" * 41) == [("SP109", 1, 4)]
    assert found("a: " + "9" * 40) == []


def test_bytes_that_are_not_utf8() -> None:
    """Bytes that are not UTF-8 are told with the line and column where they stand."""
    assert found("a: 1\nb: ខ".encode() + b"\xff") == [("SP102", 2, 5)]
    assert "UTF-16" in read("p", "a: 1".encode("utf-16")).problems[0].message
    assert found("a: \ud800") == [("SP102", 1, 4)]


def test_problems_are_capped_and_say_so() -> None:
    """A file full of one mistake lists at most MAX_PROBLEMS, the last of which says that there are more."""
    problems = read("p", "a:\u00a0b\n" * 1_000).problems
    assert len(problems) == MAX_PROBLEMS
    assert problems[-1].code == "SP111"


@pytest.mark.parametrize(
    "unit", ["[", "{", "- ", "? ", "៧", "“", "\u200b", "\n\t", "%\n", "#", '"\\0" ', "-,", "a\n"]
)
def test_repeated_sign_is_answered_quickly(unit: str) -> None:
    """The largest file made of one sign over and over is answered, not computed for minutes."""
    text = unit * (256 * 1024 // len(unit.encode()))
    assert read("p", text).problems


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_never_raises(text: str | bytes) -> None:
    """Whatever stands in a file, the answer is a tree or at least one problem."""
    reading = read("p.yaml", text)
    assert reading.root is not None or any(one.severity is Severity.ERROR for one in reading.problems)


@given(st.text(alphabet="ab:-?#&*!|>'\"%@`{}[], \n\t\\0“ក\u200b១", max_size=80))
def test_never_raises_on_signs_of_yaml(text: str) -> None:
    """Random heaps of YAML's own signs never raise, and each problem stands inside the file."""
    lines = text.split("\n")
    for one in read("p.yaml", text).problems:
        assert one.message
        assert one.hint
        assert 1 <= one.place.line <= len(lines) + 1
        assert one.place.column >= 1


@given(
    st.from_regex(r"[A-Za-z0-9_.:+~/][A-Za-z0-9_.+~/]{0,20}", fullmatch=True).filter(lambda t: not t.endswith(":"))
)
def test_plain_text_comes_back_as_written(text: str) -> None:
    """Plain scalars come back letter by letter."""
    reading = read("p.yaml", f"a: {text}")
    if not reading.problems:
        assert plain(reading.root) == {"a": text}
    else:
        assert {one.code for one in reading.problems} <= {"SP109", "SP110"}
