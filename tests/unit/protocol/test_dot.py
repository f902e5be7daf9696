"""The graph of a protocol in DOT: what stands in it for an independent reader, and that nothing breaks out of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.model import Protocol, TargetKind
from engine.protocol.compile import compile as compile_protocol
from engine.protocol.drawing.dot import dot
from engine.protocol.drawing.main_line import main_line
from engine.run.protocols.files import load
from tests.builders.graphs import Drawn, read_graph
from tests.builders.random_protocols import random_protocols
from tests.planted import FULL, full_sources

HEAD = """\
spean: 1
protocol: drawn
version: 1
status: STATUS
roles:
  worker: {title: {en: Worker, km: "បុគ្គលិក"}, ministry: one}
  visitor: {title: Visitor, outside_state: yes, always_reached: yes}
defaults: {done_by: worker}
escalations:
  ordinary:
    - {at: 50 % of the limit, to: owner}
    - {at: 2 hours after the limit, to: [worker, visitor], as: escalation}
tracks:
"""
TRACK = """\
  main:
    first_step: a
    steps:
      a: {no_limit: none, actions: {on: {goes_to: z}}}
      z: {final: closed, success: yes}
"""
BASIS = "kind: law, source: x, escalation: ordinary"
ADOPTED = "status: adopted, adopted_by: Ministry, adopted_on: 2026-01-31"


def compiled(tracks: str, head: str = HEAD) -> Protocol:
    """Return a small protocol with these tracks."""
    adopted = "adopted\nadopted_by: Ministry\nadopted_on: 2026-01-31"
    found = compile_protocol({"p.yaml": head.replace("STATUS", adopted) + tracks}, "p.yaml")
    assert found.protocol is not None, found.problems
    return found.protocol


def drawn(tracks: str, language: str = "en") -> Drawn:
    """Return what an independent reader finds in the drawing of a small protocol."""
    return read_graph(dot(compiled(tracks), language))


def full() -> Protocol:
    """Return the protocol that uses nearly every key."""
    protocol = compile_protocol(full_sources(), FULL).protocol
    assert protocol is not None
    return protocol


def check_whole(protocol: Protocol, language: str) -> None:
    """Each track is a cluster with its steps and no others, and each action is one arrow."""
    graph = read_graph(dot(protocol, language))
    assert list(graph.clusters) == [f"cluster_{track}" for track in protocol.tracks]
    there = {(graph.homes[name], name) for name in graph.nodes if name.startswith("step")}
    tracks = protocol.tracks.items()
    assert there == {(f"cluster_{id_}", f"step{len(id_)}_{id_}_{step}") for id_, one in tracks for step in one.steps}
    taken = [one for track in protocol.tracks.values() for step in track.steps.values() for one in step.actions]
    taken += [one for track in protocol.tracks.values() for one in track.at_any_step]
    assert len([1 for _, _, form in graph.arrows if "label" in form]) == len(taken)
    ends = {name for one, other, _ in graph.arrows for name in (one, other)}
    assert ends <= graph.nodes.keys()


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("name", ["protocols/rescue.yaml", "protocols/repatriation.yaml", "examples/helpdesk.yaml"])
def test_every_track_step_and_action_is_there(name: str, language: str) -> None:
    """The drawings of shipped protocols hold every step in the cluster of its track and every action as an arrow."""
    check_whole(load(name)[0], language)


@settings(max_examples=25)
@given(random_protocols(), st.sampled_from(["en", "km"]))
def test_any_protocol_is_a_graph(protocol: Protocol, language: str) -> None:
    """Whatever protocol is drawn, an independent reader finds exactly its tracks, steps and actions."""
    check_whole(protocol, language)


def test_shape_tells_what_colour_tells() -> None:
    """Final steps are round, successes have two lines, what may happen at any step and going back have shapes."""
    more = "      y: {final: lost}\n"
    more += "    at_any_step: {died: {goes_to: y}, back: {goes_to: previous}, note: {stays: here}}\n"
    graph = drawn(TRACK + more)
    shapes = {name: (form.get("shape", "box"), form.get("peripheries", "1")) for name, form in graph.nodes.items()}
    assert shapes == {
        "step4_main_a": ("box", "1"),
        "step4_main_z": ("ellipse", "2"),
        "step4_main_y": ("ellipse", "1"),
        "any_main": ("hexagon", "1"),
        "back_main": ("cds", "1"),
    }
    fills = {form.get("fillcolor", "white"): shapes[name] for name, form in graph.nodes.items()}
    assert len(fills) == 4
    assert graph.arrow("any_main", "back_main")["style"] == "dashed"
    assert graph.arrow("any_main", "any_main")["label"] == "note"


def test_main_line_is_one_straight_line() -> None:
    """The steps from the first to the success are of one group, their arrows heavy; one that leads up moves none."""
    track = TRACK.replace("on: {goes_to: z}", "off: {goes_to: y}, on: {goes_to: b}")
    track += "      y: {final: lost}\n      b: {no_limit: none, actions: {up: {goes_to: a}, on: {goes_to: c}}}\n"
    track += "      c: {final: closed, success: yes}\n"
    graph = drawn(track)
    assert {name for name, form in graph.nodes.items() if form.get("group") == "line_main"} == {
        *("step4_main_a", "step4_main_b", "step4_main_c"),
    }
    heavy = [(one, other) for one, other, form in graph.arrows if "weight" in form]
    assert heavy == [("step4_main_a", "step4_main_b"), ("step4_main_b", "step4_main_c")]
    assert graph.arrow("step4_main_b", "step4_main_a")["constraint"] == "false"
    assert graph.nodes["step4_main_a"]["penwidth"] == "2.5"


@pytest.mark.parametrize(
    ("name", "track", "line"),
    [
        (
            "reintegration",
            "support",
            [
                "pre_integration",
                "planning",
                "preparation",
                "integration",
                "monitoring",
                "closure_requested",
                "goals_met",
            ],
        ),
        (
            "rescue",
            "medical",
            ["triage", "choices", "acute_care", "examination", "follow_up", "completed"],
        ),
        (
            "rescue",
            "legal",
            [
                "rights_briefing",
                "lawyer",
                "decision",
                "complaint",
                "proceedings",
                "judgment",
                "compensation",
                "concluded",
            ],
        ),
    ],
)
def test_main_line_is_what_policy_staff_would_draw(name: str, track: str, line: list[str]) -> None:
    """The main lines of shipped protocols go through every stage and not through losing contact."""
    protocol, _ = load(f"protocols/{name}.yaml")
    assert list(main_line(protocol.tracks[track])) == line


@settings(max_examples=50)
@given(random_protocols())
def test_main_line_goes_down_by_declared_actions(protocol: Protocol) -> None:
    """Any main line begins at the first step, follows actions of its steps, and only goes down the file."""
    for track in protocol.tracks.values():
        line = main_line(track)
        steps = list(line)
        assert steps[0] == track.first_step
        for (step, action), other in zip(line.items(), steps[1:], strict=False):
            target = track.steps[step].actions[action].target
            assert (target.kind, target.step) == (TargetKind.STEP, other)
        places = [list(track.steps).index(step) for step in steps]
        assert places == sorted(places)
        assert line[steps[-1]] == ""


def test_limits_and_escalation_stand_beside_their_step() -> None:
    """A step's note holds each limit, and once below those told alike who is told when; it is level with its step."""
    graph = read_graph(dot(full()))
    note = graph.nodes["note4_main_intake"]
    assert note["shape"] == "note"
    assert graph.homes["note4_main_intake"] == "cluster_main"
    assert {"step4_main_intake", "note4_main_intake"} in graph.ranks
    lines = [" ".join(line.split()) for line in note["label"].splitlines()]
    assert "decided: risk_level: high 24 hours, medium 72 hours," in lines
    assert "otherwise 7 days (proposed, practice)" in lines
    assert "prepared: 14 days before hearing_on (proposed, default)" in lines
    assert "Visit: done: 14 days (proposed, default)" in lines
    assert "at the limit: escalation, Chief, Independent visitor" in lines
    assert lines.count("at 50 % of the limit: reminder, whoever records the step") == 2


