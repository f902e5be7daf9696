"""A template shows, asks and goes through, and may do nothing else; what is refused is told with file and line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifiers.template import LARGEST_TEMPLATE, LISTS, NOTHING, TEXTS, ComposerError, load
from tests.support.pace import within

ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
HEAD = "Subject: About {{ case_code }}\n\nWords.\n"
ONLY = "a template only shows variables, `if` and `for`"


def refusal(source: str) -> str:
    """Return the sentence with which a template is refused."""
    with pytest.raises(ComposerError) as refused:
        load(ENVIRONMENT, "en/reminder.txt", source)
    told = str(refused.value)
    assert "\n" not in told
    assert len(told) < 400
    return told


def test_template_may_show_ask_and_go_through() -> None:
    """Variables, `if`, `elif`, `else`, `not`, `and`, `or`, one `for` with what its items have, and comments work."""
    source = HEAD + (
        "{# for whoever edits this #}{% if due and not late or over %}{{ due }}{% elif words %}w"
        "{% else %}e{% endif %}\n"
        "{% for one in items %}- {{ one.case_code }}{% if one.due %} {{ one.due }}{% endif %}\n{% endfor %}"
        "{% raw %}{{ 7*7 }}{% endraw %}"
    )
    items = [{"case_code": "A", "due": "d"}, {"case_code": "B", "due": ""}]
    shown = load(ENVIRONMENT, "x", source).render({**NOTHING, "case_code": "C", "due": "D", "items": items})
    assert shown == "Subject: About C\n\nWords.\nD\n- A d\n- B\n{{ 7*7 }}"


@pytest.mark.parametrize("name", sorted(TEXTS | LISTS.keys()))
def test_every_variable_of_the_list_may_be_shown(name: str) -> None:
    """Each variable of the list may stand in a template, and shows nothing where it is not given."""
    shown = f"{{% if {name} %}}{{{{ {name} }}}}{{% endif %}}"
    assert load(ENVIRONMENT, "x", HEAD + shown).render(NOTHING).endswith("Words.\n")


@pytest.mark.parametrize(
    "wrong",
    [
        "{{ 7*7 }}",
        "{{ 7 }}",
        "{{ 'text' }}",
        "{{ -due }}",
        "{{ due ~ over }}",
        "{{ due + over }}",
        "{{ [due] }}",
        "{{ (due, over) }}",
        "{{ {due: over} }}",
        "{{ due == over }}",
        "{{ due in words }}",
        "{{ due is defined }}",
        "{{ due if late else over }}",
        "{{ due['x'] }}",
        "{{ due[0] }}",
        "{{ due() }}",
        "{{ due.upper() }}",
        "{{ range(9) }}",
        "{{ '{0.__class__}'.format(due) }}",
        "{{ '%s' % due }}",
        "{{ due.format(over) }}",
        "{{ due | upper }}",
        "{{ due | attr('__class__') }}",
        "{{ due | safe }}",
        "{{ due | no_such_filter }}",
        "{{ lipsum() }}",
        "{{ cycler('a') }}",
        "{% set due = words %}",
        "{% set x %}a{% endset %}",
        "{% macro m() %}a{% endmacro %}",
        "{% call due() %}a{% endcall %}",
        "{% filter upper %}a{% endfilter %}",
        "{% include 'en/alarm.txt' %}",
        "{% import 'x' as y %}",
        "{% from 'x' import y %}",
        "{% extends 'x' %}",
        "{% block b %}a{% endblock %}",
        "{% with x = due %}a{% endwith %}",
        "{% autoescape true %}a{% endautoescape %}",
        "{% if due.upper() %}a{% endif %}",
        "{% if 1 %}a{% endif %}",
        "{% if due %}{% else %}{{ due | e }}{% endif %}",
        "{% for one in items %}{{ one.due | e }}{% endfor %}",
    ],
)
def test_everything_else_is_refused_with_file_and_line(wrong: str) -> None:
    """No calculation, constant, comparison, call, filter, assignment, macro, inclusion or format passes."""
    assert refusal(f"{HEAD}one\n{wrong}\n") == f"en/reminder.txt, line 5: {ONLY}."


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("{{ name }}", "there is no variable name; there are also_due, case_code,"),
        ("{{ __class__ }}", "there is no variable __class__"),
        ("{{ self }}", "there is no variable self"),
        ("{{ ការពិត }}", "there is no variable ការពិត"),
        ("{{ one.due }}", "there is nothing called one.due here"),
        ("{{ due.__class__ }}", "there is nothing called due.__class__ here"),
        ("{{ items.append }}", "there is nothing called items.append here"),
        ("{{ items[0].due }}", "there is nothing called ....due here"),
        ("{{ due.a.b }}", "there is nothing called ....b here"),
        ("{{ {}.__class__ }}", "there is nothing called ....__class__ here"),
        ("{% for one in items %}{{ one }}{% endfor %}", "there is no variable one"),
        ("{% for one in items %}{{ one.name }}{% endfor %}", "there is nothing called one.name here"),
        ("{% for one in also_due %}{{ one.said }}{% endfor %}", "there is nothing called one.said here"),
        ("{% for one in items %}{{ one.__class__ }}{% endfor %}", "there is nothing called one.__class__ here"),
        ("{% for one in items %}{{ loop.index }}{% endfor %}", "there is nothing called loop.index here"),
        ("{% for one in items %}{% endfor %}{{ one.due }}", "there is nothing called one.due here"),
        ("{% for one in due %}{% endfor %}", "`for` goes through one of also_due, items"),
        ("{% for one in range(9) %}{% endfor %}", "`for` goes through one of also_due, items"),
        ("{% for one, two in items %}{% endfor %}", "`for` goes through one of also_due, items"),
        ("{% for one in items %}{% for two in items %}{% endfor %}{% endfor %}", "a `for` stands in another"),
        ("{% for due in items %}{% endfor %}", "write `for one in items` and nothing more"),
        ("{% for one in items if one.due %}{% endfor %}", "write `for one in items` and nothing more"),
        ("{% for one in items recursive %}{% endfor %}", "write `for one in items` and nothing more"),
        ("{% for one in items %}{% else %}a{% endfor %}", "write `for one in items` and nothing more"),
        (
            "{% for loop in items %}{% endfor %}",
            "this is not the language of templates (Can't assign to special loop variable in for-loop",
        ),
        ("{% if due %}", "this is not the language of templates (Unexpected end of template"),
        ("{% endif %}", "this is not the language of templates (Encountered unknown tag 'endif'"),
        ("{{ due", "this is not the language of templates (unexpected end of template"),
        ("{{ due }", "this is not the language of templates (unexpected '}'"),
        ("{% sett due %}", "this is not the language of templates (Encountered unknown tag 'sett'"),
        ("{{ '\\N{no}' }}", "this is not the language of templates"),
    ],
)
def test_what_is_wrong_is_named(wrong: str, told: str) -> None:
    """An unknown name, a loop of the wrong kind and broken language are told with file, line and what is wrong."""
    assert refusal(f"{HEAD}one\n{wrong}").startswith(f"en/reminder.txt, line 5: {told}")


@pytest.mark.parametrize(
    "wrong",
    [
        "{% if due %}" * 1500,
        "{% if due %}" * 900 + "{% endif %}" * 900,
        "{% if due %}" * 30 + "{% endif %}" * 30,
        "{{ " + "(" * 9000,
        "{{ " + "(" * 9000 + "due" + ")" * 9000 + " }}",
        "{{ " + "not " * 4500 + "due }}",
        "{{ " + "due and " * 2000 + "due }}",
        "{{ " + "9" * 9000 + " }}",
        "{{ due" + ".a" * 5000 + " }}",
        "{% for a in items %}" * 400 + "{% endfor %}" * 400,
        "{{ due }" * 2000,
        "{" * 19000,
        "{#" * 9000,
    ],
)
def test_what_would_cost_time_is_refused_in_time(wrong: str) -> None:
    """Nesting, chains and numbers that would exhaust the compiler are refused in time, by a sentence."""
    with within(15):
        assert refusal(HEAD + wrong).startswith("en/reminder.txt")


def test_many_alternatives_are_taken() -> None:
    """As many `elif` as fit into a template are no nesting."""
    shown = load(ENVIRONMENT, "x", f"{HEAD}{{% if due %}}{'{% elif due %}' * 1300}{{% else %}}e{{% endif %}}").render(
        NOTHING
    )
    assert shown.endswith("e")


def test_template_has_a_size() -> None:
    """A template of more characters than allowed is refused, one with as many is not."""
    assert load(ENVIRONMENT, "x", HEAD.ljust(LARGEST_TEMPLATE, "x")).render(NOTHING).endswith("xxx")
    assert "at most 20000 characters" in refusal(HEAD.ljust(LARGEST_TEMPLATE + 1, "x"))


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\n",
        "Words",
        "subject: a\n\nb",
        "\nSubject: a\n\nb",
        " Subject: a\n\nb",
        "{{ words }}Subject: a\n\nb",
        "{% if due %}Subject: a{% endif %}\n\nb",
        "{% if not due %}Subject: a\n\n{% endif %}b",
        "{% for one in items %}Subject: a\n\nb{% endfor %}",
    ],
)
def test_template_begins_with_its_subject(source: str) -> None:
    """The subject is there whatever is given: its word stands first, behind no condition."""
    assert refusal(source) == (
        "en/reminder.txt, line 1: a template begins with `Subject:` and the words of the subject."
    )


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("Subject:\n\nb", "A mail needs a subject. Give the subject words of its own."),
        ("Subject: {{ due }}\n\nb", "A mail needs a subject. Give the subject words of its own."),
        ("Subject: a{% if due %} =?utf-8?q?b?={% endif %}\n\nb", "A subject holds no encoded words"),
        ("Subject: a\u202eb\n\nb", "A subject is one line of visible signs"),
        ("Subject: a\0b\n\nb", "A subject is one line of visible signs"),
        ("Subject: " + "a" * 201 + "\n\nb", "A subject has at most 200 characters"),
    ],
)
def test_subject_of_a_template_can_be_sent(source: str, told: str) -> None:
    """A template whose subject no mail could carry, whatever is given, is refused when it is loaded."""
    assert refusal(source).startswith(f"en/reminder.txt, line 1: {told}")


@pytest.mark.parametrize(
    "source", ["Subject: a", "Subject: a\n\n \n", "Subject: a\n{{ due }}", "Subject: a\n{% if due %}b{% endif %}"]
)
def test_template_says_something(source: str) -> None:
    """A mail without words below its subject is refused."""
    assert refusal(source) == "en/reminder.txt: below the subject a mail needs words of its own."


def test_hostile_strings_do_nothing(shared_data: Path) -> None:
    """Each of 515 hostile strings in a template is only text, or is refused with a sentence."""
    strings = json.loads((shared_data / "strings" / "blns.json").read_text(encoding="utf-8"))
    refused = [text for text in strings if not _is_only_text(text)]
    assert len(strings) == 515
    assert refused == [text for text in strings if "{{" in text or "{%" in text]


def _is_only_text(text: str) -> bool:
    try:
        shown = load(ENVIRONMENT, "x", f"{HEAD}{text}").render(NOTHING)
    except ComposerError:
        return False
    assert shown.removesuffix("\n") == f"{HEAD.replace('{{ case_code }}', '')}{text}".removesuffix("\n")
    return True


_SIGNS = ("{{", "}}", "{%", "%}", "{#", "#}", "(", ")", "|", ".", ",", "\n", "-", "7", "'a'")
_NAMES = ("due", "items", "one", "one.due", "loop", "self", "x")
_TAGS = ("if", "elif", "else", "endif", "for", "in", "endfor", "not", "and", "or", "set", "raw", "endraw", "include")
_PIECES = st.sampled_from((*_SIGNS, *_NAMES, *_TAGS))


@given(st.lists(_PIECES, max_size=40).map(" ".join))
@example("{% for one in items %} {{ one.due }} {% endfor %}")
def test_any_template_is_taken_or_refused(source: str) -> None:
    """Whatever a template holds, it is compiled and shown, or refused with a sentence."""
    try:
        template = load(ENVIRONMENT, "x", HEAD + source)
    except ComposerError as refused:
        assert str(refused).startswith("x")  # noqa: PT017 - the other branch is as good
        return
    assert template.render(NOTHING).startswith("Subject: About")
