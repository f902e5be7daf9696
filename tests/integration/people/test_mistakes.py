"""Mistakes in commands about people: one sentence each, and nothing is changed."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from typer.main import get_command

from engine.run.cli import run
from engine.run.cli.app import app
from tests.builders.desk import ADMIN, CODE, LISTS, NORTH, ROOT, Desk


@pytest.mark.parametrize(
    "words", [("user", "show", ""), ("role", "add", "", "", "--everywhere"), ("user", "verify", "")]
)
def test_nothing_is_no_id(words: tuple[str, ...], desk: Desk) -> None:
    """An empty word is answered as an unknown one is."""
    assert desk.refused(*words).startswith("There is no")


MISTAKES: list[tuple[tuple[str, ...], str]] = [
    (("agency", "add", "lantern", "--title", "L"), "There is an agency lantern already; `spean agency set lantern`"),
    (("agency", "add", "North", "--title", "N", "--outside-state"), "The id `North` needs small letters"),
    (("agency", "add", "h0spital_north", "--title", "N", "--outside-state"), "The id h0spital_north looks like"),
    (("agency", "add", "new_a", "--title", " ", "--outside-state"), "The title ` ` is empty."),
    (("agency", "add", "new_a", "--title", "A"), "An agency of the State needs its ministry"),
    (
        ("agency", "add", "new_a", "--title", "A", "--ministry", "mosvy", "--calendar", "x"),
        "There is no calendar `x`.",
    ),
    (
        ("agency", "set", "lantern", "--calendar", "kambodia"),
        "There is no calendar `kambodia`. Did you mean cambodia?",
    ),
    (("agency", "set", "lantern", "--zone", "Asia/PhnomPenh"), "There is no time zone `Asia/PhnomPenh`; write cont"),
    (("agency", "set", "lantrn", "--title", "L"), "There is no agency `lantrn`; add it first, or look how it is"),
    (
        ("user", "add", "sok_phalla", "--name", "S", *NORTH),
        "There is somebody with the id sok_phalla already; `spean",
    ),
    (("user", "add", "s0k_phalla", "--name", "S", *NORTH), "The id s0k_phalla looks like sok_phalla, which exists"),
    (("user", "add", "new_one", "--name", "", *NORTH), "The name `` is empty."),
    (
        ("user", "add", "new_one", "--name", "N", "--agency", "social_nort"),
        "There is no agency `social_nort`; add it",
    ),
    (("user", "add", "new_one", "--name", "N", *NORTH, "--email", "x"), "The email `x` needs a name, an @ and a dom"),
    (("user", "add", "new_one", "--name", "N", *NORTH, "--language", "fr"), "The language `fr` is not known; choose"),
    (("user", "set", "sok_phalla", "--email", "malis.ouk@example.org"), "ouk_malis uses this address already"),
    (("user", "set", "nobody_here", "--unit", "x"), "There is nobody with the id `nobody_here`; add the person"),
    (("user", "show", "sok_phala"), "There is no user `sok_phala`. Did you mean sok_phalla?"),
    (("user", "list", "--agency", "lantrn"), "There is no agency `lantrn`. Did you mean lantern?"),
    (("user", "disable", "sok_phala"), "There is nobody with the id `sok_phala`; add the person first, or look how"),
    (("user", "verify", "nobody_here"), "There is nobody with the id `nobody_here`"),
    (("user", "import", "no_such_file.csv"), "no_such_file.csv: there is no file of this name; name a list"),
    (("user", "import", str(LISTS)), f"{LISTS}: there is no file of this name; name a list"),
    (("role", "add", "case_manger", "sok_phalla", *NORTH), "There is no role `case_manger`. Did you mean case_manag"),
    (("role", "add", "prosecutor", "sok_phalla", *NORTH), "There is no role `prosecutor`."),
    (("role", "add", "guardian", "sok_phalla"), "Say where: --agency ID, or --everywhere."),
    (("role", "add", "guardian", "sok_phalla", *NORTH, "--everywhere"), "Say --agency or --everywhere, not both."),
    (("role", "add", "administrator", "sok_phalla", *NORTH), "An administrator keeps the whole office; say --every"),
    (("role", "add", "administrator", "sok_phalla", "--everywhere", "--province", "north"), "An administrator keeps"),
    (
        ("role", "add", "guardian", "sok_phalla", *NORTH, "--from", "soon"),
        "Write a date and time like 2026-03-31T14:30",
    ),
    (("role", "add", "guardian", "sok_phalla", *NORTH, "--from", "0001-01-01"), "Write a date and time like 2026-03"),
    (
        ("role", "add", "guardian", "sok_phalla", *NORTH, "--until", "2020-01-01"),
        "The end, 2020-01-01 00:00",
    ),
    (("role", "add", "guardian", "nobody_here", *NORTH), "There is nobody with the id `nobody_here`"),
    (("role", "add", "guardian", "sok_phalla", "--agency", "x"), "There is no agency `x`; add it first"),
    (("role", "remove", "guardian", "sok_phalla"), "sok_phalla does not have the role `guardian` there. What sok_p"),
    (("role", "remove", "guardian", "nobody_here"), "There is nobody with the id `nobody_here`"),
    (("role", "remove", "administrator", ADMIN, *NORTH), f"{ADMIN} does not have the role `administrator` there."),
    (("role", "list", "--user", "sok_phala"), "There is no user `sok_phala`. Did you mean sok_phalla?"),
    (("role", "list", "--role", "guardan"), "There is no role `guardan`. Did you mean guardian?"),
    (
        ("supervisor", "set", "sok_phalla", "sok_phalla"),
        "Nobody supervises himself; name somebody else than sok_phal",
    ),
    (("supervisor", "set", "ouk_malis", "sok_phalla"), "sok_phalla is below ouk_malis already; in a circle"),
    (("supervisor", "set", "sok_phalla", "ouk_mali"), "There is nobody with the id `ouk_mali`; add the person firs"),
    (("supervisor", "set", "sok_phalla", "tep_rumduol", "--until", "2020-01-01"), "The end, 2020-01-01 00:00"),
    (("supervisor", "end", "meas_kolap"), "meas_kolap has no supervisor; there is nothing to end."),
    (("absence", "add", "sok_phalla", "--from", "2050-01-02", "--to", "2050-01-01"), "The end, 2050-01-01, does not"),
    (("absence", "add", "sok_phalla", "--to", "tomorrow"), "Write a date and time like 2026-03-31T14:30, or a date"),
    (("absence", "add", "sok_phalla", "--to", "2050-01-01T10:00"), "Write a date like 2026-03-31."),
    (
        ("absence", "add", "sok_phalla", "--to", "2199-01-01", "--deputy", "sok_phalla"),
        "Nobody stands in for himself",
    ),
    (("absence", "add", "sok_phalla", "--to", "2199-01-01", "--deputy", "x"), "There is nobody with the id `x`"),
    (("absence", "add", "nobody_here"), "There is nobody with the id `nobody_here`"),
    (("absence", "end", "nobody_here"), "There is nobody with the id `nobody_here`"),
    (("absence", "end", "sok_phalla", "--from", "2050-01-01"), "No absence of sok_phalla begins on 2050-01-01; look"),
    (("duty", "add", "guardian", "sok_phalla"), "Say where: --agency ID, or --everywhere."),
    (("duty", "add", "administrator", "sok_phalla", "--everywhere"), "There is no role `administrator`."),
    (("duty", "add", "guardian", "sok_phalla", *NORTH), 'Say when: every week with --every "Fri 17:00 - Mon 08:00"'),
    (("duty", "add", "guardian", "sok_phalla", *NORTH, "--from", "2050-01-01"), "Say when: every week with --every"),
    (("duty", "add", "guardian", "sok_phalla", *NORTH, "--every", "nights"), "`nights` is no part of a week; write"),
    (
        ("duty", "add", "guardian", "sok_phalla", *NORTH, "--from", "2050-01-02", "--to", "2050-01-01"),
        "The end, 2050-01-01 00:00, does not come after",
    ),
    (
        ("duty", "add", "guardian", "nobody_here", *NORTH, "--every", "Mon 0:00 - Tue 0:00"),
        "There is nobody with the",
    ),
    (("duty", "remove", "guardian", "nobody_here"), "There is nobody with the id `nobody_here`"),
    (("duty", "address", "here"), "The duty address `here` needs a name, an @ and a domain."),
    (("duty", "address", "a@example.org", "--language", "fr"), "The language `fr` is not known; choose en or km."),
    (("conflict", "add", "AB-12", "person", "sok_phalla"), "This is no code of a case: a sign is wrong or missing."),
    (("conflict", "add", CODE[:-1] + "0", "person", "sok_phalla"), "This is no code of a case: a sign is wrong or"),
    (("conflict", "add", CODE, "person", "sok_phala"), "There is nobody with the id `sok_phala`; add the person"),
    (("conflict", "add", CODE, "unit", "police_desk/nobody"), "Nobody works in `police_desk/nobody`, so this would"),
    (("conflict", "add", CODE, "ministry", "mosv"), "No agency belongs to the ministry `mosv`, so this would keep"),
    (("conflict", "lift", CODE, "person", "sok_phalla"), "No such conflict is entered; look at those of the case."),
    (("conflict", "list", "AB-12"), "This is no code of a case"),
]


@pytest.mark.parametrize(("words", "said"), MISTAKES, ids=lambda one: " ".join(one) if isinstance(one, tuple) else "")
def test_a_mistake_is_answered_with_one_sentence(words: tuple[str, ...], said: str, desk: Desk) -> None:
    """Whatever is wrong: exit 1, one sentence that says what and what to do, nothing changed; JSON says the same."""
    before = desk.seq()
    assert desk.refused(*words).startswith(said)
    assert desk.seq() == before


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("user", "disable", "sok_phala"), "sok_phalla"),
        (("supervisor", "set", "sok_phalla", "ouk_mali"), "ouk_malis"),
        (("agency", "set", "lantrn", "--title", "L"), "lantern"),
        (("agency", "set", "lantern", "--zone", "Asia/PhnomPenh"), "Asia/Phnom_Penh"),
        (("conflict", "add", CODE, "ministry", "mosv"), "mosvy"),
    ],
)
def test_what_was_probably_meant_is_said(words: tuple[str, ...], meant: str, desk: Desk) -> None:
    """An id that looks like one that exists is answered with that one."""
    assert desk.refused(*words).endswith(f"Did you mean {meant}?")


@pytest.mark.parametrize(
    "words",
    [
        ("user", "add", "new_one", *NORTH),
        ("user", "add", "new_one", "--name", "N"),
        ("agency", "add", "new_a"),
        ("conflict", "add", CODE, "family", "sok_phalla"),
        ("conflict", "add", CODE),
        ("user", "list", "--format", "xml"),
    ],
)
def test_a_mistyped_command_leaves_with_two(words: tuple[str, ...], desk: Desk) -> None:
    """A command that misses something, or has an unknown word, is a usage error."""
    before = desk.seq()
    answer, errors = desk.type(*words, by=ADMIN, code=2)
    assert "Usage:" in errors
    assert answer == ""
    assert desk.seq() == before


NAUGHTY: list[str] = json.loads((ROOT.parent / "shared/data/strings/blns.json").read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(5))
def test_no_text_leads_to_a_traceback(part: int, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands where an id, a name, a role or a code belongs: done, one sentence or a usage error, no more."""
    monkeypatch.setattr("engine.run.cli.app.app", get_command(app))  # the same commands, put together only once
    for number, text in enumerate(NAUGHTY[part::5]):
        named = ("user", "add", f"person{number}", f"--name={text}", *NORTH)
        for words in (named, WITH_TEXT[number % len(WITH_TEXT)](text)):
            code = run([*words, "--office", str(desk.folder), "--as", ADMIN])
            answer, errors = desk.capsys.readouterr()
            assert code in {0, 1, 2}, (words, errors)
            assert "Traceback" not in errors
            assert "mistake in Spean" not in errors, (words, errors)
            assert code != 1 or (answer == "" and errors.count("\n") == 1), (words, errors)


