"""Every text of the pages that is translated: from the templates, and from the code where it is marked with N_."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from jinja2.ext import babel_extract

from engine.core.errors import SpeanError
from engine.run.accounts import entrance, passwords, throttle
from engine.run.cases import scanner

WEB = Path("web")
#: Modules whose errors are shown to people, translated.
_SPEAKING = (entrance, passwords, throttle, scanner)


def messages() -> set[str]:
    """Return the English of every text that people can read in another language."""
    found = {words for path in sorted(WEB.rglob("*.html")) for words in _of_template(path)}
    found |= {words for path in sorted(WEB.rglob("*.py")) for words in _marked(path)}
    return found | {words for module in _SPEAKING for words in _errors(module)}


def _of_template(path: Path) -> Iterator[str]:
    for _, _, words, _ in babel_extract(BytesIO(path.read_bytes()), ("_", "ngettext"), (), {}):
        yield words if isinstance(words, str) else str((words or ("",))[0])


def _marked(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
            yield ast.literal_eval(node.args[0])


def _errors(module: object) -> Iterator[str]:
    """Yield what the errors of a module say: their docstrings, and what is given where one is raised."""
    tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]
    names = {
        name
        for name, one in vars(module).items()
        if isinstance(one, type) and issubclass(one, SpeanError) and one is not SpeanError
    }
    for name in names:
        if getattr(module, name).__module__ == module.__name__:  # type: ignore[attr-defined]
            yield inspect.getdoc(getattr(module, name)) or ""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    for call in calls:
        if getattr(call.func, "id", "") in names and call.args and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value)
