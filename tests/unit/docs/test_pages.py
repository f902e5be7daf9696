"""The pages of the project are true: links lead somewhere, examples compile, shown outputs are what is printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer import Typer
from typer.main import get_command

from engine.protocol.codes.explanation import Explanation
from engine.protocol.codes.problem_page import render
from engine.protocol.codes.registry import CODES
from engine.protocol.compile import compile as compile_protocol
from engine.protocol.problems import Severity
from engine.protocol.reading.source import read
from engine.run.cli.app import app
from engine.run.cli.case_app import app as case_app
from engine.run.protocols.limits.rows import COLUMNS
from tests.documents import ROOT, Block, all_blocks, anchors, links, page, pages, prose
from tests.transcripts import Shown, call, fits, pictures, rerun, shown

NAMES = [str(path.relative_to(ROOT)) for path in pages()]
PROTOCOLS = [block for name in NAMES for block in all_blocks(name) if block.info == "yaml protocol"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link with the page on which it stands."""

    page: str
    target: str

    def __str__(self) -> str:
        """Return page and target."""
        return f"{self.page} -> {self.target}"


LINKS = [Link(name, target) for name in NAMES for target in links(name) if not urlsplit(target).scheme]


def test_pages_are_there() -> None:
    """The project has the pages that the first page promises."""
    names = ["tutorial", "language", "problems", "architecture", "semantics", "replay", "how-to/change-a-limit"]
    first = {"README.md", "README.km.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"}
    assert {*first, *(f"docs/{name}.md" for name in names)} <= set(NAMES)


@pytest.mark.parametrize("link", LINKS, ids=str)
def test_link_leads_somewhere(link: Link) -> None:
    """Each link within the project leads to a file that exists, and to a heading that the file has."""
    path, _, anchor = link.target.partition("#")
    target = (ROOT / link.page).parent / path if path else ROOT / link.page
    assert target.exists()
    if anchor:
        assert anchor in anchors(str(target.resolve().relative_to(ROOT)))


@pytest.mark.parametrize("name", NAMES)
def test_page_names_no_machine(name: str) -> None:
    """No page names a folder of the machine on which it was written."""
    assert not re.search(r"(?<![\w.])/(home|work|tmp|root|Users)/", page(name))


@pytest.mark.parametrize("block", PROTOCOLS, ids=str)
def test_protocol_on_a_page_compiles(block: Block) -> None:
    """Each whole protocol shown on a page compiles without errors and without warnings."""
    assert compile_protocol({"shown.yaml": block.text}, "shown.yaml").problems == ()


def test_first_page_has_a_small_protocol() -> None:
    """The first page shows one whole protocol of about a dozen lines."""
    (block,) = [block for block in PROTOCOLS if block.page == "README.md"]
    assert len(block.text.splitlines()) <= 14


@pytest.mark.parametrize("one", shown(), ids=str)
def test_shown_output_is_printed(one: Shown) -> None:
    """Each command shown on a page prints what the page says; `make docs` writes it anew."""
    assert rerun(one) == one.block.text


def test_drawing_is_what_graph_draws() -> None:
    """The picture below a `spean graph` is the one that the command draws."""
    drawn = pictures()
    assert drawn
    assert all(block.text == text for block, text in drawn)


def test_shown_outputs_are_many() -> None:
    """The tutorial shows check with and without mistakes, explain, graph and replay; the first page each command."""
    called = [
        line.split()[2] for one in shown() for line in one.block.text.splitlines() if line.startswith("$ spean")
    ]
    assert {"check", "explain", "graph", "replay"} <= set(called)


def test_dots_stand_for_any_lines() -> None:
    """Shown outputs fit with dots for left-out lines and any seconds, and not otherwise."""
    assert fits("a\n...\nseconds: 1.0\n", "a\nb\nc\nseconds: 2.25\n")
    assert not fits("a\n...\nz\n", "a\nb\n")
    assert not fits("a\n", "a\nb\n")


def test_problem_page_is_fresh() -> None:
    """docs/problems.md says what the registry of codes says; `make docs` writes it anew."""
    assert page("docs/problems.md") == render(CODES.values())


def test_problem_page_survives_any_example() -> None:
    """An example with a fence of its own, or a bar in its title, does not break the page."""
    odd = Explanation("SP199", Severity.WARNING, "a | b", "What.", "```\nwrong: 1\n```", "right: 1\n")
    rendered = render([odd])
    assert "| [SP199](#sp199) | warning | a \\| b |" in rendered
    assert "````yaml\n```\nwrong: 1\n```\n````" in rendered