WITH_TEXT: list[Callable[[str], tuple[str, ...]]] = [
    lambda text: ("user", "show", text),
    lambda text: ("user", "add", text, "--name", "N", f"--agency={text}"),
    lambda text: ("agency", "add", text, f"--title={text}", "--outside-state"),
    lambda text: ("agency", "set", "lantern", f"--title-km={text}", f"--province={text}"),
    lambda text: ("role", "add", text, text, "--everywhere"),
    lambda text: ("role", "remove", text, "sok_phalla", f"--agency={text}"),
    lambda text: ("role", "list", f"--role={text}"),
    lambda text: ("supervisor", "set", "sok_phalla", text),
    lambda text: ("absence", "add", "sok_phalla", f"--from={text}", f"--to={text}", f"--deputy={text}"),
    lambda text: ("absence", "add", text, "--to", "2050-01-01"),
    lambda text: ("duty", "add", "guardian", "sok_phalla", "--everywhere", f"--every={text}"),
    lambda text: ("duty", "add", "guardian", "sok_phalla", "--everywhere", f"--from={text}", f"--to={text}"),
    lambda text: ("duty", "address", text),
    lambda text: ("conflict", "add", text, "person", "sok_phalla"),
    lambda text: ("conflict", "add", CODE, "unit", text),
    lambda text: ("conflict", "add", CODE, "ministry", text),
    lambda text: ("user", "import", text),
    lambda text: ("user", "set", "sok_phalla", f"--email={text}", f"--unit={text}"),
]