@pytest.mark.parametrize(
    ("basis", "said", "style"),
    [
        ("kind: law", "now: 2 days (proposed, not law)", "filled,dashed"),
        ("kind: practice", "now: 2 days (proposed, practice)", "filled,dashed"),
        ("kind: law, jurisdiction: Thailand", "now: 2 days (proposed, not law; Thailand)", "filled,dashed"),
        (f"kind: law, {ADOPTED}", "now: 2 days (law, adopted by Ministry)", None),
    ],
)
def test_proposed_number_is_never_law(basis: str, said: str, style: str | None) -> None:
    """A proposed number says so first and is drawn in broken lines; only an adopted one is called law (30)."""
    deadline = f"deadlines: {{now: {{limit: 2 days, {basis}, source: x, escalation: ordinary}}}}"
    note = drawn(TRACK.replace("no_limit: none", deadline)).nodes["note4_main_a"]
    assert note["label"].splitlines()[0] == said
    assert note.get("style") == style


def test_one_proposed_number_breaks_the_lines_of_its_note() -> None:
    """A note with an adopted and a proposed number is drawn as proposed; tasks count too."""
    one = f"deadlines: {{now: {{limit: 2 days, {BASIS}, {ADOPTED}}}}}"
    two = f"tasks: {{call: {{deadlines: {{called: {{limit: 1 day, {BASIS}}}}}}}}}"
    note = drawn(TRACK.replace("no_limit: none", f"{one}, {two}")).nodes["note4_main_a"]
    assert note["style"] == "filled,dashed"
    assert "call: called: 1 day (proposed, not law)" in note["label"]


