"""What may count as a success, and what never does (27)."""

from __future__ import annotations

import pytest

from engine.protocol.compile import compile as compile_protocol
from engine.protocol.problems import Problem

HEAD = """\
spean: 1
protocol: p
version: 1
roles: {worker: {ministry: one}, chief: {outside_state: yes}}
fields: {ready: {type: yes/no/unknown}}
escalations: {usual: [{at: the limit, to: [worker, chief]}]}
defaults: {escalation: usual, done_by: worker, who_may: worker}
tracks:
"""
LIMIT = "limit: 1 day, kind: default, source: s"
ITSELF = "automatic: yes, only_if: ready is yes"


def track(
    name: str = "one", actions: str = "on: {goes_to: end}", more: str = "", final: str = "success: yes", **keys: str
) -> str:
    """Return a track of a step ``a`` with these actions, and its final step ``end``."""
    limit = keys.get("limit", LIMIT)
    return (
        f"  {name}:\n    first_step: {keys.get('first', 'a')}\n{more}    steps:\n"
        f"      a: {{deadlines: {{due: {{{limit}}}}}, actions: {{{actions}}}{keys.get('step', '')}}}\n"
        f"      end: {{final: helped, {final}}}\n"
    )


def found(*tracks: str) -> list[Problem]:
    """Return the problems about successes of a protocol of these tracks."""
    problems = compile_protocol({"p.yaml": HEAD + "".join(tracks)}, "p.yaml").problems
    return [one for one in problems if one.code in {"SP540", "SP541", "SP620"}]


ANYWHERE = "    at_any_step: {late: {goes_to: end}}\n"
TASK = f", tasks: {{call: {{required: no, deadlines: {{by: {{{LIMIT}, then: on}}}}}}}}"
OTHER = track("two", more="    opens_when: ready is no\n")


@pytest.mark.parametrize(
    ("tracks", "who"),
    [
        ([track(actions=f"on: {{goes_to: end, {ITSELF}}}")], "`on` at the step `a`"),
        ([track(limit=f"{LIMIT}, then: on")], "`on` at the step `a`"),
        ([track(limit=f"{LIMIT}, then: late", more=ANYWHERE)], "`late` at the step `a`"),
        ([track(step=TASK)], "`on` at the step `a`"),
        ([track(more=f"    at_any_step: {{late: {{goes_to: end, {ITSELF}}}}}\n")], "`late` at any step"),
        ([track(actions=f"on: {{goes_to: two.end, {ITSELF}}}"), OTHER], "`on` at the step `a`"),
        (
            [track(final="success: no"), track("two", more="    opens_when: ready is no\n", first="end")],
            "the opening of the track `two`",
        ),
    ],
)
def test_silence_is_no_success(tracks: list[str], who: str) -> None:
    """Whatever leads to a success without a person is an error at the key, once."""
    (problem,) = found(*tracks)
    assert problem.code == "SP541"
    assert problem.message == f"The step `end` counts as a success, but {who} leads there without a person."
    assert problem.path == f"tracks.{'two' if 'two' in tracks[-1] else 'one'}.steps.end.success"


@pytest.mark.parametrize(
    "tracks",
    [
        [track()],
        [track(more=ANYWHERE)],
        [track(limit=f"{LIMIT}, then: on", final="success: no")],
        [track(limit=f"{LIMIT}, then: on", actions="on: {goes_to: a}, well: {goes_to: end}")],
        [track(limit=f"{LIMIT}, then: on", actions="on: {stays: here}, well: {goes_to: end}")],
        [track(), OTHER],
    ],
)
def test_what_a_person_reaches_may_be_a_success(tracks: list[str]) -> None:
    """An action of a person, or a limit that leads elsewhere, is nothing to report."""
    assert found(*tracks) == []


def test_two_silent_ways_to_one_success_are_told_once() -> None:
    """The first of them is named; what is wrong is the success."""
    both = f"on: {{goes_to: end, {ITSELF}}}, late: {{goes_to: end}}"
    (problem,) = found(track(actions=both, limit=f"{LIMIT}, then: late"))
    assert "`on` at the step `a`" in problem.message


def test_ways_to_steps_that_do_not_exist_are_another_problem() -> None:
    """A wrong name is told as such, and no success is looked for behind it."""
    assert found(track(actions=f"on: {{goes_to: nowhere, {ITSELF}}}, off: {{goes_to: end}}")) == []
    assert found(track(actions=f"on: {{goes_to: two.end, {ITSELF}}}, off: {{goes_to: end}}")) == []
    assert found(track(limit=f"{LIMIT}, then: nowhere")) == []


@pytest.mark.parametrize("written", ["success: yes", "success: no"])
def test_only_an_ending_can_be_a_success(written: str) -> None:
    """On a step that is not final the key is an error, whatever it says."""
    (problem,) = found(track(step=f", {written}"))
    assert (problem.code, problem.path) == ("SP540", "tracks.one.steps.a.success")


@pytest.mark.parametrize(
    ("outcome", "title", "word"),
    [
        ("lost_contact", "Closed", "lost"),
        ("ended", "End of funding", "funding"),
        ("trial_over", "Closed", "trial"),
        ("helped", "She has died", "died"),
        ("Unknown", "Closed", "Unknown"),
        ("silence", "Closed", "silence"),
        ("no_reply", "Closed", "no reply"),
        ("operation_aborted", "Closed", "aborted"),
        ("helped", "Closed", None),
        ("goals_met", "Industrial training done", None),
    ],
)
def test_a_success_that_tells_of_something_else_is_warned_of(outcome: str, title: str, word: str | None) -> None:
    """Outcome and title are read word by word; a word that only holds another one says nothing."""
    final = f"title: {title}, success: yes"
    problems = found(track(final=final).replace("final: helped", f"final: {outcome}"))
    assert [one.message.rpartition("says ")[2] for one in problems] == ([f"`{word}`."] if word else [])


def test_a_telling_khmer_title_is_warned_of() -> None:
    """The Khmer title is read, too; without `success` the same words are in order."""
    title = "title: {en: Closed, km: បាត់ទំនាក់ទំនង}"
    assert [one.code for one in found(track(final=f"{title}, success: yes"))] == ["SP620"]
    assert found(track(final=title)) == []
