"""Scenes as the text of a scenario file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.run.scenarios.sheets.scene import BEGINS, Line, render


def written(name: str, title: str, scenes: Iterable[list[Line]]) -> str:
    """Return the text of a sheet."""
    lines = [
        "# yaml-language-server: $schema=../../scenario.schema.json",
        "# Written by `spean scenario sheets` and read by people: whoever changes the protocol writes it anew.",
        "spean: 1",
        f"scenario: {name}",
        f"title: {render(title)}",
        f"begins: {BEGINS}",
        "story:",
    ]
    lines += (text for scene in scenes for line in scene for text in _item(line))
    return "\n".join(lines) + "\n"


def _item(line: Line) -> Iterator[str]:
    head = [(key, value) for key, value in line.items() if key != "then"]
    for number, (key, value) in enumerate(head):
        yield f"{'    ' if number else '  - '}{key}: {render(value)}"
    then = line.get("then")
    if then:
        yield "    then:"
        for key, value in then.items():
            yield from _expected(key, value)


def _expected(key: str, value: object) -> Iterator[str]:
    if not isinstance(value, dict) or not value:
        yield f"      {key}: {render(value)}"
        return
    yield f"      {key}:"
    yield from (f"        {name}: {render(one)}" for name, one in value.items())