def test_khmer_is_said_in_khmer() -> None:
    """In Khmer titles, roles, units and the words of the drawing are Khmer; what has no Khmer title is English."""
    deadline = f"deadlines: {{now: {{limit: 2 working days, {BASIS}}}, later: {{limit: same day, {BASIS}}}}}"
    track = TRACK.replace("no_limit: none", f"title: {{en: Start, km: 'ចាប់ផ្តើម'}}, {deadline}")
    track = track.replace("on: {", "on: {approval: worker, ").replace("z: {", "z: {title: End, ")
    graph = drawn(track, "km")
    assert graph.nodes["step4_main_a"]["label"] == "ចាប់ផ្តើម"
    assert graph.nodes["step4_main_z"]["label"] == "End"
    assert graph.arrow("step4_main_a", "step4_main_z")["label"] == "on (យល់ព្រមដោយ បុគ្គលិក)"
    label = graph.nodes["note4_main_a"]["label"]
    assert "now: 2 ថ្ងៃធ្វើការ (សំណើ មិនមែនជាច្បាប់)" in label
    assert "later: ថ្ងៃតែមួយ" in label
    assert "2 ម៉ោង ក្រោយពេលកំណត់: រាយការណ៍ឡើងលើ, បុគ្គលិក, Visitor" in " ".join(label.split())


def test_draft_says_so() -> None:
    """The head names the protocol and its version, and a draft as such."""
    assert drawn(TRACK).label == "drawn (1)"
    draft = compile_protocol({"p.yaml": HEAD.replace("STATUS", "draft") + TRACK}, "p.yaml").protocol
    assert draft is not None
    assert read_graph(dot(draft)).label == "drawn (1, draft)"


def test_track_says_what_opens_it_and_an_action_that_it_is_automatic() -> None:
    """A cluster is called by its track with the condition that opens it; an automatic action says so."""
    other = "  other: {opens_when: main has reached z, first_step: a, steps: {a: {final: closed}}}\n"
    by_itself = TRACK.replace("on: {", "on: {automatic: yes, only_if: other has ended, ").replace(
        ", success: yes", ""
    )
    graph = drawn(by_itself + other)
    assert graph.clusters["cluster_other"]["label"] == "other - opens when main has reached z"
    assert graph.arrow("step4_main_a", "step4_main_z")["label"] == "on (by itself)"