def test_every_file_of_the_core_is_in_the_picture() -> None:
    """The architecture page names every file of the core, and none that is gone."""
    rows = re.findall(r"^\| `([\w/]+\.py)` \|", prose("docs/architecture.md"), re.MULTILINE)
    named = {name for name in rows if not name.startswith(("engine/", "web/"))}
    core = ROOT / "engine" / "core"
    there = {path.relative_to(core).as_posix() for path in core.rglob("*.py") if path.name != "__init__.py"}
    assert named == there


def test_files_of_the_other_layers_exist() -> None:
    """Each file that the architecture page names by its layer is there."""
    named = re.findall(r"`((?:engine|web)/[\w/]+\.py)`", prose("docs/architecture.md"))
    assert len(named) > 15
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_command_is_on_the_first_page() -> None:
    """The first page names every command there is, and every command of cases."""
    commands = [name for command in names_of(app) for name in names_in(page("README.md"), command)]
    assert sorted(commands) == sorted(names_of(app))
    (row,) = [line for line in page("README.md").splitlines() if line.startswith("| work on cases |")]
    assert sorted(re.findall(r"`([\w-]+)`", row.partition(":")[2])) == sorted(names_of(case_app))


def test_the_khmer_page_keeps_step_with_the_first_page() -> None:
    """The page in Khmer names every command of the first page, and the same version."""
    khmer = page("README.km.md")
    named = {
        word for row in khmer.splitlines() if row.startswith("| ") for word in re.findall(r"`(?:spean )?(\w+)`", row)
    }
    assert sorted({*named} | {"demo"}) == sorted(names_of(app))
    (version,) = {*re.findall(r"version (\d\.\d)", page("README.md"))}
    assert re.findall(r"កំណែ (\d\.\d)", khmer) == [version]


def names_of(group: Typer) -> list[str]:
    """Return the names of the commands of a group, as they are typed."""
    return list(get_command(group).commands)  # type: ignore[attr-defined]


def names_in(text: str, command: str) -> list[str]:
    """Return the command if a text names it whole."""
    return re.findall(rf"\bspean ({command})\b(?!-)", text)[:1]


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md"])
def test_files_named_by_the_papers_exist(name: str) -> None:
    """Each file and folder of code and tests that these pages name is there; names in capitals stand for any."""
    named = re.findall(r"`((?:engine|tests|notifiers|examples|protocols|\.ci)/[\w/.-]*)`", page(name))
    assert len(named) > 5
    assert [path for path in named if not (ROOT / path).exists() and "NAME" not in path] == []


def test_every_option_of_replay_is_told() -> None:
    """The page about replays names every option that the command has, and none that it has not."""
    helped = call(["spean", "replay", "--help"])
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", page("docs/replay.md")))
    assert named - {"--protocol"} == set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", helped)) - {"--protocol", "--help"}
    assert "--protocol FILE" in page("docs/replay.md")


def test_every_column_of_the_table_of_limits_is_told() -> None:
    """The page about changing a limit names every column that the table has, and no other."""
    told = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", page("docs/how-to/change-a-limit.md"), re.MULTILINE)
    assert re.findall(r"`(\w+)`", " ".join(told)) == list(COLUMNS)


def test_every_make_target_of_the_first_page_exists() -> None:
    """Each `make` target named on a page is in the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", Path(ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {target for name in NAMES for target in re.findall(r"(?:`|^)make (\w+)", page(name), re.MULTILINE)}
    assert named <= targets
    assert {"demo", "test"} <= named


def test_tutorial_shows_its_own_files() -> None:
    """Each line of YAML that the tutorial shows stands in its protocol or in what that includes."""
    folder = ROOT / "examples" / "tutorial"
    known = [line for path in folder.rglob("*.yaml") for line in path.read_text(encoding="utf-8").splitlines()]
    shown_lines = [
        line
        for block in all_blocks("docs/tutorial.md")
        if block.info.startswith("yaml")
        for line in block.text.splitlines()
    ]
    assert [line for line in shown_lines if line not in known] == []
    assert len(shown_lines) > 30


@pytest.mark.parametrize("path", sorted((ROOT / "examples" / "tutorial").rglob("*.yaml")), ids=lambda path: path.name)
def test_tutorial_file_is_read(path: Path) -> None:
    """Each file of the tutorial is strict YAML."""
    assert read(path.name, path.read_bytes()).problems == ()
