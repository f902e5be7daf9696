"""``python -m benchmarks [--json] [action|compiling|replaying|routing|startup ...]``."""

from __future__ import annotations

import sys
from importlib import import_module

from benchmarks.harness import Figure, as_json

GROUPS = ("action", "compiling", "replaying", "routing", "startup")


def main(arguments: list[str]) -> int:
    """Measure the groups named, or all of them."""
    wanted = [word for word in arguments if not word.startswith("-")] or list(GROUPS)
    unknown = set(wanted) - set(GROUPS)
    if unknown:
        print(f"There is no group {', '.join(sorted(unknown))}; choose from {', '.join(GROUPS)}.", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    for group in wanted:
        for figure in import_module(f"benchmarks.{group}").figures():
            figures.append(figure)
            print(figure.line(), file=sys.stderr if "--json" in arguments else sys.stdout, flush=True)
    if "--json" in arguments:
        print(as_json(figures))
    return 0


sys.exit(main(sys.argv[1:]))