HOSTILE = [
    'say "yes"',
    '"]; evil [label="',
    "ends with a backslash \\",
    '\\"]; evil [label=\\"',
    "\\N \\G \\L \\n \\l \\\\",
    "&quot;]; evil; &#34; &amp; &lt;b&gt;",
    "<b>bold</b> <script>alert(1)</script>",
    "<<table><tr><td>x</td></tr></table>>",
    "} subgraph cluster_evil { evil",
    "/* no */ // comment # either",
    "node edge graph digraph strict subgraph",
    "a -> b; c -- d",
    "ចាប់\u200bផ្តើម",
    "https://example.org/?a=b&c=d",
    "%s {0} $x `y`",
]


def with_title(title: str) -> Protocol:
    """Return a protocol in which everything that has a title has this one."""
    said = "title: '" + title.replace("'", "''") + "'"
    track = (
        TRACK.replace("a: {no", f"a: {{{said}, no")
        .replace("on: {", f"on: {{{said}, ")
        .replace("z: {", f"z: {{{said}, ")
    )
    deadline = f"deadlines: {{now: {{{said}, limit: 2 days, {BASIS}}}}}"
    track = track.replace("no_limit: none", deadline).replace("  main:\n", f"  main:\n    {said}\n")
    head = HEAD.replace("version: 1\n", f"version: 1\n{said}\n").replace("title: Visitor", said)
    return compiled(track, head)


def words(text: str) -> str:
    """Return a text without the way it is broken into lines."""
    return " ".join(text.split())


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_breaks_out_of_its_label(title: str) -> None:
    """Quotes, backslashes, entities, comments and words of DOT in any title are shown as they were written."""
    graph = read_graph(dot(with_title(title)))
    assert words(graph.label) == words(f"{title} (1)")
    assert words(graph.clusters["cluster_main"]["label"]) == words(title)
    assert set(graph.nodes) == {"step4_main_a", "note4_main_a", "step4_main_z"}
    assert words(graph.nodes["step4_main_a"]["label"]) == words(title)
    assert words(graph.arrow("step4_main_a", "step4_main_z")["label"]) == words(title)
    note = words(graph.nodes["note4_main_a"]["label"])
    assert note.startswith(words(f"{title}: 2 days"))
    assert note.endswith(words(f"escalation, Worker, {title}"))


SMALL = compiled(TRACK)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], include_characters=' "\\&;'), min_size=1))
def test_any_title_is_shown_as_it_is(title: str) -> None:
    """Whatever signs a title is made of, the independent reader finds one graph with exactly this label."""
    main = SMALL.main
    step = replace(main.steps["z"], title={"en": title})
    track = replace(main, title={"en": title}, steps={**main.steps, "z": step})
    graph = read_graph(dot(replace(SMALL, tracks={"main": track})))
    assert list(graph.nodes) == ["step4_main_a", "step4_main_z"]
    assert words(graph.nodes["step4_main_z"]["label"]) == words(title)
    assert words(graph.clusters["cluster_main"]["label"]) == words(title)


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@pytest.mark.parametrize("title", HOSTILE)
def test_graphviz_shows_titles_as_they_are(title: str) -> None:
    """Graphviz itself writes every hostile title as it stands, and nothing else."""
    done = subprocess.run(
        ["dot", "-Tjson"], input=dot(with_title(title)), capture_output=True, encoding="utf-8", check=True, timeout=60
    )
    drawing = json.loads(done.stdout)
    lines = {
        one["name"]: words(" ".join(op["text"] for op in one.get("_ldraw_", ()) if op["op"] == "T"))
        for one in drawing["objects"]
    }
    assert {name for name in lines if name[0] != "%"} == {
        "cluster_main",
        "step4_main_a",
        "note4_main_a",
        "step4_main_z",
    }
    assert lines["step4_main_a"] == lines["cluster_main"] == words(title)


def test_steps_of_two_tracks_are_never_one_node() -> None:
    """Underscores in ids cannot make one node of two steps."""
    tracks = "".join(
        f"  {track}: {{{opens}first_step: {step}, steps: {{{step}: {{final: closed}}}}}}\n"
        for track, step, opens in (("a", "b_c", ""), ("a_b", "c", "opens_when: a has ended, "))
    )
    assert set(drawn(tracks).nodes) == {"step1_a_b_c", "step3_a_b_c"}
