"""Lanes in files of their own: tracks and rules of included files, and who must adopt them."""

from __future__ import annotations

import pytest

from engine.core.model import Protocol, Unadopted
from engine.protocol.compile import Compiled
from engine.protocol.compile import compile as compile_protocol
from engine.protocol.schema.sheets import kind_of_file

ROOT = """\
spean: 1
protocol: p
version: 1
include: [shared/roles.yaml, lanes/law.yaml, lanes/care.yaml]
tracks:
  main:
    first_step: a
    steps:
      a:
        done_by: worker
        outside_label: Routine task
        deadlines: {due: {limit: 7 days, kind: practice, source: s, escalation: [{at: the limit, to: chief}]}}
        actions: {on: {goes_to: z, only_if: not (law is at advice), closes: all}}
      z: {final: closed}
    at_any_step: {died: {goes_to: z, closes: all}}
forbidden:
  own: {never: done is no}
"""
ROLES = """\
roles: {worker: {ministry: a}, chief: {outside_state: yes}}
fields: {done: {type: yes/no/unknown}}
"""
LANE = """\
spean: 1
authority: {en: A ministry, km: ក្រសួង}
fields: {NAME_done: {type: yes/no/unknown}}
tracks:
  NAME:
    opens_when: main has reached a
    first_step: advice
    steps:
      advice:
        done_by: worker
        outside_label: Routine task
        deadlines: {due: {limit: 7 days, kind: practice, source: s, escalation: [{at: the limit, to: chief}]}}
        tasks: {NAME_talk: {required: no}}
        actions: {on: {goes_to: z, only_if: NAME_done is yes, set: {done: yes}}}
      z: {final: closed}
    at_any_step: {died: {goes_to: z}}
forbidden:
  NAME_rule: {never: NAME is at advice and NAME_done is no, blocks: [main.a.on]}
"""


def files(**changes: str) -> dict[str, str]:
    """Return the files of a protocol with two lanes; each change is of one file: OLD -> NEW."""
    found = {"p.yaml": ROOT, "shared/roles.yaml": ROLES}
    found |= {f"lanes/{name}.yaml": LANE.replace("NAME", name) for name in ("law", "care")}
    for name, change in changes.items():
        file = next(one for one in found if one.endswith(f"{name}.yaml"))
        old, _, new = change.partition(" -> ")
        assert old in found[file], old
        found[file] = found[file].replace(old, new)
    return found


def checked(**changes: str) -> Compiled:
    """Compile the files with their changes."""
    return compile_protocol(files(**changes), "p.yaml")


def compiled(**changes: str) -> Protocol:
    """Return the protocol of files without errors."""
    found = checked(**changes).protocol
    assert found is not None, checked(**changes).problems
    return found


def told(**changes: str) -> list[tuple[str, str, int]]:
    """Return code, file and line of the problems of the files with their changes."""
    return [(one.code, one.place.file, one.place.line) for one in checked(**changes).problems]


def test_lanes_follow_the_tracks_of_the_protocol() -> None:
    """Tracks and rules come after the protocol's own, in the order of the includes."""
    protocol = compiled()
    assert (list(protocol.tracks), protocol.main.id) == (["main", "law", "care"], "main")
    assert list(protocol.forbidden) == ["own", "law_rule", "care_rule"]
    assert protocol.main.at_any_step["died"].closes == ("law", "care")
    assert told() == []


def test_a_lane_means_the_same_wherever_it_stands() -> None:
    """The meaning of a protocol is one, in one file or in several; adoption does not count."""
    one = files()
    whole = ROOT.replace(", lanes/law.yaml, lanes/care.yaml", "")
    head, _, rules = whole.partition("forbidden:\n")
    parts = [one[f"lanes/{name}.yaml"].partition("tracks:\n")[2].split("forbidden:\n") for name in ("law", "care")]
    fields = "fields: {law_done: {type: yes/no/unknown}, care_done: {type: yes/no/unknown}}\n"
    whole = f"{head}{parts[0][0]}{parts[1][0]}forbidden:\n{rules}{parts[0][1]}{parts[1][1]}{fields}"
    found = compile_protocol({"p.yaml": whole, "shared/roles.yaml": ROLES}, "p.yaml").protocol
    assert found is not None
    adopted = "authority: {en: A ministry, km: ក្រសួង} -> status: adopted\nadopted_by: x\nadopted_on: 2027-01-01"
    assert found.meaning == compiled().meaning == compiled(law=adopted).meaning
    assert found.meaning != compiled(law="first_step: advice -> first_step: z").meaning


