"""Changing values in the text of a file: only what is meant changes, whatever style the file is written in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.protocol.editing.edits import Edit, EditError, edit, plain
from engine.protocol.editing.quoting import Content
from engine.protocol.reading.source import read

ORDER = ("limit", "aim", "depends_on", "kind", "source", "status", "adopted_by", "adopted_on", "ends", "ref")
BRACKETS = 'limits:\n  a: {limit: 72 hours, kind: law, source: "x, y", ref: [D1]}  # why\n  b: {kind: law}\n'
LINES = """\
limits:
  # about a
  a:
    limit: 72 hours   # why

    kind: law
    source: >
      long text
      over lines
    ref:
    - D1
    - D2
  b: {kind: law}
"""


def changed(text: str, key: str, content: Content, limit: str = "a") -> str:
    """Return the text after one edit of a limit."""
    return edit("p.yaml", text, [Edit(("limits", limit, key), content)], ORDER)


def lines_changed(before: str, after: str) -> list[str]:
    """Return the lines that are in one text only, removed ones with a minus."""
    old, new = before.split("\n"), after.split("\n")
    return [*(f"-{line}" for line in old if line not in new), *(f"+{line}" for line in new if line not in old)]


@pytest.mark.parametrize(
    ("key", "content", "inside"),
    [
        ("limit", "48 hours", 'limit: 48 hours, kind: law, source: "x, y", ref: [D1]'),
        ("source", 'a "b" \\ c', 'limit: 72 hours, kind: law, source: "a \\"b\\" \\\\ c", ref: [D1]'),
        ("aim", "2 hours", 'limit: 72 hours, aim: 2 hours, kind: law, source: "x, y", ref: [D1]'),
        ("ends", "closing", 'limit: 72 hours, kind: law, source: "x, y", ends: closing, ref: [D1]'),
        ("ref", ("D1", "D 2, x"), 'limit: 72 hours, kind: law, source: "x, y", ref: [D1, "D 2, x"]'),
        ("ref", None, 'limit: 72 hours, kind: law, source: "x, y"'),
        ("limit", None, 'kind: law, source: "x, y", ref: [D1]'),
        ("source", None, "limit: 72 hours, kind: law, ref: [D1]"),
    ],
)
def test_one_value_in_brackets_changes_one_line(key: str, content: Content, inside: str) -> None:
    """A value in brackets that is changed, added or taken away touches nothing else, nor the comment behind."""
    after = changed(BRACKETS, key, content)
    assert lines_changed(BRACKETS, after)[1:] == [f"+  a: {{{inside}}}  # why"]


@pytest.mark.parametrize(
    ("key", "content", "line"),
    [
        ("limit", "48 hours", "    limit: 48 hours   # why"),
        ("kind", "safety", "    kind: safety"),
        ("aim", "2 hours", "    aim: 2 hours"),
        ("limit", None, "    limit:    # why"),
    ],
)
def test_one_value_on_its_own_line_changes_that_line(key: str, content: Content, line: str) -> None:
    """A value on a line of its own changes there, is added below its neighbour, leaves its comment when it goes."""
    assert [one for one in lines_changed(LINES, changed(LINES, key, content)) if one[0] == "+"] == [f"+{line}"]


def test_key_of_its_own_line_goes_with_its_line() -> None:
    """A key on a line of its own, without a comment, is taken away with the line and nothing else."""
    assert changed(LINES, "kind", None) == LINES.replace("    kind: law\n", "")


@pytest.mark.parametrize(
    ("key", "content", "old", "new"),
    [
        ("source", "short", ">\n      long text\n      over lines", "short"),
        ("source", "one: two", ">\n      long text\n      over lines", '"one: two"'),
        ("ref", ("D3",), "\n    - D1\n    - D2", " [D3]"),
        ("ref", None, "    ref:\n    - D1\n    - D2\n", ""),
    ],
)
def test_value_over_several_lines_is_replaced_as_a_whole(key: str, content: Content, old: str, new: str) -> None:
    """A block of text or a list over several lines becomes one line; nothing before or behind it moves."""
    assert LINES.count(old) == 1
    assert changed(LINES, key, content) == LINES.replace(old, new)


@pytest.mark.parametrize(
    ("table", "key", "filled"),
    [
        ("{aim: , kind: law}", "aim", "{aim: 2 hours , kind: law}"),
        ("{kind: law, aim}", "aim", "{kind: law, aim: 2 hours}"),
        ("{kind: law, aim: }", "aim", "{kind: law, aim: 2 hours }"),
        ("\n    aim:\n    kind: law", "aim", "\n    aim: 2 hours\n    kind: law"),
        ("\n    aim:   # soon\n    kind: law", "aim", "\n    aim: 2 hours   # soon\n    kind: law"),
    ],
)
def test_empty_key_is_filled(table: str, key: str, filled: str) -> None:
    """A key behind which nothing stands gets its value there, also beside a comment."""
    assert changed(f"limits:\n  a: {table}\n", key, "2 hours") == f"limits:\n  a: {filled}\n"


def test_answers_of_a_dependent_limit_change_in_their_place() -> None:
    """Answers are changed, added and taken away one by one; comments beside the others stay."""
    answers = "        high: 1 hour  # now\n        low: 3 hours\n"
    text = f"limits:\n  a:\n    depends_on:\n      risk:\n{answers}    kind: law\n"
    one = changed(text, "depends_on", {"risk": {"low": "4 hours", "high": "1 hour"}})
    assert one == text.replace("3 hours", "4 hours")
    other = changed(text, "depends_on", {"risk": {"high": "1 hour", "otherwise": "9 hours"}})
    assert other == text.replace("low: 3 hours", "otherwise: 9 hours")
    brackets = "limits:\n  a: {depends_on: {risk: {high: 1 hour, low: 3 hours}}, kind: law}\n"
    short = changed(brackets, "depends_on", {"risk": {"low": "3 hours"}})
    assert short == brackets.replace("high: 1 hour, ", "")
    new = changed(brackets, "depends_on", {"district": {"otherwise": "1 day"}})
    assert new == brackets.replace("risk: {high: 1 hour, low: 3 hours}", "district: {otherwise: 1 day}")


def test_a_comment_is_never_lost() -> None:
    """What cannot be replaced without a comment inside it is refused with its line."""
    text = "limits:\n  a:\n    ref:\n    - D1  # first\n    - D2\n    source: >  # long\n      text\n    kind: law\n"
    for key, content in (("ref", ("D3",)), ("ref", None), ("source", "x")):
        with pytest.raises(EditError, match=r"p\.yaml, line [36]: .* comments inside; change it in the file itself"):
            changed(text, key, content)
    answers = "limits:\n  a:\n    depends_on:\n      risk:\n        high: 1 hour  # now\n        low: 1 day\n"
    with pytest.raises(EditError, match="line 5: `high` has a comment beside it"):
        changed(answers, "depends_on", {"risk": {"low": "1 day"}})


def test_value_is_taken_away_beside_a_comment_in_brackets() -> None:
    """In brackets over several lines the comment of a value stays when the value goes."""
    text = "limits:\n  a: {kind: law,  # first\n    aim: 2 hours}\n"
    assert changed(text, "kind", None) == text.replace("{kind: law,", "{kind: ,")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_stay(end: str) -> None:
    """A file of another system keeps its line ends, also in the lines that are added."""
    text = LINES.replace("\n", end)
    assert changed(text, "aim", "2 hours") == changed(LINES, "aim", "2 hours").replace("\n", end)


def test_mixed_line_ends_stay_each_as_it_is() -> None:
    """A file whose lines end differently keeps each end."""
    text = "limits:\r\n  a: {limit: 72 hours,\n    kind: law}\r\n  b: {kind: law}\n"
    assert changed(text, "kind", "safety", "b") == text.replace("b: {kind: law}", "b: {kind: safety}")


def test_several_values_change_at_once() -> None:
    """Many edits of one file are made together, each key at its place in the order of keys."""
    edits = [
        Edit(("limits", "a", "limit"), None),
        Edit(("limits", "a", "adopted_on"), "2027-01-31"),
        Edit(("limits", "a", "status"), "adopted"),
        Edit(("limits", "a", "adopted_by"), "Ministry of Women's Affairs"),
        Edit(("limits", "a", "depends_on"), {"risk": {"high": "1 hour"}}),
        Edit(("limits", "b", "aim"), "2 hours"),
    ]
    assert edit("p.yaml", BRACKETS, edits, ORDER) == (
        'limits:\n  a: {depends_on: {risk: {high: 1 hour}}, kind: law, source: "x, y", status: adopted, '
        'adopted_by: "Ministry of Women\'s Affairs", adopted_on: 2027-01-31, ref: [D1]}  # why\n'
        "  b: {aim: 2 hours, kind: law}\n"
    )


def test_brackets_and_signs_inside_texts_and_comments_do_not_count() -> None:
    """The end of a list in brackets is found past brackets in texts and comments."""
    text = "limits:\n  a: {ref: ['] }', \"[\",  # ]\n    x], kind: law}\n"
    assert changed(text, "kind", "safety") == text.replace("law", "safety")


WRITTEN = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Co", "Cn"])


def is_allowed(text: str) -> bool:
    """Return whether a text may stand in a file at all."""
    quoted = text.replace("'", "''")
    return text.strip() != "" and read("p.yaml", f"a: '{quoted}'").problems == ()


CONTENT = st.one_of(st.none(), st.text(WRITTEN, min_size=1, max_size=20).filter(is_allowed))


@given(
    st.sampled_from([BRACKETS, LINES]),
    st.dictionaries(st.tuples(st.sampled_from("ab"), st.sampled_from(ORDER)), CONTENT, min_size=1, max_size=8),
)
def test_any_text_is_read_back_as_it_was_meant(text: str, wanted: dict[tuple[str, str], Content]) -> None:
    """Whatever text is put wherever, the file then says exactly that and otherwise what it said before."""
    edits = [Edit(("limits", limit, key), content) for (limit, key), content in wanted.items()]
    try:
        after = edit("p.yaml", text, edits, ORDER)
    except EditError:
        return
    said = plain(read("p.yaml", after).root)
    before = plain(read("p.yaml", text).root)
    assert isinstance(said, dict)
    assert isinstance(before, dict)
    for limit in "ab":
        table, old = said["limits"][limit], before["limits"][limit]
        assert isinstance(old, dict)
        expected = {**old, **{key: content for (name, key), content in wanted.items() if name == limit}}
        assert table == {key: content for key, content in expected.items() if content is not None}