@pytest.mark.parametrize(("changes", "expected"), [
    ({"law": "goes_to: z, -> goes_to: y,"}, [("SP301", "lanes/law.yaml", 14)]),
    ({"law": "main has reached a -> main has reached b"}, [("SP412", "lanes/law.yaml", 6)]),
    ({"p": "law is at advice -> law is at advise"}, [("SP412", "p.yaml", 13)]),
    ({"law": "blocks: [main.a.on] -> blocks: [main.a.of]"}, [("SP303", "lanes/law.yaml", 18)]),
    ({"law": "    opens_when: main has reached a\n -> "}, [("SP503", "lanes/law.yaml", 5)]),
    ({"care": "final: closed -> final: lost, success: yes"}, [("SP620", "lanes/care.yaml", 15)]),
    ({"care": "only_if: care_done is yes, -> automatic: yes, "}, [("SP515", "lanes/care.yaml", 14)]),
    ({"law": "spean: 1 -> version: 1"}, [("SP201", "lanes/law.yaml", 1)]),
    ({"law": "spean: 1 -> status: adopted"}, [("SP508", "lanes/law.yaml", 1)] * 2),
    ({"p": ", lanes/law.yaml -> "}, [("SP412", "p.yaml", 13)]),
    ({"p": "lanes/law.yaml -> lanes/lav.yaml"}, [("SP222", "p.yaml", 4)]),
])  # fmt: skip
def test_what_is_wrong_in_a_lane_is_told_in_its_file(
    changes: dict[str, str], expected: list[tuple[str, str, int]]
) -> None:
    """Names are known across all files, and each problem stands where its words do."""
    assert told(**changes) == expected


def test_one_id_in_two_files_is_told_with_both_places() -> None:
    """A track, and a rule, that two files define is one problem naming the other place."""
    sources = files(care="  care: ->   law:")
    sources["lanes/care.yaml"] = sources["lanes/care.yaml"].replace("  care_rule:", "  law_rule:").replace(
        "care is at", "law is at"
    )  # fmt: skip
    found = compile_protocol(sources, "p.yaml").problems
    assert [(one.code, one.path) for one in found] == [("SP224", "tracks.law"), ("SP224", "forbidden.law_rule")]
    assert "`law` is defined here and already in lanes/law.yaml, line 5." in found[0].message


def test_the_main_track_stands_in_the_protocol() -> None:
    """A protocol whose tracks all stand in included files has none of its own to begin with."""
    head = ROOT.partition("tracks:")[0]
    found = compile_protocol({**files(), "p.yaml": f"{head}tracks: {{}}\n"}, "p.yaml")
    assert ("SP527", 5) in [(one.code, one.place.line) for one in found.problems]
    found = compile_protocol({**files(), "p.yaml": head}, "p.yaml")
    assert ("SP202", 1) in [(one.code, one.place.line) for one in found.problems]


def test_files_nobody_has_adopted_are_named() -> None:
    """An authority or a status asks for an adoption; a file with neither needs none."""
    authority = {"en": "A ministry", "km": "ក្រសួង"}
    both = (Unadopted("lanes/law.yaml", authority), Unadopted("lanes/care.yaml", authority))
    assert compiled().unadopted == both
    adopted = "spean: 1 -> spean: 1\nstatus: adopted\nadopted_by: A ministry\nadopted_on: 2027-01-01"
    assert compiled(law=adopted).unadopted == both[1:]
    draft = "authority: {en: A ministry, km: ក្រសួង} -> status: draft"
    assert compiled(law=draft, care=adopted).unadopted == (Unadopted("lanes/law.yaml"),)
    in_folder = {f"x/y/{name}": text for name, text in files().items()}
    found = compile_protocol(in_folder, "x/y/p.yaml").protocol
    assert found is not None
    assert found.unadopted == both


def test_an_adopted_protocol_with_parts_that_are_not_is_warned_of() -> None:
    """Each such part is one warning at the include; a draft is not warned of, it never runs on real people."""
    adopted = "version: 1 -> version: 1\nstatus: adopted\nadopted_by: x\nadopted_on: 2027-01-01"
    assert told(p=adopted) == [("SP621", "p.yaml", 7)] * 2


@pytest.mark.parametrize(("text", "kind"), [
    ("tracks: {}", "included"),
    ("forbidden: {}", "included"),
    ("tracks: {}\nfields: {}", "included"),
    ("protocol: p\ntracks: {}", "protocol"),
    ("version: 1\ntracks: {}", "protocol"),
    ("defaults: {}\ntracks: {}", "protocol"),
])  # fmt: skip
def test_a_lane_is_told_from_a_protocol(text: str, kind: str) -> None:
    """Tracks without a name are a lane, unless another key says that this is a protocol that forgot its name."""
    assert kind_of_file("x.yaml", text) == kind


def test_a_lane_is_no_protocol() -> None:
    """Compiled by itself it is one problem, which says what to do."""
    (found,) = compile_protocol({"lanes/law.yaml": LANE.replace("NAME", "law")}, "lanes/law.yaml").problems
    assert (found.code, found.message) == ("SP217", "This is a file to be included, not a protocol.")
    assert "`protocol:`" in found.hint
